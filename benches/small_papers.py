#!/usr/bin/env python3
"""Many small papers for figures about size: one page each, different bytes.

    python3 benches/small_papers.py NUMBER FOLDER

Each is a PDF that shows the upper quarter of a sample scan (the letterhead), so
that recognition takes a fraction of a second and hundreds of papers are read in
minutes. The picture is the same in all; title and so the bytes differ.
"""

import pathlib
import sys

SAMPLE = "16-cong-van-xa-mot-cua-2025.jpg"


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the first frame header."""
    at = 2
    while True:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xC2:
            return (
                int.from_bytes(jpeg[at + 7 : at + 9], "big"),
                int.from_bytes(jpeg[at + 5 : at + 7], "big"),
            )
        at += 2 + length


def paper(jpeg: bytes, title: str) -> bytes:
    width_px, height_px = jpeg_size(jpeg)
    width, height = 595, round(595 * height_px / width_px)
    content = f"q {width} 0 0 {height} 0 0 cm /Im Do Q".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 {height * 3 // 4} {width} {height}]"
        f"/Resources<</XObject<</Im 4 0 R>>>>/Contents 5 0 R>>".encode(),
        f"<</Type/XObject/Subtype/Image/Width {width_px}/Height {height_px}"
        f"/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
        f"/Length {len(jpeg)}>>stream\n".encode() + jpeg + b"\nendstream",
        f"<</Length {len(content)}>>stream\n".encode() + content + b"\nendstream",
        f"<</Title({title})>>".encode(),
    ]
    pdf = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += f"{number} 0 obj".encode() + body + b"\nendobj\n"
    start = len(pdf)
    pdf += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for place in places:
        pdf += f"{place:010} 00000 n \n".encode()
    pdf += (
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info 6 0 R>>\n"
        f"startxref\n{start}\n%%EOF\n"
    ).encode()
    return bytes(pdf)


def main() -> None:
    number, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    samples = pathlib.Path(__file__).resolve().parent.parent / "corpus-samples" / "scans"
    jpeg = (samples / SAMPLE).read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(number):
        (folder / f"paper-{index:05}.pdf").write_bytes(paper(jpeg, f"paper {index}"))


if __name__ == "__main__":
    main()
