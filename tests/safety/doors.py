"""Every door of the staff's part of the portal, pages and API: who may open it, and how it is opened.

`DOORS` is written by hand; a test compares it with the addresses that there are, so that a new page or
call without a row here fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from agencies.models import User
from agencies.roles import Role
from cases.scope import case_scope
from orders.decisions import to_text
from orders.judging import last_sequence
from tests.agencies.login import code_now, sign_in
from tests.orders.desk import ORDER_FORM
from tests.orders.test_decision import DECISION
from tests.safety.matrix import Situation, Who, World, has_right, letter_of

COURT_LEAD = frozenset({Role.FILING_CLERK, Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR})
COURT = COURT_LEAD | {Role.JUDGE}
POLICE = frozenset({Role.OFFICER, Role.COMMANDER})
STATEMENT = {"facts_found": DECISION.facts_found, "reasons": DECISION.reasons}
FOUND, MOVED, MADE = 200, 302, 201

Words = Mapping[str, Any] | Callable[[World, Situation, Who], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Door:
    """One way in. `right` is an action of the law's table, or "staff"; `at` the situation it is tried in.

    A door without `at` leads to no single case: whoever has the role may open it. `only` narrows the roles.
    """

    name: str
    right: str
    at: str = ""
    method: str = "GET"
    says: Words | None = None
    answers: int = FOUND
    args: Callable[[World, Situation], list[Any]] = lambda world, at: []
    only: frozenset[str] = frozenset(Role)
    # What a judge who sees the case is told when it is a colleague's: her words back, and nothing written.
    tells_colleagues: int = 404

    @property
    def is_api(self) -> bool:
        return self.name.partition(":")[0] in {"cases_api", "orders_api", "api_schema"}

    def is_open_to(self, world: World, who: Who) -> bool:
        """What the law says of this person at this door."""
        if self.right == "staff":
            return isinstance(who.actor, User) and who.actor.is_active
        if who.role not in self.only:
            return False
        if not self.at:
            return who.has_desk and letter_of(who.role, self.right) != "-"
        return has_right(who, self.right, world.situations[self.at])

    def path(self, world: World) -> str:
        at = world.situations[self.at] if self.at else None
        args = ([at.case.pk] if at and not self.name.startswith("boards:") else []) + (
            self.args(world, at) if at else self.args(world, world.situations["accepted"])
        )
        return reverse(self.name, args=args)

    def knock(self, world: World, client: Client, who: Who) -> Any:
        """Try it as this person."""
        if self.method == "GET":
            return client.get(self.path(world))
        says = self.says or {}
        words = dict(says(world, world.situations[self.at or "accepted"], who) if callable(says) else says)
        if not self.is_api:
            return client.post(self.path(world), words)
        return client.post(self.path(world), json.dumps(words), content_type="application/json")


def versioned(**words: Any) -> Callable[[World, Situation, Who], Mapping[str, Any]]:
    return lambda world, at, who: {"version": at.case.version, **words}


def _transfer(world: World, at: Situation, who: Who) -> Mapping[str, Any]:
    return {"version": at.case.version, "court": world.away.court.pk, "reason": "管辖在那边"}


def _judge(world: World, at: Situation, who: Who) -> Mapping[str, Any]:
    return {"version": at.case.version, "judge": world.home.other(Role.JUDGE).pk}


def _officer(world: World, at: Situation, who: Who) -> Mapping[str, Any]:
    return {"version": at.case.version, "officer": world.home.one(Role.OFFICER).pk}


def _sign(world: World, at: Situation, who: Who) -> Mapping[str, Any]:
    with case_scope(at.case.pk):
        sequence = last_sequence(at.case)
    signed = {"version": at.case.version, "draft_version": 1, "last_event": sequence}
    return {**signed, "previewed": to_text(DECISION), "code": code_now()}


def _picture(world: World, at: Situation, who: Who) -> Mapping[str, Any]:
    content = b"\xff\xd8\xff\xe0" + b"\x00\x10JFIF" + bytes(64)
    file = SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")
    return {"file": file, "kind": "E04", "audience": "on_case"}


def _issue(world: World, at: Situation, who: Who) -> Mapping[str, Any]:
    measures = [{"code": "M1"}, {"code": "M5", "distance_metres": 200}]
    return {"version": at.case.version, "code": code_now(), **STATEMENT, "measures": measures, "months": 6}


def _reject(world: World, at: Situation, who: Who) -> Mapping[str, Any]:
    conditions = {"failed_conditions": ["violence_or_danger"]}
    return {"version": at.case.version, "code": code_now(), **STATEMENT, **conditions}


def _entrust(world: World, at: Situation, who: Who) -> Mapping[str, Any]:
    return {"version": at.case.version, "agency": world.home.police.code}


def detail(world: World, at: Situation) -> list[Any]:
    return [world.detail_of(at).pk]


def service(world: World, at: Situation) -> list[Any]:
    found = world.service_of(at)
    return [found.pk] if found else []


def police_note(world: World, at: Situation) -> list[Any]:
    return [world.notes["police"].pk]


def police_paper(world: World, at: Situation) -> list[Any]:
    return [world.paper_of(at, "ruling", "police").pk]


def _copy(world: World, at: Situation) -> list[Any]:
    return ["ruling", "respondent"]


NOTE = {"text": "到场记录", "audience": "own_agency"}
RECORD = {"kind": "E02", "description": "出警记录", "audience": "on_case"}
NOBODY_HOME = {"way": "in_person", "words": "家中无人"}

PAGES = (
    Door("cases:home", "staff", answers=MOVED),
    Door("cases:queue", "application.accept"),
    Door("cases:queue_rows", "application.accept"),
    Door("cases:mine", "case.view"),
    Door("cases:mine_rows", "case.view"),
    Door("cases:notices", "staff"),
    Door("cases:all_seen", "staff", method="POST", answers=MOVED),
    Door("cases:glass", "break_glass.use"),
    Door("cases:glass_reviews", "log.view"),
    Door("cases:detail", "case.view", "submitted"),
    Door("cases:detail", "case.view", "issued"),
    Door("cases:accepted", "case.view", "accepted"),
    Door("cases:accept", "application.accept", "submitted"),
    Door("cases:accept", "application.accept", "submitted", "POST", versioned(pace="normal"), MOVED),
    Door("cases:correct", "application.request_correction", "submitted"),
    Door(
        "cases:correct",
        "application.request_correction",
        "submitted",
        "POST",
        versioned(points="请写明姓名", days=3),
        MOVED,
    ),
    Door("cases:transfer", "application.transfer", "submitted"),
    Door("cases:transfer", "application.transfer", "submitted", "POST", _transfer, MOVED),
    Door("cases:decline", "application.decline_acceptance", "submitted"),
    Door(
        "cases:decline",
        "application.decline_acceptance",
        "submitted",
        "POST",
        versioned(reason_code="not_domestic"),
        MOVED,
    ),
    Door("cases:mark", "application.mark_emergency", "accepted"),
    Door(
        "cases:mark", "application.mark_emergency", "accepted", "POST", versioned(reason_code="weapon"), MOVED
    ),
    Door("cases:unmark", "application.unmark_emergency", "accepted, urgent"),
    Door(
        "cases:unmark",
        "application.unmark_emergency",
        "accepted, urgent",
        "POST",
        versioned(reason_code="safe_now"),
        MOVED,
    ),
    Door("cases:propose", "application.propose_emergency", "accepted"),
    Door(
        "cases:propose",
        "application.propose_emergency",
        "accepted",
        "POST",
        versioned(reason_code="police_report"),
        MOVED,
    ),
    Door("cases:assign", "application.assign", "accepted", only=COURT_LEAD),
    Door("cases:assign", "application.assign", "accepted", "POST", _judge, MOVED, only=COURT_LEAD),
    Door("cases:recuse", "case.view", "accepted"),
    Door("cases:recuse", "case.view", "accepted", "POST", {"sure": "on"}, MOVED),
    Door("cases:note", "note.add", "accepted"),
    Door("cases:note", "note.add", "accepted", "POST", NOTE, MOVED),
    Door("cases:correct_note", "note.add", "accepted", args=police_note, only=POLICE),
    Door("cases:correct_note", "note.add", "accepted", "POST", NOTE, MOVED, police_note, POLICE),
    Door("cases:record", "evidence.add", "accepted"),
    Door("cases:record", "evidence.add", "accepted", "POST", RECORD, MOVED),
    Door("cases:file", "evidence.add", "accepted"),
    Door("cases:file", "evidence.add", "accepted", "POST", _picture, MOVED),
    Door("cases:show", "confidential.reveal", "accepted", args=detail),
    Door("cases:show", "confidential.reveal", "accepted", "POST", {"purpose": "protect"}, args=detail),
    Door("orders:judge", "application.issue"),
    Door("orders:judge_rows", "application.issue"),
    Door("orders:decide", "application.issue", "accepted"),
    Door(
        "orders:decide",
        "application.issue",
        "accepted, urgent",
        "POST",
        ORDER_FORM,
        MOVED,
        tells_colleagues=409,
    ),
    Door("orders:preview", "application.issue", "accepted"),
    Door("orders:preview", "application.issue", "accepted", "POST", _sign, MOVED, tells_colleagues=409),
    Door("orders:preview_file", "application.issue", "accepted", args=_copy),
    Door("orders:preview_pages", "application.issue", "accepted", args=_copy),
    Door("orders:issued", "application.issue", "issued"),
    Door("orders:papers", "case.view", "issued"),
    Door("orders:application", "case.view", "issued", only=COURT),
    Door("orders:paper", "case.view", "issued", args=police_paper, only=COURT | POLICE),
    Door("orders:service", "service.record", "issued"),
    Door("orders:service", "service.record", "issued, police asked"),
    Door(
        "orders:entrust",
        "service.record",
        "issued",
        "POST",
        lambda world, at, who: {"version": at.case.version, "agency": world.home.police.pk},
        MOVED,
        only=COURT_LEAD,
    ),
    Door("orders:attempt", "service.record", "issued", args=service),
    Door("orders:attempt", "service.record", "issued, police asked", args=service),
    Door(
        "orders:attempt",
        "service.record",
        "issued, police asked",
        "POST",
        versioned(succeeded="no", **NOBODY_HOME),
        MOVED,
        service,
    ),
    Door("orders:acknowledge", "order.acknowledge", "issued"),
    Door("orders:acknowledge", "order.acknowledge", "issued", "POST", _officer, MOVED),
    Door("boards:board", "board.view"),
    Door("boards:wall", "board.view"),
    Door("boards:live", "board.view"),
    Door("boards:list", "board.view", args=lambda world, at: ["overdue"]),
    Door("boards:rows", "board.view", args=lambda world, at: ["overdue"]),
    Door("boards:list", "statistics.view", args=lambda world, at: ["half-hour"]),
    Door("boards:rows", "statistics.view", args=lambda world, at: ["half-hour"]),
    Door("boards:deadline", "board.view", "accepted", args=lambda world, at: [world.deadline_of(at).pk]),
)

CALLS = (
    Door("api_schema", "staff"),
    Door("cases_api:list", "case.view"),
    Door("cases_api:detail", "case.view", "submitted"),
    Door("cases_api:detail", "case.view", "issued"),
    Door("cases_api:application", "case.view", "accepted"),
    Door("cases_api:notes", "case.view", "accepted"),
    Door("cases_api:notes", "note.add", "accepted", "POST", NOTE, MADE),
    Door("cases_api:note_corrections", "note.add", "accepted", "POST", NOTE, MADE, police_note, POLICE),
    Door("cases_api:evidence", "case.view", "accepted"),
    Door("cases_api:evidence", "evidence.add", "accepted", "POST", RECORD, MADE),
    Door("cases_api:deadlines", "case.view", "accepted"),
    Door("cases_api:timeline", "case.view", "accepted"),
    Door("cases_api:looks", "case.view", "accepted"),
    Door("cases_api:reveal", "confidential.reveal", "accepted", "POST", {"purpose": "protect"}, args=detail),
    Door("cases_api:accept", "application.accept", "submitted", "POST", versioned()),
    Door(
        "cases_api:request_correction",
        "application.request_correction",
        "submitted",
        "POST",
        versioned(points=["请写明姓名"]),
    ),
    Door(
        "cases_api:transfer",
        "application.transfer",
        "submitted",
        "POST",
        versioned(court_code="川0131", reason="管辖在那边"),
    ),
    Door(
        "cases_api:decline_acceptance",
        "application.decline_acceptance",
        "submitted",
        "POST",
        versioned(reason_code="not_domestic"),
    ),
    Door(
        "cases_api:mark_emergency",
        "application.mark_emergency",
        "accepted",
        "POST",
        versioned(reason_code="weapon"),
    ),
    Door(
        "cases_api:unmark_emergency",
        "application.unmark_emergency",
        "accepted, urgent",
        "POST",
        versioned(reason_code="safe_now"),
    ),
    Door(
        "cases_api:propose_emergency",
        "application.propose_emergency",
        "accepted",
        "POST",
        {"reason_code": "police_report"},
    ),
    Door("cases_api:assign", "application.assign", "accepted", only=COURT_LEAD),
    Door("cases_api:assign", "application.assign", "accepted", "POST", _judge, only=COURT_LEAD),
    Door("orders_api:issue", "application.issue", "accepted", "POST", _issue),
    Door("orders_api:reject", "application.reject", "accepted, urgent", "POST", _reject),
    Door("orders_api:draft", "case.view", "accepted", only=frozenset({Role.JUDGE, Role.COURT_PRESIDENT})),
    Door("orders_api:order", "case.view", "issued"),
    Door("orders_api:services", "case.view", "issued"),
    Door("orders_api:entrust", "service.record", "issued", "POST", _entrust, only=COURT_LEAD),
    Door(
        "orders_api:attempts",
        "service.record",
        "issued, police asked",
        "POST",
        versioned(succeeded=False, **NOBODY_HOME),
        args=service,
    ),
    Door("orders_api:acknowledge", "order.acknowledge", "issued"),
    Door("orders_api:acknowledge", "order.acknowledge", "issued", "POST", _officer),
)
DOORS = (*PAGES, *CALLS)
# A notice is its reader's own, a use of break-glass has reviewers of its own (tests/cases/test_break_glass.py).
TRIED_APART = frozenset({"cases:seen", "cases:glass_review"})


@dataclass(frozen=True, slots=True)
class Address:
    """One URL pattern of the portal."""

    name: str
    route: str
    callback: Any

    @property
    def is_of_staff(self) -> bool:
        return self.route.startswith(("/desk/", "/api/"))


def addresses() -> Iterator[Address]:
    """Every URL pattern that there is."""
    stack: list[tuple[Any, str, str]] = [(row, "/", "") for row in get_resolver().url_patterns]
    while stack:
        row, before, space = stack.pop()
        route = before + str(row.pattern)
        if isinstance(row, URLPattern):
            name = row.name or ""
            yield Address(f"{space}:{name}" if space else name, route, row.callback)
        else:
            stack += [(inner, route, row.namespace or space) for inner in row.url_patterns]


class Browsers:
    """One signed-in browser a person, opened with the world so that no trial's undoing closes it."""

    def __init__(self, people: Iterable[Who]) -> None:
        self._open: dict[str, Client] = {}
        for who in people:
            if isinstance(who.actor, User | AnonymousUser):
                client = Client(raise_request_exception=False)
                signs_in = isinstance(who.actor, User)
                self._open[who.label] = sign_in(client, who.actor) if signs_in else client

    def of(self, who: Who) -> Client:
        return self._open[who.label]
