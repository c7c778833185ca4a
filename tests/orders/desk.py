"""What the tests of the court's desk share: the case, its people in browsers, forms as they are filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from agencies.models import User
from agencies.roles import Role
from cases.models import Case, ConfidentialDetail
from cases.scope import whole_record
from cases.secrets import cipher
from orders.models import CasePaper, Service
from tests.agencies.login import code_now
from tests.record import ACCEPTED_AT, CANARIES, HOUR, District, refreshed

DECIDED_AT = ACCEPTED_AT + HOUR / 12
FACTS = "2026年3月10日晚，被申请人在家中殴打申请人，派出所出警处置。"
REASONS = "申请人遭受家庭暴力具有较大可能性，且面临再次遭受家庭暴力的现实危险。"
ORDER_FORM = {
    "kind": "order",
    "measures": ["M1", "M2", "M5"],
    "distance_metres": "200",
    "months": "6",
    "facts_found": FACTS,
    "reasons": REASONS,
    "draft_version": "0",
}
REJECTION_FORM = {
    "kind": "rejection",
    "failed_conditions": ["violence_or_danger"],
    "facts_found": "申请人与被申请人因财产问题发生口角。",
    "reasons": "现有材料不足以认定申请人遭受家庭暴力或者面临现实危险。",
    "draft_version": "0",
}


@dataclass
class Desk:
    """One accepted case and browsers of the people around it; each browser is opened once."""

    district: District
    case: Case
    open: Callable[[User], Client]

    def __post_init__(self) -> None:
        self._browsers: dict[int, Client] = {}

    def person(self, role: str) -> User:
        return self.district.one(role)

    def browser(self, who: str | User) -> Client:
        user = self.person(who) if isinstance(who, str) else who
        if user.pk not in self._browsers:
            self._browsers[user.pk] = self.open(user)
        return self._browsers[user.pk]

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"orders:{name}", args=[self.case.pk, *args])

    def get(self, who: str | User, name: str, *args: Any) -> Any:
        return self.browser(who).get(self.url(name, *args))

    def post(self, who: str | User, name: str, data: dict[str, Any], *args: Any) -> Any:
        return self.browser(who).post(self.url(name, *args), data)

    def write(self, form: dict[str, Any] | None = None, **changes: Any) -> Any:
        """The judge fills the form and asks for the papers."""
        return self.post(Role.JUDGE, "decide", {**(form or ORDER_FORM), **changes, "preview": "1"})

    def sign(self, *, code: str | None = None, steps_ahead: int = 0, **changes: Any) -> Any:
        """The judge signs what the preview page shows."""
        page = self.get(Role.JUDGE, "preview").content.decode()
        data = {**hidden_fields(page), "code": code or code_now(steps_ahead), **changes}
        return self.post(Role.JUDGE, "preview", data)

    def decide(self, form: dict[str, Any] | None = None, **changes: Any) -> Case:
        """From the form to the signed ruling."""
        assert self.write(form, **changes).status_code == 302
        assert self.sign().status_code == 302
        self.case = refreshed(self.case)
        return self.case

    def papers(self) -> dict[tuple[str, str], CasePaper]:
        with whole_record("test looks at papers"):
            return {(row.kind, row.audience): row for row in CasePaper.objects.filter(case=self.case)}

    def details(self) -> dict[str, int]:
        with whole_record("test looks at details"):
            return {row.kind: row.pk for row in ConfidentialDetail.objects.filter(case=self.case)}

    def service_on(self, recipient: str) -> Service:
        with whole_record("test looks at service"):
            return Service.objects.get(case=self.case, recipient=recipient)


def hidden_fields(page: str) -> dict[str, str]:
    """Names and values of the hidden fields of a page, without the form token."""
    tags = re.findall(r'<input type="hidden"[^>]*>', page)
    found = {}
    for tag in tags:
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def words_of(response: Any) -> str:
    """What a person reads on the page: no tags, no spaces."""
    page = re.sub(r"<head>.*?</head>", "", response.content.decode(), flags=re.DOTALL)
    return "".join(unescape(re.sub(r"<[^>]*>", "", page)).split())


def canaries_in(text: str) -> list[str]:
    """Kinds of confidential details whose text is found, whatever the spaces."""
    bare = "".join(text.split())
    return [str(kind) for kind, canary in CANARIES.items() if "".join(canary.split()) in bare]


def opened(paper: CasePaper) -> bytes:
    return cipher().decrypt(bytes(paper.content))
