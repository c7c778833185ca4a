"""The network address of a visitor, believed only from configured proxies (SR-23)."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The nearest address that is none of ours; None when the connection has none (a local socket).

    A proxy of settings.TRUSTED_PROXIES adds the address it saw to the right of X-Forwarded-For, so the
    list is read from the right until an address that is not such a proxy; what stands left of it is
    the visitor's own claim. A connection by a local socket comes from the proxy when "unix" is trusted.
    """
    peer = request.META.get("REMOTE_ADDR") or "unix"
    hops = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while peer in settings.TRUSTED_PROXIES and hops:
        peer = hops.pop()
    return _as_address(peer)


def _as_address(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
