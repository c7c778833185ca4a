"""What the desk's forms ask. Limits are those of the services, which check again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.errors import Conflict, InvalidInput, TransitionRefused
from agencies.models import Agency, User
from cases.models import Case
from cases.services.acceptance import DECLINE_REASONS, EMERGENCY_REASONS, LONGEST_REASON
from cases.services.break_glass import shortest_reason
from cases.services.evidence import LARGEST_FILE
from cases.services.notes import LONGEST_NOTE
from cases.vocabulary import Audience, EvidenceKind

Words = str | Promise

NORMAL, EMERGENCY = "normal", "emergency"
REQUIRED = _("请填写这一项。")
CHOOSE = _("请选择一项。")

DECLINE_WORDS: dict[str, Words] = {
    "no_clear_respondent": _("没有明确的被申请人"),
    "no_specific_request": _("没有具体的请求"),
    "not_domestic": _("双方不是家庭成员，也没有共同生活"),
    "same_matter_pending": _("同一件事已经在法院办理"),
}
EMERGENCY_WORDS: dict[str, Words] = {
    "danger_signs": _("申请中回答的危险情形"),
    "new_threat": _("有新的威胁"),
    "weapon": _("有凶器"),
    "police_report": _("公安机关的报告"),
    "judge_view": _("承办人根据案情判断"),
}
UNMARK_WORDS: dict[str, Words] = {
    "safe_now": _("申请人已在安全的地方"),
    "marked_by_mistake": _("标记有误"),
    "judge_view": _("根据案情判断不属于紧急"),
}
PURPOSES: dict[str, Words] = {
    "protect": _("上门或就地保护"),
    "contact": _("按约定方式联系本人"),
    "serve": _("送达文书"),
    "decide": _("审查和作出裁定"),
    "help": _("安置、就医等帮助"),
}
JUSTIFIED, UNJUSTIFIED = "justified", "unjustified"
FINDINGS: list[tuple[str, Words]] = [(JUSTIFIED, _("有正当理由")), (UNJUSTIFIED, _("没有正当理由"))]
COMMON_POINTS: dict[str, Words] = {
    "respondent": _("被申请人的姓名，或者能找到他（她）的线索。"),
    "requests": _("希望法院采取哪些措施。"),
    "facts": _("最近一次发生的时间、地点和经过。"),
    "relation": _("与被申请人的关系。"),
    "evidence": _("报警、就医、聊天记录等现有材料；没有也请说明。"),
}


class DeskForm(forms.Form):
    """A form of the desk: no browser pop-ups, our own words, and a place for a refusal."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.refusal: Conflict | TransitionRefused | None = None
        for field in self.fields.values():
            field.error_messages.setdefault("required", REQUIRED)
            field.error_messages["required"] = CHOOSE if isinstance(field, forms.ChoiceField) else REQUIRED

    def blame(self, error: InvalidInput) -> None:
        """Show a service's complaint at its field, or above the form."""
        self.add_error(error.field if error.field in self.fields else None, error.message)

    @property
    def status(self) -> int:
        """200 as asked for, 409 after a refusal, 422 after a wrong answer."""
        if self.refusal is not None:
            return 409
        return 422 if self.is_bound and self.errors else 200

    def typed(self) -> list[dict[str, Words]]:
        """What the person entered, in words, for showing beside what is there now."""
        rows: list[dict[str, Words]] = []
        for bound in self.visible_fields():
            value = bound.value()
            values = value if isinstance(value, (list, tuple)) else [value]
            words = [_in_words(bound.field, one) for one in values if one not in (None, "")]
            rows.append({"label": bound.label, "value": "；".join(str(word) for word in words)})
        return rows


class VersionedForm(DeskForm):
    """Carries the case's version at rendering, so that a change in between is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": case.version, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def on_version(self, version: int) -> None:
        """Go on from the newer version: the person has now seen it."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["version"] = str(version)
            self.data = data


class AcceptForm(VersionedForm):
    pace = forms.ChoiceField(
        label=_("按哪种期限办理"),
        choices=[(NORMAL, _("一般")), (EMERGENCY, _("情况紧急"))],
        widget=forms.RadioSelect,
    )


class CorrectionForm(VersionedForm):
    common = forms.MultipleChoiceField(
        label=_("需要补充什么"),
        help_text=_("只能通知一次，请一次说全。"),
        choices=list(COMMON_POINTS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    points = forms.CharField(
        label=_("其他需要补充的，每行一条"),
        help_text=_("用对方能看懂的整句话写，每条最多 200 字。"),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        max_length=2_000,
        required=False,
    )
    days = forms.IntegerField(
        label=_("几天内补充"),
        initial=3,
        min_value=1,
        max_value=7,
        widget=forms.NumberInput(attrs={"class": "tiny", "inputmode": "numeric"}),
        error_messages={
            "invalid": _("补正期限请填 1 到 7 天。"),
            "min_value": _("补正期限请填 1 到 7 天。"),
            "max_value": _("补正期限请填 1 到 7 天。"),
        },
    )

    def all_points(self) -> list[str]:
        """Every point, the chosen sentences first."""
        own = [line.strip() for line in self.cleaned_data["points"].splitlines()]
        return [*(str(COMMON_POINTS[code]) for code in self.cleaned_data["common"]), *filter(None, own)]

    def clean_points(self) -> str:
        points: str = self.cleaned_data["points"]
        if any(len(line.strip()) > 200 for line in points.splitlines()):
            raise forms.ValidationError(_("有一条超过 200 字，请分成几条。"))
        return points


class TransferForm(VersionedForm):
    court = forms.ChoiceField(label=_("移送到哪个法院"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("移送的理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, courts: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["court"].choices = [(str(court.pk), court.name) for court in courts]  # type: ignore[attr-defined]


class DeclineForm(VersionedForm):
    reason_code = forms.ChoiceField(
        label=_("不受理的理由"),
        choices=[(code, DECLINE_WORDS[code]) for code in DECLINE_REASONS],
        widget=forms.RadioSelect,
    )


class MarkForm(VersionedForm):
    reason_code = forms.ChoiceField(
        label=_("为什么紧急"),
        choices=[(code, EMERGENCY_WORDS[code]) for code in EMERGENCY_REASONS],
        widget=forms.RadioSelect,
    )


class UnmarkForm(VersionedForm):
    reason_code = forms.ChoiceField(
        label=_("为什么不再按紧急办理"), choices=list(UNMARK_WORDS.items()), widget=forms.RadioSelect
    )


class AssignForm(VersionedForm):
    judge = forms.ChoiceField(label=_("承办法官"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, judges: Iterable[tuple[User, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judge"].choices = [  # type: ignore[attr-defined]
            (str(judge.pk), _("%(name)s（%(load)s）") % {"name": judge, "load": load})
            for judge, load in judges
        ]


class RecuseForm(DeskForm):
    sure = forms.BooleanField(label=_("我认识当事人一方，不办理本案"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].error_messages["required"] = _("请勾选确认。")


class NoteForm(DeskForm):
    text = forms.CharField(
        label=_("内容"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"max_length": _("最多 5000 字，请分成几条。")},
    )
    audience = forms.ChoiceField(
        label=_("谁可以看"),
        choices=Audience.choices,
        initial=Audience.OWN_AGENCY,
        widget=forms.RadioSelect,
    )


class RecordForm(DeskForm):
    kind = forms.ChoiceField(label=_("种类"), choices=EvidenceKind.choices)
    incident_number = forms.CharField(
        label=_("出警编号"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    occurred_on = forms.DateField(
        label=_("日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("没有这一天，请检查日期。")},
    )
    description = forms.CharField(
        label=_("内容"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"max_length": _("最多 5000 字。")},
    )
    audience = forms.ChoiceField(
        label=_("谁可以看"), choices=Audience.choices, initial=Audience.ON_CASE, widget=forms.RadioSelect
    )


class FileForm(DeskForm):
    file = forms.FileField(
        label=_("文件"),
        help_text=_("照片、PDF、录音或录像，最多 20 MB。原件加密封存。"),
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,application/pdf,audio/*,video/*"}
        ),
    )
    kind = forms.ChoiceField(label=_("种类"), choices=EvidenceKind.choices)
    title = forms.CharField(
        label=_("名称"), max_length=100, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    audience = forms.ChoiceField(
        label=_("谁可以看"), choices=Audience.choices, initial=Audience.ON_CASE, widget=forms.RadioSelect
    )

    def content(self) -> bytes:
        """The file's bytes, one more than allowed at most: the service then says that it is too large."""
        found: bytes = self.cleaned_data["file"].read(LARGEST_FILE + 1)
        return found


class RevealForm(DeskForm):
    purpose = forms.ChoiceField(label=_("为什么需要看"), choices=[("", _("请选择")), *PURPOSES.items()])


class GlassForm(DeskForm):
    reference = forms.CharField(
        label=_("案件参考号"),
        help_text=_("对方单位告诉您的十位参考号，大小写和空格都可以。"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "short"}
        ),
    )
    reason = forms.CharField(
        label=_("为什么现在必须看"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"max_length": _("最多 500 个字。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("至少 %(shortest)d 个字。复核的上级会看到理由。") % {"shortest": shortest_reason()}
        self.fields["reason"].help_text = str(words)


class GlassReviewForm(DeskForm):
    """Sent by one of two buttons, each with its finding."""

    finding = forms.ChoiceField(choices=FINDINGS, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("您的意见"),
        help_text=_("认为没有正当理由的，请写明。"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"max_length": _("最多 500 个字。")},
    )


class AcknowledgeForm(DeskForm):
    words = forms.CharField(
        label=_("您打算怎么办"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _in_words(field: forms.Field, value: object) -> Words:
    choices = getattr(field, "choices", None)
    if choices is None:
        return str(value)
    return next((words for code, words in choices if str(code) == str(value)), str(value))
