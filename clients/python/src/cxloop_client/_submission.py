"""What is sent, as the service's schema declares it. The service alone judges it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypedDict
from uuid import UUID, uuid4

ScoreType = Literal["nps", "csat", "stars", "ces", "thumbs", "gcr", "rating10"]


class Score(TypedDict):
    """nps 0-10, csat and stars 1-5, ces 1-7, thumbs 0 or 1, rating10 1-10; gcr no, partly, yes."""

    type: ScoreType
    value: int | str


class KeyedScore(Score):
    key: str


class Customer(TypedDict, total=False):
    """Who speaks. Sent with a publishable key it is a claim, unless `proof` signs the id."""

    id: str | None
    email: str | None
    name: str | None
    phone: str | None
    locale: str | None
    segment: str | None
    value: Decimal | int | str | None
    company: str | None
    proof: str | None


class Submission(TypedDict, total=False):
    """What one customer says once: a score or a comment at least, all else as you have it.

    A name whose value is None is not sent. `occurred_at` knows its offset from UTC.
    """

    score: Score | None
    scores: Sequence[KeyedScore] | None
    comment: str | None
    answers: Mapping[str, Any] | None
    customer: Customer | None
    context: Mapping[str, Any] | None
    occurred_at: datetime | str | None
    backdated: bool | None
    tags: Sequence[str] | None
    form: str | None
    form_version: int | None
    trap: str | None
    filled_ms: int | None


class BatchItem(Submission, total=False):
    """A submission under a key of yours, or under one that is made for it."""

    idempotency_key: str | None


def new_key() -> str:
    return str(uuid4())


def encoded(said: Mapping[str, Any]) -> bytes:
    """As JSON. Raises ValueError or TypeError for what JSON cannot say, before anything is sent."""
    if said.get("partial"):
        raise ValueError("parts of an answer are for forms in pages: send what is said, whole")
    present = {name: value for name, value in said.items() if value is not None}
    text = json.dumps(present, ensure_ascii=False, allow_nan=False, default=_plain)
    # A lone surrogate is no text: nothing could store it.
    return text.encode("utf-8", "replace")


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")


def _instant(value: datetime) -> str:
    if value.utcoffset() is None:
        raise ValueError("a time needs its offset from UTC: datetime.now(UTC)")
    return value.isoformat()
