"""Numbers of identity papers: is this one possible, and if not, what to look at (SR-29).

A paper is never required; every sentence says that it may be left empty.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.vocabulary import IdentityKind

# GB 11643: weights of the first 17 digits and the check sign for each remainder of 11.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_SIGNS = "10X98765432"
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
EARLIEST_YEAR = 1900
PATTERNS = {
    IdentityKind.HK_MACAO: re.compile(r"[HM]\d{8}(\d{2})?|8[12]\d{15}[\dX]"),
    IdentityKind.TAIWAN: re.compile(r"\d{8}|83\d{15}[\dX]"),
    IdentityKind.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
}


def tidy(typed: str) -> str:
    """Full-width signs as plain ones, in capitals, without spaces and dashes."""
    return re.sub(r"[\s\-－—]", "", unicodedata.normalize("NFKC", typed)).upper()


def checked_number(kind: str, typed: str, *, today: date) -> str:
    """The tidy number of a paper. Raises: ValidationError that says what to look at."""
    number = tidy(typed)
    if not number:
        return ""
    if kind == IdentityKind.RESIDENT:
        _check_resident(number, today)
    elif kind in PATTERNS and not PATTERNS[IdentityKind(kind)].fullmatch(number):
        raise ValidationError(_("证件号码好像不完整，请对照证件再看一遍。也可以先不填。"), code="number")
    return number


def born_on(number: str) -> date | None:
    """The birth day inside a resident identity number; None when it holds none."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def check_sign(first_17: str) -> str:
    """The eighteenth sign of a resident identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))
    return CHECK_SIGNS[total % 11]


def _check_resident(number: str, today: date) -> None:
    if len(number) != 18:
        raise ValidationError(
            _("身份证号是 18 位，现在有 %(count)d 位。请再看一遍，也可以先不填。"),
            code="length",
            params={"count": len(number)},
        )
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValidationError(
            _("身份证号只有数字，最后一位可能是 X。请再看一遍，也可以先不填。"), code="signs"
        )
    if number[:2] not in PROVINCES:
        raise ValidationError(_("身份证号的前两位不对。请再看一遍，也可以先不填。"), code="area")
    birthday = born_on(number)
    if birthday is None or not birthday.year >= EARLIEST_YEAR or birthday > today:
        raise ValidationError(
            _("身份证号中间的出生日期（第 7 到 14 位）不对。请再看一遍，也可以先不填。"), code="birth"
        )
    if number[17] != check_sign(number[:17]):
        raise ValidationError(
            _("身份证号有一位可能写错了：最后一位对不上。请再看一遍，也可以先不填。"), code="check"
        )
