"""Profiles: one file is one country; mistakes are named with line and place; the code knows no country."""

import ast
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import deadlines
from deadlines import periods
from deadlines.calendars import CalendarError, calendar_for
from deadlines.derivation import derive
from deadlines.profile import Profile, ProfileError, load_profile, read_profile
from deadlines.timeline import TimelineEvent
from tests.deadlines.timelines import Clocks

ROOM = Path(deadlines.__file__).parent

# Brazil: 48 h for the judge, and the police act at once where no judge sits.
BRAZIL = """\
id: br
version: "1"
name: Brasil
languages: [pt-br]
time_zone: America/Sao_Paulo
calendar: {kind: weekends}
emergency_numbers: [{number: "190", name: Polícia}]
case_number: {pattern: "{running}/{year}.{court_code}.{kind}", kinds: {order: MPU}}
validity: {max_months: 12}
sanctions: {always: none, fine_max: 0, currency: BRL, detention_max_days: 0}
measures: {M1: {name: Afastamento, basis: LMP 22, order_point: Afastamento do lar}}
grounds: {}
flags: {no_judge: {set_by: court.without_judge, cleared_by: court.has_judge}}
ladders:
  juiz:
    - {step: S0, at: start, tell: [owner], channels: [in_portal]}
    - {step: S4, at: strict, tell: [owner, all], channels: [in_portal]}
clocks:
  J1:
    name: Decisão do juiz
    class: statutory
    basis: LMP 18
    starts_on: application.submitted
    length: 48 h
    stops_on: order.issued
    owner: judge
    then: [court_president]
    ladder: juiz
  P1:
    name: Medida da polícia
    class: statutory
    basis: LMP 12-C
    starts_on: application.submitted
    while: no_judge
    length: 0 min
    stops_on: police.measure
    owner: officer
    ladder: juiz
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "br.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def brazil(written) -> Profile:
    return read_profile(written(BRAZIL))


def submitted(*more: str) -> list[TimelineEvent]:
    types = ["application.submitted", *more]
    return [
        TimelineEvent(name, datetime(2026, 3, 11, 13, 20 + sequence, tzinfo=UTC), sequence)
        for sequence, name in enumerate(types)
    ]


def test_inv_47_another_country_is_another_file(brazil):
    found = Clocks(derive(submitted(), brazil, brazil.work_calendar()))
    assert [row.rule_id for row in found] == ["J1"]
    assert found["J1"].strict_at - found["J1"].started_at == timedelta(hours=48)
    # The hour floor is that of the law's own zone.
    assert found["J1"].legal_at == datetime(2026, 3, 13, 14, 0, tzinfo=UTC)


def test_inv_47_where_no_judge_sits_the_police_act_at_once(brazil):
    found = Clocks(derive(submitted("court.without_judge"), brazil, brazil.work_calendar()))
    assert found["P1"].strict_at == found["P1"].started_at
    assert found.running() == {"J1", "P1"}


def test_inv_47_one_changed_line_changes_the_clock(written):
    changed = read_profile(written(BRAZIL.replace("length: 48 h", "length: 36 h")))
    [row] = derive(submitted(), changed, changed.work_calendar())
    assert row.strict_at - row.started_at == timedelta(hours=36)


def test_inv_47_numbers_are_written_as_the_profile_says(brazil):
    assert (
        brazil.case_number.write(year=2026, court_code="8.26", kind="order", running=7) == "7/2026.8.26.MPU"
    )
    china = load_profile("cn").case_number
    assert china.write(year=2026, court_code="川0118", kind="order", running=1) == "（2026）川0118民保令1号"


def test_inv_47_the_code_names_no_rule():
    for path in ROOM.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.fullmatch(r"D\d\d", node.value), f"{path.name}:{node.lineno}"


def test_the_china_profile_is_whole():
    china = load_profile("cn")
    assert [rule.id for rule in china.rules] == [*(f"D{number:02}" for number in range(1, 29)), "D99"]
    assert list(china.measures) == [f"M{number}" for number in range(1, 10)]
    assert len(china.grounds) == 3
    assert (china.validity.max_months, china.sanctions.fine_max, china.sanctions.detention_max_days) == (
        6,
        1000,
        15,
    )
    assert china.emergency_numbers[0].number == "110"


@pytest.mark.parametrize(
    ("old", "new", "line", "place", "sentence"),
    [
        ("length: 48 h", "length: -48 h", 25, "clocks.J1.length", "A length is a whole number"),
        ("length: 48 h", "length: 48", 25, "clocks.J1.length", "A length is a whole number"),
        ("ladder: juiz", "ladder: escada", 29, "clocks.J1.ladder", "There is no ladder 'escada'."),
        ("owner: judge", "owner: king", 27, "clocks.J1.owner", "There is no role 'king'."),
        ("while: no_judge", "while: nobody", 34, "clocks.P1.while", "There is no flag 'nobody'."),
        ("America/Sao_Paulo", "America/Sao_Pualo", 5, "time_zone", "There is no time zone"),
        ("kind: weekends", "kind: moon", 6, "calendar.kind", "There is no calendar 'moon'"),
        ("channels: [in_portal]}\n    - {step: S4", "channels: [fax]}\n    - {step: S4", 16,
         "ladders.juiz.0.channels.0", "Input should be 'in_portal', 'sms' or 'email'"),
        ("at: strict", "at: start", 17, "ladders.juiz.1.at", "Each rung stands later"),
        ("at: strict", "at: soon", 17, "ladders.juiz.1.at", "A rung stands at"),
        ("tell: [owner, all]", "tell: [everybody]", 17, "ladders.juiz.1.tell", "'everybody' is neither"),
        ("    basis: LMP 18", "    base: LMP 18", 20, "clocks.J1.basis", "Field required"),
        ("{year}", "{yaer}", 8, "case_number.pattern", "Only {year}"),
        ("  P1:", "  J1:", 30, "", "'J1' is given twice."),
        ("flags: {", "flags: {{", 13, "", "Not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_place(written, old, new, line, place, sentence):
    with pytest.raises(ProfileError) as error:
        read_profile(written(BRAZIL.replace(old, new, 1)))
    problem = error.value.problems[0]
    assert problem.place == place
    assert problem.sentence.startswith(sentence)
    assert abs(problem.line - line) <= 1, problem
    assert "br.yaml" in str(error.value)


def test_all_mistakes_are_named_at_once(written):
    with pytest.raises(ProfileError) as error:
        read_profile(
            written(BRAZIL.replace("owner: judge", "owner: king").replace("ladder: juiz", "ladder: x"))
        )
    assert len(error.value.problems) == 3


def test_an_unknown_profile_is_refused_whatever_its_name():
    for name in ("zz", "../cn", "cn.yaml", ""):
        with pytest.raises(ProfileError):
            load_profile(name)


def test_inv_45_an_override_file_brings_a_year_before_the_package_does(tmp_path):
    path = tmp_path / "days.yaml"
    path.write_text(
        "2027: {complete: true, rest: [2027-01-01, 2027-01-02, 2027-01-03, 2027-01-04], workdays: [2027-01-09]}",
        encoding="utf-8",
    )
    zone = load_profile("cn").zone
    made_at = datetime(2026, 12, 28, 3, 0, tzinfo=UTC)
    before = periods.days(made_at, 5, zone, calendar_for("chinesecalendar"), roll=True)
    after = periods.days(made_at, 5, zone, calendar_for("chinesecalendar", path), roll=True)
    assert (before.last_on, before.provisional) == (date(2027, 1, 4), True)
    assert (after.last_on, after.provisional) == (date(2027, 1, 5), False)
    assert calendar_for("chinesecalendar", path).is_workday(date(2027, 1, 9))


def test_an_override_corrects_one_day_of_a_known_year(tmp_path):
    path = tmp_path / "days.yaml"
    path.write_text("2026: {rest: [2026-03-11]}", encoding="utf-8")
    calendar = calendar_for("chinesecalendar", path)
    assert not calendar.is_workday(date(2026, 3, 11))
    assert calendar.is_workday(date(2026, 3, 12))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2027: {rest: [2026-01-01]}", "is not a day of that year"),
        ("2027: {rest: [soon]}", "is not a day of that year"),
        ("2027: {rset: []}", "unknown entry 'rset'"),
        ("2027: {rest: [2027-01-02], workdays: [2027-01-02]}", "both a rest day and a workday"),
        ("next: {}", "must be a year"),
        ("[1]", "must map a year"),
    ],
)
def test_a_broken_override_file_is_refused_with_the_place(tmp_path, text, sentence):
    path = tmp_path / "days.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError, match=sentence):
        calendar_for("chinesecalendar", path)
