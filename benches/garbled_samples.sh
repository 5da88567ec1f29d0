#!/usr/bin/env bash
# Five pages of the samples read by Tesseract without Vietnamese and restored as
# garbled: words of title, addressees and body that are wrong, before and after.
#
#     benches/garbled_samples.sh SCORER [ID...]
#
# SCORER is called as `SCORER pages TRUTH_FOLDER FOUND_FOLDER` and prints JSON with
# `run_wer`. IDs are beginnings of names in corpus-samples/scans, page 1 of each; the
# first five upright letters on clean paper by default. Needs pdftoppm and Tesseract
# `eng`. VANTHU names the program.
set -euo pipefail
scorer=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
vanthu=${VANTHU:-target/release/vanthu}
[ $# -gt 0 ] || set -- 01 02 03 04 05
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
for id; do
    scan=$(ls corpus-samples/scans/"$id"*.pdf | head -1)
    name=$(basename "$scan" .pdf)
    mkdir -p "$work"/{truth,read,restored}/"$name"
    cp corpus-samples/truth/"$name"/page-1.txt "$work/truth/$name/"
    pdftoppm -r 300 -gray -f 1 -l 1 -singlefile "$scan" "$work/page"
    OMP_THREAD_LIMIT=1 tesseract "$work/page.pgm" - -l eng --psm 4 >"$work/read/$name/page-1.txt" 2>/dev/null
    "$vanthu" restore --input garbled "$work/read/$name/page-1.txt" >"$work/restored/$name/page-1.txt"
    for side in read restored; do
        python3 "$scorer" pages "$work/truth/$name" "$work/$side/$name" >"$work/$name.$side.json"
    done
done
python3 - "$work" "$@" <<'PYTHON'
import glob, json, sys
total = {"read": [0, 0], "restored": [0, 0]}
for path in sorted(glob.glob(sys.argv[1] + "/*.json")):
    name, side, _ = path.rsplit("/", 1)[1].rsplit(".", 2)
    score = json.load(open(path))["_sum"]
    total[side][0] += score["run_edits"]
    total[side][1] += score["run_words"]
    print("%-50s %-9s %6.2f %% of %d words wrong" % (name, side, 100 * score["run_edits"] / score["run_words"], score["run_words"]))
for side, (edits, words) in total.items():
    print("%-50s %-9s %6.2f %% of %d words wrong" % ("all", side, 100 * edits / words, words))
PYTHON
