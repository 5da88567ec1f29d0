#!/usr/bin/env bash
# Time and memory of text that is larger than any paper; the figures are in
# docs/restore.md and docs/extract.md.
#
#     benches/bad_text.sh [TEXT]
#
# TEXT is what is repeated (the true texts of the samples by default). VANTHU names
# the program. Needs GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."
vanthu=${VANTHU:-target/release/vanthu}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
if [ $# -gt 0 ]; then cp "$1" "$work/text"; else sed '/^#block/d' corpus-samples/truth/*/page-*.txt >"$work/text"; fi

repeated() { # repeated FILE MEGABYTES: the file again and again
    while cat "$1"; do :; done 2>/dev/null | head -c "$2"000000 | iconv -c -t UTF-8 || true
}

measured() { # measured NAME COMMAND...: seconds of processor time, and memory
    local name=$1
    shift
    RAYON_NUM_THREADS=1 /usr/bin/time -o "$work/time" -f '%U %S %M' "$@" >"$work/out" 2>"$work/err" ||
        echo "  ended with $?: $(head -c 200 "$work/err")"
    awk -v name="$name" 'END { printf "%-44s %7.1f s  %7.0f MB\n", name, $1 + $2, $3 / 1000 }' "$work/time"
}

measured "restore, nothing (the model mapped)" "$vanthu" restore --input bare /dev/null
repeated "$work/text" 100 >"$work/stream"
for kind in bare auto; do measured "restore --input $kind, a stream of 100 MB" "$vanthu" restore --input "$kind" "$work/stream"; done
repeated "$work/text" 50 | tr '\n' ' ' >"$work/line"
rm "$work/stream"
measured "restore --input auto, a line of 50 MB" "$vanthu" restore "$work/line"
measured "extract, a line of 50 MB" "$vanthu" extract --format json "$work/line"
head -c 50000000 /dev/zero | tr '\0' 'a' >"$work/line"
measured "restore --input garbled, 50 MB of one letter" "$vanthu" restore --input garbled "$work/line"
measured "extract, 50 MB of one letter" "$vanthu" extract --format json "$work/line"
for _ in $(seq 10000); do printf 'Quyết định số 12/QĐ-UBND ngày 05/3/2023, '; done >"$work/line"
measured "extract, 10,000 references in a line" "$vanthu" extract --format json "$work/line"
