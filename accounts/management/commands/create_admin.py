from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import create_person, invent_password
from accounts.roles import OrganisationRole
from cxloop.kernel.errors import CxloopError
from cxloop.kernel.moment import moment


class Command(BaseCommand):
    help = "Creates an admin. Asks for the e-mail; invents a password where none is given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email")
        parser.add_argument("--name", default="Admin")
        parser.add_argument("--password", help="without it one is invented and printed once")

    def handle(self, **options: Any) -> None:
        email = options["email"] or input("E-mail: ")
        password = options["password"] or invent_password()
        try:
            admin = create_person(
                email=email,
                name=options["name"],
                password=password,
                organisation_role=OrganisationRole.ADMIN,
                now=moment(),
            )
        except CxloopError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"{admin.email} is an admin.")
        if not options["password"]:
            self.stdout.write(f"Password, shown this once: {password}")
