"""Evidence (证据): words, a police record, or a file sealed with its hash."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from agencies.capabilities import Action
from agencies.errors import InvalidInput
from agencies.models import User
from cases.actors import Actor
from cases.change import CaseChange, case_change
from cases.file_store import Sealed, media_type_of, seal
from cases.models import Case, Evidence
from cases.vocabulary import Audience, EvidenceKind, EvidenceState

LARGEST_FILE = 20 * 1024 * 1024
MOST_FILES = 50


def add_record(
    *,
    actor: Actor,
    case: Case | UUID,
    kind: str,
    description: str,
    now: datetime,
    title: str = "",
    incident_number: str = "",
    occurred_on: date | None = None,
    audience: str = Audience.ON_CASE,
) -> Evidence:
    """Add a written piece of evidence, such as a police incident record (出警记录, E02)."""
    if kind not in EvidenceKind:
        raise InvalidInput(_("请选择证据种类。"), field="kind")
    if audience not in Audience:
        raise InvalidInput(_("请选择谁可以看。"), field="audience")
    if not description.strip() and not incident_number.strip():
        raise InvalidInput(_("请写下内容或出警编号。"), field="description")
    if occurred_on and occurred_on > localdate(now):
        raise InvalidInput(_("日期不能晚于今天。"), field="occurred_on")
    with case_change(case, actor, Action.ADD_EVIDENCE, now=now) as change:
        return _add(
            change,
            kind=kind,
            state=EvidenceState.RECORD,
            audience=audience,
            title=title.strip()[:100],
            description=description.strip()[:5_000],
            incident_number=incident_number.strip()[:40],
            occurred_on=occurred_on,
        )


def add_file(
    *,
    actor: Actor,
    case: Case | UUID,
    content: bytes,
    kind: str,
    now: datetime,
    title: str = "",
    audience: str = Audience.ON_CASE,
) -> Evidence:
    """Seal an uploaded file (at most 20 MiB here) with its SHA-256; it stays in quarantine until checked.

    Raises: InvalidInput with the sentence for an empty, too large or unknown file, or a full disk.
    """
    media_type = checked_media_type(content)
    if kind not in EvidenceKind:
        raise InvalidInput(_("请选择证据种类。"), field="kind")
    sealed = _sealed(content)
    with case_change(case, actor, Action.ADD_EVIDENCE, now=now) as change:
        if Evidence.objects.filter(case=change.case).exclude(storage_key="").count() >= MOST_FILES:
            raise InvalidInput(_("本案已经有 50 个文件，请先与法院联系。"), field="file")
        return _add(
            change,
            kind=kind,
            state=EvidenceState.QUARANTINE,
            audience=audience,
            title=title.strip()[:100],
            storage_key=sealed.storage_key,
            media_type=media_type,
            size_bytes=sealed.size_bytes,
            sha256=sealed.sha256,
        )


def checked_media_type(content: bytes) -> str:
    """The media type of an acceptable file. Raises: InvalidInput in words that help."""
    if not content:
        raise InvalidInput(_("这个文件是空的，请重新选择。"), field="file")
    if len(content) > LARGEST_FILE:
        raise InvalidInput(_("文件太大。一个文件最多 20 MB，可以压缩或分几次添加。"), field="file")
    media_type = media_type_of(content[:32])
    if media_type is None:
        raise InvalidInput(
            _("这种文件打不开。可以添加照片（JPEG、PNG、WebP、HEIC）、PDF、录音或录像。"), field="file"
        )
    return media_type


def _sealed(content: bytes) -> Sealed:
    try:
        return seal(content)
    except OSError as error:
        raise InvalidInput(
            _("文件现在存不下。您的申请不受影响，请稍后再添加文件，或交给法院。"), field="file"
        ) from error


def _add(change: CaseChange, **columns: object) -> Evidence:
    evidence = Evidence.objects.create(
        case=change.case,
        agency=change.acting_as.agency,
        added_by=change.actor if isinstance(change.actor, User) else None,
        added_at=change.now,
        **columns,
    )
    change.record(
        "evidence.added",
        evidence_id=str(evidence.pk),
        kind=evidence.kind,
        audience=evidence.audience,
        by_applicant=change.acting_as.agency is None,
    )
    return evidence
