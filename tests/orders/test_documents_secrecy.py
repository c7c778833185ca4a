"""What the respondent and the committee can get: built from classes that have no place for K3 to K5."""

import re
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from orders.documents import (
    Agent,
    CommitteeAssistanceNotice,
    EvidenceItem,
    FullIdentity,
    KnownPlace,
    Place,
    PlaceKind,
    RespondentIdentity,
    RespondentRuling,
    expectations_for,
    render,
    specimens,
    verify_paper,
)
from orders.documents.readback import ProblemKind, read_paper, whole_text

CANARIES = {
    "residence": "金丝雀住处甲一",
    "phone": "13711112222",
    "workplace": "金丝雀单位乙二",
    "school": "金丝雀学校丙三",
    "shelter": "金丝雀庇护丁四",
    "helper": "金丝雀帮手戊五",
    "ground": "金丝雀事由己六",
    "danger": "金丝雀极高庚七",
    "child": "金丝雀童言辛八",
    "id_number": "510132199005010066",
}
CANARY_IDENTITY = FullIdentity(
    name="李𠮷芳",
    sex="女",
    id_number=CANARIES["id_number"],
    residence=CANARIES["residence"],
    phone=CANARIES["phone"],
)
CANARY_PLACES = (
    Place(kind=PlaceKind.WORKPLACE, words=CANARIES["workplace"]),
    Place(kind=PlaceKind.SCHOOL, words=CANARIES["school"]),
    Place(kind=PlaceKind.OFTEN_VISITED, words=CANARIES["shelter"]),
)
CANARY_AGENT = Agent(name=CANARIES["helper"], standing="近亲属", ground=CANARIES["ground"])

# The only field names that anything the respondent gets may have, at any depth.
RESPONDENT_MAY_READ = {
    "accepted_on", "applicant", "birth_on", "claims", "clerk", "code", "court", "demo", "distance_metres",
    "emergency", "facts_found", "judge", "kind", "known_places", "made_on", "measures", "name", "number",
    "protected_relatives", "reasons", "reconsideration_last_on", "relation", "respondent", "sex",
    "valid_until_on", "verification_code", "within_days", "words",
}  # fmt: skip


def classes_reached_from(start: type) -> set[type]:
    """The dataclasses a paper can hold, found by the types of its fields."""
    reached, waiting = set(), [start]
    while waiting:
        current = waiting.pop()
        if current in reached:
            continue
        reached.add(current)
        waiting += [part for hint in get_type_hints(current).values() for part in parts_of(hint)]
    return reached


def parts_of(hint: Any) -> list[type]:
    parts = [part for argument in get_args(hint) for part in parts_of(argument)]
    return [*parts, hint] if is_dataclass(hint) and isinstance(hint, type) else parts


def test_inv_26_the_respondents_paper_has_no_field_for_k3_to_k5() -> None:
    reached = classes_reached_from(RespondentRuling)
    assert not reached & {FullIdentity, Agent, Place, EvidenceItem}
    own = {item.name for kind in reached - {RespondentIdentity} for item in fields(kind)}
    assert own == RESPONDENT_MAY_READ


def test_inv_26_canaries_given_to_the_other_copies_never_reach_the_respondents() -> None:
    applicant = specimens.applicant_ruling(
        applicant=CANARY_IDENTITY,
        agent=CANARY_AGENT,
        protected_places=CANARY_PLACES,
        evidence=(EvidenceItem(code="E10", title=CANARIES["child"]),),
    )
    police = specimens.police_ruling(
        applicant=CANARY_IDENTITY,
        agent=CANARY_AGENT,
        protected_places=CANARY_PLACES,
        danger_level=CANARIES["danger"],
    )
    respondent = specimens.respondent_ruling(known_places=())
    hers, theirs = (whole_text(read_paper(render(paper))) for paper in (applicant, police))
    assert all(canary in hers + theirs for canary in CANARIES.values())
    pdf = render(respondent)
    his = whole_text(read_paper(pdf))
    assert not [name for name, canary in CANARIES.items() if canary in his]
    assert verify_paper(pdf, expectations_for(respondent, forbidden=tuple(CANARIES.values()))) == []


@pytest.mark.parametrize("field", ["claims", "facts_found", "reasons"])
def test_inv_26_a_secret_that_a_judge_wrote_into_the_ruling_stops_the_issue(field: str) -> None:
    paper = specimens.respondent_ruling(**{field: f"申请人现住{CANARIES['residence']}。"})
    problems = verify_paper(render(paper), expectations_for(paper, forbidden=(CANARIES["residence"],)))
    assert [problem.kind for problem in problems] == [ProblemKind.FORBIDDEN]
    assert CANARIES["residence"] not in str(problems[0].words)


def test_inv_26_a_secret_is_found_across_lines_and_pages() -> None:
    for padding in range(0, 700, 53):
        paper = specimens.respondent_ruling(facts_found="事" * padding + CANARIES["residence"] * 2)
        problems = verify_paper(
            render(paper), expectations_for(paper, forbidden=(CANARIES["residence"] * 2,))
        )
        assert [problem.kind for problem in problems] == [ProblemKind.FORBIDDEN]


def test_inv_27_places_stand_on_the_respondents_copy_only_if_known() -> None:
    known = (KnownPlace(kind=PlaceKind.SCHOOL, words="新津区某小学"),)
    his = whole_text(read_paper(render(specimens.respondent_ruling(known_places=known))))
    assert "（1）学校：新津区某小学" in his
    assert "某超市" not in his
    hers = whole_text(read_paper(render(specimens.applicant_ruling())))
    assert "（1）工作单位：新津区五津西路某超市；（2）学校：新津区某小学" in hers


def test_inv_27_without_known_places_the_order_still_says_what_is_forbidden() -> None:
    his = whole_text(read_paper(render(specimens.respondent_ruling(known_places=()))))
    assert "住所、学校、工作单位等经常出入场所周边200米范围内" in his
    assert "上述场所包括" not in his


def test_inv_27_the_respondents_paper_takes_only_places_that_are_known() -> None:
    hints = get_type_hints(RespondentRuling)
    assert hints["known_places"] == tuple[KnownPlace, ...]
    assert not issubclass(Place, KnownPlace)


def test_sr_15_the_committee_reads_its_street_but_no_address_facts_or_places() -> None:
    reached = classes_reached_from(CommitteeAssistanceNotice)
    assert not reached & {FullIdentity, Agent, Place, KnownPlace, EvidenceItem}
    words = whole_text(read_paper(render(specimens.committee_notice())))
    assert "协助的区域：五津街道" in words
    for secret in ("某超市", "某小学", specimens.APPLICANT.phone, "皮带", "临时住处"):
        assert secret not in words


def test_sr_06_the_application_holds_no_contact_and_the_contact_sheet_says_it_is_not_served() -> None:
    application = whole_text(read_paper(render(specimens.application())))
    sheet = whole_text(read_paper(render(specimens.safe_contact())))
    for secret in (specimens.APPLICANT.phone, "临时住处", "蓝色的伞"):
        assert secret in sheet
        assert secret not in application
    assert re.search("保密.?不得送达", sheet)
