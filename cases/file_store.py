"""Sealed files: encrypted, under random keys, outside every URL (SR-27, SR-28)."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from cases.secrets import cipher

# Beginning of the file and what it is; decided by content, never by name (SR-26).
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (4, b"ftypM4A", "audio/mp4"),
    (8, b"WAVE", "audio/wav"),
    (0, b"#!AMR", "audio/amr"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A stored file: its random key, the SHA-256 of the original and its size in bytes."""

    storage_key: str
    sha256: str
    size_bytes: int


def media_type_of(head: bytes) -> str | None:
    """The allowed media type that the first bytes show; None for anything else."""
    for offset, signature, media_type in SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return media_type
    return None


def seal(content: bytes) -> Sealed:
    """Encrypt and store; a file is there whole or not at all. Raises: OSError when the disk is full."""
    key = secrets.token_hex(16)
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as target:
            target.write(cipher().encrypt(content))
            target.flush()
            os.fsync(target.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return Sealed(key, hashlib.sha256(content).hexdigest(), len(content))


def unseal(storage_key: str) -> bytes:
    """The original bytes. Raises: FileNotFoundError."""
    return cipher().decrypt(_path(storage_key).read_bytes())


def _path(storage_key: str) -> Path:
    return Path(settings.FILES_ROOT) / storage_key[:2] / storage_key
