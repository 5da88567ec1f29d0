#!/usr/bin/env python3
"""Learn how letters are misread: align printed lines with what was read of them.

    learn_confusions.py LINES.tsv... > confusions-NAME.tsv

LINES are those of `render_and_read.py`. Writes one row a confusion: printed,
read, how often, out of how many; a space stands as `␣`, nothing as an empty
cell. Printed is one letter or two. A letter that is read right has its row too.
"""
import re, sys, unicodedata
from collections import Counter

PLAIN = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-", "\u00a0": " ",
         "Ð": "Đ", "ð": "đ"}
SHAPES = ["il1I|!jítìĩịt", "oôơ0cec¢éêèeo6ó", "uưvnứủúiị", "hb", "đdá", "gqy9", "nm", "rn", "vwyvư", "aâă4á",
          "sS85", "DBPĐ", "OQ0CG", "EFÊ", "TIỊL", "UƯV"]


def clean(text):
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(PLAIN.get(c, c) for c in text).split())


def base(letter):
    first = unicodedata.normalize("NFD", letter)[0].lower()
    return {"đ": "d"}.get(first, first)


LIKE = {(a, b) for shape in SHAPES for a in shape for b in shape}


def cost(printed, read):
    if printed == read: return 0.0
    if printed == " " or read == " ": return 2.0
    if base(printed) == base(read): return 0.35
    if (printed, read) in LIKE or (base(printed), base(read)) in LIKE: return 0.6
    if printed.isalpha() != read.isalpha(): return 1.2
    return 0.9


GAP = 0.7


def align(printed, read):
    """Columns of (printed letter or '', read letter or '')."""
    n, m = len(printed), len(read)
    rows = [[j * GAP for j in range(m + 1)]]
    for i in range(1, n + 1):
        row = [i * GAP]
        above = rows[-1]
        for j in range(1, m + 1):
            row.append(min(above[j - 1] + cost(printed[i - 1], read[j - 1]), above[j] + GAP, row[j - 1] + GAP))
        rows.append(row)
    columns, i, j = [], n, m
    while i or j:
        here = rows[i][j]
        if i and j and abs(here - rows[i - 1][j - 1] - cost(printed[i - 1], read[j - 1])) < 1e-9:
            i, j = i - 1, j - 1
            columns.append((printed[i], read[j]))
        elif i and abs(here - rows[i - 1][j] - GAP) < 1e-9:
            i -= 1
            columns.append((printed[i], ""))
        else:
            j -= 1
            columns.append(("", read[j]))
    return columns[::-1]


def words(columns):
    """Runs of columns between spaces that are spaces in both."""
    run = []
    for column in columns + [(" ", " ")]:
        if column == (" ", " "):
            if run: yield run
            run = []
        else:
            run.append(column)


def is_plausible(run):
    """Not a word that a speck or a fold has destroyed."""
    printed = [c for c, _ in run if c]
    lost = sum(cost(p, r) if p and r else GAP for p, r in run)
    return printed and lost <= 0.34 * len(printed) + 0.5


def main():
    pairs, singles, doubles = Counter(), Counter(), Counter()
    for path in sys.argv[1:]:
        for line in open(path, encoding="utf8"):
            printed, read, _ = line.rstrip("\n").split("\t")
            printed, read = clean(printed), clean(read)
            columns = align(printed, read)
            if sum(p != r for p, r in columns) > 0.55 * len(printed): continue
            n_spaces = columns.count((" ", " "))
            singles[" "] += n_spaces
            pairs[" ", " "] += n_spaces
            for run in words(columns):
                if not is_plausible(run): continue
                text = [p for p, _ in run if p]
                singles.update(text)
                doubles.update(a + b for a, b in zip(text, text[1:]))
                # Letters that came out of nothing belong to a neighbour that is
                # wrong itself, or else to the letter before.
                cells = []
                for printed_letter, read_letter in run:
                    if printed_letter: cells.append([printed_letter, read_letter])
                    elif cells: cells[-1][1] += read_letter
                for p, r in cells:
                    if len(r) <= 3: pairs[p, r] += 1
                for (p, r), (q, s) in zip(cells, cells[1:]):
                    # Two letters misread together: one lost or one grown.
                    if (p != r or q != s) and len(r + s) != 2 and 1 <= len(r + s) <= 3:
                        pairs[p + q, r + s] += 1
    show = lambda text: text.replace(" ", "␣")
    rows = []
    for (printed, read), count in pairs.items():
        total = (singles if len(printed) == 1 else doubles)[printed]
        if count < 2 or count / total < 2e-4 or any(c in "\t\n" for c in printed + read): continue
        if len(printed) == 2 and (count < 3 or " " in printed): continue
        rows.append((show(printed), show(read), count, total))
    rows.sort(key=lambda row: (row[0], -row[2], row[1]))
    for row in rows:
        print(*row, sep="\t")


main()
