"""What a new installation begins with, and the shop that shows how it feels."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.actions import create_group, create_person, invent_password, issue_token, set_role
from accounts.models import AccessGroup, User
from accounts.roles import GroupRole, OrganisationRole
from feedback.email.actions import set_mailboxes
from feedback.intake.actions.hear import entry_for, hear_many
from feedback.intake.actions.sources import create_source, issue_source_key
from feedback.intake.models import Channel, Source, SourceKey
from feedback.intake.submission import Submission
from feedback.intake.trust import Trust
from tickets.escalation.actions.ladders import write_ladder
from tickets.escalation.rungs import DEFAULT_RUNGS
from tickets.recovery.actions.failures import default_failures
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.actions.playbooks import default_playbooks
from tickets.rules.actions import write_rule
from tickets.rules.defaults import default_rules
from tickets.sla.models import FORTY_EIGHT_HOURS, HOUR
from tickets.sla.policies import Given, write_policy
from tickets.work.actions.causes import write_root_cause
from tickets.work.actions.macros import write_macro
from tickets.work.models import Priority

Shown = dict[str, Any]

STANDARD, MAILBOX = "standard", "care@shop.example"
ROOT_CAUSES = ("delivery", "product", "billing", "service", "other")
TARGETS: Given = {
    "follow_up_s": FORTY_EIGHT_HOURS,
    "resolve_s": 7 * 24 * HOUR,
    "approve_s": 24 * HOUR,
    "again_within_s": 90 * 24 * HOUR,
}


@transaction.atomic
def furnish(now: datetime) -> Shown:
    """An empty installation: a policy, a ladder, causes, limits, and its first admin."""
    write_policy(slug=STANDARD, name="48 hours", targets=TARGETS, by=None, now=now)
    write_ladder(slug=STANDARD, name="Standard", group=None, rungs=DEFAULT_RUNGS, now=now)
    for slug in ROOT_CAUSES:
        write_root_cause(slug=slug, name=slug.title(), now=now)
    default_failures(now=now)
    default_playbooks(now=now)
    default_limits(now=now)
    return {"users": {"admin": _admit("admin@cxloop.example", "Admin", "admin", now=now)}}


@transaction.atomic
def furnish_demo(now: datetime) -> Shown:
    """A small shop: two groups, five people, five sources, the default rules, two days of
    feedback."""
    users = furnish(now)["users"]
    care = create_group(slug="care", name="Customer care", now=now)
    press = create_group(slug="press", name="Press office", now=now)
    for role in (GroupRole.MANAGER, GroupRole.LEAD, GroupRole.AGENT):
        users[role.value] = _admit(*_PEOPLE[role.value], group=care, role=role, now=now)
    users["auditor"] = _admit("auditor@cxloop.example", "Auri Auditor", "auditor", now=now)
    users["outsider"] = _admit(
        "outsider@cxloop.example", "Otto Outsider", group=press, role=GroupRole.AGENT, now=now
    )
    for rule in default_rules(group=care.slug, policy=STANDARD):
        write_rule(rule, known_policies={STANDARD}, by=None, now=now)
    lead = User.objects.by_email(users["lead"]["email"]).get()
    for macro in _MACROS:
        write_macro({**macro, "group": care}, by=lead, now=now)
    shop = _open_sources(care, now)
    hear_many([entry_for(said, source=shop, now=now) for said in _said(now)], trust=_TRUST, now=now)
    mails = Source.objects.get(slug="mail")
    set_mailboxes(mails, [MAILBOX], by=None, now=now)
    return {"source": shop.slug, "mailbox": MAILBOX, **_keys(shop, now), "users": users}


_TRUST = Trust.SERVER
_PEOPLE = {
    "manager": ("manager@cxloop.example", "Mara Manager"),
    "lead": ("lead@cxloop.example", "Lee Lead"),
    "agent": ("agent@cxloop.example", "Ada Agent"),
}


def _admit(
    email: str,
    name: str,
    organisation_role: str = OrganisationRole.NONE,
    *,
    now: datetime,
    group: AccessGroup | None = None,
    role: GroupRole = GroupRole.AGENT,
) -> Shown:
    password = invent_password()
    person = create_person(
        email=email, name=name, password=password, organisation_role=organisation_role, now=now
    )
    if group:
        set_role(person=person, group=group, role=role, now=now)
    return {"email": email, "password": password, "token": _token(person, now)}


def _token(person: User, now: datetime) -> str:
    return issue_token(person=person, label="first token", now=now)[1]


def _open_sources(care: AccessGroup, now: datetime) -> Source:
    further = (
        ("app", "Shop app", Channel.APP),
        ("mail", "Mailbox", Channel.EMAIL),
        ("history", "Imported history", Channel.IMPORT),
        ("by-hand", "Calls and visits", Channel.HAND),
    )
    for slug, name, channel in further:
        create_source(slug=slug, name=name, channel=channel, owners=[care], now=now)
    question = "How likely are you to recommend us?"
    return create_source(
        slug="shop", name="Shop", channel=Channel.WEBSITE, owners=[care], question=question, now=now
    )


def _keys(source: Source, now: datetime) -> Shown:
    publishable = issue_source_key(source, kind=SourceKey.Kind.PUBLISHABLE, now=now)[1]
    secret = issue_source_key(source, kind=SourceKey.Kind.SECRET, now=now)[1]
    test = issue_source_key(source, kind=SourceKey.Kind.PUBLISHABLE, test=True, now=now)[1]
    return {"publishable_key": publishable, "secret_key": secret, "test_key": test}


def _said(now: datetime) -> list[Submission]:
    """Two days in a shop, so that the queue shows promises of every age."""
    return [
        Submission.model_validate(
            {
                "score": {"type": "nps", "value": score},
                "comment": comment,
                "customer": {"id": f"C-{number}", "email": email, "name": name, "locale": locale},
                "context": {"url": "https://shop.example/checkout", "order_id": f"A-{number}"},
                "occurred_at": (now - timedelta(hours=hours)).isoformat(),
                "backdated": True,
            }
        )
        for number, (hours, score, locale, name, email, comment) in enumerate(_STORY, start=81)
    ]


_MACROS: list[dict[str, Any]] = [
    {
        "name": "Refund is on its way",
        "says": "reply",
        "body_en": 'Dear {{ customer.name|default:"customer" }},\n\nyour refund left today and '
        "reaches you within three days. I am sorry that you had to ask.\n\n"
        "{{ agent.name }}\n{{ ticket.ref }}",
        "body_ko": "{{ customer.name }}님, 안녕하세요.\n\n"
        "오늘 환불을 진행했으며 3일 안에 입금됩니다. 먼저 문의하시게 하여 죄송합니다.\n\n"
        "{{ agent.name }} 드림\n{{ ticket.ref }}",
        "add_tags": ["refund"],
        "assign_me": True,
        "wait_days": 3,
    },
    {
        "name": "Ask the carrier",
        "says": "note",
        "body_en": "Asked the carrier where it is.",
        "body_ko": "택배사에 위치를 문의했습니다.",
        "add_tags": ["carrier"],
        "priority": Priority.HIGH,
    },
]

_STORY = [
    (
        47.5,
        1,
        "en",
        "Nora Field",
        "nora@example.com",
        "My refund was promised for Monday. Nothing.",
    ),
    (44, 3, "ko", "김서연", "seoyeon@example.com", "배송이 사흘이나 늦었는데 아무 연락이 없어요."),
    (38, 2, "en", "Tom Reed", "tom@example.com", "The blender arrived broken, twice."),
    (30, 6, "de", "Anna Vogt", "anna@example.com", "Zahlung abgelehnt, Geld trotzdem abgebucht."),
    (26, 9, "en", "Ida Moss", "ida@example.com", "Lee on the phone was wonderful. Thank you!"),
    (20, 0, "ko", "박준호", "junho@example.com", "환불해 준다더니 계좌에 들어온 돈이 없습니다."),
    (12, 8, "en", "Bo Lund", "bo@example.com", "Fine, but the size chart is hard to find."),
    (6, 4, "en", "Carla Diaz", "carla@example.com", "Wrong colour. I need it by Friday."),
    (2, 10, "ko", "이하늘", "haneul@example.com", "포장이 정말 예뻤어요!"),
    (0.5, 2, "en", "Piet Jansen", "piet@example.com", "Your app signs me out at every payment."),
]
