"""The fields of this house on a ticket, as a form made of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxloop.kernel.errors import Fault
from desk.forms.base import Said
from desk.forms.ticket import VerbForm
from desk.standing import Cell
from tickets.work.fields import CHOICE, DATE, LONGEST_TEXT, NUMBER, shown

_BEFORE = "of."
_TYPED: Mapping[str, Mapping[str, Any]] = {
    NUMBER: {"inputmode": "decimal"},
    DATE: {"type": "date"},
}


class FieldsForm(VerbForm):
    """Only what was changed here is told, by what stood on the page: what a colleague has put in
    another field meanwhile stays."""

    verb, button = "fields", _("Keep the fields")

    def furnish(self) -> None:
        for cell in self.offered.cells:
            self.fields[f"{_BEFORE}{cell.field.slug}"] = _field_of(cell)

    def raw(self) -> Said:
        changed = [name for name in self.changed_data if name.startswith(_BEFORE)]
        return {"values": {name.removeprefix(_BEFORE): self.cleaned_data[name] for name in changed}}

    def _blame_at(self, fault: Fault) -> None:
        slug = fault.pointer.removeprefix("/values/")
        super()._blame_at(replace(fault, pointer=f"/{_BEFORE}{slug}"))


def _field_of(cell: Cell) -> forms.Field:
    """What stands there already stays on offer, as a choice of yesterday too."""
    kept = shown(cell.value.value) if cell.value else ""
    options: Any = {"label": cell.label, "required": False, "initial": kept}
    options["show_hidden_initial"] = True
    if cell.field.kind == CHOICE:
        known = [*cell.field.choices, *([kept] if kept not in ("", *cell.field.choices) else [])]
        return forms.ChoiceField(choices=[("", "–"), *((one, one) for one in known)], **options)
    widget = forms.TextInput(attrs=dict(_TYPED.get(cell.field.kind, {})))
    return forms.CharField(max_length=LONGEST_TEXT, widget=widget, **options)
