"""Playbooks: followed, left with a reason, or neither; and what went with that."""

from insights.measures.playbooks import by_playbook, used
from insights.shares import Share
from tests.insights.repairing import Repair, answered, repair


def by(
    use: str, score: int = 5, *, version: int = 1, slug: str = "late", **facts: object
) -> Repair:
    book = {"playbook": slug, "playbook_version": version, "playbook_use": use}
    return answered(score, **book, **facts)


def test_what_became_of_them_is_told_of_repairs_of_which_it_is_on_record() -> None:
    rows = [by("followed"), by("followed"), by("left"), by("unsaid"), answered(), repair()]
    found = used([*rows, by("left", standing="spam")])
    assert found.number == 4
    assert (found.followed, found.left, found.unsaid) == (Share(2, 4), Share(1, 4), Share(1, 4))


def test_won_back_where_it_was_followed_stands_beside_where_it_was_not() -> None:
    rows = [by("followed"), by("followed", 2), by("left", 1), by("unsaid"), answered(1)]
    rows += [repair(playbook="late", playbook_version=1, playbook_use="followed")]
    found = used(rows).won_back
    assert (found.share, found.other) == (Share(1, 2), Share(1, 2))
    assert used(rows).response == Share(4, 4)


def test_of_fewer_than_five_on_either_side_nothing_is_said() -> None:
    few = [by("followed")] * 9 + [by("left", 1)] * 4
    assert used(few).won_back.verdict == "unknown"
    assert used([*few, by("left", 1)]).won_back.verdict == "better"


def test_each_version_stands_for_itself_and_few_are_held() -> None:
    rows = [by("followed")] * 6 + [by("followed", version=2)] * 9 + [by("left", slug="a")] * 2
    found = by_playbook(rows)
    told = [(one.playbook, one.version, one.number, one.is_held) for one in found]
    assert told == [("late", 2, 9, False), ("a", 1, 2, True), ("late", 1, 6, True)]
