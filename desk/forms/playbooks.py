"""A playbook as a form: for which failures it is, and each of its steps a row."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk.forms.admin import SLUG_HINT
from desk.forms.base import OnceForm, Said
from desk.forms.failing import YES_OR_NO, answered, path_of, yes_or_no
from desk.forms.rows import RowedForm, RowForm
from desk.forms.ticket import words
from desk.words import choices
from tickets.recovery.models import FailureType, PlaybookVersion

AGAIN: dict[str, Any] = {
    "yes": pgettext_lazy("playbook", "a further failure"),
    "no": pgettext_lazy("playbook", "the first one"),
}
ANY = pgettext_lazy("playbook", "any")


class StepForm(RowForm):
    kind = forms.ChoiceField(label=_("Gesture"), choices=choices("gesture"))
    note = forms.CharField(label=_("For the colleague"), required=False, max_length=300)
    text_en = words(_("Words to the customer, English"), rows=2, max_length=2000)
    text_ko = words(_("Words to the customer, Korean"), rows=2, max_length=2000)


class PlaybookForm(RowedForm):
    rowed = {"steps": StepForm}
    name = forms.CharField(label=_("Name"), max_length=120)
    is_on = forms.BooleanField(label=_("Offered on tickets"), required=False)
    types = forms.MultipleChoiceField(
        label=_("For these types of failure"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None is any; a type stands for those below it, too."),
    )
    severity_from = forms.TypedChoiceField(
        label=_("From severity"),
        required=False,
        choices=[("", ANY), *choices("severity")],
        coerce=int,
        empty_value=None,
    )
    value_from = forms.DecimalField(
        label=_("From a customer value of"),
        required=False,
        max_digits=16,
        decimal_places=2,
        localize=False,
    )
    again = yes_or_no(_("For"), AGAIN)
    monetary = yes_or_no(_("It cost the customer money"), YES_OR_NO)
    note = words(_("What to mind"), rows=2, max_length=2000)
    source = forms.CharField(label=_("Where the advice comes from"), required=False, max_length=300)
    field_order = (
        *("slug", "name", "is_on", "types", "severity_from", "value_from", "again", "monetary"),
        *("note", "source"),
    )

    def __init__(self, *args: Any, types: Sequence[FailureType], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(one.slug, path_of(one)) for one in types]
        self.fields["types"].choices = offered  # type: ignore[attr-defined]
        for name in ("again", "monetary"):
            field: Any = self.fields[name]
            field.choices = [("", ANY), *list(field.choices)[1:]]


class NewPlaybookForm(PlaybookForm):
    slug = forms.CharField(label=_("Slug"), max_length=60, help_text=SLUG_HINT)


class LeaveForm(OnceForm):
    why = forms.CharField(label=_("Why it does not fit"), max_length=300)


def as_it_stands(version: PlaybookVersion) -> Said:
    return {
        "name": version.playbook.name,
        "is_on": version.playbook.is_on,
        "types": version.types,
        "severity_from": version.severity_from,
        "value_from": version.value_from,
        "again": answered(version.again),
        "monetary": answered(version.monetary),
        "note": version.note,
        "source": version.source,
        "steps": version.steps,
    }
