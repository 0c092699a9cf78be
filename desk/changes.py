"""Who changed groups, people, sources and fields, when and what, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Change
from desk.durations import exact
from desk.words import Words, said_as

MOST_SHOWN = 50

FIELD: Words = {
    "name": gettext_lazy("Name"),
    "accept_within_s": gettext_lazy("Time to accept what is handed over to it"),
    "email": gettext_lazy("E-mail"),
    "organisation_role": gettext_lazy("In the whole house"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "open_ticket_cap": gettext_lazy("Most open tickets at once"),
    "stand_in": gettext_lazy("Who stands in while away"),
    "allowed_origins": gettext_lazy("Pages that may post"),
    "mailboxes": gettext_lazy("Mailboxes"),
    "daily_cap": gettext_lazy("Most feedback a day"),
    "question": gettext_lazy("Question of its form page"),
    "owners": gettext_lazy("Groups that read all of it"),
    "label_en": gettext_lazy("What it is called in English"),
    "label_ko": gettext_lazy("What it is called in Korean"),
    "choices": gettext_lazy("Choices"),
    "path": gettext_lazy("Where the context says it"),
    "in_queue": gettext_lazy("A column of the queue"),
    "place": gettext_lazy("Place"),
}
ACT: Words = {
    "created": pgettext_lazy("change", "Made."),
    "archived": pgettext_lazy("change", "Archived."),
    "restored": pgettext_lazy("change", "Brought back."),
    "form_written": pgettext_lazy("change", "A form was made."),
    "form_revised": pgettext_lazy("change", "A form was changed."),
    "form_archived": pgettext_lazy("change", "A form was archived."),
    "form_restored": pgettext_lazy("change", "A form was brought back."),
    "hook_made": pgettext_lazy("change", "A hook for mails was made."),
    "hook_secret_replaced": pgettext_lazy("change", "A hook for mails has another secret."),
    "hook_removed": pgettext_lazy("change", "A hook for mails was removed."),
    "switched_off": pgettext_lazy("change", "Switched off."),
    "switched_on": pgettext_lazy("change", "Switched on again."),
}


@dataclass(frozen=True)
class Told:
    at: datetime
    who: str
    lines: list[str]


def changes_of(about: str, key: object = None) -> list[Told]:
    """The newest first; without a key those of all."""
    rows = Change.objects.filter(about=about)
    if key is not None:
        rows = rows.filter(key=str(key))
        return told(rows.order_by("-at", "-id"))
    return told(rows.order_by("-id"))


def told(rows: QuerySet[Change]) -> list[Told]:
    return [_told(row) for row in rows.select_related("by")[:MOST_SHOWN]]


def _told(row: Change) -> Told:
    who = row.by.name if row.by else _("the machine")
    return Told(row.at, who, _lines(row))


def _lines(row: Change) -> list[str]:
    facts = row.facts
    if row.act == "changed":
        return [_became(name, *pair) for name, pair in facts["fields"].items()]
    if row.about == Change.About.TAG:
        return [_("“%(was)s” becomes “%(becomes)s”") % {n: facts[n] for n in ("was", "becomes")}]
    if row.act in ("joined", "left"):
        return [_membership(row)]
    if row.act in ("key_issued", "key_revoked"):
        return [_key(row)]
    if row.about == Change.About.INVITATION:
        return [_invitation(row)]
    if row.act.startswith("form_"):
        return [f"{ACT[row.act]} ({facts['form']})"]
    if row.act.startswith("hook_"):
        return [f"{ACT[row.act]} ({facts['provider']})"]
    return [str(ACT.get(row.act, row.act))]


def _became(name: str, before: Any, after: Any) -> str:
    value = exact if name == "accept_within_s" else _value
    said = {"label": FIELD.get(name, name), "before": value(before), "after": value(after)}
    return _("%(label)s: %(before)s → %(after)s") % said


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return said_as(value, "role") if value not in (None, "") else "–"


def _membership(row: Change) -> str:
    """Said of the person where the group is shown, and of the group where the person is."""
    facts = row.facts
    about_group = row.about == Change.About.GROUP
    said = {
        "name": facts["person"]["name"] if about_group else facts["group"]["name"],
        "role": said_as(facts["role"] or facts["before"], "role"),
        "before": said_as(facts["before"], "role"),
    }
    if row.act == "left":
        words = _("%(name)s left") if about_group else _("Left the group %(name)s")
    elif facts["before"]:
        words = _("%(name)s: %(before)s → %(role)s")
    else:
        words = (
            _("%(name)s joined as %(role)s")
            if about_group
            else _("Joined the group %(name)s as %(role)s")
        )
    return words % said


def _key(row: Change) -> str:
    said = {"hint": row.facts["hint"], "label": row.facts["label"] or "–"}
    if row.act == "key_issued":
        return _("Key made: %(hint)s…, for %(label)s") % said
    return _("Key revoked: %(hint)s…, for %(label)s") % said


def _invitation(row: Change) -> str:
    said = {"email": row.facts["email"]}
    if row.act == "withdrawn":
        return _("The invitation of %(email)s was withdrawn") % said
    return _("%(email)s was invited") % said
