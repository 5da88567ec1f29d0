#!/usr/bin/env bash
# Records of real scans, end to end: `vanthu extract` of every scan, scored
# against records that people wrote.
#
#     benches/record_scans.sh SCANS TRUTH SCORER [RECORDS]
#
# SCANS has NAME.pdf, TRUTH has NAME/entities.json and NAME/page-N.txt, SCORER is
# a Python file with a function `record_score(pairs)` over pairs of files. The
# records are written to RECORDS (kept, and read again where they are there).
#
# Items of pages that the truth does not cover are left out, and so are the
# recipients where it has no signer. Numbers and dates that the truth calls
# handwritten are counted apart: flagged or missing is right, given as certain
# and wrong is not.
set -euo pipefail
scans=$(realpath "$1") truth=$(realpath "$2") scorer=$(realpath "$3")
cd "$(dirname "$0")/.."
cargo build --release --locked --quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
records=${4:-$work/records}
mkdir -p "$records"
for folder in "$truth"/*/; do
    name=$(basename "$folder")
    [[ -s "$records/$name.json" ]] ||
        target/release/vanthu extract "$scans/$name.pdf" --format json >"$records/$name.json"
done
python3 - "$truth" "$records" "$scorer" "$work" <<'PYTHON'
import importlib.util, json, pathlib, sys

truth, records, scorer, work = map(pathlib.Path, sys.argv[1:])
spec = importlib.util.spec_from_file_location("scorer", scorer)
score = importlib.util.module_from_spec(spec)
spec.loader.exec_module(score)
pairs, written, flagged, wrong = [], 0, 0, []
for folder in sorted(truth.iterdir()):
    wanted = json.loads((folder / "entities.json").read_text(encoding="utf8"))
    found = json.loads((records / f"{folder.name}.json").read_text(encoding="utf8"))
    pages = len(list(folder.glob("page-*.txt")))
    for kind, items in found.items():
        if isinstance(items, list):
            found[kind] = [item for item in items if item.get("page", 1) <= pages]
    document, head = wanted["document"], found["document"]
    if document["signer"]["name"] is None:
        head["recipients"] = []
    for mark, field, doubt in (
        ("number_handwritten", "number", "number_doubtful"),
        ("date_handwritten", "issued", "issued_doubtful"),
    ):
        if document.get(mark):
            written += 1
            if head[field] is None or head[doubt]:
                flagged += 1
            elif head[field] != document[field]:
                wrong.append((folder.name, field, document[field], head[field]))
            document[field] = None
    pair = work / f"{folder.name}-wanted.json", work / f"{folder.name}-found.json"
    for path, record in zip(pair, (wanted, found)):
        path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf8")
    pairs.append(pair)
scores = score.record_score(pairs)
fields = scores.pop("fields")
for kind, item in scores.items():
    print(f'{kind:17} {item["hit"]:3} of {item["truth"]:3}, found {item["found"]:3}, F1 {item["f1"]:.4f}')
print(f'fields            {fields["right"]:3} of {fields["of"]:3}, {fields["accuracy"]:.4f}')
for name, field, want, got in fields["wrong"]:
    print(f"    {name.removesuffix('-wanted.json')} {field}: {want!r}, found {got!r}")
print(f"handwritten       {flagged} of {written} flagged or null; certain and wrong: {wrong}")
PYTHON
