"""What a person decides about the machine."""

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import DeskForm, Said

__all__ = ["RELEASE", "HeldForm", "Said"]

RELEASE, HAD_LEFT = "release", "had_left"


class HeldForm(DeskForm):
    """Nothing is chosen beforehand: either answer may be the wrong one."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            (RELEASE, _("They have not left: send them now")),
            (HAD_LEFT, _("They had left before the restore: send none of them")),
        ],
    )
    sure = forms.BooleanField(
        label=_("I know what was restored, and have looked at these letters"),
    )
