"""Ways out of the house. Each module has `send(...)`, which returns when the other side has taken it."""

import hashlib


class ChannelError(Exception):
    """The other side did not take the message; `str()` is a short cause without address or text."""


def opaque(key: str) -> str:
    """The message's key as the outside may see it: stable, and without the case in it (SR-07)."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]
