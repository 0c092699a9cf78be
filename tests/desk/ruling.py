"""How tests fill in the page of a rule, and read what it would send."""

import re
from typing import Any

from django.http import HttpResponse

from tests.makers import NOW
from tickets.rules.actions import write_rule
from tickets.rules.models import RuleVersion

UNHAPPY = {"fact": "worst.class", "op": "eq", "value": "negative"}
WITH_WORDS = {"fact": "comment", "op": "present"}
NO_TICKET = {"ticket": False, "reason": "Praise."}


def fields(**said: Any) -> dict[str, Any]:
    """A rule as its fields say it: unhappy, to care."""
    given = {"name": "Unhappy", "ticket": "yes", "group": "care", "policy": "standard"}
    given |= {"priority": "high", "assign": "round_robin", "tags": "late, parcel"}
    given |= {"w.mode": "all", "w.0.fact": "worst.class", "w.0.op": "eq"}
    return given | {"w.0.value": "negative"} | said


def written(when: Any = UNHAPPY, **said: Any) -> RuleVersion:
    raw = {"name": "Unhappy", "when": when, "then": NO_TICKET} | said
    return write_rule(raw, known_policies={"standard"}, by=None, now=NOW)


def newest() -> RuleVersion:
    return RuleVersion.objects.newest().get()


def as_sent(response: HttpResponse) -> dict[str, Any]:
    """The form of the page as a browser would send it back."""
    body = response.content.decode()
    form = body[body.index('id="rule"') :].partition("</form>")[0]
    said: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'\b{at}="([^"]*)"', tag) for at in ("name", "value"))
        checks = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and name[1] != "csrfmiddlewaretoken" and ("checked" in tag or not checks):
            said.setdefault(name[1], []).append(_plain(value[1] if value else ""))
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S
    ):
        said.setdefault(name, []).append(_plain(inner.removeprefix("\n")))
    for name, inner in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        first = re.search(r'value="([^"]*)"', inner)
        assert first
        said.setdefault(name, []).append(_plain((chosen or first)[1]))
    return said


def _plain(text: str) -> str:
    return text.replace("&quot;", '"').replace("&amp;", "&").replace("&#x27;", "'")
