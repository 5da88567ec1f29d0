#!/usr/bin/env bash
# Speed of `vanthu import` over a folder of PDFs, in one run with
#  * the floor: Tesseract's own recognition of the same page images, from memory;
#  * OCRmyPDF, where it is installed ($OCRMYPDF, else on the PATH).
#
#     benches/import_speed.sh FOLDER [JOBS] [REPETITIONS]
#
# Prints seconds of the wall clock for each repetition, the medians and their
# ratios, and the largest memory a page worker took.
set -euo pipefail
export LC_ALL=C
folder=$1 jobs=${2:-2} repetitions=${3:-3}
cd "$(dirname "$0")/.."
cargo build --release --locked --quiet
cargo build --release --locked --quiet --bench recognition_floor
floor=$(ls -t target/release/deps/recognition_floor-* | grep -v '\.d$' | head -n1)
ocrmypdf=${OCRMYPDF:-$(command -v ocrmypdf || true)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

seconds() { # seconds COMMAND...: wall-clock seconds of it
    local start end
    start=$(date +%s.%N)
    "$@" >"$work/out" 2>&1 || { cat "$work/out" >&2; return 1; }
    end=$(date +%s.%N)
    awk -v a="$start" -v b="$end" 'BEGIN { printf "%.2f", b - a }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

import_once() {
    rm -rf "$work/archive"
    target/release/vanthu import "$folder" --jobs "$jobs" --archive "$work/archive" --progress none &
    local import=$! peak=0 rss
    while kill -0 "$import" 2>/dev/null; do
        for worker in $(pgrep -P "$import" || true); do
            rss=$(awk '/VmHWM/ { print $2 }' "/proc/$worker/status" 2>/dev/null || true)
            if [[ -n "$rss" ]] && ((rss > peak)); then peak=$rss; fi
        done
        sleep 0.2
    done
    wait "$import"
    echo "$peak" >>"$work/peaks"
}
# The documents at their best for OCRmyPDF: one after the other, pages in parallel.
ocrmypdf_once() {
    for file in "$folder"/*.pdf; do
        "$ocrmypdf" -l vie --jobs "$jobs" --force-ocr --invalidate-digital-signatures \
            --output-type pdf --quiet "$file" "$work/out.pdf"
    done
}

for ((i = 0; i < repetitions; i++)); do
    "$floor" --jobs "$jobs" "$folder"/*.pdf | awk '/recognise_wall_s/ { print $2 }' >>"$work/floor"
    seconds import_once >>"$work/import"; echo >>"$work/import"
    if [[ -n "$ocrmypdf" ]]; then seconds ocrmypdf_once >>"$work/ocrmypdf"; echo >>"$work/ocrmypdf"; fi
done
pages=$(sqlite3 "$work/archive/catalogue.sqlite" 'SELECT count(*) FROM pages' 2>/dev/null || echo '?')
f=$(median <"$work/floor") v=$(median <"$work/import")
echo "pages                    $pages, $jobs jobs, $repetitions repetitions"
echo "floor, seconds           $f  ($(tr '\n' ' ' <"$work/floor"))"
echo "vanthu import, seconds   $v  ($(tr '\n' ' ' <"$work/import"))"
echo "vanthu / floor           $(awk -v a="$v" -v b="$f" 'BEGIN { printf "%.3f", a / b }')"
if [[ -s "$work/ocrmypdf" ]]; then
    o=$(median <"$work/ocrmypdf")
    echo "OCRmyPDF, seconds        $o  ($(tr '\n' ' ' <"$work/ocrmypdf"))"
    echo "OCRmyPDF / vanthu        $(awk -v a="$o" -v b="$v" 'BEGIN { printf "%.2f", a / b }')"
fi
echo "largest worker, MiB      $(sort -n "$work/peaks" | tail -n1 | awk '{ printf "%.0f", $1 / 1024 }')"
