"""Staff sign-in: password and code (allauth), set-up of the code, "confirm it is you", own password."""

import base64
import secrets
from io import BytesIO

import qrcode  # type: ignore[import-untyped]
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from agencies import second_factor
from agencies.access import policy, require_fresh, signed_in_user
from agencies.encryption import decrypt, encrypt
from agencies.forms import CodeForm, OwnPasswordForm, SetUpForm
from agencies.sessions import end_sessions, start_session
from agencies.time_source import wall_now

_PENDING_KEY = "pending_code"

sign_in = policy("public")(LoginView.as_view())
sign_out = policy("public")(LogoutView.as_view())
_code_step = AuthenticateView.as_view()


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@policy("public")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in; allauth holds the first one in the session."""
    if request.method == "POST" and "code" not in request.POST:
        return redirect("mfa_authenticate")
    answer: HttpResponse = _code_step(request)
    return answer


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@policy("public")
def set_up_code(request: HttpRequest) -> HttpResponse:
    """Give one's account its first second factor; a later one only after another person removed it."""
    user = signed_in_user(request)
    if user is None:
        return redirect("account_login")
    if second_factor.has_second_factor(user):
        return redirect(_next_page(request))
    secret = _pending_secret(request)
    form = SetUpForm(request.POST or None, secret=secret)
    if not form.is_valid():
        return render(
            request,
            "agencies/set_up_code.html",
            {"form": form, "secret": secret, "next": _next_page(request)},
        )
    now = wall_now()
    second_factor.set_up(user, secret, now, used_step=form.used_step)
    del request.session[_PENDING_KEY]
    request.session.cycle_key()
    start_session(request, user, now)
    second_factor.mark_fresh(request, now)
    messages.success(request, _("动态验证码已设置。以后每次登录都要用它。"))
    return redirect(_next_page(request))


@require_safe
@policy("public")
def set_up_picture(request: HttpRequest) -> HttpResponse:
    """The pending secret as a QR picture, for the person who is setting it up only."""
    user = signed_in_user(request)
    if user is None or _PENDING_KEY not in request.session:
        raise Http404
    url = get_adapter().build_totp_url(user, _pending_secret(request))
    picture = BytesIO()
    qrcode.make(url, image_factory=SvgPathFillImage).save(picture)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@policy("public")
def confirm_it_is_you(request: HttpRequest) -> HttpResponse:
    """Show the second factor again, for what needs it fresh (SR-22), then go on to `next`."""
    user = signed_in_user(request)
    if user is None:
        return redirect("account_login")
    if not second_factor.has_second_factor(user):
        return redirect("mfa_activate_totp")
    form = CodeForm(request.POST or None, user=user)
    if form.is_valid():
        second_factor.mark_fresh(request, wall_now())
        return redirect(_next_page(request))
    return render(request, "agencies/confirm.html", {"form": form, "next": _next_page(request)})


@sensitive_post_parameters("old_password", "new_password1", "new_password2")
@require_http_methods(["GET", "HEAD", "POST"])
@policy("public")
def change_own_password(request: HttpRequest) -> HttpResponse:
    """A new password ends the session (SR-22); the second factor stays and must be fresh."""
    user = signed_in_user(request)
    if user is None:
        return redirect("account_login")
    if answer := require_fresh(request):
        return answer
    form = OwnPasswordForm(user, request.POST or None)
    if not form.is_valid():
        return render(request, "agencies/change_password.html", {"form": form})
    form.save()
    end_sessions(user)
    logout(request)
    messages.success(request, _("密码已修改，请用新密码重新登录。"))
    return redirect("account_login")


def _pending_secret(request: HttpRequest) -> str:
    """The secret being set up, made once for this session and kept encrypted in it (base32)."""
    if _PENDING_KEY not in request.session:
        secret = base64.b32encode(secrets.token_bytes(20)).decode()
        request.session[_PENDING_KEY] = encrypt(secret)
    return decrypt(request.session[_PENDING_KEY])


def _next_page(request: HttpRequest) -> str:
    """Where to go on: `next` when it is a page of ours, else the desk."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else settings.LOGIN_REDIRECT_URL
