"""What her answers say about danger: raise only, and never "no risk" (INV-50)."""

from __future__ import annotations

from collections.abc import Mapping

from cases.vocabulary import Answer, DangerLevel, DangerSign

# Signs that research on killings in couples finds again and again.
GRAVE = frozenset({DangerSign.WEAPON, DangerSign.CHOKED, DangerSign.THREAT_TO_KILL})
ORDER = [DangerLevel.UNKNOWN, DangerLevel.RAISED, DangerLevel.HIGH, DangerLevel.EXTREME]


def signs_answered_yes(answers: Mapping[str, str]) -> list[str]:
    """Codes of the danger signs answered yes, in the order of the form."""
    return [sign.value for sign in DangerSign if answers.get(sign.value) == Answer.YES]


def is_emergency_claimed(answers: Mapping[str, str]) -> bool:
    """She fears to be hurt within the next day."""
    return answers.get(DangerSign.NEXT_DAY) == Answer.YES


def level_from(answers: Mapping[str, str]) -> DangerLevel:
    """The level that the answers reach; skipped answers never lower it."""
    signs = set(signs_answered_yes(answers))
    grave = signs & GRAVE
    if len(grave) >= 2 or (grave and DangerSign.NEXT_DAY in signs):
        return DangerLevel.EXTREME
    if grave or DangerSign.NEXT_DAY in signs or len(signs) >= 4:
        return DangerLevel.HIGH
    return DangerLevel.RAISED if signs else DangerLevel.UNKNOWN


def higher(one: str, other: str) -> DangerLevel:
    """The higher of two levels."""
    return max(DangerLevel(one), DangerLevel(other), key=ORDER.index)
