"""People: invited several at once, seen with their last sign-in, let go with their work."""

import pytest
from django.test import Client

from accounts.models import Invitation, User
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of
from tests.makers import NOW, make_person, make_ticket, make_token
from tickets.work.actions import hand_on as handing
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

WHERE = "/admin/people"


@pytest.fixture
def admin(cast: Cast) -> Client:
    return browse(cast.admin)


def test_several_are_invited_at_once(admin: Client) -> None:
    said = {"emails": "a@house.example\nb@house.example", "group": "care", "group_role": "agent"}
    sent(admin.post(WHERE, said), WHERE)
    assert Invitation.objects.count() == Letter.objects.count() == 2
    shown = text_of(admin.get(WHERE))
    assert "a@house.example Care (Agent)" in shown
    assert "b@house.example was invited" in shown


def test_each_wrong_address_is_named_and_nobody_is_invited(admin: Client, cast: Cast) -> None:
    said = {"emails": f"a@house.example\nnonsense\n{cast.lead.email}"}
    refused = admin.post(WHERE, said)
    assert refused.status_code == 422
    told = refused.context["form"].errors["emails"]
    assert [one.partition(":")[0] for one in told] == ["nonsense", cast.lead.email]
    assert not Invitation.objects.exists()


def test_the_same_copy_invites_once(admin: Client) -> None:
    said = {"emails": "a@house.example", "nonce": nonce_of(admin.get(WHERE))}
    for _ in range(2):
        sent(admin.post(WHERE, said), WHERE)
    assert Letter.objects.count() == 1


def test_an_invitation_is_sent_again_and_withdrawn(admin: Client) -> None:
    sent(admin.post(WHERE, {"emails": "a@house.example", "organisation_role": "auditor"}), WHERE)
    first = Invitation.objects.get()
    again = f"/admin/invitations/{first.pk}/again"
    said = {"nonce": nonce_of(admin.get(WHERE))}
    for _ in range(2):
        sent(admin.post(again, said), WHERE)
    second = Invitation.objects.latest("pk")
    assert (Invitation.objects.count(), second.organisation_role) == (2, "auditor")
    assert text_of(admin.get(WHERE)).count("a@house.example Auditor") == 1
    sent(admin.post(f"/admin/invitations/{second.pk}/withdraw"), WHERE)
    assert "ended" in text_of(admin.get(WHERE))


def test_the_list_says_who_signed_in_when(admin: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.agent.pk).update(last_login=NOW)
    page = admin.get(WHERE)
    assert 'datetime="2026-11-20T09:00:00Z"' in page.content.decode()
    assert "never" in text_of(page)


def test_the_list_costs_the_same_for_many(admin: Client) -> None:
    before = cost_of(admin, WHERE)
    for _ in range(10):
        make_person()
    assert cost_of(admin, WHERE) == before


def test_it_shows_what_switching_off_would_mean(admin: Client, cast: Cast) -> None:
    make_token(cast.agent)
    make_ticket(cast.group, assignee=cast.agent)
    User.objects.filter(pk=cast.lead.pk).update(stand_in=cast.agent)
    shown = admin.get(f"{WHERE}/{cast.agent.pk}/switch")
    for words in (
        "Switch Agent off?",
        "Open tickets that are theirs: 1 – Care (1)",
        "Tokens of theirs that are revoked: 1",
        "They stand in for: Lead",
    ):
        assert words in text_of(shown)
    offered = [name for _key, name in shown.context["form"].fields["to"].choices][1:]
    assert offered == ["Admin", "Lead", "Manager"]
    assert User.objects.get(pk=cast.agent.pk).is_active


def test_who_is_switched_off_hands_their_tickets_on(
    admin: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing, "AT_ONCE", 2)
    for _ in range(3):
        make_ticket(cast.group, assignee=cast.agent)
    person = f"{WHERE}/{cast.agent.pk}"
    refused = admin.post(f"{person}/switch", {"to": cast.outsider.pk})
    assert refused.status_code == 422
    assert User.objects.get(pk=cast.agent.pk).is_active
    sent(admin.post(f"{person}/switch", {"to": cast.lead.pk}), person)
    assert not User.objects.get(pk=cast.agent.pk).is_active
    assert "Open tickets that are theirs: 1" in text_of(admin.get(person))
    sent(admin.post(f"{person}/hand-on", {"to": cast.lead.pk}), person)
    assert Ticket.objects.of_assignee(cast.lead).count() == 3
    assert "Still theirs" not in text_of(admin.get(person))


def test_the_page_tells_what_was_changed(admin: Client, cast: Cast) -> None:
    person = f"{WHERE}/{cast.agent.pk}"
    changed = {"name": "Ada", "email": cast.agent.email, "organisation_role": "auditor"}
    sent(admin.post(person, changed), person)
    sent(
        admin.post("/admin/groups/billing/members", {"person": cast.agent.pk, "role": "lead"}),
        "/admin/groups/billing",
    )
    shown = text_of(admin.get(person))
    for words in (
        "Name: Agent → Ada",
        "In the whole house: – → Auditor",
        "Joined the group Billing as Lead",
    ):
        assert words in shown
    assert "Ada joined as Lead" in text_of(admin.get("/admin/groups/billing"))
