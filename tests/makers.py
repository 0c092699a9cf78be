"""Plain makers: one row as a test wants it, everything unsaid sensible."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from accounts.actions import issue_token
from accounts.keys import digest, hint_of, mint
from accounts.models import AccessGroup, Membership, User
from cxloop.kernel.files import keep_file
from feedback.email.imap.secrets import Secrets
from feedback.email.imap_account import ImapAccount
from feedback.intake.models import (
    Arrival,
    Channel,
    Contactable,
    Customer,
    Feedback,
    FeedbackFile,
    Quarantine,
    Source,
    SourceKey,
    SourceOwner,
)
from feedback.intake.scores import class_of
from tickets.sla.models import Policy, PolicyVersion
from tickets.work.actor import RULE
from tickets.work.models import RootCause, Ticket
from tickets.work.opening import Plan, open_tickets

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

_numbers = count(1)


def person(name: str = "", **facts: Any) -> User:
    """Not yet written. Nobody signs in with a password here unless the test sets one: hashing takes
    its time."""
    name = name or f"Person {next(_numbers)}"
    given = {"email": f"{name.lower().replace(' ', '.')}@house.example", "created_at": NOW}
    found = User(name=name, **given | facts)
    found.set_unusable_password()
    return found


def make_person(name: str = "", **facts: Any) -> User:
    made = person(name, **facts)
    made.save(force_insert=True)
    return made


def group(slug: str = "", **facts: Any) -> AccessGroup:
    """Not yet written."""
    slug = slug or f"group-{next(_numbers)}"
    return AccessGroup(**{"slug": slug, "name": slug.title(), "created_at": NOW} | facts)


def make_group(slug: str = "", **facts: Any) -> AccessGroup:
    made = group(slug, **facts)
    made.save(force_insert=True)
    return made


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


def make_imap_account(source: Source, **facts: Any) -> ImapAccount:
    """At a port where nobody answers."""
    given = {"host": "127.0.0.1", "port": 9, "security": "plain", "sign_in": "password"}
    given |= {"username": "care@shop.example", "sealed": Secrets(password="secret").sealed()}
    given |= {"is_on": False, "added_at": NOW, "edited_at": NOW}
    return ImapAccount.objects.create(source=source, **given | facts)


def make_source_key(
    source: Source, kind: str = SourceKey.Kind.PUBLISHABLE, *, test: bool = False
) -> str:
    """In clear."""
    clear = mint(f"{kind}_test" if test else kind)
    facts = {"digest": digest(clear), "hint": hint_of(clear), "created_at": NOW}
    SourceKey.objects.create(source=source, kind=kind, is_test=test, **facts)
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


def make_held(
    source: Source | None = None, *, reasons: tuple[str, ...] = ("trap",), **facts: Any
) -> Quarantine:
    """Feedback that looks automatic, and that nobody has decided on."""
    heard = make_feedback(source, judged=True, **facts)
    return Quarantine.objects.create(
        feedback=heard, source=heard.source, reasons=list(reasons), held_at=heard.received_at
    )


def make_heard_file(
    heard: Feedback, name: str = "screen.png", body: bytes = b"\x89PNG\r\n\x1a\n"
) -> FeedbackFile:
    """Beside what came with it before."""
    place = FeedbackFile.objects.filter(feedback=heard).count()
    return FeedbackFile.objects.create(
        feedback=heard, place=place, file=keep_file(name, body, now=NOW)
    )


def _nps(value: int) -> dict[str, Any]:
    found = class_of("nps", value)
    return {
        "score_type": "nps",
        "score_value": value,
        "score_class": found,
        "worst_class": found,
    }


def make_policy(slug: str = "", **targets: Any) -> PolicyVersion:
    """Acknowledge in an hour, follow up in 48, resolve in a week; round the clock."""
    slug = slug or f"policy-{next(_numbers)}"
    policy = Policy.objects.create(slug=slug, name=slug.title(), created_at=NOW)
    given = {"acknowledge_s": 3600, "resolve_s": 7 * 86_400}
    return PolicyVersion.objects.create(
        **{"policy": policy, "version": 1, "written_at": NOW} | given | targets
    )


def make_ticket(group: AccessGroup, **plan: Any) -> Ticket:
    """Opened by a rule at NOW, for a customer who can be written to, from one complaint."""
    customer = plan.pop("customer", None) or make_customer()
    feedback = plan.pop("feedback", None)
    if feedback is None:
        feedback = make_feedback(
            nps=2, comment="Parcel never arrived", customer=customer, judged=True
        )
    given = {
        "policy": make_policy(),
        "actor": RULE,
        "received_at": feedback.received_at,
        "subject": feedback.comment,
        "contactable": feedback.contactable,
        "reason": {"rule": {"id": 1, "version": 1, "name": "Unhappy customers"}},
    }
    wanted = {**given, **plan, "group": group, "customer": customer, "feedback": [feedback]}
    return open_tickets([Plan(**wanted)], now=wanted["received_at"])[0]


def make_root_cause(slug: str = "delivery") -> RootCause:
    return RootCause.objects.create(slug=slug, name=slug.title(), created_at=NOW)
