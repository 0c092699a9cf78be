"""Versions of a letter's words, with what each made of the one before; the last is built in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import ndiff

from django.utils.translation import gettext as _

from accounts.models import AccessGroup, User
from desk.versions import MOST_SHOWN, VersionTold, told_versions
from tickets.work.letter_words import SORTS, Words
from tickets.work.models import LetterTemplate


@dataclass(frozen=True)
class Worded:
    version: int
    words: Words
    written_at: datetime | None = None
    written_by: User | None = None


def versions_of(kind: str, language: str, group: AccessGroup | None) -> list[VersionTold[Worded]]:
    kept = LetterTemplate.objects.filter(kind=kind, language=language, group=group)
    rows = kept.select_related("written_by").order_by("-version")[: MOST_SHOWN + 1]
    told = [Worded(row.version, row.words, row.written_at, row.written_by) for row in rows]
    built_in = Worded(0, SORTS[kind].built_in[language])
    return told_versions([*told, built_in], differences)


def differences(old: Worded, new: Worded) -> Iterator[str]:
    """Line by line."""
    if old.words.subject != new.words.subject:
        yield f"{_('Subject')}: {old.words.subject} → {new.words.subject}"
    for line in ndiff(old.words.body.splitlines(), new.words.body.splitlines()):
        mark, said = line[:1], line[2:].strip()
        if said and mark == "+":
            yield _("Added: %(what)s") % {"what": said}
        if said and mark == "-":
            yield _("Taken away: %(what)s") % {"what": said}
