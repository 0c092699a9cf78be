"""hear …"""

from contextlib import ExitStack

import pytest
from django.db import connection, transaction

from accounts.models import Membership
from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse
from tests.live.listening import knock, listening
from tests.makers import make_ticket
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


@transaction.atomic
def write(ticket: Ticket, cast: Cast) -> int:
    return note(locked(ticket.pk), body="News", by=acting(cast.lead), now=moment()).pk


def test_a_ticket_that_changes(live: str, cast: Cast, ticket: Ticket) -> None:
    with listening(live, browse(cast.agent), f"?ticket={ticket.ref}") as page:
        first = page.is_told("ticket")
        assert first == {"ref": ticket.ref, "newest": TimelineEntry.objects.latest("pk").pk}
        written = write(ticket, cast)
        assert page.is_told("ticket") == {"ref": ticket.ref, "newest": written}


def test_no_words_are_in_it(live: str, cast: Cast, ticket: Ticket) -> None:
    with listening(live, browse(cast.agent), f"?ticket={ticket.ref}&lists=1") as page:
        write(ticket, cast)
        assert page.is_told("queue") == {}


def test_a_list_hears_only_of_what_its_reader_may_see(
    live: str, cast: Cast, ticket: Ticket
) -> None:
    far = make_ticket(cast.other_group)
    with (
        listening(live, browse(cast.agent), "?lists=1") as ours,
        listening(live, browse(cast.outsider), "?lists=1") as theirs,
    ):
        ours.forget()
        theirs.forget(after=0)
        write(ticket, cast)
        ours.is_told("queue")
        assert theirs.is_told_nothing_of("queue")
        write(far, cast)
        theirs.is_told("queue")
        assert ours.is_told_nothing_of("queue")


def test_a_list_hears_what_was_written_while_its_page_was_drawn(
    live: str, cast: Cast, ticket: Ticket
) -> None:
    with listening(live, browse(cast.agent), f"?ticket={ticket.ref}") as other:
        written = write(ticket, cast)
        while other.is_told("ticket")["newest"] < written:
            pass
    with listening(live, browse(cast.agent), "?lists=1") as page:
        page.is_told("queue")


def test_news_rings_the_bell_of_whom_it_concerns(live: str, cast: Cast, ticket: Ticket) -> None:
    with (
        listening(live, browse(cast.agent)) as agents,
        listening(live, browse(cast.manager)) as managers,
    ):
        with transaction.atomic():
            held, by = locked(ticket.pk), acting(cast.lead)
            assign_ticket(held, assignee=cast.agent, by=by, now=moment())
        agents.is_told("bell")
        assert managers.is_told_nothing_of("bell", for_s=1)


def test_who_comes_types_and_leaves(live: str, cast: Cast, ticket: Ticket) -> None:
    here, lead = f"/tickets/{ticket.ref}/here", browse(cast.lead)
    with listening(live, browse(cast.agent), f"?ticket={ticket.ref}") as page:
        for said in ({}, {"verb": "reply"}, {"gone": "1"}):
            lead.post(here, said)
            page.is_told("here")


def test_who_just_goes_away_is_missed(live: str, cast: Cast, ticket: Ticket) -> None:
    browse(cast.lead).post(f"/tickets/{ticket.ref}/here")
    with listening(live, browse(cast.agent), f"?ticket={ticket.ref}") as page:
        page.is_told("here")
        page.is_told("here", within=60)


def test_what_was_not_notified_is_told_all_the_same(live: str, cast: Cast, ticket: Ticket) -> None:
    with listening(live, browse(cast.agent), f"?ticket={ticket.ref}&lists=1") as page:
        page.is_told("ticket")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE work_timelineentry DISABLE TRIGGER desk_tell_of_entries")
            written = write(ticket, cast)
            cursor.execute("ALTER TABLE work_timelineentry ENABLE TRIGGER desk_tell_of_entries")
        assert page.is_told("ticket", within=60)["newest"] == written
        page.is_told("queue")


def test_it_goes_on_when_its_sessions_were_ended(live: str, cast: Cast, ticket: Ticket) -> None:
    with listening(live, browse(cast.agent), f"?ticket={ticket.ref}") as page:
        page.is_told("ticket")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        written = write(ticket, cast)
        assert page.is_told("ticket", within=60)["newest"] == written
        later = write(ticket, cast)
        assert page.is_told("ticket")["newest"] == later


def test_more_than_can_be_named_is_looked_up(live: str, cast: Cast, ticket: Ticket) -> None:
    many = [ticket, *(make_ticket(cast.group) for _ in range(151))]
    with listening(live, browse(cast.agent), f"?ticket={ticket.ref}") as page:
        page.is_told("ticket")
        rows = [
            TimelineEntry(
                ticket=one, at=moment(), kind="note", actor=cast.lead, actor_kind="person"
            )
            for one in many
        ]
        TimelineEntry.objects.bulk_create(rows)
        assert page.is_told("ticket")["newest"] == rows[0].pk


def test_what_is_not_theirs_is_not_there(live: str, cast: Cast, ticket: Ticket) -> None:
    far = knock(live, cast.outsider, f"?ticket={ticket.ref}")
    nowhere = knock(live, cast.outsider, "?ticket=T-999999999")
    nonsense = knock(live, cast.outsider, "?ticket=x")
    assert (far.status_code, far.text) == (404, nowhere.text)
    assert (nowhere.status_code, nonsense.status_code) == (404, 404)
    assert knock(live, cast.viewer, f"?ticket={ticket.ref}").status_code == 200


def test_strangers_hear_nothing(live: str, cast: Cast) -> None:
    assert knock(live, None).status_code == 401
    for session in ("unknown", '"\\000"', "%00", "x" * 1000):
        assert knock(live, None, Cookie=f"sessionid={session}").status_code == 401, session


def test_pages_of_the_same_host_may_listen_and_no_others(live: str, cast: Cast) -> None:
    ours = knock(live, cast.agent, Origin="http://127.0.0.1:8000")
    assert ours.headers["Access-Control-Allow-Origin"] == "http://127.0.0.1:8000"
    assert ours.headers["Access-Control-Allow-Credentials"] == "true"
    theirs = knock(live, cast.agent, Origin="http://evil.example")
    assert theirs.status_code == 403
    assert "Access-Control-Allow-Origin" not in theirs.headers


def test_who_leaves_the_group_hears_no_more(live: str, cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    with (
        listening(live, agent, f"?ticket={ticket.ref}") as page,
        listening(live, agent, "?lists=1") as list_page,
    ):
        list_page.forget()
        Membership.objects.filter(user=cast.agent).delete()
        assert page.ended.wait(8)
        write(ticket, cast)
        assert list_page.is_told_nothing_of("queue")


@pytest.mark.parametrize("how", ["signs out", "is switched off", "has a new password"])
def test_who_is_not_signed_in_any_more_hears_no_more(live: str, cast: Cast, how: str) -> None:
    agent = browse(cast.agent)
    with listening(live, agent) as page:
        if how == "signs out":
            agent.post("/sign-out")
        elif how == "is switched off":
            type(cast.agent).objects.filter(pk=cast.agent.pk).update(is_active=False)
        else:
            cast.agent.set_password("another long password")
            cast.agent.save()
        assert page.ended.wait(8)


def test_a_person_has_so_many_pages_and_no_more(live: str, cast: Cast) -> None:
    client = browse(cast.agent)
    with ExitStack() as pages:
        for _ in range(40):
            pages.enter_context(listening(live, client))
        assert knock(live, cast.agent).status_code == 429
        assert knock(live, cast.lead).status_code == 200
