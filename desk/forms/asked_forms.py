"""The forms of a source, as admins write them."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desk.forms.admin import SlugForm
from desk.forms.base import DeskForm
from desk.forms.fields import JsonField
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
