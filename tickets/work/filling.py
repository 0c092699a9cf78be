"""Texts with gaps, as `{{ customer.name }}` or `{{ customer.name|default:"you" }}`. Pure.

What colleagues write is no template of Django's: these names are known, and nothing else is read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LANGUAGES = ("en", "ko")

# What stands in a gap of which nothing is known, by language.
NEUTRAL: Mapping[str, Mapping[str, str]] = {
    "customer.name": {"en": "customer", "ko": "고객"},
    "customer.company": {"en": "your company", "ko": "귀사"},
    "ticket.ref": {"en": "", "ko": ""},
    "ticket.subject": {"en": "your message", "ko": "보내 주신 말씀"},
    "agent.name": {"en": "your contact", "ko": "담당자"},
    "group.name": {"en": "our team", "ko": "담당 팀"},
}
VARIABLES = tuple(NEUTRAL)
LONGEST_VALUE = 200

_GAP = re.compile(r"\{\{([^{}]*)\}\}")
_INSIDE = re.compile(r'\s*([\w.]+)\s*(?:\|\s*default\s*:\s*"([^"]*)"\s*)?')


@dataclass(frozen=True)
class Gap:
    """`otherwise` is what the writer wants to stand there where nothing is known, if they said."""

    name: str
    otherwise: str | None = None


def wrong_gaps(text: str) -> list[str]:
    """What of the text would be a gap and is none that we know, as it is written."""
    wrong = [found[0] for found in _GAP.finditer(text) if not _is_known(found[1])]
    return wrong + [braces for braces in ("{{", "}}") if braces in _GAP.sub("", text)]


def fill(text: str, values: Mapping[str, str], language: str) -> str:
    """Every gap filled once: what stands in a value is not looked at again."""
    return _GAP.sub(lambda found: _filled(found[1], values, language), text)


def one_line(value: str) -> str:
    """A value as it may stand in a sentence: whoever named themselves over ten lines writes no
    letter of ours."""
    said = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return said[:LONGEST_VALUE]


def gaps_of(text: str) -> Iterator[Gap]:
    for found in _GAP.finditer(text):
        if gap := _read(found[1]):
            yield gap


def _filled(inside: str, values: Mapping[str, str], language: str) -> str:
    gap = _read(inside)
    if gap is None or gap.name not in NEUTRAL:
        return ""
    otherwise = NEUTRAL[gap.name][language] if gap.otherwise is None else gap.otherwise
    return one_line(values.get(gap.name, "")) or otherwise


def _is_known(inside: str) -> bool:
    gap = _read(inside)
    return gap is not None and gap.name in NEUTRAL


def _read(inside: str) -> Gap | None:
    found = _INSIDE.fullmatch(inside)
    return Gap(found[1], found[2]) if found else None
