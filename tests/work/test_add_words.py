"""The words by which a ticket is found, as more and more is said on it …"""

import pytest
from django.db import connection

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.makers import make_ticket
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.models import TimelineEntry

pytestmark = pytest.mark.django_db

RARE = range(0x20000, 0x2A000)  # letters of four bytes each, which no alphabet shares


def rare_words(turn: int, words: int = 300) -> str:
    letters = [chr(RARE[(turn * words + n) % len(RARE)]) for n in range(words)]
    return " ".join(letter * 60 for letter in letters)


def found_by(word: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM work_searchtext WHERE words @@ %s::tsquery", [f"'{word}'"]
        )
        return int(cursor.fetchone()[0])


def test_a_talk_without_end_never_stops_the_ticket(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    for turn in range(20):
        note(ticket, body=rare_words(turn), by=acting(cast.agent), now=moment())
    assert TimelineEntry.objects.filter(ticket=ticket, kind="note").count() == 20
    assert found_by(chr(RARE[0]) * 60) == 1


def test_a_short_word_still_finds_its_place_beside_many(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    for turn in range(20):
        note(ticket, body=rare_words(turn), by=acting(cast.agent), now=moment())
    note(ticket, body="Zanzibar", by=acting(cast.agent), now=moment())
    assert found_by("zanzibar") == 1
