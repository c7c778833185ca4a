"""When the rungs of a ladder are due. Pure; the sweep computes the same instants in the database."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from deadlines.profile import Step


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a ladder with its repeat number and the instant it is due."""

    step: str
    repeat: int
    due_at: datetime


def first_due(step: Step, *, started_at: datetime, strict_at: datetime, legal_at: datetime) -> datetime:
    """The instant at which a step is first due."""
    if step.counts_from_legal:
        return legal_at
    return started_at + (strict_at - started_at) * step.fraction - step.before


def rungs(
    steps: Sequence[Step], *, started_at: datetime, strict_at: datetime, legal_at: datetime
) -> Iterator[Rung]:
    """All rungs in the order they stand, without end if the last repeats.

    A rung that would stand before the start (30 days before the end of a short order) is left out.
    """
    for step in steps:
        due_at = first_due(step, started_at=started_at, strict_at=strict_at, legal_at=legal_at)
        if due_at < started_at:
            continue
        yield Rung(step.step, 0, due_at)
        if step.every is not None:
            repeat = 0
            while True:
                repeat += 1
                yield Rung(step.step, repeat, due_at + step.every.span * repeat)


def next_rung(
    steps: Sequence[Step],
    recorded: Set[tuple[str, int]],
    *,
    started_at: datetime,
    strict_at: datetime,
    legal_at: datetime,
) -> Rung | None:
    """The first rung that is not recorded yet, or None above the top."""
    for rung in rungs(steps, started_at=started_at, strict_at=strict_at, legal_at=legal_at):
        if (rung.step, rung.repeat) not in recorded:
            return rung
    return None
