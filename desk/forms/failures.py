"""What can fail, and what a root cause stands for, as the admin writes it down."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk.forms.admin import SLUG_HINT
from desk.forms.base import DeskForm
from desk.forms.failing import PROCESS, YES_OR_NO, answered, path_of, yes_or_no
from desk.words import choices
from tickets.recovery.models import CauseDefault, FailureType

OPEN = pgettext_lazy("failure", "it depends")


class StandsForForm(DeskForm):
    """Blank is left open."""

    monetary = yes_or_no(_("It costs the customer money"), YES_OR_NO)
    process = yes_or_no(_("What is at fault"), PROCESS)

    def __init__(self, types: Sequence[FailureType], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.types = {one.slug: one for one in types}
        for name in ("monetary", "process", "controllable"):
            if name in self.fields:
                field: Any = self.fields[name]
                field.choices = [("", OPEN), *list(field.choices)[1:]]

    def _offer_types(self, name: str, blank: Any) -> None:
        offered = [(slug, path_of(one)) for slug, one in self.types.items()]
        self.fields[name].choices = [("", blank), *offered]  # type: ignore[attr-defined]


class FailureTypeForm(StandsForForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    above = forms.ChoiceField(label=_("Stands below"), required=False)
    field_order = ("slug", "name", "above", "monetary", "process")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer_types("above", pgettext_lazy("failure", "nothing"))

    def clean_above(self) -> FailureType | None:
        return self.types.get(self.cleaned_data["above"])


class NewFailureTypeForm(FailureTypeForm):
    slug = forms.CharField(label=_("Slug"), max_length=60, help_text=SLUG_HINT)


class CauseForm(StandsForForm):
    """A root cause: what it is called, and what it stands for."""

    name = forms.CharField(label=_("Name"), max_length=120)
    type = forms.ChoiceField(label=_("Type of failure"), required=False)
    driver = forms.ChoiceField(
        label=_("What it weighs on"), required=False, choices=[("", OPEN), *choices("driver")]
    )
    controllable = yes_or_no(_("We can prevent it"), YES_OR_NO)
    field_order = ("name", "type", "driver", "process", "monetary", "controllable")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer_types("type", OPEN)

    def clean_type(self) -> FailureType | None:
        return self.types.get(self.cleaned_data["type"])


def cause_as_it_stands(default: CauseDefault) -> dict[str, str]:
    return {
        "name": default.cause.name,
        "type": default.type.slug if default.type else "",
        "driver": default.driver,
        "monetary": answered(default.monetary),
        "process": answered(default.process),
        "controllable": answered(default.controllable),
    }


def type_as_it_stands(found: FailureType) -> dict[str, str]:
    return {
        "name": found.name,
        "above": found.above.slug if found.above else "",
        "monetary": answered(found.monetary),
        "process": answered(found.process),
    }
