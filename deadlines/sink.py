"""A stand-in for the SMS gateway, the mail server and the watchdog's own channel: keeps all in files.

For the demo and for tests, never for production. Each kind has a file of JSON lines in one folder:
`sms.jsonl`, `mail.jsonl`, `alarms.jsonl`. The gateway honours the idempotency key: the same key again is
taken and kept once.
"""

import asyncio
import email
import email.policy
import json
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

LONGEST_BODY = 1_000_000
PATHS = {"/sms": "sms", "/alarm": "alarms"}


class Folder:
    """The files; the keys already kept are read back at the start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._keys: dict[str, set[str]] = {kind: self._kept(kind) for kind in ("sms", "mail", "alarms")}

    def keep(self, kind: str, content: dict[str, object], key: str) -> None:
        """Append one line, unless a line with this key is there; an empty key is never the same."""
        if key and key in self._keys[kind]:
            return
        self._keys[kind].add(key)
        line = {"key": key, "received_at": datetime.now(UTC).isoformat(), **content}
        with (self.path / f"{kind}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _kept(self, kind: str) -> set[str]:
        file = self.path / f"{kind}.jsonl"
        if not file.exists():
            return set()
        lines = file.read_text(encoding="utf-8").splitlines()
        return {str(json.loads(line)["key"]) for line in lines if line}


async def serve(folder: Folder, host: str, http_port: int, smtp_port: int) -> None:
    """Listen on both ports until cancelled. Raises OSError when a port is taken."""

    async def on_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _talk(_http(folder, reader, writer), writer)

    async def on_smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _talk(_smtp(folder, reader, writer), writer)

    http = await asyncio.start_server(on_http, host, http_port)
    smtp = await asyncio.start_server(on_smtp, host, smtp_port)
    async with http, smtp:
        await asyncio.gather(http.serve_forever(), smtp.serve_forever())


async def _talk(conversation: "asyncio.Future[None] | object", writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            await conversation  # type: ignore[misc]
    finally:
        writer.close()


async def _http(folder: Folder, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request = (await reader.readline()).decode("latin-1").split()
    headers: dict[str, str] = {}
    while (line := (await reader.readline()).decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    size = int(headers.get("content-length", "0"))
    status = _judge(request, size)
    if status is HTTPStatus.ACCEPTED:
        try:
            content = json.loads(await reader.readexactly(size))
            folder.keep(PATHS[request[1]], content, headers.get("idempotency-key", ""))
        except (ValueError, TypeError):
            status = HTTPStatus.BAD_REQUEST
    writer.write(
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
    )
    await writer.drain()


def _judge(request: list[str], size: int) -> HTTPStatus:
    if len(request) != 3 or request[0] != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED
    if request[1] not in PATHS:
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if size > LONGEST_BODY else HTTPStatus.ACCEPTED


async def _smtp(folder: Folder, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    recipients: list[str] = []

    async def answer(line: str) -> None:
        writer.write(line.encode() + b"\r\n")
        await writer.drain()

    await answer("220 sink")
    while raw := await reader.readline():
        command = raw.decode("latin-1").strip()
        verb = command[:4].upper()
        if verb == "QUIT":
            await answer("221 bye")
            return
        if verb == "DATA":
            await answer("354 go on")
            _keep_mail(folder, recipients, await _dotted(reader))
            recipients = []
        elif verb == "RCPT":
            recipients.append(command.partition(":")[2].strip().strip("<>"))
        elif verb == "RSET":
            recipients = []
        await answer("250 ok")


async def _dotted(reader: asyncio.StreamReader) -> bytes:
    """The mail up to the lone dot, with doubled dots undone."""
    lines: list[bytes] = []
    while (line := await reader.readline()) not in (b".\r\n", b""):
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)


def _keep_mail(folder: Folder, recipients: list[str], raw: bytes) -> None:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    content: dict[str, object] = {
        "to": recipients,
        "subject": str(mail["subject"] or ""),
        "text": body.get_content().replace("\r\n", "\n") if body is not None else "",
        "headers": sorted(mail.keys()),
    }
    folder.keep("mail", content, str(mail["message-id"] or ""))
