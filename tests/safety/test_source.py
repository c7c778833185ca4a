"""What the code may not say: dumps of whole rows, secrets opened in passing, the wall stepped over (SR-13, SR-34)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOMS = ("agencies", "cases", "deadlines", "orders", "portal")
BASE = Path(settings.BASE_DIR)
# Each opens one kind of secret for one purpose, after its look is written down or for the person whose it is.
OPENERS = {
    "cases/contact.py": "where to reach her, at the moment of sending",
    "cases/desk/adding.py": "a note of one's own body, to be corrected",
    "cases/secrets.py": "the type itself",
    "cases/selectors.py": "notes, by audience",
    "cases/services/break_glass.py": "why a case was opened, for its reviewer",
    "cases/services/confidential.py": "the confidential service",
    "cases/services/filing.py": "her own draft and reference",
    "orders/api/drafts.py": "a draft, for whom K6 is open",
    "orders/services/decision.py": "a draft, for its judge",
}
# Each asks policy itself, locks a row that policy then judges, or belongs to no person.
PAST_THE_WALL = {
    "cases/change.py": "locks the case whose right it then asks",
    "cases/desk/selectors.py": "counts and states of cases that are shown already",
    "cases/management/commands/verify_chain.py": "verification of the whole record",
    "cases/models/": "where the manager is declared",
    "cases/policy.py": "the door itself",
    "cases/services/acceptance.py": "how many cases lie with a judge",
    "cases/services/break_glass.py": "finds the case by its reference, then asks policy",
    "cases/services/filing.py": "her own case, by her draft",
    "cases/services/returning.py": "her own case, by reference and passphrase",
    "orders/case_filters.py": "conditions on cases that are visible already",
    "orders/models.py": "where the manager is declared",
    "portal/demo.py": "the demo's seed",
}


def sources(*endings: str) -> Iterator[tuple[str, str]]:
    """Path and text of every file of ours with one of these endings."""
    for room in (*ROOMS, "templates"):
        for path in sorted((BASE / room).rglob("*")):
            if path.suffix in endings and "migrations" not in path.parts:
                yield str(path.relative_to(BASE)), path.read_text()


def files_with(pattern: str, *endings: str) -> set[str]:
    return {name for name, text in sources(*endings) if re.search(pattern, text)}


@pytest.mark.parametrize(
    "dump",
    [
        r"ModelSerializer",
        r"fields\s*=\s*[\"']__all__[\"']",
        r"^\s+exclude\s*=\s*[\(\[]",
        r"model_to_dict",
        r"serializers\.serialize|serialize\(\s*[\"']json",
        r"\.__dict__",
    ],
)
def test_sr_13_no_form_serializer_or_log_dumps_a_whole_row(dump: str) -> None:
    assert files_with(f"(?m){dump}", ".py") == set()


def test_sr_13_secrets_are_opened_by_those_who_are_named_here_alone() -> None:
    assert files_with(r"\.open_text\b|def open_text\b", ".py") == set(OPENERS)
    assert files_with(r"open_text|\.token\b", ".html") == set()


def test_sr_10_the_wall_of_the_record_is_stepped_over_by_those_who_are_named_here_alone() -> None:
    found = files_with(r"\bunscoped\b", ".py")
    assert {name for name in found if not name.startswith(tuple(PAST_THE_WALL))} == set()
    assert {name for name in PAST_THE_WALL if not any(row.startswith(name) for row in found)} == set()


def test_sr_34_no_template_marks_text_as_safe_or_prints_its_context() -> None:
    assert files_with(r"\|\s*safe\b|autoescape|{%\s*debug\s*%}", ".html") == set()
    assert files_with(r"\bmark_safe\(", ".py") == set()


def test_sr_33_our_pages_ask_no_other_origin() -> None:
    foreign = r"(?:src|href|action)=[\"'](?:https?:)?//"
    assert files_with(foreign, ".html") == set()
