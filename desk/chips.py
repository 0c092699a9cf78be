"""The filters of a view, each in words, with the link that takes it away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import AccessGroup, User
from desk.paging import with_query
from desk.standing import label_of
from desk.times import local
from desk.words import PRIORITY, STATUS
from feedback.intake.models import Customer, Source
from tickets.work.fields import EMPTY, FIELD, FILLED
from tickets.work.filters import PAGING, many, uuid
from tickets.work.models import TicketField
from tickets.work.shown import customers_visible_to

LABELS: Mapping[str, str | Promise] = {
    "q": gettext_lazy("Words"),
    "phrase": gettext_lazy("Word for word"),
    "status": gettext_lazy("Status"),
    "group": gettext_lazy("Group"),
    "assignee": gettext_lazy("Owner"),
    "priority": gettext_lazy("Priority"),
    "source": gettext_lazy("Source"),
    "customer": gettext_lazy("Customer"),
    "tag": gettext_lazy("Tag"),
    "breached": gettext_lazy("A promise was broken"),
    "due_before": gettext_lazy("Due before"),
    "created_after": gettext_lazy("Opened from"),
    "created_before": gettext_lazy("Opened before"),
    "imported": gettext_lazy("Imported history"),
    "snoozed": gettext_lazy("Put away"),
    "handed_over": gettext_lazy("To be accepted"),
    "unread": gettext_lazy("With something you have not read"),
}
YES_OR_NO: Mapping[str, Promise] = {
    "true": pgettext_lazy("filter", "yes"),
    "false": pgettext_lazy("filter", "no"),
}
NOT_FILTERS = {*PAGING, "tab", "ordering"}

Names = Callable[[Sequence[str]], Mapping[str, str | Promise]]


@dataclass(frozen=True)
class Chip:
    name: str
    label: str
    value: str
    without: str


# Of a field: that something stands in it, and that nothing does.
FILLED_OR_EMPTY: Mapping[str, Promise] = {
    FILLED: pgettext_lazy("field", "anything"),
    EMPTY: pgettext_lazy("field", "nothing"),
}


def chips_of(
    said: QueryDict,
    person: User,
    groups: Sequence[AccessGroup],
    fields: Sequence[TicketField] | None = None,
) -> list[Chip]:
    """What cannot be read is shown as it stands: that is how it is taken away. `fields` are those
    in use, where they are known already."""
    named = _names(person, groups)
    labels = {**LABELS, **labels_of(_named_in(said) if fields is None else fields)}
    return [
        Chip(
            name,
            str(labels.get(name, name)),
            _said(name, values, named),
            with_query(said, **{name: "", "cursor": ""}),
        )
        for name, values in said.lists()
        if name not in NOT_FILTERS and any(values)
    ]


def labels_of(fields: Sequence[TicketField]) -> dict[str, str]:
    """By what a list calls each."""
    return {f"{FIELD}{field.slug}": label_of(field) for field in fields}


def _named_in(said: QueryDict) -> Sequence[TicketField]:
    slugs = [name.removeprefix(FIELD) for name in said if name.startswith(FIELD)]
    return list(TicketField.objects.filter(slug__in=slugs)) if slugs else ()


def _said(name: str, values: Sequence[str], named: Mapping[str, Names]) -> str:
    if name in {"q", "phrase"}:
        return " ".join(f"“{value}”" for value in values)
    if name in {"due_before", "created_after", "created_before"}:
        return _time(values[-1])
    wanted = many(values)
    known = named[name](wanted) if name in named else {}
    if name.startswith(FIELD):
        known = FILLED_OR_EMPTY
    return f" {_('or')} ".join(str(known.get(value, value)) for value in wanted)


def _time(text: str) -> str:
    try:
        return local(datetime.fromisoformat(text.replace(" ", "+")), "far")
    except (ValueError, OverflowError):
        return text


def _names(person: User, groups: Sequence[AccessGroup]) -> Mapping[str, Names]:
    """By filter what its values are called. Nothing is looked up that is not asked for."""
    return {
        "status": lambda _wanted: STATUS,
        "priority": lambda _wanted: PRIORITY,
        "breached": lambda _wanted: YES_OR_NO,
        "imported": lambda _wanted: YES_OR_NO,
        "snoozed": lambda _wanted: YES_OR_NO,
        "handed_over": lambda _wanted: YES_OR_NO,
        "unread": lambda _wanted: YES_OR_NO,
        "group": lambda _wanted: {group.slug: group.name for group in groups},
        "source": lambda wanted: dict(
            Source.objects.visible_to(person).filter(slug__in=wanted).values_list("slug", "name")
        ),
        "assignee": lambda wanted: _people(wanted, person),
        "customer": lambda wanted: _customers(wanted, person),
    }


def _people(wanted: Sequence[str], person: User) -> Mapping[str, str | Promise]:
    known: dict[str, str | Promise] = {"me": _("me"), "none": _("nobody")}
    numbers = [int(value) for value in wanted if value.isascii() and value.isdigit()]
    numbers = [number for number in numbers if number < 2**63]
    if numbers:
        found = User.objects.colleagues_of(person).filter(pk__in=numbers)
        known |= {str(pk): name for pk, name in found.values_list("pk", "name")}
        known[str(person.pk)] = person.name
    return known


def _customers(wanted: Sequence[str], person: User) -> Mapping[str, str]:
    ids = [found for value in wanted if (found := uuid(value))]
    if not ids:
        return {}
    seen: Sequence[Customer] = list(customers_visible_to(person).filter(pk__in=ids))
    return {str(customer.pk): str(customer) for customer in seen}
