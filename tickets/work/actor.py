"""Who did it: every entry of the timeline names one."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Actor:
    kind: str
    user: User | None = None

    @property
    def is_person(self) -> bool:
        """Only a person's contact keeps a promise."""
        return self.kind == "person"


CUSTOMER = Actor("customer")
RULE = Actor("rule")
CLOCK = Actor("clock")


def acting(user: User) -> Actor:
    return Actor(user.kind, user)
