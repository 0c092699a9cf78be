"""A macro said to many tickets: its acts, and a letter to each that keeps no promise."""

from typing import Any

import pytest
from django.conf import settings

from cxloop.kernel.errors import Conflict
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import make_customer, make_ticket
from tests.work.test_say_to_many import becomes_of, let_it_begin, plan
from tickets.sla.models import Clock
from tickets.work.actions.bulk import look_ahead
from tickets.work.actions.macros import archive_macro, write_macro
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Contact, Macro, Ticket
from tickets.work.sweeps import do_bulk_acts
from tickets.work.verbs import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def macro(cast: Cast) -> Macro:
    facts: dict[str, Any] = {
        "name": "Storm",
        "group": cast.group,
        "says": "reply",
        "body_en": "Dear {{ customer.name }}, the storm delays {{ ticket.ref }}.",
        "add_tags": ["storm"],
        "assign_me": True,
    }
    return write_macro(facts, by=cast.lead, now=moment())


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    names = ("Mina", "Tom")
    return [make_ticket(cast.group, customer=make_customer(name=name)) for name in names]


def done(cast: Cast, tickets: list[Ticket], macro: Macro) -> list[tuple[str, str]]:
    act = plan(cast, tickets, "macro", macro=macro.pk)
    let_it_begin(act)
    do_bulk_acts()
    return list(act.items.order_by("ticket").values_list("state", "why"))


def test_each_has_its_own_letter_and_all_of_its_acts(
    cast: Cast, tickets: list[Ticket], macro: Macro
) -> None:
    assert done(cast, tickets, macro) == [("done", ""), ("done", "")]
    letters = Letter.objects.filter(kind="reply").order_by("pk")
    assert [letter.to for letter in letters] == [t.customer.email for t in tickets]
    for name, ticket, letter in zip(("Mina", "Tom"), tickets, letters, strict=True):
        assert f"Dear {name}, the storm delays {ticket.ref}." in letter.body
        ticket.refresh_from_db()
        assert (ticket.tags, ticket.assignee, ticket.status) == (["storm"], cast.agent, "open")
        assert ticket.timeline.get(kind="reply").reason == {"to_many": True}


def test_it_keeps_no_promise(cast: Cast, tickets: list[Ticket], macro: Macro) -> None:
    done(cast, tickets, macro)
    assert not Contact.objects.exists()
    clocks = Clock.objects.filter(kind__in=["follow_up", "acknowledge"])
    assert set(clocks.values_list("met_at", flat=True)) == {None}
    with pytest.raises(Conflict) as refusal:
        say(
            "close",
            by=cast.agent,
            ref=tickets[0].ref,
            raw={"outcome": "unreachable", "reason": "Silent"},
        )
    assert refusal.value.code == "no_attempts"


def test_each_letter_waits_and_is_taken_back_by_itself(
    cast: Cast, tickets: list[Ticket], macro: Macro
) -> None:
    done(cast, tickets, macro)
    first, second = Letter.objects.filter(kind="reply").order_by("pk")
    assert first.leave_at - first.written_at == settings.UNDO
    say("take-back", by=cast.agent, ref=tickets[0].ref, raw={})
    states = Letter.objects.filter(kind="reply").order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "waiting"]
    assert tickets[0].timeline.latest("pk").kind == "taken_back"
    for person in (cast.agent, cast.lead):
        with pytest.raises(Conflict) as refusal:
            say("take-back", by=person, ref=tickets[0].ref, raw={})
        assert refusal.value.code == "too_late"
    Letter.objects.filter(pk=second.pk).update(attempts=1, state="sent", sent_at=moment())
    with pytest.raises(Conflict):
        say("take-back", by=cast.agent, ref=tickets[1].ref, raw={})


def test_a_letter_by_hand_still_keeps_it(cast: Cast, tickets: list[Ticket], macro: Macro) -> None:
    done(cast, tickets[:1], macro)
    reply(locked(tickets[0].pk), body="I look into it.", by=acting(cast.agent), now=moment())
    assert Clock.objects.get(promise=tickets[0].pk, kind="follow_up").met_at


def test_who_cannot_be_written_to_is_named_and_the_others_go_on(
    cast: Cast, tickets: list[Ticket], macro: Macro
) -> None:
    nobody = make_ticket(cast.group, customer=make_customer(email="x", do_not_contact=False))
    Ticket.objects.filter(pk=nobody.pk).update(customer=None)
    act = plan(cast, [nobody, *tickets], "macro", macro=macro.pk)
    assert becomes_of(act) == {"changed": 2, "refused": 1}
    assert look_ahead(act).refusals() == {nobody.pk: "no_address"}
    let_it_begin(act)
    do_bulk_acts()
    states = act.items.order_by("ticket").values_list("state", "why")
    assert sorted(states) == [("done", ""), ("done", ""), ("refused", "no_address")]


def test_archived_meanwhile_it_is_refused_by_each(
    cast: Cast, tickets: list[Ticket], macro: Macro
) -> None:
    act = plan(cast, tickets, "macro", macro=macro.pk)
    archive_macro(macro, now=moment())
    let_it_begin(act)
    do_bulk_acts()
    assert set(act.items.values_list("state", "why")) == {("refused", "unknown_macro")}
    assert not Letter.objects.filter(kind="reply").exists()


def test_one_that_nobody_may_use_is_refused_at_once(
    cast: Cast, tickets: list[Ticket], macro: Macro
) -> None:
    facts = {"name": "Mine", "owner": cast.lead, "says": "note", "body_en": "Seen."}
    private = write_macro(facts, by=cast.lead, now=moment())
    refs = [ticket.ref for ticket in tickets]
    for number in (private.pk, 999_999):
        said = {"verb": "macro", "said": {"macro": number}, "tickets": refs}
        assert api(cast.agent).post("/api/v1/bulk-acts", said).status_code == 422
