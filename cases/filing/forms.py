"""The questions of the application, screen by screen. Few are required; each may be changed later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.filing.fields import (
    Line,
    Part,
    Phone,
    PickFromList,
    PickOne,
    PickSome,
    PlainForm,
    Words,
    whole_date,
)
from cases.filing.identity import born_on, checked_number
from cases.filing.proposals import MONTHS, measure_choices
from cases.vocabulary import Answer, ContactChannel, DangerSign, IdentityKind, IncidentKind, Relation, Sex

LONGEST_NAME = 50
DATE_PARTS = ("year", "month", "day")
LONGEST_STATEMENT = 20_000


class Said(NamedTuple):
    """One answer in words, for reading back."""

    label: str | Promise
    words: str


class StepForm(PlainForm):
    """One screen. `today` is the day in the law's zone; `regions` are code and name of the districts."""

    # Groups of three boxes: prefix of the parts and the label of the date.
    dates: Mapping[str, Any] = {}

    def __init__(
        self,
        *args: Any,
        today: date,
        regions: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.regions = list(regions)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.dates:
            try:
                cleaned[f"{name}_on"] = whole_date(
                    *(cleaned.get(f"{name}_{part}", "") for part in DATE_PARTS),
                    today=self.today,
                )
            except ValidationError as error:
                self.add_error(f"{name}_year", error)
        return cleaned

    def said(self) -> Iterator[Said]:
        """Every answer that was given, in the words of the form."""
        for name, field in self.fields.items():
            if self._is_part_of_date(name):
                continue
            if words := in_words(field, self.cleaned_data.get(name)):
                yield Said(field.label or "", words)
        for name, label in self.dates.items():
            if day := self.cleaned_data.get(f"{name}_on"):
                yield Said(label, f"{day.year}-{day.month:02d}-{day.day:02d}")

    def _is_part_of_date(self, name: str) -> bool:
        head, _underscore, part = name.rpartition("_")
        return head in self.dates and part in DATE_PARTS


def in_words(field: forms.Field, value: Any) -> str:
    """A value as its field shows it; "" for nothing."""
    if isinstance(field, forms.ChoiceField):
        labels = dict(field.widget.choices)
        chosen = value if isinstance(value, list) else [value]
        return "；".join(str(labels[code]) for code in chosen if code and code in labels)
    if isinstance(field, forms.BooleanField):
        return str(_("是")) if value else ""
    return str(value or "")


class WhoForm(StepForm):
    """Herself. A name is enough."""

    dates = {"born": _("出生日期")}

    name = Line(
        label=_("您的姓名"),
        max_length=LONGEST_NAME,
        help_text=_("身份证上的姓名。"),
        error_messages={"required": _("请写下您的姓名，法院要知道是谁在申请。")},
    )
    sex = PickOne(label=_("性别"), choices=[(Sex.FEMALE, _("女")), (Sex.MALE, _("男"))], required=False)
    born_year = Part(label=_("年"), signs=4)
    born_month = Part(label=_("月"), signs=2)
    born_day = Part(label=_("日"), signs=2)
    identity_kind = PickFromList(
        label=_("证件种类"),
        choices=[choice for choice in IdentityKind.choices if choice[0] != IdentityKind.NONE],
        initial=IdentityKind.RESIDENT,
        required=False,
    )
    identity_number = Line(
        label=_("证件号码"),
        max_length=30,
        required=False,
        help_text=_("手边没有、记不清，都可以不填，不影响申请。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        number = cleaned.get("identity_number", "")
        try:
            number = checked_number(cleaned.get("identity_kind", ""), number, today=self.today)
        except ValidationError as error:
            self.add_error("identity_number", error)
            return cleaned
        cleaned["identity_number"] = number
        cleaned["identity_kind"] = cleaned.get("identity_kind", "") if number else ""
        in_number = born_on(number)
        if in_number and cleaned.get("born_on") and in_number != cleaned["born_on"]:
            self.add_error("identity_number", _("身份证号里的生日和上面填的生日不一样，请看看哪一个对。"))
        elif in_number and "born_on" in cleaned:
            cleaned["born_on"] = in_number
        return cleaned


class StoryForm(StepForm):
    """What happened: one box, a list to tick, and when last."""

    LAST = [
        ("today", _("今天")),
        ("yesterday", _("昨天")),
        ("week", _("这一周")),
        ("month", _("这一个月")),
        ("earlier", _("更早")),
        ("unsure", _("记不清")),
    ]
    dates = {"last": _("最近一次的日期")}

    statement = Words(
        label=_("发生了什么事？"),
        max_length=LONGEST_STATEMENT,
        help_text=_(
            "想到哪里写到哪里，不用讲究字句。谁、在哪里、对您做了什么。请不要写您现在的住址，后面有单独保密的一页。"
        ),
        widget=forms.Textarea(attrs={"class": "tall", "rows": 9}),
        error_messages={"required": _("请写几句发生了什么。一两句也可以。")},
    )
    kinds = PickSome(
        label=_("有过这些事吗？"), help_text=_("有的都可以选。"), choices=IncidentKind.choices, required=False
    )
    last_when = PickOne(label=_("最近一次是什么时候？"), choices=LAST, required=False)
    last_year = Part(label=_("年"), signs=4)
    last_month = Part(label=_("月"), signs=2)
    last_day = Part(label=_("日"), signs=2)


class NowForm(StepForm):
    """Danger now. Every question can be left out; no answer makes it look safer (INV-50)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for sign in DangerSign:
            self.fields[sign.value] = PickOne(
                label=DANGER_QUESTIONS[sign], choices=Answer.choices, required=False, initial=""
            )


DANGER_QUESTIONS = {
    DangerSign.NEXT_DAY: _("您担心今天或明天就会再受到伤害吗？"),
    DangerSign.WEAPON: _("对方用过刀或别的凶器，或者手边就有吗？"),
    DangerSign.CHOKED: _("对方掐过您的脖子，或者捂过您的口鼻吗？"),
    DangerSign.THREAT_TO_KILL: _("对方说过要杀您、杀孩子，或者一起死吗？"),
    DangerSign.SEPARATING: _("您正在和对方分手、离婚，或者刚刚搬走吗？"),
    DangerSign.KNOWS_PLACE: _("对方知道您现在住的地方、单位或孩子的学校吗？"),
    DangerSign.WORSE: _("最近越来越频繁，或者越来越重吗？"),
    DangerSign.CHILD_HURT: _("对方伤害过孩子，或者威胁要伤害孩子吗？"),
}


class OtherForm(StepForm):
    """The other person. "I do not know" is an answer; part of the facts never blocks."""

    name = Line(label=_("对方的姓名"), max_length=LONGEST_NAME, required=False)
    unknown_name = forms.BooleanField(label=_("我不知道对方的真名"), required=False)
    also_known_as = Line(
        label=_("平时怎么称呼"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("小名、绰号、网名都可以。"),
    )
    relation = PickOne(label=_("对方是您的什么人？"), choices=Relation.choices)
    phone = Phone(label=_("对方的电话"))
    whereabouts = Line(
        label=_("在哪里能找到对方？"),
        max_length=150,
        required=False,
        help_text=_("对方的住处或单位。法院要把文书送到对方手里。不要写您自己的新住处。"),
    )
    identity_number = Line(
        label=_("对方的身份证号"), max_length=30, required=False, help_text=_("不知道就不填。")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("name") and not cleaned.get("unknown_name") and "name" not in self.errors:
            self.add_error("name", _("请写对方的姓名；不知道真名，就勾选下面的“我不知道对方的真名”。"))
        try:
            cleaned["identity_number"] = checked_number(
                IdentityKind.RESIDENT, cleaned.get("identity_number", ""), today=self.today
            )
        except ValidationError as error:
            self.add_error("identity_number", error)
        return cleaned


class PlaceForm(StepForm):
    """Three places of ADVL 25; one is enough to find the court."""

    NOWHERE = ("", _("不知道，或者不在下面"))

    applicant_region = PickFromList(label=_("您现在在哪个区、县？"), required=False)
    incident_region = PickFromList(label=_("事情发生在哪个区、县？"), required=False)
    respondent_region = PickFromList(label=_("对方住在哪个区、县？"), required=False)
    incident_place = Line(
        label=_("事情发生在什么地方？"),
        max_length=200,
        required=False,
        help_text=_("例如：家里、楼下、单位门口。不用写门牌号。"),
    )

    REGIONS = ("applicant_region", "incident_region", "respondent_region")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.REGIONS:
            self.fields[name].choices = [self.NOWHERE, *self.regions]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in self.REGIONS) and not self.errors:
            self.add_error(
                "applicant_region",
                _("三个地方请至少选一个，这样才知道送到哪个法院。都不在名单里，请打 12348 或去最近的法院。"),
            )
        return cleaned


class AskForm(StepForm):
    """What the court should order, in plain sentences, proposed from her answers."""

    measures = PickSome(
        label=_("您希望法院做什么？"),
        help_text=_("按您前面说的，已经替您选了几项，可以改。"),
        error_messages={"required": _("请至少选一项，法院要知道您希望怎样保护您。")},
    )
    own_words = Words(
        label=_("别的要求"),
        max_length=500,
        required=False,
        help_text=_("用您自己的话写。不要写您的新住址。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    months = PickOne(label=_("希望保护多久？"), choices=MONTHS, required=False, initial="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measures"].choices = measure_choices()  # type: ignore[attr-defined]


class YoursForm(StepForm):
    """What the other side must never learn: where she is and how to reach her. Nothing here is required."""

    HOURS = [(str(hour), f"{hour}:00") for hour in range(25)]
    KNOWN = _("对方知道这个地方")

    residence = Line(label=_("您现在住在哪里？"), max_length=200, required=False)
    residence_known = forms.BooleanField(label=KNOWN, required=False)
    workplace = Line(label=_("您的单位"), max_length=200, required=False)
    workplace_known = forms.BooleanField(label=KNOWN, required=False)
    school = Line(label=_("孩子的学校、幼儿园"), max_length=200, required=False)
    school_known = forms.BooleanField(label=KNOWN, required=False)
    shelter = Line(label=_("您暂时躲避的地方"), max_length=200, required=False)
    channel = PickOne(
        label=_("法院怎样联系您才安全？"),
        choices=ContactChannel.choices,
        required=False,
        initial=ContactChannel.NONE,
    )
    phone = Phone(label=_("您的电话"), help_text=_("选了短信或电话才需要。要确定对方看不到这个手机。"))
    email = Line(
        label=_("您的电子邮箱"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email"}),
        help_text=_("选了电子邮件才需要。要确定对方进不去这个邮箱。"),
    )
    hour_from = PickFromList(label=_("从"), choices=HOURS, required=False, initial="8")
    hour_until = PickFromList(label=_("到"), choices=HOURS, required=False, initial="20")
    may_leave_message = forms.BooleanField(
        label=_("没人接时，可以留言或请人转告（不勾选，就一个字也不留）"), required=False
    )
    code_word = Line(
        label=_("暗号"),
        max_length=20,
        required=False,
        help_text=_("打来电话的人会先说这个词，您就知道真的是法院的人。"),
    )
    trusted_person = Line(
        label=_("您信得过的人"),
        max_length=200,
        required=False,
        help_text=_("姓名和电话。联系不上您时，才会找这个人。"),
    )

    NEEDED = {
        ContactChannel.SMS: ("phone", _("您选了短信，请填电话；不方便，就选“不要联系我”。")),
        ContactChannel.CALL: ("phone", _("您选了打电话，请填电话；不方便，就选“不要联系我”。")),
        ContactChannel.EMAIL: ("email", _("您选了电子邮件，请填邮箱；不方便，就选“不要联系我”。")),
    }

    def said(self) -> Iterator[Said]:
        """As the form, but the two hours as one answer, and only when she may be called at all."""
        hours = {self.fields["hour_from"].label, self.fields["hour_until"].label}
        yield from (said for said in super().said() if said.label not in hours)
        if self.cleaned_data.get("channel") not in {"", ContactChannel.NONE, None}:
            words = f"{self.cleaned_data['hour_from']}:00–{self.cleaned_data['hour_until']}:00"
            yield Said(_("可以联系的钟点"), words)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip()
        if email:
            EmailValidator(message=_("邮箱好像不完整，应该像 name@example.com。"))(email)
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        field, words = self.NEEDED.get(cleaned.get("channel", ""), ("", ""))
        if field and not cleaned.get(field) and field not in self.errors:
            self.add_error(field, words)
        if int(cleaned.get("hour_from") or 0) >= int(cleaned.get("hour_until") or 24):
            self.add_error("hour_from", _("开始的钟点要早于结束的钟点，例如从 8:00 到 20:00。"))
        return cleaned
