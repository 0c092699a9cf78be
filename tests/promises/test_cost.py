"""Cost grows with what is due, not with what is stored: among thousands of settled rows every
sweep and every page of a queue finds its own by an index that holds nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import Attempt
from cxloop.kernel.models import File, Letter
from cxloop.kernel.pages import read_order
from desk.queue import BY_SLUG
from feedback.email.models import Mail
from feedback.intake.models import (
    Arrival,
    Feedback,
    FeedbackFile,
    IdempotencyKey,
    Quarantine,
    Source,
    SourceKey,
    Trial,
)
from feedback.stores.models import Review, StoreReply
from feedback.web.models import Part
from insights.likely import MOST_WAITING, answered_work, waiting_work
from insights.models import CountedDay, RepairRecord, Unrecorded
from insights.promises import follow_ups
from insights.waiting import longest
from tests.cast import Cast
from tests.makers import NOW, make_feedback, make_source_key, make_ticket
from tests.problems.announcing import draft, told_problem
from tests.problems.making import make_fixed
from tests.recovery.asking import make_asked
from tickets.escalation.models import LadderChange
from tickets.kudos.actions.listen import answers_after, judged_after, not_routed
from tickets.kudos.door import kudos_seen_by
from tickets.kudos.models import Kudos, Listened, Unrouted
from tickets.problems.actions.gather import ahead_of
from tickets.problems.models import Announcement, Problem, Told, Watch
from tickets.recovery.models import Answer, Gesture, Question
from tickets.sla.models import Clock
from tickets.work.filters import narrow
from tickets.work.finding import ticket_filters
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import (
    Attachment,
    BulkAct,
    Handover,
    Joining,
    News,
    PolicyMove,
    TagChange,
    Ticket,
    TicketFeedback,
    Triage,
    Unasked,
    Wait,
)

pytestmark = pytest.mark.django_db

SETTLED = 6000
NUMBER = "100000 + n"
DAY = timedelta(days=1)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def multiply(table: str, **changes: str) -> None:
    """Thousands like one row of the table, `n` counting them, with changes."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    names = [column.name for column in found if column.name != "id" or "id" in changes]
    values = [changes.get(name, f't."{name}"') for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    run(
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)}"
        f" FROM (SELECT * FROM {table} LIMIT 1) t, generate_series(1, {SETTLED}) n"
    )


def make_one_of_each(cast: Cast) -> None:
    make_ticket(cast.group, assignee=cast.agent)
    make_asked(cast)
    problem = told_problem(cast, 1)
    draft(cast, problem)
    make_fixed(problem, on=NOW, by=cast.lead, now=NOW)
    said = make_feedback()
    make_source_key(said.source)
    review = Review.objects.create(source=said.source, store="google_play", mark="0")
    facts = {"text": "Sorry", "at": NOW, "told_at": NOW, "told_by": "key", "state": "noted"}
    StoreReply.objects.create(review=review, **facts)
    IdempotencyKey.objects.create(
        source_key=SourceKey.objects.get(),
        endpoint="x",
        key="0",
        body_digest=b"0",
        feedback=said,
        created_at=NOW,
    )
    Attempt.objects.create(account=b"0", address="192.0.2.1", at=NOW)
    Mail.objects.create(
        source=said.source, digest=b"0", raw=b"", verdict="automatic", received_at=NOW
    )


MET = {
    "kind": "'follow_up'",
    "cycle": "1",
    "state": "'met'",
    "met_at": "t.started_at",
    "breached_at": "NULL",
    "detected_at": "NULL",
    "next_action_at": "NULL",
}
# Few are spam: what is no spam is looked for by what is left when these are taken out.
RARELY_SPAM = "CASE n % 10 WHEN 0 THEN 'spam' ELSE 'no_contact_wanted' END"
CLOSED = {"status": "'closed'", "outcome": RARELY_SPAM, "closed_at": "now()", "next_due_at": "NULL"}
DEAD = {"state": "'dead'", "died_at": "now()", "death_noticed": "true"}
OPEN = "status = 'open', outcome = '', closed_at = NULL, next_due_at = created_at"
TABLES = [
    model._meta.db_table
    for model in (
        *(Letter, Feedback, Clock, Ticket, Question, Unasked, Wait, News, Handover),
        *(Arrival, Quarantine, IdempotencyKey, Part, Attempt, Mail, CountedDay, File, Attachment),
        *(FeedbackFile, StoreReply, Trial, Problem, Watch, Announcement, Told),
        *(RepairRecord, Unrecorded, Kudos, Unrouted, Triage, Answer, TicketFeedback),
    )
]
BEGUN = [
    model._meta.db_table for model in (BulkAct, Gesture, Handover, Joining, PolicyMove, TagChange)
]
HEARD = UUID("01a2b3c4-0000-7000-8000-000000000000")
LATER = "t.{} + n * interval '1 minute'"


@pytest.fixture
def stored(cast: Cast) -> Cast:
    """A house that has settled thousands of everything, and waits for a few hundred."""
    # Of a table that others have emptied PostgreSQL knows that it is empty, and reads it whole.
    run(f"TRUNCATE {', '.join(BEGUN)} CASCADE")
    make_one_of_each(cast)
    multiply("kernel_letter", key="n", message_id="n", **DEAD)
    multiply("intake_feedback", id="gen_random_uuid()", received_at=LATER.format("received_at"))
    multiply("sla_promise", id=NUMBER)
    multiply("sla_clock", promise_id=NUMBER, **MET)
    owner = f"CASE n % 10 WHEN 0 THEN {cast.agent.pk} WHEN 1 THEN NULL ELSE {cast.lead.pk} END"
    group = f"CASE n % 5 WHEN 2 THEN {cast.group.pk} ELSE {cast.other_group.pk} END"
    whose = {"customer_id": "NULL", "assignee_id": owner, "group_id": group}
    multiply("work_ticket", promise_id=NUMBER, **whose, **CLOSED)
    run(f"UPDATE work_ticket SET {OPEN} WHERE promise_id BETWEEN 100000 AND 100600")
    run(
        "INSERT INTO work_wait SELECT 0, NULL, '', promise_id, now(), 0, now() + interval '9 day'"
        " FROM work_ticket"
    )
    multiply("work_resolution", id=NUMBER, cycle="n + 9", at=LATER.format("at"))
    _ask_and_answer()
    multiply("work_timelineentry", id=NUMBER)
    run(
        "INSERT INTO work_news (user_id, ticket_id, entry_id, event, at, seen_at)"
        f" SELECT {cast.agent.pk}, ticket_id, id, 'moved', at, at FROM work_timelineentry"
        " ON CONFLICT DO NOTHING"
    )
    run(
        "INSERT INTO work_handover (ticket_id, number, from_group_id, to_group_id, reason, summary,"
        " at, accept_by, accepted_at, accepted_by_id, returned_why)"
        f" SELECT promise_id, 1, {cast.other_group.pk}, {cast.group.pk}, 'other', '', now(),"
        " now() + interval '4 hour',"
        " CASE WHEN promise_id % 200 > 0 THEN now() END,"
        f" CASE WHEN promise_id % 200 > 0 THEN {cast.agent.pk} END, ''"
        " FROM work_ticket WHERE promise_id >= 100000"
    )
    _give_files_and_trials()
    run("INSERT INTO work_unasked SELECT 0, NULL, '', id, at, at FROM work_resolution")
    run(
        "INSERT INTO intake_quarantine (feedback_id, source_id, reasons, held_at, spam_at,"
        " spam_by_id) SELECT id, source_id, '{trap}', received_at, spam,"
        " CASE WHEN spam IS NOT NULL THEN (SELECT max(id) FROM accounts_user) END FROM"
        " (SELECT heard.*, CASE WHEN row_number() OVER () % 60 > 0 THEN now() END AS spam"
        " FROM intake_feedback AS heard) AS heard WHERE id::text ~ '[0-7]$'"
        " AND NOT EXISTS (SELECT FROM work_triage WHERE feedback_id = heard.id)"
        " AND NOT EXISTS (SELECT FROM intake_arrival WHERE feedback_id = heard.id)"
    )
    run(
        "INSERT INTO intake_arrival (feedback_id, received_at)"
        " SELECT id, received_at FROM intake_feedback"
        " WHERE id NOT IN (SELECT feedback_id FROM intake_quarantine) ON CONFLICT DO NOTHING"
    )
    multiply("intake_idempotencykey", key="n", created_at=LATER.format("created_at"))
    run(
        "INSERT INTO web_part (id, source_key_id, key, body, marks, begun_at, heard_at)"
        " SELECT gen_random_uuid(), source_key_id, n, '{}', '{}', now(),"
        " now() + n * interval '1 minute'"
        f" FROM intake_idempotencykey, generate_series(1, {SETTLED}) n WHERE key = '0'"
    )
    multiply("email_mail", digest="int4send(n)")
    _settle_later_rooms()
    for table in ("accounts_attempt", "stores_storereply"):
        multiply(table, at=LATER.format("at"))
    run(
        "INSERT INTO insights_countedday (zone, day, counted_at, count_at)"
        " SELECT 'Zone/' || n % 15, date '2025-09-01' + n / 15, now(),"
        " CASE n % 500 WHEN 0 THEN now() END"
        f" FROM generate_series(1, {SETTLED}) n"
    )
    for table in TABLES:
        # What earlier tests took back still lies about in the indexes, and is no cost of ours.
        run(f"REINDEX TABLE {table}")
    run(f"ANALYZE {', '.join(TABLES)}")
    return cast


def _ask_and_answer() -> None:
    multiply(
        "recovery_question",
        **{"cycle": "n + 9", "resolution_id": NUMBER, "letter_id": "NULL", "state": "'answered'"},
    )
    run(
        "INSERT INTO recovery_answer (question_id, solved, score, comment, at, channel)"
        " SELECT id, true, 5, '', asked_at, 'page' FROM recovery_question WHERE state = 'answered'"
    )


def _settle_later_rooms() -> None:
    _settle_problems()
    _record_repairs()
    _praise_people()


def _praise_people() -> None:
    """Everything was judged, stands on a ticket and praises somebody; of each thousand one waits,
    later, to be read."""
    run(
        "INSERT INTO work_ticketfeedback (feedback_id, ticket_id, received_at, linked_at)"
        " SELECT id, 100001 + row_number() OVER () % 600, received_at, received_at"
        " FROM intake_feedback ON CONFLICT DO NOTHING"
    )
    run(
        "INSERT INTO work_triage (feedback_id, decision, reason, matched, at)"
        " SELECT id, 'none', '', '{}', received_at FROM intake_feedback"
        " WHERE id NOT IN (SELECT feedback_id FROM intake_quarantine) ON CONFLICT DO NOTHING"
    )
    run(
        "INSERT INTO kudos_kudos (feedback_id, person_id, group_id, why, at, found_at, quiet,"
        " seen_at) SELECT id, (SELECT max(id) FROM accounts_user),"
        " (SELECT max(id) FROM accounts_accessgroup), 'named', received_at, received_at, false,"
        " CASE WHEN row_number() OVER () % 1000 > 0 THEN now() END FROM intake_feedback"
    )
    run(
        "INSERT INTO kudos_unrouted (feedback_id, since)"
        " SELECT id, received_at FROM intake_feedback"
    )


def _settle_problems() -> None:
    multiply("problems_problem", looks_back_at="NULL")
    multiply("problems_watch", ended_at="now()", why_ended="'held'")
    multiply("problems_announcement")
    run(
        "INSERT INTO problems_told (announcement_id, problem_id, customer_id, ticket_id, state,"
        " why, at) SELECT id, problem_id, (SELECT max(id::text)::uuid FROM intake_customer),"
        " (SELECT min(promise_id) FROM work_ticket), 'left_out', 'stopped', now()"
        " FROM problems_announcement"
    )


def _record_repairs() -> None:
    run(
        "INSERT INTO insights_unrecorded (ticket_id, since, attempts, last_error)"
        " SELECT promise_id, now() + promise_id * interval '1 minute', 0, '' FROM work_ticket"
    )
    run(
        "INSERT INTO insights_repairrecord (ticket_id, cycle, group_id, standing, received_at,"
        " class_before, score_type, follow_up, outcome, closed_by, failure_type, driver, costs,"
        " gestures, is_silent, looked_at, look_again_at)"
        " SELECT promise_id, 1, group_id, 'eligible',"
        " now() - row_number() OVER () * interval '1 hour',"
        " 'negative', '', '', '', '', '', '', '{}', '{}', false, now(),"
        " CASE WHEN promise_id % 50 = 0 THEN now() + promise_id * interval '1 hour' END"
        " FROM work_ticket"
    )


def _give_files_and_trials() -> None:
    """A file to each entry and each feedback; trials, every second under a key."""
    run(
        "INSERT INTO kernel_file (id, name, kind, size, drawing, kept_at)"
        " SELECT id, '', 'text', 1, 'none', at FROM work_timelineentry"
    )
    run(
        "INSERT INTO work_attachment (ticket_id, file_id, entry_id, verb)"
        " SELECT ticket_id, id, id, 'note' FROM work_timelineentry"
    )
    run(
        "INSERT INTO kernel_file (id, name, kind, size, drawing, kept_at)"
        " SELECT 10000000 + row_number() OVER (), '', 'text', 1, 'none', received_at"
        " FROM intake_feedback"
    )
    run(
        "INSERT INTO intake_feedbackfile (feedback_id, place, file_id)"
        " SELECT id, 0, 10000000 + row_number() OVER () FROM intake_feedback"
    )
    make_source_key(Source.objects.all()[0], test=True)
    run(
        "INSERT INTO intake_trial (id, source_id, source_key_id, posted_at, received_at, said,"
        " trust, suspicions, files, marks, endpoint, key, body_digest)"
        " SELECT gen_random_uuid(), source_id, id, now() + n * interval '1 minute', now(), '{}',"
        " 'claimed', '{}', '[]', '{}', 'feedback', CASE WHEN n % 2 = 0 THEN n::text ELSE '' END, ''"
        f" FROM intake_sourcekey, generate_series(1, {SETTLED}) n WHERE is_test"
    )


def tab(slug: str) -> Callable[[Cast], QuerySet[Any]]:
    def page(cast: Cast) -> QuerySet[Any]:
        chosen = BY_SLUG[slug]
        rows = chosen.rows(Ticket.objects.visible_to(cast.agent), cast.agent, NOW)
        return rows.order_by(*read_order(rows, chosen.order).terms())[:51]

    return page


def to_accept(cast: Cast) -> QuerySet[Any]:
    """As the tab of one's groups shows it."""
    rows = Ticket.objects.visible_to(cast.agent).unresolved().live()
    waiting = ticket_filters(cast.agent)["handed_over"](["true"])
    return rows.filter(waiting).by_next_deadline()[:51]


# Few among the open ones: either index holds nothing else.
OPEN_WORK = ("ticket_queue", "ticket_not_closed", "ticket_open_by_status")

# What looks for work, and how the names of the indexes begin that it may read.
LOOKS: dict[str, tuple[str | tuple[str, ...], Callable[[Cast], QuerySet[Any]]]] = {
    "triage": ("arrival_oldest", lambda _: Arrival.objects.waiting(NOW)[:500]),
    "what nobody sent": ("part_to_hear", lambda _: Part.objects.due(NOW)[:50]),
    "what is held": (
        ("quarantine_oldest", "quarantine_of_source"),
        lambda cast: Quarantine.objects.held().visible_to(cast.admin).order_by("-held_at")[:31],
    ),
    "ladders": ("clock_to_look_at", lambda _: Clock.objects.to_look_at(NOW)[:500]),
    "waits": ("ticket_wait_ends", lambda _: Ticket.objects.waits_ended(NOW)[:50]),
    "acts on many": ("bulk_act_to_do", lambda _: BulkAct.objects.to_do(NOW)[:1]),
    "tags": ("tag_change_to_do", lambda _: TagChange.objects.to_do(NOW)[:1]),
    "tagged tickets": (
        ("ticket_by_tag", "ticket_tagged"),
        lambda cast: TagChange(was="rare", becomes="x", groups=[cast.group.pk]).tickets(),
    ),
    "joinings": ("joining_to_do", lambda _: Joining.objects.to_do(NOW)[:1]),
    "policy moves": ("policy_move_to_do", lambda _: PolicyMove.objects.to_go_on(NOW)[:1]),
    "hand-overs that are late": ("handover_to_tell", lambda _: Handover.objects.to_tell(NOW)[:50]),
    "what is to be accepted": (("handover_waiting", "one_handover_waits"), to_accept),
    "reminders": ("wait_to_remind", lambda _: Wait.objects.to_remind(NOW)[:20]),
    "a changed ladder": (
        "ticket_not_closed",
        lambda _: LadderChange(group=None, changed_at=NOW).tickets_ahead()[:500],
    ),
    "news": ("news_untold", lambda _: News.objects.untold(NOW)[:500]),
    "old news": ("news_oldest", lambda _: News.objects.filter(at__lt=NOW - 90 * DAY)),
    "the bell": (
        "news_unseen",
        lambda cast: News.objects.unseen_by(cast.agent).filter(ticket=Ticket.objects.first()),
    ),
    "letters": ("letter_to_send", lambda _: Letter.objects.to_send(NOW)[:1]),
    "calling back": ("letter_", lambda _: Letter.objects.unsent().about(["clock:1"])),
    "called back": (
        "letter_",
        lambda _: Letter.objects.newly_withdrawn(["escalation"], NOW)[:100],
    ),
    "dead letters": ("letter_newly_dead", lambda _: Letter.objects.newly_dead(["reply"])[:20]),
    "mails set aside": ("mail_set_aside", lambda _: Mail.objects.set_aside()[:21]),
    "proofs": ("mail_proof_waiting", lambda _: Mail.objects.proofs_to_tell(NOW)[:20]),
    "answers": ("mail_answer_waiting", lambda _: Mail.objects.answers_to_take_up(NOW)[:20]),
    "mails of a ticket": (
        "mail_by_ticket",
        lambda _: Mail.objects.filter(ticket_number=100_001).values("message_id"),
    ),
    "replies in stores": (
        "store_reply_waiting",
        lambda _: StoreReply.objects.to_take_up(NOW)[:20],
    ),
    "mails": ("mail_unread", lambda _: Mail.objects.unread(NOW)[:20]),
    "questions": ("unasked_oldest", lambda _: Unasked.objects.to_ask(NOW)[:20]),
    "questions again": ("question_to_remind", lambda _: Question.objects.to_remind(NOW)[:20]),
    "late gestures": ("gesture_late", lambda _: Gesture.objects.newly_late(NOW)[:50]),
    "silence": ("question_open", lambda _: Question.objects.gone_silent(NOW)[:50]),
    "keys": ("idempotency_key_age", lambda _: IdempotencyKey.objects.filter(created_at__lt=NOW)),
    "trials": ("trial_by_age", lambda _: Trial.objects.filter(posted_at__lt=NOW)),
    "keys of trials": (
        ("trial_key_by_age", "one_trial_a_key"),
        lambda _: Trial.objects.filter(posted_at__lt=NOW).exclude(key=""),
    ),
    "attempts": ("attempt_by_age", lambda _: Attempt.objects.filter(at__lte=NOW)),
    "joining": (
        "ticket_open_of_customer",
        lambda _: Ticket.objects.filter(
            customer__in=Feedback.objects.values_list("customer")[:1], status__in=UNRESOLVED
        ),
    ),
    "mine": ("ticket_queue_of_person", tab("mine")),
    "unowned": ("ticket_queue_of_person", tab("unowned")),
    "my groups": ("ticket_queue", tab("groups")),
    "due soon": ("ticket_queue", tab("soon")),
    "due next": ("ticket_queue", tab("next")),
    "breached": ("ticket_queue", tab("breached")),
    "waiting": (OPEN_WORK, tab("waiting")),
    "resolved": (OPEN_WORK, tab("resolved")),
    "done": ("ticket_done", tab("done")),
    "history": ("ticket_imported", tab("history")),
    "the rate": (
        "clock_by_receipt",
        lambda cast: follow_ups(
            Ticket.objects.visible_to(cast.agent), start=NOW - 60 * DAY, end=NOW - 30 * DAY
        ),
    ),
    "waiting work": (
        "clock_waiting",
        lambda cast: waiting_work(Ticket.objects.visible_to(cast.agent))[:MOST_WAITING],
    ),
    "what an agent carries": (
        "ticket_queue_of_person",
        lambda cast: (
            Ticket.objects.visible_to(cast.agent)
            .filter(assignee__in=[cast.agent.pk])
            .unresolved()
            .live()
        ),
    ),
    "drawings": ("file_to_draw", lambda _: File.objects.to_draw(NOW)[:1]),
    "files never said": (
        "attachment_chosen",
        lambda _: Attachment.objects.forgotten(NOW)[:200],
    ),
    "files of a feedback": (
        "one_file_a_place",
        lambda _: FeedbackFile.objects.filter(feedback=HEARD).order_by("place"),
    ),
    "files of a ticket": (
        "attachment_of_ticket",
        lambda cast: Attachment.objects.seen_on(Ticket(pk=100_001), cast.agent),
    ),
    "problems that look back": (
        "problem_to_look_back",
        lambda _: Problem.objects.to_look_back(NOW)[:1],
    ),
    "tickets to look back on": (
        "ticket_by_age",
        lambda _: ahead_of(Problem(gathers_from=NOW + 30 * DAY), NOW + 60 * DAY),
    ),
    "praise to route": ("unrouted_oldest", lambda _: Unrouted.objects.to_route(NOW)[:1]),
    "what was judged": (
        "triage_in_order",
        lambda _: judged_after(Listened(judged_at=NOW + 2 * DAY, judged=HEARD))[:5000],
    ),
    "what was answered": ("recovery_answer_pkey", lambda _: answers_after(Listened(answer=9))[:9]),
    "praise, the newest first": (
        "kudos_newest",
        lambda cast: Kudos.objects.visible_to(cast.auditor).standing().order_by("-at", "-pk")[:51],
    ),
    "praise of a person": (
        "kudos_of_person",
        lambda cast: (
            Kudos.objects.visible_to(cast.agent)
            .filter(person=cast.agent)
            .standing()
            .order_by("-at", "-pk")[:51]
        ),
    ),
    "praise of feedback": ("kudos_of_feedback", lambda _: Kudos.objects.filter(feedback=HEARD)),
    "praise of an answer": (
        "kudos_of_answer",
        lambda cast: kudos_seen_by(cast.auditor).filter(answer=9),
    ),
    "praise that is not routed": (
        ("kudos_of_feedback", "praised_once_a_feedback"),
        lambda _: not_routed(Feedback.objects.filter(pk__in=[HEARD]), "feedback"),
    ),
    "praise that is news": ("kudos_unseen", lambda cast: Kudos.objects.unseen_by(cast.agent)),
    "fixes to watch": ("watch_to_look", lambda _: Watch.objects.to_look(NOW)[:1]),
    "announcements": ("announcement_to_go_on", lambda _: Announcement.objects.to_go_on(NOW)[:1]),
    "people to tell": (
        "told_waiting",
        lambda _: Told.objects.filter(announcement=1).to_write(NOW)[:20],
    ),
    "people told lately": (
        "told_lately",
        lambda _: Told.objects.filter(announcement=1).written_after(NOW),
    ),
    "repairs to record": ("unrecorded_oldest", lambda _: Unrecorded.objects.to_record(NOW)[:1]),
    "repairs to look at again": (
        "repair_to_look_at",
        lambda _: RepairRecord.objects.to_look_at_again(NOW)[:1],
    ),
    "repairs of a period": (
        "repair_by_receipt",
        lambda cast: RepairRecord.objects.of_groups([cast.group.pk]).received_between(
            NOW - 30 * DAY, NOW - 29 * DAY
        ),
    ),
    "days to count": ("day_to_count", lambda _: CountedDay.objects.to_count(NOW)[:1]),
    "the pace": (
        "clock_answered",
        lambda cast: answered_work(Ticket.objects.visible_to(cast.agent), NOW + 90 * DAY),
    ),
    "a group": (
        "ticket_queue_of_group",
        lambda cast: (
            Ticket.objects.filter(group=cast.group).unresolved().live().by_next_deadline()[:51]
        ),
    ),
}


def reads(plan: str, index: str | tuple[str, ...]) -> bool:
    names = (index,) if isinstance(index, str) else index
    return any(f" {name}" in plan for name in names)


def test_whatever_looks_for_work_reads_an_index(stored: Cast) -> None:
    looks = {name: rows(stored) for name, (_, rows) in LOOKS.items()}
    # Of any other table it depends on what ran before what the plan is.
    assert {look.model._meta.db_table for look in looks.values()} <= {*TABLES, *BEGUN}
    plans = {name: look.explain() for name, look in looks.items()}
    other = {name: plan for name, plan in plans.items() if not reads(plan, LOOKS[name][0])}
    assert other == {}
    assert [name for name, plan in plans.items() if "Seq Scan on work_ticket " in plan] == []


def test_who_waits_longest_is_found_among_what_is_open(stored: Cast) -> None:
    question, values = longest(Ticket.objects.visible_to(stored.agent))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {question}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert reads(plan, "clock_waiting")
    assert "Seq Scan on work_ticket " not in plan


def test_common_words_are_looked_at_along_the_list_and_rare_ones_named(stored: Cast) -> None:
    run(
        "INSERT INTO work_searchtext SELECT promise_id, array_to_tsvector(ARRAY['parcel',"
        " 'order' || promise_id]) FROM work_ticket ON CONFLICT DO NOTHING"
    )
    run("ANALYZE work_searchtext")
    common, rare = (
        narrow(
            BY_SLUG["groups"].rows(Ticket.objects.visible_to(stored.agent), stored.agent, NOW),
            QueryDict(f"q={word}"),
            ticket_filters(stored.agent),
        )
        for word in ("parcel", "order100102")
    )
    walked = common.order_by("next_due_at", "pk")[:51].explain()
    assert reads(walked, OPEN_WORK)
    assert "ticket_words" not in walked
    assert (len(common), len(rare)) == (122, 1)
    assert "100102}" in str(rare.query)
