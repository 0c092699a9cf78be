from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from desk.forms.base import OnceForm, Said
from desk.forms.playbooks import LeaveForm
from desk.forms.settings import moment_field
from desk.forms.ticket import words
from desk.words import choices
from tickets.recovery.currencies import DECIMALS
from tickets.recovery.judgement import ITEMS, SCORES
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
    note = forms.CharField(label=_("Comment (optional)"), required=False, max_length=300)


class ApproveForm(GestureNoteForm):
    keep_by = moment_field(_("Until when"), required=False)


class KeepForm(GestureNoteForm):
    """The customer has it: what shows it, where something does."""

    proof = forms.ChoiceField(
        label=_("Proof"), required=False, choices=[("", ""), *choices("proof")]
    )
    reference = forms.CharField(label=_("Reference"), required=False, max_length=120)


def mark(label: Any) -> forms.TypedChoiceField:
    """From 1 to 5, or nothing."""
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[("", "–"), *((n, f"{n}/5") for n in SCORES)],
        coerce=int,
        empty_value=None,
    )


class AnswerForm(OnceForm):
    """What the customer said to a colleague, and what a repair is judged by as far as they did."""

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
    score = mark(_("Their score"))
    fair = mark(_("What came of it was fair"))
    easy = mark(_("It was quick and easy"))
    respect = mark(_("Treated with respect, and told honestly why"))
    comment = words(_("In their words"), rows=2, max_length=10_000)

    def clean(self) -> Said:
        said = super().clean()
        items = {name: said.pop(name) for name in ITEMS if name in said}
        return {**said, "items": {name: value for name, value in items.items() if value}}


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
        "answer_form": AnswerForm(auto_id="answer-%s") if _can_be_heard(ticket) else None,
        "currencies": DECIMALS,
    }


def _can_be_heard(ticket: Ticket) -> bool:
    """Closed too, say as silent: the customer's word counts for more."""
    is_claimed = ticket.status in (RESOLVED, CLOSED) and ticket.resolved_at is not None
    return is_claimed and ticket.merged_into_id is None
