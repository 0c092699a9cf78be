from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import OnceForm
from tickets.work.models.tagging import LONGEST_TAG


class TagChangeForm(OnceForm):
    """Sent once it was seen what it would change."""

    was = forms.CharField(label=_("Tag"), max_length=LONGEST_TAG)
    becomes = forms.CharField(
        label=_("Shall be called"),
        max_length=LONGEST_TAG,
        help_text=_("A tag that is in use already takes the other one in: the two become one."),
        widget=forms.TextInput(attrs={"list": "tags-in-use"}),
    )
