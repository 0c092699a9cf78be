from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cxloop.disclosing import people_named
from feedback.intake.models import Customer


class AboutPeople(BaseCommand):
    """A command that names a customer, by id or by address."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", metavar="ID|EMAIL")
        parser.add_argument("--all", action="store_true", help="all who have this address")

    def people(self, options: dict[str, Any]) -> list[Customer]:
        """An address may be one person's, and another's claim: then an id must say which."""
        found = people_named(options["who"])
        rows = [row for person in found for row in person]
        if not found:
            raise CommandError(f"Nobody is known as {options['who']!r}.")
        if len(found) > 1 and not options["all"]:
            listed = "\n".join(map(_line, rows))
            raise CommandError(f"Several have this address; name one by id, or --all:\n{listed}")
        return rows


def _line(customer: Customer) -> str:
    known = "trusted" if customer.trusted else "claimed"
    return f"  {customer.pk}  {known}  since {customer.created_at:%Y-%m-%d}  {customer.name}"
