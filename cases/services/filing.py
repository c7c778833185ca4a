"""From a draft to a case in the court's queue (提交申请)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput, NotAllowed
from agencies.identity import digest_id_number, digest_name_birth, digest_phone
from agencies.models import Agency, User
from agencies.selectors import agencies_for
from cases import danger
from cases.actors import ApplicantActor
from cases.change import CaseChange, new_case
from cases.conflicts import record_conflicts
from cases.grants import grant
from cases.models import (
    ApplicantAccess,
    Application,
    Case,
    ConfidentialDetail,
    FilingDraft,
    Party,
    Person,
    SafeContact,
)
from cases.policy import Standing
from cases.return_code import digest, new_reference
from cases.secrets import Secret
from cases.vocabulary import (
    ContactChannel,
    DangerLevel,
    DataClass,
    DetailKind,
    GrantGround,
    IdentityKind,
    Side,
)

DRAFT_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PersonFiled:
    """A person as she or he was named; every field but the side may be empty."""

    name: str = ""
    also_known_as: str = ""
    sex: str = ""
    born_on: date | None = None
    identity_kind: str = IdentityKind.NONE
    identity_number: str = ""


@dataclass(frozen=True, slots=True)
class DetailFiled:
    """One confidential detail of the applicant or of a child."""

    kind: str
    text: str
    side: str = Side.APPLICANT
    known_to_respondent: bool = False


@dataclass(frozen=True, slots=True)
class ContactFiled:
    """How she may be reached; the default is not at all."""

    channel: str = ContactChannel.NONE
    destination: str = ""
    hour_from: int = 0
    hour_until: int = 24
    leave_no_message: bool = True
    code_word: str = ""
    trusted_person: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """A checked application, ready to be sent. Region codes are those of the district; "" is unknown."""

    applicant: PersonFiled
    respondent: PersonFiled
    statement: str
    relation: str = ""
    respondent_whereabouts: str = ""
    incident_kinds: Sequence[str] = ()
    last_incident_on: date | None = None
    last_incident_words: str = ""
    incident_region: str = ""
    incident_place: str = ""
    applicant_region: str = ""
    respondent_region: str = ""
    danger_answers: Mapping[str, str] = field(default_factory=dict)
    requested_measures: Sequence[Mapping[str, str]] = ()
    requested_months: int | None = None
    details: Sequence[DetailFiled] = ()
    contact: ContactFiled = ContactFiled()
    agent: PersonFiled | None = None
    on_behalf_ground: str = ""
    on_behalf_wish: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What she is shown once the court has it: her reference and her case."""

    case: Case
    reference: str
    access_id: str


def start_draft(*, now: datetime, filed_by: User | None = None) -> FilingDraft:
    """A new empty draft that is erased in seven days (D26)."""
    return FilingDraft.objects.create(
        answers=Secret.close("{}"), saved_at=now, erases_at=now + DRAFT_LIFE, filed_by=filed_by
    )


def save_answers(*, draft: FilingDraft, answers: Mapping[str, Any], now: datetime) -> None:
    """Keep what was typed so far, encrypted; the seven days begin again. Refused once it was sent."""
    kept = FilingDraft.objects.filter(pk=draft.pk, case=None)
    token = Secret.close(json.dumps(answers, ensure_ascii=False, default=str))
    if not kept.update(answers=token, saved_at=now, erases_at=now + DRAFT_LIFE):
        raise NotAllowed


def answers_of(draft: FilingDraft) -> dict[str, Any]:
    """What was typed so far, for the person who holds the draft."""
    return json.loads(draft.answers.open_text())


def protect_draft(*, draft: FilingDraft, passphrase: str, now: datetime) -> str:
    """Give the draft its reference and the passphrase she chose; returns the reference to show.

    A second call keeps the reference and replaces the passphrase; once the draft was sent it changes
    nothing, so that of two taps at once neither takes the other's receipt away.
    """
    with transaction.atomic():
        row = FilingDraft.objects.select_for_update().get(pk=draft.pk)
        reference = row.reference.open_text() if row.reference else new_reference()
        if row.case_id is None:
            row.reference = Secret.close(reference)
            row.reference_digest = digest(reference)
            row.passphrase_hash = make_password(passphrase)
            row.saved_at = now
            row.save(update_fields=["reference", "reference_digest", "passphrase_hash", "saved_at"])
    return reference


def submit(*, draft: FilingDraft, filing: Filing, now: datetime) -> Receipt:
    """Send the application: one case, however often the button is pressed (INV-43, INV-44).

    Returns after commit. Raises: InvalidInput when no court fits or no passphrase was chosen.
    """
    with transaction.atomic():
        held = FilingDraft.objects.select_for_update().get(pk=draft.pk)
        if held.case_id is None:
            _submit_first(held, filing, now)
        return receipt_of(draft=held)


def receipt_of(*, draft: FilingDraft) -> Receipt:
    """The receipt of a sent draft, for the person who holds it. Raises: NotAllowed before it was sent."""
    if draft.case_id is None or draft.reference is None:
        raise NotAllowed
    case = Case.unscoped.get(pk=draft.case_id)
    access = ApplicantAccess.unscoped.get(case=case, reference_digest=draft.reference_digest)
    return Receipt(case=case, reference=draft.reference.open_text(), access_id=str(access.pk))


def courts_for(filing: Filing) -> list[Agency]:
    """Courts of her residence, of the place of violence and of his residence, in this order (ADVL 25)."""
    return courts_in(filing.applicant_region, filing.incident_region, filing.respondent_region)


def courts_in(*regions: str) -> list[Agency]:
    """Courts of the regions, in their order, each once; an unknown region ("") has none."""
    found = [court for region in filter(None, regions) for court in agencies_for("court", region)]
    return list(dict.fromkeys(found))


def _submit_first(held: FilingDraft, filing: Filing, now: datetime) -> None:
    if not held.reference_digest or not held.passphrase_hash:
        raise InvalidInput(_("请先设一个查询口令，这样您以后能回来看结果。"), field="passphrase")
    courts = courts_for(filing)
    if not courts:
        raise InvalidInput(_("请选您、对方或者事情发生的地方，我们好找到对应的法院。"), field="region")
    case = Case(
        court=courts[0], submitted_at=now, is_emergency=danger.is_emergency_claimed(filing.danger_answers)
    )
    access = ApplicantAccess(
        case=case,
        reference_digest=held.reference_digest,
        passphrase_hash=held.passphrase_hash,
        is_agent=False,
        created_at=now,
    )
    actor = ApplicantActor(access_id=access.pk, case_id=case.pk)
    acting_as = _capacity(held, filing)
    with new_case(case, held.filed_by or actor, acting_as, now=now) as change:
        access.save(force_insert=True)
        _write_record(change, filing, now)
        _grant_first_bodies(change, acting_as, now)
        change.record(
            "application.submitted",
            emergency=case.is_emergency,
            triage="high" if _is_triaged_high(filing) else "normal",
            court_id=case.court_id,
            on_behalf=filing.on_behalf_ground or None,
            filed_by_agency_id=acting_as.agency.pk if acting_as.agency else None,
        )
        record_conflicts(change)
    held.case = case
    held.answers = Secret.close("{}")
    held.save(update_fields=["case", "answers"])


def _capacity(held: FilingDraft, filing: Filing) -> Standing:
    if held.filed_by is None:
        return Standing("agent" if filing.agent else "applicant")
    membership = held.filed_by.memberships.select_related("agency").filter(valid_until=None).first()
    if membership is None:
        raise NotAllowed
    return Standing("staff", membership.agency, membership.role)


def _grant_first_bodies(change: CaseChange, acting_as: Standing, now: datetime) -> None:
    grant(change.case, change.case.court, GrantGround.RECEIVED, now)
    if acting_as.agency and acting_as.agency != change.case.court:
        grant(change.case, acting_as.agency, GrantGround.FILED, now)


def _is_triaged_high(filing: Filing) -> bool:
    return danger.level_from(filing.danger_answers) in {DangerLevel.HIGH, DangerLevel.EXTREME}


def _write_record(change: CaseChange, filing: Filing, now: datetime) -> None:
    case = change.case
    phones = [digest_phone(detail.text) for detail in filing.details if detail.kind == DetailKind.PHONE]
    sides = [
        (filing.applicant, Party(side=Side.APPLICANT, relation=filing.relation), phones),
        (filing.respondent, Party(side=Side.RESPONDENT, whereabouts=filing.respondent_whereabouts), []),
    ]
    if filing.agent:
        sides.append((filing.agent, Party(side=Side.AGENT), []))
    applicant = _write_parties(case, sides)[0]
    _write_application(case, filing, now)
    ConfidentialDetail.objects.bulk_create(
        ConfidentialDetail(
            case=case,
            party=applicant,
            kind=detail.kind,
            data_class=DataClass.K4 if detail.kind == DetailKind.CHILD_WORDS else DataClass.K3,
            text=Secret.close(detail.text),
            known_to_respondent=detail.known_to_respondent,
        )
        for detail in filing.details
    )
    _write_contact(case, filing.contact)


def _write_application(case: Case, filing: Filing, now: datetime) -> None:
    Application.objects.create(
        case=case,
        statement=filing.statement,
        incident_kinds=list(filing.incident_kinds),
        last_incident_on=filing.last_incident_on,
        last_incident_words=filing.last_incident_words,
        incident_region=filing.incident_region,
        incident_place=filing.incident_place,
        applicant_region=filing.applicant_region,
        respondent_region=filing.respondent_region,
        requested_measures=[dict(measure) for measure in filing.requested_measures],
        requested_months=filing.requested_months,
        emergency_claimed=case.is_emergency,
        emergency_reasons=danger.signs_answered_yes(filing.danger_answers),
        danger_answers=json.dumps(dict(filing.danger_answers)) if filing.danger_answers else None,
        danger_level=danger.level_from(filing.danger_answers),
        on_behalf_ground=filing.on_behalf_ground,
        on_behalf_wish=filing.on_behalf_wish,
        confirmed_true_at=now,
    )


def _write_parties(case: Case, sides: Sequence[tuple[PersonFiled, Party, list[str]]]) -> list[Party]:
    """Write each person with the digests that conflicts are found by, then the person's side."""
    persons = Person.objects.bulk_create(_person(case, filed, phones) for filed, _party, phones in sides)
    for person, (_filed, party, _phones) in zip(persons, sides, strict=True):
        party.case, party.person = case, person
    return Party.objects.bulk_create(party for _filed, party, _phones in sides)


def _person(case: Case, filed: PersonFiled, phones: list[str]) -> Person:
    digests = [digest_id_number(filed.identity_number), digest_name_birth(filed.name, filed.born_on), *phones]
    return Person(
        case=case,
        name=filed.name,
        also_known_as=filed.also_known_as,
        sex=filed.sex,
        born_on=filed.born_on,
        identity_kind=filed.identity_kind,
        identity_number=filed.identity_number,
        match_digests=[value for value in digests if value],
    )


def _write_contact(case: Case, contact: ContactFiled) -> None:
    SafeContact.objects.create(
        case=case,
        channel=contact.channel,
        destination=contact.destination or None,
        hour_from=contact.hour_from,
        hour_until=contact.hour_until,
        leave_no_message=contact.leave_no_message,
        code_word=contact.code_word or None,
        trusted_person=contact.trusted_person or None,
    )
