#!/usr/bin/env python3
"""Print lines of text in several fonts, spoil the pictures, read them with Tesseract.

    render_and_read.py TEXT LANGUAGE PAGES SEED > lines.tsv

Writes `truth<TAB>read<TAB>confidences` for every line, tab-separated, for
`learn_confusions.py`. TEXT is plain UTF-8, one sentence or paragraph a line.
Needs Tesseract with LANGUAGE (`eng` or `vie`), Pillow, and the fonts of the
Debian packages fonts-croscore, fonts-texgyre, fonts-freefont-ttf, fonts-dejavu.
"""
import os, random, subprocess, sys, tempfile, unicodedata
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

TINOS = "/usr/share/fonts/truetype/croscore/Tinos-"
TERMES = "/usr/share/texmf/fonts/opentype/public/tex-gyre/texgyretermes-"
FREE = "/usr/share/fonts/truetype/freefont/FreeSerif"
FONTS = [
    # What offices print with looks like Times; weights say how often we draw each.
    # (Debian's Liberation of 2012 has no Vietnamese.)
    (TINOS + "Regular.ttf", 8), (TINOS + "Bold.ttf", 2), (TINOS + "Italic.ttf", 3),
    (TINOS + "BoldItalic.ttf", 1), (TERMES + "regular.otf", 5), (TERMES + "bold.otf", 1),
    (TERMES + "italic.otf", 1), (FREE + ".ttf", 2), (FREE + "Bold.ttf", 1),
    ("/usr/share/fonts/truetype/croscore/Arimo-Regular.ttf", 1),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf", 1),
]
PLAIN = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "}


def lines_of(path, rng, wanted):
    """Random sentences of the text, cut to the width of a page."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        while wanted > 0:
            file.seek(rng.randrange(size))
            file.readline()
            text = unicodedata.normalize("NFC", file.readline().decode("utf8", "replace")).strip()
            text = "".join(PLAIN.get(c, c) for c in text)
            if len(text) < 30 or "\ufffd" in text:
                continue
            if rng.random() < 0.12:
                text = text.upper()
            width = rng.randint(55, 85) if text.upper() != text else rng.randint(35, 50)
            line = ""
            for word in text.split()[:60]:
                if len(line) + len(word) > width:
                    yield line.strip()
                    wanted -= 1
                    line = ""
                line += word + " "
            if len(line) > 20:
                yield line.strip()
                wanted -= 1


def draw(lines, font_path, dpi, rng):
    size_px = round(rng.choice([12, 13, 13, 14, 14]) * dpi / 72)
    font = ImageFont.truetype(font_path, size_px)
    width = round(8.27 * dpi)
    step = round(size_px * rng.uniform(1.2, 1.5))
    image = Image.new("L", (width, step * (len(lines) + 3)), 255)
    pen = ImageDraw.Draw(image)
    left = round(0.9 * dpi)
    for idx, line in enumerate(lines):
        pen.text((left, step * (idx + 1)), line, font=font, fill=rng.choice([0, 0, 30, 60]))
    return image


def spoil(image, rng):
    """What a copier and a scanner do: turn, blur, grain, threshold, specks."""
    image = image.rotate(rng.uniform(-0.4, 0.4), resample=Image.BICUBIC, fillcolor=255)
    kind = rng.choice(["clean", "grey", "grey", "bilevel", "bilevel", "faint", "specks"])
    if kind == "clean":
        return image
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.3)))
    noise = Image.effect_noise(image.size, rng.uniform(15, 70))
    image = ImageChops.add(image, noise, scale=1, offset=-128)
    if kind in ("bilevel", "faint", "specks"):
        cut = rng.randint(95, 130) if kind == "faint" else rng.randint(120, 190)
        image = image.point(lambda v: 255 if v > cut else 0)
    if kind == "specks":
        pen = ImageDraw.Draw(image)
        for _ in range(rng.randint(200, 1500)):
            x, y = rng.randrange(image.width), rng.randrange(image.height)
            r = rng.choice([0, 0, 1, 1, 2])
            pen.rectangle((x, y, x + r, y + r), fill=0)
    return image


def read(image, language, dpi):
    """Lines as lists of (word, confidence 0-100)."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        image.save(file.name, dpi=(dpi, dpi))
        env = dict(os.environ, OMP_THREAD_LIMIT="1")
        tsv = subprocess.run(
            ["tesseract", file.name, "-", "-l", language, "--psm", "6", "tsv"],
            capture_output=True, env=env, check=True).stdout.decode("utf8")
    lines = {}
    for row in tsv.splitlines()[1:]:
        cell = row.split("\t")
        if cell[0] == "5" and cell[11].strip():
            lines.setdefault(tuple(map(int, cell[2:5])), []).append((cell[11], float(cell[10])))
    return [lines[key] for key in sorted(lines)]


def likeness(a, b):
    grams = lambda t: {t[i:i + 2] for i in range(len(t) - 1)}
    plain = lambda t: "".join(c for c in unicodedata.normalize("NFD", t.lower()) if c.isascii())
    a, b = grams(plain(a)), grams(plain(b))
    return 2 * len(a & b) / max(1, len(a) + len(b))


def main():
    path, language, n_pages, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    rng = random.Random(seed)
    weights = [weight for _, weight in FONTS]
    for _ in range(n_pages):
        dpi = rng.choice([150, 200, 200, 300])
        lines = list(lines_of(path, rng, 26))[:26]
        font = rng.choices(FONTS, weights)[0][0]
        found = read(spoil(draw(lines, font, dpi, rng), rng), language, dpi)
        texts = [" ".join(word for word, _ in words) for words in found]
        # A line that was read is the nearest printed one, if near enough.
        at = 0
        for words, text in zip(found, texts):
            near = [(likeness(truth, text), -i) for i, truth in enumerate(lines[at:at + 3])]
            if near and max(near)[0] >= 0.45:
                idx = at - max(near)[1]
                confidences = " ".join(str(round(confidence)) for _, confidence in words)
                print(lines[idx], text, confidences, sep="\t", flush=True)
                at = idx + 1


main()
