"""Staff accounts: recovery by another person, four eyes, rights that end at once (SR-21, SR-22, SR-24)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings as project_settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client, RequestFactory

from agencies import services
from agencies.client_address import client_address
from agencies.errors import InvalidInput, NotAllowed
from agencies.identity import digest_id_number, digest_name_birth, digest_phone
from agencies.models import AccountEvent, DeclaredRelation, DutyShift, Membership, StaffSession, User
from agencies.roles import Role
from agencies.second_factor import has_second_factor
from agencies.selectors import active_memberships, roles_of
from tests.agencies.login import PASSWORD, code_now, give_password, sign_in, with_factors
from tests.agencies.people import make_agency, make_member, make_user

NOW = datetime(2026, 3, 11, 2, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
REASON = "当面核对身份证"

pytestmark = pytest.mark.django_db


@pytest.fixture
def court():
    return make_agency()


@pytest.fixture
def admin(court):
    return make_member(court, Role.PLATFORM_ADMIN)


@pytest.fixture
def second_admin(court):
    return make_member(court, Role.PLATFORM_ADMIN)


@pytest.fixture
def clerk(court):
    return with_factors(make_member(court, Role.FILING_CLERK))


@pytest.fixture
def own_urls(settings):
    settings.ROOT_URLCONF = "tests.agencies.urls"
    settings.BUSINESS_CLOCK = "django.utils.timezone.now"


# --- Recovery (SR-21) ---


def test_sr_21_a_reset_password_does_not_skip_the_second_factor(own_urls, client, admin, clerk):
    temporary = services.reset_password(actor=admin, user=clerk, reason=REASON, now=NOW)
    assert give_password(client, clerk).status_code == 200
    assert give_password(client, clerk, temporary).url.startswith("/staff/login/code/")
    assert client.get("/staff/").status_code == 302
    client.post("/staff/login/code/", {"code": code_now()})

    assert client.get("/staff/").url.startswith("/staff/password/")
    assert client.get("/api/issue/").status_code == 401
    new = {"new_password1": "seven-green-bicycles", "new_password2": "seven-green-bicycles"}
    assert client.post("/staff/password/", {"old_password": temporary, **new}).url == "/staff/login/"
    assert "_auth_user_id" not in client.session
    assert give_password(client, clerk, "seven-green-bicycles").status_code == 302
    client.post("/staff/login/code/", {"code": code_now(1)})
    assert client.get("/staff/").status_code == 200


def test_sr_21_recovery_is_by_another_person_and_logged(admin, second_admin, clerk):
    for action in (services.reset_password, services.reset_second_factor, services.disable_account):
        with pytest.raises(NotAllowed):
            action(actor=admin, user=admin, reason=REASON, now=NOW)
        with pytest.raises(NotAllowed):
            action(actor=clerk, user=admin, reason=REASON, now=NOW)
    services.reset_second_factor(actor=admin, user=clerk, reason=REASON, now=NOW)
    event = AccountEvent.objects.get()
    assert (event.actor, event.user, event.reason, event.happened_at) == (admin, clerk, REASON, NOW)
    assert not has_second_factor(clerk)


def test_sr_21_recovery_without_a_reason_changes_nothing(admin, clerk):
    with pytest.raises(InvalidInput):
        services.reset_password(actor=admin, user=clerk, reason=" ", now=NOW)
    assert User.objects.get(pk=clerk.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "short-one",
        "password1234",
        "Sunshine2024!",
        "aaaaaaaaaaaaaa",
        "abcabcabcabc",
        "123456789012",
        "qwertyuiopasdf",
        "210987654321",
        "lovely.person77",
    ],
)
def test_sr_21_short_common_and_easy_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="lovely.person77"))


@pytest.mark.parametrize(
    "password", ["three-blue-kettles", "川流不息十二个字以上的句子", "alllowercaseletters x"]
)
def test_sr_21_long_passwords_need_no_special_characters(password):
    validate_password(password)


def test_sr_21_a_new_password_must_keep_the_rules(own_urls, client, clerk):
    sign_in(client, clerk)
    easy = {"new_password1": "123456789012", "new_password2": "123456789012"}
    answer = client.post("/staff/password/", {"old_password": PASSWORD, **easy})
    assert answer.status_code == 200 and "太容易猜到" in answer.content.decode()
    assert User.objects.get(pk=clerk.pk).check_password(PASSWORD)


def test_sr_22_a_new_password_needs_a_fresh_second_factor(own_urls, client, clerk):
    sign_in(client, clerk, fresh=False)
    assert client.get("/staff/password/").url.startswith("/staff/confirm/")


# --- Rights (SR-12, SR-22, SR-24) ---


def give(actor, consent_of, user, agency, role=Role.JUDGE, now=NOW):
    return services.give_role(
        actor=actor, consent_of=consent_of, user=user, agency=agency, role=role, reason=REASON, now=now
    )


def test_sr_24_a_role_needs_two_administrators_and_neither_the_person(admin, second_admin, clerk, court):
    for actor, consent_of, user in (
        (admin, admin, clerk),
        (admin, clerk, clerk),
        (clerk, admin, second_admin),
        (admin, second_admin, admin),
        (admin, second_admin, second_admin),
    ):
        with pytest.raises(NotAllowed):
            give(actor, consent_of, user, court)
    give(admin, second_admin, clerk, court)
    assert roles_of(clerk, NOW) == {Role.FILING_CLERK, Role.JUDGE}
    event = AccountEvent.objects.get()
    assert (event.actor, event.consent_of, event.role) == (admin, second_admin, Role.JUDGE)


def test_sr_24_the_database_refuses_consent_to_oneself(admin, clerk):
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountEvent.objects.create(
            kind=AccountEvent.Kind.ROLE_GIVEN,
            user=clerk,
            actor=admin,
            consent_of=admin,
            reason=REASON,
            happened_at=NOW,
        )


def test_sr_24_a_role_must_fit_the_body_and_be_new(admin, second_admin, clerk, court):
    police = make_agency("police")
    with pytest.raises(InvalidInput):
        give(admin, second_admin, clerk, police)
    with pytest.raises(InvalidInput):
        give(admin, second_admin, clerk, court, Role.FILING_CLERK)
    with pytest.raises(InvalidInput):
        give(admin, second_admin, clerk, make_agency("committee"), Role.OFFICER)


def test_sr_22_a_change_of_role_ends_the_session(own_urls, client, admin, second_admin, clerk, court):
    sign_in(client, clerk)
    give(admin, second_admin, clerk, court)
    assert client.get("/staff/").status_code == 302
    assert not StaffSession.objects.filter(user=clerk).exists()


def test_sr_12_rights_end_at_the_very_instant(admin, second_admin, clerk):
    row = Membership.objects.get(user=clerk)
    services.end_role(actor=admin, consent_of=second_admin, membership=row, reason=REASON, now=NOW)
    assert active_memberships(clerk, NOW - timedelta(microseconds=1))
    assert active_memberships(clerk, NOW) == []
    with pytest.raises(InvalidInput):
        services.end_role(actor=admin, consent_of=second_admin, membership=row, reason=REASON, now=NOW)


def test_sr_12_disabling_ends_rights_and_session_in_one_transaction(own_urls, client, admin, clerk):
    sign_in(client, clerk)
    services.disable_account(actor=admin, user=clerk, reason=REASON, now=NOW)
    assert client.get("/staff/").status_code == 302
    assert active_memberships(clerk, NOW) == []
    assert give_password(Client(), clerk).status_code == 200


def test_sr_12_memberships_are_read_anew_outside_a_request(clerk, django_assert_num_queries):
    with django_assert_num_queries(2):
        active_memberships(clerk, NOW)
        active_memberships(clerk, NOW)


def test_sr_46_the_history_of_accounts_only_grows(admin, clerk):
    services.reset_second_factor(actor=admin, user=clerk, reason=REASON, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE agencies_accountevent SET reason = 'x'",
        "DELETE FROM agencies_accountevent",
        "TRUNCATE agencies_accountevent",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_inv_34_nobody_is_a_superuser():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_superuser("root", password=PASSWORD)


def test_sr_34_there_is_no_admin_site():
    assert "django.contrib.admin" not in project_settings.INSTALLED_APPS


# --- Duty and declarations ---


def test_inv_49_only_those_who_keep_the_roster_plan_shifts_of_their_own_body(court, clerk):
    president = make_member(court, Role.COURT_PRESIDENT)
    judge = make_member(court, Role.JUDGE)
    shift = {"role": Role.JUDGE, "user": judge, "starts_at": NOW, "ends_at": NOW + HOUR, "now": NOW}
    with pytest.raises(NotAllowed):
        services.plan_shift(actor=clerk, agency=court, **shift)
    with pytest.raises(NotAllowed):
        services.plan_shift(actor=president, agency=make_agency(), **shift)
    with pytest.raises(InvalidInput):
        services.plan_shift(actor=president, agency=court, **{**shift, "user": clerk})
    with pytest.raises(InvalidInput):
        services.plan_shift(actor=president, agency=court, **{**shift, "ends_at": NOW})
    services.plan_shift(actor=president, agency=court, **shift)
    standin = services.plan_shift(
        actor=president,
        agency=court,
        **{**shift, "user": make_member(court, Role.JUDGE)},
        stands_in_for=judge,
    )
    assert standin.is_standin and DutyShift.objects.count() == 2


def test_sr_16_a_declared_relation_is_kept_as_digests_only():
    user = make_user()
    relation = services.declare_relation(
        user=user,
        kind=DeclaredRelation.Kind.KIN,
        name="王小丫",
        birth_on=date(1990, 5, 6),
        id_number="510118199005061234",
        phone="+86 139-0000-1111",
        now=NOW,
    )
    assert relation.phone_digest == digest_phone("13900001111")
    assert relation.name_birth_digest == digest_name_birth(" 王 小丫", date(1990, 5, 6))
    kept = str(list(DeclaredRelation.objects.values_list()))
    assert "王小丫" not in kept and "1390000" not in kept and "510118199005061234" not in kept


def test_sr_16_a_relation_must_name_somebody():
    with pytest.raises(InvalidInput):
        services.declare_relation(user=make_user(), kind=DeclaredRelation.Kind.KIN, name="王小丫", now=NOW)


def test_sr_16_digests_find_the_same_person_however_written():
    assert digest_id_number("51011819900506123x") == digest_id_number(" 51011819900506123X")
    assert digest_id_number("５１０１１８１９９００５０６１２３Ｘ") == digest_id_number("51011819900506123X")
    assert digest_phone("0086 139 0000 1111") == digest_phone("１３９００００１１１１")
    assert digest_phone("13900001111") != digest_id_number("13900001111")
    assert digest_id_number("") == digest_phone(" ") == digest_name_birth("王", None) == ""


# --- Whose address it is (SR-23) ---


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "expected"),
    [
        ([], "203.0.113.5", "1.2.3.4", "203.0.113.5"),
        (["10.0.0.1"], "10.0.0.1", "1.2.3.4, 203.0.113.5", "203.0.113.5"),
        (["10.0.0.1", "10.0.0.2"], "10.0.0.1", "1.2.3.4, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (["10.0.0.1"], "203.0.113.5", "10.0.0.1", "203.0.113.5"),
        (["10.0.0.1"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", "not-an-address", None),
        (["unix"], "", "203.0.113.5", "203.0.113.5"),
        ([], "", "203.0.113.5", None),
    ],
)
def test_sr_23_an_address_is_believed_only_from_our_own_proxies(settings, trusted, peer, forwarded, expected):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected
