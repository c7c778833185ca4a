"""Paper in, PDF out: no database, no wall clock, no network, no font of the machine.

PDF/A-2a and PDF/UA-1 (tagged, fonts embedded). Under these standards Typst itself refuses a character without a
glyph, so a paper with an empty box cannot come out even if our own check before it were wrong.
"""

import json
import re
import threading
from functools import cache
from typing import TYPE_CHECKING

import typst

from orders.documents.fonts import font_folders
from orders.documents.papers import Paper
from orders.documents.printing import as_data
from orders.documents.wording import PAPERS_FOLDER

if TYPE_CHECKING:
    from typst import PDFStandard

STANDARDS: "list[PDFStandard]" = ["a-2a", "ua-1"]

# The maker's name and version, which Typst always writes into the information dictionary and the XMP packet
# (SR-30: no tool version). Blanks of the same length keep every byte offset of the file right.
_MAKER = re.compile(rb"Typst \d+(?:\.\d+)*")

_local = threading.local()


def render(paper: Paper) -> bytes:
    """The PDF of one paper; the same paper gives the same bytes.

    Raises DocumentNotPrintable when words that must print exactly hold a character without a glyph.
    """
    pdf = _compiler().compile(
        input=str(PAPERS_FOLDER / paper.template),
        format="pdf",
        sys_inputs={"paper": json.dumps(as_data(paper), ensure_ascii=False)},
        pdf_standards=STANDARDS,
    )
    if not isinstance(pdf, bytes):
        raise TypeError("the compiler gave no single PDF")
    return _without_maker(pdf)


def _compiler() -> typst.Compiler:
    """One compiler a thread, for it refuses to be shared."""
    compiler: typst.Compiler | None = getattr(_local, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(root=str(PAPERS_FOLDER), font_paths=_fonts(), ignore_system_fonts=True)
        _local.compiler = compiler
    return compiler


@cache
def _fonts() -> typst.Fonts:
    """The fonts, shared by all threads: some 50 MB once loaded."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )


def _without_maker(pdf: bytes) -> bytes:
    return _MAKER.sub(lambda found: b" " * len(found[0]), pdf)
