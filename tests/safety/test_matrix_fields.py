"""Classes of content by role and surface: each class's canary is seen exactly where the law says (SR-13)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from agencies.roles import AgencyKind, Role
from cases.field_table import BY_BODY, FieldAccess, field_access
from cases.models import Case, ConfidentialDetail
from cases.scope import whole_record
from cases.services import acceptance, filing
from cases.services.notes import add_note
from cases.vocabulary import Answer, Audience, DangerLevel, DangerSign, DataClass, DetailKind
from orders.services.decision import save_draft
from tests.orders.test_decision import DECISION
from tests.record import ACCEPTED_AT, CANARIES, make_filing, refreshed, submit_case
from tests.safety.doors import Browsers
from tests.safety.matrix import HOME_OF, NOW, ROLES, Who, World, undone

pytestmark = pytest.mark.django_db

# Law.md 6, one letter for each of ROLES: R read on the page · M masked, opened on request · L the level only.
# K5 is the federation's own; what it shares is a note with an audience.
CLASSES = {
    "K1": "RRRRRRRR--",
    "K2": "RRRRRRRR--",
    "K3": "MMMMMMMM--",
    "K4": "RRRRLLRR--",
    "K5": "------RR--",
    "K6": "-RR-------",
    "K7": "---R-R-R--",
}
ACCESS = {"R": FieldAccess.READ, "M": FieldAccess.REVEAL, "L": FieldAccess.LEVEL, "-": FieldAccess.NONE}

NAME, NUMBER = "金丝雀姓名八八", "51011819900101884X"
STORY = "金丝雀经过八八四三：昨天晚上他又打了我。"
CHILD = "金丝雀孩子的话八八四四"
COUNSEL, SHARED = "金丝雀辅导记录八八四五", "金丝雀共享记录八八四六"
DRAFT = "金丝雀草稿八八四七：查明被申请人多次殴打申请人。"
SIGN = str(DangerSign.CHOKED.label)
LEVEL = str(DangerLevel.HIGH.label)


def letter(role: str, data_class: str) -> str:
    return CLASSES[data_class][ROLES.index(Role(role))]


def test_inv_31_the_table_of_classes_is_that_of_the_law_cell_by_cell() -> None:
    for role in ROLES:
        for data_class in DataClass:
            wanted = ACCESS[letter(role, data_class)]
            assert field_access(HOME_OF[role], role, data_class) == wanted, (role, data_class)


def test_inv_31_an_unknown_body_role_or_class_reads_nothing() -> None:
    for body, role, data_class in (
        ("committee", "contact", "K1"),
        ("respondent", "", "K1"),
        ("", Role.JUDGE, "K6"),
        (AgencyKind.COURT, Role.JUDGE, "K8"),
        ("somebody", Role.COURT_PRESIDENT, "K6"),
    ):
        assert field_access(body, role, data_class) == FieldAccess.NONE
    assert AgencyKind.COMMITTEE not in BY_BODY


@dataclass(frozen=True, slots=True)
class Marked:
    """A case in which every class holds a canary, and the browsers of everybody around it."""

    world: World
    case: Case
    browsers: Browsers

    def page(self, who: Who) -> str:
        with undone():
            return self.browsers.of(who).get(reverse("cases:detail", args=[self.case.pk])).content.decode()

    def called(self, who: Who) -> dict[str, str]:
        """What each part of the API says of the case to this person."""
        parts = ("detail", "application", "notes", "evidence", "timeline", "deadlines", "looks")
        with undone():
            client: Client = self.browsers.of(who)
            return {
                name: client.get(reverse(f"cases_api:{name}", args=[self.case.pk])).content.decode()
                for name in parts
            } | {"draft": client.get(reverse("orders_api:draft", args=[self.case.pk])).content.decode()}


@pytest.fixture(scope="module")
def marked(world: World) -> Marked:
    filed = make_filing(
        world.home,
        applicant=filing.PersonFiled(name=NAME, sex="female"),
        respondent=filing.PersonFiled(name="赵大山", identity_kind="resident", identity_number=NUMBER),
        statement=STORY,
        danger_answers={DangerSign.CHOKED: Answer.YES},
        details=[
            *(filing.DetailFiled(kind, text) for kind, text in CANARIES.items()),
            filing.DetailFiled(DetailKind.CHILD_WORDS, CHILD),
        ],
    )
    case = submit_case(filed).case
    home = world.home
    acceptance.accept_application(actor=home.one(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    judge = home.one(Role.JUDGE)
    if refreshed(case).assigned_judge_id != judge.pk:
        president = home.one(Role.COURT_PRESIDENT)
        acceptance.assign_judge(actor=president, case=case, judge=judge, now=ACCEPTED_AT)
    worker = home.one(Role.FEDERATION_WORKER)
    for text, audience in ((COUNSEL, Audience.OWN_AGENCY), (SHARED, Audience.ON_CASE)):
        add_note(actor=worker, case=case, text=text, audience=audience, now=NOW)
    save_draft(actor=judge, case=case, decision=replace(DECISION, facts_found=DRAFT), now=NOW)
    marked = Marked(world, refreshed(case), Browsers(world.people))
    for role in (Role.JUDGE, Role.OFFICER, Role.FEDERATION_WORKER):
        marked.browsers.of(world.who(role)).get(reverse("cases:detail", args=[case.pk]))
    return marked


@pytest.mark.parametrize("role", ROLES)
def test_sr_13_each_class_is_on_the_page_exactly_for_whom_the_law_says(marked: Marked, role: str) -> None:
    page = marked.page(marked.world.who(role))
    seen = {
        "K1": NAME in page and NUMBER in page,
        "K2": STORY in page,
        "K4": SIGN in page,
        "K5": COUNSEL in page,
        "K7": 'id="looks"' in page,
    }
    assert seen == {data_class: letter(role, data_class) == "R" for data_class in seen}
    assert (LEVEL in page) == (letter(role, "K4") in "RL")
    assert ("•••" in page) == (letter(role, "K3") == "M")
    assert (SHARED in page) == (letter(role, "K2") == "R")
    _nothing_closed(page)
    assert DRAFT not in page


@pytest.mark.parametrize("role", ROLES)
def test_sr_13_each_class_is_in_the_api_exactly_for_whom_the_law_says(marked: Marked, role: str) -> None:
    said = marked.called(marked.world.who(role))
    detail = said["detail"]
    seen = {
        "K1": NAME in detail and NUMBER in detail,
        "K2": STORY in detail and STORY in said["application"],
        "K4": '"sign":"choked"' in detail and '"answers"' in said["application"],
        "K5": COUNSEL in said["notes"],
        "K6": DRAFT in said["draft"],
        "K7": '"purpose"' in said["looks"],
    }
    assert seen == {data_class: letter(role, data_class) == "R" for data_class in seen}
    assert ('"level":"high"' in detail) == (letter(role, "K4") in "RL")
    assert ("•••" in detail) == (letter(role, "K3") == "M")
    assert (SHARED in said["notes"]) == (letter(role, "K2") == "R")
    for name, text in said.items():
        _nothing_closed(text)
        assert name in {"draft"} or DRAFT not in text
        assert name == "notes" or COUNSEL not in text
        assert name in {"detail"} or NUMBER not in text


def _nothing_closed(text: str) -> None:
    """K3, and the child's words of K4, are in no answer but that of a reveal."""
    assert not [kind for kind, canary in {**CANARIES, "child_words": CHILD}.items() if canary in text]


@pytest.mark.parametrize("role", ROLES)
def test_inv_28_k3_is_opened_one_by_one_for_whom_the_law_says(marked: Marked, role: str) -> None:
    who, case = marked.world.who(role), marked.case
    client = marked.browsers.of(who)
    with whole_record("the test looks for the details"):
        details = list(ConfidentialDetail.objects.filter(case=case))
    for detail in details:
        text = CHILD if detail.kind == DetailKind.CHILD_WORDS else CANARIES[DetailKind(detail.kind)]
        may_open = letter(role, "K3") == "M" and not (detail.data_class == "K4" and letter(role, "K4") == "L")
        page = reverse("cases:show", args=[case.pk, detail.pk])
        call = reverse("cases_api:reveal", args=[case.pk, detail.pk])
        with undone():
            asked = client.get(page).content.decode()
            shown = client.post(page, {"purpose": "protect"}).content.decode()
            said = client.post(call, {"purpose": "protect"}, content_type="application/json").content.decode()
        assert text not in asked
        assert [text in shown, text in said] == [may_open, may_open], (role, detail.kind)
        others = [canary for canary in (*CANARIES.values(), CHILD) if canary != text]
        assert not [canary for canary in others if canary in shown + said]


def test_inv_25_no_class_reaches_those_who_may_not_see_the_case(marked: Marked) -> None:
    kept_out = [
        who
        for who in marked.world.people
        if isinstance(who.actor, User) and (who.district == "away" or who.is_ended)
    ]
    texts = (NAME, NUMBER, STORY, SIGN, LEVEL, CHILD, COUNSEL, SHARED, DRAFT, *CANARIES.values())
    assert len(kept_out) > 20
    for who in kept_out:
        answers = [marked.page(who), *marked.called(who).values()]
        assert not [text for text in texts for answer in answers if text in answer], who.label


LISTS = ("/desk/queue/", "/desk/mine/", "/desk/judge/", "/desk/board/", "/desk/notices/", "/api/v1/cases/")


def test_sr_13_lists_hold_no_content_of_a_case(marked: Marked) -> None:
    closed = (NUMBER, STORY, CHILD, COUNSEL, SHARED, DRAFT, *CANARIES.values())
    for role in ROLES:
        client = marked.browsers.of(marked.world.who(role))
        for path in LISTS:
            with undone():
                text = client.get(path).content.decode()
            assert not [canary for canary in closed if canary in text], (role, path)


def test_k6_the_judges_page_holds_the_draft_for_the_assigned_judge_alone(marked: Marked) -> None:
    for who in marked.world.people:
        if isinstance(who.actor, User):
            with undone():
                page = marked.browsers.of(who).get(reverse("orders:decide", args=[marked.case.pk]))
            assert (DRAFT in page.content.decode()) == (who.label == Role.JUDGE), who.label
