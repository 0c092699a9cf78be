"""One of everything in the cast's house, so that every address of the API leads somewhere."""

import re
from decimal import Decimal
from typing import Any

from accounts.actions import invite
from accounts.models import Invitation, PersonalToken
from accounts.roles import GroupRole
from cxloop.kernel.previews import draw_previews
from desk.models import SavedView
from desk.saved_views import save_view
from feedback.email.imap_account import ImapAccount
from feedback.email.models import Mail, MailHook
from feedback.intake.models import Channel, Feedback, FeedbackFile, Quarantine, SourceKey
from feedback.web.actions import write_form
from feedback.web.gallery import SUPPORT
from tests.cast import Cast
from tests.email.mails import make_answer, make_unreadable
from tests.escalation.climbing import sweep
from tests.kernel.pictures import picture
from tests.makers import (
    NOW,
    make_feedback,
    make_heard_file,
    make_held,
    make_imap_account,
    make_member,
    make_person,
    make_policy,
    make_root_cause,
    make_source,
    make_source_key,
    make_ticket,
    make_token,
)
from tickets.escalation.actions.ladders import write_ladder
from tickets.escalation.models import Escalation
from tickets.escalation.rungs import DEFAULT_RUNGS
from tickets.kudos.actions.hand import pass_on
from tickets.kudos.door import saying_in
from tickets.kudos.models import Kudos
from tickets.problems.actions.announce import draft_announcement
from tickets.problems.actions.problems import open_problem
from tickets.problems.actions.tickets import put_in
from tickets.problems.models import Announcement, Problem
from tickets.recovery.actions.budgets import write_budget
from tickets.recovery.actions.failures import write_failure_type
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.limits import write_limit
from tickets.recovery.actions.playbooks import write_playbook
from tickets.recovery.models import Budget, Gesture, GestureLimit
from tickets.recovery.usual_playbooks import SECOND_FAILURE
from tickets.rules.actions import write_rule
from tickets.rules.models import Rule
from tickets.sla.policies import write_calendar
from tickets.work.actions.attach import choose_file
from tickets.work.actions.bulk import plan_bulk
from tickets.work.actions.fields import make_field
from tickets.work.actions.macros import write_macro
from tickets.work.actions.side import open_side
from tickets.work.actions.tags import hold_tag_change
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.models import (
    Attachment,
    BulkAct,
    Macro,
    RootCause,
    SideThread,
    TagChange,
    Ticket,
    Triage,
)

Places = dict[str, Any]

WEEK = {"mon": ["09:00-17:00"]}
ORDER = {"slug": "order_no", "kind": "text", "label_en": "Order", "path": "order.id"}
PRAISE = {"name": "Praise", "when": {"always": True}, "then": {"ticket": False, "reason": "kept"}}


def make_world(cast: Cast) -> Places:
    """What stands in place of a parameter, by the address that leads to it, parameters left out."""
    _furnish(cast)
    ticket = _make_work(cast)
    return {
        "access-groups": cast.group.slug,
        "access-groups/members": cast.agent.pk,
        "bulk-acts": BulkAct.objects.get().pk,
        "calendars": "office",
        "customers": ticket.customer_id,
        "fields": "order_no",
        "escalations": Escalation.objects.filter(ticket=ticket)[0].pk,
        "failure-types": "lost",
        "feedback": Feedback.objects.get(comment="Hm.").pk,
        "feedback/files": FeedbackFile.objects.get().pk,
        "gesture-budgets": Budget.objects.get().pk,
        "gesture-limits": GestureLimit.objects.get().pk,
        "invitations": Invitation.objects.get().pk,
        "keys": PersonalToken.objects.get(user__name="Somebody").pk,
        "kudos": Kudos.objects.get().pk,
        "ladders": "house",
        "macros": Macro.objects.get().pk,
        "mails": Mail.objects.set_aside().get().pk,
        "playbooks": "second-failure",
        "problems": Problem.objects.get().pk,
        "problems/announcements": Announcement.objects.get().pk,
        "problems/tickets": ticket.ref,
        "quarantine": Quarantine.objects.get().pk,
        "me/views": SavedView.objects.get().pk,
        "root-causes": "delivery",
        "rules": Rule.objects.get().pk,
        "rules/versions": 1,
        "sla-policies": "standard",
        "sources": "shop",
        "sources/forms": "after",
        "sources/imap-accounts": ImapAccount.objects.get().pk,
        "sources/mail-hooks": "postmark",
        "sources/keys": SourceKey.objects.get().pk,
        "tag-changes": TagChange.objects.get().pk,
        "tickets": ticket.ref,
        "tickets/clocks": "follow_up",
        "tickets/files": Attachment.objects.get(entry__isnull=False).pk,
        "tickets/side": SideThread.objects.get().pk,
        "tickets/gestures": Gesture.objects.get().pk,
        "tickets/mails": Mail.objects.get(ticket_number=ticket.pk).pk,
        "tickets/recovery/gestures": Gesture.objects.get().pk,
        "users": PersonalToken.objects.get(user__name="Somebody").user.pk,
    }


def address(template: str, places: Places) -> str:
    """The template with its parameters filled in."""
    written, led = "", ""
    for part in template.removeprefix("/api/v1/").split("/"):
        is_parameter = part.startswith("{")
        written += f"/{places[led] if is_parameter else part}"
        led = led if is_parameter else f"{led}/{part}".lstrip("/")
    return re.sub("^/", "/api/v1/", written) if template.startswith("/api/v1/") else template


def _furnish(cast: Cast) -> None:
    somebody = make_person("Somebody")
    make_token(somebody)
    late = {"name": "Late", "query": "tag=late", "audience": "mine", "group": None}
    save_view(somebody, **late, now=NOW)
    make_root_cause("delivery")
    write_failure_type(slug="lost", name="Lost", now=NOW)
    write_playbook(**SECOND_FAILURE, by=None, now=NOW)
    make_field(ORDER, by=cast.admin, now=NOW)
    make_policy("standard")
    write_calendar(slug="office", name="Office", zone="UTC", weekly=WEEK, by=None, now=NOW)
    write_ladder(slug="house", name="House", group=None, rungs=DEFAULT_RUNGS, now=NOW)
    write_limit(group=None, currency="EUR", amount=Decimal(50), by=cast.admin, now=NOW)
    write_budget(group=None, currency="EUR", amount=Decimal(500), by=cast.admin, now=NOW)
    write_rule(PRAISE, known_policies=(), by=None, now=NOW)
    thanks = {"name": "Thanks", "group": cast.group, "says": "note", "body_en": "Thanked."}
    write_macro(thanks, by=cast.lead, now=NOW)
    invite(email="new@house.example", by=cast.admin, now=NOW)
    make_source("desk", channel=Channel.HAND)
    make_source_key(shop := make_source("shop", owners=(cast.group,)))
    make_imap_account(shop)
    MailHook.objects.create(source=shop, provider="postmark", key="k", digest=b"k", made_at=NOW)
    write_form(shop, slug="after", name="After", document=SUPPORT, by=cast.admin, now=NOW)


def _make_files(ticket: Ticket, cast: Cast) -> None:
    """One that was said and drawn, one that is only chosen."""
    said, _ = (
        choose_file(ticket, name, picture(), verb="note", by=cast.agent, now=NOW)
        for name in ("said.png", "chosen.png")
    )
    note(ticket, body="Look.", files=[said.pk], by=acting(cast.agent), now=NOW)
    draw_previews()


def _make_problem(ticket: Ticket, cast: Cast) -> None:
    """The lead's, with a ticket behind it and an announcement that nobody has confirmed."""
    cause = RootCause.objects.get(slug="delivery")
    facts = {"title": "Parcels get lost", "root_cause": cause, "group": cast.group}
    problem = open_problem(facts, by=cast.lead, now=NOW)
    put_in(problem, ticket, by=cast.agent, now=NOW)
    said = {"subject_en": "What we did", "body_en": "Parcels leave by another depot, {name}."}
    draft_announcement(problem, said, by=cast.lead, now=NOW)


def _make_work(cast: Cast) -> Ticket:
    """A ticket whose promise is broken, with a refund that waits for approval, and feedback that
    no rule took."""
    ticket = make_ticket(cast.group)
    sweep(49)
    said = {"kind": "refund", "explanation": "Sorry.", "amount": Decimal(90), "currency": "EUR"}
    colleague = make_member(cast.group, GroupRole.AGENT)
    add_gesture(ticket, by=acting(colleague), now=NOW, **said)
    shop = make_source("shop-floor", owners=(cast.group,))
    unread = make_feedback(shop, comment="Hm.", judged=True)
    Triage.objects.create(feedback=unread, decision="none", reason="to be read", at=NOW)
    make_answer(ticket.pk)
    make_unreadable(shop)
    make_heard_file(unread, body=picture())
    make_held(shop, comment="Buy pills")
    hold_tag_change("late", "delayed", groups=[cast.group.pk], by=cast.lead, now=NOW)
    _make_files(ticket, cast)
    asked = {"to": "claims@carrier.example", "subject": "Parcel", "body": "Where is it?"}
    open_side(ticket, **asked, by=acting(cast.agent), now=NOW)
    _make_problem(ticket, cast)
    pass_on(saying_in(feedback=unread.pk), cast.manager, by=cast.lead, now=NOW)
    plan_bulk("priority", {"priority": "low"}, [ticket.pk], by=cast.agent, now=NOW)
    return ticket
