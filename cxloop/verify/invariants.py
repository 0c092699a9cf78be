"""What must hold, as questions to the database. Each gives a row for everything that it looks at:
what it is (`which`), and whether it is wrong.

Some hold at any instant, since whoever changes one side changes the other in the same transaction.
The others hold once the sweep in charge has had its time: as long as the sweep itself may be
silent before that is an alarm. What an error has put off is told elsewhere and is not wrong here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """`name` says what is counted as wrong. `sweep` is who puts it right, in how long; without one
    it holds at any instant. SQL knows %(now)s, %(since)s (now less the grace) and %(erased)s."""

    name: str
    sql: str
    sweep: str = ""


# As a rung is written it has a height: the same one, whichever ladder it stands on.
_HEIGHT = "CASE WHEN {0} = '{{\"percent\": 100}}' THEN '{{\"after_due_s\": 0}}' ELSE {0} END"

_OVER = """
SELECT 'escalation ' || raised.id AS which, raised.over <> (ticket.status = 'closed') AS wrong
FROM escalation_escalation raised JOIN work_ticket ticket ON ticket.promise_id = raised.ticket_id
WHERE raised.acknowledged_at IS NULL AND raised.skipped = ''
"""
_ANSWERED = """
SELECT key.id::text AS which, feedback.id IS NULL AS wrong
FROM intake_idempotencykey key LEFT JOIN intake_feedback feedback ON feedback.id = key.feedback_id
"""
_TRIAGED = """
SELECT feedback.id::text AS which,
    (arrival.feedback_id IS NOT NULL)::int + (triage.feedback_id IS NOT NULL)::int
    <> (held.feedback_id IS NULL OR held.released_at IS NOT NULL)::int AS wrong
FROM intake_feedback feedback
LEFT JOIN intake_quarantine held ON held.feedback_id = feedback.id
LEFT JOIN intake_arrival arrival ON arrival.feedback_id = feedback.id
LEFT JOIN work_triage triage ON triage.feedback_id = feedback.id
"""
_ON_A_TICKET = """
SELECT triage.feedback_id::text AS which, link.feedback_id IS NULL AS wrong
FROM work_triage triage LEFT JOIN work_ticketfeedback link USING (feedback_id)
WHERE triage.decision IN ('ticket', 'joined')
"""
_PROMISED = """
SELECT 'T-' || promise_id AS which,
    NOT EXISTS (SELECT FROM sla_clock WHERE sla_clock.promise_id = work_ticket.promise_id
                AND kind = 'follow_up') AS wrong
FROM work_ticket WHERE contactable <> 'none'
"""
# The last meeting counts: an earlier one may have been struck and made good.
_MET_BY = """
FROM sla_clock clock
CROSS JOIN LATERAL (
    SELECT (data->>'contact')::bigint AS contact FROM sla_clockevent
    WHERE clock_id = clock.id AND kind = 'met' ORDER BY position DESC LIMIT 1
) met
JOIN work_contact contact ON contact.id = met.contact
"""
_MET_BY_STRUCK = f"""
SELECT 'clock ' || clock.id AS which, contact.struck_at IS NOT NULL OR NOT contact.reached AS wrong
{_MET_BY} WHERE clock.met_at IS NOT NULL
"""
_MET_BY_DEAD = f"""
SELECT 'clock ' || clock.id AS which,
    letter.state = 'dead' AND letter.died_at < %(since)s AND letter.try_after IS NULL
    AND letter."to" <> %(erased)s AS wrong
{_MET_BY} JOIN kernel_letter letter ON letter.id = contact.letter_id
WHERE clock.met_at IS NOT NULL AND contact.struck_at IS NULL
"""
_RAISED_AFTER_THE_END = """
SELECT 'escalation ' || raised.id AS which,
    coalesce((SELECT kind IN ('met', 'void') FROM sla_clockevent
              WHERE clock_id = raised.clock_id AND written_at < raised.raised_at
              ORDER BY position DESC LIMIT 1), false) AS wrong
FROM escalation_escalation raised
"""
_RAISED_THOUGH_KEPT = """
SELECT 'escalation ' || raised.id AS which, raised.due_at >= clock.due_at AS wrong
FROM escalation_escalation raised JOIN sla_clock clock ON clock.id = raised.clock_id
WHERE clock.state = 'met'
"""
_DOUBLED = f"""
SELECT 'clock ' || clock_id AS which, count(*) > 1 AS wrong
FROM escalation_escalation GROUP BY clock_id, cycle, {_HEIGHT.format("what->'when'")}
"""
_BROKEN_TWICE = """
SELECT 'T-' || ticket_id AS which, count(*) > 1 AS wrong
FROM work_timelineentry WHERE kind = 'breached'
GROUP BY ticket_id, reason->>'clock', reason->>'cycle'
"""
# Rungs of real time, reckoned anew. Whoever is about to be looked at may still lack some.
_PASSED = f"""
SELECT 'clock ' || clock.id AS which, NOT EXISTS (
    SELECT FROM escalation_escalation raised WHERE raised.clock_id = clock.id
    AND {_HEIGHT.format("raised.what->'when'")} = {_HEIGHT.format("step->'when'")}
) AS wrong
FROM sla_clock clock
JOIN work_ticket ticket USING (promise_id)
JOIN escalation_ladder ladder ON ladder.archived_at IS NULL AND (
    ladder.group_id = ticket.group_id OR ladder.group_id IS NULL AND NOT EXISTS (
        SELECT FROM escalation_ladder own
        WHERE own.group_id = ticket.group_id AND own.archived_at IS NULL))
CROSS JOIN LATERAL jsonb_array_elements(ladder.rungs) AS step
CROSS JOIN LATERAL (
    SELECT ({_HEIGHT.format("step->'when'")}->>'after_due_s')::int AS after_due_s
) height
WHERE clock.met_at IS NULL AND clock.voided_at IS NULL AND clock.due_at IS NOT NULL
AND step->>'clock' = clock.kind AND height.after_due_s IS NOT NULL
AND greatest(clock.due_at + make_interval(secs => height.after_due_s), clock.started_at) < %(now)s
AND NOT coalesce(clock.next_action_at <= %(now)s, false)
"""
# What is owed among ourselves is shown to nobody as the deadline of a ticket.
_DEADLINE_SHOWN = """
SELECT 'T-' || promise_id AS which, next_due_at IS DISTINCT FROM (
    SELECT min(due_at) FROM sla_clock WHERE sla_clock.promise_id = work_ticket.promise_id
    AND met_at IS NULL AND voided_at IS NULL AND kind <> 'approve') AS wrong
FROM work_ticket
"""
# Round the clock, never paused and never aimed anew: the sum that anybody can do.
_RECEIPT_AND_TARGET = """
SELECT 'clock ' || clock.id AS which,
    clock.due_at IS DISTINCT FROM clock.started_at + make_interval(secs => clock.target_s) AS wrong
FROM sla_clock clock JOIN sla_policyversion policy ON policy.id = clock.policy_id
WHERE policy.calendar_id IS NULL AND NOT EXISTS (
    SELECT FROM sla_clockevent
    WHERE clock_id = clock.id AND kind IN ('paused', 'retargeted', 'moved'))
"""
_SPENT = """
SELECT 'month ' || month.id AS which, month.spent <> coalesce((
    SELECT sum(used.amount) FROM recovery_budgetuse used WHERE used.month_id = month.id
), 0) AS wrong
FROM recovery_budgetmonth month
"""
_IDLE = """
SELECT 'session ' || pid AS which,
    state LIKE 'idle in transaction%%'
    AND state_change < pg_catalog.clock_timestamp() - interval '10 seconds' AS wrong
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

AT_ANY_INSTANT = (
    Invariant("answers given by key whose feedback is not stored", _ANSWERED),
    Invariant("feedback without exactly one triage, or one wait for it", _TRIAGED),
    Invariant("feedback that was given a ticket and is on none", _ON_A_TICKET),
    Invariant("tickets of reachable customers without a promise", _PROMISED),
    Invariant("clocks met by a contact that was struck", _MET_BY_STRUCK),
    Invariant("escalations of promises that had ended before", _RAISED_AFTER_THE_END),
    Invariant("escalations at the due time of tickets answered in time", _RAISED_THOUGH_KEPT),
    Invariant("escalations that seem to want somebody, or not, and are wrong", _OVER),
    Invariant("rungs raised twice", _DOUBLED),
    Invariant("breaches told twice", _BROKEN_TWICE),
    Invariant("rungs passed and missing, reckoned in SQL", _PASSED),
    Invariant("deadlines that are not receipt and target, in SQL", _RECEIPT_AND_TARGET),
    Invariant("tickets that show another deadline than their clocks", _DEADLINE_SHOWN),
    Invariant("months of a budget that spent another sum than their gestures took", _SPENT),
    Invariant("sessions idle in a transaction for over 10 s", _IDLE),
)

_UNJUDGED = """
SELECT arrival.feedback_id::text AS which,
    coalesce(feedback.imported_at, feedback.received_at) < %(since)s AS wrong
FROM intake_arrival arrival JOIN intake_feedback feedback ON feedback.id = arrival.feedback_id
WHERE arrival.last_error = ''
"""
_UNHEARD = """
SELECT 'part ' || id AS which, heard_at < %(since)s AS wrong
FROM web_part WHERE heard_at <= %(now)s AND last_error = ''
"""
_UNSEEN = """
SELECT 'clock ' || id AS which, next_action_at < %(since)s AS wrong
FROM sla_clock WHERE next_action_at <= %(now)s AND last_error = ''
"""
_UNTOLD = """
SELECT 'notice ' || notice.id AS which,
    greatest(raised.raised_at, notice.tell_at) < %(since)s AS wrong
FROM escalation_notice notice JOIN escalation_escalation raised ON raised.id = notice.escalation_id
WHERE notice.letter_id IS NULL AND notice.dropped = '' AND notice.last_error = ''
"""
_UNWRITTEN = """
SELECT 'news ' || id AS which, tell_at < %(since)s AS wrong
FROM work_news WHERE tell_at <= %(now)s AND last_error = ''
"""
_UNSENT = """
SELECT 'letter ' || id AS which, leave_at < %(since)s AS wrong
FROM kernel_letter WHERE state IN ('waiting', 'sending')
"""
_UNASKED = """
SELECT 'resolution ' || resolution_id AS which, ask_at < %(since)s AS wrong
FROM work_unasked WHERE last_error = ''
"""
_OVERSLEPT = """
SELECT 'T-' || promise_id AS which, waiting_until < %(since)s AS wrong
FROM work_ticket WHERE waiting_until IS NOT NULL AND last_error = ''
"""
_UNREMINDED = """
SELECT 'T-' || ticket_id AS which, next_at < %(since)s AS wrong
FROM work_wait WHERE last_error = ''
"""
_UNMOVED = """
SELECT 'move ' || id AS which, next_at < %(since)s AS wrong
FROM work_policymove WHERE finished_at IS NULL AND last_error = ''
"""
_UNOPENED = """
SELECT 'mail ' || id AS which, received_at < %(since)s AS wrong
FROM email_mail WHERE verdict = 'unread' AND raw IS NOT NULL AND last_error = ''
"""
_UNREAD = """
SELECT 'mail ' || id AS which, received_at < %(since)s AS wrong
FROM email_mail WHERE verdict = 'answer' AND NOT taken_up AND last_error = ''
"""
_UNNOTED = """
SELECT 'store reply ' || id AS which, told_at < %(since)s AS wrong
FROM stores_storereply WHERE state = 'waiting' AND last_error = ''
"""
_UNMISSED = """
SELECT 'question ' || id AS which, silent_after < %(since)s AS wrong
FROM recovery_question WHERE state = 'open' AND last_error = ''
"""
_UNWATCHED = """
SELECT 'watch ' || id AS which, next_at < %(since)s AS wrong
FROM problems_watch WHERE ended_at IS NULL AND last_error = ''
"""
_UNANNOUNCED = """
SELECT 'announcement ' || id AS which, next_at < %(since)s AS wrong
FROM problems_announcement WHERE state = 'sending' AND last_error = ''
"""
_UNPRAISED = """
SELECT 'praise ' || id AS which, since < %(since)s AS wrong
FROM kudos_unrouted WHERE last_error = ''
"""
_UNGATHERED = """
SELECT 'problem ' || id AS which, looks_back_at < %(since)s AS wrong
FROM problems_problem WHERE looks_back_at IS NOT NULL AND last_error = ''
"""
_UNBELIEVED = """
SELECT 'question ' || question.id AS which, letter.died_at < %(since)s AS wrong
FROM recovery_question question JOIN kernel_letter letter ON letter.id = question.letter_id
WHERE question.state = 'open' AND letter.state = 'dead' AND NOT letter.death_noticed
AND letter.try_after IS NULL
"""

ONCE_SETTLED = (
    Invariant("feedback that nobody has judged", _UNJUDGED, "triage"),
    Invariant("answers that nobody has heard", _UNHEARD, "unsent"),
    Invariant("clocks that nobody has looked at", _UNSEEN, "ladders"),
    Invariant("colleagues who were not told", _UNTOLD, "ladders"),
    Invariant("news that nobody was written", _UNWRITTEN, "news"),
    Invariant("letters that have not left", _UNSENT, "letters"),
    Invariant("clocks met by a letter that is dead or bounced", _MET_BY_DEAD, "dead_letters"),
    Invariant("customers who were not asked", _UNASKED, "questions"),
    Invariant("waits that have not ended", _OVERSLEPT, "waits"),
    Invariant("customers who were not reminded", _UNREMINDED, "reminders"),
    Invariant("promises that were to be moved", _UNMOVED, "policy_moves"),
    Invariant("mails that nobody has read", _UNOPENED, "mails"),
    Invariant("customers' answers that no ticket has", _UNREAD, "answers"),
    Invariant("replies in a store that no ticket has", _UNNOTED, "answers"),
    Invariant("silent customers whose ticket is open", _UNMISSED, "silence"),
    Invariant("praise that nobody was told of", _UNPRAISED, "praise"),
    Invariant("problems that have not looked back", _UNGATHERED, "problems"),
    Invariant("fixes that nobody has looked at", _UNWATCHED, "fixes"),
    Invariant("announcements that do not go on", _UNANNOUNCED, "announcements"),
    Invariant("questions whose letter is dead", _UNBELIEVED, "dead_questions"),
)

# Told, not judged: what a person should know of.
_LATER = "SELECT count(*) FROM {} WHERE last_error <> '' AND try_after IS NOT NULL"
SEEN = {
    "letters that died": "SELECT count(*) FROM kernel_letter WHERE state = 'dead'",
    "letters that are held": "SELECT count(*) FROM kernel_letter WHERE state = 'held'",
    "letters that took more than one attempt": (
        "SELECT count(*) FROM kernel_letter WHERE attempts > 1"
    ),
    "feedback that looks automatic and is held": (
        "SELECT count(*) FROM intake_quarantine WHERE spam_at IS NULL AND released_at IS NULL"
    ),
    "feedback put off by an error": _LATER.format("intake_arrival"),
    "answers put off by an error": _LATER.format("web_part"),
    "clocks put off by an error": _LATER.format("sla_clock"),
    "notices put off by an error": _LATER.format("escalation_notice"),
    "news put off by an error": _LATER.format("work_news"),
    "tickets put off by an error": _LATER.format("work_ticket"),
    "resolutions put off by an error": _LATER.format("work_unasked"),
    "questions put off by an error": _LATER.format("recovery_question"),
    "praise put off by an error": _LATER.format("kudos_unrouted"),
    "problems put off by an error": _LATER.format("problems_problem"),
    "watches put off by an error": _LATER.format("problems_watch"),
    "people to tell put off by an error": _LATER.format("problems_told"),
    "mails put off by an error": _LATER.format("email_mail"),
    "replies in a store put off by an error": _LATER.format("stores_storereply"),
    "dead letters put off by an error": (
        "SELECT count(*) FROM kernel_letter WHERE state = 'dead' AND NOT death_noticed "
        "AND try_after IS NOT NULL"
    ),
}
