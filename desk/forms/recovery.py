from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.forms.base import OnceForm
from desk.forms.playbooks import LeaveForm
from desk.forms.settings import moment_field
from desk.forms.ticket import words
from desk.words import choices
from tickets.recovery.currencies import DECIMALS
from tickets.recovery.judgement import SCORES
from tickets.work.lifecycle import CLOSED, RESOLVED
from tickets.work.models import Ticket


class GestureForm(OnceForm):
    kind = forms.ChoiceField(label=_("Gesture"), choices=choices("gesture"))
    amount = forms.DecimalField(
        label=_("Amount"), required=False, max_digits=14, decimal_places=2, localize=False
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"placeholder": "EUR", "list": "currencies"}),
    )
    keep_by = moment_field(
        _("Until when"),
        required=False,
        help_text=_("What the customer was told. When it has passed, you hear of it."),
    )
    explanation = words(_("Explanation"), rows=2, max_length=2000)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class GestureNoteForm(OnceForm):
    note = forms.CharField(label=_("A word on it"), required=False, max_length=300)


class KeepForm(GestureNoteForm):
    """The customer has it: what shows it, where something does."""

    proof = forms.ChoiceField(
        label=_("Proof"), required=False, choices=[("", ""), *choices("proof")]
    )
    reference = forms.CharField(label=_("Reference"), required=False, max_length=120)


class AnswerForm(OnceForm):
    """What the customer said to a colleague."""

    channel = forms.ChoiceField(
        label=_("How they told you"),
        choices=choices("contact", only=("phone", "visit", "letter", "other")),
    )
    solved = forms.TypedChoiceField(
        label=_("Is it put right?"),
        required=False,
        choices=[("", _("they did not say")), ("yes", _("solved")), ("no", _("not solved"))],
        coerce=lambda said: said == "yes",
        empty_value=None,
    )
    score = forms.TypedChoiceField(
        label=_("Their score"),
        required=False,
        choices=[("", "–"), *((n, f"{n}/5") for n in SCORES)],
        coerce=int,
        empty_value=None,
    )
    comment = words(_("In their words"), rows=2, max_length=10_000)


def judge_form(ticket: Ticket, person: User) -> AnswerForm | None:
    """For what the customer wrote while it was resolved."""
    if ticket.unjudged_since is None:
        return None
    may_judge = Ticket.objects.workable_by(person).filter(pk=ticket.pk).exists()
    return AnswerForm(auto_id="judge-%s") if may_judge else None


def repair_forms(ticket: Ticket) -> dict[str, Any]:
    """Those that stand on the page of a ticket, blank."""
    return {
        "gesture_form": GestureForm(auto_id="gesture-%s") if ticket.status != CLOSED else None,
        "leave_form": LeaveForm(auto_id="leave-%s"),
        "gesture_note": KeepForm(auto_id="decide-%s"),
        "answer_form": AnswerForm(auto_id="answer-%s") if ticket.status == RESOLVED else None,
        "currencies": DECIMALS,
    }
