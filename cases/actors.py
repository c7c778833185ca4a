"""Who acts: a member of staff (`User`), an applicant with her code, or the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from agencies.models import User


@dataclass(frozen=True, slots=True)
class ApplicantActor:
    """A person who opened the case with reference and passphrase; `is_agent` for a helper (代为申请人)."""

    access_id: UUID
    case_id: UUID
    is_agent: bool = False


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The portal itself; it may record and remind, never decide (INV-07)."""


SYSTEM = SystemActor()
Actor: TypeAlias = User | ApplicantActor | SystemActor
