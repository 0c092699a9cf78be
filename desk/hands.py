"""What fast hands reach: the places of the palette, and the keys with what they do.

What the keys do is in `keys.js`; a test holds that file against this table.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AccessGroup, User
from desk.pages.admin.shelf import SECTIONS
from desk.queue import TABS

VERBS = ("reply", "note", "log-contact", "wait", "resolve", "close", "merge")


@dataclass(frozen=True)
class Keys:
    name: Promise
    bindings: tuple[tuple[tuple[str, ...], Promise], ...]


SHORTCUTS = (
    Keys(
        _("Everywhere"),
        (
            (("Ctrl/⌘", "K"), _("Find or do")),
            (("/",), _("Search tickets")),
            (("g", "q"), _("Queue")),
            (("g", "b"), _("Board")),
            (("g", "f"), _("Feedback")),
            (("g", "n"), pgettext_lazy("inbox", "News")),
            (("g", "s"), _("Settings and tokens")),
            (("?",), _("Keys")),
        ),
    ),
    Keys(
        _("In a list"),
        (
            (("j",), _("Next row")),
            (("k",), _("Previous row")),
            (("↵",), _("Open it")),
            (("x",), _("Choose it")),
            (("z",), _("Undo")),
        ),
    ),
    Keys(
        _("On a ticket"),
        (
            (("r",), _("Reply")),
            (("n",), _("Note")),
            (("l",), _("Log a contact")),
            (("w",), _("Wait")),
            (("e",), _("Resolve")),
            (("c",), _("Close")),
            (("m",), _("Merge")),
            (("i",), _("Take it")),
            (("a",), _("Owner")),
            (("t",), _("Add tags")),
            (("Ctrl/⌘", "↵"), _("Send what you typed")),
            (("z",), _("Take it back")),
            (("[",), _("Previous")),
            (("]",), _("Next")),
            (("u",), _("Back to the list")),
        ),
    ),
)


def places_of(person: User) -> list[tuple[str, str]]:
    """Where they may go: the address, and what it is called."""
    queue = reverse("queue")
    found = [(f"{queue}?tab={tab.slug}", f"{_('Queue')}: {tab.name}") for tab in TABS]
    found += [(reverse(route), str(name)) for route, name in _ROOMS]
    if person.reads_everything or AccessGroup.objects.led_by(person).exists():
        found.append((reverse("tags"), str(_("Tags"))))
    if person.reads_everything:
        found += [(reverse(f"admin-{slug}"), f"{_('Admin')}: {name}") for slug, name in SECTIONS]
    return found


_ROOMS = (
    ("board", _("Board")),
    ("problems", _("Problems")),
    ("feedback-list", _("Feedback")),
    ("kudos", _("Praise")),
    ("quarantine", _("Quarantine")),
    ("approvals", _("Approvals")),
    ("news", pgettext_lazy("inbox", "News")),
    ("ticket-new", _("New ticket")),
    ("settings", _("Settings and tokens")),
    ("health", _("Health of the machine")),
)
