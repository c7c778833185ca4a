"""One-time codes of staff (RFC 6238): each works once, and wrong ones cost a growing wait (SR-21, SR-23).

All `now` of this module are of the wall clock (`agencies.time_source.wall_now`), because an authenticator
app knows no other. State is kept in PostgreSQL. Call outside a transaction that may roll back, or the
failure it counts is forgotten.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from agencies.encryption import decrypt, encrypt
from agencies.models import SecondFactorState, User

STEP_SECONDS = 30
DIGITS = 6
STEPS_EITHER_SIDE = 1
FREE_FAILURES = 3
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
FRESH_FOR = timedelta(minutes=5)

_FRESH_KEY = "second_factor_at"


class Verdict(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    TOO_SOON = "too_soon"
    NOT_SET_UP = "not_set_up"


@dataclass(frozen=True)
class CodeCheck:
    verdict: Verdict
    wait: timedelta = timedelta()

    @property
    def is_right(self) -> bool:
        return self.verdict is Verdict.RIGHT


def has_second_factor(user: User) -> bool:
    return _authenticator_of(user) is not None


def verify_totp(user: User, code: str, now: datetime) -> bool:
    """Whether the code is right and unused; see `check_totp` for why not."""
    return check_totp(user, code, now).is_right


def check_totp(user: User, code: str, now: datetime) -> CodeCheck:
    """Try a code. A right one uses up its time step; a wrong one is counted and lengthens the wait."""
    with transaction.atomic():
        authenticator = _authenticator_of(user)
        if authenticator is None:
            return CodeCheck(Verdict.NOT_SET_UP)
        SecondFactorState.objects.get_or_create(user=user)
        state = SecondFactorState.objects.select_for_update().get(user=user)
        if state.blocked_until and now < state.blocked_until:
            return CodeCheck(Verdict.TOO_SOON, state.blocked_until - now)
        step = matching_step(decrypt(authenticator.data["secret"]), code, now)
        if step is None:
            return _count_failure(state, now)
        if step <= state.last_step:
            return CodeCheck(Verdict.USED)
        state.last_step, state.failures, state.blocked_until = step, 0, None
        state.save(update_fields=["last_step", "failures", "blocked_until"])
        return CodeCheck(Verdict.RIGHT)


def set_up(user: User, secret: str, now: datetime, *, used_step: int = 0) -> Authenticator:
    """Give the user this secret (base32), in place of any earlier one; `used_step` cannot be used again."""
    with transaction.atomic():
        Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).delete()
        SecondFactorState.objects.update_or_create(
            user=user, defaults={"last_step": used_step, "failures": 0, "blocked_until": None}
        )
        return Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)}, created_at=now
        )


def remove(user: User) -> None:
    """Forget the second factor; the next sign-in leads to the set-up page."""
    Authenticator.objects.filter(user_id=user.pk).delete()
    SecondFactorState.objects.filter(user=user).delete()


def secret_of(user: User) -> str | None:
    authenticator = _authenticator_of(user)
    return decrypt(authenticator.data["secret"]) if authenticator else None


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step, of those accepted at `now`, whose code this is; the newest when two agree."""
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    here = step_at(now)
    matches = [
        step
        for step in range(here - STEPS_EITHER_SIDE, here + STEPS_EITHER_SIDE + 1)
        if hmac.compare_digest(code_at_step(secret, step), digits)
    ]
    return max(matches, default=None)


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def next_unused_step(user: User, now: datetime) -> int:
    """The earliest time step from now on that this user has not used yet."""
    state = SecondFactorState.objects.filter(user=user).first()
    return max(step_at(now), state.last_step + 1 if state else 0)


def code_at_step(secret: str, step: int) -> str:
    """RFC 6238 with SHA-1 and six digits. Raises ValueError for a secret that is not base32."""
    try:
        key = base64.b32decode(secret, casefold=True)
    except binascii.Error as error:
        raise ValueError("The secret is not base32.") from error
    mac = hmac.digest(key, struct.pack(">Q", step), "sha1")
    offset = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def mark_fresh(request: HttpRequest, now: datetime) -> None:
    """Note in the session that the second factor was shown at `now`."""
    request.session[_FRESH_KEY] = now.timestamp()


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether the second factor was shown in this session within the last five minutes (SR-22)."""
    shown = request.session.get(_FRESH_KEY)
    return shown is not None and 0 <= now.timestamp() - shown <= FRESH_FOR.total_seconds()


def was_shown(request: HttpRequest) -> bool:
    """Whether this session ever passed the second factor."""
    return _FRESH_KEY in request.session


def _authenticator_of(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()


def _count_failure(state: SecondFactorState, now: datetime) -> CodeCheck:
    state.failures += 1
    wait = _wait_after(state.failures)
    state.last_failure_at = now
    state.blocked_until = now + wait if wait else None
    state.save(update_fields=["failures", "last_failure_at", "blocked_until"])
    return CodeCheck(Verdict.WRONG, wait)


def _wait_after(failures: int) -> timedelta:
    if failures <= FREE_FAILURES:
        return timedelta()
    doublings = min(failures - FREE_FAILURES - 1, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
