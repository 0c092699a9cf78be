"""Who did it: every entry of the timeline names one."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Actor:
    """`to_many`: said to many tickets at once."""

    kind: str
    user: User | None = None
    to_many: bool = False

    @property
    def is_person(self) -> bool:
        """Only a person's contact keeps a promise, and only with one customer."""
        return self.kind == "person" and not self.to_many


CUSTOMER = Actor("customer")
RULE = Actor("rule")
CLOCK = Actor("clock")
# Neither of the house nor its customer: a carrier, a supplier.
OUTSIDER = Actor("outsider")


def acting(user: User, *, to_many: bool = False) -> Actor:
    return Actor(user.kind, user, to_many)
