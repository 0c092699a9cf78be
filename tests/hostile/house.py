"""The real web process over a furnished house, with people of its own for every operation."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from accounts.models import User
from accounts.roles import GroupRole, OrganisationRole
from cxloop.aside import database_aside
from feedback.intake.models import Arrival, Feedback, Quarantine, SourceKey
from tests.cast import Cast, gather_cast
from tests.clients.house import House
from tests.makers import (
    NOW,
    make_customer,
    make_member,
    make_person,
    make_source,
    make_source_key,
    make_ticket,
    make_token,
)
from tests.recovery.asking import make_asked
from tests.world import Places, make_world
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.links import refusal_token, token_of
from tickets.recovery.models import Gesture
from tickets.work.actor import acting
from tickets.work.models import Ticket, Triage
from tickets.work.status_links import link_in_letters

UNLIMITED = dict.fromkeys(
    ("CXLOOP_LIMIT_PK_ADDRESS", "CXLOOP_LIMIT_PK", "CXLOOP_LIMIT_SK", "CXLOOP_LIMIT_PAT"),
    "1000000000",
)
# Where a source's key is what is wanted, and not a person's.
OF_SOURCES = {"POST /api/v1/feedback", "POST /api/v1/feedback/batch", "POST /api/v1/reviews/import"}
BY_PEOPLE = (*["admin"] * 12, *["lead"] * 4, *["agent"] * 2, "sk", "pk", "nobody")
BY_SOURCES = (*["sk"] * 6, *["pk"] * 5, "admin", "nobody")


@dataclass
class Besieged:
    house: House
    cast: Cast
    places: Places

    @transaction.atomic
    def people(self, label: str) -> dict[str, str]:
        """Their keys. New ones for every operation, since what is asked may switch them off. Where
        something is one person's own, that one comes in the admin's place."""
        people = {
            "admin": make_person(organisation_role=OrganisationRole.ADMIN),
            "lead": make_member(self.cast.group, GroupRole.LEAD),
            "agent": make_member(self.cast.group, GroupRole.AGENT),
        }
        source = make_source(owners=(self.cast.group,))
        kinds = {"sk": SourceKey.Kind.SECRET, "pk": SourceKey.Kind.PUBLISHABLE}
        keys = {name: make_source_key(source, kind) for name, kind in kinds.items()}
        own = {
            "bulk-acts": self.cast.agent,
            "tag-changes": self.cast.lead,
            "me/views": User.objects.get(name="Somebody"),
        }
        for place, who in own.items():
            if f"/{place}/{{" in label:
                people["admin"] = who
        return {"nobody": "", **keys, **{name: make_token(who) for name, who in people.items()}}

    @transaction.atomic
    def places_of(self, template: str) -> Places:
        """With a ticket that nobody has closed yet."""
        if "gestures/{id}" in template:
            found = self._gesture(90 if template.endswith(("approve", "reject")) else 1)
            names = ("tickets/gestures", "tickets/recovery/gestures")
            return (
                self.places
                | {"tickets": found.recovery.ticket.ref}
                | dict.fromkeys(names, found.pk)
            )
        if template.startswith("/api/v1/tickets/{ref}") and "{id}" not in template:
            return self.places | {"tickets": self._ticket().ref}
        return self.places

    @transaction.atomic
    def questions(self) -> list[str]:
        """Where customers are asked."""
        asked = [make_asked(self.cast) for _ in range(3)]
        _judge_all()
        links = [f"/c/{token_of(one.ticket_id, one.cycle)}" for one in asked]
        links += [urlsplit(link_in_letters(one.ticket)).path for one in asked]
        away = {"u": "surveys", "o": "marketing"}
        links += [f"/{at}/{refusal_token(make_customer().pk, what)}" for at, what in away.items()]
        return links

    def _gesture(self, amount: int) -> Gesture:
        """A small refund is promised by whoever adds it, a large one waits for their lead."""
        said = {"kind": "refund", "explanation": "Sorry.", "currency": "EUR"}
        colleague = make_member(self.cast.group, GroupRole.AGENT)
        wanted = said | {"amount": Decimal(amount)}
        return add_gesture(self._ticket(), by=acting(colleague), now=NOW, **wanted)

    def _ticket(self) -> Ticket:
        ticket = make_ticket(self.cast.group)
        _judge_all()
        return ticket

    @transaction.atomic
    def known(self) -> dict[str, Any]:
        """Names that lead somewhere, by what bodies call them."""
        other = self._ticket().ref
        return {
            "group": self.cast.group.slug,
            "policy": "standard",
            "calendar": "office",
            "source": "shop",
            "root_cause": "delivery",
            "into": other,
            "tickets": [other],
            "to": other,
            "feedback": str(self.places["feedback"]),
            "macro": self.places["macros"],
            "rules": [self.places["rules"]],
            "assignee": self.cast.agent.pk,
            "person": self.cast.agent.pk,
            "stand_in": self.cast.agent.pk,
            "user": self.places["users"],
            "owners": [self.cast.group.slug],
        }


def _judge_all() -> None:
    """The makers' tickets come of no rule; in a house that is examined each has one."""
    unjudged = Feedback.objects.exclude(pk__in=Arrival.objects.values("feedback"))
    for judged in (Triage, Quarantine):
        unjudged = unjudged.exclude(pk__in=judged.objects.values("feedback"))
    Triage.objects.bulk_create(
        Triage(feedback=one, decision="none", reason="by hand", at=NOW) for one in unjudged
    )


@contextmanager
def besieged_house(folder: Path) -> Iterator[Besieged]:
    with database_aside("hostile") as database:
        with transaction.atomic():
            cast = gather_cast()
            places = make_world(cast)
            _judge_all()
        house = House(database, folder / "log", "", "", "")
        house.open(**UNLIMITED)
        try:
            yield Besieged(house, cast, places)
        finally:
            house.close()
