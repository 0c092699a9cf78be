"""What is said to many tickets, in words."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import AccessGroup, User
from desk.words import said_as
from tickets.work.models import BulkAct, Macro

Said = dict[str, Any]


def in_words(act: BulkAct) -> str:
    return _WORDS[act.verb](act.said)


def _assign(said: Said) -> str:
    if "group" in said:
        group = AccessGroup.objects.filter(slug=said["group"]).first()
        return _("Hand over to %(group)s") % {"group": group.name if group else said["group"]}
    if said["assignee"] is None:
        return _("Give to nobody")
    person = User.objects.filter(pk=said["assignee"]).first()
    return _("Give to %(name)s") % {"name": person.name if person else "?"}


def _tag(said: Said) -> str:
    added, removed = ", ".join(said.get("add", ())), ", ".join(said.get("remove", ()))
    parts = [_("Add tags: %(tags)s") % {"tags": added}] if added else []
    parts += [_("Remove tags: %(tags)s") % {"tags": removed}] if removed else []
    return "; ".join(parts)


def _priority(said: Said) -> str:
    return _("Set the priority to %(priority)s") % {
        "priority": said_as(said["priority"], "priority")
    }


def _macro(said: Said) -> str:
    found = Macro.objects.filter(pk=said["macro"]).first()
    return _("Macro “%(name)s”") % {"name": found.name if found else "?"}


_WORDS: dict[str, Callable[[Said], str]] = {
    "assign": _assign,
    "tag": _tag,
    "priority": _priority,
    "macro": _macro,
    "merge": lambda said: _("Merge into %(ref)s") % {"ref": said["into"]},
    "close": lambda said: (
        _("Close: %(outcome)s") % {"outcome": said_as(said["outcome"], "outcome")}
    ),
}
