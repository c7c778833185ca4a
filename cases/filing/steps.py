"""The screens of the application in their order; adding one is adding a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.roles import AgencyKind
from cases.filing.forms import (
    AskForm,
    NowForm,
    OtherForm,
    PlaceForm,
    StepForm,
    StoryForm,
    WhoForm,
    YoursForm,
)
from cases.filing.proposals import proposed_measures

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One screen: its neutral address, its form, its heading; `is_sealed` keeps it from the other side."""

    slug: str
    form: type[StepForm]
    title: str | Promise
    is_sealed: bool = False

    @property
    def template(self) -> str:
        return f"filing/step_{self.slug}.html"


STEPS = (
    Step("who", WhoForm, _("您是谁")),
    Step("story", StoryForm, _("发生了什么")),
    Step("now", NowForm, _("现在有多危险")),
    Step("other", OtherForm, _("对方是谁")),
    Step("place", PlaceForm, _("在哪里")),
    Step("ask", AskForm, _("希望法院做什么")),
    Step("yours", YoursForm, _("您的住处和联系方式"), is_sealed=True),
)
TOTAL = len(STEPS) + 1  # and the screen where all is read back


def step_by_slug(slug: str) -> Step | None:
    return next((step for step in STEPS if step.slug == slug), None)


def region_choices() -> list[tuple[str, str]]:
    """Districts with a basic court (基层法院, the court of first instance), by code; named after the court."""
    courts = Agency.objects.filter(kind=AgencyKind.COURT, is_active=True).order_by("region_code", "code")
    courts = courts.exclude(subordinates__kind=AgencyKind.COURT)
    names: dict[str, str] = {}
    for code, name in courts.values_list("region_code", "name"):
        names.setdefault(code, name.removesuffix("人民法院"))
    return list(names.items())


def blank_form(step: Step, answers: Answers, *, today: date, regions: Sequence[tuple[str, str]]) -> StepForm:
    """The screen as she left it, or with what her other answers suggest."""
    initial = dict(answers.get(step.slug) or _suggestions(step, answers))
    return step.form(initial=initial, today=today, regions=regions)


def bound_form(
    step: Step, data: Mapping[str, Any], *, today: date, regions: Sequence[tuple[str, str]]
) -> StepForm:
    """The screen with what was typed: a request's data, or a saved screen read again."""
    query = data if isinstance(data, QueryDict) else _as_query(data)
    return step.form(query, today=today, regions=regions)


def typed(form: StepForm) -> dict[str, Any]:
    """What is kept of a screen: exactly what was typed, so that reading it again checks it again."""
    query = form.data if isinstance(form.data, QueryDict) else _as_query(form.data)
    return {
        name: query.getlist(name) if isinstance(field, forms.MultipleChoiceField) else query.get(name, "")
        for name, field in form.fields.items()
    }


def checked_forms(
    answers: Answers, *, today: date, regions: Sequence[tuple[str, str]]
) -> dict[str, StepForm]:
    """Every screen, checked as it is saved; a screen never filled counts as empty."""
    return {
        step.slug: bound_form(step, answers.get(step.slug, {}), today=today, regions=regions)
        for step in STEPS
    }


def _suggestions(step: Step, answers: Answers) -> dict[str, Any]:
    return {"measures": proposed_measures(answers)} if step.slug == "ask" else {}


def _as_query(data: Mapping[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in data.items():
        if isinstance(value, list):
            query.setlist(name, value)
        else:
            query[name] = value
    return query
