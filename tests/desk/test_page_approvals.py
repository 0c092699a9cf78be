"""The page of what waits for approval …"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import HttpResponse

from accounts.models import User
from cxloop.kernel.moment import moment
from desk.pages import approvals as page_of_approvals
from feedback.intake.models import Customer
from tests.cast import Cast, api
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of
from tests.makers import NOW, make_customer, make_policy, make_ticket
from tickets.recovery.actions.budgets import write_budget
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.limits import default_limits, write_limit
from tickets.recovery.actions.repair import change_recovery
from tickets.recovery.models import Gesture
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

WHERE = "/approvals"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    default_limits(now=NOW)
    policy = make_policy(approve_s=86_400)
    return make_ticket(cast.group, customer=make_customer(name="Kim"), policy=policy)


def refund(ticket: Ticket, cast: Cast, amount: int = 90) -> Gesture:
    said = {"kind": "refund", "explanation": "Broken twice", "currency": "EUR"}
    return add_gesture(ticket, amount=Decimal(amount), by=acting(cast.agent), now=NOW, **said)


def rows_of(page: HttpResponse) -> list[str]:
    """The gestures on the page of a ticket, in the order in which they were given."""
    parts = page.content.decode().split('<article class="gesture ')[1:]
    return [part.split("</article>")[0] for part in parts]


def test_says_what_is_wanted_by_whom_and_until_when(cast: Cast, ticket: Ticket) -> None:
    order = {"order_value": Decimal(180), "order_currency": "EUR"}
    change_recovery(ticket, by=acting(cast.agent), now=NOW, **order)
    refund(ticket, cast)
    write_budget(group=None, currency="EUR", amount=Decimal(500), by=cast.admin, now=NOW)
    page = text_of(browse(cast.lead).get(WHERE))
    assert "Refund 90 EUR 50 % of the order" in page
    assert f"{ticket.ref} {ticket.subject}" in page
    assert "The house together 500 EUR of 500" in page
    assert "over" in page  # the day that the policy gives has passed


def test_says_in_korean_what_a_customer_is_worth(cast: Cast, ticket: Ticket) -> None:
    refund(ticket, cast)
    Customer.objects.update(value=Decimal(120))
    User.objects.filter(pk=cast.lead.pk).update(language="ko")
    assert "고객 가치 120" in text_of(browse(cast.lead).get(WHERE))


def test_is_where_leads_decide(cast: Cast, ticket: Ticket) -> None:
    first, second = refund(ticket, cast), refund(ticket, cast)
    lead = browse(cast.lead)
    for gesture, verb in ((first, "approve"), (second, "reject")):
        said = {"from": "approvals", "nonce": nonce_of(lead.get(WHERE)), "note": "Fine"}
        sent(lead.post(f"/tickets/{ticket.ref}/gestures/{gesture.pk}/{verb}", said), WHERE)
    assert set(Gesture.objects.values_list("state", flat=True)) == {"promised", "rejected"}
    assert "Nothing waits for approval" in text_of(lead.get(WHERE))


def test_has_no_button_for_ones_own_and_for_who_leads_nothing(cast: Cast, ticket: Ticket) -> None:
    refund(ticket, cast)
    page = text_of(browse(cast.agent).get(WHERE))
    assert "Your own: somebody else decides." in page
    for person in (cast.agent, cast.viewer, cast.auditor):
        assert "/approve" not in browse(person).get(WHERE).content.decode()


def test_shows_strangers_nothing(cast: Cast, ticket: Ticket) -> None:
    refund(ticket, cast)
    assert "Nothing waits for approval" in text_of(browse(cast.outsider).get(WHERE))
    assert api(cast.outsider).get("/api/v1/gestures/waiting").json()["results"] == []
    (shown,) = api(cast.viewer).get("/api/v1/gestures/waiting").json()["results"]
    assert (shown["ticket"], shown["amount"], shown["state"]) == (ticket.ref, "90.00", "waiting")


def test_says_how_many_it_shows_where_more_wait(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_approvals, "MOST_SHOWN", 1)
    refund(ticket, cast)
    assert "Only the" not in text_of(browse(cast.lead).get(WHERE))
    refund(ticket, cast)
    page = text_of(browse(cast.lead).get(WHERE))
    assert "Only the 1 that have waited longest stand here." in page


def test_asks_the_database_as_often_for_much_as_for_little(cast: Cast, ticket: Ticket) -> None:
    lead = browse(cast.lead)
    refund(ticket, cast)
    once = cost_of(lead, WHERE)
    for _ in range(4):
        refund(make_ticket(cast.group), cast)
    assert cost_of(lead, WHERE) == once


def test_a_refused_decision_says_why_on_the_ticket(cast: Cast, ticket: Ticket) -> None:
    said = {"group": None, "role": "lead", "currency": "EUR", "amount": Decimal(60)}
    write_limit(**said, by=cast.admin, now=NOW)  # type: ignore[arg-type]
    gesture = refund(ticket, cast)
    refused = browse(cast.lead).post(f"/tickets/{ticket.ref}/gestures/{gesture.pk}/approve", {})
    assert refused.status_code == 409
    assert "above what you may approve" in text_of(refused)


def test_what_waited_past_its_time_is_approved_with_another(cast: Cast, ticket: Ticket) -> None:
    gesture, lead = refund(ticket, cast), browse(cast.lead)
    Gesture.objects.update(keep_by=NOW + timedelta(hours=1))
    assert 'name="keep_by"' in lead.get(WHERE).content.decode()
    at = f"/tickets/{ticket.ref}/gestures/{gesture.pk}/approve"
    refused = lead.post(at, {"from": "approvals"})
    assert "Say another, or reject it." in text_of(refused)
    assert 'name="keep_by"' in refused.content.decode()
    until = moment() + timedelta(days=3)
    said = {"from": "approvals", "keep_by": until.strftime("%Y-%m-%dT%H:%M")}
    sent(lead.post(at, said), WHERE)
    gesture.refresh_from_db()
    assert gesture.state == "promised"
    assert gesture.keep_by
    assert gesture.keep_by > moment()


def test_a_refused_decision_stands_in_the_row_of_its_gesture(cast: Cast, ticket: Ticket) -> None:
    promised, late, other = (refund(ticket, cast, amount) for amount in (20, 90, 91))
    Gesture.objects.filter(state="waiting").update(keep_by=NOW + timedelta(hours=1))
    said = {"from": "approvals", "note": "Fine <by> me"}
    at = f"/tickets/{ticket.ref}/gestures/{late.pk}/approve"
    refused = browse(cast.lead).post(at, said)
    assert refused.status_code == 409
    rows = rows_of(refused)
    assert [row.count("Fine &lt;by&gt; me") for row in rows] == [0, 1, 0]
    assert [row.count("Say another, or reject it.") for row in rows] == [0, 1, 0]
    assert "Fine &lt;by&gt; me" not in "".join(refused.content.decode().split("</article>")[3:])
    for proof in ("letter", "call", "reference"):
        assert f'<option value="{proof}">' in rows[0]
    early = browse(cast.lead).post(at, {"keep_by": "2020-01-01T09:00"})
    assert 'name="keep_by" value="2020-01-01T09:00"' in rows_of(early)[1]
    assert "Until when: " in rows_of(early)[1]
    assert [one.pk for one in Gesture.objects.order_by("pk")] == [promised.pk, late.pk, other.pk]


def test_a_refused_proof_stands_as_it_was_chosen(cast: Cast, ticket: Ticket) -> None:
    gesture = refund(ticket, cast, 20)
    said = {"proof": "letter", "note": "It came", "reference": "SAP"}
    refused = browse(cast.agent).post(f"/tickets/{ticket.ref}/gestures/{gesture.pk}/keep", said)
    (row,) = rows_of(refused)
    assert '<option value="letter" selected>' in row
    assert 'name="reference" maxlength="120" value="SAP"' in row
    assert "It came" in row


def test_what_was_said_of_what_is_over_is_not_lost(cast: Cast, ticket: Ticket) -> None:
    gesture, lead = refund(ticket, cast), browse(cast.lead)
    at = f"/tickets/{ticket.ref}/gestures/{gesture.pk}"
    sent(lead.post(f"{at}/reject", {}), f"/tickets/{ticket.ref}")
    (row,) = rows_of(lead.post(f"{at}/approve", {"note": "Fine by me"}))
    assert "Fine by me" in row
    assert "<input" not in row


def test_over_rest_it_is_named_in_the_approval(cast: Cast, ticket: Ticket) -> None:
    gesture, lead = refund(ticket, cast), api(cast.lead)
    Gesture.objects.update(keep_by=NOW + timedelta(hours=1))
    at = f"/api/v1/tickets/{ticket.ref}/gestures/{gesture.pk}/approve"
    assert lead.post(at, {}).json()["code"] == "time_passed"
    until = "2031-01-01T00:00:00Z"
    assert lead.post(at, {"keep_by": until}).json()["gestures"][0]["keep_by"] == until


def test_what_is_kept_names_its_proof(cast: Cast, ticket: Ticket) -> None:
    gesture, agent = refund(ticket, cast, 20), browse(cast.agent)
    where = f"/tickets/{ticket.ref}"
    refused = agent.post(f"{where}/gestures/{gesture.pk}/keep", {"proof": "letter"})
    assert "Give a reference instead." in text_of(refused)
    sent(agent.post(f"{where}/gestures/{gesture.pk}/keep", {"reference": "SAP 4711"}), where)
    assert "Proof: SAP 4711" in text_of(agent.get(where))
    shown = api(cast.agent).get(f"/api/v1{where}/recovery").json()["gestures"][0]
    assert (shown["proof"], shown["proof_reference"]) == ("reference", "SAP 4711")
