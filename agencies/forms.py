"""Forms of staff sign-in."""

from datetime import timedelta
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.second_factor import CodeCheck, Verdict, check_totp, matching_step
from agencies.time_source import wall_now


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("用户名")
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class OnceInput(forms.TextInput):
    """A box that comes back empty: a code is never worth a second try."""

    def format_value(self, value: Any) -> None:
        return None


class CodeField(forms.CharField):
    """A six-digit code from an authenticator app; spaces do not count."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "9"}
        super().__init__(label=_("动态验证码"), widget=OnceInput(attrs=attributes), **kwargs)


class CodeForm(forms.Form):
    """The second factor of a known user; a wrong code is counted by `check_totp`."""

    code = CodeField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        check = check_totp(self.user, self.cleaned_data["code"], wall_now())
        if not check.is_right:
            raise ValidationError(words_for(check), code=check.verdict.value)
        return str(self.cleaned_data["code"])


class SignInCodeForm(CodeForm):
    """The code page of allauth's sign-in; allauth calls `save` and then signs the user in."""

    def save(self) -> None:
        context.request.second_factor_shown_by = self.user.pk
        authenticators = Authenticator.objects.filter(user_id=self.user.pk, type=Authenticator.Type.TOTP)
        authenticators.update(last_used_at=wall_now())


class SetUpForm(forms.Form):
    """The first code of a new secret, which shows that the app has it."""

    code = CodeField()

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        self.secret = secret
        self.used_step = 0
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        step = matching_step(self.secret, self.cleaned_data["code"], wall_now())
        if step is None:
            raise ValidationError(words_for(CodeCheck(Verdict.WRONG)))
        self.used_step = step
        return str(self.cleaned_data["code"])


class OwnPasswordForm(PasswordChangeForm):
    """A new password for oneself, after the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("现在的密码")
        self.fields["new_password1"].label = _("新密码")
        self.fields["new_password2"].label = _("再输一次新密码")

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = False
        return super().save(commit)


def words_for(check: CodeCheck) -> str:
    """What to tell the person about a code that did not pass."""
    if check.verdict is Verdict.USED:
        return gettext("这个验证码已经用过。请等验证器显示下一个再输入。")
    if check.verdict is Verdict.NOT_SET_UP:
        return gettext("您还没有设置动态验证码。")
    if not check.wait:
        return gettext("验证码不对。请看验证器上现在显示的六位数字。")
    seconds = max(1, -(-check.wait // timedelta(seconds=1)))
    return ngettext(
        "验证码不对的次数太多，请 %(seconds)d 秒后再试。",
        "验证码不对的次数太多，请 %(seconds)d 秒后再试。",
        seconds,
    ) % {"seconds": seconds}
