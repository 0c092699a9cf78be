"""What a ladder said is kept, with who wrote it and when …"""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from tests.makers import NOW
from tickets.escalation.actions.ladders import acceptable_ladder, revise_ladder, write_ladder
from tickets.escalation.models import Ladder
from tickets.escalation.rungs import DEFAULT_RUNGS

pytestmark = pytest.mark.django_db


def write(cast: Cast) -> Ladder:
    return write_ladder(
        slug="all", name="All", group=None, rungs=DEFAULT_RUNGS, by=cast.admin, now=NOW
    )


def kept(ladder: Ladder) -> list[tuple[int, int, int, str]]:
    rows = ladder.versions.order_by("version")
    return [(r.version, len(r.rungs), r.pause_s, str(r.written_by)) for r in rows]


def test_each_change_is_a_version(cast: Cast) -> None:
    ladder, who = write(cast), str(cast.admin)
    revise_ladder(ladder, {"rungs": DEFAULT_RUNGS[:2]}, by=cast.admin, now=NOW)
    revise_ladder(ladder, {"pause_s": 60}, by=None, now=NOW)
    revise_ladder(ladder, {"pause_s": 60, "name": "New"}, by=None, now=NOW)
    assert kept(ladder) == [(1, 11, 14_400, who), (2, 2, 14_400, who), (3, 2, 60, "None")]
    assert Ladder.objects.get().version == 3


def test_it_is_history(cast: Cast) -> None:
    write(cast)
    with (
        pytest.raises(DatabaseError, match="is history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE escalation_ladderversion SET rungs = '[]'")


def test_a_draft_is_judged_and_not_kept(cast: Cast) -> None:
    assert len(acceptable_ladder(DEFAULT_RUNGS)) == len(DEFAULT_RUNGS)
    assert not Ladder.objects.exists()
