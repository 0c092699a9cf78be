"""A ticket is shared with a second group: to read, or to read and write notes."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AccessGroup
from tests.cast import Cast
from tests.desk.asking import done, entries, faults, refusal, tell
from tests.makers import make_member, make_ticket
from tickets.work.models import Mention, Ticket, TicketShare
from tickets.work.verbs import VERBS

pytestmark = pytest.mark.django_db

NOTE = {"body": "We know this customer."}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def share(cast: Cast, ticket: Ticket, right: str = "", group: str = "billing") -> list[object]:
    said = {"add": [group], **({"right": right} if right else {})}
    return [
        (row["slug"], row["right"])
        for row in done(tell(cast.agent, ticket, "share", said))["shared_with"]
    ]


def test_without_a_word_it_is_to_read(cast: Cast, ticket: Ticket) -> None:
    assert share(cast, ticket) == [("billing", "read")]
    assert refusal(tell(cast.outsider, ticket, "note", NOTE)) == (403, "forbidden")


def test_to_note_they_write_notes_and_nothing_else(cast: Cast, ticket: Ticket) -> None:
    assert share(cast, ticket, "note") == [("billing", "note")]
    shown = done(tell(cast.outsider, ticket, "note", NOTE))
    assert (shown["timeline"][-1]["kind"], shown["timeline"][-1]["text"]) == ("note", NOTE["body"])
    assert ticket.timeline.get(kind="note").actor == cast.outsider
    others = [name for name, verb in VERBS.items() if verb.door == "work" and verb.has_route]
    wrong = [
        name for name in others if refusal(tell(cast.outsider, ticket, name)) != (403, "forbidden")
    ]
    assert wrong == []


def test_they_mention_who_may_see_it(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    done(tell(cast.outsider, ticket, "note", {"body": "@Agent look"}))
    assert Mention.objects.get().user == cast.agent


def test_readers_of_that_group_only_read(cast: Cast, ticket: Ticket) -> None:
    reader = make_member(cast.other_group, "viewer")
    share(cast, ticket, "note")
    for person in (reader, cast.viewer, cast.auditor):
        assert refusal(tell(person, ticket, "note", NOTE)) == (403, "forbidden")


def test_another_right_is_given_by_sharing_again(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    assert share(cast, ticket) == [("billing", "note")]
    assert entries(ticket) == 2  # opened, shared
    assert share(cast, ticket, "read") == [("billing", "read")]
    assert refusal(tell(cast.outsider, ticket, "note", NOTE)) == (403, "forbidden")
    reasons = list(ticket.timeline.filter(kind="shared").order_by("pk").values_list("reason"))
    assert reasons == [
        ({"added": ["billing"], "removed": [], "to_note": ["billing"]},),
        ({"added": [], "removed": [], "to_read": ["billing"]},),
    ]


def test_no_longer_shared_it_is_not_there(cast: Cast, ticket: Ticket) -> None:
    share(cast, ticket, "note")
    shown = done(tell(cast.agent, ticket, "share", {"remove": ["billing"]}))
    assert shown["shared_with"] == []
    assert refusal(tell(cast.outsider, ticket, "note", NOTE)) == (404, "not_found")


def test_an_archived_group_can_still_be_taken_off(
    cast: Cast, ticket: Ticket, now: datetime
) -> None:
    share(cast, ticket)
    AccessGroup.objects.filter(slug="billing").update(archived_at=now)
    added = tell(cast.agent, ticket, "share", {"add": ["billing"]})
    assert faults(added) == [("/add/0", "unknown_group")]
    assert done(tell(cast.agent, ticket, "share", {"remove": ["billing"]}))["shared_with"] == []


def test_there_is_no_other_right(cast: Cast, ticket: Ticket) -> None:
    refused = tell(cast.agent, ticket, "share", {"add": ["billing"], "right": "own"})
    assert faults(refused) == [("/right", "invalid_choice")]
    TicketShare.objects.create(ticket=ticket, group=cast.other_group)
    with (
        pytest.raises(IntegrityError, match="known_share_right"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE work_ticketshare SET \"right\" = 'own'")


def test_who_may_note_is_who_works_it_or_was_shared_it_for_that(cast: Cast, ticket: Ticket) -> None:
    """The predicate says what the door says, of everybody."""
    everybody = [cast.viewer, cast.agent, cast.lead, cast.manager, cast.outsider]
    everybody += [cast.admin, cast.auditor]
    for right in ("read", "note"):
        share(cast, ticket, right)
        may = {
            person.name
            for person in everybody
            if Ticket.objects.notable_by(person).filter(pk=ticket.pk).exists()
        }
        assert may == {"Agent", "Lead", "Manager", "Admin"} | (
            {"Outsider"} if right == "note" else set()
        )
        wrote = {p.name for p in everybody if tell(p, ticket, "note", NOTE).status_code == 200}
        assert wrote == may
