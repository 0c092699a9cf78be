"""What a person may say to a ticket: one form a verb, read into what the verb wants to be told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup, User
from desk.durations import exact
from desk.forms.base import DeskForm, OnceForm, Said
from desk.models import Draft
from desk.standing import Cell
from desk.telling import Told
from desk.words import choices
from tickets.escalation.rungs import LONGEST_PAUSE_S
from tickets.recovery.models import Gesture, Recovery
from tickets.work.lifecycle import OUTCOMES_BY_AGENT
from tickets.work.models import (
    PRIORITY_WORDS,
    Attachment,
    RootCause,
    SideThread,
    Ticket,
    TicketShare,
)

PAUSES_S = (3600, 4 * 3600, 8 * 3600, LONGEST_PAUSE_S)
Choices = list[tuple[str, str | Promise]]


@dataclass(frozen=True)
class Offered:
    """What the selects of a ticket's forms offer, and what was given in this cycle."""

    people: Sequence[User] = ()
    groups: Sequence[AccessGroup] = ()
    shares: Sequence[TicketShare] = ()
    causes: Sequence[RootCause] = field(default_factory=list)
    cells: Sequence[Cell] = ()
    sides: Sequence[SideThread] = ()
    repair: Recovery | None = None
    given: Sequence[Gesture] = ()


class VerbForm(OnceForm):
    """`button` is what the form does; `raw` is that in the words of the verb. Of a form that is a
    button alone, a refusal is said at the head of the page."""

    verb: ClassVar[str]
    button: Promise
    is_button: ClassVar[bool] = False
    draft: Draft | None = None

    def __init__(self, ticket: Ticket, offered: Offered, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id=f"{self.verb}-%s", **options)
        self.ticket, self.offered = ticket, offered
        self.furnish()

    def furnish(self) -> None:
        """Fills the selects."""

    def raw(self) -> Said:
        return {name: value for name, value in self.cleaned_data.items() if value != ""}


def words(label: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    """Text is kept as it was typed; whether it may be blank is the verb's to say."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, strip=False, required=False, **options)


class ChosenFiles(forms.CheckboxSelectMultiple):
    """Each with a mark by which it goes along or stays behind, and room for more."""

    template_name = "desk/ticket/chosen_files.html"
    ref, verb = "", ""
    faults: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        boxes = [box for _group, options, _at in context["widget"]["optgroups"] for box in options]
        about = {"ref": self.ref, "verb": self.verb, "faults": self.faults}
        return {**context, "boxes": boxes, **about}


class EnclosingForm(VerbForm):
    """What may be said with files: they are kept as soon as they are chosen, whatever becomes of
    the words."""

    # What else is called so of a form, uploads that it does not know, is nothing to ours.
    files = forms.TypedMultipleChoiceField(  # type: ignore[assignment]
        label=_("Files"), coerce=int, required=False, widget=ChosenFiles
    )

    def offer(self, chosen: Sequence[Attachment]) -> None:
        """Of those that they chose the ones go along that are ticked, and at first all."""
        field = self.fields["files"]
        field.choices = [(row.pk, row) for row in chosen]  # type: ignore[attr-defined]
        self.initial["files"] = [row.pk for row in chosen]

    def furnish(self) -> None:
        self._chosen.ref, self._chosen.verb = self.ticket.ref, self.verb

    def shown_files(self, faults: Sequence[str]) -> str:
        """The field alone, for an open page, with what was wrong of what was just chosen."""
        self._chosen.faults = faults
        return str(self["files"])

    @property
    def _chosen(self) -> ChosenFiles:
        widget = self.fields["files"].widget
        assert isinstance(widget, ChosenFiles)
        return widget


class LetterForm(VerbForm):
    """What the customer reads. `seen` is the newest entry that stood on the page: where somebody
    has written since, that is shown first, as `arrived`, and leaves at the second try."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    arrived: Sequence[Told] = ()

    def raw(self) -> Said:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    def catch_up(self, told: Sequence[Told], newest: int) -> None:
        """After a refusal for what they had not seen; now they have."""
        if self.refused_as != "overtaken":
            return
        seen = self.cleaned_data["seen"]
        self.arrived = [e for e in told if e.number > seen and e.tone in {"theirs", "ours"}]
        self.button = _("Send all the same")
        typed = QueryDict(mutable=True)
        typed.update(self.data)
        typed["seen"] = str(newest)
        self.data = typed


class ReplyForm(LetterForm, EnclosingForm):
    verb, button = "reply", _("Send to the customer")
    body = words(_("Letter to the customer"), rows=6)
    field_order = ("body", "files")


class NoteForm(EnclosingForm):
    verb, button = "note", _("Keep the note")
    body = words(
        _("Note, for colleagues only"),
        help_text=_("Write @ and the name of a colleague who may see the ticket: they hear of it."),
    )
    field_order = ("body", "files")

    def furnish(self) -> None:
        super().furnish()
        about = {"data-mentions": "mentionable", "data-mentioned": _("Colleagues to mention")}
        self.fields["body"].widget.attrs |= about

    def raw(self) -> Said:
        return self.cleaned_data


class ContactForm(EnclosingForm):
    verb, button = "log-contact", _("Log the contact")
    channel = forms.ChoiceField(
        label=_("How"), choices=choices("contact", only=("phone", "visit", "other"))
    )
    outcome = forms.ChoiceField(label=_("Outcome"), choices=choices("reached"))
    body = words(_("What was said"), rows=3)
    field_order = ("channel", "outcome", "body", "files")


class TakeBackForm(VerbForm):
    verb, button, is_button = "take-back", _("Take it back"), True


class WaitForm(VerbForm):
    verb, button = "wait", _("Wait for the customer")
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_(
            "In your time zone. Blank: until the customer writes. "
            "The promise to answer never waits."
        ),
    )

    def raw(self) -> Said:
        until = self.cleaned_data["until"]
        return {"until": until.isoformat() if until else None}


class CloseForm(VerbForm):
    verb, button = "close", _("Close for good")
    outcome = forms.ChoiceField(label=_("Outcome"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Wanted where nobody has spoken with the customer; it stays on record."),
    )

    def furnish(self) -> None:
        by_answer = ("not_recovered",) if self.ticket.answered_at else ()
        silent = ("silent",) if self.ticket.asked_at else ()
        known = (*OUTCOMES_BY_AGENT, *silent, *by_answer)
        self.fields["outcome"].choices = choices("outcome", only=known)  # type: ignore[attr-defined]


class ReopenForm(VerbForm):
    verb, button = "reopen", _("Begin the next cycle")
    reason = forms.CharField(label=_("Reason"), max_length=300)


class FinalForm(LetterForm):
    verb, button = "final-position", _("State our final position, and close")
    body = words(
        _("Last letter to the customer"),
        rows=6,
        help_text=_("Three repairs were not enough. It ends as not recovered."),
    )


class MergeForm(VerbForm):
    verb, button = "merge", _("Merge into that ticket")
    into = forms.CharField(
        label=_("Ticket that goes on"),
        max_length=24,
        widget=forms.TextInput(attrs={"placeholder": "T-1042"}),
        help_text=_("It takes over the feedback and the earliest promise. This one closes."),
    )


class AssignForm(VerbForm):
    verb, button = "assign", _("Give")
    assignee = forms.ChoiceField(label=_("Owner"), required=False)

    def furnish(self) -> None:
        people: Choices = [(str(person.pk), person.name) for person in self.offered.people]
        self.fields["assignee"].choices = [("", _("nobody")), *people]  # type: ignore[attr-defined]
        self.initial["assignee"] = self.ticket.assignee_id or ""

    def raw(self) -> Said:
        chosen = self.cleaned_data["assignee"]
        return {"assignee": int(chosen) if chosen else None}


class PriorityForm(VerbForm):
    verb, button = "priority", _("Set")
    priority = forms.ChoiceField(
        label=_("Priority"), choices=choices("priority", only=tuple(PRIORITY_WORDS))
    )

    def furnish(self) -> None:
        self.initial["priority"] = self.ticket.priority_word


class TagForm(VerbForm):
    verb, button = "tag", _("Add")
    add = forms.CharField(
        label=_("Add tags"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": _("by comma")}),
    )
    remove = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def raw(self) -> Said:
        added = [tag.strip() for tag in self.cleaned_data["add"].split(",") if tag.strip()]
        removed = self.cleaned_data["remove"]
        return {"add": added, "remove": [removed] if removed else []}


class AcknowledgeForm(DeskForm):
    """How long the next rungs wait; without a word as the ladder says."""

    pause_s = forms.TypedChoiceField(
        label=_("The next rungs wait"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(seconds, exact(seconds)) for seconds in PAUSES_S]
        self.fields["pause_s"].choices = [("", _("as the ladder says")), *offered]  # type: ignore[attr-defined]


FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        ReplyForm,
        NoteForm,
        ContactForm,
        TakeBackForm,
        WaitForm,
        CloseForm,
        ReopenForm,
        MergeForm,
        FinalForm,
        AssignForm,
        PriorityForm,
        TagForm,
    )
}
SPOKEN = (
    "reply",
    "note",
    "log-contact",
    "side",
    "wait",
    "resolve",
    "close",
    "reopen",
    "merge",
    "final-position",
)
