"""Limits and budgets, as the admin writes them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import WORKING_ROLES
from desk.forms.admin import group_choices
from desk.forms.base import DeskForm
from desk.words import choices
from tickets.recovery.judgement import GESTURE_KINDS, NEVER

COSTLY = tuple(kind for kind, one in GESTURE_KINDS.items() if one.costs != NEVER)


class LimitForm(DeskForm):
    amount = forms.DecimalField(
        label=_("Amount"), min_value=0, max_digits=14, decimal_places=2, localize=False
    )


class NewBudgetForm(LimitForm):
    group = forms.ChoiceField(label=_("For the group"), required=False)
    kind = forms.ChoiceField(
        label=_("Gesture"),
        required=False,
        choices=[("", pgettext_lazy("gesture", "all together")), *choices("gesture", only=COSTLY)],
    )
    currency = forms.CharField(label=_("Currency"), max_length=3)
    field_order: tuple[str, ...] = ("group", "kind", "currency", "amount")
    blank_group: Any = _("the house together")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].choices = group_choices(self.blank_group)  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class NewLimitForm(NewBudgetForm):
    role = forms.ChoiceField(
        label=_("For the role"),
        required=False,
        choices=[("", pgettext_lazy("role", "every role")), *choices("role", only=WORKING_ROLES)],
        help_text=_(
            "A role that has limits of its own approves up to them, too, for one repair together, "
            "and nothing that costs in another currency or of another kind."
        ),
    )
    field_order = ("group", "role", "kind", "currency", "amount")
    blank_group = _("all that have none of their own")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", pgettext_lazy("gesture", "any")), *list(kinds.choices)[1:]]
