"""What the rooms say in a refusal's detail, in English: the sentences whose facts an agent needs,
so that they can be said in the language of who reads them. A to d are what a room puts in."""

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

LONGEST = 300

_SENTENCES = (
    gettext_noop("%(a)s does not belong here"),
    gettext_noop("%(a)s does not look back"),
    gettext_noop("%(a)s does not suit %(b)s, a %(c)s; these do: %(d)s"),
    gettext_noop("there is no operator %(a)s; for %(b)s there are %(c)s"),
    gettext_noop("there is no fact %(a)s"),
    gettext_noop("%(a)s is none of %(b)s"),
    gettext_noop("%(a)s is not known. Known are %(b)s"),
    gettext_noop("%(a)s wants a value. Known here are %(b)s"),
    gettext_noop("%(a)s wants a value"),
    gettext_noop("%(a)s. Known here are %(b)s"),
    gettext_noop("Known here are %(a)s"),
    gettext_noop("at most %(a)s characters are read"),
    gettext_noop("a time with its offset is wanted, as 2026-11-20T09:00:00Z"),
    gettext_noop("weekdays are %(a)s"),
    gettext_noop("dates are written as 2026-12-25, from 1970 on"),
    gettext_noop("%(a)s is one of %(b)s"),
    gettext_noop("%(a)s must stand in it"),
    gettext_noop("%(a)s stands on a line of its own, without %(b)s"),
    gettext_noop("%(a)s runs into %(b)s"),
    gettext_noop("%(a)s: an earlier score or choice that has these answers"),
    gettext_noop("these are more than %(a)s repairs with the period before"),
    gettext_noop("0 to %(a)s seconds: a day"),
    gettext_noop("1 to %(a)s addresses at once"),
    gettext_noop("at most %(a)s addresses a source"),
    gettext_noop("1 to %(a)s seconds are a target"),
    gettext_noop("1 to %(a)s"),
    gettext_noop("a date from %(a)s on is wanted here"),
    gettext_noop("a date is wanted here, as 2026-11-20"),
    gettext_noop("a ladder has 1 to %(a)s rungs"),
    gettext_noop("a limit is an amount from 0"),
    gettext_noop("a list of 1 to %(a)s recipients is wanted here"),
    gettext_noop("a list of 1 to %(a)s segments is wanted here"),
    gettext_noop("a list of 1 to %(a)s values is wanted here"),
    gettext_noop("a list of at most %(a)s tags is wanted here"),
    gettext_noop("a list of conditions is wanted here"),
    gettext_noop("a list of rungs is wanted here"),
    gettext_noop("a list of two numbers, least and most, is wanted here"),
    gettext_noop("a minute at least, 30 days at most"),
    gettext_noop("a number is wanted here, as 1240.50"),
    gettext_noop("a number is wanted here"),
    gettext_noop("a finite number is wanted here"),
    gettext_noop("a day of the past year"),
    gettext_noop("a day of the years from 1900 to 2999"),
    gettext_noop("a share from 0 to 1"),
    gettext_noop("at most %(a)s links"),
    gettext_noop("from %(a)s to %(b)s letters a minute"),
    gettext_noop("a rung is an object"),
    gettext_noop("a score is a whole number from 1 to 5"),
    gettext_noop("a tag has 1 to %(a)s characters"),
    gettext_noop("a text of 1 to %(a)s characters is wanted here"),
    gettext_noop("a text is wanted here"),
    gettext_noop("a whole number from %(a)s to %(b)s"),
    gettext_noop("a whole number up to %(a)s is wanted here"),
    gettext_noop("an object with all, any, not, always or fact is wanted"),
    gettext_noop("an object is wanted here"),
    gettext_noop("at most %(a)s colleagues are mentioned at once"),
    gettext_noop("at most %(a)s dates have hours of their own"),
    gettext_noop("at most %(a)s days may close"),
    gettext_noop("at most %(a)s days"),
    gettext_noop("at most %(a)s digits before the point"),
    gettext_noop("at most %(a)s events are read"),
    gettext_noop("at most %(a)s fields are in use"),
    gettext_noop("at most %(a)s forms a source"),
    gettext_noop("at most %(a)s origins"),
    gettext_noop("at most %(a)s steps"),
    gettext_noop("at most %(a)s tags"),
    gettext_noop("at most %(a)s tickets at once"),
    gettext_noop("at most %(a)s types stand below each other"),
    gettext_noop("from 1, a trifle, to 4, grave"),
    gettext_noop("an amount from 0"),
    gettext_noop("above the limit of %(a)s"),
    gettext_noop("with %(a)s before it above the limit of %(b)s"),
    gettext_noop("within the limit of %(a)s"),
    gettext_noop("there is no limit for %(a)s"),
    gettext_noop("%(a)s are left of the budget of this month"),
    gettext_noop("only a reference has one"),
    gettext_noop("a step has a kind, two texts and a note"),
    gettext_noop("there is no such item"),
    gettext_noop("a condition has at most %(a)s parts"),
    gettext_noop("a condition nests at most %(a)s deep"),
    gettext_noop("days to look back, 1 to %(a)s, are wanted"),
    gettext_noop("failures are counted to %(a)s"),
    gettext_noop("from %(a)s on"),
    gettext_noop("from 1 to %(a)s days are added up"),
    gettext_noop("from 1 to %(a)s months are counted"),
    gettext_noop("one of: %(a)s"),
    gettext_noop("all texts speak the same languages; look at %(a)s: “%(b)s”"),
    gettext_noop("only a choice has choices"),
    gettext_noop("it has a character that cannot be typed"),
    gettext_noop("it has a character that no letter can show"),
    gettext_noop("the number of a person is wanted here"),
    gettext_noop("true or false is wanted here"),
)


def in_our_words(detail: str) -> str:
    """As the room said it where it is none of these, or too long to be looked for."""
    if len(detail) > LONGEST:
        return detail
    for sentence, pattern in _patterns():
        if said := pattern.fullmatch(detail):
            return _as_whole(gettext(sentence) % said.groupdict(), detail)
    return detail


def _as_whole(words: str, detail: str) -> str:
    """With a capital and a point where the room had them."""
    words = detail[0] + words[1:] if words[:1] == detail[0].lower() else words
    return words + "." * (detail.endswith(".") and not words.endswith("."))


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Rooms begin with a capital and end with a point where they say a whole sentence."""
    return [(sentence, re.compile(_pattern(sentence) + r"\.?", re.I)) for sentence in _SENTENCES]


def _pattern(sentence: str) -> str:
    return re.sub(r"%\\\((\w)\\\)s", r"(?P<\1>.+)", re.escape(sentence))
