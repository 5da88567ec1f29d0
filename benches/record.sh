#!/usr/bin/env bash
# The record against records written by people: one table, a row a kind of item,
# a column a kind of source.
#
#     benches/record.sh EVAL SCANS SCORER [clean|garbled|scans]...
#
# EVAL has clean/letter.{txt,json} and garbled/letter.txt with letter.truth.json;
# SCANS has pdf/NAME.pdf and gt/NAME/{page-N.txt,entities.json}. SCORER is called
# as `SCORER record TRUTH.json RECORD.json …` and prints one JSON object. The true
# texts of corpus-samples/ belong to "clean" as well.
#
# RECORDS names a folder for the records (a new one by default); a scan whose
# record stands there already is not read again.
set -euo pipefail
eval=$(realpath "$1") scans=$(realpath "$2") scorer=$(realpath "$3")
shift 3
cd "$(dirname "$0")/.."
vanthu=${VANTHU:-target/release/vanthu}
[ -n "${VANTHU:-}" ] || cargo build --release --locked --quiet
records=${RECORDS:-$(mktemp -d)}
mkdir -p "$records"

page_texts() { # page_texts FOLDER: its pages as one text, without the marks of blocks and handwriting
    local page first=1
    for page in $(ls "$1"/page-*.txt | sort -V); do
        [ -n "$first" ] || printf '\f'
        first=
        sed -e '/^#block/d' -e 's/⟦//g; s/⟧//g' "$page"
    done
}

extract() { # extract SOURCE NAME
    "$vanthu" extract --format json "$1" >"$records/$2.json"
}

for column in "${@:-clean garbled scans}"; do for column in $column; do
    case $column in
    clean)
        extract "$eval/clean/letter.txt" clean-letter
        cp "$eval/clean/letter.json" "$records/clean-letter.truth"
        for folder in corpus-samples/truth/* "$scans"/gt/*; do
            name=clean-$(basename "$folder")
            page_texts "$folder" >"$records/$name.txt"
            extract "$records/$name.txt" "$name"
            cp "$folder"/record.json "$records/$name.truth" 2>/dev/null ||
                cp "$folder"/entities.json "$records/$name.truth"
        done
        ;;
    garbled)
        "$vanthu" restore --input garbled "$eval/garbled/letter.txt" >"$records/garbled-letter.txt"
        extract "$records/garbled-letter.txt" garbled-letter
        cp "$eval/garbled/letter.truth.json" "$records/garbled-letter.truth"
        ;;
    scans)
        for folder in "$scans"/gt/*; do
            name=$(basename "$folder")
            [ -s "$records/scans-$name.json" ] || extract "$scans/pdf/$name.pdf" "scans-$name"
            cp "$folder/entities.json" "$records/scans-$name.truth"
            ls "$folder" | grep -c '^page-' >"$records/scans-$name.pages"
        done
        ;;
    *) sed -n '2,14p' "$0"; exit 2 ;;
    esac
done; done

python3 - "$scorer" "$records" "${@:-clean garbled scans}" <<'PYTHON'
import json, pathlib, subprocess, sys, tempfile

scorer, records, columns = sys.argv[1], pathlib.Path(sys.argv[2]), " ".join(sys.argv[3:]).split()
# At least, as the record's specification has them.
FLOORS = {"references": (97, 92, 93), "references_dated": (94, 90, 90), "dates": (98, 95, 95),
          "percentages": (99, 95, 95), "periods": (94, 90, 90), "deadlines": (94, 90, 90),
          "targets": (80, 72, 72), "fields": (96, 92, 92), "addressees": (), "recipients": ()}
FACTORS = (("nghìn tỷ ", 1e12), ("tỷ ", 1e9), ("triệu ", 1e6), ("nghìn ", 1e3))
LISTS = ("references", "dates", "periods", "deadlines", "percentages", "targets")

def unified(record):
    """Money in đồng, counts in single pieces: "850 triệu đồng" is written down in either way."""
    for target in record.get("targets") or []:
        for word, factor in FACTORS:
            if (target.get("unit") or "").startswith(word):
                target["unit"] = target["unit"][len(word):]
                for end in ("value", "value_to"):
                    if target.get(end) is not None: target[end] = round(target[end] * factor)
                break

def is_bare_span(text):
    return (text[0].isdigit() and "tháng" not in text) or "ngày" in text or "/" in text

def prepared(truth, record, is_sample, is_scan, pages):
    unified(truth); unified(record)
    # The samples' records name no spans of days and none of bare years in cells.
    if is_sample: record["periods"] = [span for span in record["periods"] if not is_bare_span(span["text"])]
    if not is_scan: return
    head, found = truth["document"], record["document"]
    # Items of pages that the truth does not cover are left out.
    for kind in LISTS:
        record[kind] = [item for item in record[kind] if item["page"] <= pages]
    for kind in ("addressees", "recipients"):
        if not head.get(kind): found[kind] = []
    # Handwriting is counted apart.
    if head.get("number_handwritten"): head["number"] = None
    if head.get("date_handwritten"):
        for side, issued in ((truth, head["issued"]), (record, found["issued"])):
            index = next((i for i, date in enumerate(side["dates"]) if date["value"] == issued), None)
            if index is not None: del side["dates"][index]
        head["issued"] = None

def handwriting():
    flagged = given = 0
    for file in sorted(records.glob("scans-*.truth")):
        truth = json.loads(file.read_text(encoding="utf8"))["document"]
        found = json.loads(file.with_suffix(".json").read_text(encoding="utf8"))["document"]
        for name, by_hand in (("number", "number_handwritten"), ("issued", "date_handwritten")):
            if truth.get(by_hand):
                given += 1
                flagged += found[name] is None or found[name + "_doubtful"]
    return flagged, given

table, wrong = {}, []
for column in columns:
    pairs, folder = [], pathlib.Path(tempfile.mkdtemp())
    for file in sorted(records.glob(column + "-*.truth")):
        truth = json.loads(file.read_text(encoding="utf8"))
        record = json.loads(file.with_suffix(".json").read_text(encoding="utf8"))
        pages = int(file.with_suffix(".pages").read_text()) if column == "scans" else 0
        is_sample = pathlib.Path("corpus-samples/truth", file.stem.partition("-")[2]).is_dir()
        prepared(truth, record, is_sample, column == "scans", pages)
        for end, value in (("truth", truth), ("found", record)):
            path = folder / f"{file.stem}.{end}"
            path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf8")
            pairs.append(str(path))
    out = subprocess.run([sys.executable, scorer, "record", *pairs], check=True, capture_output=True, text=True)
    table[column] = json.loads(out.stdout)
    wrong += [(column, *w) for w in table[column]["fields"]["wrong"]]

print("%-18s" % "percent" + "".join("%26s" % c for c in columns))
for kind, floors in FLOORS.items():
    row = "%-18s" % kind.replace("_", ", ")
    for column in columns:
        score = table[column][kind]
        if kind == "fields": value, of = 100 * score["accuracy"], "%d of %d" % (score["right"], score["of"])
        else: value, of = 100 * score["f1"], "%d of %d, %d found" % (score["hit"], score["truth"], score["found"])
        floor = floors and floors[("clean", "garbled", "scans").index(column)]
        row += "%26s" % ("%s%.1f (%s)" % ("!" if floor and value < floor else "", value, of))
    print(row)
print("! below what is asked for")
if "scans" in columns: print("handwritten numbers and days: %d of %d null or flagged" % handwriting())
for item in wrong: print("field:", *item)
PYTHON
