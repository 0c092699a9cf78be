"""Letters: rows first, written in the transaction of the act; delivered by a sweep outside any."""

import hashlib
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When

from cxloop.kernel.due import Handle, drain
from cxloop.kernel.eml import remove_files
from cxloop.kernel.enclosing import enclosed_part
from cxloop.kernel.files import read_whole
from cxloop.kernel.holds import hold_back
from cxloop.kernel.leaving import why_not
from cxloop.kernel.letter_headers import headers_of
from cxloop.kernel.letter_page import as_page
from cxloop.kernel.models import File, Letter, LetterFile
from cxloop.kernel.moment import moment
from cxloop.kernel.nudge import nudge_after_commit

logger = logging.getLogger(__name__)

# Of RFC 2606: no mail can ever reach it.
ERASED_ADDRESS = "erased@erased.invalid"

TAKEN_BACK = "taken back"

LEASE = timedelta(minutes=2)
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 86400))


@dataclass(frozen=True)
class Draft:
    """What a letter says. `key` names its purpose: the same key is the same letter. A `secret` one
    carries a link that lets its holder in, and is forgotten once it has left. One `about` something
    is called back when that is settled; `about_at` is when that happened of which it tells, where
    that is not the writing itself. It leaves `hold` after it was written, not before. `language` is
    a tag of BCP 47, or blank. `unsubscribe` is a link at which one POST is enough to get no more of
    the kind. Of those that are `rationed` one address gets so many within a while and no more."""

    key: str
    kind: str
    to: str
    subject: str
    body: str
    language: str = ""
    reply_to: str = ""
    references: str = ""
    unsubscribe: str = ""
    automatic: bool = False
    rationed: bool = False
    secret: bool = False
    about: tuple[str, ...] = ()
    about_at: datetime | None = None
    hold: timedelta = timedelta(0)


def write_letter(draft: Draft, *, files: Sequence[File] = (), now: datetime) -> Letter:
    """Puts one letter into the outbox; the same key again gives the letter already there."""
    write_letters([draft], now=now)
    letter = Letter.objects.get(key=draft.key)
    enclosed = [LetterFile(letter=letter, file=file) for file in files]
    LetterFile.objects.bulk_create(enclosed, ignore_conflicts=True)
    return letter


def write_letters(drafts: list[Draft], *, now: datetime) -> None:
    """Puts letters into the outbox, each once, however often it is written."""
    if drafts:
        Letter.objects.bulk_create([_row(d, now) for d in drafts], ignore_conflicts=True)
        nudge_after_commit("letters")


def _row(draft: Draft, now: datetime) -> Letter:
    return Letter(
        key=draft.key,
        kind=draft.kind,
        to=draft.to,
        subject=" ".join(draft.subject.split())[:400],
        body=draft.body,
        language=draft.language[:35],
        reply_to=draft.reply_to,
        references=draft.references,
        unsubscribe=draft.unsubscribe,
        automatic=draft.automatic,
        rationed=draft.rationed,
        secret=draft.secret,
        about=list(draft.about),
        message_id=message_id(draft.key),
        written_at=now,
        about_at=draft.about_at or now,
        leave_at=now + draft.hold,
    )


def message_id(key: str) -> str:
    """Derived from the key, so that a letter which left twice can be recognised as one."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode()).hexdigest()[:32]
    return f"<{digest}@{settings.MAIL_DOMAIN}>"


def deliver_letters(*, kind: str | None = None, limit: int = 1000) -> int:
    """Sends what waits, of one kind or all, one letter at a time; no transaction is open while the
    network is used. First of all it looks whether the database is still the same one."""
    held_before = hold_back()
    sent = 0
    while sent < limit and (letter := _claim_letter(kind, held_before)):
        if letter.state == Letter.State.SENDING:
            _send(letter)
        sent += 1
    return sent


def _claim_letter(kind: str | None, held_before: datetime | None) -> Letter | None:
    with transaction.atomic():
        now = moment()
        due = Letter.objects.to_send(now).select_for_update(skip_locked=True, no_key=True)
        due = due.about_after(held_before) if held_before else due
        letter = (due.filter(kind=kind) if kind else due).first()
        if letter is None:
            return None
        # Called back while a sender had it that died since.
        if letter.withdrawn_at is None and (why := why_not(letter, now)):
            letter.withdrawn_at, letter.withdrawn_why = now, why
        is_off = letter.withdrawn_at is not None
        letter.state = Letter.State.WITHDRAWN if is_off else Letter.State.SENDING
        letter.leave_at = now + LEASE
        letter.attempts += 1
        letter.save(update_fields=_CLAIMED)
    return letter


_CLAIMED = ["state", "leave_at", "attempts", "withdrawn_at", "withdrawn_why"]


def _send(letter: Letter) -> None:
    try:
        _as_email(letter).send()
    except Exception as error:
        _note_failure(letter, error)
        return
    kept = {"body": ""} if letter.secret else {}
    _end_sending(letter, state=Letter.State.SENT, sent_at=moment(), last_error="", **kept)
    if not Letter.objects.filter(pk=letter.pk, to=letter.to, subject=letter.subject).exists():
        remove_files([letter.message_id])  # erased while it was in hand, and left here after that


def _end_sending(letter: Letter, **facts: Any) -> None:
    """Unless something has happened to it meanwhile: a bounce can be quicker than we are."""
    Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING).update(**facts)


def _note_failure(letter: Letter, error: Exception) -> None:
    logger.warning("letter %s was not taken: %s", letter.key, error)
    now = moment()
    why = f"{type(error).__name__}: {error}"[:2000]
    if is_permanent(error) or letter.attempts > len(RETRY_AFTER):
        _end_sending(letter, state=Letter.State.DEAD, died_at=now, last_error=why)
    else:
        leave_at = now + RETRY_AFTER[letter.attempts - 1]
        _end_sending(letter, state=_UNLESS_OFF, leave_at=leave_at, last_error=why)


_IF_OFF = When(withdrawn_at__isnull=False, then=Value(Letter.State.WITHDRAWN))
_UNLESS_OFF = Case(_IF_OFF, default=Value(Letter.State.WAITING))


def is_permanent(error: Exception) -> bool:
    """Whether trying again cannot help: a 5xx by the receiving server."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, SMTPResponseException) and 500 <= error.smtp_code < 600


def bury_letter(letter: Letter, reason: str, *, now: datetime) -> None:
    """The letter came back: a bounce says that it reached nobody."""
    letter.state, letter.died_at, letter.last_error = Letter.State.DEAD, now, reason[:2000]
    letter.save(update_fields=["state", "died_at", "last_error"])


@transaction.atomic
def call_back(marks: Iterable[str], why: str, *, now: datetime) -> None:
    """What these letters are about is settled: those that have not left do not leave. One that a
    sender has in hand may still arrive, but is not tried again."""
    found = Letter.objects.unsent().about(marks).order_by("pk")
    waiting = list(found.select_for_update(no_key=True).values_list("pk", flat=True))
    if waiting:
        in_hand = When(state=Letter.State.SENDING, then=Value(Letter.State.SENDING))
        Letter.objects.filter(pk__in=waiting).update(
            state=Case(in_hand, default=Value(Letter.State.WITHDRAWN)),
            withdrawn_at=now,
            withdrawn_why=why,
        )


def take_back_letter(letter: Letter, *, now: datetime) -> bool:
    """Who wrote it wants it back; whether it had not left. The row must be locked."""
    if letter.state != Letter.State.WAITING or letter.attempts:
        return False
    letter.state, letter.withdrawn_at, letter.withdrawn_why = (
        Letter.State.WITHDRAWN,
        now,
        TAKEN_BACK,
    )
    letter.withdrawal_noticed = True
    letter.save(update_fields=["state", "withdrawn_at", "withdrawn_why", "withdrawal_noticed"])
    return True


def drain_undelivered(kinds: Collection[str], note: Handle[Letter]) -> int:
    """Letters of these kinds from which nothing was concluded yet: dead ones, and those that were
    withdrawn as they would leave. `note` has to notice them."""

    def dead(now: datetime) -> QuerySet[Letter]:
        return Letter.objects.newly_dead(kinds).not_put_off(now)

    def withdrawn(now: datetime) -> QuerySet[Letter]:
        return Letter.objects.newly_withdrawn(kinds, now)

    return drain(dead, note, batch=20) + drain(withdrawn, note, batch=20)


def notice_undelivered(letters: list[Letter]) -> None:
    """The room that wrote these letters, dead or withdrawn, has drawn its consequences."""
    numbers = [letter.pk for letter in letters]
    Letter.objects.filter(pk__in=numbers).update(death_noticed=True, withdrawal_noticed=True)


def send_again(letter: Letter, *, now: datetime) -> None:
    """A dead letter tries once more, unless its words are forgotten. What was concluded from its
    death stands: a contact that was struck keeps no promise, even if the letter arrives now."""
    revived = Letter.objects.dead().filter(pk=letter.pk).exclude(body="")
    revived.update(state=Letter.State.WAITING, leave_at=now, attempts=0, died_at=None)
    nudge_after_commit("letters")


def erase_letters(letters: QuerySet[Letter], *, now: datetime) -> int:
    """How many lost what they said and to whom; those that have not left stay here. Nothing is
    concluded from that: what they met stays met."""
    known = letters.exclude(to=ERASED_ADDRESS)
    erase_words(known)
    not_left = [Letter.State.WAITING, Letter.State.SENDING, Letter.State.HELD]
    unsent = known.filter(state__in=not_left)
    unsent.update(state=Letter.State.DEAD, died_at=now, death_noticed=True)
    return known.update(to=ERASED_ADDRESS, last_error="", references="")


def erase_words(letters: QuerySet[Letter], *, instead: str = "") -> None:
    """What they said is blanked, in the files on this machine too. One that has still to leave
    says something `instead`."""
    transaction.on_commit(partial(remove_files, list(letters.values_list("message_id", flat=True))))
    letters.update(subject=instead or "(erased)", body=instead)


def _as_email(letter: Letter) -> EmailMultiAlternatives:
    """Its words twice, plain and as a page; what is enclosed stands beside both."""
    headers = headers_of(
        message_id=letter.message_id,
        references=letter.references,
        automatic=letter.automatic,
        unsubscribe=letter.unsubscribe,
    )
    email = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.body,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=headers,
    )
    page = as_page(letter.body, title=letter.subject, language=letter.language)
    email.attach_alternative(page, "text/html")
    for row in letter.enclosed.select_related("file").order_by("pk"):
        # What is forgotten meanwhile is left out.
        if row.file.content_id:
            email.attach(enclosed_part(row.file, read_whole(row.file.content_id)))
    return email
