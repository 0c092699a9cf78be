"""What is said to many tickets at once: one form a verb."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup, User
from desk.forms.base import OnceForm, Said
from desk.words import choices
from tickets.work.lifecycle import OUTCOMES_BY_AGENT
from tickets.work.models import PRIORITY_WORDS, Macro

Choices = list[tuple[str, str | Promise]]


@dataclass(frozen=True)
class ForMany:
    people: Sequence[User]
    groups: Sequence[AccessGroup]
    macros: Sequence[Macro] = ()


class BulkForm(OnceForm):
    """`name` is how the page tells the forms apart, `verb` what is said."""

    name: ClassVar[str]
    verb: ClassVar[str]
    pointers: ClassVar[dict[str, str]] = {}

    def __init__(self, offered: ForMany, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id=f"{self.name}-%s", **options)
        self.furnish(offered)

    def furnish(self, offered: ForMany) -> None:
        """Fills the selects."""

    def said(self) -> Said:
        return self.cleaned_data


class GiveMany(BulkForm):
    name, verb = "give", "assign"
    assignee = forms.ChoiceField(label=_("Owner"), required=False)

    def furnish(self, offered: ForMany) -> None:
        people: Choices = [(str(person.pk), person.name) for person in offered.people]
        self.fields["assignee"].choices = [("", _("nobody")), *people]  # type: ignore[attr-defined]

    def said(self) -> Said:
        chosen = self.cleaned_data["assignee"]
        return {"assignee": int(chosen) if chosen else None}


class HandOverMany(BulkForm):
    name, verb = "hand-over", "assign"
    group = forms.ChoiceField(label=_("To the group"))
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def furnish(self, offered: ForMany) -> None:
        self.fields["group"].choices = [(g.slug, g.name) for g in offered.groups]  # type: ignore[attr-defined]


class PriorityOfMany(BulkForm):
    name, verb = "priority", "priority"
    priority = forms.ChoiceField(
        label=_("Priority"), choices=choices("priority", only=tuple(PRIORITY_WORDS))
    )


class TagMany(BulkForm):
    name, verb = "tag", "tag"
    add = forms.CharField(label=_("Add tags"), required=False, max_length=500)
    remove = forms.CharField(label=_("Remove tags"), required=False, max_length=500)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("add", "remove"):
            self.fields[name].widget.attrs["placeholder"] = _("by comma")

    def clean(self) -> Said:
        super().clean()
        if not any(self.said().values()):
            self.add_error("add", _("This is wanted here."))
        return self.cleaned_data

    def said(self) -> Said:
        return {name: _parts(self.cleaned_data.get(name, "")) for name in ("add", "remove")}


class MergeMany(BulkForm):
    name, verb = "merge", "merge"
    into = forms.CharField(
        label=_("Ticket that goes on"),
        max_length=24,
        help_text=_("It takes over their feedback and the earliest promise. The others close."),
        widget=forms.TextInput(attrs={"placeholder": "T-1042"}),
    )


class CloseMany(BulkForm):
    name, verb = "close", "close"
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=choices("outcome", only=tuple(reversed(OUTCOMES_BY_AGENT)))
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Wanted where nobody has spoken with the customer; it stays on record."),
    )


class MacroToMany(BulkForm):
    name, verb = "macro", "macro"
    macro = forms.TypedChoiceField(
        label=_("Macro"),
        coerce=int,
        help_text=_(
            "Its text is filled in for each ticket. A letter to many keeps no promise: a first "
            "answer is still owed to each of them."
        ),
    )

    def furnish(self, offered: ForMany) -> None:
        self.fields["macro"].choices = [(one.pk, one.name) for one in offered.macros]  # type: ignore[attr-defined]


def _parts(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


FORMS: dict[str, type[BulkForm]] = {
    form.name: form
    for form in (
        GiveMany,
        HandOverMany,
        PriorityOfMany,
        TagMany,
        MacroToMany,
        MergeMany,
        CloseMany,
    )
}
