"""One mail a conversation, as mail servers hand them over, and how long until it is a ticket."""

import smtplib
import statistics
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from email.message import EmailMessage
from itertools import count

from django.db import connection

from cxloop.bench.figures import Figure
from cxloop.bench.ground import Ground, forget_arrivals
from cxloop.bench.scale import Scale
from cxloop.bench.servers import Stage
from cxloop.kernel.moment import moment
from feedback.email.actions import set_mailboxes
from feedback.intake.actions.sources import create_source
from feedback.intake.models import Channel

MAILBOX = "care@shop.example"
RATE = 20
MOST_AT_ONCE = 20
WARM_UP = 20
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 30.0

_numbers = count(1)


def measure_mail(ground: Ground, stage: Stage, scale: Scale) -> Figure:
    """Each is of a customer of its own and opens a ticket; the door, beat, workers and nudges as
    `up` runs them."""
    _open_mailbox(ground)
    forget_arrivals()
    with stage.door(ground.url) as port, stage.workers(ground.url):
        _wait_for_tickets(port, WARM_UP)
        waits = []
        for _ in range(scale.pairs):
            waits += _wait_for_tickets(port, int(scale.paced_seconds * RATE))
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return Figure(
        what=f"mail handed over -> ticket in the queue, at {RATE} mails/s",
        product=f"p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s",
        reach="p99 3 s",
        missed=cuts[98] > 3,
    )


def _open_mailbox(ground: Ground) -> None:
    owners = list(ground.source.owners.all())
    source = create_source(
        slug="care-mail", name="Mail", channel=Channel.EMAIL, owners=owners, now=moment()
    )
    set_mailboxes(source, [MAILBOX], by=None, now=moment())


def _wait_for_tickets(port: int, mails: int) -> list[float]:
    """Seconds from when each was due to be handed over until its ticket can be seen."""
    seen: dict[str, float] = {}
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        due = _hand_over(pool, port, mails, seen)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not seen.keys() >= due.keys() and time.monotonic() < deadline:
            _look(due, seen)
    if missing := len(due.keys() - seen.keys()):
        raise RuntimeError(f"{missing} mails were no ticket after {PATIENCE_SECONDS:.0f} s")
    return [seen[subject] - at for subject, at in due.items()]


def _hand_over(
    pool: ThreadPoolExecutor, port: int, mails: int, seen: dict[str, float]
) -> dict[str, float]:
    """Their subjects, and when each was due, as they are handed over."""
    begin, under_way = time.monotonic(), list[Future[None]]()
    due: dict[str, float] = {}
    for number in range(mails):
        subject, at = f"Mail {next(_numbers)} of the benchmark", begin + number / RATE
        while time.monotonic() < at:
            _look(due, seen)
        due[subject] = at
        under_way.append(pool.submit(_send, port, subject))
    for sent in under_way:
        sent.result()
    return due


def _send(port: int, subject: str) -> None:
    message = EmailMessage()
    number = subject.split()[1]
    message["From"], message["To"] = f"Kim <kim{number}@customer.example>", MAILBOX
    message["Subject"], message["Message-ID"] = subject, f"<{number}@customer.example>"
    message.set_content(f"It never came, and nobody answers. Order {number}.")
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        line.send_message(message)


def _look(due: Iterable[str], seen: dict[str, float]) -> None:
    time.sleep(LOOK_SECONDS)
    ticketed = """SELECT m.subject FROM email_mail m
        JOIN work_ticketfeedback t ON t.feedback_id = m.feedback_id WHERE m.subject = ANY(%s)"""
    with connection.cursor() as cursor:
        cursor.execute(ticketed, [[subject for subject in due if subject not in seen]])
        for (subject,) in cursor.fetchall():
            seen.setdefault(subject, time.monotonic())
