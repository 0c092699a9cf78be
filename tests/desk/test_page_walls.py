"""Who may open which page. A page that stands behind no wall fails here."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from cxloop.kernel.models import Letter
from desk.urls import urlpatterns
from feedback.email.models import Mail
from feedback.intake.models import Source
from tests.cast import Cast
from tests.desk.browsing import browse
from tests.email.mails import make_answer
from tests.makers import NOW, make_customer
from tests.world import make_world
from tickets.work.actions.joinings import hold_joining
from tickets.work.door import number_of
from tickets.work.models import Attachment, Joining

pytestmark = pytest.mark.django_db

IN = 0
SIGN_IN = 302
STOPPED = {302, 401, 403, 404, 405, 500}

ROLES = ("nobody", "outsider", "viewer", "agent", "lead", "manager", "auditor", "admin")


def wall(*codes: int) -> dict[str, int]:
    return dict(zip(ROLES, codes, strict=True))


# In the order of ROLES; IN is whatever comes behind the wall, a refused form too.
WALLS = {
    "doors": wall(IN, IN, IN, IN, IN, IN, IN, IN),
    "people": wall(SIGN_IN, IN, IN, IN, IN, IN, IN, IN),
    "who sees it": wall(SIGN_IN, 404, IN, IN, IN, IN, IN, IN),
    "who works it": wall(SIGN_IN, 404, 403, IN, IN, IN, 403, IN),
    "who leads it": wall(SIGN_IN, 404, 403, 403, IN, IN, 403, IN),
    "who leads somewhere": wall(SIGN_IN, 403, 403, 403, IN, IN, 403, IN),
    "who leads or reads all": wall(SIGN_IN, 403, 403, 403, IN, IN, IN, IN),
    "the lead's own": wall(SIGN_IN, 404, 404, 404, IN, 404, 404, 404),
    "who works somewhere": wall(SIGN_IN, IN, 403, IN, IN, IN, 403, IN),
    "the house is read": wall(SIGN_IN, 403, 403, 403, 403, 403, IN, IN),
    "admins write": wall(SIGN_IN, 403, 403, 403, 403, 403, 403, IN),
    "whose it is": wall(SIGN_IN, 404, 404, 404, 404, 404, 404, 404),
    "the agent's own": wall(SIGN_IN, 404, 404, IN, 404, 404, 404, 404),
}

BEHIND = {
    "GET home": "people",
    "GET sign-in": "doors",
    "POST sign-in": "doors",
    "POST sign-out": "doors",
    "POST language": "doors",
    "GET forgotten": "doors",
    "GET new-password": "doors",
    "GET invitation": "doors",
    "GET queue": "people",
    "GET queue-sheet": "people",
    "GET views": "people",
    "GET view-new": "people",
    "POST view-new": "people",
    "GET view": "whose it is",
    "POST view": "whose it is",
    "POST view-remove": "whose it is",
    "GET ticket-new": "who works somewhere",
    "POST ticket-new": "who works somewhere",
    "GET ticket": "who sees it",
    "GET handed-over": "who sees it",
    "POST watch": "who sees it",
    "POST unwatch": "who sees it",
    "GET quarantine": "people",
    "POST quarantine": "people",
    "GET tags": "who leads or reads all",
    "GET tags-change": "who leads somewhere",
    "POST tags-change": "who leads somewhere",
    "GET tag-change": "the lead's own",
    "POST tag-change-undo": "the lead's own",
    "GET macros": "people",
    "GET macro-new": "who works somewhere",
    "POST macro-new": "who works somewhere",
    "GET macro": "who sees it",
    "POST macro": "who leads it",
    "POST macro-archive": "who leads it",
    "POST macro-use": "who works it",
    "POST reply-preview": "who works it",
    "POST status-link": "who works it",
    "GET kudos": "people",
    "POST kudos-read": "people",
    "POST kudos-take-away": "who works it",
    "GET feedback-praise": "who sees it",
    "POST feedback-praise": "who works it",
    "GET ticket-praise": "who sees it",
    "POST ticket-praise": "who works it",
    "GET problems": "people",
    "GET problem-new": "who works somewhere",
    "POST problem-new": "who works somewhere",
    "GET problem": "who sees it",
    "GET problem-edit": "who leads it",
    "POST problem-edit": "who leads it",
    "POST problem-verb": "who leads it",
    "POST problem-put": "who works it",
    "POST problem-out": "who works it",
    "GET problem-announce": "who leads it",
    "POST problem-announce": "who leads it",
    "GET announcement": "who sees it",
    "POST announcement": "who leads it",
    "POST announcement-send": "who leads it",
    "POST announcement-stop": "who leads it",
    "POST ticket-problem": "who works it",
    "GET news": "people",
    "GET news-count": "people",
    "POST news-read": "who sees it",
    "POST all-news-read": "people",
    "POST speak": "who works it",
    "GET ticket-merge": "who works it",
    "POST ticket-merge": "who works it",
    "GET feedback-file": "who sees it",
    "GET feedback-file-preview": "who sees it",
    "GET ticket-mails": "who sees it",
    "GET ticket-mail": "who sees it",
    "GET ticket-mail-page": "who sees it",
    "GET ticket-mail-raw": "who sees it",
    "GET file": "who sees it",
    "GET file-preview": "who sees it",
    "POST file-take-away": "the agent's own",
    "POST choose-file": "who works it",
    "POST handover-back": "whose it is",
    "POST here": "who sees it",
    "POST draft": "who works it",
    "POST gesture": "who works it",
    "POST gesture-verb": "who leads it",
    "GET gesture-letter": "who works it",
    "POST gesture-letter": "who works it",
    "GET approvals": "people",
    "GET failure": "who works it",
    "POST failure": "who works it",
    "POST playbook-leave": "who works it",
    "POST acknowledge": "who works it",
    "POST answer": "who works it",
    "GET customer": "who sees it",
    "GET customer-join": "who works it",
    "POST customer-join": "who works it",
    "POST customer-part": "who works it",
    "POST joining-undo": "the agent's own",
    "POST customer-consent": "who works it",
    "GET feedback-list": "people",
    "GET feedback": "who sees it",
    "POST feedback-ticket": "who sees it",
    "GET find": "people",
    "GET hands": "people",
    "GET bulk": "who works somewhere",
    "POST bulk": "who works somewhere",
    "GET bulk-act": "the agent's own",
    "POST bulk-confirm": "the agent's own",
    "POST bulk-undo": "the agent's own",
    "GET board": "people",
    "GET board-likely": "people",
    "GET board-people": "people",
    "GET board-give": "who works it",
    "POST board-give": "who works it",
    "GET report": "people",
    "GET report-csv": "people",
    "GET recovery-report": "people",
    "GET recovery-report-csv": "people",
    "GET recovery-report-rows": "people",
    "POST settings-digest": "people",
    "GET health": "people",
    "GET held": "the house is read",
    "POST held": "admins write",
    "POST send-again": "admins write",
    "GET mails": "the house is read",
    "GET mail-raw": "the house is read",
    "POST mail-again": "admins write",
    "GET settings": "people",
    "POST settings": "people",
    "POST settings-news": "people",
    "POST presence": "people",
    "POST tokens": "people",
    "POST revoke-token": "whose it is",
    "GET admin": "the house is read",
    **{
        f"GET admin-{name}": "the house is read"
        for name in (
            *("access", "rule-runs", "person-switch"),
            *("rules", "rule-new", "rule", "policies", "policy-new", "policy", "calendars"),
            *("calendar-new", "calendar", "ladders", "ladder-new", "ladder", "groups", "group"),
            *("people", "person", "sources", "source-new", "source", "causes", "cause"),
            *("limits", "limit", "letters", "letter", "signature", "failures", "failure"),
            *("budgets", "budget", "playbooks", "playbook-new", "playbook"),
            *("fields", "field-new", "field", "imap-new", "imap"),
            *("asked-forms", "asked-form", "asked-form-code"),
        )
    },
    **{
        f"POST admin-{name}": "admins write"
        for name in (
            *("rule-new", "rule", "rule-archive", "rule-move", "policy-new", "policy"),
            *("policy-move", "policy-take-up", "ladder-take-up", "letter", "signature"),
            *("rules-order", "rule-take-up", "person-handover", "invite-again"),
            *("failures", "failure", "failure-archive", "budgets", "budget"),
            *("playbook-new", "playbook", "playbook-archive"),
            "policy-move",
            *("policy-archive", "calendar-new", "calendar", "calendar-archive", "calendar-ical"),
            *(
                "ladder-new",
                "ladder",
                "ladder-archive",
                "groups",
                "group",
                "group-members",
                "group-leave",
            ),
            *("group-archive", "people", "person", "person-switch", "withdraw", "source-new"),
            *("source", "source-keys", "key-revoke", "source-test", "source-archive"),
            *("imap-new", "imap", "imap-try", "imap-remove"),
            *("source-mailboxes", "source-hooks", "source-hook", "source-hook-remove"),
            *("causes", "cause", "cause-archive", "limits", "limit"),
            *("field-new", "field", "field-move", "field-archive"),
            *("asked-forms", "asked-form", "asked-form-archive"),
        )
    },
}


def _joining(cast: Cast) -> Joining:
    claim, one = make_customer(trusted=False), make_customer()
    return hold_joining("join", claim, one, by=cast.agent, now=NOW)


class House:
    """One world for many knocks, each of which is taken back."""

    def __init__(self, cast: Cast) -> None:
        found = make_world(cast)
        letter = Letter.objects.create(
            key="dead", to="a@b.example", state="dead", written_at=NOW, leave_at=NOW, died_at=NOW
        )
        mail = Mail.objects.create(
            source=Source.objects.earliest("pk"),
            digest=b"aside",
            raw=b"?",
            verdict="unreadable",
            received_at=NOW,
        )
        ticket, group = found["tickets"], found["access-groups"]
        answer = make_answer(number_of(ticket))
        self.places: dict[str, Any] = {
            "new-password": [1, "token"],
            "invitation": ["token"],
            "ticket": [ticket],
            "board-give": [ticket],
            "speak": [ticket, "note"],
            "view": [found["me/views"]],
            "here": [ticket],
            "draft": [ticket, "note"],
            "ticket-mails": [ticket],
            **{f"ticket-mail{end}": [ticket, answer.pk] for end in ("", "-page", "-raw")},
            "file": [ticket, found["tickets/files"]],
            "file-take-away": [ticket, Attachment.objects.get(entry=None).pk],
            "choose-file": [ticket, "note"],
            "handed-over": [ticket],
            "handover-back": [ticket],
            "watch": [ticket],
            "unwatch": [ticket],
            "news-read": [ticket],
            "macro": [found["macros"]],
            "macro-use": [ticket],
            "kudos-take-away": [found["kudos"]],
            "feedback-praise": [found["feedback"]],
            "ticket-praise": [ticket, 1],
            "problem": [found["problems"]],
            "problem-verb": [found["problems"], "analyse"],
            "problem-out": [found["problems"], ticket],
            "announcement": [found["problems"], found["problems/announcements"]],
            "reply-preview": [ticket],
            "status-link": [ticket],
            "gesture": [ticket],
            "gesture-verb": [ticket, found["tickets/gestures"], "approve"],
            "gesture-letter": [ticket, found["tickets/gestures"]],
            "failure": [ticket],
            "playbook-leave": [ticket],
            "answer": [ticket],
            "customer": [found["customers"]],
            **{f"bulk-{name}": [found["bulk-acts"]] for name in ("act", "confirm", "undo")},
            "tag-change": [found["tag-changes"]],
            "joining-undo": [_joining(cast).pk],
            "acknowledge": [found["escalations"]],
            "feedback": [found["feedback"]],
            "feedback-file": [found["feedback"], found["feedback/files"]],
            "send-again": [letter.pk],
            "mail-again": [mail.pk],
            "mail-raw": [mail.pk],
            "revoke-token": [found["keys"]],
            "admin-rule": [found["rules"]],
            "admin-rule-take-up": [found["rules"], 1],
            "admin-policy": ["standard"],
            "admin-policy-take-up": ["standard"],
            "admin-calendar": ["office"],
            "admin-ladder": ["house"],
            "admin-ladder-take-up": ["house"],
            "admin-letter": ["reminder", "ko"],
            "admin-signature": [group, "en"],
            "admin-group": [group],
            "admin-group-leave": [group, found["access-groups/members"]],
            "admin-person": [found["users"]],
            "admin-withdraw": [found["invitations"]],
            "admin-invite-again": [found["invitations"]],
            "admin-source": ["shop"],
            "admin-source-hook": ["shop", "postmark"],
            "admin-asked-forms": ["shop"],
            "admin-asked-form": ["shop", "after"],
            "admin-source-test": ["shop"],
            "admin-imap-new": ["shop"],
            "admin-imap": ["shop", found["sources/imap-accounts"]],
            "admin-key-revoke": ["shop", found["sources/keys"]],
            "admin-cause": ["delivery"],
            "admin-failure": [found["failure-types"]],
            "admin-field": [found["fields"]],
            "admin-playbook": [found["playbooks"]],
            "admin-budget": [found["gesture-budgets"]],
            "admin-limit": [found["gesture-limits"]],
        }
        self.clients = {role: browse(getattr(cast, role, None)) for role in ROLES}

    def knock(self, role: str, route: str, at: list[Any] | None = None) -> HttpResponse:
        method, _, name = route.partition(" ")
        path = reverse(name, args=self.where(name) if at is None else at)
        with transaction.atomic():
            response: HttpResponse = getattr(self.clients[role], method.lower())(path)
            transaction.set_rollback(True)
        return response

    def where(self, name: str) -> list[Any]:
        """A page beneath another one stands at the same place."""
        above = name.rpartition("-")[0]
        beneath = above in self.places and not name.endswith(("-new", "-list"))
        return self.places.get(name) or (self.places[above] if beneath else [])


@pytest.fixture
def house(cast: Cast) -> House:
    return House(cast)


def fits(response: HttpResponse, expected: int) -> bool:
    if expected == IN:
        return response.status_code not in STOPPED
    return response.status_code == expected


def test_every_page_stands_behind_a_wall() -> None:
    named = {pattern.name for pattern in urlpatterns}
    assert {route.partition(" ")[2] for route in BEHIND} == named


@pytest.mark.parametrize("name", WALLS)
def test_each_wall_stops_whom_it_should(house: House, name: str) -> None:
    routes = [route for route, behind in BEHIND.items() if behind == name]
    assert routes
    wrong = [
        (route, role, response.status_code, response.content[:200])
        for route in routes
        for role, expected in WALLS[name].items()
        if not fits(response := house.knock(role, route), expected)
    ]
    assert wrong == []


def test_an_impossible_address_is_not_found(house: House) -> None:
    """Numbers beyond any key, and slugs that nobody gave."""
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if "<" in route:
            path = re.sub(r"<int:\w+>", "9" * 30, route)
            path = re.sub(r"<uuid:\w+>", "00000000-0000-7000-8000-000000000000", path)
            path = re.sub(r"<\w+:\w+>", "nowhere", path)
            for method in ("get", "post"):
                with transaction.atomic():
                    response = getattr(house.clients["admin"], method)(f"/{path}")
                    transaction.set_rollback(True)
                assert response.status_code < 500, path
