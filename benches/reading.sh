#!/usr/bin/env bash
# Reading: `vanthu ocr --raw` and restored, beside the `tesseract` command on the
# same pages at 300 dpi.
#
#     benches/reading.sh SCANS TRUTH SCORER
#
# SCANS has NAME.pdf, TRUTH has NAME/page-N.txt (blocks opened by "#block NAME"),
# SCORER is called as `SCORER pages TRUTH/NAME HYPOTHESES/NAME` and prints one
# JSON object with `words`, `missed`, `run_wer` and their sums in `_sum`.
set -euo pipefail
scans=$(realpath "$1") truth=$(realpath "$2") scorer=$(realpath "$3")
cd "$(dirname "$0")/.."
vanthu=${VANTHU:-target/release/vanthu}
[ -n "${VANTHU:-}" ] || cargo build --release --locked --quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_THREAD_LIMIT=1

split_pages() { # split_pages FOLDER: text on stdin, pages parted by form feeds
    mkdir -p "$1"
    awk -v folder="$1" 'BEGIN { RS = "\f" } { print > (folder "/page-" NR ".txt") }'
}

for folder in "$truth"/*/; do
    name=$(basename "$folder")
    "$vanthu" ocr --raw "$scans/$name.pdf" | split_pages "$work/raw/$name"
    "$vanthu" ocr "$scans/$name.pdf" | split_pages "$work/restored/$name"
    mkdir -p "$work/tesseract/$name"
    for page in "$folder"page-*.txt; do
        number=$(basename "$page" .txt); number=${number#page-}
        pdftoppm -r 300 -png -f "$number" -l "$number" -singlefile "$scans/$name.pdf" "$work/page"
        tesseract "$work/page.png" "$work/tesseract/$name/page-$number" -l vie --dpi 300 2>/dev/null
    done
done

printf '%-12s %18s %18s %18s\n' "" "tesseract 300 dpi" "vanthu raw" "vanthu restored"
for name in $(ls "$truth"); do
    printf '%-12s' "$name"
    for reading in tesseract raw restored; do
        python3 "$scorer" pages "$truth/$name" "$work/$reading/$name" >"$work/score.json"
        python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); print("%10.1f %7.1f" % (100 * s["run_wer"], 100 * s["missed"]), end=" ")' "$work/score.json"
        cat "$work/score.json" >>"$work/$reading.scores"; echo >>"$work/$reading.scores"
    done
    echo
done
printf '%-12s' "all"
for reading in tesseract raw restored; do
    python3 - "$work/$reading.scores" <<'PYTHON'
import json, sys
from collections import Counter
total, decoder, text, at = Counter(), json.JSONDecoder(), open(sys.argv[1]).read(), 0
while at < len(text):
    value, at = decoder.raw_decode(text, at)
    total.update(value["_sum"])
    while at < len(text) and text[at].isspace(): at += 1
print("%10.2f %7.2f" % (100 * total["run_edits"] / total["run_words"], 100 * total["bag_miss"] / total["words"]), end=" ")
PYTHON
done
echo
echo "(two figures each: run_wer and missed, in percent)"
