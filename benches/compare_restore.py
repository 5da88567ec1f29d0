#!/usr/bin/env python3
"""Compares `vanthu restore` with what else restores Vietnamese text and can be had
from a package registry; the table is in docs/restore.md.

    benches/compare_restore.py bare TRUTH... [--lines N]
    benches/compare_restore.py noisy KIND TRUTH NOISY

bare: texts stripped of their marks, against `ViUtils.add_accents` of pyvi
(`pip install pyvi`); syllables right, upper and lower case alike.
noisy (KIND garbled or read): line for line, against hunspell with its first
suggestion for each word it does not know (`apt-get install hunspell hunspell-vi`);
words wrong. Both: kilobytes a second of processor time of one core, loading left out
for pyvi and put in for the others. VANTHU names the program.
"""
import argparse, difflib, os, re, resource, subprocess, unicodedata

VANTHU = os.environ.get("VANTHU", "target/release/vanthu")
WORD = re.compile(r"[^\W\d_]+")


def strip(text):
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D")


def one_tone(text):
    """hoà and hòa are one spelling."""
    text = unicodedata.normalize("NFC", text)
    for second, first in zip("oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(),
                             "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()):
        text = re.sub(rf"(?<![qQ]){second}(?!\w)", first, text)
    return text


def partners(truth, other):
    """Items of `truth` that stand unchanged in `other`, and the edits between them."""
    matcher = difflib.SequenceMatcher(None, truth, other, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    edits = sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")
    return same, edits


def timed(work):
    """What `work` gives, and the processor time of this process and its children."""
    def spent():
        return sum(usage.ru_utime + usage.ru_stime for usage in map(
            resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
    before = spent()
    result = work()
    return result, spent() - before


def vanthu(kind, text):
    environment = dict(os.environ, RAYON_NUM_THREADS="1")
    return subprocess.run([VANTHU, "restore", "--input", kind], input=text.encode(),
                          env=environment, capture_output=True, check=True).stdout.decode()


def hunspell(text):
    asked = "".join("^" + line + "\n" for line in text.split("\n"))
    answer = subprocess.run(["hunspell", "-i", "utf-8", "-d", "vi_VN", "-a"], input=asked.encode(),
                            capture_output=True, check=True).stdout.decode()
    lines, restored = text.split("\n"), []
    answers = iter(answer.split("\n")[1:])
    for line in lines:
        out, at = [], 0
        for row in answers:
            if not row:
                break
            if row[0] != "&":
                continue
            head, suggestions = row.split(": ", 1)
            word = head.split(" ")[1]
            start = line.find(word, at)
            if start >= 0:
                out += [line[at:start], suggestions.split(", ")[0]]
                at = start + len(word)
        restored.append("".join(out) + line[at:])
    return "\n".join(restored)


def report(name, tool, share, what, n_bytes, seconds):
    print(f"{name:28} {tool:9} {100 * share:6.2f} % {what}  {n_bytes / 1000 / seconds:8.1f} kB/s", flush=True)


def pyvi(lines):
    """It fails on some lines (letters of other languages); they stay without marks."""
    from pyvi import ViUtils
    restored, n_failed = [], 0
    for line in lines:
        try:
            restored.append(ViUtils.add_accents(line) if line.strip() else line)
        except KeyError:
            restored.append(line)
            n_failed += 1
    if n_failed:
        print(f"pyvi fails on {n_failed} of {len(lines)} lines")
    return restored


def compare_bare(path, n_lines):
    from pyvi import ViUtils
    ViUtils.add_accents("lam nong may")
    lines = open(path, encoding="utf8").read().split("\n")[:n_lines]
    bare = [strip(line) for line in lines]
    n_bytes = len("\n".join(bare).encode())
    tools = {
        "pyvi": lambda: pyvi(bare),
        "vanthu": lambda: vanthu("bare", "\n".join(bare)).split("\n"),
    }
    for tool, work in tools.items():
        restored, seconds = timed(work)
        right = of = 0
        for truth, got in zip(lines, restored):
            truth, got = (WORD.findall(one_tone(text.lower())) for text in (truth, got))
            right += partners(truth, got)[0]
            of += len(truth)
        report(os.path.basename(path), tool, right / of, "syllables right", n_bytes, seconds)


def compare_noisy(kind, truth_path, noisy_path):
    truth = open(truth_path, encoding="utf8").read().rstrip().split("\n")
    noisy = open(noisy_path, encoding="utf8").read().rstrip()
    tools = {"as it is": lambda: noisy, "hunspell": lambda: hunspell(noisy), "vanthu": lambda: vanthu(kind, noisy)}
    for tool, work in tools.items():
        restored, seconds = timed(work)
        edits = of = 0
        for line, got in zip(truth, restored.split("\n")):
            line, got = one_tone(line).split(), one_tone(got).split()
            edits += partners(line, got)[1]
            of += len(line)
        report(os.path.basename(noisy_path), tool, edits / of, "words wrong", len(noisy.encode()), max(seconds, 1e-3))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    bare = commands.add_parser("bare")
    bare.add_argument("truths", nargs="+")
    bare.add_argument("--lines", type=int, default=500)
    noisy = commands.add_parser("noisy")
    noisy.add_argument("kind", choices=("garbled", "read"))
    noisy.add_argument("truth")
    noisy.add_argument("noisy")
    given = parser.parse_args()
    if given.command == "bare":
        for path in given.truths:
            compare_bare(path, given.lines)
    else:
        compare_noisy(given.kind, given.truth, given.noisy)
