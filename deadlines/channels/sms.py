"""SMS by an HTTP gateway that honours an idempotency key.

One POST of `{"to", "text", "key"}` with the key also in `Idempotency-Key`; any 2xx means taken. No
redirect is followed and no proxy asked (SR-33).
"""

import http.client
import json
from urllib.parse import urlsplit

from django.conf import settings

from deadlines.channels import ChannelError, opaque

TIMEOUT_SECONDS = 5


def send(*, address: str, body: str, key: str) -> None:
    """Hand the text to the gateway. Raises ChannelError."""
    if not settings.SMS_GATEWAY_URL:
        raise ChannelError("no SMS gateway is set")
    headers = {"Idempotency-Key": opaque(key)}
    if settings.SMS_GATEWAY_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_GATEWAY_TOKEN}"
    post_json(settings.SMS_GATEWAY_URL, {"to": address, "text": body, "key": opaque(key)}, headers)


def post_json(url: str, content: dict[str, object], headers: dict[str, str]) -> None:
    """POST to a fixed address of our settings. Raises ChannelError for anything but a 2xx."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(
            "POST",
            parts.path or "/",
            body=json.dumps(content, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise ChannelError(f"gateway: {type(error).__name__}") from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise ChannelError(f"gateway answered {status}")
