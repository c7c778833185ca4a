"""Pictures of pages for our own pages; papers themselves leave by `cases.handing_out` (SR-28)."""

from __future__ import annotations

from django.http import HttpResponse

from cases.handing_out import SANDBOX


def as_picture(png: bytes) -> HttpResponse:
    """A picture shown inside a page of ours; a browser that opens it alone can run nothing."""
    response = HttpResponse(png, content_type="image/png")
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
