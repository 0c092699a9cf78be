"""What is typed becomes the filters that it means, so that the address says the whole view.

Operators, local dates and names are read once, in the zone and by the sight of who typed them; the
address they lead to means the same to whoever it is sent to.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from accounts.models import AccessGroup, User
from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Fault, Refused
from desk.operators import FILTERS, Misread, Typed, read_search, written_search
from feedback.intake.models import Source
from tickets.work.fields import FIELD
from tickets.work.filters import many
from tickets.work.models import TicketField

INSTANTS = ("due_before", "created_after", "created_before")
SEVERAL = ("status", "group", "assignee", "priority", "source", "customer", "tag")
MOST_NAMED = 12
_FORMS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M")


def settled(said: QueryDict, person: User, groups: Sequence[AccessGroup]) -> QueryDict | None:
    """The view that was typed; None where the address says it already. Raises Refused for an
    operator that is known with a value that is not, and for a name that nobody has."""
    typed = _read(said.get("q", ""), fields_in(said))
    local = [name for name in INSTANTS if _instant_of(said.get(name, ""))]
    if not (typed.filters or typed.phrases or local):
        return None
    view = said.copy()
    view["q"] = typed.words
    for name in local:
        view[name] = _instant_of(said.get(name, ""))
    for phrase in typed.phrases:
        view.appendlist("phrase", phrase)
    for name, value in typed.filters:
        _add(view, name, _named(name, value, person, groups))
    return _without_blanks(view)


def fields_in(said: QueryDict) -> list[str]:
    """The fields of this house, where anything typed might name one."""
    if ":" not in said.get("q", "").replace("：", ":"):
        return []
    return list(TicketField.objects.current().values_list("slug", flat=True))


def _read(text: str, fields: Collection[str]) -> Typed:
    try:
        return read_search(str(storable(text)), fields)
    except Misread as misread:
        known = f" Known here are {', '.join(misread.known)}." if misread.known else ""
        detail = f"{misread.operator} wants a value.{known}"
        raise Refused.at("/q", "unknown_value", detail) from None


def _add(view: QueryDict, name: str, value: str) -> None:
    if name.startswith(FIELD):
        view.appendlist(name, value)
    elif name in SEVERAL:
        view[name] = ",".join(dict.fromkeys([*many(view.getlist(name)), *many([value])]))
    else:
        view[name] = value


def _named(name: str, value: str, person: User, groups: Sequence[AccessGroup]) -> str:
    if name in INSTANTS:
        return _instant_of(value) or value
    if name == "assignee":
        return ",".join(_number_of(part, person) for part in many([value]))
    if name == "group":
        return ",".join(_group(part, groups) for part in many([value]))
    if name == "source":
        seen = Source.objects.visible_to(person).values_list("slug", "name")
        return ",".join(_by_name(part, list(seen)) or part for part in many([value]))
    return value


def _by_name(value: str, known: Sequence[tuple[str, str]]) -> str:
    """The slug of what is called so, or has it."""
    wanted = value.casefold()
    return next((slug for slug, name in known if wanted in {slug, name.casefold()}), "")


def _group(value: str, groups: Sequence[AccessGroup]) -> str:
    """Groups are named wherever tickets are handed over; one whose tickets are shared with us is
    no group of ours."""
    slug = _by_name(value, list(AccessGroup.objects.values_list("slug", "name")))
    if not slug:
        raise _nobody_is("group", value, [group.slug for group in groups])
    return slug


def _number_of(value: str, person: User) -> str:
    if value in {"me", "none"} or value.isdigit():
        return value
    people = User.objects.filter(Q(pk=person.pk) | Q(pk__in=User.objects.colleagues_of(person)))
    named = people.filter(Q(email=value.lower()) | Q(name__istartswith=value)).order_by("name")
    found = list(named[:MOST_NAMED])
    exact = [one for one in found if value.casefold() in {one.name.casefold(), one.email}]
    if len(exact or found) != 1:
        raise _nobody_is("assignee", value, ["me", "none", *(one.email for one in found)])
    return str((exact or found)[0].pk)


def _nobody_is(operator: str, value: str, known: Sequence[str]) -> Refused:
    shown = ", ".join(known[:MOST_NAMED])
    detail = f"{operator}:{value}. Known here are {shown}." if shown else f"{operator}:{value}"
    return Refused([Fault("/q", "unknown_value", detail)])


def _instant_of(text: str) -> str:
    """Of a day, or a time without its offset, in the zone of who typed it; else nothing."""
    for form in _FORMS:
        try:
            at = datetime.strptime(text, form)
            local = at.replace(tzinfo=timezone.get_current_timezone())
            return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except (ValueError, OverflowError):
            continue
    return ""


def _without_blanks(view: QueryDict) -> QueryDict:
    for name in [name for name in view if name == "cursor" or not any(view.getlist(name))]:
        del view[name]
    return view


def typed_as(said: QueryDict) -> str:
    """What would have to be typed for this view."""
    named = [
        (name, _day_of(value) if name in INSTANTS else value)
        for name in FILTERS
        for value in [",".join(said.getlist(name))]
        if value
    ]
    own = [(name, value) for name, values in said.lists() for value in values]
    named += [(name, value) for name, value in own if name.startswith(FIELD) and value]
    return written_search(said.get("q", ""), said.getlist("phrase"), named)


def _day_of(text: str) -> str:
    """A midnight is shown as its day."""
    try:
        at = timezone.localtime(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return text
    return at.strftime(_FORMS[0]) if (at.hour, at.minute, at.second) == (0, 0, 0) else text


def unknown_operators(said: QueryDict) -> list[str]:
    """What looks like an operator in the words, and was searched as one of them."""
    try:
        return list(dict.fromkeys(read_search(said.get("q", "")).unknown))
    except Misread:
        return []
