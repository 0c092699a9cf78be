"""The palette, and the keys."""

import re
from pathlib import Path

import pytest

from desk.hands import SHORTCUTS, VERBS
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, text_of, ticket_of_today
from tests.makers import make_customer, make_feedback, make_ticket

pytestmark = pytest.mark.django_db

KEYS_JS = (Path(__file__).parents[2] / "desk/static/desk/keys.js").read_text()


def letters_that_act() -> set[str]:
    table = re.search(r"const LETTERS = \{(.*?)\n  \};", KEYS_JS, re.DOTALL)
    assert table
    return set(re.findall(r'^\s+"?([^\s":]+)"?: \(\)', table[1], re.MULTILINE))


def test_the_sheet_names_every_letter_that_acts() -> None:
    named = {keys[0] for group in SHORTCUTS for keys, _ in group.bindings if len(keys) == 1}
    assert named - {"↵"} == letters_that_act()


def test_the_sheet_names_every_place_a_letter_goes_to() -> None:
    table = re.search(r"const PLACES = \{(.*?)\}", KEYS_JS)
    assert table
    going = {keys[1] for group in SHORTCUTS for keys, _ in group.bindings if keys[0] == "g"}
    assert going == set(re.findall(r"(\w): ", table[1]))


def test_everybody_reaches_what_is_theirs(cast: Cast) -> None:
    page = browse(cast.agent).get("/hands").content.decode()
    for verb in VERBS:
        assert f'data-say="{verb}"' in page
    assert "Admin: Rules" not in page
    assert "Admin: Rules" in browse(cast.admin).get("/hands").content.decode()


def test_it_finds_tickets_and_their_customers(cast: Cast) -> None:
    minji = make_customer("minji@example.com", name="김민지")
    ticket = make_ticket(cast.group, customer=minji, feedback=make_feedback(comment="배송 지연"))
    agent = browse(cast.agent)
    for words in ("minji@example.com", "김민지", ticket.ref, "배송"):
        assert ticket.ref in text_of(agent.get("/find", {"q": words}))
    assert "Customers 김민지" in text_of(agent.get("/find", {"q": "김민지"}))


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    ticket = ticket_of_today(cast.group)
    page = text_of(browse(cast.outsider).get("/find", {"q": ticket.ref}))
    assert "No ticket and no customer that you may see." in page


def test_one_letter_is_too_little_to_look_for(cast: Cast) -> None:
    ticket_of_today(cast.group)
    assert "Tickets" not in text_of(
        browse(cast.agent).get("/find", {"q": "P"}, headers={"HX-Request": "true"})
    )


def test_it_costs_the_same_however_many_it_finds(cast: Cast) -> None:
    agent = browse(cast.agent)
    ticket_of_today(cast.group)
    one = cost_of(agent, "/find?q=Parcel")
    for _ in range(5):
        ticket_of_today(cast.group)
    assert cost_of(agent, "/find?q=Parcel") == one
