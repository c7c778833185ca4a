"""What may be printed, and what becomes of characters that have no glyph.

Names, numbers, addresses of measures and all that binds must print exactly, or the paper is refused.
Free words (what she tells, what was said in a message) are never a reason to refuse: what cannot be
printed is replaced by visible words in 〔 〕, counted, and said on the paper.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from orders.documents.fonts import printable_code_points
from orders.documents.wording import wording

# A line break is offered inside words longer than this, so that an address of a web page cannot run off the page.
LONGEST_UNBROKEN = 20
BREAK_EVERY = 4
BREAK_HERE = "\u200b"

_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\u0085\u2028\u2029]")
_IDEOGRAPHS = "\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_LONG_WORD = re.compile(rf"[^\s{_IDEOGRAPHS}]{{{LONGEST_UNBROKEN + 1},}}|(\S)\1{{{LONGEST_UNBROKEN},}}")
_JOINERS = frozenset(
    {0x200D, 0x20E3, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)}
)


class DocumentNotPrintable(Exception):
    """A character in words that must print exactly has no glyph.

    `field` is the path of the field in the paper ("applicant.name"), `character` what cannot be printed.
    """

    def __init__(self, *, field: str, character: str) -> None:
        self.field = field
        self.character = character
        self.code_point = f"U+{ord(character):04X}"
        super().__init__(field, character)

    def __str__(self) -> str:
        shown = self.character if self.character.isprintable() else ""
        return _(
            "文书无法打印：字符“%(character)s”（%(code_point)s）没有可用的字形，请核对或者改用其他写法。"
        ) % {
            "character": shown,
            "code_point": self.code_point,
        }


@dataclass(frozen=True, slots=True)
class Printed:
    """Free words made printable, and how many places were replaced."""

    words: str
    replaced: int


def is_printable(character: str) -> bool:
    """Has a visible glyph (or is a plain space) in our fonts."""
    if character in (" ", "\u3000"):
        return True
    return ord(character) in printable_code_points() and unicodedata.category(character)[0] not in "CZ"


def exact(words: str, *, field: str) -> str:
    """The words unchanged. Raises DocumentNotPrintable naming the first character that cannot be printed."""
    for character in words:
        if not is_printable(character):
            raise DocumentNotPrintable(field=field, character=character)
    return words


def free_line(words: str) -> Printed:
    """Free words on one line: line ends become spaces, unprintable characters visible words."""
    return _replace(_LINE_ENDS.sub(" ", words))


def free_body(words: str) -> tuple[list[str], int]:
    """Free words as paragraphs (empty lines dropped) and the number of places replaced."""
    printed = [_replace(line) for line in _LINE_ENDS.split(words)]
    paragraphs = [part.words for part in printed if part.words.strip()]
    return paragraphs, sum(part.replaced for part in printed)


def with_breaks(words: str) -> str:
    """Offer line breaks inside very long words and rows of one sign; the break has no width and no glyph."""
    return _LONG_WORD.sub(
        lambda word: BREAK_HERE.join(
            word[0][start : start + BREAK_EVERY] for start in range(0, len(word[0]), BREAK_EVERY)
        ),
        words,
    )


def _replace(line: str) -> Printed:
    pieces: list[str] = []
    replaced = 0
    position = 0
    while position < len(line):
        character = line[position]
        if character == "\t" or is_printable(character) or unicodedata.category(character) == "Zs":
            pieces.append(
                " " if unicodedata.category(character)[0] in "CZ" and character != "\u3000" else character
            )
            position += 1
            continue
        end = _end_of_run(line, position)
        run = line[position:end]
        position = end
        if all(ord(mark) in _JOINERS for mark in run):
            continue  # a wish about the look of the character before it, nothing that is lost
        pieces.append(_stand_in(run))
        replaced += 1
    return Printed("".join(pieces), replaced)


def _end_of_run(line: str, start: int) -> int:
    """The end of a run of unprintable characters of one kind; joiners and skin tones belong to the run."""
    kind = _is_emoji(line[start])
    end = start + 1
    while end < len(line):
        joined = ord(line[end]) in _JOINERS
        if not joined and (is_printable(line[end]) or line[end] in "\t" or _is_emoji(line[end]) != kind):
            break
        if not joined and unicodedata.category(line[end]) == "Zs":
            break
        end += 1
    return end


def _stand_in(run: str) -> str:
    unprintable = wording().unprintable
    if _is_emoji(run[0]):
        return unprintable["emoji"]
    return unprintable["other"].format(count=len(run))


def _is_emoji(character: str) -> bool:
    point = ord(character)
    return point in _JOINERS or 0x1F000 <= point <= 0x1FAFF or unicodedata.category(character) in ("So", "Sk")
