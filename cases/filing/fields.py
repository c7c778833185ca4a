"""Form fields for a person in a hurry: they accept much, cut nothing off, and say kindly what to change."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Signs that nobody types: they hide or turn text around (SR-29). Joiners inside emoji are not among them.
HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
EARLIEST = date(1900, 1, 1)
PHONE_DIGITS = range(5, 16)


class PlainForm(forms.Form):
    """Our pages speak themselves: no marks of the browser, no colon after a label."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class Line(forms.CharField):
    """One line of text in NFC. Nothing is cut off by the browser: a limit is explained, not enforced silently."""

    default_error_messages = {
        "required": _("请填写这一项。"),
        "max_length": _("这里最多写 %(limit_value)d 个字，现在有 %(show_value)d 个。请写短一点。"),
        "hidden": _("里面有看不见的特殊符号，多半是粘贴时带进来的。请删掉那一段，重新打一遍。"),
    }

    def __init__(self, *, max_length: int = 50, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        if HIDDEN.search(text):
            raise ValidationError(self.error_messages["hidden"], code="hidden")
        return text if isinstance(self.widget, forms.Textarea) else " ".join(text.split("\n"))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class Words(Line):
    """Several lines of text."""

    widget = forms.Textarea


class Phone(Line):
    """A telephone number by length only: mobile, fixed line, foreign."""

    default_error_messages = {
        "signs": _("电话号码只写数字就行，例如 13800000000。"),
        "length": _("电话号码的位数好像不对，请再看一遍。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().to_python(value))
        compact = re.sub(r"[\s\-()—]", "", text)
        if not compact:
            return ""
        if not re.fullmatch(r"\+?\d+", compact):
            raise ValidationError(self.error_messages["signs"], code="signs")
        if len(compact.lstrip("+")) not in PHONE_DIGITS:
            raise ValidationError(self.error_messages["length"], code="length")
        return compact

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "tel", "class": "short"}


class PickOne(forms.ChoiceField):
    """One of a few, side by side or below each other."""

    widget = forms.RadioSelect
    default_error_messages = {
        "required": _("请选一个。"),
        "invalid_choice": _("请从列出的选项里选一个。"),
    }


class PickSome(forms.MultipleChoiceField):
    """Any number of a list."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "required": _("请至少选一个。"),
        "invalid_choice": _("请从列出的选项里选。"),
        "invalid_list": _("请从列出的选项里选。"),
    }


class PickFromList(forms.ChoiceField):
    """One of a longer list."""

    default_error_messages = {"invalid_choice": _("请从列表里选一个。")}


class Part(forms.CharField):
    """Year, month or day of a date, typed."""

    def __init__(self, *, label: Any, signs: int, **kwargs: Any) -> None:
        css = "tiny"
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": css, "size": signs}
        )
        super().__init__(label=label, required=False, widget=widget, **kwargs)


def whole_date(year: str, month: str, day: str, *, today: date) -> date | None:
    """The date that three boxes make; None when all are empty.

    Raises: ValidationError for a part missing, an impossible day, a day before 1900 or after today.
    """
    parts = [unicodedata.normalize("NFKC", part or "").strip() for part in (year, month, day)]
    if not any(parts):
        return None
    if not all(re.fullmatch(r"\d{1,4}", part) for part in parts):
        raise ValidationError(
            _("请把年、月、日都写成数字，例如 1990 年 5 月 12 日；记不清可以不填。"), code="part"
        )
    try:
        value = date(*(int(part) for part in parts))
    except ValueError:
        raise ValidationError(_("没有这一天，请看看月和日；记不清可以不填。"), code="impossible") from None
    if value < EARLIEST:
        raise ValidationError(_("年份要写四位数，例如 1990。"), code="early")
    if value > today:
        raise ValidationError(_("这一天还没到，请看看年份。"), code="future")
    return value
