"""What the shape of a profile cannot say: names that lead nowhere and rules that contradict."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from agencies.roles import Role

if TYPE_CHECKING:
    from deadlines.profile import Profile, Rule, Step

Loc = tuple[int | str, ...]
# Owners and rungs that are no role of staff.
OUTSIDE_STAFF = frozenset({"applicant", "system"})
TELL_TOKENS = frozenset({"owner", "duty", "next", "all", "applicant"})
ABOVE = "above:"


@dataclass(frozen=True, slots=True)
class ProfileProblem:
    line: int
    place: str
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.place}: {self.sentence}"


class ProfileError(ValueError):
    """A profile that may not be used; `problems` names each line, place and cause."""

    def __init__(self, file_name: str, problems: list[ProfileProblem]) -> None:
        super().__init__("\n".join([file_name, *(f"  {problem}" for problem in problems)]))
        self.file_name = file_name
        self.problems = problems


def contradictions(profile: "Profile") -> Iterator[tuple[Loc, str]]:
    """Each contradiction with the place in the file where it stands."""
    for rule_id, rule in profile.clocks.items():
        for field, sentence in _rule_problems(profile, rule):
            yield ("clocks", rule_id, field), sentence
    for name, steps in profile.ladders.items():
        for position, field, sentence in _ladder_problems(steps):
            yield ("ladders", name, position, field), sentence


def _rule_problems(profile: "Profile", rule: "Rule") -> Iterator[tuple[str, str]]:
    if bool(rule.starts_on) == rule.starts_when_provisional:
        yield "starts_on", "A rule starts either on events or on provisional deadlines."
    if not (rule.length or rule.length_from or rule.next_workday_at):
        yield "length", "The rule has no length."
    if rule.length_from and rule.length is None:
        yield "length", "A length taken from an event needs a default for when it is missing."
    if rule.ladder and rule.ladder not in profile.ladders:
        yield "ladder", f"There is no ladder {rule.ladder!r}."
    flags = [("while", rule.while_flag), ("unless", rule.unless_flag)]
    flags += [("variants", variant.flag) for variant in rule.variants]
    for place, flag in flags:
        if flag and flag not in profile.flags:
            yield place, f"There is no flag {flag!r}."
    if rule.while_flag and rule.unless_flag:
        yield "while", "A rule runs either while a flag is up or unless it is, not both."
    for other in (*(cap.rule for cap in rule.capped_by), rule.within):
        if other and (other not in profile.clocks or other == rule.id):
            yield "capped_by", f"{other!r} is no other rule of this profile."
    for role in (rule.owner, *rule.then):
        if role not in Role.values and role not in OUTSIDE_STAFF:
            yield "owner", f"There is no role {role!r}."


def _ladder_problems(steps: "list[Step]") -> Iterator[tuple[int, str, str]]:
    seen: set[str] = set()
    previous: tuple[float, timedelta, bool] | None = None
    for position, step in enumerate(steps):
        if step.step in seen:
            yield position, "step", f"{step.step!r} stands on this ladder twice."
        seen.add(step.step)
        height = (step.fraction, -step.before, step.counts_from_legal)
        if previous is not None and height <= previous:
            yield position, "at", "Each rung stands later than the one before."
        previous = height
        if step.every is not None and (step.every.unit not in {"min", "h"} or step.every.amount == 0):
            yield position, "every", "A rung repeats every so many minutes or hours."
        if step.every is not None and position != len(steps) - 1:
            yield position, "every", "Only the last rung repeats."
        if "in_portal" not in step.channels:
            yield position, "channels", "A notice in the portal is always written."
        for token in step.tell:
            role = token.removeprefix(ABOVE)
            if token not in TELL_TOKENS and role not in Role.values:
                yield (
                    position,
                    "tell",
                    f"{token!r} is neither a role nor one of {', '.join(sorted(TELL_TOKENS))}.",
                )
