"""Which playbook fits a failure, and what of it comes next. Pure.

    {"types": ["billing"], "severity_from": 3, "value_from": "500.00", "again": true,
     "monetary": null, "steps": [{"kind": "manager_call", "text_en": "…", "text_ko": "…"}]}

A condition that is left open fits everything. Of those that fit, the one that asks for most goes
first: a playbook for a second failure before one for all of delivery.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cxloop.kernel.errors import Fault
from tickets.recovery.failure import SEVERITIES
from tickets.recovery.judgement import GESTURE_KINDS

MOST_STEPS = 10
LONGEST_TEXT = 2000
LONGEST_NOTE = 300
TEXTS = ("text_en", "text_ko")
_WORDS = {"text_en": LONGEST_TEXT, "text_ko": LONGEST_TEXT, "note": LONGEST_NOTE}


@dataclass(frozen=True)
class Step:
    kind: str
    text_en: str = ""
    text_ko: str = ""
    note: str = ""

    def text(self, language: str) -> str:
        """In the customer's language; the other one stands in where it is missing."""
        first, second = (
            (self.text_ko, self.text_en) if language == "ko" else (self.text_en, self.text_ko)
        )
        return first or second

    def as_json(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "text_en": self.text_en,
            "text_ko": self.text_ko,
            "note": self.note,
        }


@dataclass(frozen=True)
class Case:
    """`types` are the slugs of the type of failure and of those above it."""

    types: frozenset[str] = frozenset()
    severity: int | None = None
    value: Decimal | None = None
    again: bool = False
    monetary: bool | None = None


@dataclass(frozen=True)
class Book:
    key: int
    types: frozenset[str] = frozenset()
    severity_from: int | None = None
    value_from: Decimal | None = None
    again: bool | None = None
    monetary: bool | None = None
    steps: tuple[Step, ...] = ()

    def fits(self, case: Case) -> bool:
        return (
            (not self.types or bool(self.types & case.types))
            and _reaches(case.severity, self.severity_from)
            and _reaches(case.value, self.value_from)
            and self.again in (None, case.again)
            and self.monetary in (None, case.monetary)
        )

    @property
    def demands(self) -> tuple[int, bool]:
        """How much it asks for; a second failure weighs more than anything else."""
        asked = (self.types, self.severity_from, self.value_from, self.again, self.monetary)
        return sum(one not in (None, frozenset()) for one in asked), self.again is True


def _reaches(value: Any, least: Any) -> bool:
    return least is None or (value is not None and value >= least)


def choose_book(books: Iterable[Book], case: Case) -> Book | None:
    fitting = [book for book in books if book.fits(case)]
    return max(
        fitting, key=lambda book: (book.demands[1], book.demands[0], -book.key), default=None
    )


def next_step(book: Book, given: Collection[str]) -> Step | None:
    """The first of whose kind nothing was given yet."""
    return next((step for step in book.steps if step.kind not in given), None)


def read_steps(raw: Any) -> tuple[list[dict[str, str]], list[Fault]]:
    """As they are kept, and every fault with its pointer."""
    if not isinstance(raw, list) or not raw:
        return [], [Fault("/steps", "empty", "A playbook has at least one step.")]
    if len(raw) > MOST_STEPS:
        return [], [Fault("/steps", "too_many", f"At most {MOST_STEPS} steps.")]
    faults = [fault for place, one in enumerate(raw) for fault in _faults(one, f"/steps/{place}")]
    faults = faults or list(_twice([one["kind"] for one in raw]))
    return ([] if faults else [_kept(one) for one in raw]), faults


def _faults(raw: Any, at: str) -> Iterable[Fault]:
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(kind, str) or kind not in GESTURE_KINDS:
        yield Fault(
            f"{at}/kind", "unknown_kind", f"A gesture is one of {', '.join(GESTURE_KINDS)}."
        )
        return
    for name, value in raw.items():
        if name == "kind":
            continue
        if name not in _WORDS:
            yield Fault(f"{at}/{name}", "unknown_key", "A step has a kind, two texts and a note.")
        elif not isinstance(value, str) or len(value) > _WORDS[name]:
            yield Fault(f"{at}/{name}", "too_long", f"At most {_WORDS[name]:,} characters.")


def _twice(kinds: Sequence[str]) -> Iterable[Fault]:
    for place, kind in enumerate(kinds):
        if kind in kinds[:place]:
            yield Fault(f"/steps/{place}/kind", "step_twice", "Each gesture stands in it once.")


def _kept(raw: dict[str, str]) -> dict[str, str]:
    return Step(**{name: value.strip() for name, value in raw.items()}).as_json()


def faults_in_case(severity_from: int | None, value_from: Decimal | None) -> list[Fault]:
    faults = []
    if severity_from is not None and severity_from not in SEVERITIES:
        faults.append(Fault("/severity_from", "out_of_range", "From 1, a trifle, to 4, grave."))
    if value_from is not None and value_from < 0:
        faults.append(Fault("/value_from", "out_of_range", "An amount from 0."))
    return faults
