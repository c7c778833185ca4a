"""What this room is told of a case: plain event values, no case tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event of a case. `sequence` orders; `occurred_at` (aware) counts."""

    type: str
    occurred_at: datetime
    sequence: int
    payload: Mapping[str, Any] = field(default_factory=dict)
