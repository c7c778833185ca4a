"""Passwords that everybody guesses first (SR-21); no rule about kinds of characters."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_RUNS = (
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv",
)


class EasyPatternValidator:
    """Refuses one short piece repeated, keyboard and counting runs, and a common password with an ending."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: object = None) -> None:
        plain = password.lower()
        stem = re.sub(r"[\W\d_]+$", "", plain)
        if _is_repeated(plain) or _is_run(plain) or stem in self.common:
            raise ValidationError(self.get_help_text(), code="password_easy")

    def get_help_text(self) -> str:
        return _("这个密码太容易猜到。可以用几个不相干的词连起来。")


def _is_repeated(text: str) -> bool:
    return any(re.fullmatch(f"(?:{re.escape(text[:size])})+", text) for size in range(1, len(text) // 2 + 1))


def _is_run(text: str) -> bool:
    return any(text in run or text in run[::-1] for run in _RUNS)
