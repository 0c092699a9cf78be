"""Forms as the desk draws them. What is right is decided by the rooms; a refusal of theirs is shown
beside what was typed."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self
from uuid import uuid4

from django import forms
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from rest_framework.exceptions import ValidationError

from cxloop.kernel.errors import Conflict, CxloopError, Fault, Refused, TooMany, Unknown
from cxloop.kernel.problems import as_known
from desk.refusals import ERROR, said_of_fault, said_of_problem

Said = dict[str, Any]

# What a person can mend by typing something else; all other errors are pages of their own.
MENDABLE = (Refused, Conflict, TooMany, Unknown)


class DeskRenderer(DjangoTemplates):
    field_template_name = "desk/parts/field.html"
    form_template_name = "desk/parts/form.html"


class DeskForm(forms.Form):
    """`pointers` says where a room's pointer stands in this form, if not under its own name."""

    default_renderer = DeskRenderer()
    pointers: ClassVar[Mapping[str, str]] = {}
    required_css_class = "required"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        for field in self.fields.values():
            field.error_messages["required"] = str(ERROR["required"])
        self.result: Any = None
        self._refused_with = 422
        self.retry_after = 0
        self.refused_as = ""

    @classmethod
    def of(cls, request: HttpRequest, **options: Any) -> Self:
        """Bound to what was sent, if something was."""
        return cls(request.POST if request.method == "POST" else None, **options)

    @property
    def status(self) -> int:
        return self._refused_with if self.is_bound and self.errors else 200

    def carries_out(self, act: Callable[[Said], object]) -> bool:
        """Does what was said, if the form was sent: whether it was done. `result` is what the act
        gave; where the form or the act refuses, the form says why."""
        if not self.is_valid():
            return False
        try:
            self.result = act(self.cleaned_data)
        except (*MENDABLE, ValidationError) as error:
            known = as_known(error)
            assert known is not None
            self.blame(known)
            return False
        return True

    def blame(self, error: CxloopError) -> None:
        self._refused_with, self.refused_as = error.status, error.code
        self.retry_after = error.retry_after if isinstance(error, TooMany) else 0
        if not isinstance(error, Refused):
            self.add_error(None, said_of_problem(error) or error.detail)
            return
        for fault in error.faults:
            self._blame_at(fault)

    def _blame_at(self, fault: Fault) -> None:
        words = said_of_fault(fault)
        name = self._field_of(fault.pointer)
        if name is None or self.fields[name].widget.is_hidden:
            words = f"{fault.pointer.removeprefix('/')}: {words}" if fault.pointer else words
            self.add_error(None, words)
        else:
            self.add_error(name, _beneath(name, fault.pointer, words))

    def _field_of(self, pointer: str) -> str | None:
        """The field of the longest beginning of the pointer that has one."""
        steps = pointer.removeprefix("/").split("/")
        for length in range(len(steps), 0, -1):
            head = "/".join(steps[:length])
            name = self.pointers.get(head, head)
            if name in self.fields:
                return name
        return None


def _beneath(name: str, pointer: str, words: str) -> str:
    """A fault inside a value says where in it."""
    _, _, rest = pointer.removeprefix("/").partition("/")
    return f"/{rest}: {words}" if rest else words


class OnceForm(DeskForm):
    """A form that acts once, however often this very copy of it is sent."""

    nonce = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def clean(self) -> Said:
        """The nonce is a mark of the copy that was sent; no act has a use for it."""
        super().clean()
        self.cleaned_data.pop("nonce", None)
        return self.cleaned_data


def tell_by_what_was_shown(form: forms.Form) -> None:
    """What stood on the page is sent with it, so `changed_data` is what was changed there, and what
    a colleague has said meanwhile in another field stays. A form that was sent without it is judged
    by what stands now."""
    for name, field in form.fields.items():
        if name != "nonce":
            shown = form.add_initial_prefix(name)
            field.show_hidden_initial = not form.is_bound or shown in form.data
