"""Forms one beneath the other inside a form. They are added, taken away and moved by buttons of it,
so no script is needed; what was typed meanwhile stands there again, unjudged."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from django.http import HttpRequest, QueryDict

from cxloop.kernel.errors import Fault
from desk.forms.base import DeskForm, Said

# The button's name; its value is what is moved, which way, and from which place: rungs-up-2.
REARRANGE = "rearrange"
MOST_ROWS = 200


class RowForm(DeskForm):
    """One row. Raises no fault of its own for a row in which nothing was typed."""

    def is_blank(self) -> bool:
        return False

    def as_kept(self) -> Any:
        """What the room is told of this row."""
        return self.cleaned_data


class Rows:
    """The rows of one name. `taken` are those that were told to the room, by the place in which it
    knows them."""

    def __init__(self, name: str, forms: Iterable[RowForm]) -> None:
        self.name, self.forms = name, list(forms)
        self.taken: dict[str, RowForm] = {}

    def __iter__(self) -> Iterator[RowForm]:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    def are_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms)

    def said(self) -> list[RowForm]:
        """Those that are right and in which something was typed."""
        return [form for form in self.forms if form.is_valid() and not form.is_blank()]

    @property
    def faulty(self) -> bool:
        return any(form.is_bound and form.errors for form in self.forms)


class RowedForm(DeskForm):
    """`rowed` names its rows and the form of one. In `initial` they stand as lists."""

    rowed: ClassVar[Mapping[str, type[RowForm]]] = {}

    def __init__(self, data: QueryDict | None = None, *args: Any, **options: Any) -> None:
        super().__init__(data, *args, **options)
        self.rows = {name: self._rows(name, form) for name, form in self.rowed.items()}

    @classmethod
    def of(cls, request: HttpRequest, **options: Any) -> Self:
        if request.method != "POST" or REARRANGE not in request.POST:
            return super().of(request, **options)
        shell = cls(None, **options)
        return cls(None, **options | {"initial": shell.rearranged(request.POST)})

    def rearranged(self, data: QueryDict) -> Said:
        """What was typed, with the rows as the button wants them."""
        initial = {**self.initial, **typed_in(self, data)}
        for name, form in self.rowed.items():
            typed = [typed_in(row, data) for row in said_rows(form, name, data)]
            initial[name] = moved(typed, str(data[REARRANGE]), name)
        return initial

    def is_valid(self) -> bool:
        whole = super().is_valid()
        return all(rows.are_valid() for rows in self.rows.values()) and whole

    @property
    def status(self) -> int:
        faulty = any(rows.faulty for rows in self.rows.values())
        return self._refused_with if faulty else super().status

    def clean(self) -> Said:
        super().clean()
        for name, rows in self.rows.items():
            rows.taken = {str(place): row for place, row in enumerate(rows.said())}
            self.cleaned_data[name] = [row.as_kept() for row in rows.taken.values()]
        return self.cleaned_data

    def _rows(self, name: str, form: type[RowForm]) -> Rows:
        if self.is_bound:
            return Rows(name, said_rows(form, name, self.data))
        kept = self.initial.get(name, [])
        return Rows(name, [form(prefix=f"{name}-{n}", initial=row) for n, row in enumerate(kept)])

    def _blame_at(self, fault: Fault) -> None:
        name, _, rest = fault.pointer.removeprefix("/").partition("/")
        place, _, beneath = rest.partition("/")
        row = self.rows[name].taken.get(place) if name in self.rows else None
        if row is None:
            super()._blame_at(fault)
        else:
            row._blame_at(replace(fault, pointer=f"/{beneath}" if beneath else ""))


def said_rows(form: type[RowForm], name: str, data: Any) -> list[RowForm]:
    count = str(data.get(f"{name}-count", ""))
    number = min(int(count), MOST_ROWS) if count.isdecimal() and len(count) < 6 else 0
    return [form(data, prefix=f"{name}-{place}") for place in range(number)]


def typed_in(form: DeskForm, data: Any) -> Said:
    """What stands in its fields, as it was typed."""
    return {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def moved(rows: list[Said], button: str, name: str) -> list[Said]:
    """As the button says; one that was not drawn by us moves nothing."""
    whose, _, rest = button.partition("-")
    way, _, place = rest.partition("-")
    if whose != name:
        return rows
    if way == "add":
        return [*rows, {}][:MOST_ROWS]
    at = int(place) if place.isdecimal() and len(place) < 6 else len(rows)
    if at >= len(rows):
        return rows
    rest_of = [*rows[:at], *rows[at + 1 :]]
    to = {"up": max(at - 1, 0), "down": at + 1}.get(way)
    return rest_of if to is None else [*rest_of[:to], rows[at], *rest_of[to:]]
