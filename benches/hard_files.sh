#!/bin/sh
# What becomes of odd and broken files: one line a file.
#
#   sh benches/hard_files.sh FOLDER [VANTHU] [SECONDS] > outcomes.tsv
#
# Columns: file, exit code (124: out of time), seconds, peak memory of the largest
# process in MB, pages, words, and the first thing told on stderr. Each file's text
# is left in $TEXTS where that is set.
set -u
folder=$1
vanthu=${2:-target/release/vanthu}
seconds=${3:-300}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in "$folder"/*; do
  name=$(basename "$file")
  out=$work/text
  : > "$out"
  LC_ALL=C /usr/bin/time -f '%e %M' -o "$work/time" \
    timeout "$seconds" "$vanthu" ocr "$file" > "$out" 2> "$work/told"
  code=$?
  # shellcheck disable=SC2046
  set -- $(tail -n 1 "$work/time")
  pages=$(($(tr -cd '\f' < "$out" | wc -c) + 1))
  told=$(head -n 1 "$work/told" | sed "s|vanthu: $file: ||" | cut -c1-160)
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$code" "$1" "$(($2 / 1024))" \
    "$pages" "$(wc -w < "$out")" "$told"
  if [ -n "${TEXTS:-}" ]; then cp "$out" "$TEXTS/$name.txt"; fi
done
