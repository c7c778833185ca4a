"""The code printed on an order, by which anybody holding the paper can check it (SR-31)."""

import secrets
import unicodedata

# Crockford's base 32: no I, L, O, U, so that nothing read from paper is mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 6
GROUP_LENGTH = 4
BITS = GROUPS * GROUP_LENGTH * 5

_MISREAD = str.maketrans("OIL", "011")


def new_verification_code() -> str:
    """Six groups of four characters, 120 random bits: "7K2Q-9XMD-…"."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP_LENGTH))
    return _grouped(code)


def normalise_verification_code(typed: str) -> str | None:
    """What was typed, as the code is stored; None when it cannot be a code.

    Forgives case, full-width letters, spaces, any dash, and O, I, L for 0, 1, 1.
    """
    if len(typed) > 200:
        return None
    letters = unicodedata.normalize("NFKC", typed).upper().translate(_MISREAD)
    code = "".join(
        letter for letter in letters if not letter.isspace() and unicodedata.category(letter) != "Pd"
    )
    if len(code) != GROUPS * GROUP_LENGTH or not set(code) <= set(ALPHABET):
        return None
    return _grouped(code)


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH))
