from datetime import timedelta

import pytest

from cxloop.kernel.holds import hold_back, hold_letters
from cxloop.kernel.letters import Draft, bury_letter, write_letter
from cxloop.kernel.models import Heartbeat, Incident, Letter
from cxloop.kernel.moment import moment
from desk.board import MOST_SHOWN
from feedback.intake.models import Arrival
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of, ticket_of_today
from tests.escalation.climbing import sweep
from tests.insights.promising import answer
from tests.makers import NOW, make_feedback, make_ticket
from tickets.escalation.actions.ladders import write_ladder
from tickets.escalation.models import Escalation
from tickets.escalation.rungs import DEFAULT_RUNGS
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def test_it_counts_by_group_what_is_in_danger(cast: Cast) -> None:
    for group in (cast.group, cast.group, cast.other_group):
        make_ticket(group)  # received long ago
    ticket_of_today(cast.group)
    board = browse(cast.lead).get("/board")
    (line,) = board.context["lines"]
    assert (line.group, line.counts["breached"], line.counts["unowned"]) == (cast.group, 2, 3)
    assert board.context["sums"] == line.counts
    (first, second) = browse(cast.admin).get("/board").context["lines"]
    assert (first.group, second.group) == (cast.group, cast.other_group)


def test_escalations_wait_there_to_be_acknowledged(cast: Cast) -> None:
    write_ladder(slug="house", name="House", group=None, rungs=DEFAULT_RUNGS, now=NOW)
    ticket = make_ticket(cast.group)
    sweep(49)
    lead = browse(cast.lead)
    shown = list(lead.get("/board").context["unheard"])
    assert shown
    sent(lead.post(f"/escalations/{shown[0].pk}/acknowledge", {"from": "board"}), "/board")
    sent(lead.post(f"/escalations/{shown[0].pk}/acknowledge"), f"/tickets/{ticket.ref}")
    assert Escalation.objects.get(pk=shown[0].pk).acknowledged_by == cast.lead
    assert shown[0] not in lead.get("/board").context["unheard"]
    assert browse(cast.outsider).get("/board").context["sums"]["unheard"] == 0


def beat(name: str, ago: timedelta) -> None:
    Heartbeat.objects.create(
        name=name,
        finished_at=moment() - ago,
        seconds=0.1,
        handled=0,
        late_after=timedelta(seconds=60),
    )


def test_a_late_sweep_is_said_on_top(cast: Cast) -> None:
    beat("ladders", timedelta(seconds=5))
    assert "These sweeps are late" not in text_of(browse(cast.lead).get("/board"))
    beat("triage", timedelta(minutes=5))
    page = text_of(browse(cast.lead).get("/board"))
    assert "These sweeps are late, so what you see may be too: triage." in page


def test_an_empty_board_is_quiet(cast: Cast) -> None:
    assert "Enjoy the quiet" in text_of(browse(cast.lead).get("/board"))


def test_it_costs_the_same_for_one_and_for_many(cast: Cast) -> None:
    lead = browse(cast.lead)
    ticket_of_today(cast.group)
    cost = cost_of(lead, "/board")
    for _ in range(4):
        ticket_of_today(cast.group)
    assert cost_of(lead, "/board") == cost <= 10


def test_each_lane_shows_its_own_the_next_deadline_first(cast: Cast) -> None:
    broken = [make_ticket(cast.group, assignee=cast.agent) for _ in range(2)]
    later, sooner = (ticket_of_today(cast.group, assignee=cast.agent) for _ in range(2))
    nobodys = ticket_of_today(cast.group)
    for ticket, hours in ((sooner, 3), (later, 4), (nobodys, 5)):
        due = moment() + timedelta(hours=hours)
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=due)
    make_ticket(cast.other_group)
    lanes = browse(cast.lead).get("/board").context["lanes"]
    assert lanes.breached == broken
    assert lanes.soon == [sooner, later, nobodys]
    assert lanes.unowned == [nobodys]


def test_no_lane_is_longer_than_it_is_read(cast: Cast) -> None:
    tickets = [make_ticket(cast.group) for _ in range(MOST_SHOWN + 2)]
    lanes = browse(cast.lead).get("/board").context["lanes"]
    assert lanes.breached == lanes.unowned == tickets[:MOST_SHOWN]


def test_it_says_who_has_waited_longest_for_a_first_contact(cast: Cast) -> None:
    old = make_ticket(cast.group)
    ticket_of_today(cast.group)
    billing = ticket_of_today(cast.other_group)
    answered = make_ticket(cast.group, received_at=NOW - timedelta(days=9))
    answer(answered, by=cast.agent, at=NOW)
    (line,) = browse(cast.lead).get("/board").context["lines"]
    assert (line.oldest.ticket, line.oldest.since) == (old.pk, NOW)
    page = browse(cast.admin).get("/board")
    assert {line.group.slug: line.oldest.ticket for line in page.context["lines"]} == {
        "care": old.pk,
        "billing": billing.pk,
    }
    assert f"longest wait for a first contact: {old.ref}" in text_of(page)


def test_a_ticket_of_a_lane_is_given_to_somebody(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    lead, path = browse(cast.lead), f"/board/give/{ticket.ref}"
    assert path in lead.get("/board").content.decode()
    form = lead.get(path)
    assert f"Owner of {ticket.ref}" in text_of(form)
    given = {"assignee": cast.agent.pk, "nonce": nonce_of(form)}
    sent(lead.post(path, given), "/board")
    ticket.refresh_from_db()
    assert ticket.assignee == cast.agent
    assert f"{ticket.ref}: {cast.agent.name} has it now." in text_of(lead.get("/board"))
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None)
    sent(lead.post(path, given), "/board")  # the same copy of the form, sent again
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_in_the_lane_only_the_form_is_sent(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    path = f"/board/give/{ticket.ref}"
    form = browse(cast.lead).get(path, headers={"HX-Request": "true"}).content.decode()
    assert form.lstrip().startswith("<form")


def test_it_is_given_to_nobody_who_cannot_work_it(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    lead, path = browse(cast.lead), f"/board/give/{ticket.ref}"
    assert lead.post(path, {"assignee": cast.outsider.pk}).status_code == 422
    assert "board/give" not in browse(cast.viewer).get("/board").content.decode()


def test_a_closed_ticket_is_given_to_nobody(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    close_ticket(ticket, outcome="spam", reason="spam", by=acting(cast.agent), now=NOW)
    path = f"/board/give/{ticket.ref}"
    assert browse(cast.lead).post(path, {"assignee": cast.agent.pk}).status_code == 409


def test_it_is_narrowed_to_a_group_or_an_agent(cast: Cast) -> None:
    make_ticket(cast.group, assignee=cast.agent)
    make_ticket(cast.group)
    make_ticket(cast.other_group)
    admin = browse(cast.admin)

    def broken(query: str) -> int:
        return admin.get(f"/board?{query}").context["sums"]["breached"]

    assert [broken(q) for q in ("", "group=care", "group=care,billing", "group=none")] == [
        *(3, 2, 3, 0)
    ]
    assert broken(f"agent={cast.agent.pk}") == 1
    page = admin.get(f"/board?group=care&agent={cast.agent.pk}").content.decode()
    assert f"?tab=breached&amp;group=care&amp;assignee={cast.agent.pk}" in page
    assert [admin.get(f"/board?{q}").status_code for q in ("agent=x", "tab=mine")] == [422, 422]
    assert browse(cast.outsider).get("/board?group=care").context["sums"]["breached"] == 0


def test_the_wall_has_no_bar_and_refreshes_itself(cast: Cast) -> None:
    make_ticket(cast.group)
    lead = browse(cast.lead)
    for query in ("wall", "wall=1"):
        page = lead.get(f"/board?{query}").content.decode()
        assert 'class="bar"' not in page
        assert 'hx-get="?wall=1"' in page
        assert "<noscript><meta http-equiv" in page
    part = lead.get("/board?wall=1", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="board"')
    assert "board/give" not in part


def test_health_shows_what_is_late_and_what_is_stuck(cast: Cast) -> None:
    beat("triage", timedelta(minutes=5))
    row = make_feedback(nps=1)
    Arrival.objects.filter(feedback=row).update(last_error="ValueError: no rule", attempts=3)
    seen = browse(cast.auditor).get("/health")
    assert "late" in text_of(seen)
    assert "ValueError: no rule" in text_of(seen)
    assert "ValueError" not in text_of(browse(cast.agent).get("/health"))


def test_health_shows_the_incident_that_is_under_way(cast: Cast) -> None:
    Incident.objects.create(noticed_at=NOW, told_at=NOW, late=["letters", "triage"])
    seen = text_of(browse(cast.agent).get("/health"))
    assert "Late: letters, triage, noticed at" in seen
    assert "The admins were written to." in seen


def test_letters_held_after_a_restore_wait_for_an_admins_decision(cast: Cast) -> None:
    letter = write_letter(
        Draft(key="k", kind="note", to="a@b.example", subject="Held back", body="Words"), now=NOW
    )
    hold_letters(before=moment(), now=moment(), by_hand=True)
    hold_back()
    admin = browse(cast.admin)
    assert "letters that tell of what happened before are held" in text_of(admin.get("/health"))
    assert "Held back" in text_of(admin.get("/health/held"))
    assert admin.post("/health/held", {"decision": "release"}).status_code == 422
    sent(admin.post("/health/held", {"decision": "release", "sure": "on"}), "/health")
    letter.refresh_from_db()
    assert letter.state == Letter.State.WAITING
    assert "No letter is held." in text_of(admin.get("/health/held"))


def test_a_dead_letter_is_sent_again(cast: Cast) -> None:
    draft = Draft(key="k", kind="note", to="a@b.example", subject="Hello", body="Words")
    letter = write_letter(draft, now=NOW)
    bury_letter(letter, "550 no such mailbox", now=NOW)
    admin = browse(cast.admin)
    assert "550 no such mailbox" in text_of(admin.get("/health"))
    sent(admin.post(f"/health/letters/{letter.pk}"), "/health")
    letter.refresh_from_db()
    assert (letter.state, letter.died_at, letter.attempts) == (Letter.State.WAITING, None, 0)
    assert admin.post(f"/health/letters/{letter.pk}").status_code == 404
