"""The page of a calendar: its holidays, its iCal, and the days ahead."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of
from tests.sla.test_read_ical import event, file
from tickets.sla.models import Calendar, CalendarVersion
from tickets.sla.policies import revise_calendar
from tickets.sla.sweeps import renew_calendars

pytestmark = pytest.mark.django_db

OFFICE = {
    "slug": "office",
    "name": "Office",
    "zone": "Asia/Seoul",
    "weekly": '{"mon": ["09:00-12:00"]}',
}
WHERE = "/admin/calendars/office"


@pytest.fixture
def office(cast: Cast) -> Client:
    admin = browse(cast.admin)
    german = {**OFFICE, "country": "DE"}
    sent(admin.post("/admin/calendars/new", german), "/admin/calendars")
    return admin


def newest() -> CalendarVersion:
    return CalendarVersion.objects.order_by("-version")[0]


def test_a_country_and_a_region_are_chosen(office: Client) -> None:
    assert newest().holidays["country"] == "DE"
    bavaria = {**OFFICE, "country": "DE", "region": "BY"}
    sent(office.post(WHERE, bavaria), WHERE)
    assert newest().holidays["region"] == "BY"
    page = office.get(WHERE)
    assert "BY · Bayern" in text_of(page)
    assert "Epiphany" in text_of(page)


def test_the_regions_of_another_country_can_be_asked_for(office: Client) -> None:
    page = office.get(WHERE, {"country": "GB"})
    assert "SCT · Scotland" in text_of(page)
    assert newest().version == 1


def test_a_region_of_the_country_before_is_let_go(office: Client) -> None:
    sent(office.post(WHERE, {**OFFICE, "country": "GB", "region": "BY"}), WHERE)
    assert (newest().holidays["country"], newest().holidays["region"]) == ("GB", "")


def test_without_a_country_there_are_none(office: Client) -> None:
    sent(office.post(WHERE, OFFICE), WHERE)
    assert newest().holidays == {}


def test_keeping_it_untouched_changes_nothing(office: Client) -> None:
    upload = SimpleUploadedFile("days.ics", file(event("DTSTART;VALUE=DATE:20271225")))
    sent(office.post(f"{WHERE}/ical", {"file": upload}), WHERE)
    sent(office.post(WHERE, {**OFFICE, "country": "DE", "region": ""}), WHERE)
    assert newest().version == 2


def test_the_next_twelve_closed_days_have_their_names(office: Client) -> None:
    page = office.get(WHERE)
    assert len(page.context["ahead"].closed) == 12
    assert "Christmas Day" in text_of(page)
    assert "Asia/Seoul" in text_of(page)


def test_a_file_is_handed_in_and_forgotten(office: Client) -> None:
    party = event("DTSTART:20271224T140000", name="Party", uid="2")
    raw = file(event("DTSTART;VALUE=DATE:20271225", name="Yule"), party)
    upload = SimpleUploadedFile("days.ics", raw)
    sent(office.post(f"{WHERE}/ical", {"file": upload}), WHERE)
    assert newest().closings()["2027-12-25"] == "Christmas Day; Yule"
    assert "Party: it has a time of day" in text_of(office.get(WHERE))
    sent(office.post(f"{WHERE}/ical", {"forget": "1"}), WHERE)
    assert newest().ical == {}


def test_what_is_no_file_is_said_beside_it(office: Client) -> None:
    for sends in ({}, {"file": SimpleUploadedFile("days.ics", b"hello")}):
        refused = office.post(f"{WHERE}/ical", sends)
        assert refused.status_code == 422
        assert refused.context["file_form"].errors.keys() == {"file"}
        assert "Keep the calendar" in text_of(refused)


def test_a_look_that_failed_is_shown(office: Client) -> None:
    inside = {**OFFICE, "country": "DE", "address": "https://127.0.0.1/days.ics"}
    sent(office.post(WHERE, inside), WHERE)
    assert "It was not read yet" in text_of(office.get(WHERE))
    renew_calendars()
    assert "does not lead to the public internet" in text_of(office.get(WHERE))
    assert "Calendar to be renewed" in text_of(office.get("/health"))


def test_a_wrong_address_is_said_beside_it(office: Client) -> None:
    refused = office.post(WHERE, {**OFFICE, "address": "ftp://a.example/b.ics"})
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"address"}


TABLE = {"slug": "shop", "name": "Shop", "zone": "Asia/Seoul", "mon": "9-12, 13:00–18:00"}
SHOP = "/admin/calendars/shop"


@pytest.fixture
def shop(cast: Cast) -> Client:
    admin = browse(cast.admin)
    days = {"exceptions-0-date": "2031-12-24", "exceptions-0-hours": "9-12"}
    days |= {"exceptions-1-date": "2031-12-25", "exceptions-1-hours": ""}
    said = {**TABLE, "fri": "22:00-02:00", "exceptions-count": 3, **days}
    sent(admin.post("/admin/calendars/new", said), "/admin/calendars")
    return admin


class TestTable:
    def test_a_week_is_written_day_by_day(self, shop: Client) -> None:
        assert newest().weekly == {
            "mon": ["09:00-12:00", "13:00-18:00"],
            "fri": ["22:00-02:00"],
        }
        assert newest().exceptions == {"2031-12-24": ["09:00-12:00"], "2031-12-25": []}
        page = shop.get(SHOP)
        assert 'value="09:00-12:00, 13:00-18:00"' in page.content.decode()
        assert page.content.decode().count('class="open"') == 4  # the night of Friday is two

    def test_sent_back_as_it_was_drawn_it_is_no_new_version(self, shop: Client) -> None:
        again = {**TABLE, "fri": "22:00-02:00", "exceptions-count": 2}
        again |= {"exceptions-0-date": "2031-12-25", "exceptions-0-hours": ""}
        again |= {"exceptions-1-date": "2031-12-24", "exceptions-1-hours": "09:00-12:00"}
        sent(shop.post(SHOP, again), SHOP)
        assert newest().version == 1

    def test_days_long_past_stay(self, shop: Client) -> None:
        calendar = newest().calendar
        days = {"2020-01-01": [], "2031-12-25": []}
        revise_calendar(calendar, {"exceptions": days}, by=None, now=moment())
        page = shop.get(SHOP)
        assert "1 of earlier dates are kept as they are" in text_of(page)
        assert "2020-01-01" not in [
            row["date"].value() for row in page.context["form"].rows["exceptions"]
        ]
        sent(shop.post(SHOP, {**TABLE, "exceptions-count": 0}), SHOP)
        assert newest().exceptions == {"2020-01-01": []}

    @pytest.mark.parametrize(
        "wrong, said",
        [
            ({"mon": "9 to 5"}, "Write hours as 09:00-12:00"),
            ({"mon": "09:00-29:00"}, "not written as it must be"),
            ({"mon": "9-12, 11-13"}, "overlap"),
            ({"mon": ""}, "No weekday opens"),
            ({"exceptions-0-hours": "9-12"}, "Say on which date."),
            ({"exceptions-0-date": "x"}, "Enter a valid date."),
            ({"exceptions-0-date": "1931-12-25"}, "There is no such day."),
            (
                {"exceptions-0-date": "2031-12-25", "exceptions-1-date": "2031-12-25"},
                "stands here twice",
            ),
            ({"exceptions-0-date": "2031-12-25", "exceptions-0-hours": "8-8"}, "A whole day is"),
        ],
    )
    def test_what_is_wrong_is_said_where_it_stands(
        self, shop: Client, wrong: dict[str, str], said: str
    ) -> None:
        refused = shop.post(SHOP, {**TABLE, "exceptions-count": 2, **wrong})
        assert refused.status_code == 422
        assert said in text_of(refused)
        assert newest().version == 1

    def test_a_special_day_is_added_with_what_was_typed(self, shop: Client) -> None:
        typed = {**TABLE, "tue": "9 to 5", "exceptions-count": 0, "country": "DE"}
        page = shop.post(SHOP, {**typed, "rearrange": "exceptions-add"})
        assert (page.status_code, len(page.context["form"].rows["exceptions"])) == (200, 1)
        assert 'value="9 to 5"' in page.content.decode()
        assert "BY · Bayern" in text_of(page)

    def test_json_is_one_click_away(self, shop: Client) -> None:
        assert "Write it as JSON" in text_of(shop.get(SHOP))
        page = shop.get(f"{SHOP}?as=json")
        assert json.loads(page.context["form"]["weekly"].value()).keys() == {"mon", "fri"}

    def test_more_days_than_a_page_bears_are_written_as_json(self, shop: Client) -> None:
        start = date(2031, 1, 1)
        days = {(start + n * timedelta(days=2)).isoformat(): [] for n in range(201)}
        revise_calendar(newest().calendar, {"exceptions": days}, by=None, now=moment())
        assert "exceptions-count" not in shop.get(SHOP).content.decode()


class TestPreview:
    def test_it_tells_the_days_ahead_and_keeps_nothing(self, shop: Client) -> None:
        said = {**TABLE, "country": "DE", "exceptions-count": 0, "preview": "1"}
        page = text_of(shop.post(SHOP, said))
        assert "A preview, nothing was saved" in page
        assert "Christmas Day" in page
        assert (newest().version, newest().holidays) == (1, {})
        fresh = {**TABLE, "slug": "new", "preview": "1", "exceptions-count": 0}
        assert "What is promised now would be due" in text_of(
            shop.post("/admin/calendars/new", fresh)
        )
        assert Calendar.objects.count() == 1

    def test_nothing_is_told_of_what_would_be_refused(self, shop: Client) -> None:
        refused = shop.post(SHOP, {**TABLE, "mon": "x", "preview": "1"})
        assert refused.status_code == 422
        assert "A preview" not in text_of(refused)


def test_each_version_says_what_it_changed(shop: Client) -> None:
    said = {**TABLE, "zone": "UTC", "tue": "9-12", "country": "DE", "exceptions-count": 0}
    sent(shop.post(SHOP, said), SHOP)
    page = text_of(shop.get(SHOP))
    for words in (
        "Time zone: Asia/Seoul → UTC",
        "Tuesday: closed → 09:00-12:00",
        "Friday: 22:00-02:00 → closed",
        "2031-12-24: 09:00-12:00 → as in the week",
        "Public holidays: none → DE",
        "closed days more:",
    ):
        assert words in page, words
