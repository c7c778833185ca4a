"""A country's rules as data: one reviewed YAML file, checked whole before any of it is used.

`load_profile("cn")` reads `profiles/cn.yaml`. Every problem is reported with its line and a sentence;
a profile with one problem is not loaded at all, so the running one stays.
"""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from deadlines.calendars import CALENDARS, calendar_for
from deadlines.periods import WorkCalendar
from deadlines.profile_checks import ProfileError, ProfileProblem, contradictions
from deadlines.yaml_lines import YamlProblem, read_yaml

PROFILES = Path(__file__).resolve().parent / "profiles"

Unit = Literal["min", "h", "d", "mo"]
Channel = Literal["in_portal", "sms", "email"]
Scalar = str | int | bool
_LENGTH = re.compile(r"(\d+) (min|h|d|mo)")
_PERCENT = re.compile(r"(\d+) %")
_BEFORE = re.compile(r"(\d+) d before")


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Shape):
    """The same words in each language of the profile; the first language is the reviewed one."""

    words: Mapping[str, str]

    def __str__(self) -> str:
        return next(iter(self.words.values()))

    def in_language(self, code: str) -> str:
        return self.words.get(code, str(self))


def _as_text(value: object) -> object:
    if isinstance(value, str):
        return {"words": {"": value}}
    if isinstance(value, dict) and value and all(isinstance(words, str) for words in value.values()):
        return {"words": value}
    raise ValueError("Give the words, or the words by language.")


Words = Annotated[Text, BeforeValidator(_as_text)]


class Length(Shape):
    """An amount of minutes, hours, days or months, never negative."""

    amount: int = Field(ge=0)
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    @property
    def span(self) -> timedelta:
        """The length of minutes and hours as a timedelta; days and months need a calendar."""
        if self.unit == "min":
            return timedelta(minutes=self.amount)
        if self.unit == "h":
            return timedelta(hours=self.amount)
        raise ValueError(f"{self} has no fixed span.")


def _as_length(value: object) -> object:
    match = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("A length is a whole number and a unit, as in '72 h', '30 min', '5 d' or '6 mo'.")
    return {"amount": int(match[1]), "unit": match[2]}


ReadLength = Annotated[Length, BeforeValidator(_as_length)]
Conditions = Mapping[str, Scalar | list[Scalar]]


class Trigger(Shape):
    """An event that starts, stops or cancels; `where` must match its payload, `after` must have happened."""

    event: str
    where: Conditions = {}
    after: str = ""
    length: ReadLength | None = None
    at_most: ReadLength | None = None
    # Count from the first event of this type instead (a transfer keeps the receipt instant).
    counts_from: str = ""


def _as_triggers(value: object) -> object:
    entries = value if isinstance(value, list) else [value]
    return [{"event": entry} if isinstance(entry, str) else entry for entry in entries]


Triggers = Annotated[list[Trigger], BeforeValidator(_as_triggers)]


class Flag(Shape):
    """A state of the case that events switch, such as an emergency."""

    set_by: Triggers
    cleared_by: Triggers = []


class Variant(Shape):
    """Another length when the flag is up at the start, or the start event's payload matches."""

    length: ReadLength
    flag: str = ""
    where: Conditions = {}


class PayloadLength(Shape):
    """Take the length from the start event: an amount of days, a last day, or an instant."""

    field: str
    unit: Literal["d", "date", "instant"]


class Cap(Shape):
    """Never later than the named rule's deadline, when the start event's payload matches."""

    rule: str
    where: Conditions = {}


class InstanceKey(Shape):
    """One deadline per value: the payload field (or list) of the start, and the field of the stop."""

    start: str
    stop: str


class StreakEnd(Shape):
    """No further deadline once the last events of this type all match, this many in a row."""

    event: str
    where: Conditions
    in_a_row: int = Field(ge=1)


class Rule(Shape):
    """One deadline rule; the fields are the columns of law.md 4."""

    id: str
    name: Words
    rule_class: Literal["statutory", "interpretation", "target"] = Field(alias="class")
    # A duty can be late; a window is somebody's right; a validity ends by itself; a goal is only measured.
    nature: Literal["duty", "window", "validity", "goal"] = "duty"
    basis: str
    article: Words | None = None
    starts_on: Triggers = []
    starts_when_provisional: bool = False
    stops_on: Triggers = []
    cancelled_by: Triggers = []
    length: ReadLength | None = None
    length_from: list[PayloadLength] = []
    variants: list[Variant] = []
    target: ReadLength | None = None
    next_workday_at: time | None = None
    roll: bool = True
    while_flag: str = Field("", alias="while")
    unless_flag: str = Field("", alias="unless")
    capped_by: list[Cap] = []
    within: str = ""
    key: InstanceKey | None = None
    again: Literal["ignore", "move"] = "ignore"
    ends_after: StreakEnd | None = None
    owner: str
    then: list[str] = []
    ladder: str = ""


class Step(Shape):
    """A rung: when it is due, who is told and by which channels, and how often it repeats."""

    step: str
    at: str
    every: ReadLength | None = None
    tell: list[str] = Field(min_length=1)
    channels: list[Channel] = Field(min_length=1)
    pinned: bool = False
    asks_reason: bool = False

    @field_validator("at")
    @classmethod
    def _known_anchor(cls, value: str) -> str:
        if value in {"start", "strict", "legal"} or _PERCENT.fullmatch(value) or _BEFORE.fullmatch(value):
            return value
        raise ValueError("A rung stands at 'start', '50 %', 'strict', 'legal' or '7 d before'.")

    @cached_property
    def fraction(self) -> float:
        """Share of the strict length at which the rung stands; 1.0 when it counts back from the end."""
        if self.at == "start":
            return 0.0
        match = _PERCENT.fullmatch(self.at)
        return int(match[1]) / 100 if match else 1.0

    @cached_property
    def before(self) -> timedelta:
        """How long before the strict end the rung stands."""
        match = _BEFORE.fullmatch(self.at)
        return timedelta(days=int(match[1])) if match else timedelta(0)

    @property
    def counts_from_legal(self) -> bool:
        return self.at == "legal"


class CalendarChoice(Shape):
    kind: str
    overrides: str = ""

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if value not in CALENDARS:
            raise ValueError(f"There is no calendar {value!r}; there are {', '.join(sorted(CALENDARS))}.")
        return value


class EmergencyNumber(Shape):
    number: str
    name: Words


class NumberFormat(Shape):
    """How a case number is written; kinds map our name of a kind to the written one."""

    pattern: str
    kinds: Mapping[str, str]

    def write(self, *, year: int, court_code: str, kind: str, running: int) -> str:
        return self.pattern.format(year=year, court_code=court_code, kind=self.kinds[kind], running=running)

    @field_validator("pattern")
    @classmethod
    def _writable(cls, value: str) -> str:
        try:
            value.format(year=2000, court_code="x", kind="x", running=1)
        except (KeyError, IndexError, ValueError):
            raise ValueError("Only {year}, {court_code}, {kind} and {running} may stand in it.") from None
        return value


class Measure(Shape):
    name: Words
    basis: str
    # The words of the order point; the judge's own number or place is put in by orders.
    order_point: Words


class Ground(Shape):
    """On what ground another may apply for the person, and who (ADVL 23)."""

    name: Words
    applicants: list[str] = Field(min_length=1)
    proof: Words


class Validity(Shape):
    max_months: int = Field(ge=1)


class Sanctions(Shape):
    always: str
    fine_max: int = Field(ge=0)
    currency: str
    detention_max_days: int = Field(ge=0)


class BreakGlassTerms(Shape):
    """How long break-glass stays open, and how many characters its reason has at least (SR-17)."""

    hours: int = Field(24, ge=1, le=24)
    shortest_reason: int = Field(15, ge=15)


class Profile(Shape):
    id: str
    version: str
    name: Words
    languages: list[str] = Field(min_length=1)
    time_zone: str
    calendar: CalendarChoice
    emergency_numbers: list[EmergencyNumber] = Field(min_length=1)
    case_number: NumberFormat
    validity: Validity
    sanctions: Sanctions
    break_glass: BreakGlassTerms = BreakGlassTerms()
    measures: Mapping[str, Measure]
    grounds: Mapping[str, Ground]
    evidence: Mapping[str, Words] = {}
    flags: Mapping[str, Flag] = {}
    ladders: Mapping[str, list[Step]]
    clocks: Mapping[str, Rule]

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"There is no time zone {value!r}.") from None
        return value

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def rules(self) -> list[Rule]:
        """The rules in the order of the file."""
        return list(self.clocks.values())

    def ladder(self, name: str) -> list[Step]:
        return self.ladders[name] if name else []

    def work_calendar(self) -> WorkCalendar:
        overrides = PROFILES / self.calendar.overrides if self.calendar.overrides else None
        return calendar_for(self.calendar.kind, overrides)


def profile_ids() -> list[str]:
    """Ids of the profiles in this room's folder."""
    return sorted(path.stem for path in PROFILES.glob("[a-z][a-z].yaml"))


@lru_cache(maxsize=16)
def load_profile(profile_id: str) -> Profile:
    """The profile of that id from this room's folder. Raises ProfileError."""
    path = PROFILES / f"{profile_id}.yaml"
    if not re.fullmatch(r"[a-z]{2}", profile_id) or not path.is_file():
        raise ProfileError(path.name, [ProfileProblem(1, "", "There is no such profile.")])
    return read_profile(path)


def read_profile(path: Path) -> Profile:
    """Read and check one file. Raises ProfileError with every problem, each at its line."""
    try:
        content, lines = read_yaml(path)
    except YamlProblem as problem:
        raise ProfileError(path.name, [ProfileProblem(problem.line, "", problem.sentence)]) from None
    try:
        profile = Profile.model_validate(_with_rule_ids(content))
    except ValidationError as error:
        problems = [
            ProfileProblem(lines.at(found["loc"]), _place(found["loc"]), _sentence(found["msg"]))
            for found in error.errors()
        ]
        raise ProfileError(path.name, problems) from None
    found_problems = [
        ProfileProblem(lines.at(loc), _place(loc), sentence) for loc, sentence in contradictions(profile)
    ]
    if found_problems:
        raise ProfileError(path.name, found_problems)
    return profile


def _with_rule_ids(content: object) -> object:
    """Each rule is told its own id, which in the file is its key."""
    clocks = content.get("clocks") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(clocks, dict):
        return content
    named: dict[Any, Any] = {
        rule_id: {"id": rule_id, **rule} if isinstance(rule, dict) else rule
        for rule_id, rule in clocks.items()
    }
    return {**content, "clocks": named}


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
