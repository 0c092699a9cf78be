"""How the house is set up, as forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup
from accounts.roles import GroupRole, OrganisationRole
from desk.forms.base import DeskForm
from desk.forms.fields import DurationField
from desk.words import choices

SLUG_HINT = _("For good: other settings name it by this. Small letters, digits, hyphens.")


class SlugForm(DeskForm):
    slug = forms.CharField(label=_("Slug"), max_length=60, help_text=SLUG_HINT)
    name = forms.CharField(label=_("Name"), max_length=120)


class NameForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)


class GroupForm(NameForm):
    accept_within_s = DurationField(
        label=_("Time to accept what is handed over to it"),
        required=False,
        help_text=_("In real time. When it has passed, who leads the group hears of it."),
    )


class VersionForm(DeskForm):
    """A version that was shown: the newest of which something is told, or an earlier one."""

    version = forms.IntegerField(min_value=0, max_value=2_147_483_647)

    @property
    def said(self) -> str:
        """Why it was refused: its field is no field that anybody sees."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class MemberForm(DeskForm):
    person = forms.ChoiceField(label=_("Person"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=choices("role", only=tuple(GroupRole.values)),
        initial=GroupRole.AGENT,
    )

    def __init__(self, people: list[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


ALL_OTHERS = _("all that have none of their own")


def group_choices(blank: Any = ALL_OTHERS) -> list[tuple[str, Any]]:
    groups = AccessGroup.objects.current().order_by("name")
    return [("", blank), *((group.slug, group.name) for group in groups)]


def group_roles() -> list[Any]:
    return choices("role", only=tuple(GroupRole.values))


def organisation_roles() -> list[Any]:
    known = (OrganisationRole.ADMIN.value, OrganisationRole.AUDITOR.value)
    return [("", _("no role")), *choices("role", only=known)]
