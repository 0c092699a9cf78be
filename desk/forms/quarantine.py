"""What a person decides about feedback that is held."""

from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from desk.forms.base import OnceForm, Said

RELEASE, SPAM = "release", "spam"
MOST_CHOSEN = 200


class DecideForm(OnceForm):
    """Rows are chosen by their boxes, what is done with them by the button."""

    act = forms.ChoiceField(choices=[(RELEASE, RELEASE), (SPAM, SPAM)], widget=forms.HiddenInput)

    def clean(self) -> Said:
        said = super().clean()
        said["chosen"] = self.chosen
        if not said["chosen"]:
            raise forms.ValidationError(_("Choose at least one."))
        return said

    @property
    def chosen(self) -> list[UUID]:
        """What is no id is none of them."""
        assert isinstance(self.data, QueryDict)
        found = [_id(one) for one in self.data.getlist("chosen")[:MOST_CHOSEN]]
        return [one for one in found if one]


def _id(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
