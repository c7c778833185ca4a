"""Coming back, and her own page: status in words, both clocks, who looked, adding a file."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import policy
from agencies.errors import InvalidInput
from cases import selectors
from cases.actors import ApplicantActor
from cases.filing.clocks import clock_that_counts
from cases.filing.fields import Line, PickFromList, PlainForm, Words
from cases.filing.panels import panels_for
from cases.filing.passphrase import PassphraseField
from cases.filing.session import actor_of, applicant_page, come_in, draft_of, show
from cases.looking import get_visible_or_404, network_of
from cases.models import Case, CaseEvent
from cases.services.acceptance import supply_correction
from cases.services.evidence import LARGEST_FILE, add_file, add_record
from cases.services.returning import come_back, delay_seconds
from cases.vocabulary import EvidenceKind, State
from deadlines.clock import now as clock_now

# Answers held back at once in this process; past these a wrong pair is answered at once, so that
# somebody who guesses cannot occupy every worker.
_waiting_places = threading.BoundedSemaphore(2)


class ReturnForm(PlainForm):
    """Reference and passphrase, in plain text boxes that no browser offers to keep."""

    reference = forms.CharField(
        label=_("您的编号"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "off", "autocapitalize": "characters"}
        ),
        help_text=_("例如 K7M2Q-9F4TX-R3VN8。横线和空格可以不打，大小写都行。"),
        error_messages={"required": _("请填编号。")},
    )
    passphrase = PassphraseField(
        is_new=False, label=_("您的口令"), error_messages={"required": _("请填口令。")}
    )


class FileForm(PlainForm):
    """A photo, recording or document."""

    file = forms.FileField(
        label=_("选一个文件"),
        help_text=_("照片、PDF、录音、录像，最大 20 MB。原件会封存，别人改不了。"),
        allow_empty_file=True,
        error_messages={"required": _("请先选一个文件。")},
    )
    kind = PickFromList(
        label=_("这是什么？"),
        choices=[
            (EvidenceKind.E04, _("照片、录音、录像")),
            (EvidenceKind.E05, _("聊天、短信、通话记录")),
            (EvidenceKind.E06, _("病历、诊断")),
            (EvidenceKind.E02, _("告诫书、处罚决定、出警记录")),
            (EvidenceKind.E08, _("对方写的保证书、悔过书")),
            (EvidenceKind.E11, _("别的")),
        ],
    )
    title = Line(
        label=_("说明"), max_length=100, required=False, help_text=_("例如：3 月 10 日的伤。可以不填。")
    )


class AnswerForm(PlainForm):
    """Her answer to the court's one correction notice."""

    words = Words(
        label=_("您的补充"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("请写几句补充。不知道的，写“不知道”就行。")},
    )


@dataclass(frozen=True, slots=True)
class BodyLooked:
    """A body, how often it opened the case, and when last."""

    body: str
    times: int
    last_at: datetime


@policy("public")
@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def come_again(request: HttpRequest) -> HttpResponse:
    """Reference and passphrase: wrong pairs wait longer and longer, the right one always passes (SR-05, SR-23)."""
    if request.method != "POST":
        form = ReturnForm()
        return show(request, "filing/return.html", {"form": form})
    form = ReturnForm(request.POST)
    if form.is_valid():
        pair = {
            "reference": form.cleaned_data["reference"],
            "network": network_of(request),
            "now": clock_now(),
        }
        returned = come_back(passphrase=form.cleaned_data["passphrase"], **pair)
        if returned:
            come_in(request, returned)
            return redirect("filing:arrived")
        _hold_back(delay_seconds(**pair))
        form.add_error(None, _("编号和口令对不上。请看看有没有打错；再试几次也不会锁住。"))
    return show(request, "filing/return.html", {"form": form}, status=422)


@require_safe
@policy("applicant")
@applicant_page
def arrived(request: HttpRequest) -> HttpResponse:
    """The neutral page between the code and the case: somebody else may be looking (SR-05)."""
    if actor_of(request):
        target = "/my/"
    elif draft_of(request, clock_now()):
        target = "/start/"
    else:
        return redirect("filing:return")
    return show(request, "filing/arrived.html", {"target": target})


@require_safe
@policy("applicant")
@applicant_page
def my_page(request: HttpRequest) -> HttpResponse:
    """Her case: where it stands, by when what happens, what to do, who looked."""
    actor = actor_of(request)
    if actor is None:
        return redirect("filing:return")
    now = clock_now()
    case = get_visible_or_404(request, actor, actor.case_id, purpose="case.own")
    context = {
        "case": case,
        "now": now,
        "advice": ADVICE.get(State(case.state), ADVICE[State.SUBMITTED]),
        "clock": clock_that_counts(case),
        "panels": panels_for(actor, case, now),
        "timeline": selectors.timeline_for(actor, case, now),
        "looks": _bodies_that_looked(actor, case, now),
        "evidence": selectors.evidence_for(actor, case, now),
        "may_add": case.is_open,
        "asks_correction": case.state == State.CORRECTION_REQUESTED,
    }
    return show(request, "filing/my.html", context)


@policy("applicant")
@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def add(request: HttpRequest) -> HttpResponse:
    """Add a photo, recording or document; whatever happens to it, the application stands."""
    actor = actor_of(request)
    if actor is None:
        return redirect("filing:return")
    case = get_visible_or_404(request, actor, actor.case_id, purpose="case.own")
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _store(actor, case, form):
        return redirect("filing:my")
    status = 422 if request.method == "POST" else 200
    return show(request, "filing/add.html", {"form": form}, status=status)


@policy("applicant")
@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def answer(request: HttpRequest) -> HttpResponse:
    """Answer what the court asked to be completed (补正); one notice, one answer."""
    actor = actor_of(request)
    if actor is None:
        return redirect("filing:return")
    case = get_visible_or_404(request, actor, actor.case_id, purpose="case.own")
    if case.state != State.CORRECTION_REQUESTED:
        return redirect("filing:my")
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock_now()
        with transaction.atomic():
            words = form.cleaned_data["words"]
            add_record(actor=actor, case=case, kind=EvidenceKind.E01, description=words, now=now)
            supply_correction(actor=actor, case=case, now=now)
        return redirect("filing:my")
    status = 422 if request.method == "POST" else 200
    return show(request, "filing/answer.html", {"form": form, "points": _points(case)}, status=status)


# What she can do now, by where the case stands.
ADVICE = {
    State.SUBMITTED: (
        _("您的申请已经在法院的待办里，不用再做什么。"),
        _("情况有变化、更危险了，先打 110，再打法院电话说明。"),
    ),
    State.CORRECTION_REQUESTED: (
        _("法院请您补充几点。请点下面的按钮，一次写完就行。"),
        _("写不了，可以打法院电话口头说。"),
    ),
    State.ACCEPTED: (
        _("法院已经开始计时，会在下面的时间之前作出决定。"),
        _("法院可能按您选的方式联系您。没有约定的方式，不会有人找您。"),
        _("对方再来，请打 110，告诉警察您已经向法院申请。"),
    ),
    State.ORDER_ISSUED: (
        _("命令从作出时起就有效，不用等送达。"),
        _("对方违反，马上打 110，说“法院有命令”。"),
        _("把命令存在安全的地方，也可以请信得过的人替您保管一份。"),
    ),
    State.REJECTED: (
        _("不同意这个决定，可以申请复议一次；最后期限在上面写着，从您收到决定算起。"),
        _("有了新的情况、新的材料，可以重新申请。"),
        _("需要帮助，请打 12348 问律师，或打 12338 找妇联。"),
    ),
    State.NOT_ACCEPTED: (
        _("理由和您可以怎么办，请看下面的经过，也可以打法院电话问。"),
        _("需要帮助，请打 12348 问律师，或打 12338 找妇联。"),
    ),
    State.WITHDRAWN: (_("申请已经结束。需要时，随时可以重新申请。"),),
}


def _bodies_that_looked(actor: ApplicantActor, case: Case, now: datetime) -> list[BodyLooked]:
    bodies: dict[str, BodyLooked] = {}
    for look in selectors.looks_at(actor, case, now):  # newest first
        seen = bodies.get(look.body)
        bodies[look.body] = BodyLooked(
            look.body, seen.times + 1 if seen else 1, seen.last_at if seen else look.at
        )
    return list(bodies.values())


def _points(case: Case) -> list[str]:
    notice = CaseEvent.objects.filter(case=case, type="correction.requested").first()
    return list(notice.payload.get("points", [])) if notice else []


def _store(actor: ApplicantActor, case: Case, form: FileForm) -> bool:
    upload = form.cleaned_data["file"]
    try:
        if upload.size > LARGEST_FILE:
            raise InvalidInput(str(_("文件太大。一个文件最多 20 MB，可以压缩或分几次添加。")), field="file")
        add_file(
            actor=actor,
            case=case,
            content=upload.read(),
            kind=form.cleaned_data["kind"],
            title=form.cleaned_data["title"],
            now=clock_now(),
        )
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def _hold_back(seconds: float) -> None:
    if seconds > 0 and _waiting_places.acquire(blocking=False):
        try:
            time.sleep(seconds)
        finally:
            _waiting_places.release()
