from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import DeskForm, OnceForm
from desk.words import choices


class JoinForm(OnceForm):
    """Sent once it was seen what it would do."""

    to = forms.UUIDField(widget=forms.HiddenInput)


class PartForm(OnceForm):
    """Nothing more need be said."""


class SearchForm(DeskForm):
    """For another customer, who may be the same person."""

    q = forms.CharField(
        label=_("Name, address, phone or number of the other one"),
        min_length=2,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class ConsentForm(OnceForm):
    purpose = forms.ChoiceField(label=_("What about"), choices=choices("consent"))
    granted = forms.TypedChoiceField(
        label=_("They said"),
        choices=[("no", _("no, they do not want it")), ("yes", _("yes, they allow it"))],
        coerce=lambda said: said == "yes",
    )
    said = forms.CharField(
        label=_("Where and how they said it"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("on the phone, to me")}),
    )
