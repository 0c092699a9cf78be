from collections import Counter
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from cxloop.forgetting import erase
from cxloop.kernel.errors import CxloopError
from cxloop.kernel.moment import moment
from cxloop.management.about_people import AboutPeople
from feedback.intake.models import Customer
from tickets.work.actor import CUSTOMER, Actor, acting


class Command(AboutPeople):
    help = "Erases a customer: words and identifiers go everywhere; times, scores and clocks stay."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", required=True, help="stays on the tickets: no names")
        parser.add_argument("--by", metavar="EMAIL", help="the colleague who does it")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        people = self.people(options)
        by = _actor(options["by"])
        if not options["yes"]:
            self._ask(people, options["reason"], by)
        counts = _erase_all(people, options["reason"], by)
        self.stdout.write(f"Erased: {_in_words(counts)}.")

    def _ask(self, people: list[Customer], reason: str, by: Actor) -> None:
        """What it would do is done and taken back, so that it is exactly what will be done."""
        with transaction.atomic():
            counts = _erase_all(people, reason, by)
            transaction.set_rollback(True)
        self.stdout.write(f"This erases for good: {_in_words(counts)}.")
        try:
            said = input("Type yes to go on: ")
        except EOFError:
            raise CommandError("Nobody answered; say --yes to go on without asking.") from None
        if said.strip().lower() != "yes":
            raise CommandError("Nothing was erased.")


def _erase_all(people: list[Customer], reason: str, by: Actor) -> Counter[str]:
    counts: Counter[str] = Counter(customers=len(people))
    try:
        with transaction.atomic():
            for customer in people:
                counts.update(erase(customer, reason=reason, by=by, now=moment()))
    except CxloopError as error:
        raise CommandError(error.detail) from error
    return counts


def _actor(email: str | None) -> Actor:
    """Without a colleague it is the customer's own wish."""
    if email is None:
        return CUSTOMER
    colleague = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if colleague is None:
        raise CommandError(f"There is no colleague {email!r}.")
    return acting(colleague)


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
