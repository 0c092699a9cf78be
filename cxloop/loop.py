"""The whole machine on one page: every sweep, in the order of the loop.

A sweep looks for rows whose time has come and handles them; it may run twice, late, or in the
middle of a crash. `period` is how often it comes by itself, in seconds; a nudge only lets it come
earlier. `late_after` is when its silence becomes an alarm.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import close_old_connections

from accounts.models import User
from accounts.sweeps import forget_attempts
from cxloop.kernel.away import is_away
from cxloop.kernel.heartbeats import beat_after
from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Heartbeat, Incident
from cxloop.kernel.moment import moment
from cxloop.kernel.previews import draw_previews
from cxloop.kernel.watchdog import ALARM, Watcher, keep_watch, tell_of_hold
from desk.sweeps import forget_drafts, forget_sent_forms
from feedback.email.imap.watching import late_fetching
from feedback.email.sweeps import understand_mails
from feedback.intake.sweeps import forget_idempotency_keys, forget_trials
from feedback.web.sweeps import forget_shown, hear_unsent
from insights.sweeps import count_days, note_forecasts, record_repairs, write_digests
from tickets.escalation.sweeps import wake_changed, write_news
from tickets.kudos.sweeps import find_praise
from tickets.problems.sweeps import (
    gather_tickets,
    note_dead_announcements,
    tell_customers,
    watch_fixes,
)
from tickets.recovery.sweeps import (
    ask_resolved,
    climb_ladders,
    close_gone_silent,
    do_held,
    note_dead_questions,
    note_late_gestures,
    remind_of_questions,
    strike_dead,
)
from tickets.sla.sweeps import renew_calendars
from tickets.work.sweeps import (
    end_due_waits,
    forget_chosen_files,
    forget_held,
    forget_news,
    move_policies,
    remind_customers,
    take_up_answers,
    tell_of_handovers,
    triage_arrivals,
    wake_put_away,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sweep:
    name: str
    run: Callable[[], int]
    period: float
    what: str

    @property
    def late_after(self) -> timedelta:
        return timedelta(seconds=max(45.0, 3 * self.period))


def watch_over_sweeps() -> int:
    """Says when others are late. Its letters it sends itself: whoever sends letters may be the one
    that is late. It does not look at itself; the health check does."""
    now = moment()
    late = [name for name in (*late_sweeps(now), *late_roles(now)) if name != WATCHDOG]
    admins = User.objects.admins().filter(kind=User.Kind.PERSON).order_by("pk")
    watchers = [Watcher(*row) for row in admins.values_list("pk", "email", "language")]
    keep_watch(late, watchers)
    tell_of_hold(watchers)
    return deliver_letters(kind=ALARM)


WATCHDOG = "watchdog"
STAND_IN_PERIOD = 5.0


SWEEPS = (
    Sweep("triage", triage_arrivals, 1, "judges what has arrived"),
    Sweep("unsent", hear_unsent, 15, "hears what was answered in part, half an hour after"),
    Sweep("mails", understand_mails, 1, "understands what mail servers handed over"),
    Sweep(
        "answers",
        take_up_answers,
        5,
        "puts customers' answers, and replies in stores, on their tickets",
    ),
    Sweep("changed_ladders", wake_changed, 5, "wakes the clocks of ladders that have changed"),
    Sweep("ladders", climb_ladders, 5, "notes broken promises and tells who must hear of it"),
    Sweep("news", write_news, 5, "writes to people what happened on their tickets"),
    Sweep("waits", end_due_waits, 30, "ends waits whose date has come"),
    Sweep("put_away", wake_put_away, 30, "brings back tickets that were put away for a time"),
    Sweep("hand_overs", tell_of_handovers, 15, "tells leads of tickets that nobody has accepted"),
    Sweep("reminders", remind_customers, 60, "reminds customers for whose answer a ticket waits"),
    Sweep("policy_moves", move_policies, 2, "moves running promises to a revised policy"),
    Sweep("bulk_acts", do_held, 1, "does what somebody confirmed a moment ago"),
    Sweep("letters", deliver_letters, 2, "sends letters"),
    Sweep("dead_letters", strike_dead, 10, "strikes contacts whose letter died"),
    Sweep("questions", ask_resolved, 5, "asks customers whether it is put right"),
    Sweep("asked_again", remind_of_questions, 60, "reminds customers of a question"),
    Sweep("dead_questions", note_dead_questions, 30, "notes questions that reached nobody"),
    Sweep("silence", close_gone_silent, 60, "closes what nobody answered"),
    Sweep("gestures", note_late_gestures, 60, "notes what was promised until now and not kept"),
    Sweep("praise", find_praise, 30, "finds whom customers praise"),
    Sweep("problems", gather_tickets, 60, "takes up tickets whose repair names a problem's cause"),
    Sweep("fixes", watch_fixes, 300, "judges whether fixed problems stay fixed"),
    Sweep("announcements", tell_customers, 5, "tells customers what was done about a problem"),
    Sweep("dead_announcements", note_dead_announcements, 30, "notes those that reached nobody"),
    Sweep("forecasts", note_forecasts, 3600, "notes once a night what will likely break"),
    Sweep("days", count_days, 60, "counts past days for the report"),
    Sweep("repairs", record_repairs, 60, "records what became of repairs for the report"),
    Sweep("digests", write_digests, 60, "writes to managers what the week was like"),
    Sweep("calendars", renew_calendars, 60, "looks at holidays and iCal addresses again"),
    Sweep("previews", draw_previews, 5, "draws small pictures of files"),
    Sweep("idempotency", forget_idempotency_keys, 3600, "forgets keys after eight days"),
    Sweep("trials", forget_trials, 3600, "forgets what was tried by test keys thirty days ago"),
    Sweep("attempts", forget_attempts, 3600, "forgets failed sign-ins after an hour"),
    Sweep("shown_forms", forget_shown, 3600, "forgets whom a form was shown to two years ago"),
    Sweep("sent_forms", forget_sent_forms, 3600, "forgets forms sent two days ago"),
    Sweep("old_bulk_acts", forget_held, 3600, "forgets what was confirmed thirty days ago"),
    Sweep("drafts", forget_drafts, 3600, "forgets drafts after thirty days"),
    Sweep("chosen_files", forget_chosen_files, 3600, "forgets files chosen a month ago"),
    Sweep("old_news", forget_news, 3600, "forgets news after ninety days"),
    Sweep(WATCHDOG, watch_over_sweeps, 5, "says when another sweep is late"),
)
BY_NAME = {sweep.name: sweep for sweep in SWEEPS}


def run_sweep(name: str) -> int:
    """One pass; its heartbeat says that it finished."""
    sweep = BY_NAME[name]
    return beat_after(name, sweep.run, late_after=sweep.late_after)


def run_for_ever(names: Iterable[str], *, for_late: bool = False) -> None:
    """The same sweeps without Celery: a plain loop that outlives the database's absence. One that
    took longer than its period, having much to do, comes again at once. `for_late` also stands in
    for others."""
    work: dict[str, tuple[Callable[[], int], float]] = {
        name: (partial(run_sweep, name), BY_NAME[name].period) for name in names
    }
    if for_late:
        work["those that are late"] = (stand_in, STAND_IN_PERIOD)
    next_at = dict.fromkeys(work, 0.0)
    while True:
        for name, (run, period) in work.items():
            if (begin := time.monotonic()) >= next_at[name]:
                _run_or_log(name, run)
                next_at[name] = begin + period
        time.sleep(0.2)


def stand_in() -> int:
    """Does the work of sweeps that are late, once that has been said: a promise must not wait for
    the broker. Their heartbeats stay theirs, so that they are late until they are back."""
    if not Incident.objects.under_way().exclude(told_at=None).exists():
        return 0
    late = [name for name in late_sweeps(moment()) if name != WATCHDOG]
    for name in late:
        _run_or_log(name, _A_LITTLE.get(name, BY_NAME[name].run))
    return len(late)


# A mail server that hangs must not keep the rest waiting.
_A_LITTLE: dict[str, Callable[[], int]] = {"letters": partial(deliver_letters, limit=5)}


def _run_or_log(name: str, run: Callable[[], int]) -> None:
    close_old_connections()
    try:
        run()
    except Exception as error:
        if is_away(error):
            logger.error("sweep %s could not reach the database: %s", name, error)
        else:
            logger.exception("sweep %s failed", name)


def late_roles(now: datetime) -> list[str]:
    """Those that are no sweeps, and for which nobody can stand in."""
    return late_fetching(now)


def late_sweeps(now: datetime) -> list[str]:
    """The names of sweeps that have not finished for too long, or never did."""
    last = dict(Heartbeat.objects.values_list("name", "finished_at"))
    return [s.name for s in SWEEPS if s.name not in last or now - last[s.name] > s.late_after]
