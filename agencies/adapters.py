"""What of allauth's sign-in is ours: no sign-up, one session, encrypted secrets, no message templates."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.client_address import client_address
from agencies.encryption import decrypt, encrypt
from agencies.models import User
from agencies.second_factor import mark_fresh
from agencies.sessions import end_sessions, start_session
from agencies.time_source import wall_now


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("用户名或密码不对。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in with a session that holds nothing from before, and end the user's other session."""
        if not isinstance(user, User):
            raise TypeError("Only staff sign in here.")
        request.session.flush()
        super().login(request, user)
        now = wall_now()
        if getattr(request, "second_factor_shown_by", None) == user.pk:
            mark_fresh(request, now)
        if start_session(request, user, now):
            messages.warning(
                request,
                gettext("您在另一处的登录已被结束。如果那不是您本人，请立即修改密码并通知平台管理员。"),
            )

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            end_sessions(user)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Only words handed over; allauth's own message templates stay silent."""
        if message:
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or ""


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return gettext("半小时")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody removes their own; another person does, through `agencies.services`."""
        return False
