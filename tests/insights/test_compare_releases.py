"""Releases of an app, side by side …"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from cxloop.kernel.moment import moment
from feedback.intake.models import Feedback, Source
from feedback.intake.scores import class_of
from insights import releases
from insights.change import (
    BETTER,
    NONE,
    UNKNOWN,
    WORSE,
    NetPromoters,
    change_of_promoters,
    change_of_share,
)
from insights.releases import releases_of
from insights.shares import Share
from insights.versions import order_of
from tests.cast import Cast, api
from tests.makers import make_feedback, make_held, make_source, make_ticket
from tickets.rules.actions import write_rule
from tickets.rules.models import RuleVersion
from tickets.work.models import TicketFeedback, Triage

DAY = timedelta(days=1)
RULE = {
    "name": "All",
    "order": 1,
    "when": {"fact": "comment", "op": "eq", "value": "x"},
    "then": {"ticket": False, "reason": "To be read."},
}


class TestVersions:
    @pytest.mark.parametrize(
        "ascending",
        [
            ["1.9.9", "1.10.0", "2", "10.0.0"],
            # The example of Semantic Versioning 2.0.0, section 11.
            [
                *("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta"),
                *("1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"),
            ],
            ["v1.2", "V1.2.0.1", "1.3+512"],
        ],
    )
    def test_are_ordered_as_their_numbers(self, ascending: list[str]) -> None:
        by_letters = sorted(ascending)
        assert sorted(by_letters, key=lambda one: order_of(one) or ()) == ascending

    def test_are_one_whatever_zeros_and_builds_follow(self) -> None:
        assert order_of("4.2") == order_of("4.2.0") == order_of(" v4.2.0+512 ")

    @pytest.mark.parametrize(
        "other", ["", "nightly", "4.2 beta", "1.2.3.4.5.6.7", "9" * 10, "1.-2", "１.2", "1.0-"]
    )
    def test_are_not_what_cannot_be_ordered(self, other: str) -> None:
        assert order_of(other) is None


class TestChange:
    def test_of_a_share_is_none_within_chance(self) -> None:
        assert change_of_share(Share(12, 20), Share(9, 20), more_is_better=True) == NONE
        assert change_of_share(Share(60, 100), Share(40, 100), more_is_better=True) == BETTER
        assert change_of_share(Share(40, 100), Share(60, 100), more_is_better=True) == WORSE
        assert change_of_share(Share(40, 100), Share(60, 100), more_is_better=False) == BETTER
        assert change_of_share(Share(0, 0), Share(60, 100), more_is_better=True) == UNKNOWN

    def test_of_a_share_is_by_the_interval_that_newcombe_printed(self) -> None:
        """56/70 against 48/80 is 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""
        assert change_of_share(Share(56, 70), Share(48, 80), more_is_better=True) == BETTER
        # 9/10 against 3/10 is 0.1705 to 0.8090, 6/7 against 2/7 is 0.0582 to 0.8062.
        assert change_of_share(Share(9, 10), Share(3, 10), more_is_better=True) == BETTER
        assert change_of_share(Share(6, 7), Share(2, 7), more_is_better=True) == BETTER
        assert change_of_share(Share(5, 7), Share(2, 7), more_is_better=True) == NONE

    def test_of_promoters_is_none_within_chance(self) -> None:
        few = NetPromoters(6, 2, 10), NetPromoters(4, 4, 10)
        many = NetPromoters(600, 200, 1000), NetPromoters(400, 400, 1000)
        assert change_of_promoters(*few) == NONE
        assert change_of_promoters(*many) == BETTER
        assert change_of_promoters(*reversed(many)) == WORSE
        assert change_of_promoters(NetPromoters(0, 0, 0), few[0]) == UNKNOWN

    def test_of_promoters_leaves_room_where_all_are(self) -> None:
        found = NetPromoters(10, 0, 10)
        assert found.value == 1
        low, high = found.interval or (0, 0)
        assert 0.4 < low < 0.6
        assert high == 1


pytestmark = pytest.mark.django_db


@pytest.fixture
def app(cast: Cast) -> Source:
    return make_source("phone", channel="app", owners=(cast.group,))


def say(
    app: Source, version: Any, values: Sequence[int], kind: str = "csat", **facts: Any
) -> list[Feedback]:
    made = []
    for value in values:
        found = class_of(kind, value)
        score = {"score_type": kind, "score_value": value, "score_class": found}
        given = {"context": {"app_version": version}, "judged": True, "worst_class": found}
        made.append(make_feedback(app, **given | score | facts))
    return made


def read_releases(app: Source, now: datetime, days: int = 90) -> releases.Releases:
    return releases_of(app, since=now - days * DAY, until=now + timedelta(minutes=1))


def found(app: Source, now: datetime, days: int = 90) -> dict[str, releases.Release]:
    return {one.version: one for one in read_releases(app, now, days).found}


class TestRead:
    def test_stand_in_the_order_of_their_versions(self, app: Source, now: datetime) -> None:
        for hours, version in enumerate(["4.10.0", "nightly", "4.9.0", "4.10.0-rc.1", "dev"]):
            say(app, version, [5], received_at=now - timedelta(hours=hours))
        assert list(found(app, now)) == ["4.10.0", "4.10.0-rc.1", "4.9.0", "nightly", "dev"]

    def test_count_what_was_said(self, app: Source, now: datetime) -> None:
        old = say(app, "4.1", [5] * 18 + [1] * 2)
        new = say(app, "4.2", [1] * 15 + [4] * 5)
        say(app, "4.2", [9, 10, 10, 3, 8], "nps")
        say(app, "4.2", [5], "ces")
        make_feedback(app, comment="no score", judged=True, context={"app_version": "4.2"})
        one, before = found(app, now).values()
        assert (one.version, one.feedback, before.feedback) == ("4.2", len(new) + 7, len(old))
        assert (one.negative, before.negative) == (Share(16, 26), Share(2, 20))
        csat, nps = one.scores
        assert (csat.type, csat.number, csat.mean) == ("csat", 20, 1.75)
        assert (csat.positive, csat.change) == (Share(5, 20), WORSE)
        assert (nps.promoters, nps.change) == (NetPromoters(3, 1, 5), UNKNOWN)
        assert (one.change, before.change) == (WORSE, UNKNOWN)

    def test_are_compared_with_one_that_is_not_hidden(self, app: Source, now: datetime) -> None:
        say(app, "1", [5] * 30)
        say(app, "2", [1] * 4)
        say(app, "3", [5] * 29 + [1])
        three, two, one = found(app, now).values()
        assert (three.change, two.change, one.change) == (NONE, UNKNOWN, UNKNOWN)
        assert (two.is_hidden, one.is_hidden) == (True, False)

    def test_count_the_tickets_that_were_opened(
        self, app: Source, cast: Cast, now: datetime
    ) -> None:
        opened, joined, by_hand, *_ = say(app, "1", [1] * 6)
        ticket = make_ticket(cast.group, feedback=opened)
        make_ticket(cast.group, feedback=by_hand)
        write_rule(RULE, known_policies=(), by=None, now=now)
        rule = RuleVersion.objects.latest("pk")
        Triage.objects.create(feedback=joined, decision="joined", rule=rule, reason="x", at=now)
        TicketFeedback.objects.create(
            ticket=ticket, feedback=joined, received_at=now, linked_at=now
        )
        assert found(app, now)["1"].tickets == Share(2, 6)

    def test_leave_out_what_is_held(self, app: Source, now: datetime) -> None:
        say(app, "1", [5] * 5)
        make_held(app, context={"app_version": "1"})
        make_held(app, context={"app_version": "999"})
        assert {one.version: one.feedback for one in found(app, now).values()} == {"1": 5}

    def test_leave_out_other_sources_and_earlier_days(self, app: Source, now: datetime) -> None:
        say(make_source(channel="app"), "1", [5] * 5)
        say(app, "1", [5] * 5, received_at=now - 8 * DAY)
        assert not found(app, now, days=7)
        assert found(app, now, days=9)

    @pytest.mark.parametrize(
        "version, told",
        [
            (4.2, "4.2"),
            ("x" * 300, "x" * 64),
            (None, None),
            ({"a": 1}, None),
            (["4"], None),
            (True, None),
            ("  ", None),
            ("4.2 한글 \u202e<b>", "4.2 한글 \u202e<b>"),
        ],
    )
    def test_are_whatever_an_app_calls_itself(
        self, version: Any, told: str | None, app: Source, now: datetime
    ) -> None:
        say(app, version, [5])
        assert list(found(app, now)) == ([told] if told else [])

    def test_are_the_newest_twenty(self, app: Source, now: datetime) -> None:
        for number in range(23):
            say(app, f"1.{number}", [5])
        read = read_releases(app, now)
        assert [one.version for one in read.found] == [f"1.{n}" for n in range(22, 2, -1)]
        assert read.more == 3

    def test_are_read_as_far_as_that_is_bounded(
        self, app: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The release of a loud day must not hide those before it."""
        for hours in range(6):
            say(app, "2", [5], received_at=now - timedelta(hours=hours + 1))
        say(app, "1", [5], received_at=now - 3 * DAY)
        assert read_releases(app, now, 5).is_whole
        monkeypatch.setattr(releases, "MOST_READ", 6)
        read = read_releases(app, now, 5)
        assert not read.is_whole
        assert [one.version for one in read.found] == ["2", "1"]
        assert [one.feedback for one in read.found] == [1, 1]


class TestApi:
    def address(self, query: str = "") -> str:
        return f"/api/v1/sources/phone/releases{query}"

    def test_tells_them_with_their_intervals(self, app: Source, cast: Cast) -> None:
        now = moment()
        say(app, "1", [10] * 6 + [3] * 4, "nps", received_at=now)
        say(app, "2", [5] * 4, received_at=now)
        read = api(cast.viewer).get(self.address()).json()
        two, one = read["results"]
        assert (read["is_whole"], read["more"]) == (True, 0)
        assert (two["version"], two["is_hidden"], two["negative"], two["scores"]) == (
            *("2", True, None),
            [],
        )
        assert one["negative"]["share"] == 0.4
        assert one["negative_change"] == "unknown"
        (score,) = one["scores"]
        assert (score["type"], score["number"], score["mean"]) == ("nps", 10, 7.2)
        assert round(score["nps"]["value"]) == 20
        assert score["nps"]["low"] < 0 < score["nps"]["high"]

    def test_is_for_who_reads_the_source(self, app: Source, cast: Cast) -> None:
        for person in (cast.viewer, cast.agent, cast.admin, cast.auditor):
            assert api(person).get(self.address()).status_code == 200
        assert api(cast.outsider).get(self.address()).status_code == 404
        assert api(cast.admin).get("/api/v1/sources/none/releases").status_code == 404

    @pytest.mark.parametrize("days", ["0", "367", "x"])
    def test_says_how_far_back_it_goes(self, days: str, app: Source, cast: Cast) -> None:
        refused = api(cast.admin).get(self.address(f"?days={days}"))
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/days"
