"""A playbook on a ticket …"""

from decimal import Decimal
from typing import Any

import pytest

from cxloop.kernel.errors import Conflict
from tests.cast import Cast, api
from tests.makers import NOW, make_customer, make_policy, make_root_cause, make_ticket
from tests.recovery.asking import LATER, answer, kinds, make_asked
from tickets.recovery.actions.failures import default_failures
from tickets.recovery.actions.gestures import add_gesture, break_gesture
from tickets.recovery.actions.playbooks import (
    archive_playbook,
    change_playbook,
    leave_playbook,
    revise_playbook,
    write_playbook,
)
from tickets.recovery.models import Gesture, Playbook, PlaybookUse, PlaybookVersion
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.move import reopen_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

STEPS = [{"kind": "call", "text_en": "May I call you?"}, {"kind": "apology", "text_ko": "죄송"}]


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_failures(now=NOW)
    make_root_cause("late")
    return make_ticket(cast.group, customer=make_customer(value=Decimal(900)))


def write(slug: str = "usual", **content: Any) -> PlaybookVersion:
    return write_playbook(
        slug=slug, name=slug.title(), by=None, now=NOW, **{"steps": STEPS, **content}
    )


def offered(ticket: Ticket, cast: Cast) -> Any:
    return api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}/recovery").json()["playbook"]


def give(ticket: Ticket, cast: Cast, kind: str, **money: Any) -> Gesture:
    return add_gesture(ticket, kind=kind, explanation="", by=acting(cast.agent), now=NOW, **money)


def resolve(ticket: Ticket, cast: Cast, **said: Any) -> Any:
    body = {"root_cause": "late", "body": "Sent again.", **said}
    return api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/resolve", body)


class TestOffered:
    def test_is_the_one_that_fits(self, cast: Cast, ticket: Ticket) -> None:
        write(value_from=Decimal(1000))
        assert offered(ticket, cast) is None
        write("dear", value_from=Decimal(900))
        shown = offered(ticket, cast)
        assert (shown["slug"], shown["version"], shown["is_over"]) == ("dear", 1, False)
        assert shown["next"]["kind"] == "call"

    def test_goes_on_with_what_was_given(self, cast: Cast, ticket: Ticket) -> None:
        write()
        give(ticket, cast, "call")
        shown = offered(ticket, cast)
        assert [step["given"] for step in shown["steps"]] == [True, False]
        assert shown["next"]["kind"] == "apology"
        give(ticket, cast, "apology")
        assert offered(ticket, cast)["next"] is None

    def test_offers_what_was_broken_again_and_what_waits_not_twice(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        write(steps=[{"kind": "refund"}, {"kind": "call"}, {"kind": "apology"}])
        money = {"amount": Decimal(99), "currency": "EUR"}
        asked = give(ticket, cast, "refund", **money)
        broken = give(ticket, cast, "call")
        break_gesture(broken, by=acting(cast.agent), now=NOW)
        shown = offered(ticket, cast)
        assert [step["given"] for step in shown["steps"]] == [False, False, False]
        assert shown["next"]["kind"] == "call"
        give(ticket, cast, "call")
        give(ticket, cast, "apology")
        assert offered(ticket, cast)["next"] is None
        resolve(ticket, cast)
        assert (asked.state, PlaybookUse.objects.get().followed) == ("waiting", False)

    def test_changes_with_the_type_that_is_known(self, cast: Cast, ticket: Ticket) -> None:
        write()
        write("money", types=["billing"])
        assert offered(ticket, cast)["slug"] == "usual"
        client = api(cast.agent)
        client.patch(f"/api/v1/tickets/{ticket.ref}/recovery", {"type": "billing"})
        assert offered(ticket, cast)["slug"] == "money"

    def test_is_another_after_a_second_failure(self, cast: Cast, ticket: Ticket) -> None:
        write()
        write("again", again=True)
        assert offered(ticket, cast)["slug"] == "usual"
        Ticket.objects.filter(pk=ticket.pk).update(is_again=True)
        assert offered(ticket, cast)["slug"] == "again"

    def test_is_another_after_a_repair_that_was_none(self, cast: Cast) -> None:
        write()
        write("again", again=True)
        for policy, slug in ((make_policy(again_within_s=9), "again"), (make_policy(), "usual")):
            question = make_asked(cast, policy=policy)
            answer(question, solved=False)
            assert offered(question.ticket, cast)["slug"] == slug

    def test_is_the_same_after_thanks_or_a_slip(self, cast: Cast) -> None:
        write()
        write("again", again=True)
        question = make_asked(cast, policy=make_policy(again_within_s=9))
        answer(question, solved=True, score=5)
        ticket = locked(question.ticket_id)
        receive_message(ticket, text="Thank you!", received_at=LATER, now=LATER)
        assert offered(ticket, cast)["slug"] == "usual"
        slip = make_asked(cast, policy=make_policy(again_within_s=9)).ticket
        reopen_ticket(slip, reason="a slip", by=acting(cast.agent), now=LATER)
        assert offered(slip, cast)["slug"] == "usual"

    def test_is_none_that_is_off_or_archived(self, cast: Cast, ticket: Ticket) -> None:
        book = write().playbook
        change_playbook(book, is_on=False)
        assert offered(ticket, cast) is None
        change_playbook(book, is_on=True)
        archive_playbook(book, now=NOW)
        assert offered(ticket, cast) is None


class TestResolving:
    def test_after_every_step_it_was_followed(self, cast: Cast, ticket: Ticket) -> None:
        write()
        give(ticket, cast, "call")
        assert resolve(ticket, cast, gesture="apology").status_code == 200
        assert PlaybookUse.objects.get().followed is True
        assert offered(ticket, cast)["followed"] is True

    def test_before_that_it_was_left_without_a_word(self, cast: Cast, ticket: Ticket) -> None:
        write()
        resolve(ticket, cast, gesture="none")
        use = PlaybookUse.objects.get()
        assert (use.followed, use.why_left, use.by) == (False, "", cast.agent)

    def test_taken_back_it_goes_on_and_what_holds_is_the_second_claim(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        write()
        resolve(ticket, cast, gesture="call")
        at = f"/api/v1/tickets/{ticket.ref}/take-back"
        shown = api(cast.agent).post(at, {}).json()["recovery"]["playbook"]
        assert (shown["is_over"], shown["next"]["kind"]) == (False, "apology")
        resolve(ticket, cast, gesture="apology")
        assert PlaybookUse.objects.get().followed is True

    def test_taken_back_it_is_noted_by_what_was_offered_since(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        usual = write()
        resolve(ticket, cast, gesture="call")
        api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/take-back", {})
        money = write("money", types=["billing"])
        api(cast.agent).patch(f"/api/v1/tickets/{ticket.ref}/recovery", {"type": "billing"})
        assert offered(ticket, cast)["slug"] == "money"
        resolve(ticket, cast)
        assert PlaybookUse.objects.get().version == money
        api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/take-back", {})
        for version in (usual, money):
            archive_playbook(version.playbook, now=NOW)
        resolve(ticket, cast)
        assert not PlaybookUse.objects.exists()

    def test_without_one_nothing_is_noted(self, cast: Cast, ticket: Ticket) -> None:
        resolve(ticket, cast, gesture="none")
        assert not PlaybookUse.objects.exists()


class TestLeaving:
    def test_says_why_and_stands(self, cast: Cast, ticket: Ticket) -> None:
        write()
        where = f"/api/v1/tickets/{ticket.ref}/recovery/playbook/leave"
        shown = api(cast.agent).post(where, {"why": "He wants it in writing"}).json()["playbook"]
        assert (shown["is_over"], shown["followed"], shown["why_left"]) == (
            True,
            False,
            "He wants it in writing",
        )
        assert kinds(ticket)[-1] == "playbook_left"
        assert api(cast.agent).post(where, {"why": "again"}).status_code == 409
        revise_playbook(Playbook.objects.get(), by=None, now=NOW, steps=STEPS[:1])
        assert offered(ticket, cast)["version"] == 1
        resolve(ticket, cast, gesture="none")
        assert PlaybookUse.objects.get().why_left == "He wants it in writing"

    @pytest.mark.parametrize("why", ["", "  ", "x" * 301])
    def test_wants_a_reason(self, cast: Cast, ticket: Ticket, why: str) -> None:
        write()
        where = f"/api/v1/tickets/{ticket.ref}/recovery/playbook/leave"
        refused = api(cast.agent).post(where, {"why": why})
        assert refused.json()["errors"][0]["pointer"] == "/why"

    def test_wants_a_playbook(self, cast: Cast, ticket: Ticket) -> None:
        with pytest.raises(Conflict):
            leave_playbook(ticket, why="-", by=acting(cast.agent), now=NOW)


class TestWriting:
    WHERE = "/api/v1/playbooks"

    def test_an_admin_writes_revises_and_archives_them(self, cast: Cast, ticket: Ticket) -> None:
        client = api(cast.admin)
        said = {"slug": "usual", "name": "Usual", "steps": STEPS, "types": ["billing"]}
        made = client.post(self.WHERE, said | {"value_from": "50.00", "source_of_advice": "Us"})
        assert (made.status_code, made.json()["version"]) == (201, 1)
        changed = client.patch(f"{self.WHERE}/usual", {"types": [], "is_on": False}).json()
        assert (changed["version"], changed["types"], changed["is_on"]) == (2, [], False)
        assert changed["value_from"] == "50.00"
        same = client.patch(f"{self.WHERE}/usual", {"types": []}).json()
        assert same["version"] == 2
        assert client.delete(f"{self.WHERE}/usual").status_code == 204
        assert api(cast.viewer).get(self.WHERE).json()["results"] == []
        assert PlaybookVersion.objects.count() == 2

    @pytest.mark.parametrize(
        ("said", "pointer"),
        [
            ({"slug": "usual"}, "/slug"),
            ({"steps": []}, "/steps"),
            ({"steps": [{"kind": "bribe"}]}, "/steps/0/kind"),
            ({"types": ["delivery", "weather"]}, "/types/1"),
            ({"severity_from": 5}, "/severity_from"),
            ({"value_from": "-1"}, "/value_from"),
            ({"note": "x" * 2001}, "/note"),
        ],
    )
    def test_nonsense_is_refused_with_a_pointer(
        self, cast: Cast, ticket: Ticket, said: dict[str, Any], pointer: str
    ) -> None:
        write()
        body = {"slug": "new", "name": "New", "steps": STEPS, **said}
        refused = api(cast.admin).post(self.WHERE, body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == pointer
