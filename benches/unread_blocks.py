#!/usr/bin/env python3
"""Which words of letterheads and signature blocks are not read: a list to look at.

    benches/unread_blocks.py SCANS TRUTH [BLOCK...]

SCANS has NAME.pdf (or another ending), TRUTH has NAME/page-N.txt whose blocks
are opened by "#block NAME"; handwriting stands in ⟦ ⟧. Reads with
target/release/vanthu and looks for every line of a block (header_left,
header_right and signature unless others are named) in the stretch of its page
that holds most of the line's words. Prints a row for each line of which a word
is not there: file, page, block, the words missed (with handwriting: in ⟦ ⟧) and
what was read between or beside the others; then, for each kind of block, how
many were wholly read, how many of their printed words, and of those by hand.
"""
import difflib, pathlib, re, subprocess, sys, unicodedata
from collections import Counter

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "target/release/vanthu"
BLOCKS = ["header_left", "header_right", "signature"]
TONES = "\u0300\u0301\u0303\u0309\u0323"
OPEN_PAIR = re.compile(f"(?i)(?<!q)(o)([{TONES}])([ae])(?![\\w{TONES}])|(?<!q)(u)([{TONES}])(y)(?![\\w{TONES}])")


def tone_last(word):
    """One spelling of the tone in open oa, oe, uy: hòa as hoà."""
    word = OPEN_PAIR.sub(lambda m: (m[1] or m[4]) + (m[3] or m[6]) + (m[2] or m[5]), unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", word)


def words(text):
    """The words without what stands at their ends, each as (word, whether by hand)."""
    found = []
    for word in text.replace(" | ", " ").split():
        bare = re.sub(r"^[\W_]+|[\W_]+$", "", re.sub("[⟦⟧]", "", tone_last(word)))
        if bare:
            found.append((bare, "⟦" in word))
    return found


def letters(word):
    """A word without its marks, to compare by."""
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def blocks_of(file, kinds):
    """The blocks of these kinds, each as its name and its lines."""
    blocks = []
    for line in file.read_text(encoding="utf8").splitlines():
        if line.startswith("#block"):
            blocks.append((line.split()[1], []))
        elif blocks and line.strip():
            blocks[-1][1].append(line)
    return [block for block in blocks if block[0] in kinds]


def nearest(line, page):
    """Where the stretch of a page is that holds most of a line's words and is most like it."""
    size = len(line) + 1
    stretches = [range(start, min(start + size, len(page))) for start in range(max(1, len(page) - size + 1))]

    # Marks are what is lost first, so words without them count half.
    def likeness(places):
        stretch = [page[place] for place in places]
        found = [Counter(line) & Counter(stretch), Counter(map(letters, line)) & Counter(map(letters, stretch))]
        common = sum(sum(words.values()) for words in found) / 2 / len(line)
        return common + difflib.SequenceMatcher(None, " ".join(line), " ".join(stretch), False).ratio()

    return max(stretches, key=likeness)


def main(scans, truths, *kinds):
    totals = {kind: Counter() for kind in kinds or BLOCKS}
    for folder in sorted(pathlib.Path(truths).iterdir()):
        scan = next(iter(pathlib.Path(scans).glob(folder.name + ".*")), None)
        if scan is None:
            continue
        read = subprocess.run([PROGRAM, "ocr", scan], capture_output=True, check=False)
        for number, page in enumerate(read.stdout.decode("utf8").split("\f"), 1):
            file = folder / f"page-{number}.txt"
            if not file.exists():
                continue
            page = [word for word, _ in words(page)]
            for kind, lines in blocks_of(file, totals):
                is_whole, total = True, totals[kind]
                for line in filter(None, map(words, lines)):
                    places = nearest([word for word, _ in line], page)
                    missed = []
                    for word, by_hand in line:
                        place = next((place for place in places if page[place] == word), None)
                        is_read = place is not None
                        total["hand" if by_hand else "printed"] += 1
                        total["hand read" if by_hand else "printed read"] += is_read
                        is_whole = is_whole and (is_read or by_hand)
                        if is_read:
                            page[place] = ""  # A word of the page is one of the truth once.
                        else:
                            missed.append(f"⟦{word}⟧" if by_hand else word)
                    if missed:
                        print(folder.name, number, kind, " ".join(missed), " ".join(filter(None, (page[place] for place in places))), sep="\t")
                total["blocks"] += 1
                total["whole"] += is_whole
    print("block\tblocks\tprint wholly read\tprinted words\tread\tby hand\tread")
    for kind, total in totals.items():
        print(kind, *(total[key] for key in ("blocks", "whole", "printed", "printed read", "hand", "hand read")), sep="\t")


main(*sys.argv[1:])
