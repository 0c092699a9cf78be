"""The verbs of a ticket over REST: who may say them, and what labels and owners do."""

import pytest

from tests.cast import Cast, api
from tests.desk.asking import done, entries, faults, refusal, tell
from tests.makers import make_ticket
from tickets.work.models import Priority, Ticket, TicketShare
from tickets.work.verbs import VERBS

pytestmark = pytest.mark.django_db

ROUTED = [name for name, verb in VERBS.items() if verb.has_route]


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


class TestWho:
    @pytest.mark.parametrize("verb", ROUTED)
    def test_strangers_find_nothing_whatever_they_say(self, cast, ticket, verb) -> None:
        assert refusal(tell(cast.outsider, ticket, verb)) == (404, "not_found")

    @pytest.mark.parametrize("verb", [name for name in ROUTED if not VERBS[name].reads])
    def test_readers_may_not_write_whatever_they_say(self, cast, ticket, verb) -> None:
        for reader in (cast.viewer, cast.auditor):
            assert refusal(tell(reader, ticket, verb)) == (403, "forbidden")

    @pytest.mark.parametrize("verb", ROUTED)
    def test_nobody_speaks_without_a_key(self, cast, ticket, verb) -> None:
        assert refusal(tell(None, ticket, verb)) == (401, "unknown_key")

    def test_a_group_it_is_shared_with_reads_and_does_not_write(self, cast, ticket) -> None:
        TicketShare.objects.create(ticket=ticket, group=cast.other_group)
        assert api(cast.outsider).get(f"/api/v1/tickets/{ticket.ref}").status_code == 200
        assert refusal(tell(cast.outsider, ticket, "note", {"body": "x"})) == (403, "forbidden")

    def test_a_verb_shares_it_and_takes_that_back(self, cast, ticket) -> None:
        shown = done(tell(cast.agent, ticket, "share", {"add": [cast.other_group.slug]}))
        assert shown["shared_with"] == [{**cast.other_group.brief(), "right": "read"}]
        assert api(cast.outsider).get(f"/api/v1/tickets/{ticket.ref}").status_code == 200
        done(tell(cast.agent, ticket, "share", {"remove": [cast.other_group.slug]}))
        assert api(cast.outsider).get(f"/api/v1/tickets/{ticket.ref}").status_code == 404
        reasons = ticket.timeline.filter(kind="shared").order_by("pk").values_list("reason")
        assert [reason["added"] for (reason,) in reasons] == [["billing"], []]

    def test_sharing_again_or_with_its_own_group_writes_no_entry(self, cast, ticket) -> None:
        for _ in range(2):
            done(tell(cast.agent, ticket, "share", {"add": ["care", "billing"]}))
        assert ticket.timeline.filter(kind="shared").count() == 1

    def test_it_is_shared_with_no_unknown_group(self, cast, ticket) -> None:
        refused = tell(cast.agent, ticket, "share", {"add": ["care", "nowhere"]})
        assert faults(refused) == [("/add/1", "unknown_group")]

    def test_admins_work_all_tickets(self, cast, ticket) -> None:
        done(tell(cast.admin, ticket, "note", {"body": "Seen."}))
        assert ticket.timeline.get(text="Seen.").actor == cast.admin

    def test_what_is_no_ref_is_no_ticket(self, cast) -> None:
        for ref in ("T-9", "T-99999999999999999999", "1", "T-", "T-1x", "T-%00"):
            response = api(cast.agent).post(f"/api/v1/tickets/{ref}/note", {"body": "x"})
            assert response.status_code == 404, ref


class TestAssign:
    def test_me_owns_it(self, cast, ticket) -> None:
        shown = done(tell(cast.agent, ticket, "assign", {"assignee": "me"}))
        assert shown["assignee"] == {"id": cast.agent.pk, "name": "Agent"}
        assert shown["status"] == "open"

    def test_the_same_again_writes_no_entry(self, cast, ticket) -> None:
        tell(cast.agent, ticket, "assign", {"assignee": cast.lead.pk})
        before = entries(ticket)
        done(tell(cast.agent, ticket, "assign", {"assignee": cast.lead.pk}))
        assert entries(ticket) == before

    def test_null_leaves_it_unowned(self, cast, ticket) -> None:
        tell(cast.agent, ticket, "assign", {"assignee": "me"})
        assert done(tell(cast.agent, ticket, "assign", {"assignee": None}))["assignee"] is None

    def test_to_another_group_it_leaves_the_givers_sight_and_answers_once_more(
        self, cast, ticket
    ) -> None:
        body = {"group": cast.other_group.slug, "reason": "An invoice."}
        shown = done(tell(cast.agent, ticket, "assign", body))
        assert shown["group"]["slug"] == "billing"
        assert shown["timeline"][-1]["reason"]["why"] == "An invoice."
        assert refusal(tell(cast.agent, ticket, "assign", {"assignee": "me"})) == (404, "not_found")

    def test_a_group_and_somebody_there_at_once(self, cast, ticket) -> None:
        body = {"group": cast.other_group.slug, "assignee": cast.outsider.pk}
        shown = done(tell(cast.agent, ticket, "assign", body))
        assert (shown["group"]["slug"], shown["assignee"]["name"]) == ("billing", "Outsider")

    def test_who_cannot_work_there_changes_nothing_at_all(self, cast, ticket) -> None:
        body = {"group": cast.other_group.slug, "assignee": cast.lead.pk}
        assert faults(tell(cast.agent, ticket, "assign", body)) == [("/assignee", "not_a_member")]

    def test_a_number_does_not_tell_who_works_elsewhere(self, cast, ticket) -> None:
        told = [
            tell(cast.agent, ticket, "assign", {"assignee": number}).json()["errors"]
            for number in (cast.outsider.pk, 999_999_999)
        ]
        assert told[0] == told[1]
        ticket.refresh_from_db()
        assert ticket.group == cast.group

    REFUSED = [
        ({}, "/assignee", "required"),
        ({"assignee": 2**63}, "/assignee", "invalid"),
        ({"assignee": 2**62}, "/assignee", "not_a_member"),
        ({"assignee": True}, "/assignee", "invalid"),
        ({"assignee": "7"}, "/assignee", "invalid"),
        ({"assignee": [1]}, "/assignee", "invalid"),
        ({"group": "none-such"}, "/group", "unknown_group"),
        ({"group": None}, "/group", "null"),
        ({"assigne": 7}, "/assigne", "unknown_name"),
    ]

    @pytest.mark.parametrize("body, pointer, code", REFUSED)
    def test_it_refuses_with_a_pointer(self, cast, ticket, body, pointer, code) -> None:
        response = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/assign", body)
        assert faults(response) == [(pointer, code)]


class TestLabel:
    def test_tags_are_added_and_removed(self, cast, ticket) -> None:
        tell(cast.agent, ticket, "tag", {"add": ["late", "dhl"]})
        shown = done(tell(cast.agent, ticket, "tag", {"add": ["vip"], "remove": ["dhl"]}))
        assert shown["tags"] == ["late", "vip"]

    def test_the_same_tags_and_priority_again_write_no_entry(self, cast, ticket) -> None:
        tell(cast.agent, ticket, "tag", {"add": ["late"]})
        before = entries(ticket)
        done(tell(cast.agent, ticket, "tag", {"add": ["late"], "remove": ["none-such"]}))
        done(tell(cast.agent, ticket, "priority", {"priority": "normal"}))
        assert entries(ticket) == before

    @pytest.mark.parametrize(
        "body",
        [{"add": ["x" * 65]}, {"add": [" "]}, {"add": [f"t{n}" for n in range(51)]}, {"add": "x"}],
    )
    def test_bad_tags_are_refused(self, cast, ticket, body) -> None:
        assert faults(tell(cast.agent, ticket, "tag", body))[0][0].startswith("/add")

    def test_priority_is_a_word(self, cast, ticket) -> None:
        assert done(tell(cast.agent, ticket, "priority", {"priority": "urgent"}))["priority"]
        assert Ticket.objects.get().priority == Priority.URGENT
        response = tell(cast.agent, ticket, "priority", {"priority": 4})
        assert faults(response) == [("/priority", "invalid_choice")]


class TestBody:
    @pytest.mark.parametrize("raw", [b"[]", b'"x"', b"7", b"null"])
    def test_what_is_no_object_is_refused(self, cast, ticket, raw) -> None:
        response = api(cast.agent).post(
            f"/api/v1/tickets/{ticket.ref}/note", raw, content_type="application/json"
        )
        assert response.status_code == 422

    @pytest.mark.parametrize("raw", [b"{", b"\xff", b'{"body": "a", "body": "b"}', b"[" * 5000])
    def test_what_is_no_json_is_unreadable(self, cast, ticket, raw) -> None:
        response = api(cast.agent).post(
            f"/api/v1/tickets/{ticket.ref}/note", raw, content_type="application/json"
        )
        assert response.status_code == 400

    def test_other_methods_are_not_taken(self, cast, ticket) -> None:
        response = api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}/note")
        assert refusal(response) == (405, "method_not_allowed")
