"""A mail is kept, and then understood."""

import logging
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from cxloop.kernel.away import is_away
from cxloop.kernel.errors import TooMany
from cxloop.kernel.letters import bury_letter
from cxloop.kernel.models import Letter
from cxloop.kernel.nudge import nudge_after_commit
from feedback.email.addresses import is_ours
from feedback.email.authenticity import believed, is_doubted, said_of
from feedback.email.bounces import Bounce
from feedback.email.fitting import fit
from feedback.email.models import HEARD, NOT_UNDERSTOOD, Mail
from feedback.email.reading import NotAMail, ReadMail, read_mail
from feedback.email.sameness import fingerprint_of
from feedback.email.threads import Thread, is_party, thread_of
from feedback.intake.actions import hear
from feedback.intake.addresses import is_address
from feedback.intake.caps import keep_to_cap
from feedback.intake.models import MOST_FILES, Feedback, Source
from feedback.intake.submission import Person, Submission
from feedback.intake.trust import Trust

logger = logging.getLogger(__name__)

LONGEST_NAME = 255

_UNDERSTOOD = (
    *("message_id", "sender", "subject", "text", "verdict", "reason"),
    *("ticket_number", "side_number", "follows", "feedback", "letter", "fingerprint"),
    *("authentication", "proves_address"),
)


def keep_mail(raw: bytes, digest: bytes, *, source: Source, note: str = "", now: datetime) -> Mail:
    """The message as it came, before anything is understood; the same bytes are the mail that is
    there already. `note` says what happened to it on its way."""
    row = Mail(source=source, digest=digest, raw=raw, reason=note, received_at=now)
    Mail.objects.bulk_create([row], ignore_conflicts=True)
    return Mail.objects.get(source=source, digest=digest)


def understand_mail(number: int, *, now: datetime) -> Mail:
    """Feedback, an answer, a bounce, or nobody's words. Once; what was not read is tried again.

    Raises TooMany where the source has had its fill for today: the mail stays unread.
    """
    with transaction.atomic():
        mail = _locked(number)
        if mail.verdict in NOT_UNDERSTOOD and mail.raw is not None:
            _understand_or_set_aside(mail, now)
    return mail


def _locked(number: int) -> Mail:
    mails = Mail.objects.select_related("source").select_for_update(of=("self",))
    return mails.get(pk=number)


def _understand_or_set_aside(mail: Mail, now: datetime) -> None:
    assert mail.raw is not None
    try:
        with transaction.atomic():
            _take(mail, read_mail(bytes(mail.raw)), now)
    except TooMany:
        raise
    except Exception as error:
        if is_away(error):
            raise
        # Whatever a stranger wrote must not be lost, nor come back to them as our failure.
        is_ours = not isinstance(error, NotAMail)
        logger.warning("mail %s could not be understood: %s", mail.pk, error, exc_info=is_ours)
        mail.refresh_from_db()
        mail.verdict, mail.reason = Mail.Verdict.UNREADABLE, str(error)[:300]
        mail.save(update_fields=["verdict", "reason"])


def _take(mail: Mail, read: ReadMail, now: datetime) -> None:
    if mail.verdict == Mail.Verdict.UNREADABLE:
        mail.reason = ""
    mail.message_id, mail.sender = read.message_id[:1000], read.sender[:320]
    mail.subject, mail.text = read.subject, read.text
    mail.authentication = believed(read.authentications, settings.MAIL_AUTHENTICATORS)
    _judge(mail, read, now)
    mail.save(update_fields=_UNDERSTOOD)


def _judge(mail: Mail, read: ReadMail, now: datetime) -> None:
    """Nobody's words first: they must not become an answer, whatever address they were sent to."""
    if reason := _own(read):
        mail.verdict, mail.reason = Mail.Verdict.AUTOMATIC, reason
    elif read.bounce:
        _take_bounce(mail, read.bounce, now)
    elif read.automatic:
        mail.verdict, mail.reason = Mail.Verdict.AUTOMATIC, read.automatic[:300]
    elif earlier := _came_before(mail, read):
        mail.verdict, mail.reason = Mail.Verdict.DUPLICATE, f"came before, as mail {earlier}"
    elif thread := thread_of(read):
        _take_answer(mail, read, thread)
    else:
        _hear(mail, read, now)


def _came_before(mail: Mail, read: ReadMail) -> int | None:
    """The same message by another way, or at another mailbox of ours: whoever has the first one
    under their hands is waited for."""
    mail.fingerprint = fingerprint_of(read)
    if mail.fingerprint is None:
        return None
    with connection.cursor() as cursor:
        lock = int.from_bytes(mail.fingerprint[:8], "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    same = Mail.objects.filter(fingerprint=mail.fingerprint, verdict__in=HEARD)
    return same.exclude(pk=mail.pk).values_list("pk", flat=True).first()


def _take_answer(mail: Mail, read: ReadMail, thread: Thread) -> None:
    """What says to be from a colleague is no customer's, and nothing proves that it is theirs.
    Beside a ticket anybody may answer: it is nobody's word but that of whom it names."""
    if thread.side is not None:
        mail.verdict, mail.side_number = Mail.Verdict.ANSWER, thread.side
        nudge_after_commit("answers")
        return
    knows_us = is_party(read.sender, thread)
    if _is_colleague(read.sender) and not knows_us:
        mail.verdict, mail.reason = Mail.Verdict.REFUSED, "from the address of a colleague"
        return
    mail.verdict = Mail.Verdict.ANSWER
    mail.proves_address = thread.is_signed and knows_us and not is_doubted(mail.authentication)
    mail.ticket_number, mail.follows_id = thread.ticket, thread.feedback
    nudge_after_commit("answers")


def _is_colleague(address: str) -> bool:
    return User.objects.filter(email__iexact=address).exists()


def _own(read: ReadMail) -> str:
    """Our letters, come back by a forwarding that goes in a circle."""
    ours = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
    if read.sender in {ours, settings.REPLY_ADDRESS.lower()} or is_ours(read.sender):
        return "sent from an address of ours"
    if read.message_id and Letter.objects.filter(message_id=read.message_id).exists():
        return "a letter of ours"
    return ""


def _take_bounce(mail: Mail, bounce: Bounce, now: datetime) -> None:
    """Whoever knows of no letter that we sent to just that address, buries none."""
    mail.verdict = Mail.Verdict.BOUNCE
    mail.letter = _bounced(bounce)
    if not bounce.final:
        mail.reason = "not given up"
    elif mail.letter is None:
        mail.reason = f"about no letter of ours: {bounce.reason}"[:300]
    else:
        mail.reason = bounce.reason
        bury_letter(mail.letter, f"bounced: {bounce.reason}", now=now)
        nudge_after_commit("dead_letters")


def _bounced(bounce: Bounce) -> Letter | None:
    """The letter that was tried, by its Message-ID and the address it went to."""
    letters = Letter.objects.select_for_update(no_key=True).filter(
        message_id__in=bounce.letters, attempts__gt=0
    )
    tried = letters.exclude(state=Letter.State.DEAD)
    return next((row for row in tried if row.to.lower() in bounce.recipients), None)


def _hear(mail: Mail, read: ReadMail, now: datetime) -> None:
    keep_to_cap(mail.source, now=now)
    files = fit(read.files, most=MOST_FILES, is_cut=read.is_cut)
    receipt = hear(
        Submission(
            comment=read.text,
            customer=_author(read),
            context=_context(mail, read) | files.told,
        ),
        source=mail.source,
        trust=Trust.CLAIMED,
        # The promise runs from when our server first had it, not from when it could read it.
        now=mail.received_at,
        files=files.kept,
    )
    mail.verdict, mail.feedback = Mail.Verdict.FEEDBACK, Feedback(pk=receipt.id)


def try_again(number: int, *, now: datetime) -> Mail:
    """A person wants it so: what could not be read is read once more, what was refused is heard as
    feedback. Raises TooMany where the source has had its fill for today."""
    with transaction.atomic():
        mail = _locked(number)
        if mail.verdict == Mail.Verdict.REFUSED and mail.raw is not None:
            mail.reason = ""
            hear_after_all(mail, now=now)
            return mail
    return understand_mail(number, now=now)


def hear_after_all(mail: Mail, *, now: datetime) -> None:
    """What it answers is no ticket: it is heard for itself. Raises TooMany."""
    with transaction.atomic():
        mail.ticket_number = mail.side_number = mail.follows_id = None
        _hear(mail, read_mail(bytes(mail.raw or b"")), now)
        mail.save(update_fields=_UNDERSTOOD)


def _context(mail: Mail, read: ReadMail) -> dict[str, str]:
    said = {"subject": read.subject, "sender_check": said_of(mail.authentication)}
    return {name: value for name, value in said.items() if value}


def _author(read: ReadMail) -> Person | None:
    """Whom the mail says it is from, which anybody can write."""
    email = read.sender if is_address(read.sender) else None
    return Person(email=email, name=read.sender_name[:LONGEST_NAME] or None)
