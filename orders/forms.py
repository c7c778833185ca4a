"""Forms of the judge, of service and of the police's confirmation. Numbers come from the case's profile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.models import Agency, User
from cases.desk.forms import DeskForm, VersionedForm
from cases.filing.fields import Line, PickFromList, PickOne, PickSome, Words
from cases.models import Case, ConfidentialDetail
from deadlines.profile import Profile, load_profile
from orders.decisions import (
    LARGEST_DISTANCE_METRES,
    Decision,
    MeasureChosen,
    OrderDecision,
    PlaceChosen,
    RejectionDecision,
    validity,
)
from orders.selectors import ServiceView, measure_name
from orders.vocabulary import FailedCondition, MeasureCode
from orders.ways import ways_for

ORDER, REJECTION = "order", "rejection"
LARGEST_DAYS = 90
NUMBER_ERRORS = {
    "invalid": _("请只写数字。"),
    "min_value": _("最少是 %(limit_value)s。"),
    "max_value": _("最多是 %(limit_value)s。"),
}


class Amount(forms.IntegerField):
    """A whole number typed into a short box."""

    default_error_messages = NUMBER_ERRORS  # type: ignore[assignment]

    def __init__(self, **kwargs: Any) -> None:
        css = {"class": "tiny", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs=css), **kwargs)


class DecisionForm(DeskForm):
    """A decision being written. Complete or not, it can be saved; whole it must be only to be previewed."""

    kind = PickOne(label=_("结果"), choices=[(ORDER, _("发出命令")), (REJECTION, _("驳回申请"))])
    measures = PickSome(label=_("命令的内容"), required=False)
    distance_metres = Amount(label=_("距离（米）"), min_value=1, max_value=LARGEST_DISTANCE_METRES)
    move_out_days = Amount(label=_("几日内迁出"), min_value=1, max_value=LARGEST_DAYS)
    hand_over_words = Line(label=_("交还什么"), max_length=500, required=False)
    hand_over_days = Amount(label=_("几日内交还"), min_value=1, max_value=LARGEST_DAYS)
    other_words = Line(label=_("其他措施的具体内容"), max_length=500, required=False)
    months = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("从作出之日起算；按今天作出计算的最后一天写在旁边。"),
        error_messages={"invalid_choice": _("请从列出的月数里选。")},
    )
    places = PickSome(label=_("写进命令的场所"), required=False)
    known = PickSome(label=_("可以印在被申请人副本上的场所"), required=False)
    failed_conditions = PickSome(label=_("不符合哪一个条件"), required=False, choices=FailedCondition.choices)
    claims = Words(
        label=_("申请人的请求和理由（摘要）"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会印在每一份裁定书上。空着就用申请里勾选的情形，不引用她的原话。"),
    )
    facts_found = Words(
        label=_("查明的事实"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("被申请人会读到。不要写申请人的住址、电话、单位、学校、帮助人。"),
    )
    reasons = Words(
        label=_("理由"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("证明标准是“较大可能性”。被申请人不答复，或者只是否认，本身不是驳回的理由。"),
    )
    late_reason = Line(
        label=_("逾期的原因"),
        max_length=500,
        required=False,
        help_text=_("已经超过法定期限。写一句就可以；其他什么都不受影响。"),
    )

    draft_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        case: Case,
        places: Sequence[ConfidentialDetail],
        is_late: bool,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        profile = load_profile(case.profile_id)
        self._set_choices(
            "measures", [(code, measure_name(code, case.profile_id)) for code in profile.measures]
        )
        self._set_choices("places", [(str(row.pk), row.get_kind_display()) for row in places])
        told = [row for row in places if row.known_to_respondent]
        self._set_choices("known", [(str(row.pk), row.get_kind_display()) for row in told])
        self._set_choices("months", month_choices(now, profile))
        if not is_late:
            del self.fields["late_reason"]

    def _set_choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def on_draft_version(self, version: int) -> None:
        """Go on from the newer draft: the person has now seen it."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["draft_version"] = version
        self.data = data

    def decision(self) -> Decision:
        """What was typed, as a decision; whether it is complete is asked by the service."""
        typed = self.cleaned_data
        texts = {name: typed[name] for name in ("claims", "facts_found", "reasons")}
        texts["late_reason"] = typed.get("late_reason", "")
        if typed["kind"] == REJECTION:
            return RejectionDecision(failed_conditions=typed["failed_conditions"], **texts)
        known = set(typed["known"])
        return OrderDecision(
            measures=[self._measure(code) for code in typed["measures"]],
            months=typed["months"] or 0,
            places=[PlaceChosen(int(pk), pk in known) for pk in typed["places"]],
            **texts,
        )

    def _measure(self, code: str) -> MeasureChosen:
        typed = self.cleaned_data
        match code:
            case MeasureCode.M3:
                return MeasureChosen(code, within_days=typed["move_out_days"])
            case MeasureCode.M5:
                return MeasureChosen(code, distance_metres=typed["distance_metres"])
            case MeasureCode.M8:
                return MeasureChosen(
                    code, words=typed["hand_over_words"], within_days=typed["hand_over_days"]
                )
            case MeasureCode.M9:
                return MeasureChosen(code, words=typed["other_words"])
            case _:
                return MeasureChosen(code)

    def blame(self, error: InvalidInput) -> None:
        """The services say "words" for M8 and M9 alike: the empty one of the two is meant."""
        if error.field == "words":
            chosen = self.cleaned_data["measures"]
            needs_keys = MeasureCode.M8 in chosen and not self.cleaned_data["hand_over_words"]
            error = InvalidInput(error.message, field="hand_over_words" if needs_keys else "other_words")
        super().blame(error)


def month_choices(now: datetime, profile: Profile) -> list[tuple[int, str]]:
    """Every length that the law allows, with the last day it gives when the order is made today."""
    choices = []
    for count in range(1, profile.validity.max_months + 1):
        last_on, _ends_at = validity(now, count, profile)
        words = {"count": count, "year": last_on.year, "month": last_on.month, "day": last_on.day}
        choices.append((count, gettext("%(count)d 个月，至%(year)d年%(month)d月%(day)d日24时止") % words))
    return choices


def initial_of(decision: Decision) -> dict[str, Any]:
    """The fields of the form that show this decision."""
    texts = {
        "claims": decision.claims,
        "facts_found": decision.facts_found,
        "reasons": decision.reasons,
        "late_reason": decision.late_reason,
    }
    if isinstance(decision, RejectionDecision):
        return {"kind": REJECTION, "failed_conditions": list(decision.failed_conditions), **texts}
    by_code = {row.code: row for row in decision.measures}
    empty = MeasureChosen("")
    return {
        "kind": ORDER,
        "measures": list(by_code),
        "distance_metres": by_code.get(MeasureCode.M5, empty).distance_metres,
        "move_out_days": by_code.get(MeasureCode.M3, empty).within_days,
        "hand_over_words": by_code.get(MeasureCode.M8, empty).words,
        "hand_over_days": by_code.get(MeasureCode.M8, empty).within_days,
        "other_words": by_code.get(MeasureCode.M9, empty).words,
        "months": decision.months or None,
        "places": [str(row.detail_id) for row in decision.places],
        "known": [str(row.detail_id) for row in decision.places if row.confirmed_known],
        **texts,
    }


def initial_from_request(case: Case, requested: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A first form: issue, with the measures she asks for and her words for the two that need words."""
    words = dict(requested)
    most = load_profile(case.profile_id).validity.max_months
    return {
        "kind": ORDER,
        "measures": [code for code, _words in requested],
        "hand_over_words": words.get(MeasureCode.M8, ""),
        "other_words": words.get(MeasureCode.M9, ""),
        "months": min(case.application.requested_months or most, most),
    }


class SignForm(DeskForm):
    """The judge's own code makes the draft a ruling."""

    code = Line(
        label=_("动态验证码"),
        max_length=10,
        help_text=_("验证器上的 6 位数字，每个只能用一次。输入它就是签发。"),
        widget=forms.TextInput(
            attrs={"class": "code short", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    draft_version = forms.IntegerField(widget=forms.HiddenInput)
    last_event = forms.IntegerField(widget=forms.HiddenInput)
    # What she previewed, so that both texts can be shown when the draft was changed elsewhere meanwhile.
    previewed = forms.CharField(widget=forms.HiddenInput, max_length=60_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = _("请输入验证器上的 6 位数字。")


class AttemptForm(VersionedForm):
    """One attempt to serve."""

    way = PickOne(label=_("送达方式"))
    succeeded = PickOne(label=_("结果"), choices=[("yes", _("已送达")), ("no", _("没有送达"))])
    tried_at = forms.DateTimeField(
        label=_("时间"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "short"}, format="%Y-%m-%dT%H:%M"
        ),
        help_text=_("空着就是现在。"),
        error_messages={"invalid": _("请这样写时间：2026-03-11 10:20。")},
    )
    place = Line(
        label=_("地点"),
        max_length=200,
        required=False,
        help_text=_("加密保存，不印在送达回证上。"),
    )
    received_by = Line(
        label=_("签收人"), max_length=50, required=False, help_text=_("例如：本人，或同住成年家属的姓名。")
    )
    words = Line(
        label=_("情况说明"),
        max_length=500,
        required=False,
        help_text=_("没有送达时必填，例如“家中无人”。不要写申请人的住址。"),
    )

    def __init__(self, *args: Any, service: ServiceView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(way.value, way.label) for way in ways_for(service.recipient)]
        self.fields["way"].choices = ways  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The arguments of the service."""
        typed = self.cleaned_data
        return {
            "way": typed["way"],
            "succeeded": typed["succeeded"] == "yes",
            "tried_at": typed["tried_at"],
            "place": typed["place"],
            "received_by": typed["received_by"],
            "words": typed["words"],
            "expected_version": typed["version"],
        }


class EntrustForm(VersionedForm):
    """Which police body is asked to serve."""

    agency = PickFromList(label=_("委托哪个公安机关"))

    def __init__(self, *args: Any, bodies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bodies = {str(body.pk): body for body in bodies}
        self.fields["agency"].choices = [(pk, body.name) for pk, body in self._bodies.items()]  # type: ignore[attr-defined]

    def body(self) -> Agency:
        """The chosen body."""
        return self._bodies[self.cleaned_data["agency"]]


class AcknowledgeForm(VersionedForm):
    """Who of the station answers for the order."""

    officer = PickFromList(label=_("责任民警"), help_text=_("由谁负责这道命令的执行。"))

    def __init__(self, *args: Any, officers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._officers = {str(user.pk): user for user in officers}
        self.fields["officer"].choices = [(pk, user.display_name) for pk, user in self._officers.items()]  # type: ignore[attr-defined]

    def person(self) -> User:
        """The chosen officer."""
        return self._officers[self.cleaned_data["officer"]]
