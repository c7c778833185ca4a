"""Keyed digests of identity facts, so that people can be compared without keeping the facts (SR-16)."""

import hmac
import re
import unicodedata
from datetime import date

from django.conf import settings


def digest_id_number(value: str) -> str:
    """Digest of an identity number; spaces and letter case do not count. Empty for empty."""
    return _digest("id", re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).upper())


def digest_phone(value: str) -> str:
    """Digest of a telephone number; punctuation and the +86/0086 prefix do not count. Empty for empty."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", value))
    return _digest("phone", re.sub(r"^(00)?86(?=1\d{10}$)", "", digits))


def digest_name_birth(name: str, birth_on: date | None) -> str:
    """Digest of a name with a birth day; empty unless both are known."""
    tidy = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    return _digest("name-birth", f"{tidy}|{birth_on.isoformat()}") if tidy and birth_on else ""


def _digest(kind: str, value: str) -> str:
    if not value:
        return ""
    return hmac.new(settings.DIGEST_KEY.encode(), f"{kind}:{value}".encode(), "sha256").hexdigest()
