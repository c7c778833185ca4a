"""The reviewed sentences that may leave the house, as data; checked when they are loaded.

A room that needs a sentence of its own registers a file of the same form in its `apps.py`.
"""

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

OWN_SENTENCES = Path(__file__).resolve().parent / "messages.yaml"
DEFAULT_LANGUAGE = "zh-hans"
# What a sentence may hold, by audience (SR-07): nothing else can be put into one.
ALLOWED = {
    "applicant": frozenset({"code_word"}),
    "staff": frozenset({"reference", "rule", "step", "strict", "count", "earliest"}),
}


class TemplateError(ValueError):
    """A file of sentences that may not be used, or a template that is asked for wrongly."""


class Sentence(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: Literal["applicant", "staff"]
    subject: Mapping[str, str]
    body: Mapping[str, str]

    def fields(self) -> frozenset[str]:
        """The values the sentence asks for."""
        texts = (*self.subject.values(), *self.body.values())
        found = (name for text in texts for _, name, _, _ in string.Formatter().parse(text))
        return frozenset(name for name in found if name is not None)


_files: list[Path] = [OWN_SENTENCES]


def register_sentences(path: Path) -> None:
    """Add a file of sentences. Raises TemplateError at once if it may not be used."""
    _read(path)
    if path not in _files:
        _files.append(path)
    sentences.cache_clear()


@cache
def sentences() -> Mapping[str, Sentence]:
    """All sentences by template id. Raises TemplateError for an id given twice."""
    found: dict[str, Sentence] = {}
    for path in _files:
        for template_id, sentence in _read(path).items():
            if template_id in found:
                raise TemplateError(f"{path.name}: {template_id} is there already.")
            found[template_id] = sentence
    return found


def sentence(template_id: str) -> Sentence:
    try:
        return sentences()[template_id]
    except KeyError:
        raise TemplateError(f"There is no message {template_id!r}.") from None


def write(
    template_id: str, params: Mapping[str, object], language: str = DEFAULT_LANGUAGE
) -> tuple[str, str]:
    """Subject and body in the language, or in the reviewed first one."""
    chosen = sentence(template_id)
    values = dict.fromkeys(chosen.fields(), "") | dict(params)
    return (
        _in(chosen.subject, language).format(**values).strip(),
        _in(chosen.body, language).format(**values).strip(),
    )


def check_params(template_id: str, params: Mapping[str, object], audience: str) -> None:
    """Refuse a template for somebody else, and any value the sentence has no place for.

    Raises TemplateError.
    """
    chosen = sentence(template_id)
    if chosen.audience != audience:
        raise TemplateError(f"{template_id} is not a message to {audience}.")
    if unknown := set(params) - chosen.fields():
        raise TemplateError(f"{template_id} has no place for {sorted(unknown)[0]!r}.")


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()))


def _read(path: Path) -> dict[str, Sentence]:
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    found: dict[str, Sentence] = {}
    for template_id, entry in content.items():
        try:
            read = Sentence.model_validate(entry)
        except ValidationError as error:
            raise TemplateError(f"{path.name}: {template_id}: {error.errors()[0]['msg']}") from None
        if extra := read.fields() - ALLOWED[read.audience]:
            raise TemplateError(f"{path.name}: {template_id}: {sorted(extra)[0]!r} may not be told.")
        found[template_id] = read
    return found
