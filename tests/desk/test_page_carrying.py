"""The board agent by agent: what each carries, and who is away."""

from datetime import timedelta

import pytest

from accounts.models import User
from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, text_of, ticket_of_today
from tests.insights.promising import wait_for_contact
from tests.makers import make_ticket
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
PEOPLE = "/board/people"


def rows(person: User) -> dict[str, object]:
    found = browse(person).get(PEOPLE).context["carried"].rows
    return {row.user.name: row for row in found}


def test_it_counts_by_agent_what_is_in_danger(cast: Cast) -> None:
    make_ticket(cast.group, assignee=cast.agent)
    ticket_of_today(cast.group, assignee=cast.agent)
    ticket_of_today(cast.group)
    found = rows(cast.manager)
    assert set(found) == {cast.agent.name, cast.lead.name, cast.manager.name}
    counts = found[cast.agent.name].counts
    assert (counts["open"], counts["breached"], counts["in_24"]) == (2, 1, 1)
    assert found[cast.lead.name].counts["open"] == 0


def test_the_worst_off_comes_first(cast: Cast) -> None:
    make_ticket(cast.group, assignee=cast.manager)
    ticket_of_today(cast.group, assignee=cast.lead)
    found = list(rows(cast.viewer))
    assert found == [cast.manager.name, cast.lead.name, cast.agent.name]


def test_it_shows_who_is_over_their_cap(cast: Cast) -> None:
    User.objects.update(open_ticket_cap=1)
    for _ in range(2):
        ticket_of_today(cast.group, assignee=cast.agent)
    ticket_of_today(cast.group, assignee=cast.lead)
    words = text_of(browse(cast.manager).get(PEOPLE))
    assert "2 of at most 1 over their cap" in words
    assert "1 of at most 1 at their cap" in words
    assert "0 of at most 1 0" in words


def test_a_cap_holds_over_all_groups_and_tells_no_number_of_others(cast: Cast) -> None:
    User.objects.filter(pk=cast.agent.pk).update(open_ticket_cap=1)
    ticket_of_today(cast.other_group, assignee=cast.agent)
    row = rows(cast.manager)[cast.agent.name]
    assert (row.counts["open"], row.is_full, row.is_over) == (0, True, False)


def test_it_says_who_is_away_and_who_stands_in(cast: Cast) -> None:
    until = moment() + timedelta(days=3)
    User.objects.filter(pk=cast.agent.pk).update(away_until=until, stand_in=cast.lead)
    User.objects.filter(pk=cast.lead.pk).update(away_until=until)
    words = text_of(browse(cast.manager).get(PEOPLE))
    assert f"{cast.lead.name} stands in" in words
    assert "nobody stands in" in words


def test_it_says_whose_promises_will_likely_break(cast: Cast) -> None:
    late = wait_for_contact(cast.group, due_h=2, now=moment())
    Ticket.objects.filter(pk=late.pk).update(assignee=cast.agent)
    found = rows(cast.manager)
    assert (found[cast.agent.name].likely, found[cast.lead.name].likely) == (1, 0)


def test_it_shows_nobody_of_other_groups(cast: Cast) -> None:
    make_ticket(cast.group, assignee=cast.agent)
    assert set(rows(cast.outsider)) == {cast.outsider.name}


def test_it_costs_the_same_for_few_and_for_many(cast: Cast) -> None:
    ticket_of_today(cast.group, assignee=cast.agent)
    lead = browse(cast.lead)
    cost = cost_of(lead, PEOPLE)
    for who in (cast.agent, cast.lead, cast.manager):
        ticket_of_today(cast.group, assignee=who)
    assert cost_of(lead, PEOPLE) == cost
