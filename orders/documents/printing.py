"""A paper as the plain data its template reads. Everything leaves here as JSON strings, never as markup."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from orders.documents import chinese, text
from orders.documents.papers import Paper
from orders.documents.values import FREE_BODY, FREE_LINE, EvidenceItem
from orders.documents.wording import wording


class _Press:
    """Turns fields into printable data and counts what had to be replaced."""

    def __init__(self) -> None:
        self.replaced = 0

    def values(self, thing: Any, path: str = "") -> dict[str, Any]:
        """The fields of a dataclass, each printed as its mark says."""
        return {
            item.name: self.value(getattr(thing, item.name), item.metadata, f"{path}.{item.name}".lstrip("."))
            for item in fields(thing)
        }

    def value(self, value: Any, mark: Mapping[str, str], path: str) -> Any:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, str):
            return self.words(str(value), mark, path)
        if isinstance(value, datetime):
            return {"minute": chinese.minute(value)}
        if isinstance(value, date):
            return {"plain": chinese.plain_date(value), "formal": chinese.formal_date(value)}
        if isinstance(value, tuple):
            return [self.value(part, mark, f"{path}[{index}]") for index, part in enumerate(value)]
        if isinstance(value, EvidenceItem):
            return self.evidence(value, path)
        if is_dataclass(value):
            return self.values(value, path)
        raise TypeError(f"a paper cannot print {type(value).__name__} in {path}")

    def words(self, words: str, mark: Mapping[str, str], path: str) -> str | list[str]:
        if mark == FREE_BODY:
            paragraphs, replaced = text.free_body(words)
            self.replaced += replaced
            return [text.with_breaks(paragraph) for paragraph in paragraphs]
        if mark == FREE_LINE:
            printed = text.free_line(words)
            self.replaced += printed.replaced
            return text.with_breaks(printed.words)
        return text.exact(words, field=path)

    def evidence(self, item: EvidenceItem, path: str) -> dict[str, Any]:
        return {"kind": wording().evidence[item.code], **self.values(item, path)}


def as_data(paper: Paper) -> dict[str, Any]:
    """The data of one paper. Raises DocumentNotPrintable naming the field and the character."""
    press = _Press()
    data = press.values(paper)
    for index, item in enumerate(data.get("evidence", ()), start=1):
        item["number"] = f"{index}．"
    for name, value in paper.derived().items():
        data[name] = press.value(value if not isinstance(value, Enum) else value.value, {}, name)
    return {**data, "copy_label": paper.copy_label, "replaced": press.replaced}
