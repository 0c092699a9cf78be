"""Work that waits for nobody's click."""

from cxloop.kernel import due
from cxloop.kernel.letters import drain_undelivered
from cxloop.kernel.moment import moment
from tickets.problems.actions import gather, tell, watch
from tickets.problems.announcing import ANNOUNCEMENT
from tickets.problems.models import Announcement, Problem, Watch
from tickets.work.walking import walk_on


def gather_tickets(*, clock: due.Clock = moment) -> int:
    walk_on(lambda: gather.gather_named(now=clock()))
    ahead = Problem.objects.to_look_back
    return due.drain(ahead, gather.look_back, batch=1, clock=clock)


def watch_fixes(*, clock: due.Clock = moment) -> int:
    return due.drain(Watch.objects.to_look, watch.look_at_watches, batch=1, clock=clock)


def tell_customers(*, clock: due.Clock = moment) -> int:
    return due.drain(Announcement.objects.to_go_on, tell.go_on_telling, batch=1, clock=clock)


def note_dead_announcements() -> int:
    return drain_undelivered([ANNOUNCEMENT], tell.note_undelivered)
