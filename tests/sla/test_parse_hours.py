"""parse_hours takes what a calendar can keep, and says where and why it takes nothing else."""

from datetime import date

import pytest

from tickets.sla.calendars import BadCalendar, parse_hours

OPEN = {"mon": ["09:00-18:00"]}


def test_it_reads_weekdays_nights_and_exceptions():
    hours = parse_hours(
        "Europe/Berlin",
        {"mon": ["13:00-18:00", "09:00-12:00"], "fri": ["22:00-02:00"], "sat": []},
        {"2026-12-25": [], "2026-12-31": ["09:00-12:00", "12:00-24:00"]},
    )
    assert hours.zone.key == "Europe/Berlin"
    assert hours.weekly == {0: ((540, 720), (780, 1080)), 4: ((1320, 1560),), 5: ()}
    assert hours.exceptions == {
        date(2026, 12, 25): (),
        date(2026, 12, 31): ((540, 720), (720, 1440)),
    }


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "localtime", "../UTC", "America", None, []])
def test_it_refuses_a_zone_that_not_every_machine_knows(zone):
    assert faults(zone, OPEN, {}) == [("/zone", "unknown_zone")]


@pytest.mark.parametrize(
    "weekly, exceptions, expected",
    [
        ({"mon": ["9:00-18:00"]}, {}, [("/weekly/mon/0", "malformed")]),
        ({"mon": ["09:00-24:01"]}, {}, [("/weekly/mon/0", "malformed")]),
        ({"mon": ["24:00-01:00"]}, {}, [("/weekly/mon/0", "malformed")]),
        ({"mon": ["09:00-12:60"]}, {}, [("/weekly/mon/0", "malformed")]),
        ({"mon": ["09:00-18:00\n"]}, {}, [("/weekly/mon/0", "malformed")]),
        ({"mon": ["0٩:00-18:00"]}, {}, [("/weekly/mon/0", "malformed")]),
        ({"mon": ["09:00-12:00", 7]}, {}, [("/weekly/mon/1", "malformed")]),
        ({"mon": "09:00-18:00"}, {}, [("/weekly/mon", "malformed")]),
        ([], {}, [("/weekly", "malformed")]),
        (OPEN, None, [("/exceptions", "malformed")]),
        ({"mon": ["09:00-09:00"]}, {}, [("/weekly/mon/0", "zero_length")]),
        ({"monday": ["09:00-18:00"]}, {}, [("/weekly/monday", "unknown_day")]),
        ({"a/b~": []}, {}, [("/weekly/a~1b~0", "unknown_day")]),
        (OPEN, {"2026-02-29": []}, [("/exceptions/2026-02-29", "unknown_day")]),
        (OPEN, {"20261225": []}, [("/exceptions/20261225", "unknown_day")]),
        (OPEN, {"2026-W52-5": []}, [("/exceptions/2026-W52-5", "unknown_day")]),
        (OPEN, {"9999-12-31": []}, [("/exceptions/9999-12-31", "unknown_day")]),
        ({}, {}, [("/weekly", "never_opens")]),
        ({"mon": []}, {"2026-12-25": ["09:00-12:00"]}, [("/weekly", "never_opens")]),
        ({"mon": ["09:00-12:00", "11:59-13:00"]}, {}, [("/weekly/mon", "overlap")]),
        ({"mon": ["22:00-02:00"], "tue": ["01:00-03:00"]}, {}, [("/weekly/mon", "overlap")]),
        ({"sun": ["22:00-02:00"], "mon": ["01:00-03:00"]}, {}, [("/weekly/sun", "overlap")]),
        (
            {"mon": ["09:00-12:00", "11:00-13:00"]},
            {"2026-12-22": []},
            [("/weekly/mon", "overlap")],
        ),
        (
            {"fri": ["22:00-02:00"]},
            {"2026-12-26": ["01:00-06:00"]},
            [("/exceptions/2026-12-26", "overlap")],
        ),
        (
            OPEN,
            {"2026-12-20": ["20:00-10:00"]},
            [("/exceptions/2026-12-20", "overlap")],
        ),
        (
            OPEN,
            {"2026-12-24": ["20:00-10:00"], "2026-12-25": ["09:00-10:00", "09:30-11:00"]},
            [("/exceptions/2026-12-24", "overlap"), ("/exceptions/2026-12-25", "overlap")],
        ),
        (
            {"mon": ["1-2"], "dim": []},
            {"x": []},
            [
                ("/weekly/mon/0", "malformed"),
                ("/weekly/dim", "unknown_day"),
                ("/exceptions/x", "unknown_day"),
            ],
        ),
    ],
)
def test_it_refuses_with_every_fault_at_its_place(weekly, exceptions, expected):
    assert faults("UTC", weekly, exceptions) == expected


def test_it_says_which_hours_run_into_which():
    with pytest.raises(BadCalendar) as refused:
        parse_hours("UTC", {"fri": ["22:00-02:00"], "sat": ["01:00-24:00"]}, {})
    assert refused.value.faults[0].detail == "22:00-02:00 runs into 01:00-24:00."


@pytest.mark.parametrize(
    "weekly, exceptions",
    [
        ({"mon": ["09:00-12:00", "12:00-13:00"]}, {}),
        ({"mon": ["22:00-02:00"], "tue": ["02:00-03:00"]}, {}),
        ({"fri": ["22:00-02:00"]}, {"2026-12-25": [], "2026-12-26": ["00:00-06:00"]}),
    ],
)
def test_it_lets_hours_touch(weekly, exceptions):
    assert parse_hours("UTC", weekly, exceptions)


def faults(zone, weekly, exceptions):
    with pytest.raises(BadCalendar) as refused:
        parse_hours(zone, weekly, exceptions)
    assert refused.value.status == 422
    assert all(fault.detail for fault in refused.value.faults)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]
