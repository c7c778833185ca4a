"""State tables of law.md 5: buttons, API actions, services and the docs' diagram read these rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agencies.capabilities import Action
from agencies.errors import TransitionRefused
from cases.vocabulary import State


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow: in `source`, `command` by somebody who may do `action` leads to `target`."""

    source: str
    command: str
    target: str
    action: str
    event: str


class Machine:
    """A named set of arrows; at most one target for a source and a command."""

    def __init__(self, name: str, rows: Iterable[Transition] = ()) -> None:
        self.name = name
        self._rows: dict[tuple[str, str], Transition] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Transition) -> None:
        """Add an arrow. Raises: ValueError when the source already has this command."""
        key = (row.source, row.command)
        if self._rows.setdefault(key, row) != row:
            raise ValueError(f"{self.name}: {row.command} from {row.source} is defined twice.")

    def find(self, source: str, command: str) -> Transition | None:
        """The arrow, or None when the command is not possible in this state."""
        return self._rows.get((source, command))

    def require(self, source: str, command: str) -> Transition:
        """The arrow. Raises: TransitionRefused, in words for the person."""
        row = self.find(source, command)
        if row is None:
            raise TransitionRefused("案件现在的状态不能做这一步，请刷新页面看最新情况。")
        return row

    def commands_from(self, source: str) -> list[Transition]:
        """Every arrow that leaves a state, in the order of the table."""
        return [row for row in self._rows.values() if row.source == source]

    def reached_by(self, command: str) -> set[str]:
        """States that the sources of a command lead to: being there means that another was first."""
        sources = {row.source for row in self._rows.values() if row.command == command}
        return {row.target for row in self._rows.values() if row.source in sources} - sources

    def event_types(self) -> set[str]:
        """Events that arrows of this table record and that change the state."""
        return {row.event for row in self._rows.values() if row.source != row.target}

    def rows(self) -> list[Transition]:
        """The whole table, in order."""
        return list(self._rows.values())


def _from(*sources: State) -> tuple[State, ...]:
    return sources


_TABLE = [
    # sources, command, target, action, event
    (_from(State.SUBMITTED), "request_correction", State.CORRECTION_REQUESTED, Action.REQUEST_CORRECTION, "correction.requested"),
    (_from(State.CORRECTION_REQUESTED), "supply", State.SUBMITTED, "correction.supply", "correction.supplied"),
    (_from(State.SUBMITTED, State.CORRECTION_REQUESTED), "transfer", State.SUBMITTED, Action.TRANSFER, "application.transferred"),
    (_from(State.SUBMITTED), "decline_acceptance", State.NOT_ACCEPTED, Action.DECLINE_ACCEPTANCE, "application.not_accepted"),
    (_from(State.SUBMITTED, State.CORRECTION_REQUESTED), "accept", State.ACCEPTED, Action.ACCEPT, "application.accepted"),
    (_from(State.ACCEPTED), "assign", State.ACCEPTED, Action.ASSIGN, "application.assigned"),
    (_from(State.SUBMITTED), "mark_emergency", State.SUBMITTED, Action.MARK_EMERGENCY, "emergency.marked"),
    (_from(State.ACCEPTED), "mark_emergency", State.ACCEPTED, Action.MARK_EMERGENCY, "emergency.marked"),
    (_from(State.ACCEPTED), "unmark_emergency", State.ACCEPTED, Action.UNMARK_EMERGENCY, "emergency.unmarked"),
    (_from(State.SUBMITTED), "request_withdrawal", State.SUBMITTED, "withdrawal.request", "withdrawal.requested"),
    (_from(State.ACCEPTED), "request_withdrawal", State.ACCEPTED, "withdrawal.request", "withdrawal.requested"),
]  # fmt: skip

APPLICATION = Machine(
    "application",
    [
        Transition(source, command, target, action, event)
        for sources, command, target, action, event in _TABLE
        for source in sources
    ],
)
