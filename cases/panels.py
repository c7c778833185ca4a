"""Parts of the staff case page that other rooms add: the order, service, papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agencies.models import User
from cases.models import Case

Context = Callable[[User, Case, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page; `context` returns None when this person is not shown it."""

    name: str
    template: str
    context: Context
    place: int = 50


_panels: list[Panel] = []


def register_panel(panel: Panel) -> None:
    """Add a part; a room does so when it starts."""
    if panel not in _panels:
        _panels.append(panel)
        _panels.sort(key=lambda known: known.place)


def panels_for(user: User, case: Case, now: datetime) -> list[tuple[str, Mapping[str, Any]]]:
    """Template and context of every part that the person is shown, in order."""
    shown = [(panel.template, panel.context(user, case, now)) for panel in _panels]
    return [(template, context) for template, context in shown if context is not None]
