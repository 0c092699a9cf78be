"""The page of a calendar: its holidays, its iCal, and the days ahead."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of
from tests.sla.test_read_ical import event, file
from tickets.sla.models import CalendarVersion
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


def test_the_next_ten_closed_days_have_their_names(office: Client) -> None:
    page = office.get(WHERE)
    assert len(page.context["ahead"].closed) == 10
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
