"""The page of tags: counted, one called otherwise everywhere, undone."""

from datetime import timedelta

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of, ticket_of_today
from tickets.work.models import TagChange, Ticket
from tickets.work.sweeps import rename_tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group, tags=["late", "<b>odd</b>"])


CHANGE = "/tags/change?was=late&becomes=delayed"


def plan(cast: Cast) -> TagChange:
    lead = browse(cast.lead)
    said = {"nonce": nonce_of(lead.get(CHANGE)), "was": "late", "becomes": "delayed"}
    answer = lead.post("/tags/change", said)
    change = TagChange.objects.latest("pk")
    sent(answer, f"/tags/changes/{change.pk}")
    sent(lead.post("/tags/change", said), "/tags")
    return change


def test_it_lists_the_tags_of_the_groups_one_leads(cast: Cast, ticket: Ticket) -> None:
    ticket_of_today(cast.other_group, tags=["theirs"])
    page = browse(cast.lead).get("/tags")
    assert "late 1" in text_of(page)
    assert "theirs" not in text_of(page)
    assert "<b>odd</b>" not in page.content.decode()
    assert "theirs" in text_of(browse(cast.auditor).get("/tags"))


def test_auditors_read_it_and_are_offered_nothing(cast: Cast, ticket: Ticket) -> None:
    page = browse(cast.auditor).get("/tags").content.decode()
    assert "/tags/change" not in page


def test_without_a_tag_it_teaches(cast: Cast) -> None:
    assert "No ticket has a tag yet" in text_of(browse(cast.lead).get("/tags"))


def test_it_tells_what_would_change_and_does_nothing(cast: Cast, ticket: Ticket) -> None:
    page = text_of(browse(cast.lead).get(CHANGE))
    assert "“late” becomes “delayed”" in page
    assert "Will change 1 ticket" in page
    assert not TagChange.objects.exists()


def test_confirmed_it_waits_and_then_is_done(cast: Cast, ticket: Ticket) -> None:
    change, lead = plan(cast), browse(cast.lead)
    assert "Nothing has changed yet" in text_of(lead.get(f"/tags/changes/{change.pk}"))
    assert "“late” becomes “delayed”" in text_of(lead.get("/tags"))
    TagChange.objects.update(starts_at=moment() - timedelta(seconds=1))
    rename_tags()
    assert "Done. 1 ticket changed." in text_of(lead.get(f"/tags/changes/{change.pk}"))
    page = text_of(lead.get("/tags"))
    assert "delayed 1" in page
    assert "Who changed what “late” becomes “delayed” Lead" in page
    history = text_of(lead.get(f"/tickets/{ticket.ref}"))
    assert "A tag is called otherwise on every ticket" in history


def test_undone_it_never_happens(cast: Cast, ticket: Ticket) -> None:
    change, lead = plan(cast), browse(cast.lead)
    sent(lead.post(f"/tags/changes/{change.pk}/undo"), f"/tags/changes/{change.pk}")
    assert "It was undone. Nothing was changed." in text_of(lead.get(f"/tags/changes/{change.pk}"))
    assert rename_tags() == 0


def test_what_is_no_tag_is_refused_and_kept(cast: Cast, ticket: Ticket) -> None:
    lead = browse(cast.lead)
    for said in ({"was": "late", "becomes": "late"}, {"was": "late", "becomes": "x" * 65}):
        for answer in (lead.get("/tags/change", said), lead.post("/tags/change", said)):
            assert answer.status_code == 422
            assert 'value="late"' in answer.content.decode()


def test_a_lead_reads_only_of_changes_of_their_groups(cast: Cast, ticket: Ticket) -> None:
    change = plan(cast)
    TagChange.objects.update(
        starts_at=moment() - timedelta(seconds=1), groups=[cast.other_group.pk]
    )
    rename_tags()
    assert change
    assert "Who changed what" not in text_of(browse(cast.lead).get("/tags"))
    assert "Who changed what" in text_of(browse(cast.admin).get("/tags"))


def test_it_costs_the_same_for_many_tickets(cast: Cast, ticket: Ticket) -> None:
    lead = browse(cast.lead)
    costs = [cost_of(lead, page) for page in ("/tags", CHANGE)]
    for number in range(5):
        ticket_of_today(cast.group, tags=["late", f"tag {number}"])
    assert [cost_of(lead, page) for page in ("/tags", CHANGE)] == costs
