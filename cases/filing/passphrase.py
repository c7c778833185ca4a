"""The passphrase that she chooses: 8 signs or more, not on the common list (SR-05)."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.services.returning import SHORTEST_PASSPHRASE

LONGEST_PASSPHRASE = 200


def tidy(typed: str) -> str:
    """The same text however it was typed: full-width or not, with or without spaces around (NFKC)."""
    return unicodedata.normalize("NFKC", typed).strip()


class PassphraseField(forms.CharField):
    """A text box and not a password box: no browser offers to keep it, and she sees what she types."""

    def __init__(self, *, is_new: bool, **kwargs: Any) -> None:
        self.is_new = is_new
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        if not is_new:
            attrs["class"] = "veiled"
        super().__init__(widget=forms.TextInput(attrs=attrs), strip=False, **kwargs)

    def clean(self, value: Any) -> str:
        typed = tidy(super().clean(value))
        if not self.is_new:
            return typed
        if len(typed) < SHORTEST_PASSPHRASE:
            raise ValidationError(
                _("口令至少 %(least)d 个字符，现在有 %(count)d 个。可以用一句只有您知道的话。"),
                code="short",
                params={"least": SHORTEST_PASSPHRASE, "count": len(typed)},
            )
        if len(typed) > LONGEST_PASSPHRASE:
            raise ValidationError(_("口令太长了，请用 200 个字符以内。"), code="long")
        if len(set(typed)) < 3 or _is_common(typed):
            raise ValidationError(
                _("这个口令太容易被猜到，请换一个。可以用一句只有您知道的话。"), code="common"
            )
        return typed


def _is_common(typed: str) -> bool:
    try:
        CommonPasswordValidator().validate(typed)
    except ValidationError:
        return True
    return False
