"""What a macro does, in words, before anybody does it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.words import said_as
from tickets.work.filling import LANGUAGES, fill
from tickets.work.macros import acts_of, version
from tickets.work.models import Macro

SAMPLE = {
    "customer.name": "Mina Park",
    "customer.company": "Hanbit Co.",
    "ticket.ref": "T-1042",
    "ticket.subject": "Parcel never arrived",
    "group.name": "Delivery",
}


@dataclass(frozen=True)
class Preview:
    """Its text in one language: for a customer of whom all is known, and of whom nothing is."""

    language: str
    known: str
    unknown: str


def acts_in_words(macro: Macro) -> list[tuple[str, str]]:
    """By the act, in the order in which they are done."""
    return [(act, _WORDS[act](macro)) for act in acts_of(macro)]


def previews_of(macro: Macro, agent: str) -> list[Preview]:
    told = {**SAMPLE, "agent.name": agent}
    known_anyway = {name: told[name] for name in ("agent.name", "ticket.ref", "group.name")}
    return [
        Preview(language, fill(text, told, language), fill(text, known_anyway, language))
        for language in LANGUAGES
        if (text := version(macro, language))
    ]


def _tags(macro: Macro) -> str:
    parts = []
    if macro.add_tags:
        parts.append(_("Tag: %(tags)s") % {"tags": ", ".join(macro.add_tags)})
    if macro.remove_tags:
        parts.append(_("Take off: %(tags)s") % {"tags": ", ".join(macro.remove_tags)})
    return "; ".join(parts)


def _text(macro: Macro) -> str:
    if macro.says == Macro.Says.REPLY:
        return _("Reply to the customer")
    return _("Keep a note for colleagues")


def _wait(macro: Macro) -> str:
    days = macro.wait_days or 0
    return ngettext("Wait %(count)d day", "Wait %(count)d days", days) % {"count": days}


def _group(macro: Macro) -> str:
    return _("Hand over to %(group)s") % {"group": macro.hand_to}


def _priority(macro: Macro) -> str:
    return _("Priority: %(priority)s") % {"priority": said_as(macro.priority_word, "priority")}


_WORDS = {
    "tags": _tags,
    "priority": _priority,
    "assign": lambda _macro: _("Give it to me"),
    "text": _text,
    "wait": _wait,
    "group": _group,
}
