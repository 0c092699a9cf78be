"""Files that a colleague chooses for what they are about to say, and that are said with it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.errors import Refused
from cxloop.kernel.files import copy_file, discard_files, forget_files, keep_file
from cxloop.kernel.models import File
from feedback.intake.enclosures import Enclosure
from feedback.intake.models import Customer, FeedbackFile
from tickets.work.actor import Actor
from tickets.work.door import hold_as_it_is
from tickets.work.models import RECEIVED, Attachment, Ticket, TimelineEntry
from tickets.work.words import add_words

MOST_FILES = 10
# Most mail servers take 25 MB, and a letter carries three bytes as four.
LARGEST_LETTER = 18 * 1024 * 1024
KEPT_FOR = timedelta(days=30)


@transaction.atomic
def choose_file(
    ticket: Ticket, name: str, body: bytes, *, verb: str, by: User, now: datetime
) -> Attachment:
    """For what they will say by that verb. The ticket is held first, as whoever erases its customer
    holds it before the bytes. Raises Refused at /file."""
    hold_as_it_is(ticket)
    _wait_for_oneself(by)
    if Attachment.objects.chosen_by(by).filter(ticket=ticket, verb=verb).count() >= MOST_FILES:
        detail = f"At most {MOST_FILES} files are said at once. Take one away first."
        raise Refused.at("/file", "too_many_files", detail)
    file = keep_file(name, body, now=now)
    return Attachment.objects.create(ticket=ticket, file=file, by=by, verb=verb)


def _wait_for_oneself(person: User) -> None:
    """Sixteen sent at once must not each find nine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('choose_file'), %s)", [person.pk])


@transaction.atomic
def put_back(attachments: Collection[int], *, by: User) -> None:
    """They are not to be said after all; of what was said nothing is taken away."""
    rows = Attachment.objects.chosen_by(by).filter(pk__in=attachments)
    _remove(list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk", "file")))


def _remove(pairs: Sequence[tuple[int, int]]) -> int:
    Attachment.objects.filter(pk__in=[number for number, _ in pairs]).delete()
    return discard_files([file for _, file in pairs])


def attach(entry: TimelineEntry, numbers: Sequence[int], *, by: Actor) -> list[File]:
    """What they chose goes with what they said, in the transaction of that. Raises Refused at
    /files."""
    if not numbers:
        return []
    mine = Attachment.objects.chosen_by(by.user) if by.user else Attachment.objects.none()
    rows = mine.filter(ticket=entry.ticket_id, pk__in=numbers).order_by("pk")
    found = list(rows.select_for_update(no_key=True, of=("self",)).select_related("file"))
    _refuse_unknown(numbers, {row.pk for row in found})
    rows.update(entry=entry)
    files = [row.file for row in found]
    add_words(entry.ticket, " ".join(file.name for file in files))
    return files


def attach_received(entry: TimelineEntry, files: Sequence[Enclosure], *, now: datetime) -> None:
    """What a customer sent with their words. Contents are held in the order of their digests, as
    everybody holds them; the files stand as they came."""
    by_digest = sorted(files, key=lambda file: file.digest)
    kept = {id(file): keep_file(file.name, file.body, now=now) for file in by_digest}
    Attachment.objects.bulk_create(
        Attachment(ticket_id=entry.ticket_id, entry=entry, file=kept[id(file)], verb=RECEIVED)
        for file in files
    )


def _refuse_unknown(numbers: Sequence[int], known: set[int]) -> None:
    for place, number in enumerate(numbers):
        if number not in known:
            detail = "You chose no such file here, or it was said already."
            raise Refused.at(f"/files/{place}", "unknown_file", detail)


def refuse_heavy(files: Sequence[File]) -> None:
    """What no mail server would take must not become a letter. Raises Refused."""
    if sum(file.size for file in files) > LARGEST_LETTER:
        detail = "Together these files are too large for a letter: at most 18 MB."
        raise Refused.at("/files", "files_too_large", detail)


def choose_again(entry: int, *, now: datetime) -> None:
    """What was said by the entry of that number is taken back: its files are chosen anew, as its
    words are there again."""
    for row in Attachment.objects.filter(entry=entry, by__isnull=False).select_related("file"):
        copy = copy_file(row.file, now=now)
        Attachment.objects.create(ticket_id=row.ticket_id, file=copy, by=row.by, verb=row.verb)


@transaction.atomic
def forget_chosen(now: datetime, *, most: int = 200) -> int:
    """Chosen a month ago and never said."""
    old = Attachment.objects.forgotten(now - KEPT_FOR)
    held = old.select_for_update(no_key=True, skip_locked=True, of=("self",))[:most]
    return _remove(list(held.values_list("pk", "file")))


def erase_attachments(
    tickets: Collection[int],
    *,
    entries: Collection[int] = (),
    words_of: Customer | None = None,
) -> int:
    """Of what was said, that there was a file stays; so of what was said by these entries
    elsewhere, and of what came with the words of whom is erased, at once, since contents are let go
    of once a transaction."""
    chosen = Attachment.objects.filter(ticket__in=tickets, entry=None)
    unused = list(chosen.values_list("file", flat=True))
    chosen.filter(file__in=unused).delete()
    said = Attachment.objects.filter(Q(ticket__in=tickets) | Q(entry__in=entries)).values("file")
    heard = FeedbackFile.objects.filter(feedback__customer=words_of).values("file")
    heard = heard if words_of else heard.none()
    files = File.objects.filter(Q(pk__in=said) | Q(pk__in=heard), content__isnull=False)
    return forget_files(files, unused=unused)
