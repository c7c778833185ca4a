"""A picture of a paper's pages for the screen, so that no page of ours ever opens a PDF inline (SR-28)."""

from __future__ import annotations

import struct
import zlib
from contextlib import closing

import pypdfium2

from orders.documents.readback import PDFIUM_LOCK

PIXELS_AN_INCH = 96
GAP_PIXELS = 14
GAP_GREY = 0xB0
PAPER_WHITE = 0xFF


def pages_as_picture(pdf: bytes) -> bytes:
    """All pages under each other in one grey PNG, with a bar between them."""
    with PDFIUM_LOCK, closing(pypdfium2.PdfDocument(pdf)) as document:
        pages = [_grey_page(document[index]) for index in range(len(document))]
    width = max(page_width for page_width, _rows in pages)
    bar = [bytes([GAP_GREY]) * width] * GAP_PIXELS
    lines: list[bytes] = []
    for page_width, rows in pages:
        margin = bytes([PAPER_WHITE]) * (width - page_width)
        lines += bar if lines else []
        lines += [row + margin for row in rows]
    return _png(width, lines)


def _grey_page(page: pypdfium2.PdfPage) -> tuple[int, list[bytes]]:
    with closing(page), closing(page.render(scale=PIXELS_AN_INCH / 72, grayscale=True)) as bitmap:
        pixels = bytes(bitmap.buffer)
        starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
        return bitmap.width, [pixels[start : start + bitmap.width] for start in starts]


def _png(width: int, lines: list[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(lines), 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines), 6)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
