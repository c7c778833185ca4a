"""Show one confidential detail once, to somebody who says why; the look is written down first (INV-28).

The log holds the reason as a code of `PURPOSES`, never as free words (SR-18).
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import InvalidInput, NotAllowed
from cases.desk.forms import PURPOSES, RevealForm
from cases.desk.opening import answer, open_for, posted
from cases.looking import network_of
from cases.selectors import details_read_by
from cases.services.confidential import reveal


@sensitive_variables("text")
@require_http_methods(["GET", "HEAD", "POST"])
@policy(Action.REVEAL_CONFIDENTIAL)
def show(request: HttpRequest, case_id: UUID, detail_id: int) -> HttpResponse:
    """Ask for the purpose; after that the text stands on this one answer and nowhere else."""
    asked = request.POST.get("purpose", "")
    why = f"reveal.{asked}" if asked in PURPOSES else "reveal.ask"
    opened = open_for(request, case_id, Action.REVEAL_CONFIDENTIAL, purpose=why)
    detail = next((row for row in details_read_by(opened.view, opened.case) if row.pk == detail_id), None)
    if detail is None:
        raise NotAllowed
    form = RevealForm(posted(request))
    if form.is_bound and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        try:
            text = reveal(
                actor=opened.user,
                detail=detail,
                purpose=purpose,
                now=opened.now,
                network=network_of(request),
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            context = {
                "opened": opened,
                "case": opened.case,
                "detail": detail,
                "text": text,
                "purpose": PURPOSES[purpose],
                "now": opened.now,
            }
            return render(request, "cases/shown.html", context)
    return answer(request, "cases/show.html", opened, form, detail=detail)
