"""The report adds up counted days, and makes no order of merit of few cases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import AccessGroup
from insights.models import CountedDay, DayTally
from insights.report import ENOUGH, Report, read_report
from insights.tally import COUNTS
from tests.cast import Cast
from tests.makers import make_person, make_source

pytestmark = pytest.mark.django_db
LAST = date(2026, 11, 17)
DAY = timedelta(days=1)


def tell(group: AccessGroup, *, day: date = LAST, cut: str = "group", zone: str = "UTC", **facts):
    at = datetime(2026, 11, 20, tzinfo=UTC)
    counted, _ = CountedDay.objects.get_or_create(zone=zone, day=day, defaults={"counted_at": at})
    given = dict.fromkeys(COUNTS, 0) | {"counted": counted, "group": group, "cut": cut}
    return DayTally.objects.create(**given | facts)


def read(*groups: AccessGroup, days: int = 3) -> Report:
    numbers = [group.pk for group in groups]
    return read_report(numbers, "UTC", first=LAST - (days - 1) * DAY, last=LAST)


def test_it_adds_up_days_and_groups(cast: Cast) -> None:
    tell(cast.group, real=10, in_real=9, promised=10, kept=10, void=1, unreachable=2)
    tell(cast.group, day=LAST - DAY, real=10, in_real=8, promised=9, kept=9)
    tell(cast.other_group, real=5, in_real=0)
    tell(cast.group, day=LAST - 3 * DAY, real=99)
    tell(cast.group, day=LAST, zone="Asia/Seoul", real=99)
    found = read(cast.group, cast.other_group)
    assert (found.total.in_48_hours.part, found.total.in_48_hours.whole) == (17, 25)
    assert (found.total.tally.void, found.total.tally.unreachable) == (1, 2)
    assert [(line.slug, line.figures.cases) for line in found.groups] == [
        ("billing", 5),
        ("care", 20),
    ]
    assert [(one.day, one.figures.cases) for one in found.days] == [
        (LAST - 2 * DAY, 0),
        (LAST - DAY, 10),
        (LAST, 15),
    ]
    assert found.missing == 1


def test_it_is_cut_to_the_groups_it_is_asked_for(cast: Cast) -> None:
    tell(cast.group, real=10, in_real=9)
    tell(cast.other_group, real=5)
    tell(cast.other_group, cut="agent", real=5, agent=cast.outsider)
    found = read(cast.group)
    assert found.total.cases == 10
    assert found.agents == []


def test_times_are_read_over_all_days(cast: Cast) -> None:
    """Three answered, one not: half were within the second step, nine of ten never."""
    tell(cast.group, real=3, answered={"10": 1, "40": 1}, tickets=1, closed={"90": 1})
    tell(cast.group, day=LAST - DAY, real=1, answered={"40": 1})
    total = read(cast.group).total
    assert total.answered_half == pytest.approx(60 * 1.05**40.5)
    assert total.answered_most is None
    assert total.closed_half == pytest.approx(60 * 1.05**90.5)


def test_few_cases_are_listed_by_name_and_compared_with_nobody(cast: Cast) -> None:
    people = [make_person(name) for name in ("Zoe", "Bea", "Amy", "Dan")]
    rates = [(ENOUGH, 15), (ENOUGH, 29), (ENOUGH - 1, 29), (ENOUGH - 1, 0)]
    for agent, (real, in_real) in zip(people, rates, strict=True):
        tell(cast.group, cut="agent", real=real, in_real=in_real, agent=agent)
    tell(cast.group, cut="agent", real=2)
    found = read(cast.group).agents
    assert [(line.name, line.is_compared) for line in found] == [
        ("Bea", True),
        ("Zoe", True),
        ("", False),
        ("Amy", False),
        ("Dan", False),
    ]


def test_a_source_is_one_over_all_groups(cast: Cast) -> None:
    shop = make_source("shop")
    for group in (cast.group, cast.other_group):
        tell(group, cut="source", real=2, source=shop)
    (line,) = read(cast.group, cast.other_group).sources
    assert (line.name, line.figures.cases) == ("Shop", 4)


def test_it_costs_the_same_for_one_day_and_for_many(cast: Cast, django_assert_num_queries) -> None:
    for n in range(20):
        tell(cast.group, day=LAST - n * DAY, real=1)
        tell(cast.group, day=LAST - n * DAY, real=1, cut="agent", agent=cast.agent)
    with django_assert_num_queries(4):
        read(cast.group, days=20)
