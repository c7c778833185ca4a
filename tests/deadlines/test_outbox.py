"""Messages: once per key, neutral, retried, never in the way of others, the applicant's rules at sending."""

from datetime import timedelta
from uuid import uuid4

import pytest

from deadlines import outbox, sending
from deadlines.channels import ChannelError, email, sms
from deadlines.messages import TemplateError, register_sentences, sentences
from deadlines.models import Alarm, OutboxMessage
from deadlines.outbox import (
    AgencyRecipient,
    ApplicantDelivery,
    ApplicantRecipient,
    HoldUntil,
    NoContact,
    StaffRecipient,
    enqueue,
)
from deadlines.sending import send_due
from tests.deadlines.conftest import ACCEPTED_AT, HOUR, MINUTE

pytestmark = pytest.mark.django_db
NOW = ACCEPTED_AT


@pytest.fixture
def texts(monkeypatch):
    """What the SMS gateway took."""
    taken: list[dict[str, str]] = []
    monkeypatch.setattr(sms, "send", lambda **sent: taken.append(sent))
    return taken


@pytest.fixture
def broken_gateway(monkeypatch):
    def refuse(**_sent):
        raise ChannelError("gateway answered 503")

    monkeypatch.setattr(sms, "send", refuse)


@pytest.fixture
def reachable(monkeypatch):
    """Let the applicant be reached in the way the test says."""

    def by(answer):
        monkeypatch.setattr(outbox, "_resolver", lambda subject_id, now: answer)

    return by


def tell(person, key="k", urgent=False, **params):
    enqueue(
        key=key,
        recipient=StaffRecipient(person.pk),
        template_id="staff.new_application",
        params={"reference": "R-7KQ2", **params},
        urgent=urgent,
        now=NOW,
    )


def tell_applicant(subject_id, urgent=False):
    enqueue(
        key=f"a:{subject_id}",
        recipient=ApplicantRecipient(subject_id),
        template_id="applicant.news",
        params={},
        urgent=urgent,
        now=NOW,
    )


def test_sr_39_the_same_key_writes_once(world):
    for _ in range(3):
        tell(world.people["clerk"])
    assert sorted(OutboxMessage.objects.values_list("channel", flat=True)) == ["email", "in_portal"]


def test_urgent_goes_by_sms_and_the_portal_has_it_at_once(world, texts):
    clerk = world.people["clerk"]
    tell(clerk, urgent=True)
    assert OutboxMessage.objects.get(channel="in_portal").state == "sent"
    assert send_due(NOW).sent == 1
    assert texts[0]["address"] == clerk.phone
    assert "R-7KQ2" in texts[0]["body"]


def test_an_agency_message_goes_to_all_of_the_role_when_nobody_is_on_duty(world):
    enqueue(
        key="k",
        recipient=AgencyRecipient(world.court.pk, "judge"),
        template_id="staff.test",
        params={},
        now=NOW,
    )
    users = OutboxMessage.objects.filter(channel="in_portal").values_list("user__username", flat=True)
    assert sorted(users) == ["duty_judge", "judge"]


def test_inv_49_an_agency_role_with_nobody_is_an_alarm(world):
    enqueue(
        key="k",
        recipient=AgencyRecipient(world.police.pk, "auditor"),
        template_id="staff.test",
        params={},
        now=NOW,
    )
    assert Alarm.objects.get().kind == "duty_gap"


def test_sr_39_retries_after_1_5_15_60_minutes_then_failed_and_another_channel(
    world, broken_gateway, mailoutbox
):
    tell(world.people["clerk"], urgent=True)
    message = OutboxMessage.objects.get(channel="sms")
    now = NOW
    for minutes in (1, 5, 15, 60):
        assert send_due(now).retried == 1
        message.refresh_from_db()
        assert message.not_before == now + minutes * MINUTE
        assert send_due(message.not_before - timedelta(seconds=1)).retried == 0
        now = message.not_before
    assert send_due(now).failed == 1
    message.refresh_from_db()
    assert (message.state, message.failed_at) == ("failed", now)
    assert Alarm.objects.filter(kind="message_failed").exists()
    send_due(now)
    assert len(mailoutbox) == 1


def test_sr_39_a_poison_message_does_not_hold_up_the_next(world, mailoutbox):
    tell(world.people["clerk"], key="poison")
    OutboxMessage.objects.update(template_id="staff.no_such_sentence")
    tell(world.people["clerk"], key="good")
    result = send_due(NOW)
    assert (result.sent, result.retried) == (1, 1)
    assert OutboxMessage.objects.get(key__startswith="poison", channel="email").last_error.startswith(
        "broken"
    )


def test_sr_39_a_sender_that_died_lets_its_message_go_again_under_the_same_id(world, mailoutbox, monkeypatch):
    tell(world.people["clerk"])
    monkeypatch.setattr(sending, "_close", lambda *_args, **_fields: None)
    send_due(NOW)
    assert send_due(NOW).sent == 0, "leased"
    monkeypatch.undo()
    OutboxMessage.objects.filter(channel="email").update(leased_until=NOW - HOUR)
    assert send_due(NOW).sent == 1
    first, second = mailoutbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_sr_07_the_message_id_holds_no_key(world, mailoutbox):
    tell(world.people["clerk"], key="event:2b7c:1")
    send_due(NOW)
    assert "2b7c" not in mailoutbox[0].extra_headers["Message-ID"]
    assert "2b7c" not in mailoutbox[0].subject + mailoutbox[0].body


def test_inv_41_an_applicant_gets_a_neutral_sentence_and_never_her_code_word(reachable, texts):
    reachable(ApplicantDelivery("sms", "13900000000", "天气"))
    tell_applicant(uuid4())
    send_due(NOW)
    assert texts[0]["body"] == "您好，您有一条新消息。方便时请用您自己的方式查看。"


@pytest.mark.parametrize("params", [{"reference": "x"}, {"name": "x"}])
def test_inv_41_nothing_else_can_be_put_into_an_applicants_message(db, params):
    with pytest.raises(TemplateError):
        enqueue(
            key="k",
            recipient=ApplicantRecipient(uuid4()),
            template_id="applicant.news",
            params=params,
            now=NOW,
        )


def test_inv_41_a_staff_sentence_never_goes_to_an_applicant(db):
    with pytest.raises(TemplateError):
        enqueue(key="k", recipient=ApplicantRecipient(uuid4()), template_id="staff.test", params={}, now=NOW)


def test_inv_42_the_safe_contact_is_asked_again_at_each_sending(reachable, texts):
    subject_id = uuid4()
    tell_applicant(subject_id)
    reachable(HoldUntil(NOW + 8 * HOUR))
    assert send_due(NOW).held == 1
    reachable(NoContact())
    send_due(NOW + 8 * HOUR)
    assert texts == []
    assert OutboxMessage.objects.get().state == "withheld"


def test_inv_42_waiting_for_the_safe_hours_is_no_failed_attempt(reachable, texts):
    tell_applicant(uuid4())
    reachable(HoldUntil(NOW + 8 * HOUR))
    send_due(NOW)
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.not_before, message.state) == (0, NOW + 8 * HOUR, "waiting")
    reachable(ApplicantDelivery("sms", "13900000000"))
    assert send_due(NOW + 8 * HOUR).sent == 1


def test_sr_06_what_cannot_wait_becomes_a_call_in_the_agreed_way(reachable, texts):
    tell_applicant(uuid4(), urgent=True)
    reachable(HoldUntil(NOW + 8 * HOUR))
    send_due(NOW)
    assert Alarm.objects.get().kind == "call_applicant"


def test_without_a_resolver_nothing_goes_to_an_applicant(texts, reachable):
    reachable(outbox._nobody_asked(uuid4(), NOW))
    tell_applicant(uuid4())
    assert send_due(NOW).sent == 0
    assert texts == []


def test_a_person_who_left_is_not_written_to(world, mailoutbox):
    clerk = world.people["clerk"]
    tell(clerk)
    clerk.is_active = False
    clerk.save()
    assert send_due(NOW).retried == 1
    assert mailoutbox == []


def test_a_mail_server_that_is_away_is_a_retry(world, monkeypatch):
    def away(self):
        raise OSError("connection refused")

    monkeypatch.setattr(email.EmailMessage, "send", away)
    tell(world.people["clerk"])
    assert send_due(NOW).retried == 1


def test_sr_07_every_sentence_to_applicants_is_neutral(db):
    words = (
        "家暴",
        "暴力",
        "保护令",
        "法院",
        "法官",
        "公安",
        "妇联",
        "案",
        "violence",
        "court",
        "order",
        "case",
    )
    for template_id, sentence in sentences().items():
        if sentence.audience == "applicant":
            for text in (*sentence.subject.values(), *sentence.body.values()):
                assert not any(word in text.lower() for word in words), template_id


def test_a_file_of_sentences_that_tells_too_much_is_refused(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        "applicant.bad: {audience: applicant, subject: {en: x}, body: {en: 'Case {reference}'}}",
        encoding="utf-8",
    )
    with pytest.raises(TemplateError, match=r"bad.yaml: applicant.bad: 'reference' may not be told"):
        register_sentences(path)
