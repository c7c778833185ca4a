"""The court's papers: frozen dataclasses in, PDF bytes out.

Door: build a paper of `papers`, `render` it, read it back with `verify_paper` before it is issued.
"""

from orders.documents.papers import (
    AcceptanceNotice,
    ApplicantRuling,
    ApplicationPaper,
    CommitteeAssistanceNotice,
    CorrectionNotice,
    Paper,
    PoliceAssistanceNotice,
    PoliceRuling,
    RejectionRuling,
    RespondentRuling,
    SafeContactPaper,
    ServiceCertificate,
)
from orders.documents.readback import (
    Expectations,
    Problem,
    ProblemKind,
    expectations_for,
    verify_paper,
)
from orders.documents.rendering import render
from orders.documents.text import DocumentNotPrintable
from orders.documents.values import (
    Agent,
    ApplicantAsServed,
    Condition,
    DeliveryWay,
    EvidenceItem,
    FullIdentity,
    KnownPlace,
    MeasureCode,
    OrderedMeasure,
    Place,
    PlaceKind,
    Point,
    RespondentIdentity,
)
from orders.documents.verification import new_verification_code, normalise_verification_code
from orders.documents.wording import order_points

__all__ = [
    "AcceptanceNotice",
    "Agent",
    "ApplicantAsServed",
    "ApplicantRuling",
    "ApplicationPaper",
    "CommitteeAssistanceNotice",
    "Condition",
    "CorrectionNotice",
    "DeliveryWay",
    "DocumentNotPrintable",
    "EvidenceItem",
    "Expectations",
    "FullIdentity",
    "KnownPlace",
    "MeasureCode",
    "OrderedMeasure",
    "Paper",
    "Place",
    "PlaceKind",
    "Point",
    "PoliceAssistanceNotice",
    "PoliceRuling",
    "Problem",
    "ProblemKind",
    "RejectionRuling",
    "RespondentIdentity",
    "RespondentRuling",
    "SafeContactPaper",
    "ServiceCertificate",
    "expectations_for",
    "new_verification_code",
    "normalise_verification_code",
    "order_points",
    "render",
    "verify_paper",
]
