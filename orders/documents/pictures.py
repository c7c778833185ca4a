"""Page pictures of every specimen paper: `python -m orders.documents.pictures FOLDER`.

Grey, small PNG files, so that a change of a template can be looked at beside the last one.
"""

import struct
import sys
import zlib
from pathlib import Path

import pypdfium2

from orders.documents import specimens
from orders.documents.rendering import render

PIXELS_AN_INCH = 80


def write_pictures(folder: Path) -> list[Path]:
    """One PNG a page, named "<paper>-<page>.png"; pictures of papers that are no more are removed."""
    written = []
    for name, specimen in specimens.ALL.items():
        with pypdfium2.PdfDocument(render(specimen())) as document:
            for number, page in enumerate(document, start=1):
                picture = folder / f"{name}-{number}.png"
                picture.write_bytes(_png(page))
                written.append(picture)
    for stale in set(folder.glob("*.png")) - set(written):
        stale.unlink()
    return written


def _png(page: pypdfium2.PdfPage) -> bytes:
    bitmap = page.render(scale=PIXELS_AN_INCH / 72, grayscale=True)
    pixels, width, height, stride = bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride
    rows = b"".join(b"\0" + _packed(pixels[row * stride : row * stride + width]) for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _packed(row: bytes) -> bytes:
    """Two pixels of four bits a byte."""
    even = row if len(row) % 2 == 0 else row + b"\xff"
    return bytes((left & 0xF0) | (right >> 4) for left, right in zip(even[::2], even[1::2], strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    write_pictures(Path(sys.argv[1]))
