"""Kudos as they are shown; the API and the desk share it."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from tickets.kudos.models import Kudos

Json = dict[str, Any]


def show_kudos(rows: Iterable[Kudos], reader: User) -> list[Json]:
    """In the order given, with the words as they stand where they were said: none any more where
    the customer was forgotten."""
    return [{**_kudos(row, reader), **_said(row)} for row in rows]


def _kudos(row: Kudos, reader: User) -> Json:
    is_news = row.person_id == reader.pk and row.seen_at is None and not row.quiet
    return {
        "id": row.pk,
        "person": row.person.brief() if row.person else None,
        "group": row.group.brief(),
        "why": row.why,
        "by": row.by.brief() if row.by else None,
        "at": row.at,
        "found_at": row.found_at,
        "unread": is_news,
    }


def _said(row: Kudos) -> Json:
    if row.feedback:
        source = row.feedback.source
        named = {"slug": source.slug, "name": source.name}
        place: Json = {"feedback": str(row.feedback.pk), "ticket": None, "cycle": None}
        return {"words": row.feedback.comment or None, **place, "source": named}
    assert row.answer is not None
    question = row.answer.question
    place = {"feedback": None, "ticket": question.ticket.ref, "cycle": question.cycle}
    return {"words": row.answer.comment or None, **place, "source": None}
