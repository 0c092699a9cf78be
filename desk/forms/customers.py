from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import OnceForm
from desk.words import choices


class JoinForm(OnceForm):
    to = forms.UUIDField(widget=forms.HiddenInput)


class PartForm(OnceForm):
    pass


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
