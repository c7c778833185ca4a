"""What one copy of a ruling prints and another does not, in words and never in values (K3 stays closed).

The table names every field of every copy: a field that is not named here is shown under its own name, so
that a new one cannot slip past the judge's eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.documents.papers import ApplicantRuling, OrderRuling, PoliceRuling, RespondentRuling
from orders.documents.values import FullIdentity

Words = str | Promise

NAMES: dict[str, Words] = {
    "applicant.name": gettext_lazy("申请人姓名"),
    "applicant.sex": gettext_lazy("申请人性别"),
    "applicant.birth_on": gettext_lazy("申请人出生日期"),
    "applicant.id_number": gettext_lazy("申请人证件号码"),
    "applicant.residence": gettext_lazy("申请人住址"),
    "applicant.phone": gettext_lazy("申请人电话"),
    "agent": gettext_lazy("代为申请人"),
    "evidence": gettext_lazy("证据清单"),
    "protected_places": gettext_lazy("受保护的场所"),
    "known_places": gettext_lazy("受保护的场所"),
    "danger_level": gettext_lazy("危险等级"),
    "court_contact": gettext_lazy("法院联系方式"),
    "respondent": gettext_lazy("被申请人情况"),
}
# One line for what two copies hold under two names.
_SAME_LINE = {"known_places": "protected_places"}
_ORDER = (
    "applicant.residence",
    "applicant.phone",
    "applicant.id_number",
    "protected_places",
    "agent",
    "evidence",
    "danger_level",
    "court_contact",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: what each copy says about a part; `is_hidden_from_him` marks what his copy leaves out."""

    part: Words
    hers: Words
    his: Words
    police: Words

    @property
    def is_hidden_from_him(self) -> bool:
        return self.his != self.hers


def differences(hers: ApplicantRuling, his: RespondentRuling, police: PoliceRuling) -> list[Difference]:
    """Every part in which the three copies of one ruling are not alike."""
    copies = [_parts(copy) for copy in (hers, his, police)]
    names = dict.fromkeys(name for copy in copies for name in copy)
    ordered = sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    lines = []
    for name in ordered:
        values = [copy.get(name) or None for copy in copies]
        if values[0] == values[1] == values[2]:
            continue
        lines.append(Difference(NAMES.get(name, name), *(_in_words(name, value) for value in values)))
    return lines


def _parts(copy: OrderRuling) -> dict[str, Any]:
    """Field by field; the applicant's identity part by part."""
    parts: dict[str, Any] = {}
    for field in fields(copy):
        value = getattr(copy, field.name)
        if field.name == "applicant":
            parts |= {f"applicant.{part.name}": getattr(value, part.name) for part in fields(value)}
        elif field.name in ("protected_places", "known_places"):
            parts["protected_places"] = tuple((place.kind, place.words) for place in value)
        else:
            parts[_SAME_LINE.get(field.name, field.name)] = value
    return parts


def _in_words(name: str, value: Any) -> Words:
    if not value:
        return _("不印")
    if name == "protected_places":
        return _places_in_words(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _("印，共 %(count)d 项") % {"count": len(value)}
    return _("印")


def _places_in_words(places: Sequence[tuple[str, str]]) -> Words:
    kinds = "、".join(str(kind) for kind, _words in places)
    return _("印 %(count)d 处：%(kinds)s") % {"count": len(places), "kinds": kinds}


def identity_parts() -> frozenset[str]:
    """Names of the parts of her full identity, for the test that none is unnamed."""
    return frozenset(f"applicant.{part.name}" for part in fields(FullIdentity))
