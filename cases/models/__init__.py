"""Tables of the shared record."""

from cases.models.access import (
    AccessLog,
    ApplicantAccess,
    BreakGlass,
    CaseGroupObjectPermission,
    Recusal,
    ReturnAttempt,
)
from cases.models.case import Application, Case, CaseNumberCounter
from cases.models.filing import FilingDraft
from cases.models.people import ConfidentialDetail, Party, Person, SafeContact
from cases.models.record import CaseEvent, Evidence, Note

__all__ = [
    "AccessLog",
    "ApplicantAccess",
    "Application",
    "BreakGlass",
    "Case",
    "CaseEvent",
    "CaseGroupObjectPermission",
    "CaseNumberCounter",
    "ConfidentialDetail",
    "Evidence",
    "FilingDraft",
    "Note",
    "Party",
    "Person",
    "Recusal",
    "ReturnAttempt",
    "SafeContact",
]
