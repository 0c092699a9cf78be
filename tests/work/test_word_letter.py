"""word_letter …"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, connections, transaction

from accounts.models import AccessGroup
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.models import Letter
from feedback.intake.models import Arrival
from tests.cast import Cast
from tests.makers import make_customer, make_feedback, make_policy, make_ticket
from tests.recovery.asking import make_asked
from tests.work.test_final_position import end, unhappy
from tests.work.test_remind import sweep, wait_for
from tests.work.test_triage import rule
from tickets.work.actions.letter_templates import newest_template, word_letter, words_of_version
from tickets.work.actions.talk import reply
from tickets.work.actions.triage import triage
from tickets.work.actor import acting
from tickets.work.letter_words import SORTS, Words
from tickets.work.models import LetterTemplate

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def write(
    kind: str,
    body: str,
    *,
    now: datetime,
    subject: str = "",
    language: str = "en",
    group: AccessGroup | None = None,
) -> LetterTemplate | None:
    words = Words(subject, body)
    return word_letter(kind=kind, language=language, words=words, group=group, by=None, now=now)


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        yield


def sent(kind: str) -> Letter:
    return Letter.objects.get(kind=kind)


def test_each_change_is_a_version_and_the_same_again_is_none(cast: Cast, now: datetime) -> None:
    assert write("reminder", "We wait. {number}", now=now).version == 1  # type: ignore[union-attr]
    assert write("reminder", "We wait. {number}\r\n\r\n", now=now).version == 1  # type: ignore[union-attr]
    assert write("reminder", "We still wait. {number}", now=now).version == 2  # type: ignore[union-attr]
    assert LetterTemplate.objects.count() == 2


def test_what_is_built_in_is_never_copied(now: datetime, db: None) -> None:
    built_in = SORTS["reminder"].built_in["en"]
    assert write("reminder", built_in.body, now=now) is None
    write("reminder", "We wait. {number}", now=now)
    row = write("reminder", built_in.body, now=now)
    assert row is not None
    assert (row.version, row.body, row.words) == (2, "", built_in)


def test_an_earlier_version_can_be_taken_up(now: datetime, db: None) -> None:
    place = {"kind": "reminder", "language": "en"}
    write("reminder", "One {number}", now=now)
    write("reminder", "Two {number}", now=now)
    for version, said in ((1, "One {number}"), (0, "")):
        words = words_of_version(version, **place)
        assert words is not None
        word_letter(**place, words=words, by=None, now=now)
        assert newest_template(**place).body == said  # type: ignore[union-attr]
    assert words_of_version(9, **place) is None


def test_it_refuses_what_is_no_letter_of_ours(cast: Cast, now: datetime) -> None:
    for kind, language, group, code in (
        ("invoice", "en", None, "unknown_kind"),
        ("reminder", "fr", None, "unknown_choice"),
        ("reminder", "en", cast.group, "group_of_signature"),
        ("signature", "en", None, "group_of_signature"),
    ):
        with pytest.raises(Refused) as refusal:
            write(kind, "{number}", language=language, group=group, now=now)
        assert [fault.code for fault in refusal.value.faults] == [code]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told(now: datetime) -> None:
    start = Barrier(2)

    def act(said: str) -> str:
        start.wait()
        try:
            write("reminder", f"{said} {{number}}", now=now)
        except Conflict as conflict:
            return conflict.code
        finally:
            connections.close_all()
        return "written"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(act, ["One", "Two"]))
    assert found in (["outdated", "written"], ["written", "written"])
    assert LetterTemplate.objects.count() == found.count("written")


def test_versions_are_history_and_make_sense(cast: Cast, now: datetime) -> None:
    write("reminder", "We wait. {number}", now=now)
    with refused("is history"), connection.cursor() as cursor:
        cursor.execute("UPDATE work_lettertemplate SET body = 'x'")
    given = {"language": "en", "version": 1, "written_at": now, "body": "x"}
    for facts, constraint in (
        ({"kind": "reminder"}, "one_letter_template_version"),
        ({"kind": "invoice"}, "known_letter_template"),
        ({"kind": "closing", "version": 0}, "known_letter_template"),
        ({"kind": "signature"}, "signature_alone_has_a_group"),
        ({"kind": "closing", "group": cast.group}, "signature_alone_has_a_group"),
        ({"kind": "question", "body": "", "subject": "x"}, "no_subject_without_words"),
    ):
        with refused(constraint):
            LetterTemplate.objects.create(**{**given, **facts})


class TestWhatLeaves:
    def test_the_acknowledgement(self, cast: Cast, now: datetime) -> None:
        make_policy("standard")
        rule(acknowledge=True)
        write("acknowledgement", "{team}: {number} by {due}", subject="Got it", now=now)
        write("signature", "{writer}\nYours, {team}", group=cast.group, now=now)
        make_feedback(
            nps=2, comment="SECRET", customer=make_customer(name="SECRET"), received_at=now
        )
        triage(list(Arrival.objects.all()), now)
        letter = sent("acknowledgement")
        assert letter.subject.startswith("Got it [T-")
        assert "by Sunday 22 November 2026, 09:00 (UTC)\n\n-- \nYours, Care\n\n" in letter.body
        assert "SECRET" not in letter.subject + letter.body

    def test_the_reminder_and_the_closing_question(self, cast: Cast, now: datetime) -> None:
        write("reminder", "Dear {name}, {number}?", now=now)
        write("closing", "{number} closes on {day}", now=now)
        policy = make_policy(reminders=[86_400, 2 * 86_400])
        customer = make_customer(name="Jane\n  Miller", trusted=True)
        ticket = wait_for(make_ticket(cast.group, policy=policy, customer=customer), cast, now)
        sweep(now + DAY)
        sweep(now + 2 * DAY)
        assert sent("reminder").body.startswith(f"Dear Jane Miller, {ticket.ref}?\n\n")
        closes = f"{ticket.ref} closes on Sunday 29 November 2026, 09:00 (UTC)\n\n"
        assert sent("closing").body.startswith(closes)

    def test_the_link_to_their_page_once_where_the_words_say_it(
        self, cast: Cast, now: datetime
    ) -> None:
        write("reminder", "Look at {status_link} ({number}).", now=now)
        policy = make_policy(reminders=[86_400, 2 * 86_400])
        wait_for(make_ticket(cast.group, policy=policy), cast, now)
        sweep(now + DAY)
        assert sent("reminder").body.startswith("Look at http")
        assert sent("reminder").body.count("/s/") == 1

    def test_a_claimed_name_is_not_said_by_us(self, cast: Cast, now: datetime) -> None:
        write("reminder", "{name}님, {number}", language="ko", now=now)
        customer = make_customer(name="Buy this", trusted=False, locale="ko")
        policy = make_policy(reminders=[86_400, 2 * 86_400])
        wait_for(make_ticket(cast.group, policy=policy, customer=customer), cast, now)
        sweep(now + DAY)
        assert sent("reminder").body.startswith("고객님, T-")

    def test_the_question_after_resolving(self, cast: Cast, now: datetime) -> None:
        write("question", "{number}: {link}", subject="All well?", now=now)
        ticket = make_asked(cast).ticket
        assert sent("question").subject == f"All well? [{ticket.ref}]"
        assert sent("question").body.startswith(f"{ticket.ref}: http")

    def test_the_final_position_in_its_frame(self, cast: Cast, now: datetime) -> None:
        write("final_position", "Dear {name},\n\n{position}\n\nWe are sorry.", now=now)
        ticket = unhappy(cast, times=3, now=now)
        end(ticket, cast.manager, now)
        letter = Letter.objects.filter(kind="reply").latest("pk")
        assert "\n\nThis is our final position.\n\nWe are sorry." in letter.body
        told = ticket.timeline.filter(kind="reply").latest("pk")
        assert told.text == "This is our final position."

    def test_a_reply_under_the_signature_of_its_group(self, cast: Cast, now: datetime) -> None:
        write("signature", "{writer}, {team}", group=cast.group, now=now)
        write("signature", "Billing", group=cast.other_group, now=now)
        reply(make_ticket(cast.group), body="On its way {link}", by=acting(cast.agent), now=now)
        assert sent("reply").body.startswith("On its way {link}\n\n-- \nAgent, Care\n\n")
