#!/usr/bin/env python3
"""Makes files that mean harm, for benches/hard_files.sh; none is kept in the repository.

    python3 benches/hostile_files.py FOLDER
    sh benches/hard_files.sh FOLDER

The file of zeros is sparse: it has 2 GB and takes no room.
"""

import pathlib
import struct
import sys
import zlib


def pdf(objects: dict[int, bytes], root: int = 1) -> bytes:
    """A file of these objects with a right table."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += f"{places.get(number, 0):010} 00000 {'n' if number in places else 'f'} \n".encode()
    out += f"trailer\n<</Size {size}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def stream(dictionary: str, data: bytes) -> bytes:
    return f"<<{dictionary}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


def zeros(n_mib: int, rounds: int = 1) -> bytes:
    """So many MiB of zero bytes behind Flate, packed again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # Behind a full flush a block stands for itself, and can be said again.
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    # Adler-32 of zeros: 1, and their number.
    checksum = ((n_mib << 20) % 65521) << 16 | 1
    packed = b"\x78\xda" + block * n_mib + b"\x03\x00" + struct.pack(">I", checksum)
    for _ in range(rounds - 1):
        packed = zlib.compress(packed, 9)
    return packed


def one_image(width: int, height: int, image: str, data: bytes) -> bytes:
    content = b"q 595 0 0 842 0 0 cm /Im Do Q"
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
           b"/Resources<</XObject<</Im 5 0 R>>>>>>",
        4: stream("", content),
        5: stream(f"/Type/XObject/Subtype/Image/Width {width}/Height {height}{image}", data),
    })


def bilevel_35000() -> bytes:
    # A row of Group 4 that is like the white one above it is one bit: "V0" is 1.
    rows = b"\xff" * (35_000 // 8)
    parameters = "/DecodeParms<</K -1/Columns 35000/Rows 35000>>"
    image = f"/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode{parameters}"
    return one_image(35_000, 35_000, image, rows + b"\x00\x10\x01\x00\x10\x01")


def megapixels_155() -> bytes:
    image = "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode"
    return one_image(12_450, 12_450, image, zeros(12_450 * 12_450 * 3 // (1 << 20) + 1))


def unpacks_to_10_gb() -> bytes:
    image = "/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    return one_image(100_000, 100_000, image, zeros(10_000))


def content_unpacks_to_10_gb() -> bytes:
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        4: stream("/Filter[/FlateDecode/FlateDecode]", zeros(10_000, 2)),
    })


def page_tree_with_a_cycle() -> bytes:
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>",
        3: b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 3 0 R 4 0 R]/Count 1000000>>",
        4: b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]>>",
    })


def nested_object_streams() -> bytes:
    """Object streams of garbage that say they lie in one another, by a
    cross-reference stream that is right about them."""
    depth = 60
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
    }
    out = bytearray(b"%PDF-1.7\n")
    places = {1: len(out)}
    out += b"1 0 obj\n" + bodies[1] + b"\nendobj\n"
    garbage = zlib.compress(bytes(range(256)) * 4096, 9)
    for number in range(10, 10 + depth):
        places[number] = len(out)
        inside = f"/Type/ObjStm/N 100/First 800/Extends {number + 1} 0 R/Filter/FlateDecode"
        out += f"{number} 0 obj\n".encode() + stream(inside, garbage) + b"\nendobj\n"
    size = 10 + depth + 1
    rows = b""
    for number in range(size):
        if number == 2:
            rows += struct.pack(">BIH", 2, 10, 0)
        elif 10 <= number < 9 + depth:
            # Each but the last is said to lie in the next one.
            rows += struct.pack(">BIH", 2, number + 1, 1)
        else:
            rows += struct.pack(">BIH", 1 if number in places else 0, places.get(number, 0), 0)
    start = len(out)
    table = stream(f"/Type/XRef/Size {size}/W[1 4 2]/Root 1 0 R", rows)
    out += f"{size} 0 obj\n".encode() + table + f"\nendobj\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in {
        "35000x35000-bilevel": bilevel_35000,
        "155-megapixels": megapixels_155,
        "image-of-10-gb": unpacks_to_10_gb,
        "content-of-10-gb": content_unpacks_to_10_gb,
        "page-tree-with-a-cycle": page_tree_with_a_cycle,
        "nested-object-streams": nested_object_streams,
    }.items():
        (folder / f"{name}.pdf").write_bytes(make())
    with open(folder / "2-gb-of-zeros.pdf", "wb") as file:
        file.truncate(2 << 30)


if __name__ == "__main__":
    main()
