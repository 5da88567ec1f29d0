#!/usr/bin/env python3
"""How often words are right that are called 95 % sure: a reliability table.

    benches/certainty.py SCANS TRUTH

SCANS has NAME.pdf (or another ending), TRUTH has NAME/page-N.txt whose blocks
are opened by "#block NAME". Reads with target/release/vanthu and prints ten
bins of certainty, the share of words that were right in each, and the expected
calibration error; then the pages with the largest share of doubted words beside
the share of words they miss.
"""
import json, pathlib, re, subprocess, sys, unicodedata
from collections import Counter

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "target/release/vanthu"
SHAPES = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "…": "..."})


def words(text):
    return unicodedata.normalize("NFC", text).translate(SHAPES).split()


def truth_of(page):
    lines = [line for line in page.read_text(encoding="utf8").splitlines() if not line.startswith("#block")]
    return Counter(words(re.sub("[⟦⟧]", "", "\n".join(lines)).replace(" | ", " ")))


def main(scans, truths):
    judged, pages = [], []
    for folder in sorted(pathlib.Path(truths).iterdir()):
        scan = next(iter(pathlib.Path(scans).glob(folder.name + ".*")), None)
        if scan is None:
            continue
        read = subprocess.run([PROGRAM, "ocr", "--format", "json", scan], capture_output=True, check=False)
        for page in json.loads(read.stdout)["pages"]:
            file = folder / f"page-{page['page_number']}.txt"
            if "lines" not in page or not file.exists():
                continue
            truth = truth_of(file)
            left, found = Counter(truth), []
            for line in page["lines"]:
                for word in line["words"]:
                    found += [(word["confidence"], text) for text in words(word["text"])]
            # A word of the truth is used up once, by the surest reading of it.
            for certainty, text in sorted(found, reverse=True):
                is_right = left[text] > 0
                left[text] -= is_right
                judged.append((certainty, is_right))
            if found:
                doubted = sum(certainty < 0.5 for certainty, _ in found) / len(found)
                missed = sum(left.values()) / max(1, sum(truth.values()))
                pages.append((doubted, missed, f"{folder.name} page {page['page_number']}"))
    print("certainty   words  mean certainty  right")
    error = 0
    for bin_number in range(10):
        inside = [entry for entry in judged if min(9, int(entry[0] * 10)) == bin_number]
        if inside:
            mean = sum(certainty for certainty, _ in inside) / len(inside)
            right = sum(is_right for _, is_right in inside) / len(inside)
            error += abs(mean - right) * len(inside) / len(judged)
            print(f"{bin_number / 10:.1f}-{bin_number / 10 + 0.1:.1f}  {len(inside):7}  {mean:14.3f}  {right:.3f}")
    print(f"expected calibration error: {100 * error:.2f} points over {len(judged)} words")
    print("doubted  missed  page")
    for doubted, missed, name in sorted(pages, reverse=True)[:20]:
        print(f"{100 * doubted:6.1f}  {100 * missed:6.1f}  {name}")


main(*sys.argv[1:3])
