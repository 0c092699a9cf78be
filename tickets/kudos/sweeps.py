"""Work that waits for nobody's click."""

from cxloop.kernel import due
from cxloop.kernel.moment import moment
from tickets.kudos.actions import listen, route
from tickets.kudos.models import Unrouted
from tickets.work.walking import walk_on


def find_praise(*, clock: due.Clock = moment) -> int:
    walk_on(lambda: listen.listen_to_judged(now=clock()))
    walk_on(lambda: listen.listen_to_answers(now=clock()))
    return due.drain(
        Unrouted.objects.to_route, route.route_praise, batch=100, along="since", clock=clock
    )
