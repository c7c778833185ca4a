"""From checked screens to the application that the court receives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases.filing.forms import StepForm, StoryForm
from cases.filing.proposals import OTHER_MEASURE
from cases.services.filing import ContactFiled, DetailFiled, Filing, PersonFiled
from cases.vocabulary import ContactChannel, DetailKind, IdentityKind

SECRETS = (
    ("residence", DetailKind.RESIDENCE),
    ("workplace", DetailKind.WORKPLACE),
    ("school", DetailKind.SCHOOL),
    ("shelter", DetailKind.SHELTER),
    ("phone", DetailKind.PHONE),
    ("email", DetailKind.EMAIL),
    ("trusted_person", DetailKind.HELPER),
)


def filing_from(forms: Mapping[str, StepForm], *, story_told_on: date) -> Filing:
    """The application. `story_told_on` is the day on which "today" and "yesterday" were said."""
    who, story, now, other, place, ask, yours = (
        forms[slug].cleaned_data for slug in ("who", "story", "now", "other", "place", "ask", "yours")
    )
    return Filing(
        applicant=_applicant(who),
        respondent=_respondent(other),
        relation=other["relation"],
        respondent_whereabouts=_whereabouts(other),
        statement=story["statement"],
        incident_kinds=story["kinds"],
        last_incident_on=_last_on(story, story_told_on),
        last_incident_words=str(dict(StoryForm.LAST).get(story["last_when"], "")),
        incident_place=place["incident_place"],
        incident_region=place["incident_region"],
        applicant_region=place["applicant_region"],
        respondent_region=place["respondent_region"],
        danger_answers={code: answer for code, answer in now.items() if answer},
        requested_measures=_measures(ask),
        requested_months=int(ask["months"]) if ask["months"] else None,
        details=_details(yours),
        contact=_contact(yours),
    )


def _applicant(who: Mapping[str, Any]) -> PersonFiled:
    number = who["identity_number"]
    return PersonFiled(
        name=who["name"],
        sex=who["sex"],
        born_on=who["born_on"],
        identity_kind=who["identity_kind"] or IdentityKind.NONE,
        identity_number=number,
    )


def _respondent(other: Mapping[str, Any]) -> PersonFiled:
    number = other["identity_number"]
    return PersonFiled(
        name=other["name"] or other["also_known_as"] or _("姓名不详"),
        also_known_as=other["also_known_as"],
        identity_kind=IdentityKind.RESIDENT if number else IdentityKind.NONE,
        identity_number=number,
    )


def _whereabouts(other: Mapping[str, Any]) -> str:
    phone = _("电话 %(phone)s") % {"phone": other["phone"]} if other["phone"] else ""
    return "；".join(filter(None, [other["whereabouts"], phone]))


def _last_on(story: Mapping[str, Any], told_on: date) -> date | None:
    if story["last_on"]:
        return story["last_on"]
    return {"today": told_on, "yesterday": told_on - timedelta(days=1)}.get(story["last_when"])


def _measures(ask: Mapping[str, Any]) -> list[dict[str, str]]:
    codes = list(ask["measures"])
    if ask["own_words"] and OTHER_MEASURE not in codes:
        codes.append(OTHER_MEASURE)
    return [{"code": code, "words": ask["own_words"] if code == OTHER_MEASURE else ""} for code in codes]


def _details(yours: Mapping[str, Any]) -> list[DetailFiled]:
    return [
        DetailFiled(kind=kind, text=yours[name], known_to_respondent=yours.get(f"{name}_known", False))
        for name, kind in SECRETS
        if yours[name]
    ]


def _contact(yours: Mapping[str, Any]) -> ContactFiled:
    channel = yours["channel"] or ContactChannel.NONE
    destination = yours["email"] if channel == ContactChannel.EMAIL else yours["phone"]
    return ContactFiled(
        channel=channel,
        destination="" if channel in {ContactChannel.NONE, ContactChannel.ORGANISATION} else destination,
        hour_from=int(yours["hour_from"] or 0),
        hour_until=int(yours["hour_until"] or 24),
        leave_no_message=not yours["may_leave_message"],
        code_word=yours["code_word"],
        trusted_person=yours["trusted_person"],
    )
