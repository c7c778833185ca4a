"""Parts of the applicant's page that other rooms add: the order, its copies, what was served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from cases.actors import ApplicantActor
from cases.models import Case


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and what it needs; drawn under the status, in the order of `place`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    place: int = 50


PanelMaker: TypeAlias = Callable[[ApplicantActor, Case, datetime], Panel | None]
_makers: list[PanelMaker] = []


def register_panel(maker: PanelMaker) -> PanelMaker:
    """Add a part; a room registers its own when it starts. The maker shows nothing by answering None."""
    if maker not in _makers:
        _makers.append(maker)
    return maker


def panels_for(actor: ApplicantActor, case: Case, now: datetime) -> list[Panel]:
    made = (maker(actor, case, now) for maker in _makers)
    return sorted((panel for panel in made if panel), key=lambda panel: panel.place)
