#!/usr/bin/env bash
# Speed of `vanthu import` over a folder of PDFs, in one run with
#  * the floor: Tesseract's own recognition of the page images that vanthu gives
#    it, from memory, through one kept handle a core;
#  * stock Tesseract: the program `tesseract` on pages that pdftoppm drew at
#    300 dpi (not counted), one page a core;
#  * OCRmyPDF, where it is installed ($OCRMYPDF, else on the PATH).
#
#     benches/import_speed.sh FOLDER [JOBS] [REPETITIONS]
#
# Prints seconds of the wall clock and of the processor (user and system, all
# processes together; these hold on a machine that others use too), the medians
# and their ratios, and the largest memory a page worker took. $VANTHU and $FLOOR
# name programs that are built already.
set -euo pipefail
export LC_ALL=C OMP_THREAD_LIMIT=1
folder=$1 jobs=${2:-2} repetitions=${3:-3}
cd "$(dirname "$0")/.."
vanthu=${VANTHU:-target/release/vanthu}
if [[ -z "${VANTHU:-}" ]]; then cargo build --release --locked --quiet; fi
if [[ -z "${FLOOR:-}" ]]; then cargo build --release --locked --quiet --bench recognition_floor; fi
floor=${FLOOR:-$(ls -t target/release/deps/recognition_floor-* | grep -v '\.d$' | head -n1)}
ocrmypdf=${OCRMYPDF:-$(command -v ocrmypdf || true)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure NAME COMMAND...: its seconds, by both clocks, go to $work/NAME.
measure() {
    local name=$1
    shift
    /usr/bin/time -f '%e %U %S' -o "$work/time" "$@" >"$work/out" 2>&1 || { cat "$work/out" >&2; return 1; }
    tail -n 1 "$work/time" | awk '{ print $1, $2 + $3 }' >>"$work/$name"
}
# median NAME COLUMN
median() { awk -v c="$2" '{ print $c }' "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }

watch_memory() { # the largest resident size of a page worker, until it is ended
    local worker
    while sleep 0.2; do
        for worker in $(pgrep -f 'page-worker --language' || true); do
            awk '/VmHWM/ { print $2 }' "/proc/$worker/status" 2>/dev/null >>"$work/peaks" || true
        done
    done
}
ocrmypdf_once() {
    # The documents at their best for OCRmyPDF: one after the other, pages in parallel.
    for file in "$folder"/*.pdf; do
        "$ocrmypdf" -l vie --jobs "$jobs" --force-ocr --invalidate-digital-signatures \
            --output-type pdf --quiet "$file" "$work/out.pdf"
    done
}
export -f ocrmypdf_once
export ocrmypdf folder jobs work

if command -v tesseract >/dev/null; then
    for file in "$folder"/*.pdf; do
        pdftoppm -r 300 -gray "$file" "$work/$(basename "$file" .pdf)"
    done
fi
for ((i = 0; i < repetitions; i++)); do
    "$floor" --jobs "$jobs" "$folder"/*.pdf >"$work/told"
    awk '/recognise_wall_s/ { w = $2 } /recognise_cpu_s/ { c = $2 } END { print w, c }' "$work/told" >>"$work/floor"
    rm -rf "$work/archive"
    watch_memory &
    watcher=$!
    measure import "$vanthu" import "$folder" --jobs "$jobs" --archive "$work/archive" --progress none
    kill "$watcher"
    if command -v tesseract >/dev/null; then
        measure tesseract bash -c 'printf "%s\0" "$work"/*.pgm | xargs -0 -P "$jobs" -I{} tesseract {} "$work/text" -l vie --psm 3'
    fi
    if [[ -n "$ocrmypdf" ]]; then measure ocrmypdf bash -c ocrmypdf_once; fi
done
pages=$(sqlite3 "$work/archive/catalogue.sqlite" 'SELECT count(*) FROM pages' 2>/dev/null || echo '?')
echo "$pages pages, $jobs jobs, $repetitions repetitions; seconds of the clock and of the processor"
for name in floor import tesseract ocrmypdf; do
    if [[ -s "$work/$name" ]]; then
        echo "$name: $(median "$name" 1) $(median "$name" 2)  ($(tr '\n' ',' <"$work/$name"))"
    fi
done
for name in floor tesseract ocrmypdf; do
    if [[ -s "$work/$name" ]]; then
        echo "import / $name: $(ratio "$(median import 1)" "$(median "$name" 1)") $(ratio "$(median import 2)" "$(median "$name" 2)")"
    fi
done
echo "largest worker, MiB: $(sort -n "$work/peaks" | tail -n1 | awk '{ printf "%.0f", $1 / 1024 }')"
