"""Plain makers: one row as a test wants it, everything unsaid sensible."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from accounts.actions import issue_token
from accounts.keys import digest, hint_of, mint
from accounts.models import AccessGroup, Membership, User
from feedback.intake.models import (
    Arrival,
    Channel,
    Contactable,
    Customer,
    Feedback,
    Source,
    SourceKey,
    SourceOwner,
)
from feedback.intake.scores import class_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

_numbers = count(1)


def make_person(name: str = "", **facts: Any) -> User:
    """Nobody signs in with a password here unless the test sets one: hashing takes its time."""
    name = name or f"Person {next(_numbers)}"
    given = {"email": f"{name.lower().replace(' ', '.')}@house.example", "created_at": NOW}
    person = User(name=name, **given | facts)
    person.set_unusable_password()
    person.save(force_insert=True)
    return person


def make_group(slug: str = "", **facts: Any) -> AccessGroup:
    slug = slug or f"group-{next(_numbers)}"
    return AccessGroup.objects.create(
        **{"slug": slug, "name": slug.title(), "created_at": NOW} | facts
    )


def make_member(group: AccessGroup, role: str, person: User | None = None) -> User:
    person = person or make_person()
    Membership.objects.create(group=group, user=person, role=role)
    return person


def make_token(person: User) -> str:
    """In clear."""
    return issue_token(person=person, label="test", now=NOW)[1]


def make_source(slug: str = "", *, owners: tuple[AccessGroup, ...] = (), **facts: Any) -> Source:
    slug = slug or f"source-{next(_numbers)}"
    given = {"slug": slug, "name": slug.title(), "channel": Channel.WEBSITE, "created_at": NOW}
    source = Source.objects.create(**given | facts)
    SourceOwner.objects.bulk_create(SourceOwner(source=source, group=group) for group in owners)
    return source


def make_source_key(source: Source, kind: str = SourceKey.Kind.PUBLISHABLE) -> str:
    """In clear."""
    clear = mint(kind)
    SourceKey.objects.create(
        source=source, kind=kind, digest=digest(clear), hint=hint_of(clear), created_at=NOW
    )
    return clear


def make_customer(email: str = "", **facts: Any) -> Customer:
    email = email or f"customer{next(_numbers)}@example.com"
    given = {"email": email, "identity": f"email:{email}", "trusted": True, "created_at": NOW}
    return Customer.objects.create(**given | facts)


def make_feedback(
    source: Source | None = None, *, nps: int | None = None, judged: bool = False, **facts: Any
) -> Feedback:
    """Waits for its triage, unless it is said to be judged."""
    source = source or make_source()
    score = _nps(nps) if nps is not None else {}
    given = {"channel": source.channel, "received_at": NOW, "contactable": Contactable.LETTER}
    feedback = Feedback.objects.create(**{"source": source} | given | score | facts)
    if not judged:
        Arrival.objects.create(feedback=feedback, received_at=feedback.received_at)
    return feedback


def _nps(value: int) -> dict[str, Any]:
    found = class_of("nps", value)
    return {
        "score_type": "nps",
        "score_value": value,
        "score_class": found,
        "worst_class": found,
    }
