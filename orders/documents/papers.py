"""One frozen dataclass for each paper and audience: what is not a field cannot be printed.

The respondent's copy is its own class without any field for residence, contacts, workplace, school,
shelter, helpers, danger, a child's words or counselling (K3 to K5): law.md 11, invariants 26 and 27.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from orders.documents import chinese, wording
from orders.documents.values import (
    FREE_BODY,
    FREE_LINE,
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
    Point,
    RespondentIdentity,
)

Derived = Mapping[str, "str | tuple[str, ...] | tuple[Point, ...]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(ABC):
    """A paper of the court. `demo` puts a plain mark on every page."""

    template: ClassVar[str]
    title: ClassVar[str]
    copy_label: ClassVar[str] = ""

    court: str
    demo: bool = False

    @abstractmethod
    def derived(self) -> Derived:
        """Sentences the template prints that follow from the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPaper(Paper):
    """人身安全保护令申请书. For the court and the applicant; never served with an order.

    `relation` is what the respondent is to the applicant ("配偶"), `months` the period asked for,
    `submitted_at` the instant of receipt, `last_incident` her words for when it last happened.
    """

    template = "application.typ"
    title = "人身安全保护令申请书"

    applicant: FullIdentity
    respondent: RespondentIdentity
    relation: str = field(metadata=FREE_LINE)
    agent: Agent | None = None
    measures: tuple[OrderedMeasure, ...]
    months: int | None = None
    own_request: str = field(default="", metadata=FREE_BODY)
    narrative: str = field(metadata=FREE_BODY)
    last_incident: str = field(default="", metadata=FREE_LINE)
    kinds: tuple[str, ...] = ()
    danger_statements: tuple[str, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    submitted_at: datetime
    confirmed_by: str
    confirmation: str = field(default="", metadata=FREE_LINE)

    def derived(self) -> Derived:
        return {
            "points": wording.order_points(
                self.measures, applicant=self.applicant.name, respondent=self.respondent.name, requested=True
            )
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeContactPaper(Paper):
    """保密联系页: how she may be reached, kept apart from the application and served on nobody (K3)."""

    template = "safe_contact.typ"
    title = "保密联系页"

    name: str
    residence: str = field(default="", metadata=FREE_LINE)
    channel: str
    address: str = field(default="", metadata=FREE_LINE)
    safe_hours: str = field(default="", metadata=FREE_LINE)
    may_leave_message: bool = False
    code_word: str = field(default="", metadata=FREE_LINE)
    trusted_person: str = field(default="", metadata=FREE_LINE)

    def derived(self) -> Derived:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRuling(Paper):
    """What every copy of 民事裁定书 (issuing the order) says. No K3 to K5 here.

    `relation` is what the respondent is to the applicant ("配偶"); `valid_until_on` is the last day, ending
    at 24:00; `reconsideration_last_on` the last of the five days.
    """

    title = "民事裁定书"

    number: str
    respondent: RespondentIdentity
    relation: str
    accepted_on: date
    emergency: bool = False
    claims: str = field(metadata=FREE_BODY)
    facts_found: str = field(metadata=FREE_BODY)
    reasons: str = field(metadata=FREE_BODY)
    measures: tuple[OrderedMeasure, ...]
    protected_relatives: tuple[str, ...] = ()
    made_on: date
    valid_until_on: date
    reconsideration_last_on: date
    judge: str
    clerk: str
    verification_code: str

    def points(self) -> tuple[Point, ...]:
        """The order points as this copy prints them."""
        return wording.order_points(
            self.measures,
            applicant=self.applicant_name(),
            respondent=self.respondent.name,
            relatives=self.protected_relatives,
            places=self.listed_places(),
        )

    @abstractmethod
    def applicant_name(self) -> str: ...

    @abstractmethod
    def listed_places(self) -> tuple[Place, ...] | tuple[KnownPlace, ...]: ...

    def derived(self) -> Derived:
        codes: list[MeasureCode] = [measure.code for measure in self.measures]
        return {"points": self.points(), "laws": wording.laws_cited_to_issue(codes)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantRuling(OrderRuling):
    """The applicant's copy."""

    template = "ruling_applicant.typ"
    copy_label = "申请人副本"

    applicant: FullIdentity
    agent: Agent | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    protected_places: tuple[Place, ...] = ()

    def applicant_name(self) -> str:
        return self.applicant.name

    def listed_places(self) -> tuple[Place, ...]:
        return self.protected_places


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentRuling(OrderRuling):
    """The respondent's copy: no field for K3 to K5; places only as `known_places`."""

    template = "ruling_respondent.typ"
    copy_label = "被申请人副本"

    applicant: ApplicantAsServed
    known_places: tuple[KnownPlace, ...] = ()

    def applicant_name(self) -> str:
        return self.applicant.name

    def listed_places(self) -> tuple[KnownPlace, ...]:
        return self.known_places


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceRuling(OrderRuling):
    """The police's copy, with a sheet of hints for the officer. `danger_level` is the level only (K4)."""

    template = "ruling_police.typ"
    copy_label = "公安机关副本"

    applicant: FullIdentity
    agent: Agent | None = None
    protected_places: tuple[Place, ...] = ()
    danger_level: str = ""
    court_contact: str

    def applicant_name(self) -> str:
        return self.applicant.name

    def listed_places(self) -> tuple[Place, ...]:
        return self.protected_places


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionRuling(Paper):
    """民事裁定书 that rejects the application, for the applicant. At least one condition of ADVL 27 fails."""

    template = "rejection.typ"
    title = "民事裁定书"
    copy_label = "申请人副本"

    number: str
    applicant: FullIdentity
    agent: Agent | None = None
    respondent: RespondentIdentity
    relation: str
    accepted_on: date
    claims: str = field(metadata=FREE_BODY)
    facts_found: str = field(metadata=FREE_BODY)
    reasons: str = field(metadata=FREE_BODY)
    conditions_failed: tuple[Condition, ...]
    made_on: date
    judge: str
    clerk: str
    verification_code: str

    def derived(self) -> Derived:
        sentences = wording.wording().conditions
        return {
            "failed_conditions": tuple(sentences[condition] for condition in self.conditions_failed),
            "laws": wording.laws_cited_to_reject(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCertificate(Paper):
    """送达回证, for the court's file. `served_at` is None until served; then the blank is printed."""

    template = "service_certificate.typ"
    title = "送达回证"

    number: str
    documents: tuple[str, ...]
    recipient: str
    capacity: str
    way: DeliveryWay
    place: str = field(default="", metadata=FREE_LINE)
    served_at: datetime | None = None
    result: str = field(default="", metadata=FREE_LINE)
    received_by: str = field(default="", metadata=FREE_LINE)
    received_for: str = field(default="", metadata=FREE_LINE)
    refusal: str = field(default="", metadata=FREE_LINE)
    servers: tuple[str, ...] = ()
    remarks: str = field(default="", metadata=FREE_LINE)

    def derived(self) -> Derived:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceNotice(Paper):
    """What both kinds of 协助执行通知书 say (ADVL 32). `addressee` is the body asked to help."""

    title = "协助执行通知书"

    number: str
    addressee: str
    applicant_name: str
    respondent: RespondentIdentity
    measures: tuple[OrderedMeasure, ...]
    protected_relatives: tuple[str, ...] = ()
    made_on: date
    valid_until_on: date
    court_contact: str
    verification_code: str

    def points(self) -> tuple[Point, ...]:
        """The order points without any place; the police's notice lists the places apart."""
        return wording.order_points(
            self.measures,
            applicant=self.applicant_name,
            respondent=self.respondent.name,
            relatives=self.protected_relatives,
        )

    def derived(self) -> Derived:
        return {"points": self.points()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceAssistanceNotice(AssistanceNotice):
    template = "assistance_police.typ"

    relation: str = ""
    protected_places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeAssistanceNotice(AssistanceNotice):
    """For the residents' or villagers' committee: of K3 its own street only, no facts (law.md 6)."""

    template = "assistance_committee.typ"

    street: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceNotice(Paper):
    """受理通知书. `hours` is 72 or 24 of the profile; both readings of the clock are printed (law.md 3)."""

    template = "acceptance_notice.typ"
    title = "受理通知书"

    number: str
    applicant_name: str
    respondent_name: str
    accepted_at: datetime
    hours: int
    emergency: bool = False
    strict_at: datetime
    legal_at: datetime
    court_contact: str
    made_on: date

    def derived(self) -> Derived:
        return {"hours": chinese.number(self.hours)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionNotice(Paper):
    """补正通知书: all points at once, once only (law.md 5). `answer_by_on` is the last day, ending at 24:00."""

    template = "correction_notice.typ"
    title = "补正通知书"

    receipt_reference: str
    applicant_name: str
    corrections: tuple[str, ...]
    how: str = field(metadata=FREE_LINE)
    answer_by_on: date
    court_contact: str
    made_on: date

    def derived(self) -> Derived:
        return {
            "points": tuple(
                Point(number=chinese.number(index), text=words)
                for index, words in enumerate(self.corrections, start=1)
            )
        }
