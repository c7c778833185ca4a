"""The record keeps its promises: one receipt, one chain, no look without a row, no right without a grant."""

import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.template import Context, Template
from django.test import Client

from agencies.capabilities import CAPABILITIES
from agencies.errors import InvalidInput, NotAllowed, Unavailable
from agencies.models import DeclaredRelation
from agencies.roles import AgencyKind, Role
from cases.chain import first_broken_link
from cases.field_table import BY_BODY, FieldAccess, field_access
from cases.models import AccessLog, Case, CaseEvent, ConfidentialDetail, FilingDraft, Note
from cases.policy import fields_for, may, visible_to
from cases.secrets import Secret, SecretNotPrintable
from cases.selectors import looks_at, notes_for, timeline_for
from cases.services import acceptance, confidential, filing, notes
from cases.services.erasing import erase_old_drafts
from cases.services.returning import come_back, delay_seconds
from cases.vocabulary import Audience, DataClass
from tests.agencies.login import sign_in
from tests.record import (
    ACCEPTED_AT,
    CANARIES,
    HOUR,
    PASSPHRASE,
    SUBMITTED_AT,
    District,
    applicant_of,
    make_filing,
    refreshed,
    submit_case,
)


def test_inv_44_a_double_submit_makes_one_case_with_the_same_receipt(xinjin: District) -> None:
    draft = filing.start_draft(now=SUBMITTED_AT)
    filing.protect_draft(draft=draft, passphrase=PASSPHRASE, now=SUBMITTED_AT)
    first = filing.submit(draft=draft, filing=make_filing(xinjin), now=SUBMITTED_AT)
    second = filing.submit(draft=draft, filing=make_filing(xinjin, statement="又点了一次"), now=SUBMITTED_AT)
    assert (first.case.pk, first.reference, first.access_id) == (
        second.case.pk,
        second.reference,
        second.access_id,
    )
    assert Case.unscoped.count() == 1


def test_a_submission_that_cannot_be_taken_leaves_the_draft_and_nothing_else(xinjin: District) -> None:
    draft = filing.start_draft(now=SUBMITTED_AT)
    filing.save_answers(draft=draft, answers={"statement": "他打我"}, now=SUBMITTED_AT)
    filing.protect_draft(draft=draft, passphrase=PASSPHRASE, now=SUBMITTED_AT)
    nowhere = make_filing(xinjin, applicant_region="", incident_region="")
    with pytest.raises(InvalidInput):
        filing.submit(draft=draft, filing=nowhere, now=SUBMITTED_AT)
    assert not Case.unscoped.exists()
    assert filing.answers_of(FilingDraft.objects.get(pk=draft.pk)) == {"statement": "他打我"}


def test_d26_an_unsent_draft_is_erased_after_seven_days(xinjin: District) -> None:
    draft = filing.start_draft(now=SUBMITTED_AT)
    filing.save_answers(draft=draft, answers={"a": "b"}, now=SUBMITTED_AT + 24 * HOUR)
    assert erase_old_drafts(now=SUBMITTED_AT + 8 * 24 * HOUR - HOUR) == 0
    assert erase_old_drafts(now=SUBMITTED_AT + 8 * 24 * HOUR) == 1


def test_sr_05_reference_and_passphrase_open_the_case_and_nothing_less_does(xinjin: District) -> None:
    receipt = submit_case(make_filing(xinjin))
    typed = receipt.reference.lower().replace("-", " ")
    opened = come_back(reference=typed, passphrase=PASSPHRASE, network="", now=ACCEPTED_AT)
    assert opened is not None
    assert opened.actor == applicant_of(receipt.case)
    for reference, passphrase in ((typed, "wrong words"), ("AAAAA-AAAAA-AAAAA", PASSPHRASE), ("", "")):
        assert come_back(reference=reference, passphrase=passphrase, network="", now=ACCEPTED_AT) is None


def test_sr_23_wrong_tries_are_slowed_and_a_correct_pair_still_passes(xinjin: District) -> None:
    receipt = submit_case(make_filing(xinjin))
    delays = []
    for _ in range(9):
        come_back(
            reference=receipt.reference, passphrase="guess guess", network="10.0.0.0/24", now=ACCEPTED_AT
        )
        delays.append(delay_seconds(reference=receipt.reference, network="10.0.0.0/24", now=ACCEPTED_AT))
    assert delays == [0, 0, 0, 0, 0, 0.5, 1.0, 2.0, 4.0]
    assert come_back(
        reference=receipt.reference, passphrase=PASSPHRASE, network="10.0.0.0/24", now=ACCEPTED_AT
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_caseevent SET type = 'order.issued'",
        "DELETE FROM cases_caseevent",
        "TRUNCATE cases_caseevent CASCADE",
    ],
)
def test_sr_46_the_database_refuses_to_change_the_timeline(accepted_case: Case, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def _events(case: Case) -> list[CaseEvent]:
    return list(CaseEvent.unscoped.filter(case=case).order_by("sequence"))


def test_inv_39_the_chain_holds_and_each_kind_of_tampering_is_named(accepted_case: Case) -> None:
    assert first_broken_link(_events(accepted_case)) is None

    changed = _events(accepted_case)
    changed[1].payload = {**changed[1].payload, "emergency": True}
    assert first_broken_link(changed).sequence == 2

    removed = _events(accepted_case)
    del removed[1]
    assert first_broken_link(removed).sequence == 2

    swapped = _events(accepted_case)
    swapped[0], swapped[1] = swapped[1], swapped[0]
    assert first_broken_link(swapped).sequence == 1

    added = _events(accepted_case)
    extra = _events(accepted_case)[-1]
    extra.sequence += 1
    added.append(extra)
    assert first_broken_link(added).sequence == extra.sequence


@pytest.mark.usefixtures("record_open")
def test_inv_28_a_reveal_is_written_down_before_the_text_is_given(
    xinjin: District, accepted_case: Case
) -> None:
    detail = ConfidentialDetail.objects.get(case=accepted_case, kind="residence")
    officer = xinjin.one(Role.OFFICER)
    with pytest.raises(InvalidInput):
        confidential.reveal(actor=officer, detail=detail, purpose="", now=ACCEPTED_AT)
    text = confidential.reveal(actor=officer, detail=detail, purpose="上门保护", now=ACCEPTED_AT)
    assert text == CANARIES["residence"]
    row = AccessLog.objects.get(purpose="confidential.reveal")
    assert (row.user, row.agency, row.object_id, row.data_classes) == (
        officer,
        xinjin.police,
        str(detail.pk),
        ["K3"],
    )
    assert CANARIES["residence"] not in json.dumps(list(AccessLog.objects.values()), default=str)


@pytest.mark.usefixtures("record_open")
def test_inv_28_without_the_log_row_no_text_is_given(
    xinjin: District, accepted_case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    detail = ConfidentialDetail.objects.get(case=accepted_case, kind="residence")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_accesslog ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    opened: list[str] = []
    monkeypatch.setattr(Secret, "open_text", lambda self: opened.append("opened") or "text")
    with pytest.raises(Unavailable):
        confidential.reveal(actor=xinjin.one(Role.JUDGE), detail=detail, purpose="审查", now=ACCEPTED_AT)
    assert opened == []


def test_sr_18_without_the_log_row_a_page_answers_503_and_shows_nothing(
    xinjin: District, accepted_case: Case, client: Client
) -> None:
    sign_in(client, xinjin.one(Role.JUDGE))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_accesslog ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    for address in (f"/desk/c/{accepted_case.pk}/", f"/api/v1/cases/{accepted_case.pk}/"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert "林小雨" not in answer.content.decode()


def test_inv_29_she_sees_which_bodies_looked_and_when(xinjin: District, accepted_case: Case) -> None:
    from cases.looking import record_look
    from cases.policy import standing

    officer = xinjin.one(Role.OFFICER)
    record_look(
        officer,
        purpose="case.open",
        now=ACCEPTED_AT,
        case_id=accepted_case.pk,
        acting_as=standing(officer, "case.view", accepted_case, ACCEPTED_AT),
    )
    looks = looks_at(applicant_of(accepted_case), accepted_case, ACCEPTED_AT)
    assert [(look.body, look.at) for look in looks] == [(xinjin.police.name, ACCEPTED_AT)]
    assert officer.display_name not in str(looks)


def test_inv_31_unknown_field_unknown_role_hidden() -> None:
    for body in (*BY_BODY, "committee", "respondent", "martian", ""):
        assert field_access(body, Role.JUDGE, "K9") is FieldAccess.NONE
    for data_class in DataClass:
        assert field_access("respondent", "", data_class) is FieldAccess.NONE
        assert field_access(AgencyKind.COMMITTEE, "", data_class) is FieldAccess.NONE
        assert field_access("martian", Role.JUDGE, data_class) is FieldAccess.NONE


def test_inv_34_admin_and_auditor_see_no_content(xinjin: District, accepted_case: Case) -> None:
    for role in (Role.AUDITOR, Role.PLATFORM_ADMIN):
        person = xinjin.one(role)
        assert not visible_to(person, ACCEPTED_AT).exists()
        assert set(fields_for(person, accepted_case, ACCEPTED_AT).values()) == {FieldAccess.NONE}
        for action in CAPABILITIES:
            if action != "log.view":
                assert not may(person, action, accepted_case, ACCEPTED_AT)


@pytest.mark.usefixtures("record_open")
def test_k4_police_read_the_level_and_court_the_answers(xinjin: District, accepted_case: Case) -> None:
    for role, expected in (
        (Role.OFFICER, FieldAccess.LEVEL),
        (Role.JUDGE, FieldAccess.READ),
        (Role.FEDERATION_WORKER, FieldAccess.READ),
    ):
        assert fields_for(xinjin.one(role), accepted_case, ACCEPTED_AT)[DataClass.K4] is expected
    assert (
        confidential.danger_answers(actor=xinjin.one(Role.OFFICER), case=accepted_case, now=ACCEPTED_AT) == {}
    )
    assert confidential.danger_answers(actor=xinjin.one(Role.JUDGE), case=accepted_case, now=ACCEPTED_AT)


@pytest.mark.usefixtures("record_open")
def test_notes_reach_their_audience_only(xinjin: District, accepted_case: Case) -> None:
    worker = xinjin.one(Role.FEDERATION_WORKER)
    for audience in Audience:
        notes.add_note(
            actor=worker,
            case=accepted_case,
            text=f"写给{audience}",
            audience=audience,
            now=ACCEPTED_AT + HOUR,
        )

    def read_by(actor: object) -> set[str]:
        return {note.audience for note in notes_for(actor, refreshed(accepted_case), ACCEPTED_AT + HOUR)}

    assert read_by(worker) == {"own_agency", "on_case", "court_only"}
    assert read_by(xinjin.other(Role.FEDERATION_WORKER)) == {"own_agency", "on_case", "court_only"}
    assert read_by(xinjin.one(Role.JUDGE)) == {"on_case", "court_only"}
    assert read_by(xinjin.one(Role.OFFICER)) == {"on_case"}
    assert read_by(applicant_of(accepted_case)) == set()
    shown = timeline_for(xinjin.one(Role.OFFICER), refreshed(accepted_case), ACCEPTED_AT + HOUR)
    assert [entry.type for entry in shown].count("note.added") == 1


@pytest.mark.usefixtures("record_open")
def test_a_note_is_corrected_by_a_newer_one_and_only_by_its_own_body(
    xinjin: District, accepted_case: Case
) -> None:
    worker, officer = xinjin.one(Role.FEDERATION_WORKER), xinjin.one(Role.OFFICER)
    first = notes.add_note(
        actor=worker, case=accepted_case, text="她住一楼", audience="on_case", now=ACCEPTED_AT
    )
    with pytest.raises(NotAllowed):
        notes.add_note(
            actor=officer,
            case=accepted_case,
            text="改",
            audience="on_case",
            now=ACCEPTED_AT,
            supersedes=first.pk,
        )
    notes.add_note(
        actor=worker,
        case=accepted_case,
        text="她住二楼",
        audience="on_case",
        now=ACCEPTED_AT,
        supersedes=first.pk,
    )
    assert Note.objects.count() == 2
    seen = notes_for(officer, refreshed(accepted_case), ACCEPTED_AT)
    assert {(note.text, note.is_superseded) for note in seen} == {("她住一楼", True), ("她住二楼", False)}


def test_sr_16_kin_of_a_party_loses_sight_and_a_party_hides_the_case_from_her_unit(xinjin: District) -> None:
    from agencies.identity import digest_id_number

    judge, officer = xinjin.one(Role.JUDGE), xinjin.one(Role.OFFICER)
    his_number = "510118198001011234"
    DeclaredRelation.objects.create(
        user=judge, kind="kin", id_number_digest=digest_id_number(his_number), declared_at=SUBMITTED_AT
    )
    officer.id_number_digest = digest_id_number(his_number)
    officer.save()
    respondent = filing.PersonFiled(name="赵大山", identity_kind="resident", identity_number=his_number)
    case = submit_case(make_filing(xinjin, respondent=respondent)).case
    acceptance.accept_application(actor=xinjin.one(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    assert refreshed(case).assigned_judge == xinjin.other(Role.JUDGE)
    for hidden_from in (judge, officer, xinjin.other(Role.OFFICER), xinjin.one(Role.COMMANDER)):
        assert not visible_to(hidden_from, ACCEPTED_AT).exists()
    assert visible_to(xinjin.one(Role.FEDERATION_WORKER), ACCEPTED_AT).exists()


def test_a_secret_cannot_be_printed_by_accident() -> None:
    secret = Secret.close("花源街道8841号")
    assert str(secret) == f"{secret}" == Template("{{ s }}").render(Context({"s": secret})) == "•••"
    assert "8841" not in repr(secret)
    for careless in (lambda: json.dumps(secret), lambda: list(secret), lambda: len(secret)):
        with pytest.raises(TypeError):
            careless()
    import pickle

    with pytest.raises(SecretNotPrintable):
        pickle.dumps(secret)


@pytest.mark.usefixtures("record_open")
def test_sr_36_confidential_text_is_stored_closed_and_an_old_key_still_opens_it(
    accepted_case: Case, settings: object
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(encode(text, 'escape'), '') FROM cases_confidentialdetail")
        stored = cursor.fetchone()[0]
    assert all(canary not in stored for canary in CANARIES.values())
    settings.FIELD_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleS0=", *settings.FIELD_KEYS]
    detail = ConfidentialDetail.objects.get(case=accepted_case, kind="residence")
    assert detail.text.open_text() == CANARIES["residence"]


def test_an_agent_sees_the_stage_and_not_the_secrets(xinjin: District) -> None:
    receipt = submit_case(make_filing(xinjin))
    actor = replace(applicant_of(receipt.case), is_agent=True)
    assert not may(actor, "case.view", receipt.case, SUBMITTED_AT)
