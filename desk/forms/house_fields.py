"""What a house knows of its tickets beside what every house does, as forms."""

from typing import Any, Self

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from desk.forms.base import DeskForm, Said
from desk.forms.fields import LinesField
from desk.words import choices
from tickets.work.actions.fields import CHANGEABLE, LONGEST_LABEL, LONGEST_PATH
from tickets.work.fields import CHOICE, KINDS, TEXT
from tickets.work.models import TicketField


class FieldForm(DeskForm):
    label_en = forms.CharField(
        label=_("What it is called in English"), max_length=LONGEST_LABEL, required=False
    )
    label_ko = forms.CharField(
        label=_("What it is called in Korean"),
        max_length=LONGEST_LABEL,
        required=False,
        help_text=_("One of the two is enough; the other language then shows it too."),
    )
    choices = LinesField(
        label=_("Choices"), required=False, help_text=_("One a line; only for a choice.")
    )
    path = forms.CharField(
        label=_("Where the context says it"),
        max_length=LONGEST_PATH,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "order.id", "spellcheck": "false"}),
        help_text=_(
            "With dots between the names: order.id. A ticket is filled in from there when it opens "
            "and, where it is still empty, when further feedback joins. Blank: by hand alone."
        ),
    )
    in_queue = forms.BooleanField(label=_("A column of the queue"), required=False)

    @classmethod
    def looking(cls, request: HttpRequest) -> Self:
        """As it was typed, nothing refused yet."""
        return cls(initial={**request.POST.dict(), "in_queue": "in_queue" in request.POST})

    @classmethod
    def about(cls, field: TicketField, request: HttpRequest) -> Self:
        form = (
            cls.looking(request)
            if "look" in request.POST
            else cls.of(request, initial={name: getattr(field, name) for name in CHANGEABLE})
        )
        if field.kind != CHOICE:
            del form.fields["choices"]
        return form

    def said(self, name: str) -> Any:
        """What stands in a field of the form by now, typed or kept."""
        return self[name].value() if name in self.fields else None


class NewFieldForm(FieldForm):
    slug = forms.CharField(
        label=_("Slug"),
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "order_no", "spellcheck": "false"}),
        help_text=_(
            "For good: the search box and programs name it by this, as order_no:A-1001. Small "
            "letters, digits, underscores."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=choices("field", only=KINDS),
        initial=TEXT,
        help_text=_("For good too. To change it, archive the field and make it anew."),
    )
    field_order = ["label_en", "label_ko", "slug", "kind", "choices", "path", "in_queue"]

    def facts(self) -> Said:
        return dict(self.cleaned_data)
