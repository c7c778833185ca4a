"""The embedded fonts and the characters they can print.

Only the locked font packages are read, never the machine's fonts, so that every machine prints the same paper.
The sans packages hold every character we print. The Song, in which courts set their running text, lacks the rarest
ones, which then come from the sans; without its package a paper still prints, all in the sans.
"""

import struct
from functools import cache
from importlib.util import find_spec
from pathlib import Path

SANS_PACKAGES = ("cvttf_NotoSansCJK_Regular", "cvttf_NotoSansCJK_Bold")
SONG_PACKAGE = "pylopdf_fonts_zh_cn"


@cache
def font_folders() -> tuple[Path, ...]:
    """Folders of all installed font packages. Raises FileNotFoundError when a sans package is missing."""
    song = _folder(SONG_PACKAGE)
    return (*_sans_folders(), *((song,) if song else ()))


@cache
def printable_code_points() -> frozenset[int]:
    """Code points with a glyph in every sans font (any text may be set in either weight)."""
    covered = [_code_points(file) for folder in _sans_folders() for file in sorted(folder.glob("*.otf"))]
    return frozenset(set.intersection(*covered))


def _sans_folders() -> tuple[Path, ...]:
    folders = tuple(_folder(package) for package in SANS_PACKAGES)
    for package, folder in zip(SANS_PACKAGES, folders, strict=True):
        if folder is None:
            raise FileNotFoundError(f"font package {package} is not installed")
    return tuple(folder for folder in folders if folder)


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _code_points(file: Path) -> set[int]:
    """Characters of an OpenType font: its `cmap` subtable of format 12 (the full Unicode range)."""
    font = file.read_bytes()
    cmap = _table(font, b"cmap")
    (subtables,) = struct.unpack_from(">H", font, cmap + 2)
    for index in range(subtables):
        (offset,) = struct.unpack_from(">I", font, cmap + 4 + 8 * index + 4)
        (layout,) = struct.unpack_from(">H", font, cmap + offset)
        if layout == 12:
            return _groups(font, cmap + offset)
    raise ValueError(f"{file.name} has no full Unicode character map")


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        name, _checksum, offset, _length = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"font without a {tag!r} table")


def _groups(font: bytes, subtable: int) -> set[int]:
    (count,) = struct.unpack_from(">I", font, subtable + 12)
    points: set[int] = set()
    for index in range(count):
        first, last, glyph = struct.unpack_from(">III", font, subtable + 16 + 12 * index)
        # Glyph 0 is the empty box: a character mapped to it is not printable.
        points.update(range(first if glyph else first + 1, last + 1))
    return points
