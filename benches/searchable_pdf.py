"""Compares a searchable copy with its original and with what was read.

    python3 searchable_pdf.py ORIGINAL COPY READ.json

Used by searchable_pdf.sh, which says what is printed.
"""

import hashlib
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata

NEAR_PT = 2.0


def run(*command):
    return subprocess.run(command, capture_output=True, check=False)


def files_of(command, source):
    """The files that a poppler tool makes of a PDF: digest by name."""
    with tempfile.TemporaryDirectory() as folder:
        run(*command, source, os.path.join(folder, "x"))
        found = {}
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                found[name] = hashlib.sha256(file.read()).hexdigest()
        return found


def different(command, original, copy):
    one, other = files_of(command, original), files_of(command, copy)
    names = set(one) | set(other)
    return sum(one.get(name) != other.get(name) for name in names), len(one)


def words_of(copy):
    """Words of each page with their boxes in points."""
    text = run("pdftotext", "-bbox", copy, "-").stdout.decode("utf-8", "replace")
    pages = []
    for page in re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', text, re.S):
        words = re.findall(
            r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>',
            page[2], re.S)
        pages.append((float(page[0]), float(page[1]), [
            (unicodedata.normalize("NFC", html.unescape(word[4])), tuple(map(float, word[:4])))
            for word in words]))
    return pages


def place(read, copy):
    """How many of the words read are found, how many of them at their place,
    and the edges' distances."""
    n_words = n_found = n_near = 0
    distances = []
    for page, (width, height, found) in zip(read["pages"], words_of(copy)):
        if "lines" not in page:
            continue
        left = {}
        for text, box in found:
            left.setdefault(text, []).append(box)
        across, down = width / page["width_px"], height / page["height_px"]
        for line in page["lines"]:
            for word in line["words"]:
                box = word.get("bounding_box")
                text = unicodedata.normalize("NFC", word["text"])
                if not text or not box:
                    continue
                n_words += 1
                wanted = (box["left_px"] * across, box["top_px"] * down,
                          box["right_px"] * across, box["bottom_px"] * down)
                near = min(left.get(text, []), default=None,
                           key=lambda at: max(abs(a - b) for a, b in zip(at, wanted)))
                if near is None:
                    continue
                left[text].remove(near)
                n_found += 1
                distance = max(abs(a - b) for a, b in zip(near, wanted))
                distances.append(distance)
                n_near += distance <= NEAR_PT
    return n_words, n_found, n_near, sorted(distances)


def main():
    original, copy, read_path = sys.argv[1:]
    with open(read_path, encoding="utf-8") as file:
        read = json.load(file)
    check = run("qpdf", "--check", copy)
    size = os.path.getsize(copy) / os.path.getsize(original)
    pictures, n_pictures = different(("pdfimages", "-all"), original, copy)
    pages, n_pages = different(("pdftoppm", "-r", "50"), original, copy)
    n_words, n_found, n_near, distances = place(read, copy)
    median = distances[len(distances) // 2] if distances else 0
    print(f"{os.path.basename(original)}: {n_pages} pages, size {size:.3f}, "
          f"qpdf {'clean' if check.returncode == 0 else check.returncode}, "
          f"{pictures} of {n_pictures} pictures differ, {pages} pages look different, "
          f"{n_near} of {n_words} words within {NEAR_PT:g} pt "
          f"({n_found} found, median {median:.2f} pt)")


main()
