"""YAML that remembers where each entry stood, so that an error can name its line."""

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Loc = tuple[int | str, ...]


class YamlProblem(ValueError):
    """The file is no YAML of ours; line counts from 1."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"line {line}: {sentence}")
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Lines:
    """The line of each entry by its path of keys and positions."""

    of: dict[Loc, int]

    def at(self, loc: Loc) -> int:
        """The line of the entry, or of the nearest entry around it."""
        for length in range(len(loc), -1, -1):
            line = self.of.get(loc[:length])
            if line is not None:
                return line
        return 1


def read_yaml(path: Path) -> tuple[Any, Lines]:
    """The content and the lines of its entries. Raises YamlProblem, also for a key given twice."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except UnicodeDecodeError:
        raise YamlProblem(1, "The file is not UTF-8 text.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise YamlProblem((mark.line if mark else 0) + 1, f"Not YAML: {_cause(error)}.") from None
    lines: dict[Loc, int] = {(): 1}
    if node is not None:
        _walk(node, (), lines)
    return content, Lines(lines)


def _walk(node: yaml.Node, loc: Loc, lines: dict[Loc, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key_node, value_node in node.value:
            key = key_node.value
            line = key_node.start_mark.line + 1
            if key in seen:
                raise YamlProblem(line, f"{key!r} is given twice.")
            seen.add(key)
            lines[(*loc, key)] = line
            _walk(value_node, (*loc, key), lines)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[(*loc, position)] = item.start_mark.line + 1
            _walk(item, (*loc, position), lines)


def _cause(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]
