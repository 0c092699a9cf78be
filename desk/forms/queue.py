"""The filters of the queue as one form, which only asks: whatever it says stands in the address."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from django import forms
from django.db.models import TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup, User
from desk.chips import FILLED_OR_EMPTY, LABELS, YES_OR_NO, chips_of
from desk.forms.base import DeskRenderer, OnceForm
from desk.forms.settings import LOCAL
from desk.models import Audience
from desk.saved_views import LONGEST_NAME, LONGEST_QUERY
from desk.standing import label_of
from desk.words import choices
from feedback.intake.models import Source
from tickets.work.fields import CHOICE, DATE, FIELD, NUMBER
from tickets.work.models import TicketField

DAY = "%Y-%m-%d"
Choices = Sequence[tuple[str, Any]]


def _label(name: str) -> Any:
    return LABELS[name]


def _date(name: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "date"})
    return forms.CharField(label=_label(name), required=False, widget=widget)


def _text(name: str) -> forms.CharField:
    return forms.CharField(label=_label(name), required=False, max_length=500)


def _choice(name: str, offered: Choices = ()) -> forms.ChoiceField:
    return forms.ChoiceField(label=_label(name), required=False, choices=[("", _("all")), *offered])


_HOW_ASKED = {NUMBER: ">100, 50..200", DATE: ">2026-11-01, 2026-11-01..2026-11-30"}


def _of_field(field: TicketField) -> forms.Field:
    """Of a choice what there is to choose; else as it is typed into the search box."""
    label = label_of(field)
    if field.kind == CHOICE:
        offered: Choices = [*((one, one) for one in field.choices), *FILLED_OR_EMPTY.items()]
        return forms.ChoiceField(label=label, required=False, choices=[("", _("all")), *offered])
    widget = forms.TextInput(attrs={"placeholder": _HOW_ASKED.get(field.kind, "A-1001, A-10*")})
    return forms.CharField(label=label, required=False, max_length=500, widget=widget)


class FilterForm(forms.Form):
    """Shown with what the address says. It is never bound: what it sends is read as an address."""

    default_renderer = DeskRenderer()
    required_css_class = "required"

    status = _choice("status", choices("status"))
    group = _choice("group")
    assignee = _choice("assignee")
    priority = _choice("priority", choices("priority"))
    source = _choice("source")
    customer = _text("customer")
    tag = _text("tag")
    due_before = forms.CharField(
        label=_label("due_before"),
        required=False,
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
    )
    created_after = _date("created_after")
    created_before = _date("created_before")
    breached = _choice("breached", list(YES_OR_NO.items()))
    imported = _choice("imported", list(YES_OR_NO.items()))
    snoozed = _choice("snoozed", list(YES_OR_NO.items()))
    handed_over = _choice("handed_over", list(YES_OR_NO.items()))
    unread = _choice("unread", list(YES_OR_NO.items()))

    @classmethod
    def showing(
        cls,
        said: QueryDict,
        person: User,
        groups: Sequence[AccessGroup],
        fields: Sequence[TicketField] = (),
    ) -> "FilterForm":
        form = cls(auto_id="filter-%s", label_suffix="", initial=_shown(said))
        form.fields |= {f"{FIELD}{field.slug}": _of_field(field) for field in fields}
        form._offer("group", [(g.slug, g.name) for g in groups if g.archived_at is None])
        people, sources = _people_and_sources(person)
        form._offer("assignee", [("me", _("me")), ("none", _("nobody")), *people])
        form._offer("source", sources)
        form._keep_several(chips_of(said, person, groups, fields))
        return form

    def _offer(self, name: str, offered: Choices) -> None:
        self.fields[name].choices = [("", _("all")), *offered]  # type: ignore[attr-defined]

    def _keep_several(self, chips: Sequence[Any]) -> None:
        """Several values at once, or one that is not offered, stay as they are until changed."""
        for chip in chips:
            field, value = self.fields.get(chip.name), self.initial.get(chip.name)
            if isinstance(field, forms.ChoiceField) and value not in dict(field.choices):  # type: ignore[arg-type]
                field.choices = [*field.choices, (value, chip.value)]  # type: ignore[misc]


def _people_and_sources(person: User) -> tuple[Choices, Choices]:
    """In one look: the page that shows the form is looked at all day."""
    people = User.objects.colleagues_of(person).values_list(
        Value("assignee"), Cast("pk", TextField()), "name"
    )
    sources = Source.objects.visible_to(person).current()
    found = people.union(sources.values_list(Value("source"), "slug", "name"), all=True)
    offered: dict[str, list[tuple[str, str]]] = {"assignee": [], "source": []}
    for kind, value, name in sorted(found, key=itemgetter(2)):
        offered[kind].append((value, name))
    return offered["assignee"], offered["source"]


def _shown(said: QueryDict) -> dict[str, str]:
    forms_of = {"due_before": LOCAL, "created_after": DAY, "created_before": DAY}
    shown = {name: ",".join(map(str, values)) for name, values in said.lists()}
    return shown | {
        name: _local(shown[name], form) for name, form in forms_of.items() if name in said
    }


def _local(text: str, form: str) -> str:
    try:
        return timezone.localtime(datetime.fromisoformat(text.replace(" ", "+"))).strftime(form)
    except (ValueError, OverflowError):
        return ""


class SavedViewForm(OnceForm):
    """`shown_to` is the audience; of a group, with its slug behind a colon."""

    pointers = {"audience": "shown_to", "group": "shown_to"}

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    shown_to = forms.ChoiceField(
        label=_("Who finds it in their queue"),
        help_text=_("Whoever follows it sees only the tickets that they may see."),
    )
    query = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_QUERY)

    def __init__(
        self, *args: Any, groups: Sequence[AccessGroup], everyone: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        offered: list[tuple[str, Any]] = [(Audience.MINE.value, _("only I"))]
        offered += [(f"{Audience.GROUP.value}:{group.slug}", group.name) for group in groups]
        offered += [(Audience.EVERYONE.value, _("everyone"))] if everyone else []
        kept = self.initial.get("shown_to")
        if kept and kept not in dict(offered):
            offered.append((kept, _("as it is now")))
        self.fields["shown_to"].choices = offered  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        audience, _colon, group = self.cleaned_data["shown_to"].partition(":")
        said = {name: self.cleaned_data[name] for name in ("name", "query")}
        return said | {"audience": audience, "group": group or None}
