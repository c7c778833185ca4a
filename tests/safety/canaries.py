"""One case taken the whole way with a random canary in every confidential place, and where it has left traces."""

from __future__ import annotations

import io
import json
import logging
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pypdf
import pypdfium2
from django.db import connection
from django.test import Client

from agencies.roles import Role
from cases.models import Case, ConfidentialDetail
from cases.scope import whole_record
from cases.secrets import cipher
from cases.services import acceptance, evidence, filing
from cases.services.notes import add_note
from cases.vocabulary import Answer, Audience, ContactChannel, DangerSign, DetailKind
from orders.decisions import MeasureChosen, OrderDecision, PlaceChosen
from orders.models import CasePaper, Service
from orders.services.decision import issue_order, save_draft
from orders.services.serving import acknowledge_order, entrust_police, record_attempt
from tests.orders.test_decision import DECISION
from tests.record import ACCEPTED_AT, District, make_filing, refreshed
from tests.safety.matrix import NOW

PASSPHRASE_WORDS = "三把蓝色雨伞"


def canary(what: str) -> str:
    """A text that stands nowhere else in the world."""
    return f"{what}金丝雀{secrets.token_hex(6)}"


def phone_canary() -> str:
    return "139" + "".join(secrets.choice("0123456789") for _ in range(8))


@dataclass
class Canaries:
    """Every confidential place of a case, by name; `known` alone may stand on the respondent's copy."""

    residence: str = field(default_factory=lambda: canary("住处"))
    phone: str = field(default_factory=phone_canary)
    email: str = field(default_factory=lambda: f"{secrets.token_hex(8)}@canary.invalid")
    other_contact: str = field(default_factory=lambda: canary("微信"))
    workplace: str = field(default_factory=lambda: canary("单位"))
    school: str = field(default_factory=lambda: canary("学校"))
    shelter: str = field(default_factory=lambda: canary("庇护所"))
    helper: str = field(default_factory=lambda: canary("姐姐"))
    reporter: str = field(default_factory=lambda: canary("报告人"))
    child_words: str = field(default_factory=lambda: canary("孩子说"))
    code_word: str = field(default_factory=lambda: "暗" + secrets.token_hex(4))
    trusted_person: str = field(default_factory=lambda: canary("好友"))
    counselling_note: str = field(default_factory=lambda: canary("辅导记录"))
    court_note: str = field(default_factory=lambda: canary("法院内部记录"))
    police_note: str = field(default_factory=lambda: canary("派出所内部记录"))
    abandoned_draft: str = field(default_factory=lambda: canary("没有用的草稿"))
    attempt_place: str = field(default_factory=lambda: canary("送达地点"))
    glass_reason: str = field(default_factory=lambda: canary("正在现场，需要马上知道有没有命令，"))
    statement: str = field(default_factory=lambda: canary("经过"))
    passphrase: str = field(default_factory=lambda: f"{PASSPHRASE_WORDS} {secrets.token_hex(4)}")
    reference: str = ""
    verification_code: str = ""
    known: str = field(default_factory=lambda: canary("他知道的单位"))

    def all(self) -> dict[str, str]:
        return {name: text for name, text in vars(self).items() if text}

    def hidden_from_respondent(self) -> dict[str, str]:
        """Everything but the confirmed place, and the code of verification that his copy must carry."""
        return {name: text for name, text in self.all().items() if name not in {"known", "verification_code"}}

    def kept_closed(self) -> dict[str, str]:
        """What lies encrypted or as a digest: all but what the bodies read as text (her statement)."""
        return {name: text for name, text in self.all().items() if name != "statement"}


def found_in(text: str, canaries: Iterable[tuple[str, str]]) -> list[str]:
    """Names of the canaries in a text, however it is spaced or escaped."""
    bare = "".join(text.split())
    escaped = bare.encode("unicode_escape").decode()
    return [
        name
        for name, value in canaries
        if (squeezed := "".join(value.split())) in bare
        or json.dumps(squeezed)[1:-1] in bare
        or squeezed in escaped
    ]


@dataclass
class MarkedCase:
    """The case, its canaries and the district that worked on it."""

    case: Case
    canaries: Canaries
    receipt: filing.Receipt
    note_id: Any
    service_id: Any
    detail_id: int

    def papers(self, *audiences: str) -> list[tuple[CasePaper, bytes]]:
        with whole_record("the test opens the papers"):
            rows = CasePaper.objects.filter(case=self.case).order_by("kind", "audience")
            wanted = [row for row in rows if row.audience in audiences or not audiences]
            return [(row, cipher().decrypt(bytes(row.content))) for row in wanted]


def go_the_whole_way(district: District) -> MarkedCase:
    """Filed, accepted, noted, drafted, issued, served, acknowledged; every step by its service."""
    birds = Canaries()
    receipt = _file(district, birds)
    birds.reference = receipt.reference
    case = receipt.case
    clerk, judge = district.one(Role.FILING_CLERK), district.one(Role.JUDGE)
    acceptance.accept_application(actor=clerk, case=case, now=ACCEPTED_AT)
    if refreshed(case).assigned_judge_id != judge.pk:
        president = district.one(Role.COURT_PRESIDENT)
        acceptance.assign_judge(actor=president, case=case, judge=judge, now=ACCEPTED_AT)
    note = None
    for role, text, audience in (
        (Role.FEDERATION_WORKER, birds.counselling_note, Audience.OWN_AGENCY),
        (Role.FILING_CLERK, birds.court_note, Audience.COURT_ONLY),
        (Role.OFFICER, birds.police_note, Audience.OWN_AGENCY),
    ):
        note = add_note(actor=district.one(role), case=case, text=text, audience=audience, now=NOW)
    evidence.add_record(
        actor=district.one(Role.OFFICER), case=case, kind="E02", description="出警记录", now=NOW
    )
    details = _details(case)
    save_draft(actor=judge, case=case, decision=replace(DECISION, facts_found=birds.abandoned_draft), now=NOW)
    _issue(judge, case, details)
    with whole_record("the test looks for the service and the code"):
        service = Service.objects.get(case=case, recipient="respondent")
        birds.verification_code = service.ruling.verification_code.open_text()
    _serve(district, case, service, birds)
    return MarkedCase(refreshed(case), birds, receipt, note and note.pk, service.pk, details["shelter"])


def _file(district: District, birds: Canaries) -> filing.Receipt:
    kinds = (
        "residence",
        "phone",
        "email",
        "other_contact",
        "school",
        "shelter",
        "helper",
        "reporter",
        "child_words",
    )
    details = [filing.DetailFiled(kind, getattr(birds, kind)) for kind in kinds]
    details += [
        filing.DetailFiled(DetailKind.WORKPLACE, birds.workplace),
        filing.DetailFiled(DetailKind.WORKPLACE, birds.known, known_to_respondent=True),
    ]
    filed = make_filing(
        district,
        statement=birds.statement,
        details=details,
        danger_answers={DangerSign.NEXT_DAY: Answer.YES, DangerSign.CHOKED: Answer.YES},
        contact=filing.ContactFiled(
            channel=ContactChannel.SMS,
            destination=birds.phone,
            code_word=birds.code_word,
            trusted_person=birds.trusted_person,
        ),
    )
    draft = filing.start_draft(now=ACCEPTED_AT)
    filing.protect_draft(draft=draft, passphrase=birds.passphrase, now=ACCEPTED_AT)
    return filing.submit(draft=draft, filing=filed, now=ACCEPTED_AT)


def _details(case: Case) -> dict[str, int]:
    """Ids of the details by kind; the place he knows as "known"."""
    with whole_record("the test looks for the details"):
        rows = ConfidentialDetail.objects.filter(case=case)
        return {("known" if row.known_to_respondent else row.kind): row.pk for row in rows}


def _issue(judge: Any, case: Case, details: dict[str, int]) -> None:
    decision = OrderDecision(
        measures=[
            MeasureChosen("M1"),
            MeasureChosen("M2"),
            MeasureChosen("M3", within_days=1),
            MeasureChosen("M5", distance_metres=200),
        ],
        months=6,
        facts_found=DECISION.facts_found,
        reasons=DECISION.reasons,
        places=[
            PlaceChosen(details["known"], confirmed_known=True),
            PlaceChosen(details["school"]),
            PlaceChosen(details["residence"]),
            PlaceChosen(details["workplace"]),
        ],
    )
    issue_order(actor=judge, case=case, decision=decision, signed_at=NOW, now=NOW)


def _serve(district: District, case: Case, service: Service, birds: Canaries) -> None:
    clerk, officer = district.one(Role.FILING_CLERK), district.one(Role.OFFICER)
    entrust_police(actor=clerk, case=case, agency=district.police, now=NOW)
    record_attempt(
        actor=officer,
        case=case,
        service_id=service.pk,
        way="in_person",
        succeeded=True,
        place=birds.attempt_place,
        received_by="赵大山",
        now=NOW,
    )
    acknowledge_order(actor=officer, case=case, officer=officer, now=NOW)


def every_word_of(pdf: bytes) -> str:
    """Text, metadata and every stream of a PDF, unpacked: whatever a curious reader could dig out."""
    pages = pypdfium2.PdfDocument(pdf)
    parts = ["".join(page.get_textpage().get_text_range() for page in pages)]
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    parts += [str(reader.metadata), str(reader.xmp_metadata)]
    for number in range(1, reader.trailer["/Size"]):
        try:
            item = reader.get_object(number)
        except Exception:  # noqa: S112 - a free number of the file
            continue
        parts.append(repr(item))
        if hasattr(item, "get_data"):
            parts.append(_readable(item.get_data()))
    parts.append(_readable(pdf))
    return "\n".join(parts)


def _readable(data: bytes) -> str:
    return "\n".join(data.decode(code, errors="ignore") for code in ("utf-8", "utf-16-be", "latin-1"))


def rows_with(canaries: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Table and name of every canary that lies readable in the database."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            quoted = connection.ops.quote_name(table)
            for name, text in canaries.items():
                cursor.execute(f"SELECT 1 FROM {quoted} AS t WHERE t::text LIKE %s LIMIT 1", [f"%{text}%"])  # noqa: S608
                if cursor.fetchone():
                    yield table, name


class Listener(logging.Handler):
    """Keeps every record of every logger, with its arguments and its fault's locals as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        extra = {key: value for key, value in vars(record).items() if key not in {"msg", "message"}}
        self.heard.append(f"{self.format(record)} {extra!r}")

    def __enter__(self) -> Listener:
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self)
        root.setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_error: object) -> None:
        logging.getLogger().removeHandler(self)
        logging.getLogger().setLevel(self._level)


def decompressed(answer: Any) -> str:
    """Headers and body of an answer as text, whatever its encoding."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.get("Content-Encoding") == "gzip":
        body = zlib.decompress(body, 31)
    heads = " ".join(f"{name}: {value}" for name, value in answer.items())
    cookies = answer.cookies.output()
    return f"{heads}\n{cookies}\n{_readable(body) if b'%PDF' in body[:8] else body.decode(errors='replace')}"


def come_back(receipt: filing.Receipt, passphrase: str) -> Client:
    """A browser in which an applicant has come back with her reference and passphrase."""
    client = Client(raise_request_exception=False)
    client.post("/return/", {"reference": receipt.reference, "passphrase": passphrase})
    return client
