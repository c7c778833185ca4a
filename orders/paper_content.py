"""From the record to the values of each paper; every audience gets an object of its own (SR-14, SR-30).

The respondent's copy is built without asking for any confidential detail except the places that the
applicant said he knows and the judge has confirmed (INV-26, INV-27).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localdate

from agencies.roles import AgencyKind
from agencies.selectors import agencies_for
from cases.actors import Actor
from cases.models import Case, ConfidentialDetail, Evidence, Party
from cases.responsibility import bodies_on
from cases.selectors import parties_of
from cases.services.confidential import texts_for_paper
from cases.vocabulary import (
    Audience,
    DangerLevel,
    DangerSign,
    DetailKind,
    IncidentKind,
    OnBehalfGround,
    Relation,
    Sex,
    Side,
)
from orders.decisions import MeasureChosen, OrderDecision, RejectionDecision
from orders.documents import chinese
from orders.documents.papers import (
    ApplicantRuling,
    ApplicationPaper,
    CommitteeAssistanceNotice,
    Paper,
    PoliceAssistanceNotice,
    PoliceRuling,
    RejectionRuling,
    RespondentRuling,
)
from orders.documents.values import (
    Agent,
    ApplicantAsServed,
    Condition,
    EvidenceItem,
    FullIdentity,
    KnownPlace,
    MeasureCode,
    OrderedMeasure,
    Place,
    PlaceKind,
    RespondentIdentity,
)
from orders.vocabulary import PaperAudience, PaperKind

PLACE_KINDS = {
    DetailKind.RESIDENCE: PlaceKind.HOME,
    DetailKind.SCHOOL: PlaceKind.SCHOOL,
    DetailKind.WORKPLACE: PlaceKind.WORKPLACE,
}
# Shorter secrets (a surname, "妈妈") would be found in any text.
SHORTEST_SECRET = 4
IS_DEMO = not settings.PRODUCTION


@dataclass(frozen=True, slots=True)
class PaperOf:
    """A paper ready to be printed, with its kind and reader."""

    kind: PaperKind
    audience: PaperAudience
    content: Paper


@dataclass(frozen=True, slots=True)
class Signing:
    """What the signature adds to a decision: day, last day, the days after it, names, code."""

    made_at: datetime
    last_on: date | None
    reconsideration_last_on: date | None
    judge: str
    clerk: str
    verification_code: str


class RecordOfCase:
    """The parts of one case that papers are made of, read once and logged as a look."""

    def __init__(self, case: Case, actor: Actor, now: datetime) -> None:
        self.case = case
        self.now = now
        self.parties = parties_of(case)
        self.details = list(ConfidentialDetail.objects.filter(case=case).order_by("pk"))
        self.texts = texts_for_paper(actor=actor, case=case, details=self.details, now=now)

    @property
    def relation(self) -> str:
        """What the respondent is to her, in words."""
        code = self.parties[Side.APPLICANT].relation
        return str(Relation(code).label) if code else ""

    def applicant(self) -> FullIdentity:
        """Her identity as court, police and she herself read it."""
        person = self.parties[Side.APPLICANT].person
        return FullIdentity(
            name=person.name or "（姓名未填）",
            sex=_sex(person.sex),
            birth_on=person.born_on,
            id_number=person.identity_number,
            residence=self._first(DetailKind.RESIDENCE),
            phone=self._first(DetailKind.PHONE),
        )

    def applicant_at_home(self) -> FullIdentity:
        """Her identity on her own copy: a paper at home can be found, so it does not say where she is."""
        return replace(self.applicant(), residence="", phone="")

    def applicant_as_served(self) -> ApplicantAsServed:
        """Her identity as the respondent reads it."""
        person = self.parties[Side.APPLICANT].person
        return ApplicantAsServed(name=person.name, sex=_sex(person.sex), birth_on=person.born_on)

    def respondent(self) -> RespondentIdentity:
        """The respondent; unknown parts stay empty."""
        party: Party = self.parties[Side.RESPONDENT]
        return RespondentIdentity(
            name=party.person.name or party.person.also_known_as or "（姓名待查）",
            known_as=party.person.also_known_as,
            sex=_sex(party.person.sex),
            birth_on=party.person.born_on,
            id_number=party.person.identity_number,
            residence=party.whereabouts,
        )

    def respondent_as_he_reads(self, decision: OrderDecision) -> RespondentIdentity:
        """The respondent on his own copy: without his whereabouts where they would tell a hidden place.

        An applicant may have written one address as his and, closed, as hers.
        """
        himself = self.respondent()
        written = "".join(himself.residence.split())
        hidden = ("".join(text.split()) for _kind, text in self.hidden_texts(decision))
        if any(len(text) >= SHORTEST_SECRET and text in written for text in hidden):
            return replace(himself, residence="")
        return himself

    def body_name(self, kind: AgencyKind) -> str:
        """The body of this kind that is on the case or answers for the court's district; else the kind."""
        on_case = [body.name for body in bodies_on(self.case, self.now) if body.kind == kind]
        local = [body.name for body in agencies_for(kind, self.case.court.region_code)]
        return next(iter(on_case + local), str(kind.label))

    def agent(self) -> Agent | None:
        """Who applies on her behalf, if somebody does."""
        party = self.parties.get(Side.AGENT)
        if party is None:
            return None
        ground = self.case.application.on_behalf_ground
        return Agent(
            name=party.person.name,
            standing=str(Relation(party.relation).label) if party.relation else "代为申请人",
            ground=str(OnBehalfGround(ground).label) if ground else "",
        )

    def evidence(self, *, own_only: bool = False) -> tuple[EvidenceItem, ...]:
        """The evidence list (SPC17 6) of a copy that she reads: hers, and what all bodies on the case share."""
        readable = Q(agency=None) if own_only else Q(agency=None) | Q(audience=Audience.ON_CASE)
        rows = Evidence.objects.filter(readable, case=self.case).order_by("kind", "added_at")
        return tuple(EvidenceItem(code=row.kind, title=_title(row)) for row in rows)

    def places(self, decision: OrderDecision) -> tuple[Place, ...]:
        """The places the judge chose, in full."""
        chosen = {place.detail_id for place in decision.places}
        return tuple(
            Place(kind=_place_kind(row.kind), words=self.texts[row.pk])
            for row in self.details
            if row.pk in chosen
        )

    def known_places(self, decision: OrderDecision) -> tuple[KnownPlace, ...]:
        """The places that may stand on the respondent's copy: she said he knows, the judge confirmed."""
        confirmed = {place.detail_id for place in decision.places if place.confirmed_known}
        return tuple(
            KnownPlace(kind=_place_kind(row.kind), words=self.texts[row.pk])
            for row in self.details
            if row.pk in confirmed and row.known_to_respondent
        )

    def hidden_texts(self, decision: OrderDecision) -> list[tuple[str, str]]:
        """Kind and text of everything that the respondent must not read."""
        shown = {place.words for place in self.known_places(decision)}
        return [
            (str(row.get_kind_display()), self.texts[row.pk])
            for row in self.details
            if self.texts[row.pk] not in shown
        ]

    def _first(self, kind: str) -> str:
        return next((self.texts[row.pk] for row in self.details if row.kind == kind), "")


def papers_of_order(record: RecordOfCase, decision: OrderDecision, signing: Signing) -> list[PaperOf]:
    """Every paper that leaves the court with an order: three copies and two assistance notices."""
    case = record.case
    if signing.last_on is None or signing.reconsideration_last_on is None:
        raise ValueError("An order has a last day and a last day for reconsideration.")
    common: dict[str, Any] = {
        "court": case.court.name,
        "demo": IS_DEMO,
        "number": case.number or "",
        "respondent": record.respondent(),
        "measures": _measures(decision.measures),
        "made_on": localdate(signing.made_at),
        "valid_until_on": signing.last_on,
        "verification_code": signing.verification_code,
    }
    ruling: dict[str, Any] = {
        **common,
        "relation": record.relation,
        "accepted_on": localdate(case.accepted_at),
        "emergency": case.is_emergency,
        "claims": decision.claims or _claims(case),
        "facts_found": decision.facts_found,
        "reasons": decision.reasons,
        "reconsideration_last_on": signing.reconsideration_last_on,
        "judge": signing.judge,
        "clerk": signing.clerk,
    }
    places = record.places(decision)
    notice: dict[str, Any] = {
        **common,
        "applicant_name": record.applicant().name,
        "court_contact": case.court.name,
    }
    return [
        PaperOf(
            PaperKind.RULING,
            PaperAudience.APPLICANT,
            ApplicantRuling(
                **ruling,
                applicant=record.applicant_at_home(),
                agent=record.agent(),
                evidence=record.evidence(),
                protected_places=places,
            ),
        ),
        PaperOf(
            PaperKind.RULING,
            PaperAudience.RESPONDENT,
            RespondentRuling(
                **{**ruling, "respondent": record.respondent_as_he_reads(decision)},
                applicant=record.applicant_as_served(),
                known_places=record.known_places(decision),
            ),
        ),
        PaperOf(
            PaperKind.RULING,
            PaperAudience.POLICE,
            PoliceRuling(
                **ruling,
                applicant=record.applicant(),
                agent=record.agent(),
                protected_places=places,
                danger_level=str(DangerLevel(case.application.danger_level).label),
                court_contact=case.court.name,
            ),
        ),
        PaperOf(
            PaperKind.ASSISTANCE_NOTICE,
            PaperAudience.POLICE,
            PoliceAssistanceNotice(
                **notice,
                addressee=record.body_name(AgencyKind.POLICE),
                relation=record.relation,
                protected_places=places,
            ),
        ),
        PaperOf(
            PaperKind.ASSISTANCE_NOTICE,
            PaperAudience.COMMITTEE,
            CommitteeAssistanceNotice(
                **{**notice, "respondent": record.respondent_as_he_reads(decision)},
                addressee=record.body_name(AgencyKind.COMMITTEE),
            ),
        ),
    ]


def papers_of_rejection(record: RecordOfCase, decision: RejectionDecision, signing: Signing) -> list[PaperOf]:
    """The applicant's copy of a rejection; nobody else is served."""
    case = record.case
    paper = RejectionRuling(
        court=case.court.name,
        demo=IS_DEMO,
        number=case.number or "",
        applicant=record.applicant_at_home(),
        agent=record.agent(),
        respondent=record.respondent(),
        relation=record.relation,
        accepted_on=localdate(case.accepted_at),
        claims=decision.claims or _claims(case),
        facts_found=decision.facts_found,
        reasons=decision.reasons,
        conditions_failed=tuple(Condition(code) for code in decision.failed_conditions),
        made_on=localdate(signing.made_at),
        judge=signing.judge,
        clerk=signing.clerk,
        verification_code=signing.verification_code,
    )
    return [PaperOf(PaperKind.RULING, PaperAudience.APPLICANT, paper)]


def application_paper(record: RecordOfCase, danger: Sequence[str]) -> ApplicationPaper:
    """The application as the court's file and the applicant read it; `danger` are signs answered yes."""
    case, application = record.case, record.case.application
    wanted = [row for row in application.requested_measures if row.get("code") in set(MeasureCode)]
    return ApplicationPaper(
        court=case.court.name,
        demo=IS_DEMO,
        applicant=record.applicant(),
        respondent=record.respondent(),
        relation=record.relation,
        agent=record.agent(),
        measures=_measures([MeasureChosen(row["code"], row.get("words", "")) for row in wanted]),
        months=application.requested_months,
        narrative=application.statement,
        last_incident=application.last_incident_words
        or (chinese.plain_date(application.last_incident_on) if application.last_incident_on else ""),
        kinds=tuple(str(IncidentKind(code).label) for code in application.incident_kinds),
        danger_statements=tuple(str(DangerSign(code).label) for code in danger),
        evidence=record.evidence(own_only=True),
        submitted_at=case.submitted_at,
        confirmed_by=record.applicant().name,
    )


def _measures(chosen: Sequence[MeasureChosen]) -> tuple[OrderedMeasure, ...]:
    return tuple(
        OrderedMeasure(
            code=MeasureCode(row.code),
            distance_metres=row.distance_metres,
            within_days=row.within_days,
            words=row.words,
        )
        for row in sorted(chosen, key=lambda row: row.code)
    )


def _claims(case: Case) -> str:
    """Her request in short where the judge wrote none: the kinds of violence named, no free text of hers."""
    kinds = "、".join(str(IncidentKind(code).label) for code in case.application.incident_kinds)
    return (
        f"遭受家庭暴力或者面临家庭暴力的现实危险{f'（{kinds}）' if kinds else ''}，请求发出人身安全保护令。"
    )


def _title(row: Evidence) -> str:
    """The name of a piece of evidence on a list: its title or kind, and the incident's number."""
    number = f"（{row.incident_number}）" if row.incident_number else ""
    return f"{row.title or row.get_kind_display()}{number}"


def _place_kind(kind: str) -> PlaceKind:
    return PLACE_KINDS.get(DetailKind(kind), PlaceKind.OFTEN_VISITED)


def _sex(code: str) -> str:
    return str(Sex(code).label) if code else ""
