"""The forms of a source, as admins write them."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cxloop.kernel.errors import CxloopError, Refused
from desk.forms.admin import SlugForm
from desk.forms.base import DeskForm
from desk.forms.fields import JsonField
from desk.question_sheet import Json, Sheet, changed, document_of, place_of
from desk.refusals import said_of_fault
from feedback.web.gallery import BY_SLUG, GALLERY


def ready_choices() -> list[tuple[str, str]]:
    language = (get_language() or "en").partition("-")[0]
    return [
        (ready.slug, f"{ready.touchpoint[language]}: {ready.name[language]}") for ready in GALLERY
    ]


class NewAskedForm(SlugForm):
    """It begins as one that is ready, and is changed from there."""

    ready = forms.ChoiceField(label=_("Begin as"), choices=ready_choices)

    @property
    def document(self) -> object:
        return BY_SLUG[self.cleaned_data["ready"]].document


class AskedForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    document = JsonField(
        label=_("What is asked, as JSON"),
        help_text=_(
            "Questions in their order: kind is one of nps, csat, ces, stars, thumbs, gcr, "
            "rating10, choice, text and contact; ask, hint, low, high and the labels of options "
            "by language; when names an earlier question and the classes or values that lead to "
            "this one."
        ),
    )


class SheetForm(DeskForm):
    """The same form by fields: its questions are read from what was typed, whatever it is."""

    name = forms.CharField(label=_("Name"), max_length=120)

    def __init__(self, *args: Any, document: Json, **options: Any) -> None:
        super().__init__(*args, **options)
        self.document = document_of(dict(self.data.items())) if self.is_bound else document
        self.faults: dict[str, str] = {}

    @property
    def sheet(self) -> Sheet:
        return Sheet(self.document, self.faults)

    def change(self, act: str) -> None:
        """One of its buttons, which keep nothing."""
        self.document = changed(self.document, act)

    def blame(self, error: CxloopError) -> None:
        if not isinstance(error, Refused):
            return super().blame(error)
        self._refused_with = error.status
        for fault in error.faults:
            if fault.pointer.startswith("/document"):
                self.faults[place_of(fault.pointer)] = said_of_fault(fault)
            else:
                self._blame_at(fault)
        if self.faults:
            self.add_error(None, _("Something is missing or wrong. It stands beside it below."))
        return None
