"""The reference with which an applicant comes back: random, typeable, never stored in clear (SR-05)."""

from __future__ import annotations

import hashlib
import secrets

GROUPS, GROUP_LENGTH = 3, 5
# 28 letters without look-alikes: 15 of them are 72 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXY"
LOOK_ALIKES = str.maketrans({"O": "Q", "0": "Q", "I": "J", "L": "J", "1": "J", "S": "5", "Z": "2", "U": "V"})


def new_reference() -> str:
    """A fresh reference in groups, for example K7M2Q-9F4TX-R3VN8."""
    letters = [secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP_LENGTH)]
    groups = ["".join(letters[i : i + GROUP_LENGTH]) for i in range(0, len(letters), GROUP_LENGTH)]
    return "-".join(groups)


def normalised(typed: str) -> str:
    """What was typed, without spaces and dashes, in capitals, with look-alike signs read as ours."""
    letters = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    return letters.translate(LOOK_ALIKES)


def digest(typed: str) -> str:
    """SHA-256 of the normalised reference; 72 random bits need no salt."""
    return hashlib.sha256(normalised(typed).encode()).hexdigest()
