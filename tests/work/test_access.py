"""May somebody see this, and why: the grounds never contradict what cuts every list."""

from typing import Any

import pytest

from accounts.models import AccessGroup, User
from accounts.roles import GroupRole, OrganisationRole
from feedback.intake.models import Customer, Feedback
from tests.cast import Cast, api
from tests.makers import (
    make_customer,
    make_feedback,
    make_group,
    make_member,
    make_person,
    make_source,
    make_ticket,
)
from tickets.work.access import Access, Thing, access_to
from tickets.work.models import TicketShare

pytestmark = pytest.mark.django_db


def things(cast: Cast) -> dict[str, Thing]:
    """All ways in which something can stand to groups."""
    shared = make_ticket(cast.group)
    TicketShare.objects.create(ticket=shared, group=cast.other_group)
    noted = make_ticket(cast.group)
    TicketShare.objects.create(ticket=noted, group=cast.other_group, right="note")
    owned = make_source(owners=(cast.other_group,))
    silent, claimed = make_customer(), make_customer()
    on_ticket = make_feedback(owned, nps=1, comment="Late", customer=claimed, judged=True)
    of_another = make_ticket(cast.group, feedback=on_ticket, customer=make_customer())
    nowhere = make_feedback(make_source(), nps=9, customer=silent, judged=True)
    heard = make_feedback(owned, nps=9, customer=make_customer(), judged=True)
    archived = make_group(archived_at=cast.admin.created_at)
    assert shared.customer
    assert heard.customer
    return {
        "ticket": make_ticket(cast.group),
        "ticket of an archived group": make_ticket(archived),
        "shared ticket": shared,
        "ticket shared to note": noted,
        "ticket with feedback of another": of_another,
        "feedback of an owned source": heard,
        "feedback on a ticket": on_ticket,
        "feedback that nobody owns": nowhere,
        "customer of a shared ticket": shared.customer,
        "customer heard by an owned source": heard.customer,
        "customer who spoke on a ticket of another": claimed,
        "customer that nobody heard": make_customer(),
        "customer whom no group heard": silent,
    }


def people(cast: Cast) -> dict[str, User]:
    """Every role, in and out of the groups, switched off too, and roles over each other."""
    roles = ("viewer", "agent", "lead", "manager", "outsider", "admin", "auditor")
    found = {role: getattr(cast, role) for role in roles}
    both = {
        "viewer of both": (GroupRole.VIEWER, ""),
        "agent and auditor": (GroupRole.AGENT, OrganisationRole.AUDITOR),
        "viewer and admin": (GroupRole.VIEWER, OrganisationRole.ADMIN),
    }
    for name, (role, in_the_house) in both.items():
        found[name] = make_person(organisation_role=in_the_house)
        for group in (cast.group, cast.other_group):
            make_member(group, role, found[name])
    found["nobody's"] = make_person()
    for name, (role, in_the_house) in {**both, "agent": (GroupRole.AGENT, "")}.items():
        off = make_person(organisation_role=in_the_house, is_active=False)
        found[f"{name}, switched off"] = make_member(cast.group, role, off)
    return found


def test_the_grounds_never_contradict_the_answer(cast: Cast) -> None:
    wrong, everybody = [], people(cast)
    for what, thing in things(cast).items():
        for who, person in everybody.items():
            found = access_to(thing, person)
            grounds = found.grounds
            if any(ground.sees for ground in grounds) != found.sees:
                wrong.append((who, what, "sees", found))
            if any(ground.works for ground in grounds) != bool(found.works):
                wrong.append((who, what, "works", found))
            if not grounds or (found.works and not found.sees):
                wrong.append((who, what, "why", found))
    assert wrong == []


def codes(found: Access) -> list[str]:
    return [ground.code for ground in found.grounds]


def test_every_ground_is_given_by_somebody(cast: Cast) -> None:
    everybody = people(cast)
    all_of_them = [
        code
        for thing in things(cast).values()
        for person in everybody.values()
        for code in codes(access_to(thing, person))
    ]
    assert set(all_of_them) == {
        *("switched_off", "admin", "auditor", "member", "shared", "shared_to_note", "owner"),
        *("stranger", "no_ticket"),
    }


def test_it_names_the_group_and_the_role(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    TicketShare.objects.create(ticket=ticket, group=cast.other_group)
    member = access_to(ticket, cast.viewer).grounds[0]
    assert (member.code, member.group, member.role, member.works) == (
        "member",
        cast.group,
        "viewer",
        False,
    )
    shared = access_to(ticket, cast.outsider).grounds[0]
    assert (shared.code, shared.group, shared.role) == ("shared", cast.other_group, "agent")
    nobody = access_to(ticket, make_person())
    assert (codes(nobody), nobody.grounds[0].group) == (["stranger"], cast.group)


def test_it_goes_by_what_is_now(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    assert not access_to(ticket, cast.outsider).sees
    make_member(cast.group, GroupRole.LEAD, cast.outsider)
    found = access_to(ticket, cast.outsider)
    assert (found.sees, found.works) == (True, True)


def ask(person: User, **said: Any) -> Any:
    return api(person).get("/api/v1/access", said)


def test_an_admin_asks_by_person_and_ref(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    told = ask(cast.admin, user=cast.viewer.pk, ref=ticket.ref).json()
    assert told == {
        "user": {"id": cast.viewer.pk, "name": "Viewer"},
        "kind": "ticket",
        "sees": True,
        "works": False,
        "because": [
            {
                "code": "member",
                "sees": True,
                "works": False,
                "group": {"slug": "care", "name": "Care"},
                "role": "viewer",
                "ticket": ticket.ref,
                "source": None,
            }
        ],
    }


def test_feedback_and_customers_are_named_by_their_ids(cast: Cast) -> None:
    make_ticket(cast.group)
    feedback, customer = Feedback.objects.get(), Customer.objects.get()
    for kind, found in (("feedback", feedback), ("customer", customer)):
        told = ask(cast.auditor, user=cast.agent.pk, ref=str(found.pk)).json()
        assert (told["kind"], told["sees"], told["works"]) == (kind, True, True)


@pytest.mark.parametrize("ref", ["", "T-", "T-999999", "x", "01a2b3c4-0000-7000-8000-000000000000"])
def test_what_there_is_not_is_404(cast: Cast, ref: str) -> None:
    assert ask(cast.admin, user=cast.agent.pk, ref=ref).status_code == 404


@pytest.mark.parametrize("user", ["", "x", "-1", "9" * 30, "999999"])
def test_nobody_is_refused(cast: Cast, user: str) -> None:
    refused = ask(cast.admin, user=user, ref=make_ticket(cast.group).ref)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/user"


def test_a_customer_with_many_tickets_is_told_a_few(cast: Cast) -> None:
    customer = make_customer()
    groups: list[AccessGroup] = [make_group() for _ in range(3)]
    for group in groups * 4:
        make_ticket(group, customer=customer)
    make_member(groups[2], GroupRole.AGENT, cast.agent)
    found = access_to(customer, cast.agent)
    assert (found.sees, found.works) == (True, True)
    assert len(found.grounds) <= 6
    assert {ground.group for ground in found.grounds} == {groups[2]}
