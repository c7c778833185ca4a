"""Reads a finished PDF back before it may be issued (features F7): what must stand in it, and what must not.

PDFium is not safe for threads: one paper is read at a time in a process.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import c_uint
from dataclasses import dataclass
from enum import StrEnum

import pypdfium2
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pypdfium2 import raw

from orders.documents import chinese
from orders.documents.papers import AssistanceNotice, OrderRuling, Paper, RejectionRuling
from orders.documents.values import Point

LEAST_CHARACTERS_A_PAGE = 4
PALEST_INK = 245  # of 255; the palest text is 150
LEAST_OPACITY = 200  # of 255
METADATA_ALLOWED = {"Title": "文书"}
DEMO_WORDS = "演示文书不具有法律效力"

_UNSEEN = re.compile(r"[\s\u200b\ufffe\ufeff]+")
_FOOT = re.compile(r"第\d+页共\d+页")
_MODES_WITHOUT_INK = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
PDFIUM_LOCK = threading.Lock()


class ProblemKind(StrEnum):
    UNREADABLE = "unreadable"
    BLANK_PAGE = "blank page"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    METADATA = "metadata"
    OFF_PAGE = "off page"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a paper must not be issued. `words` is for the judge and never repeats a forbidden string."""

    kind: ProblemKind
    words: str | Promise
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """`required` (label, text) pairs must be found; `forbidden` strings must not, whatever spaces or line ends."""

    required: tuple[tuple[str | Promise, str], ...] = ()
    forbidden: tuple[str, ...] = ()
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as read back: its words, and whether something lies outside it or is not shown."""

    words: str
    off_page: bool
    hidden: bool
    commented: bool


@dataclass(frozen=True, slots=True)
class ReadPaper:
    pages: tuple[ReadPage, ...]
    metadata: dict[str, str]
    attached: bool


def expectations_for(paper: Paper, *, forbidden: tuple[str, ...] = ()) -> Expectations:
    """What the finished PDF of this paper must hold; `forbidden` are the K3 to K5 values of the case."""
    required: list[tuple[str | Promise, str]] = [(_("文书名称"), paper.title)]
    for label, name in (
        (_("法院"), "court"),
        (_("案号"), "number"),
        (_("副本标识"), "copy_label"),
        (_("审判员"), "judge"),
        (_("书记员"), "clerk"),
        (_("核验码"), "verification_code"),
    ):
        words = getattr(paper, name, "")
        if words:
            required.append((label, words))
    if isinstance(paper, OrderRuling):
        required += _order_facts(paper)
    if isinstance(paper, AssistanceNotice):
        required.append((_("主文"), f"裁定主文：{_order_text(paper.points())}裁定有效期自"))
        required.append((_("有效期"), f"{chinese.plain_date(paper.valid_until_on)}24时止"))
    if isinstance(paper, RejectionRuling):
        required.append((_("主文"), f"驳回申请人{paper.applicant.name}的申请"))
        required.append((_("复议"), "自本裁定送达之日起五日内"))
        required.append((_("日期"), chinese.formal_date(paper.made_on)))
    return Expectations(required=tuple(required), forbidden=forbidden, demo=paper.demo)


def _order_facts(paper: OrderRuling) -> list[tuple[str | Promise, str]]:
    return [
        (_("申请人"), f"申请人：{paper.applicant_name()}"),
        (_("被申请人"), f"被申请人：{paper.respondent.name}"),
        (_("日期"), chinese.formal_date(paper.made_on)),
        (_("有效期"), f"至{chinese.plain_date(paper.valid_until_on)}24时止"),
        (_("复议"), f"即{chinese.plain_date(paper.reconsideration_last_on)}24时前"),
        (_("复议不停止执行"), "复议期间不停止裁定的执行"),
        (_("违反后果"), "第三十四条"),
        (_("证明标准"), "较大可能性"),
        (_("主文"), f"裁定如下：{_order_text(paper.points())}本裁定自作出之日起生效"),
    ]


def _order_text(points: Sequence[Point]) -> str:
    """All order points in one piece, so that a point or a place too many is found like one too few."""
    return "".join(point.number + "、" + point.text + "".join(point.items) for point in points)


def verify_paper(pdf: bytes, expectations: Expectations) -> list[Problem]:
    """All problems of a finished PDF; an empty list means it may be issued."""
    try:
        paper = read_paper(pdf)
    except pypdfium2.PdfiumError:
        return [Problem(ProblemKind.UNREADABLE, _("文书文件无法读取。"))]
    return [*_page_problems(paper), *_word_problems(paper, expectations), *_metadata_problems(paper)]


def _page_problems(paper: ReadPaper) -> Iterator[Problem]:
    if not paper.pages:
        yield Problem(ProblemKind.BLANK_PAGE, _("文书没有页面。"))
    for number, page in enumerate(paper.pages, start=1):
        own_words = _FOOT.sub("", _bare(page.words).replace(DEMO_WORDS, ""))
        if len(own_words) < LEAST_CHARACTERS_A_PAGE:
            yield Problem(ProblemKind.BLANK_PAGE, _("文书有空白页。"), number)
        if page.off_page:
            yield Problem(ProblemKind.OFF_PAGE, _("文书有文字超出页面。"), number)
        if page.hidden:
            yield Problem(ProblemKind.HIDDEN, _("文书含有不显示的文字。"), number)
        if page.commented:
            yield Problem(ProblemKind.HIDDEN, _("文书含有批注或者链接。"), number)
    if paper.attached:
        yield Problem(ProblemKind.HIDDEN, _("文书含有附件。"))


def _word_problems(paper: ReadPaper, expectations: Expectations) -> Iterator[Problem]:
    whole = _bare("".join(page.words for page in paper.pages))
    body = whole_text(paper)
    for label, words in expectations.required:
        if _bare(words) not in body:
            yield Problem(ProblemKind.MISSING, _("文书缺少“%(label)s”。") % {"label": label})
    for words in expectations.forbidden:
        bare = _bare(words)
        if bare and (bare in whole or bare in body):
            yield Problem(ProblemKind.FORBIDDEN, _("文书含有不得出现的保密内容。"))
    marked = all(DEMO_WORDS in _bare(page.words) for page in paper.pages)
    if expectations.demo and not marked:
        yield Problem(ProblemKind.MISSING, _("演示文书缺少“演示”标识。"))
    if not expectations.demo and DEMO_WORDS in whole:
        yield Problem(ProblemKind.FORBIDDEN, _("正式文书含有“演示”标识。"))


def _metadata_problems(paper: ReadPaper) -> Iterator[Problem]:
    for name, value in paper.metadata.items():
        if value.strip() and METADATA_ALLOWED.get(name) != value and not name.endswith("Date"):
            yield Problem(ProblemKind.METADATA, _("文书属性不是中性的。"))
            return


def whole_text(paper: ReadPaper) -> str:
    """The words of all pages without spaces, and without the head and foot of each page."""
    return "".join(_without_furniture(page.words) for page in paper.pages)


def _without_furniture(words: str) -> str:
    lines = [line for line in re.split(r"[\r\n]+", words) if not _is_furniture(_bare(line))]
    return _bare("".join(lines))


def _is_furniture(line: str) -> bool:
    return line in (DEMO_WORDS, "") or _FOOT.search(line) is not None


def _bare(words: str) -> str:
    return _UNSEEN.sub("", words)


def read_paper(pdf: bytes) -> ReadPaper:
    """Read words, places and metadata of a PDF. Raises pypdfium2.PdfiumError when it is none."""
    with PDFIUM_LOCK, closing(pypdfium2.PdfDocument(pdf)) as document:
        pages = tuple(_read_page(document[index]) for index in range(len(document)))
        attached = raw.FPDFDoc_GetAttachmentCount(document.raw) > 0
        return ReadPaper(pages, document.get_metadata_dict(skip_empty=True), attached)


def _read_page(page: pypdfium2.PdfPage) -> ReadPage:
    with closing(page):
        width, height = page.get_size()
        off_page = hidden = False
        for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,)):
            left, bottom, right, top = item.get_bounds()
            off_page |= left < 0 or bottom < 0 or right > width or top > height
            hidden |= _is_hidden(item)
        with closing(page.get_textpage()) as text:
            words = text.get_text_range()
        return ReadPage(words, off_page, hidden, _has_comment(page))


def _is_hidden(item: pypdfium2.PdfObject) -> bool:
    """Text that is drawn without ink: invisible or clipping modes, white, or transparent."""
    if raw.FPDFTextObj_GetTextRenderMode(item.raw) in _MODES_WITHOUT_INK:
        return True
    channels = [c_uint() for _channel in range(4)]
    if not raw.FPDFPageObj_GetFillColor(item.raw, *channels):
        return False
    red, green, blue, opacity = (channel.value for channel in channels)
    return min(red, green, blue) > PALEST_INK or opacity < LEAST_OPACITY


def _has_comment(page: pypdfium2.PdfPage) -> bool:
    """Any annotation but a form field, which a signature needs."""
    for index in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind != raw.FPDF_ANNOT_WIDGET:
            return True
    return False
