"""The one way in which a file leaves the portal: as an attachment that no page can run (SR-28)."""

from __future__ import annotations

from django.http import HttpResponse

SANDBOX = "sandbox; default-src 'none'"


def attachment(*, name: str, content: bytes, media_type: str = "application/pdf") -> HttpResponse:
    """The bytes as a download. `name` is one of ours: generated, neutral, plain ASCII (SR-03)."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
