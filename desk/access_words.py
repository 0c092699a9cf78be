"""Whether somebody may see something, in sentences."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from desk.words import said_as
from tickets.work.access import Access, Ground


@dataclass(frozen=True)
class Answered:
    """`verdict` is what the predicates said, `why` what there is to say about it."""

    access: Access
    verdict: str
    why: list[str]


def answered(access: Access, person: User) -> Answered:
    why = [ground_in_words(ground) for ground in access.grounds]
    return Answered(access, _verdict(access, person), list(dict.fromkeys(why)))


def _verdict(access: Access, person: User) -> str:
    named = {"name": person.name}
    if not access.sees:
        return _("No: %(name)s does not find it. To them it does not exist.") % named
    if access.works:
        return _("Yes: %(name)s sees it and may work it.") % named
    if access.works is None:
        return _("Yes: %(name)s sees it. There is no ticket to work yet.") % named
    return _("Yes, but only to read: %(name)s sees it and may not work it.") % named


def ground_in_words(ground: Ground) -> str:
    said = {
        "group": ground.group.name if ground.group else "",
        "role": said_as(ground.role, "role"),
        "ref": ground.ref,
        "source": ground.source,
    }
    return _SENTENCES[ground.code](ground) % said


def _member(ground: Ground) -> str:
    if ground.works:
        return _("In the group %(group)s as %(role)s: works its tickets, %(ref)s among them.")
    return _("In the group %(group)s as %(role)s: reads its tickets, %(ref)s among them.")


def _stranger(ground: Ground) -> str:
    if ground.group is None:
        return _("In none of the groups that own its source.")
    return _(
        "%(ref)s belongs to the group %(group)s; they are not in it, nor in a group that it is "
        "shared with."
    )


_SENTENCES: dict[str, Callable[[Ground], str]] = {
    "switched_off": lambda _ground: _("Switched off: sees nothing at all, whatever their groups."),
    "admin": lambda _ground: _("Admin: sees everything and works every ticket."),
    "auditor": lambda _ground: _("Auditor: reads everything and works nothing."),
    "member": _member,
    "shared": lambda _ground: _(
        "%(ref)s is shared with the group %(group)s, where they are %(role)s: to read."
    ),
    "shared_to_note": lambda _ground: _(
        "%(ref)s is shared with the group %(group)s, where they are %(role)s: to read and write "
        "notes."
    ),
    "owner": lambda _ground: _(
        "In the group %(group)s, which owns the source %(source)s and reads all that comes by it."
    ),
    "stranger": _stranger,
    "no_ticket": lambda _ground: _("No ticket is about it, so no group comes to it that way."),
}
