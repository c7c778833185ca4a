"""The papers of a case that the person's body may read, and each of them as a file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.access import policy
from agencies.capabilities import Action
from cases.desk.opening import open_case_page
from cases.handing_out import attachment
from cases.looking import network_of
from orders.selectors import papers_for
from orders.services.papers import print_application, read_paper


@require_safe
@policy(Action.VIEW_CASE)
def papers(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The list; no content of a paper is read for it."""
    opened = open_case_page(request, case_id, purpose="papers.list")
    context = {
        "opened": opened,
        "case": opened.case,
        "now": opened.now,
        "papers": papers_for(opened.user, opened.case, opened.now),
    }
    return render(request, "orders/papers.html", context)


@require_safe
@policy(Action.VIEW_CASE)
def paper(request: HttpRequest, case_id: UUID, paper_id: UUID | None = None) -> HttpResponse:
    """One paper, to be saved; without an id the application, printed from the record now.

    The same 404 for a missing paper and for one of other eyes.
    """
    opened = open_case_page(request, case_id, purpose="papers.open")
    network = network_of(request)
    if paper_id is None:
        file = print_application(actor=opened.user, case=opened.case, now=opened.now, network=network)
    else:
        file = read_paper(
            actor=opened.user, case=opened.case, paper_id=paper_id, now=opened.now, network=network
        )
    return attachment(name=file.name, content=file.pdf)
