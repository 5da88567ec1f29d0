#!/bin/sh
# Searchable copies of the PDFs in a folder, checked with qpdf and poppler.
#
#   sh benches/searchable_pdf.sh FOLDER [VANTHU]
#
# Prints a line a file: pages, size of the copy over that of the original, what
# qpdf says, stored pictures that are not byte for byte those of the original,
# pages that look different (drawn at 50 dpi), words found by pdftotext that
# stand within 2 points of the box that was read, of all words read.
set -eu
folder=$1
vanthu=${2:-target/release/vanthu}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for original in "$folder"/*.pdf; do
  name=$(basename "$original" .pdf)
  copy=$work/copy.pdf
  if ! "$vanthu" ocr "$original" --format pdf -o "$copy" 2> "$work/told"; then
    printf '%s: %s\n' "$name" "$(tail -n 1 "$work/told")"
    [ -s "$copy" ] || continue
  fi
  "$vanthu" ocr "$original" --format json -o "$work/read.json" 2> /dev/null || true
  python3 "$(dirname "$0")/searchable_pdf.py" "$original" "$copy" "$work/read.json"
  rm -f "$copy"
done
