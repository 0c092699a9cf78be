"""A ticket by hand: from feedback no rule took, or from what somebody heard."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AccessGroup
from desk.forms.base import OnceForm, Said
from desk.forms.ticket import words
from desk.words import choices
from feedback.intake.scores import TABLE
from tickets.sla.models import Policy
from tickets.work.models import PRIORITY_WORDS

Choices = list[tuple[str, str | Promise]]

HEARD_BY: Choices = [
    ("phone", pgettext_lazy("heard", "On the phone")),
    ("visit", pgettext_lazy("heard", "At a visit or meeting")),
    ("letter", pgettext_lazy("heard", "By letter")),
    ("other", pgettext_lazy("heard", "In another way")),
]


class TermsForm(OnceForm):
    """To whom the ticket goes, and what it promises."""

    group = forms.ChoiceField(label=_("Group"))
    policy = forms.ChoiceField(label=_("Policy"))
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=choices("priority", only=tuple(PRIORITY_WORDS)),
        initial="normal",
    )

    def __init__(
        self, groups: Sequence[AccessGroup], policies: Sequence[Policy], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._offer("group", [(group.slug, group.name) for group in groups])
        self._offer("policy", [(policy.slug, policy.name) for policy in policies])

    def _offer(self, name: str, offered: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


class FromFeedbackForm(TermsForm):
    reason = forms.CharField(
        label=_("Why this becomes a ticket"), max_length=300, help_text=_("It stays on record.")
    )


class FromContactForm(TermsForm):
    pointers = {
        "customer/name": "customer_name",
        "customer/email": "customer_email",
        "customer/phone": "customer_phone",
        "customer/id": "customer_id",
        "score/value": "score",
        "contact/channel": "reached",
    }
    channel = forms.ChoiceField(label=_("How you heard it"), choices=HEARD_BY)
    comment = words(_("What the customer said"), rows=5)
    customer_name = forms.CharField(label=_("Name"), required=False, max_length=255)
    customer_email = forms.CharField(label=_("E-mail"), required=False, widget=forms.EmailInput)
    customer_phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    customer_id = forms.CharField(label=_("Customer number"), required=False, max_length=255)
    score_type = forms.ChoiceField(label=_("Score"), required=False)
    score = forms.IntegerField(label=_("Value"), required=False)
    reached = forms.BooleanField(
        label=_("Hearing it was the contact already"),
        required=False,
        help_text=_("A person spoke with the customer, so the promise to answer is kept by that."),
    )
    field_order = ["channel", "comment", "customer_name", "customer_email", "customer_phone"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [pair for pair in choices("score", only=tuple(TABLE)) if pair[0] != "gcr"]
        self._offer("score_type", [("", _("none")), *known])

    def raw(self) -> Said:
        said = self.cleaned_data
        names = {"name": "customer_name", "email": "customer_email", "phone": "customer_phone"}
        names["id"] = "customer_id"
        customer = {name: said[ours] for name, ours in names.items() if said[ours]}
        kept = {name: said[name] for name in ("group", "policy", "priority", "channel")}
        parts = {"customer": customer, "score": _score(said), "comment": said["comment"]}
        contact = _contact(said) if said["reached"] else None
        return {**kept, **{name: part for name, part in parts.items() if part}, "contact": contact}


def _score(said: Said) -> Said:
    if not said["score_type"]:
        return {}
    return {"type": said["score_type"], "value": said["score"]}


def _contact(said: Said) -> Said:
    """A letter that came in reached us, not them: the verb refuses it as a contact."""
    return {"channel": said["channel"], "outcome": "reached", "body": said["comment"]}
