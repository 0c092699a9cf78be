"""Public holidays of a country or one of its regions, as the holidays library gives them. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from warnings import catch_warnings, simplefilter

import holidays
from holidays.registry import COUNTRIES

from cxloop.kernel.errors import Fault
from tickets.sla.closings import Closings, plain_name, runs_short, span_at, span_of
from tickets.sla.hours import BadCalendar

PUBLIC = "public"


class Holidays(Closings):
    """What a calendar observes, and the days that this came to."""

    country: str
    region: str
    categories: list[str]


def observe(asked: object, *, year: int) -> Holidays:
    """{"country": "DE", "region": "BY"} with its days for the span of years that is asked for in
    `year`. `region` and `categories` may be left out: the whole country, and what is public.

    Raises BadCalendar with pointers: malformed, unknown_country, unknown_region, unknown_category,
    no_days.
    """
    observed = _observed(*_understood(asked), span_at(year))
    if not observed["days"]:
        raise BadCalendar.at("/holidays", "no_days", "No holidays are known there for these years.")
    return observed


def renewed(known: Holidays, *, year: int) -> Holidays:
    """`known` itself while it reaches far enough and the library still gives the same dates;
    otherwise the days that it gives now. Raises BadCalendar where it gives none any more."""
    now_given = _observed(*_understood(asked_of(known)), span_of(known))
    if now_given["days"].keys() == known["days"].keys() and not runs_short(known, year=year):
        return known
    return observe(asked_of(known), year=year)


def asked_of(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known[name] for name in ("country", "region", "categories")}


@cache
def countries() -> dict[str, str]:
    """English names by ISO 3166 code, in the order of the names."""
    known = {code: _spaced(name) for name, code, *_ in COUNTRIES.values()}
    offered = holidays.list_supported_countries(include_aliases=False)
    return {code: known[code] for code in sorted(offered, key=lambda code: known[code])}


@cache
def regions(country: str) -> dict[str, str]:
    """Names by the library's code, each in the languages that the library has."""
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    return {code: ", ".join(names) for code, names in aliases.items()}


@cache
def categories_of(country: str) -> tuple[str, ...]:
    return tuple(sorted(holidays.country_holidays(country).supported_categories))


def _spaced(name: str) -> str:
    """UnitedStates is United States."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def _understood(asked: object) -> tuple[str, str, list[str]]:
    if not isinstance(asked, Mapping) or asked.keys() - {"country", "region", "categories"}:
        raise BadCalendar.at("/holidays", "malformed", "A country is wanted, with a region or not.")
    country, region = asked.get("country"), asked.get("region") or ""
    if not isinstance(country, str) or country not in countries():
        fault = "The ISO code of a country is wanted, such as DE."
        raise BadCalendar.at("/holidays/country", "unknown_country", fault)
    if region and (not isinstance(region, str) or region not in regions(country)):
        known = ", ".join(regions(country)) or "none"
        fault = f"The regions of {country} are {known}."
        raise BadCalendar.at("/holidays/region", "unknown_region", fault)
    return country, region, _categories(country, asked.get("categories"))


def _categories(country: str, asked: object) -> list[str]:
    if asked is None:
        return [PUBLIC]
    known = categories_of(country)
    if not isinstance(asked, list) or not asked or any(name not in known for name in asked):
        fault = f"A list of these is wanted: {', '.join(known)}."
        raise BadCalendar([Fault("/holidays/categories", "unknown_category", fault)])
    return sorted(set(asked))


def _observed(country: str, region: str, categories: list[str], years: range) -> Holidays:
    years = _known_years(country, years)
    return {
        "country": country,
        "region": region,
        "categories": categories,
        "first_year": years.start,
        "last_year": years.stop - 1,
        "days": _days(country, region, categories, years),
    }


@cache
def _known_years(country: str, asked: range) -> range:
    """Without those at the end of which the library warns that it lacks some of their holidays."""
    library = holidays.country_holidays(country)
    until = min(asked[-1], library.end_year)
    for year in asked:
        with catch_warnings(record=True) as warned:
            simplefilter("always")
            holidays.country_holidays(country, years=year)
        if warned:
            until = min(until, year - 1)
    return range(asked[0], until + 1)


def _days(country: str, region: str, categories: Iterable[str], years: range) -> dict[str, str]:
    found = holidays.country_holidays(
        country,
        subdiv=region or None,
        years=years,
        categories=tuple(categories),
        language=_english(country),
    )
    return {day.isoformat(): plain_name(name) for day, name in sorted(found.items())}


def _english(country: str) -> str | None:
    """Deadlines are explained in English; where the library has none, in its language there."""
    spoken = holidays.country_holidays(country).supported_languages
    return next((language for language in ("en_US", "en_GB", "en") if language in spoken), None)
