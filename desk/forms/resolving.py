"""Resolving, with what a house has to know of every repair: why it went wrong, and what was given
for it. Two clicks, and no third where a gesture costs nothing."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import Said
from desk.forms.ticket import Choices, LetterForm, words
from desk.refusals import ERROR
from desk.words import JUSTICE, choices
from tickets.recovery.judgement import GESTURE_KINDS, NEVER
from tickets.recovery.verbs import NONE


def gestures_by_justice() -> list[Any]:
    """The kinds, under what each restores."""
    return [
        (
            name,
            choices("gesture", only=tuple(k for k, v in GESTURE_KINDS.items() if v.justice == it)),
        )
        for it, name in JUSTICE.items()
    ]


class GestureChips(forms.RadioSelect):
    """Those that may cost something say so: then the page asks how much."""

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **options)
        kind = GESTURE_KINDS.get(str(value))
        if kind and kind.costs != NEVER:
            option["attrs"]["data-costs"] = ""
        return option


class ResolveForm(LetterForm):
    verb, button = "resolve", _("Resolve, and ask the customer")
    pointers: ClassVar = {
        "kind": "gesture",
        "gesture/amount": "amount",
        "gesture/currency": "currency",
    }
    root_cause = forms.ChoiceField(label=_("Why it went wrong"), widget=forms.RadioSelect)
    gesture = forms.ChoiceField(
        label=_("What was given for it"), widget=GestureChips, required=False
    )
    amount = forms.DecimalField(
        label=_("Amount"), required=False, max_digits=14, decimal_places=2, localize=False
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"placeholder": "EUR", "list": "currencies"}),
    )
    body = words(
        _("Last word to the customer"),
        help_text=_("Stands first in the letter that asks whether it is put right."),
    )

    def furnish(self) -> None:
        causes: Choices = [(cause.slug, cause.name) for cause in self.offered.causes]
        self.fields["root_cause"].choices = causes  # type: ignore[attr-defined]
        nothing = [] if self.given else [(NONE, _("Nothing need be given"))]
        self.fields["gesture"].choices = [*nothing, *gestures_by_justice()]  # type: ignore[attr-defined]
        repair = self.offered.repair
        if repair and repair.root_cause:
            self.initial.setdefault("root_cause", repair.root_cause.slug)
        if repair and repair.no_gesture:
            self.initial.setdefault("gesture", NONE)

    @property
    def given(self) -> Any:
        """What was given in this cycle already: then no more need be said."""
        return self.offered.given

    def clean(self) -> Said:
        said = super().clean()
        if not said.get("gesture") and not self.given and "gesture" not in self.errors:
            self.add_error("gesture", str(ERROR["no_gesture_said"]))
        if said.get("gesture") == NONE and said.get("amount") is not None:
            self.add_error("amount", str(ERROR["costs_nothing"]))
        return said

    def raw(self) -> Said:
        said = super().raw()
        kind = said.pop("gesture")
        money = {name: value for name in ("amount", "currency") if (value := said.pop(name, ""))}
        if kind:
            said["gesture"] = kind if kind == NONE else {"kind": kind, **_in_words(money)}
        return said


def _in_words(money: Said) -> Said:
    return {name: str(value).upper() for name, value in money.items()}
