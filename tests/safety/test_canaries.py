"""Nothing of the case reaches the respondent or a stranger: walked with a canary in every confidential place."""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client, override_settings
from django.urls import reverse

from agencies.models import Agency, User
from agencies.roles import Role
from cases.models import AccessLog, BreakGlass, CaseEvent
from cases.scope import whole_record
from cases.services.break_glass import open_glass
from cases.services.evidence import add_file
from deadlines.channels import email, sms
from deadlines.engine import sweep
from deadlines.messages import sentence, write
from deadlines.models import Deadline, OutboxMessage
from deadlines.sending import send_due, values_of
from orders.models import CasePaper
from portal.celery import app
from tests.agencies.login import sign_in
from tests.record import HOUR, make_filing, submit_case
from tests.record import PASSPHRASE as OTHERS_PASSPHRASE
from tests.safety.canaries import (
    Listener,
    MarkedCase,
    come_back,
    decompressed,
    every_word_of,
    found_in,
    go_the_whole_way,
    rows_with,
)
from tests.safety.doors import Address, Browsers, addresses
from tests.safety.matrix import NOW, World, undone

pytestmark = pytest.mark.django_db


@dataclass
class Walk:
    """The marked case in its world, and the browsers of those who must learn nothing of it."""

    world: World
    marked: MarkedCase
    log: Listener
    strangers: dict[str, Client]
    insiders: Browsers
    # Somebody of a third body has opened the case by break-glass.
    use: BreakGlass

    def path(self, address: Address, *, missing: bool = False) -> str:
        """The address with the marked case's own ids in it, or with ids that lead nowhere."""
        marked = self.marked
        with whole_record("the test looks for a paper"):
            paper = CasePaper.objects.filter(case=marked.case, audience="respondent").earliest("pk")
        fillings = {
            "case_id": marked.case.pk,
            "detail_id": marked.detail_id,
            "note_id": marked.note_id,
            "service_id": marked.service_id,
            "paper_id": paper.pk,
            "notice_id": OutboxMessage.objects.filter(subject_id=marked.case.pk).latest("pk").pk,
            "deadline_id": Deadline.objects.filter(subject_id=marked.case.pk).earliest("pk").pk,
            "use_id": self.use.pk,
            "kind": "ruling",
            "audience": "respondent",
            "slug": "yours",
            "key": "overdue",
        }
        nowhere = {"uuid": uuid4(), "int": 10**9}
        named = re.findall(r"<(\w+):(\w+)>", address.route)
        return reverse(
            address.name,
            kwargs={
                name: nowhere[kind] if missing and kind in nowhere else fillings[name] for kind, name in named
            },
        )


@pytest.fixture(scope="module")
def walk(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with override_settings(FILES_ROOT=tmp_path_factory.mktemp("files")), Listener() as log:
        # With addresses, so that staff are told outside of the portal too.
        User.objects.update(email=Concat("username", Value("@staff.invalid")), phone="13800000000")
        marked = go_the_whole_way(world.home)
        other = submit_case(make_filing(world.home))
        inside = Browsers(world.people)
        labels = [
            "anonymous",
            *(f"{role} next door" for role in (Role.FILING_CLERK, Role.JUDGE, Role.COURT_PRESIDENT)),
            *(f"{role} next door" for role in (Role.OFFICER, Role.FEDERATION_SUPERVISOR)),
            Role.AUDITOR,
            Role.PLATFORM_ADMIN,
            "judge until yesterday",
        ]
        strangers = {label: inside.of(world.who(label)) for label in labels}
        strangers["another applicant"] = come_back(other, OTHERS_PASSPHRASE)
        opener = world.away.other(Role.COMMANDER)
        reference = marked.case.staff_reference
        use = open_glass(actor=opener, reference=reference, reason=marked.canaries.glass_reason, now=NOW)
        yield Walk(world, marked, log, strangers, inside, use)


ADDRESSES = sorted({row.name: row for row in addresses() if row.name}.values(), key=lambda row: row.name)


def test_the_walk_meets_every_address() -> None:
    assert len(ADDRESSES) == len({row.route for row in addresses()})


@pytest.mark.parametrize("method", ["get", "post"])
def test_inv_26_40_no_stranger_finds_a_canary_at_any_address(walk: Walk, method: str) -> None:
    birds = {**walk.marked.canaries.all(), "reference for staff": walk.marked.case.staff_reference}
    found, answers = [], 0
    for address in ADDRESSES:
        path = walk.path(address)
        for label, client in walk.strangers.items():
            with undone():
                answer = getattr(client, method)(path)
            answers += 1
            if answer.status_code >= 500:
                found.append((address.name, label, answer.status_code))
            found += [(address.name, label, name) for name in found_in(decompressed(answer), birds.items())]
    # An auditor reviews uses of break-glass and names the case by its neutral reference (SR-17).
    reviewed = {("cases:glass_review", Role.AUDITOR, "reference for staff")}
    reviewed |= {("cases:glass_reviews", Role.AUDITOR, "reference for staff")}
    assert set(found) - reviewed == set()
    assert answers == len(ADDRESSES) * len(walk.strangers)


def test_inv_32_missing_and_forbidden_are_the_same_bytes_at_every_address(walk: Walk) -> None:
    different, compared = [], 0
    for address in ADDRESSES:
        if not re.search(r"<(uuid|int):", address.route):
            continue
        for label, client in walk.strangers.items():
            for method in ("get", "post"):
                ask = getattr(client, method)
                with undone():
                    forbidden = ask(walk.path(address))
                with undone():
                    missing = ask(walk.path(address, missing=True))
                compared += 1
                if not _alike(forbidden, missing):
                    different.append((method, address.name, label))
    assert different == []
    assert compared > 500


def _alike(one: Any, other: Any) -> bool:
    """Status, headers and body; the sign-in page's `next` holds the address that was asked for."""
    heads = [{name: value for name, value in answer.items() if name != "Location"} for answer in (one, other)]
    leads = [answer.get("Location", "").partition("?")[0] for answer in (one, other)]
    return (
        one.status_code == other.status_code
        and one.content == other.content
        and heads[0] == heads[1]
        and leads[0] == leads[1]
    )


@pytest.mark.parametrize("name", ["cases:detail", "cases_api:detail"])
def test_sr_11_missing_and_forbidden_take_the_same_time(walk: Walk, name: str) -> None:
    client = walk.strangers[f"{Role.FILING_CLERK} next door"]
    forbidden = reverse(name, args=[walk.marked.case.pk])
    times: dict[str, list[float]] = {"forbidden": [], "missing": []}
    with undone():
        for _ in range(200):
            for label, path in (("forbidden", forbidden), ("missing", reverse(name, args=[uuid4()]))):
                begun = time.perf_counter()
                client.get(path)
                times[label].append(time.perf_counter() - begun)
    difference = abs(statistics.median(times["forbidden"]) - statistics.median(times["missing"]))
    assert difference < 0.010, f"{difference * 1000:.1f} ms"


@pytest.mark.parametrize("audience", ["respondent", "committee"])
def test_inv_26_no_paper_for_outside_holds_a_canary(walk: Walk, audience: str) -> None:
    papers = walk.marked.papers(audience)
    birds = walk.marked.canaries.hidden_from_respondent()
    assert papers
    for paper, pdf in papers:
        assert found_in(every_word_of(pdf), birds.items()) == [], (paper.kind, paper.audience)


def test_inv_27_his_copy_names_the_confirmed_place_and_no_other(walk: Walk) -> None:
    ruling = next(pdf for paper, pdf in walk.marked.papers("respondent") if paper.kind == "ruling")
    places = {
        name: getattr(walk.marked.canaries, name) for name in ("known", "school", "residence", "workplace")
    }
    assert found_in(every_word_of(ruling), places.items()) == ["known"]


def test_the_search_of_papers_would_find_a_canary(walk: Walk) -> None:
    found = [
        found_in(every_word_of(pdf), walk.marked.canaries.all().items())
        for _p, pdf in walk.marked.papers("police")
    ]
    assert any("school" in names for names in found)


def test_inv_26_a_certificate_of_service_names_no_place_of_hers(walk: Walk) -> None:
    certificates = [pdf for paper, pdf in walk.marked.papers("court") if paper.kind == "service_certificate"]
    birds = walk.marked.canaries.hidden_from_respondent()
    assert certificates and not [pdf for pdf in certificates if found_in(every_word_of(pdf), birds.items())]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What gateway and mail server are handed."""
    taken: list[dict[str, Any]] = []
    monkeypatch.setattr(sms, "send", lambda **message: taken.append({"channel": "sms", **message}))
    monkeypatch.setattr(email, "send", lambda **message: taken.append({"channel": "email", **message}))
    return taken


def test_inv_41_messages_hold_a_neutral_sentence_only(walk: Walk, sent: list[dict[str, Any]]) -> None:
    marked = walk.marked
    sweep(NOW + 23 * HOUR)
    rows = list(OutboxMessage.objects.filter(subject_id=marked.case.pk).select_related("step__deadline"))
    rows += list(
        OutboxMessage.objects.filter(step__deadline__subject_id=marked.case.pk).select_related(
            "step__deadline"
        )
    )
    to_her = [row for row in rows if row.user_id is None]
    assert to_her and len(rows) > 10
    names = ["林小雨", "赵大山", marked.case.number, *Agency.objects.values_list("name", flat=True)]
    for row in to_her:
        assert row.params == {} and sentence(row.template_id).audience == "applicant"
    for row in rows:
        kept = json.dumps([row.key, row.params, row.last_error], ensure_ascii=False)
        words = "".join(write(row.template_id, values_of(row)))
        assert not found_in(kept + words, marked.canaries.all().items())
        assert not [name for name in names if name and name in words], row.template_id
    send_due(NOW + 23 * HOUR)
    _only_her_own_number_and_code_word(marked, sent)


def _only_her_own_number_and_code_word(marked: MarkedCase, sent: list[dict[str, Any]]) -> None:
    """What leaves for her goes to the number she gave, with her code word and nothing else of hers."""
    birds = marked.canaries.all()
    hers = [message for message in sent if marked.canaries.phone in str(message.values())]
    assert hers and len(sent) > len(hers)
    for message in sent:
        names = set(found_in(json.dumps(message, ensure_ascii=False, default=str), birds.items()))
        assert names <= ({"phone", "code_word"} if message in hers else set()), names


def test_sr_40_tasks_take_no_arguments_so_that_none_can_hold_a_canary() -> None:
    app.loader.import_default_modules()
    own = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert own
    for name, task in own.items():
        code = task.run.__func__.__code__ if hasattr(task.run, "__func__") else task.run.__code__
        assert code.co_argcount == 0, f"{name} takes arguments; then they must be ids only, and tried here"
    for entry in app.conf.beat_schedule.values():
        assert not entry.get("args") and not entry.get("kwargs")


def test_sr_18_46_log_rows_and_timeline_hold_identifiers_only(walk: Walk) -> None:
    birds = walk.marked.canaries.all().items()
    for client in walk.strangers.values():
        client.get(reverse("cases:detail", args=[walk.marked.case.pk]))
    looks = json.dumps(list(AccessLog.objects.values()), default=str, ensure_ascii=False)
    events = json.dumps(list(CaseEvent.unscoped.values()), default=str, ensure_ascii=False)
    assert found_in(looks, birds) == [] and found_in(events, birds) == []
    assert str(walk.marked.case.pk) in looks and str(walk.marked.case.pk) in events


def test_sr_36_confidential_texts_lie_nowhere_readable_in_the_database(walk: Walk) -> None:
    assert list(rows_with(walk.marked.canaries.kept_closed())) == []
    assert list(rows_with({"statement": walk.marked.canaries.statement})) == [
        ("cases_application", "statement")
    ]


def test_sr_04_sessions_hold_nothing_of_a_case(walk: Walk) -> None:
    own = come_back(walk.marked.receipt, walk.marked.canaries.passphrase)
    assert walk.marked.canaries.known not in own.get("/before/").content.decode()
    assert own.get("/my/").status_code == 200
    kept = " ".join(str(row.get_decoded()) for row in Session.objects.all())
    assert found_in(kept, walk.marked.canaries.all().items()) == []


def test_sr_35_logs_hold_no_canary_even_when_a_page_fails(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = walk.marked
    come_back(marked.receipt, marked.canaries.passphrase).get("/my/")
    come_back(marked.receipt, marked.canaries.passphrase + "x")
    judge = walk.insiders.of(walk.world.who(Role.JUDGE))
    for name in ("cases:detail", "orders:papers", "cases_api:detail", "cases_api:notes"):
        assert judge.get(reverse(name, args=[marked.case.pk])).status_code == 200
    reveal = reverse("cases_api:reveal", args=[marked.case.pk, marked.detail_id])
    shown = judge.post(reveal, {"purpose": "decide"}, content_type="application/json")
    assert marked.canaries.shelter in shown.content.decode()
    with pytest.MonkeyPatch.context() as broken:

        def fails(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError("the page itself is broken")

        broken.setattr("cases.api.reading.answer", fails)
        assert judge.post(reveal, {"purpose": "decide"}, content_type="application/json").status_code == 500
    heard = "\n".join(walk.log.heard)
    assert "the page itself is broken" in heard
    assert found_in(heard, marked.canaries.all().items()) == []


def test_sr_27_sealed_files_are_unreadable_where_they_lie(walk: Walk, settings: Any) -> None:
    officer = walk.world.home.one(Role.OFFICER)
    content = b"\xff\xd8\xff\xe0 " + walk.marked.canaries.shelter.encode()
    with undone():
        add_file(actor=officer, case=walk.marked.case, content=content, kind="E04", now=NOW)
    files = [path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()]
    assert files and not [
        path for path in files if walk.marked.canaries.shelter.encode() in path.read_bytes()
    ]


def test_inv_34_auditor_and_administrator_see_no_content_wherever_they_look(walk: Walk) -> None:
    seen = []
    birds = {**walk.marked.canaries.all(), "her name": "林小雨", "his name": "赵大山"}
    for role in (Role.AUDITOR, Role.PLATFORM_ADMIN):
        client = sign_in(
            Client(raise_request_exception=False), User.objects.get(pk=walk.world.home.one(role).pk)
        )
        for address in ADDRESSES:
            if address.is_of_staff or address.route.startswith("/staff/"):
                with undone():
                    answer = client.get(walk.path(address))
                seen += [(role, address.name, name) for name in found_in(decompressed(answer), birds.items())]
    assert seen == []
