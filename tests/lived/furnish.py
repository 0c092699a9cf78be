"""What a week leaves lying about besides its tickets, and where each page of the desk stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode, urlsplit

from django.db import transaction
from django.urls import reverse

from accounts.actions import create_person, invite, set_role, switch_off
from accounts.actions.passwords import ResetTokens
from accounts.models import AccessGroup, User
from accounts.roles import GroupRole
from cxloop.demo import furnish_demo
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from desk.models import SavedView
from desk.saved_views import save_view
from feedback.email.actions import make_hook
from feedback.email.imap_account import ImapAccount
from feedback.email.models import Mail
from feedback.intake.models import Feedback, Source
from feedback.intake.receipts import status_url
from feedback.web.actions import write_form
from feedback.web.gallery import DELIVERY
from tests.email.mails import make_answer
from tests.lived.places import PAGES, route_of
from tests.makers import make_feedback, make_imap_account
from tests.screens.week import live_through_the_week
from tests.world import WEEK
from tickets.kudos.actions.hand import pass_on
from tickets.kudos.door import saying_in
from tickets.kudos.sayings import Saying
from tickets.kudos.sweeps import find_praise
from tickets.problems.actions.announce import draft_announcement
from tickets.problems.actions.gather import look_back
from tickets.problems.actions.problems import analyse_problem, fix_problem, open_problem
from tickets.problems.actions.tickets import put_in
from tickets.problems.models import Announcement, Problem, Watch, WatchPoint
from tickets.recovery.actions.budgets import write_budget
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.limits import write_limit
from tickets.recovery.links import refusal_token, token_of
from tickets.recovery.models import Answer, Budget, Gesture, GestureLimit, Question
from tickets.rules.models import Rule
from tickets.sla.policies import write_calendar
from tickets.work.actions.assign import hand_over
from tickets.work.actions.bulk import plan_bulk
from tickets.work.actions.fields import make_field
from tickets.work.actions.side import open_side, receive_side_answer
from tickets.work.actions.tags import hold_tag_change
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import BulkAct, Handover, Macro, RootCause, TagChange, Ticket, Triage
from tickets.work.status_links import link_in_letters


@dataclass(frozen=True)
class Lived:
    """When it was, and the people of the demo by their roles."""

    now: datetime
    people: dict[str, User]

    def __getitem__(self, role: str) -> User:
        return self.people[role]


def live_and_furnish() -> dict[str, str]:
    """In an installation that has the demo, or none yet; the address of every page."""
    if not User.objects.exists():
        furnish_demo(moment())
    live_through_the_week()
    return furnish_the_rest(moment())


@transaction.atomic
def furnish_the_rest(now: datetime) -> dict[str, str]:
    roles = ("agent", "lead", "manager", "admin", "auditor", "outsider")
    found = {role: User.objects.get(email=f"{role}@cxloop.example") for role in roles}
    lived = Lived(now, found)
    _leave_words(lived)
    _leave_letters(now)
    _set_mails_aside(now)
    _ask_for_money(lived)
    _furnish_the_house(lived)
    _begin_acts(lived)
    _find_problems(lived)
    _praise_people(lived)
    return {page: _address(page, lived) for page in PAGES}


def _leave_words(lived: Lived) -> None:
    """On what the agent holds, so that there is news; a view; an act on many, not yet confirmed."""
    mine = Ticket.objects.filter(assignee=lived["agent"]).unresolved()
    for ticket in mine[:6]:
        words = "Called the depot: @Ada Agent, it leaves tonight."
        note(locked(ticket.pk), body=words, by=acting(lived["lead"]), now=lived.now)
    _ask_a_carrier(lived, _ticket(lived))
    view = {"name": "Refunds that wait", "query": "tab=groups&q=refund"}
    save_view(lived["agent"], **view, audience="mine", group=None, now=lived.now)
    chosen = list(mine.values_list("pk", flat=True)[:5])
    plan_bulk("priority", {"priority": "high"}, chosen, by=lived["agent"], now=lived.now)


def _ask_a_carrier(lived: Lived, ticket: Ticket) -> None:
    """Who answers, and so does the customer, whom nobody had asked there."""
    asked = {"to": "claims@carrier.example", "name": "Carrier, claims", "subject": "Parcel 4711"}
    words = "Where did it go after the depot?"
    by = acting(lived["agent"])
    thread = open_side(locked(ticket.pk), **asked, body=words, by=by, now=lived.now)
    for number, sender in enumerate(("claims@carrier.example", "eve@example.com")):
        mail = Mail.objects.create(
            source=Source.objects.earliest("pk"),
            digest=f"aside {number}".encode(),
            raw=b"From: claims@carrier.example\n\nWe search for it.",
            verdict="answer",
            sender=sender,
            text="We search for it.",
            side_number=thread.pk,
            taken_up=True,
            received_at=lived.now,
        )
        receive_side_answer(thread, mail, now=lived.now)


def _leave_letters(now: datetime) -> None:
    said = {"to": "eve@example.com", "subject": "Your parcel", "body": "It left.", "leave_at": now}
    for state, ended in (("dead", {"died_at": now}), ("held", {})):
        Letter.objects.create(
            key=state, message_id=state, kind="reply", state=state, written_at=now, **said, **ended
        )


def _set_mails_aside(now: datetime) -> None:
    """One that is none, and one that says to be from a colleague."""
    facts = {"source": Source.objects.earliest("pk"), "raw": b"?", "received_at": now}
    Mail.objects.create(
        digest=b"1", verdict="unreadable", reason="NotAMail: There is no header.", **facts
    )
    sender = "agent@cxloop.example"
    Mail.objects.create(
        digest=b"2", verdict="refused", sender=sender, subject="Close it, please", **facts
    )


def _ask_for_money(lived: Lived) -> None:
    """More than an agent promises alone, of a budget for the month."""
    by = {"by": lived["admin"], "now": lived.now}
    write_budget(group=None, currency="EUR", amount=Decimal(500), **by)
    write_limit(group=None, role="lead", currency="EUR", amount=Decimal(200), **by)
    ticket = locked(_ticket(lived).pk)
    given = {"kind": "refund", "explanation": "It broke twice in a week.", "currency": "EUR"}
    asked = {"by": acting(lived["agent"]), "now": lived.now}
    add_gesture(ticket, amount=Decimal(120), **given, **asked)
    add_gesture(ticket, kind="apology", explanation="For the wait.", **asked)


def _furnish_the_house(lived: Lived) -> None:
    now, admin = lived.now, lived["admin"]
    write_calendar(slug="office", name="Office", zone="Asia/Seoul", weekly=WEEK, by=None, now=now)
    invite(email="new@cxloop.example", by=admin, now=now)
    shop = Source.objects.get(slug="shop")
    write_form(shop, slug="delivery", name="Delivery", document=DELIVERY, by=admin, now=now)
    mails = Source.objects.get(slug="mail")
    make_imap_account(mails)
    for provider, key in (("postmark", ""), ("mailgun", "key")):
        make_hook(mails, provider, signing_key=key, by=admin, now=now)
    gone = create_person(email="gone@cxloop.example", name="Gerd Gone", password=None, now=now)
    care = AccessGroup.objects.get(slug="care")
    set_role(person=gone, group=care, role=GroupRole.AGENT, now=now, by=admin)
    switch_off(person=gone, now=now, by=admin)


def _begin_acts(lived: Lived) -> None:
    """A ticket that waits to be accepted elsewhere, a tag that will be another, a field."""
    given = Ticket.objects.filter(assignee=lived["agent"]).unresolved().order_by("-pk")[0]
    elsewhere = AccessGroup.objects.current().visible_to(lived["outsider"])[0]
    words = "She wants it in writing, from whoever sent the release."
    by = acting(lived["agent"])
    hand_over(locked(given.pk), group=elsewhere, summary=words, by=by, now=lived.now)
    hold_tag_change("late", "carrier", groups=None, by=lived["lead"], now=lived.now)
    field = {"slug": "order_no", "kind": "text", "label_en": "Order", "label_ko": "주문 번호"}
    make_field({**field, "path": "order"}, by=lived["admin"], now=lived.now)


def _find_problems(lived: Lived) -> None:
    """One that gathers, with words for everybody behind it; one that is fixed and watched."""
    by, now = lived["lead"], lived.now
    delivery, billing = (RootCause.objects.get(slug=slug) for slug in ("delivery", "billing"))
    words = "Parcels for the north wait at the depot over the weekend.\n\nNobody scans them there."
    links = [{"label": "Tracker", "url": "https://tracker.example/417"}]
    facts = {"title": "Parcels wait at the depot", "description": words, "links": links}
    lost = open_problem({**facts, "root_cause": delivery, "group": None}, by=by, now=now)
    look_back([lost], now)
    for ticket in Ticket.objects.filter(assignee=lived["agent"]).unresolved()[:3]:
        put_in(lost, ticket, by=lived["agent"], now=now)
    said = {
        "subject_en": "Your parcel, and what we changed",
        "subject_ko": "배송 지연, 이렇게 바꿨습니다",
    }
    said |= {
        "body_en": "Dear {name},\n\nyou told us that your parcel was late ({number}). Parcels are "
        "scanned on Saturdays now.\n",
        "body_ko": "{name}님,\n\n배송이 늦었다고 알려 주셨습니다({number}). 이제 토요일에도 "
        "물품을 확인합니다.\n",
    }
    draft_announcement(lost, said, by=by, now=now)
    facts = {"title": "Vouchers are charged twice", "root_cause": billing}
    facts["group"] = AccessGroup.objects.get(slug="billing")
    twice = open_problem(facts, by=lived["manager"], now=now)
    look_back([twice], now)
    analyse_problem(twice, by=lived["manager"], now=now)
    fixed_on = (now - timedelta(days=60)).date()
    watch = fix_problem(twice, fixed_on=fixed_on, expected_left=0.5, by=lived["manager"], now=now)
    _let_it_be_watched(watch, now)


PRAISE = (
    (0, "Ada was patient with me for an hour and rang back when she said she would. Thank you!"),
    (1, "에이다 상담원 최고예요. 배송이 늦었지만 끝까지 챙겨 주셨습니다."),
    (2, "Best shop in town. The parcel came a day early and the note inside made us smile."),
    (9, "Lee Lead and Ada Agent sorted it out between them before I had finished my coffee."),
    (31, "Thanks to the whole team." + " Whatever I asked, somebody knew." * 12),
    (33, "Ada again! <b>Five stars</b>."),
)


def _praise_people(lived: Lived) -> None:
    """By name and without, this month and the last; one passed on by the lead."""
    shop, now = Source.objects.get(slug="shop"), lived.now
    score = {"score_type": "csat", "score_value": 5, "score_class": "positive"}
    for days, words in PRAISE:
        at = now - timedelta(days=days, hours=1)
        said = {"comment": words, "received_at": at, "worst_class": "positive", **score}
        heard = make_feedback(shop, judged=True, **said)
        Triage.objects.create(feedback=heard, decision="none", reason="praise", at=at)
    find_praise(clock=lambda: now)
    named = _saying(PRAISE[1][1])
    pass_on(named, lived["agent"], by=lived["lead"], now=now)


def _saying(words: str) -> Saying:
    return saying_in(feedback=Feedback.objects.get(comment=words).pk)


def _let_it_be_watched(watch: Watch, now: datetime) -> None:
    watch.waits_days, watch.had, watch.of = 4, 60, 540
    watch.period_days, watch.power, watch.next_at = 7, 0.94, now + timedelta(days=3)
    watch.save()
    for number, had in enumerate((2, 3, 1, 2, 4, 2, 3)):
        start = watch.begun_at + timedelta(days=7 * number)
        facts = {"start": start, "end": start + timedelta(days=7), "judged_at": now}
        WatchPoint.objects.create(
            watch=watch, had=had, of=40, expected=40 / 18, most=6, signal=False, **facts
        )


def _problem(state: str) -> list[object]:
    return [Problem.objects.get(state=state).pk]


def _answered(_: Lived) -> list[object]:
    question = Answer.objects.exclude(comment="").earliest("pk").question
    return [question.ticket.ref, question.cycle]


def _handed(_: Lived) -> list[str]:
    return [Handover.objects.latest("pk").ticket.ref]


def _address(page: str, lived: Lived) -> str:
    route = route_of(page)
    given = _PLACES.get(page) or _PLACES.get(route)
    here = given(lived) if given else ()
    return (here if isinstance(here, str) else reverse(route, args=here)) + PAGES[page].query


def _ticket(lived: Lived) -> Ticket:
    """The agent's, with a gesture and words of its own where there is one."""
    mine = Ticket.objects.filter(assignee=lived["agent"]).unresolved()
    promised = mine.filter(pk__in=Gesture.objects.values("recovery__ticket"))
    return promised.first() or mine[0]


def _promised(lived: Lived) -> int:
    return Gesture.objects.filter(recovery__ticket=_ticket(lived), state="promised").latest("pk").pk


def _mail(lived: Lived) -> list[object]:
    ticket = _ticket(lived)
    return [ticket.ref, make_answer(ticket.pk).pk]


def _breached(lived: Lived) -> list[str]:
    broken = Ticket.objects.unresolved().filter(promise__clocks__state="breached")
    return [broken.distinct()[0].ref]


def _asked(state: str) -> str:
    """The customer's page of the first question in this state."""
    question = Question.objects.filter(state=state).order_by("pk")[0]
    return f"/c/{token_of(question.ticket_id, question.cycle)}"


def _stands_asked(_: Lived) -> str:
    """Where the same question stands on the page of its ticket."""
    question = Question.objects.filter(state="open").order_by("pk")[0]
    return urlsplit(link_in_letters(question.ticket)).path


def _access(lived: Lived) -> str:
    asked = {"person": lived["agent"].email, "ref": _ticket(lived).ref}
    return f"{reverse('admin-access')}?{urlencode(asked)}"


def _receipt(lived: Lived) -> str:
    return urlsplit(status_url(Feedback.objects.latest("received_at").pk)).path


def _reset(lived: Lived) -> list[object]:
    return [lived["agent"].pk, ResetTokens(lived.now).make_token(lived["agent"])]


_PLACES: dict[str, Callable[[Lived], str | list[object]]] = {
    "new-password": _reset,
    "invitation": lambda _: ["token"],
    "view": lambda _: [SavedView.objects.get().pk],
    "ticket": lambda lived: [_ticket(lived).ref],
    "ticket: breached": _breached,
    "ticket: resolved": lambda _: [Ticket.objects.filter(status="resolved")[0].ref],
    "ticket: handed over": _handed,
    "handed-over": _handed,
    "ticket-mails": lambda lived: [_ticket(lived).ref],
    "ticket-mail": _mail,
    "failure": lambda lived: [_ticket(lived).ref],
    "gesture-letter": lambda lived: [_ticket(lived).ref, _promised(lived)],
    "ticket-merge": lambda lived: [_ticket(lived).ref],
    "tag-change": lambda _: [TagChange.objects.latest("pk").pk],
    "customer-join": lambda lived: [_ticket(lived).customer_id],
    "admin-field": lambda _: ["order_no"],
    "macro": lambda _: [Macro.objects.order_by("pk")[0].pk],
    "feedback-praise": lambda _: [_saying(PRAISE[3][1]).said.pk],
    "ticket-praise": _answered,
    "problem": lambda _: _problem("seen"),
    "problem: fixed": lambda _: _problem("fixed"),
    "problem-edit": lambda _: _problem("seen"),
    "problem-announce": lambda _: _problem("seen"),
    "announcement": lambda _: [*_problem("seen"), Announcement.objects.get().pk],
    "customer": lambda lived: [_ticket(lived).customer_id],
    "feedback": lambda _: [Feedback.objects.latest("received_at").pk],
    "bulk-act": lambda _: [BulkAct.objects.latest("pk").pk],
    "board-give": lambda lived: [_ticket(lived).ref],
    "admin-rule": lambda _: [Rule.objects.current().order_by("order")[0].pk],
    "admin-rule-runs": lambda _: [Rule.objects.current().order_by("order")[0].pk],
    "admin-policy": lambda _: ["standard"],
    "admin-calendar": lambda _: ["office"],
    "admin-ladder": lambda _: ["standard"],
    "admin-letter": lambda _: ["reminder", "ko"],
    "admin-signature": lambda _: ["care", "en"],
    "admin-group": lambda _: ["care"],
    "admin-group-members": lambda _: ["care"],
    "admin-access: asked": _access,
    "admin-person": lambda lived: [lived["agent"].pk],
    "admin-person-switch": lambda lived: [lived["agent"].pk],
    "admin-source": lambda _: ["shop"],
    "admin-source-keys": lambda _: ["shop"],
    "admin-source-mailboxes": lambda _: ["mail"],
    "admin-imap-new": lambda _: ["mail"],
    "admin-imap": lambda _: ["mail", ImapAccount.objects.get().pk],
    "admin-source-hooks": lambda _: ["mail"],
    "admin-source-hook": lambda _: ["mail", "mailgun"],
    "admin-asked-forms": lambda _: ["shop"],
    "admin-asked-form": lambda _: ["shop", "delivery"],
    "admin-cause": lambda _: [RootCause.objects.order_by("pk")[0].slug],
    "admin-failure": lambda _: ["billing"],
    "admin-playbook": lambda _: ["second-failure"],
    "admin-budget": lambda _: [Budget.objects.order_by("pk")[0].pk],
    "admin-limit": lambda _: [GestureLimit.objects.order_by("pk")[0].pk],
    "api/docs/": lambda _: "/api/docs/",
    "c/<str:token>": lambda _: _asked("open"),
    "c/<str:token>: answered": lambda _: _asked("answered"),
    "c/<str:token>: unknown": lambda _: "/c/nobody",
    "f/<slug:slug>": lambda _: "/f/shop",
    "f/<slug:slug>/<slug:form>": lambda _: "/f/shop/delivery",
    "o/<str:token>": lambda lived: f"/o/{refusal_token(_ticket(lived).customer_id, 'marketing')}",
    "r/<str:signed>": _receipt,
    "s/<str:token>": lambda lived: urlsplit(link_in_letters(_ticket(lived))).path,
    "s/<str:token>: asked": _stands_asked,
    "u/<str:token>": lambda lived: f"/u/{refusal_token(_ticket(lived).customer_id, 'surveys')}",
}
