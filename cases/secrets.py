"""Confidential text as a type that cannot be printed by accident (SR-13, SR-36, INV-26)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

MASK = "•••"


class SecretNotPrintable(TypeError):
    """Something tried to serialise a secret."""


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The field cipher: newest key first, older keys still open what they closed."""
    return _cipher(tuple(settings.FIELD_KEYS))


class Secret:
    """One encrypted text (K3–K5). Shows as •••; only `cases.services.confidential` opens it."""

    __slots__ = ("_token",)

    def __init__(self, token: bytes) -> None:
        self._token = token

    @classmethod
    def close(cls, text: str) -> Secret:
        """Encrypt a text under the newest key."""
        return cls(cipher().encrypt(text.encode()))

    def open_text(self) -> str:
        """The text itself. Callers outside the confidential service fail a lint test."""
        return cipher().decrypt(self._token).decode()

    @property
    def token(self) -> bytes:
        """The stored ciphertext."""
        return self._token

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __format__(self, spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._token == self._token

    def __hash__(self) -> int:
        return hash(self._token)

    def __len__(self) -> NoReturn:
        raise SecretNotPrintable("A secret does not tell its length.")

    def __iter__(self) -> NoReturn:
        raise SecretNotPrintable("A secret cannot be read letter by letter.")

    def __reduce__(self) -> NoReturn:
        raise SecretNotPrintable("A secret cannot be pickled.")


class SecretField(models.BinaryField):
    """A column of ciphertext; reads as `Secret`, accepts `Secret` or text."""

    if TYPE_CHECKING:  # django-stubs would take the attribute for bytes
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Secret | None:
        return None if value is None else Secret(bytes(value))

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            return Secret.close(value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str):
            value = Secret.close(value)
        if isinstance(value, Secret):
            return value.token
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.get_prep_value(value), connection, prepared)

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise SecretNotPrintable("A secret cannot be dumped.")
