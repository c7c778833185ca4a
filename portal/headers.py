"""Headers of every dynamic answer; static files pass by (they hold nothing of anybody)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

# Everything that a page could ask of the device, off (SR-32).
_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _FEATURES)


class DynamicHeadersMiddleware:
    """No copy kept anywhere (SR-04), no search engine, no device features, nothing of the page to others.

    Stands after WhiteNoise, so that only answers made by a view pass through it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cache-Control"] = "no-store, private"
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")
        return response


class PrivateOriginCsrfMiddleware(CsrfViewMiddleware):
    """Django's CSRF check, for a site that sends `Referrer-Policy: no-referrer`.

    Under that policy browsers send `Origin: null` with the forms of our own pages (Fetch standard,
    "append a request Origin header"), which Django refuses. The browser's own `Sec-Fetch-Site`, which
    no page can set, tells our forms from a foreign page's; where it is missing (plain http, old phones)
    the token and the SameSite cookie decide as they always do.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META.get("HTTP_ORIGIN") == "null":
            return bool(request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") == "same-origin")
        # Django's own check; its stubs leave the underscore methods out.
        return bool(super()._origin_verified(request))  # type: ignore[misc]
