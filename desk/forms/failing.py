"""What went wrong, as far as somebody says it: what is left blank follows from the cause."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk.forms.base import OnceForm, Said, tell_by_what_was_shown
from desk.forms.ticket import Choices
from desk.words import choices, said_as
from tickets.recovery.failure import DERIVED
from tickets.recovery.models import FailureType, Recovery
from tickets.work.models import RootCause


def answered(value: bool | None) -> str:
    """As the forms say it."""
    return {True: "yes", False: "no", None: ""}[value]


YES_OR_NO: dict[str, str | Promise] = {"yes": _("yes"), "no": _("no")}
PROCESS: dict[str, str | Promise] = {
    "yes": pgettext_lazy("failure", "how it was done"),
    "no": pgettext_lazy("failure", "what came of it"),
}


def yes_or_no(label: Any, words: dict[str, str | Promise]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[("", ""), *words.items()],
        coerce=lambda said: said == "yes",
        empty_value=None,
    )


_ORDER = {"order_value", "order_currency"}


class FailureForm(OnceForm):
    """Only what was changed here is told."""

    failure = forms.CharField(label=_("In one line"), required=False, max_length=300)
    root_cause = forms.ChoiceField(label=_("Root cause"), required=False)
    type = forms.ChoiceField(label=_("Type of failure"), required=False)
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        required=False,
        choices=[("", pgettext_lazy("severity", "not said")), *choices("severity")],
        coerce=int,
        empty_value=None,
    )
    driver = forms.ChoiceField(
        label=_("What it weighs on"), required=False, choices=[("", ""), *choices("driver")]
    )
    monetary = yes_or_no(_("It cost the customer money"), YES_OR_NO)
    process = yes_or_no(_("What was at fault"), PROCESS)
    controllable = yes_or_no(_("We could have prevented it"), YES_OR_NO)
    order_value = forms.DecimalField(
        label=_("Value of the order"),
        required=False,
        max_digits=14,
        decimal_places=2,
        localize=False,
        help_text=_("Then each gesture says what share of it it is."),
    )
    order_currency = forms.CharField(
        label=_("Currency of the order"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"placeholder": "EUR"}),
    )

    def __init__(
        self,
        recovery: Recovery,
        causes: Sequence[RootCause],
        types: Sequence[FailureType],
        *args: Any,
        **options: Any,
    ) -> None:
        super().__init__(*args, auto_id="failure-%s", **options)
        self.causes = {one.slug: one for one in causes}
        self.types = {one.slug: one for one in types}
        self._offer("root_cause", [("", _("not said")), *((c.slug, c.name) for c in causes)])
        self._offer("type", [("", ""), *((one.slug, path_of(one)) for one in types)])
        self.initial = _said_in(recovery)
        for name in DERIVED:
            self._say_what_follows(name, recovery)
        tell_by_what_was_shown(self)

    def clean(self) -> Said:
        """An amount is nothing without its currency."""
        changed = set(self.changed_data)
        told = changed | _ORDER if changed & _ORDER else changed
        return {name: value for name, value in super().clean().items() if name in told}

    def _offer(self, name: str, offered: Choices) -> None:
        self.fields[name].choices = offered  # type: ignore[attr-defined]

    def _say_what_follows(self, name: str, recovery: Recovery) -> None:
        """In place of a blank."""
        field: Any = self.fields[name]
        follows = _FOLLOWS[name](recovery) if name not in recovery.by_hand else ""
        blank = _("as its cause says: %(value)s") % {"value": follows} if follows else _("not said")
        field.choices = [("", blank), *list(field.choices)[1:]]

    def clean_root_cause(self) -> RootCause | None:
        return self.causes.get(self.cleaned_data["root_cause"])

    def clean_type(self) -> FailureType | None:
        return self.types.get(self.cleaned_data["type"])

    def clean_order_currency(self) -> str:
        return str(self.cleaned_data["order_currency"]).upper()


def path_of(found: FailureType) -> str:
    """With what stands above it."""
    return f"{path_of(found.above)} / {found.name}" if found.above else found.name


def _said_in(recovery: Recovery) -> Said:
    """What somebody said; of the rest the blank says what follows."""
    by_hand = {name: _FORM_VALUE[name](recovery) for name in recovery.by_hand}
    return {
        "failure": recovery.failure,
        "root_cause": recovery.root_cause.slug if recovery.root_cause else "",
        "severity": recovery.severity,
        "order_value": recovery.order_value,
        "order_currency": recovery.order_currency,
        **by_hand,
    }


_FORM_VALUE: dict[str, Callable[[Recovery], str]] = {
    "type": lambda row: row.type.slug if row.type else "",
    "driver": lambda row: row.driver,
    "monetary": lambda row: answered(row.monetary),
    "process": lambda row: answered(row.process),
    "controllable": lambda row: answered(row.controllable),
}
_FOLLOWS: dict[str, Callable[[Recovery], Any]] = {
    "type": lambda row: path_of(row.type) if row.type else "",
    "driver": lambda row: said_as(row.driver, "driver") if row.driver else "",
    "monetary": lambda row: YES_OR_NO.get(answered(row.monetary), ""),
    "process": lambda row: PROCESS.get(answered(row.process), ""),
    "controllable": lambda row: YES_OR_NO.get(answered(row.controllable), ""),
}
