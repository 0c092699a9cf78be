"""Problems: opened and changed, moved on, and told of."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup, User
from desk.forms.base import DeskForm, OnceForm, Said, tell_by_what_was_shown
from desk.forms.report import day_field
from desk.forms.ticket import words
from tickets.problems.actions.announce import FASTEST, SLOWEST
from tickets.problems.actions.problems import LONGEST_TEXT, LONGEST_TITLE
from tickets.problems.models import Announcement, Problem
from tickets.work.letter_words import LONGEST_BODY, LONGEST_SUBJECT
from tickets.work.models import RootCause

LEFT = (0, 10, 25, 50, 75, 100)
USUALLY_LEFT = 50
BETWEEN = "|"


class ProblemForm(OnceForm):
    """As it is written; `raw` is that as the API would be told, `changes` what was changed here."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    root_cause = forms.ChoiceField(label=_("Root cause"))
    group = forms.ChoiceField(label=_("Group"), required=False)
    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int)
    planned_for = day_field(_("Fix planned for"))
    description = words(_("What happens, and what brings it about"), rows=6)
    links = words(
        _("Links, one a line"),
        rows=3,
        help_text=_("As: Tracker | https://tracker.example/1. The name may be left out."),
    )
    gathers = forms.BooleanField(
        label=_("Take up by itself every ticket whose repair names the root cause"),
        required=False,
        initial=True,
    )

    def __init__(self, person: User, offered: "Offer", *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer("root_cause", [(one.slug, one.name) for one in offered.causes])
        groups = [(one.slug, one.name) for one in offered.groups]
        self._offer("group", [("", _("the whole house")), *groups])
        self._offer("owner", [(one.pk, one.name) for one in offered.people])
        self.fields["owner"].initial = person.pk
        if self.initial:
            tell_by_what_was_shown(self)

    def _offer(self, name: str, offered: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = offered  # type: ignore[attr-defined]

    @classmethod
    def about(cls, problem: Problem) -> dict[str, Any]:
        return {
            "title": problem.title,
            "root_cause": problem.root_cause.slug,
            "group": problem.group.slug if problem.group else "",
            "owner": problem.owner_id,
            "planned_for": problem.planned_for,
            "description": problem.description,
            "links": "\n".join(_as_line(link) for link in problem.links),
            "gathers": problem.gathers,
        }

    def raw(self) -> Said:
        said = self.cleaned_data
        kept = ("title", "root_cause", "owner", "planned_for", "gathers")
        return {
            **{name: said[name] for name in kept},
            "group": said["group"] or None,
            "description": said["description"].replace("\r\n", "\n").strip()[: LONGEST_TEXT + 1],
            "links": [_as_link(line) for line in said["links"].splitlines() if line.strip()],
        }

    def changes(self) -> Said:
        return {name: value for name, value in self.raw().items() if name in self.changed_data}


class Offer:
    """What the selects of the form offer: to who sees them."""

    def __init__(self, person: User, problem: Problem | None = None) -> None:
        self.causes = list(_causes(problem))
        seen = AccessGroup.objects.visible_to(person).current()
        self.groups = list(seen.order_by("name"))
        people = {one.pk: one for one in User.objects.colleagues_of(person).order_by("name")}
        also = [person, *([problem.owner] if problem else [])]
        people |= {one.pk: one for one in also}
        self.people = sorted(people.values(), key=lambda one: one.name)


def _causes(problem: Problem | None) -> list[RootCause]:
    found = list(RootCause.objects.filter(archived_at=None).order_by("name"))
    if problem and problem.root_cause not in found:
        found.append(problem.root_cause)
    return found


def _as_line(link: Mapping[str, str]) -> str:
    return f"{link['label']} {BETWEEN} {link['url']}" if link["label"] else link["url"]


def _as_link(line: str) -> dict[str, str]:
    label, between, url = line.rpartition(BETWEEN)
    return {"label": label.strip() if between else "", "url": url.strip()}


class TextForm(OnceForm):
    """A move that wants no more than a comment."""

    text = words(_("Comment (optional)"), rows=3, max_length=LONGEST_TEXT)


class PlanForm(TextForm):
    planned_for = day_field(_("Fix planned for"))
    field_order = ("planned_for", "text", "nonce")


class FixForm(TextForm):
    fixed_on = day_field(_("Fixed on"))
    expected_left = forms.TypedChoiceField(
        label=_("How much of the old rate you expect to be left"),
        choices=[(str(left), f"{left} %") for left in LEFT],
        initial=str(USUALLY_LEFT),
        coerce=int,
        help_text=_(
            "The watch holds the fix to this: twice as much is found within ten periods, nine "
            "times of ten. At 50 %, a fix that did nothing counts as a doubled rate and is noticed."
        ),
    )
    field_order = ("fixed_on", "expected_left", "text", "nonce")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fixed_on"].required = True

    def raw(self) -> Said:
        return {**self.cleaned_data, "expected_left": self.cleaned_data["expected_left"] / 100}


class ReopenForm(OnceForm):
    reason = words(_("Why it is not gone, or not understood"), rows=3, max_length=LONGEST_TEXT)


class PutForm(DeskForm):
    ticket = forms.CharField(
        label=_("Ticket"),
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "T-1042"}),
    )
    how = forms.ChoiceField(
        choices=[("hand", ""), ("suggestion", "")], required=False, widget=forms.HiddenInput
    )

    def raw(self) -> Said:
        ref = self.cleaned_data["ticket"].strip().upper()
        known = ref if ref.startswith("T-") else f"T-{ref}"
        return {"ticket": known, "how": self.cleaned_data["how"] or "hand"}


class ChooseProblemForm(DeskForm):
    """On the page of a ticket."""

    problem = forms.TypedChoiceField(label=_("Problem"), coerce=int)

    def __init__(self, problems: Sequence[Problem], *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="into-%s", **options)
        offered = [(one.pk, one.title) for one in problems]
        self.fields["problem"].choices = offered  # type: ignore[attr-defined]


class AnnouncementForm(DeskForm):
    """The words of an announcement in each language that letters are written in."""

    subject_en = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT, required=False)
    body_en = words(_("Letter"), rows=9, max_length=LONGEST_BODY)
    subject_ko = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT, required=False)
    body_ko = words(_("Letter"), rows=9, max_length=LONGEST_BODY)
    per_minute = forms.IntegerField(
        label=_("Letters a minute"),
        min_value=SLOWEST,
        max_value=FASTEST,
        initial=60,
        help_text=_("So that answers come at a pace that people can keep up with."),
    )

    @classmethod
    def about(cls, found: Announcement) -> dict[str, Any]:
        return {name: getattr(found, name) for name in cls.base_fields}

    def raw(self) -> Said:
        return {
            name: value.replace("\r\n", "\n").rstrip() if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
        }


MOVE_FORMS: Mapping[str, type[OnceForm]] = {
    "analyse": TextForm,
    "plan": PlanForm,
    "fix": FixForm,
    "reopen": ReopenForm,
}
