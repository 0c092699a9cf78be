"""A call in two clicks, a letter looked at before it is sent, and what the customer scored."""

import pytest

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.email.addresses import reply_address
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of, ticket_of_today
from tests.desk.test_page_ticket import act, kinds
from tests.makers import make_customer, make_feedback, make_source, make_ticket
from tickets.sla.models import Clock
from tickets.work.models import Contact, Ticket
from tickets.work.status_letters import without_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group, customer=make_customer(phone="+82 10 1234"))


class TestCall:
    def test_it_is_logged_by_one_of_two_buttons(self, cast, ticket):
        page = browse(cast.agent).get(f"/tickets/{ticket.ref}").content.decode()
        assert 'name="outcome" value="reached"' in page
        assert 'name="outcome" value="not_reached"' in page
        assert 'href="tel:+82 10 1234"' in page
        missed = {"channel": "phone", "outcome": "not_reached"}
        sent(act(browse(cast.agent), ticket, "log-contact", **missed), f"/tickets/{ticket.ref}")
        assert Clock.objects.get(promise=ticket.pk, kind="follow_up").state == "running"
        spoken = {"channel": "phone", "outcome": "reached", "body": "All well"}
        sent(act(browse(cast.agent), ticket, "log-contact", **spoken), f"/tickets/{ticket.ref}")
        assert Clock.objects.get(promise=ticket.pk, kind="follow_up").state == "met"
        assert list(Contact.objects.order_by("pk").values_list("reached", flat=True)) == [
            False,
            True,
        ]

    def test_without_either_it_is_refused_and_the_words_stay(self, cast, ticket):
        response = act(
            browse(cast.agent), ticket, "log-contact", channel="phone", body="They said so"
        )
        assert response.status_code == 422
        assert "They said so" in response.content.decode()
        assert "This is wanted here." in text_of(response)


class TestPreview:
    def test_it_shows_the_letter_and_writes_none(self, cast, ticket):
        response = act(browse(cast.agent), ticket, "preview", body="<b>Sorry</b>,\nit leaves.")
        assert response.status_code == 200
        page = response.content.decode()
        assert "Re: Parcel never arrived" in page
        assert reply_address(ticket.pk) in page
        assert ticket.customer.email in page
        assert "&lt;b&gt;Sorry&lt;/b&gt;,\nit leaves." in page
        assert 'id="say-reply" value="reply" autocomplete="off" checked' in page
        assert not Letter.objects.exists()
        assert kinds(ticket) == ["opened"]

    def test_a_page_that_is_open_is_given_the_letter_alone(self, cast, ticket):
        where = f"/tickets/{ticket.ref}/preview"
        part = browse(cast.agent).post(where, {"body": "Hm"}, headers={"HX-Request": "true"})
        assert part.content.decode().startswith('<div id="preview"')

    def test_it_says_what_is_missing(self, cast, ticket):
        assert "Write something first" in text_of(
            act(browse(cast.agent), ticket, "preview", body=" ")
        )
        mute = make_ticket(
            cast.group,
            customer=make_customer(do_not_contact=True, do_not_contact_since=moment()),
        )
        said = browse(cast.agent).post(f"/tickets/{mute.ref}/preview", {"body": "Hm"})
        assert "no address we may write to" in text_of(said)

    def test_what_is_sent_is_what_was_shown(self, cast, ticket):
        agent = browse(cast.agent)
        shown = act(agent, ticket, "preview", body="It leaves today.").context["preview"]
        act(agent, ticket, "reply", body="It leaves today.")
        letter = Letter.objects.get(kind="reply")
        assert shown["subject"] == letter.subject
        assert (shown["to"], shown["reply_to"], shown["body"]) == (
            letter.to,
            letter.reply_to,
            without_token(letter.body, ticket),
        )
        assert "/s/…" in shown["body"]

    def test_reading_its_address_leads_to_the_ticket(self, cast, ticket):
        where = f"/tickets/{ticket.ref}"
        sent(browse(cast.agent).get(f"{where}/preview"), where)


class TestScores:
    def test_what_the_customer_scored_over_time_is_a_table(self, cast, ticket):
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        assert "Scores over time" not in text_of(agent.get(where))
        shop = make_source(owners=(cast.group,))
        make_feedback(shop, nps=9, comment="Better now", customer=ticket.customer, judged=True)
        make_feedback(shop, nps=1, customer=ticket.customer, judged=True)
        page = text_of(agent.get(where))
        assert "Scores over time" in page
        assert "NPS 9" in page
        assert "Better now" in page
        assert "All of this customer" in page

    def test_it_is_cut_to_what_one_may_see(self, cast, ticket):
        theirs = make_source(owners=(cast.other_group,))
        for word in ("Secret", "Hidden"):
            make_feedback(theirs, nps=3, comment=word, customer=ticket.customer, judged=True)
        page = text_of(browse(cast.agent).get(f"/tickets/{ticket.ref}"))
        assert "Secret" not in page

    def test_it_costs_the_same_however_much_they_said(self, cast, ticket):
        shop = make_source(owners=(cast.group,))
        agent = browse(cast.agent)
        make_feedback(shop, nps=2, customer=ticket.customer, judged=True)
        cost = cost_of(agent, f"/tickets/{ticket.ref}")
        for number in range(12):
            make_feedback(shop, nps=number % 10, customer=ticket.customer, judged=True)
        assert cost_of(agent, f"/tickets/{ticket.ref}") <= cost
