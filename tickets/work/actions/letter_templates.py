"""An admin words our letters to customers. Each act writes a version and changes none."""

from datetime import datetime

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Conflict, Refused
from tickets.work.letter_words import LANGUAGES, SIGNATURE, SORTS, Words, faults_in
from tickets.work.models import LetterTemplate


def word_letter(
    *,
    kind: str,
    language: str,
    words: Words,
    by: User | None,
    now: datetime,
    group: AccessGroup | None = None,
) -> LetterTemplate | None:
    """The next version; blank words are those that are built in. The same again writes nothing, and
    None is what was never written. Raises Refused with pointers, Conflict `outdated` where
    somebody else wrote at the same moment."""
    words = acceptable_words(kind, language, words, group)
    newest = newest_template(kind, language, group)
    if words == (Words(newest.subject, newest.body) if newest else Words()):
        return newest
    row = LetterTemplate(
        kind=kind,
        language=language,
        group=group,
        version=newest.version + 1 if newest else 1,
        subject=words.subject,
        body=words.body,
        written_at=now,
        written_by=by,
    )
    return _written_once(row)


def acceptable_words(
    kind: str, language: str, words: Words, group: AccessGroup | None = None
) -> Words:
    """As they will be kept: with plain line ends, and blank where they are what is built in. Raises
    Refused."""
    if kind not in SORTS:
        raise Refused.at("/kind", "unknown_kind", f"One of: {', '.join(SORTS)}.")
    if language not in LANGUAGES:
        raise Refused.at("/language", "unknown_choice", f"One of: {', '.join(LANGUAGES)}.")
    if (kind == SIGNATURE) != (group is not None):
        raise Refused.at("/group", "group_of_signature", "A signature has a group, nothing else.")
    subject = " ".join(words.subject.split())
    body = "\n".join(line.rstrip() for line in words.body.splitlines()).strip("\n")
    kept = Words(subject, body if body.strip() else "")
    if faults := faults_in(SORTS[kind], kept):
        raise Refused(faults)
    built_in = SORTS[kind].built_in[language]
    return Words() if kept == Words(built_in.subject, built_in.body.strip("\n")) else kept


def newest_template(
    kind: str, language: str, group: AccessGroup | None = None
) -> LetterTemplate | None:
    rows = LetterTemplate.objects.filter(kind=kind, language=language, group=group)
    return rows.select_related("written_by").order_by("-version").first()


def words_of_version(
    version: int, *, kind: str, language: str, group: AccessGroup | None = None
) -> Words | None:
    """What it said; of version 0 blank words. None where there is no such version."""
    if version == 0:
        return Words()
    rows = LetterTemplate.objects.filter(kind=kind, language=language, group=group)
    row = rows.filter(version=version).first()
    return Words(row.subject, row.body) if row else None


def _written_once(row: LetterTemplate) -> LetterTemplate:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Conflict("It was changed meanwhile.", code="outdated") from None
        raise
    return row
