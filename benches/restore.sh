#!/bin/sh
# Measures restoration; the figures are in docs/restore.md.
#
#   benches/restore.sh bare TRUTH...           texts stripped of their marks
#   benches/restore.sh garbled TRUTH NOISY     line for line
#   benches/restore.sh read TRUTH NOISY        line for line
#   benches/restore.sh clean TRUTH...          right texts: false corrections
#   benches/restore.sh speed FILE              seconds for bare, garbled, read
#   benches/restore.sh train LEGAL GENERAL     twice; the same bytes, the time
#
# VANTHU names the program, `target/release/vanthu` by default.
set -eu
vanthu=${VANTHU:-target/release/vanthu}
what=$1
shift
case $what in
bare) for truth; do echo "$truth"; "$vanthu" evaluate "$truth" --strip --input bare; done ;;
garbled | read) "$vanthu" evaluate "$1" --noisy "$2" --input "$what" ;;
clean) for truth; do echo "$truth"; "$vanthu" evaluate "$truth" --input auto; done ;;
speed)
    for kind in bare garbled read; do
        echo "$kind, $(wc -c <"$1") bytes"
        RAYON_NUM_THREADS=1 sh -c 'time "$0" restore --input "$1" "$2" >/dev/null' "$vanthu" "$kind" "$1"
    done
    ;;
train)
    folder=$(mktemp -d)
    trap 'rm -r "$folder"' EXIT
    for run in 1 2; do sh -c 'time "$0" train --output "$1" "$2" "$3"' "$vanthu" "$folder/$run" "$1" "$2"; done
    cmp "$folder/1" "$folder/2" && echo "the same bytes"
    ;;
*)
    sed -n '2,11p' "$0"
    exit 2
    ;;
esac
