"""Which body reads which class of content on a case (law.md 6), as data; unknown means hidden (INV-31)."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from agencies.roles import AgencyKind, Role
from cases.vocabulary import DataClass


class FieldAccess(IntEnum):
    """What a person may do with a class of content; a higher value includes the lower ones."""

    NONE = 0
    LEVEL = 1  # only the level of a danger assessment, no answers
    MASKED = 2  # that there is something, shown as •••
    REVEAL = 3  # masked, and opened on request with a purpose, logged
    READ = 4  # shown on the page, the look is logged


K1, K2, K3, K4 = DataClass.K1, DataClass.K2, DataClass.K3, DataClass.K4
K5, K6, K7 = DataClass.K5, DataClass.K6, DataClass.K7

BY_BODY: Mapping[str, Mapping[DataClass, FieldAccess]] = MappingProxyType(
    {
        AgencyKind.COURT: {
            K1: FieldAccess.READ,
            K2: FieldAccess.READ,
            K3: FieldAccess.REVEAL,
            K4: FieldAccess.READ,
        },
        AgencyKind.POLICE: {
            K1: FieldAccess.READ,
            K2: FieldAccess.READ,
            K3: FieldAccess.REVEAL,
            K4: FieldAccess.LEVEL,
        },
        AgencyKind.FEDERATION: {
            K1: FieldAccess.READ,
            K2: FieldAccess.READ,
            K3: FieldAccess.REVEAL,
            K4: FieldAccess.READ,
            K5: FieldAccess.READ,
        },
        # The committee and the respondent are served on paper; neither has a way in.
        "applicant": {
            K1: FieldAccess.READ,
            K2: FieldAccess.READ,
            K3: FieldAccess.READ,
            K4: FieldAccess.READ,
            K7: FieldAccess.READ,
        },
        "agent": {K1: FieldAccess.READ, K2: FieldAccess.READ},
    }
)

# What a role adds to, or with NONE takes from, the body's row.
BY_ROLE: Mapping[str, Mapping[DataClass, FieldAccess]] = MappingProxyType(
    {
        Role.JUDGE: {K6: FieldAccess.READ},
        Role.COURT_PRESIDENT: {K6: FieldAccess.READ},
        Role.COURT_SUPERVISOR: {K7: FieldAccess.READ},
        Role.COMMANDER: {K7: FieldAccess.READ},
        Role.FEDERATION_SUPERVISOR: {K7: FieldAccess.READ},
        Role.AUDITOR: dict.fromkeys(DataClass, FieldAccess.NONE),
        Role.PLATFORM_ADMIN: dict.fromkeys(DataClass, FieldAccess.NONE),
    }
)


def field_access(body: str, role: str, data_class: str) -> FieldAccess:
    """The cell of the table for a body (or "applicant", "agent"), a role and a class of content."""
    try:
        wanted = DataClass(data_class)
    except ValueError:
        return FieldAccess.NONE
    cell = BY_ROLE.get(role, {}).get(wanted)
    if cell is not None and body in BY_BODY:
        return cell
    return BY_BODY.get(body, {}).get(wanted, FieldAccess.NONE)
