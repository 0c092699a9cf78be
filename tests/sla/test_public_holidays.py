"""Public holidays: what the library gives is kept with its years, and asked again by them."""

import json
from datetime import UTC, datetime

import pytest

from tests.machine import find_data
from tickets.sla.calendars import BadCalendar, add, parse_hours
from tickets.sla.public_holidays import asked_of, countries, observe, regions, renewed

WORKDAYS = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

# From the laws and gazettes of the countries, not from the library: dates of 2026 and 2027.
KNOWN = [
    ("DE", "", {"2026-04-03": "Good Friday", "2026-05-14": "Ascension Day", "2026-10-03": ""}),
    ("DE", "BY", {"2026-01-06": "Epiphany", "2026-11-01": "All Saints' Day"}),
    ("GB", "SCT", {"2026-11-30": "Saint Andrew's Day", "2027-01-04": ""}),
    ("KR", "", {"2026-02-17": "Korean New Year", "2026-09-25": "Chuseok", "2027-02-07": ""}),
    ("US", "", {"2026-11-26": "Thanksgiving Day", "2026-07-03": "", "2027-01-18": ""}),
    ("JP", "", {"2026-05-06": "", "2026-09-22": "", "2027-01-11": "Coming of Age Day"}),
    ("NZ", "", {"2026-02-06": "Waitangi Day", "2027-04-26": ""}),
]


@pytest.mark.parametrize("country, region, days", KNOWN)
def test_they_are_those_of_the_country(country, region, days):
    found = observe({"country": country, "region": region}, year=2026)["days"]
    assert days.keys() <= found.keys()
    assert [name for day, name in days.items() if name not in found[day]] == []


def test_a_region_has_its_own():
    assert "2026-01-06" not in observe({"country": "DE"}, year=2026)["days"]
    assert "2026-11-30" not in observe({"country": "GB", "region": "ENG"}, year=2026)["days"]


def test_they_say_for_which_years_they_were_asked():
    known = observe({"country": "DE", "region": "BY"}, year=2026)
    assert asked_of(known) == {"country": "DE", "region": "BY", "categories": ["public"]}
    assert (known["first_year"], known["last_year"]) == (2021, 2038)
    assert {day[:4] for day in known["days"]} == {str(year) for year in range(2021, 2039)}


def test_they_claim_no_year_that_the_library_does_not_reach():
    """India's moon is computed to 2035."""
    known = observe({"country": "IN"}, year=2030)
    assert (known["first_year"], known["last_year"]) == (2025, 2035)


def test_other_categories_close_too():
    asked = {"country": "DE", "region": "BY", "categories": ["public", "catholic"]}
    assert "2026-08-15" in observe(asked, year=2026)["days"]
    assert "2026-08-15" not in observe({"country": "DE", "region": "BY"}, year=2026)["days"]


@pytest.mark.parametrize(
    "asked, pointer, code",
    [
        ("DE", "/holidays", "malformed"),
        ({"country": "DE", "regoin": "BY"}, "/holidays", "malformed"),
        ({"country": "Germany"}, "/holidays/country", "unknown_country"),
        ({"country": ["DE"]}, "/holidays/country", "unknown_country"),
        ({"country": "XX"}, "/holidays/country", "unknown_country"),
        ({"country": "DE", "region": "Bayern"}, "/holidays/region", "unknown_region"),
        ({"country": "KR", "region": 7}, "/holidays/region", "unknown_region"),
        ({"country": "DE", "categories": []}, "/holidays/categories", "unknown_category"),
        ({"country": "DE", "categories": ["bank"]}, "/holidays/categories", "unknown_category"),
        ({"country": "DE", "categories": [{}]}, "/holidays/categories", "unknown_category"),
        ({"country": "BV"}, "/holidays", "no_days"),
    ],
)
def test_what_nobody_observes_is_refused(asked, pointer, code):
    with pytest.raises(BadCalendar) as refused:
        observe(asked, year=2026)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]


def test_they_stay_themselves_while_they_reach_and_the_library_agrees():
    known = observe({"country": "KR"}, year=2026)
    assert renewed(known, year=2026) is known
    assert renewed(known, year=2028) is known


def test_they_go_further_when_their_years_run_short():
    known = observe({"country": "KR"}, year=2026)
    assert renewed(known, year=2029)["last_year"] == 2041


def test_they_follow_the_library_when_it_has_learnt_of_a_day():
    known = observe({"country": "KR"}, year=2026)
    before = {**known, "days": {k: v for k, v in known["days"].items() if k != "2026-06-03"}}
    assert renewed(before, year=2026) == known
    renamed = {**known, "days": dict.fromkeys(known["days"], "A holiday")}
    assert renewed(renamed, year=2026) is renamed


def test_countries_and_regions_have_names():
    assert countries()["KR"] == "South Korea"
    assert countries()["US"] == "United States"
    assert regions("DE")["BY"] == "Bayern"
    assert regions("GB").keys() == {"ENG", "NIR", "SCT", "WLS"}


def test_a_deadline_steps_over_them():
    closed = observe({"country": "DE", "region": "BY"}, year=2026)["days"]
    hours = parse_hours("Europe/Berlin", WORKDAYS, {}, closed)
    thursday = datetime(2026, 12, 24, 15, 0, tzinfo=UTC)
    assert add(hours, thursday, 2 * 3600) == datetime(2026, 12, 28, 9, 0, tzinfo=UTC)


@pytest.mark.real_data
def test_they_agree_with_a_table_written_elsewhere():
    data = find_data()
    assert data is not None
    table = json.loads((data / "holidays-2024-2028.json").read_text())["holidays"]
    for country, days in table.items():
        found = observe({"country": country}, year=2026)["days"]
        ours = {day for day in found if "2024" <= day[:4] <= "2028"}
        assert ours == days.keys(), country
