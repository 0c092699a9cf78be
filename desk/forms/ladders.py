"""A ladder as a form: each rung a row, in the words of a support desk."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cxloop.kernel.priorities import PRIORITIES
from desk.forms.admin import SlugForm, group_choices
from desk.forms.base import DeskForm, Said
from desk.forms.fields import DurationField, JsonField, LinesField, WordsField, read_duration
from desk.forms.rows import RowedForm, RowForm
from desk.words import choices
from feedback.intake.addresses import is_address
from tickets.escalation.rungs import CLOCKS, LEVELS, ROLES, Address, Recipient, Rung

Emails = Mapping[int, str]
SOMEBODY = "person"
HEIGHTS = (
    ("percent", pgettext_lazy("height", "% of the time")),
    ("before", pgettext_lazy("height", "before it is due")),
    ("due", pgettext_lazy("height", "when it is due")),
    ("after", pgettext_lazy("height", "after it is due")),
)


def _given_to(label: Any) -> forms.ChoiceField:
    roles = choices("role", only=LEVELS[1:])
    known = [("", _("nobody")), *roles, (SOMEBODY, _("somebody by name"))]
    return forms.ChoiceField(label=label, required=False, choices=known)


def _by_name() -> forms.CharField:
    widget = forms.TextInput(attrs={"list": "colleagues", "placeholder": "name@house.example"})
    return forms.CharField(label=_("Their e-mail"), required=False, max_length=254, widget=widget)


class RungForm(RowForm):
    pointers = {
        "when": "amount",
        "then/set_priority": "set_priority",
        "then/reassign_to": "reassign_to",
        "then/add_watcher": "add_watcher",
        "only_if/priority": "priority",
        "only_if/cycle": "cycle",
        "only_if/value": "value",
        "only_if/segments": "segments",
    }
    clock = forms.ChoiceField(
        label=_("Promise"), choices=choices("clock", only=CLOCKS), initial="follow_up"
    )
    amount = forms.CharField(
        label=_("How much"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "50, 4 h, 2 d"}),
    )
    height = forms.ChoiceField(label=_("When"), choices=HEIGHTS)
    tell = forms.MultipleChoiceField(
        label=_("Tell"),
        required=False,
        choices=choices("role", only=ROLES),
        widget=forms.CheckboxSelectMultiple,
    )
    people = LinesField(
        label=_("And by e-mail"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_(
            "One a line. A colleague is told as a person; anybody else reads which promise it is, "
            "not what the customer said."
        ),
    )
    urgent = forms.BooleanField(label=_("Urgent: waits for nobody's opening hours"), required=False)
    set_priority = forms.ChoiceField(
        label=_("Raise the priority to"),
        required=False,
        choices=[("", _("leave it")), *choices("priority", only=PRIORITIES)],
    )
    reassign_to = _given_to(_("Give the ticket to"))
    reassign_name = _by_name()
    add_watcher = _given_to(_("Let it be watched by"))
    watcher_name = _by_name()
    priority = forms.ChoiceField(
        label=_("Only from priority"),
        required=False,
        choices=[("", _("any")), *choices("priority", only=PRIORITIES)],
    )
    cycle = forms.IntegerField(
        label=_("Only from cycle"), required=False, min_value=1, max_value=1000
    )
    value = forms.CharField(
        label=_("Only for customers worth at least"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "1000.00"}),
    )
    segments = WordsField(
        label=_("Or of the segments"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "gold, platinum"}),
    )

    @property
    def does_more(self) -> bool:
        """Whether something stands in what is folded away."""
        names = ("urgent", "set_priority", "reassign_to", "add_watcher", "priority", "cycle")
        shown = [self[name].value() for name in (*names, "value", "segments")]
        return any(shown) or any(self[name].errors for name in names if self.is_bound)

    def clean(self) -> Said:
        super().clean()
        said = self.cleaned_data
        if "height" in said and "amount" in said:
            self._read("amount", "when", partial(_when, said["height"], said["amount"]))
        if not said.get("tell") and not said.get("people") and "people" in said:
            self.add_error("tell", _("Say who hears."))
        for field, name in (("reassign_to", "reassign_name"), ("add_watcher", "watcher_name")):
            if said.get(field) == SOMEBODY:
                self._read(name, field, partial(_person, said.get(name, "")))
        return said

    def clean_people(self) -> list[Any]:
        found = [line.strip().lower() for line in self.cleaned_data["people"]]
        if wrong := [one for one in found if not is_address(one)]:
            raise ValidationError(_("%(said)s is no e-mail address.") % {"said": wrong[0]})
        known = dict(User.objects.filter(email__in=found).values_list("email", "pk"))
        return [{"user": known[one]} if one in known else {"address": one} for one in found]

    def as_kept(self) -> dict[str, Any]:
        said = self.cleaned_data
        then = {name: said[name] for name in ("set_priority", "reassign_to", "add_watcher")}
        only_if = {name: said[name] for name in ("priority", "cycle", "value", "segments")}
        kept = {
            "clock": said["clock"],
            "when": said["when"],
            "tell": [*said["tell"], *said["people"]],
            "then": {name: value for name, value in then.items() if value},
            "urgent": said["urgent"],
            "only_if": {name: value for name, value in only_if.items() if value},
        }
        return {name: value for name, value in kept.items() if value}

    def _read(self, field: str, name: str, read: Callable[[], Any]) -> None:
        try:
            self.cleaned_data[name] = read()
        except ValidationError as error:
            self.add_error(field, error)


def _when(height: str, amount: str) -> dict[str, int]:
    if height == "due":
        return {"after_due_s": 0}
    if height == "percent":
        number = amount.strip().removesuffix("%").strip()
        if not number.isdecimal() or len(number) > 3:
            raise ValidationError(_("Write a whole number from 1 to 100, as 50."))
        return {"percent": int(number)}
    if not amount:
        raise ValidationError(_("Write it as 48 h, 1 h 30 min or 2 d."))
    seconds = read_duration(amount)
    return {"after_due_s": -seconds if height == "before" else seconds}


def _person(email: str) -> dict[str, int]:
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise ValidationError(_("Nobody here has this e-mail."))
    return {"user": found.pk}


def about_rungs(rungs: Iterable[Rung]) -> list[Said]:
    """As the rows show them."""
    rungs = list(rungs)
    named = User.objects.filter(pk__in={user for rung in rungs for user in rung.people()})
    emails = dict(named.values_list("pk", "email"))
    return [_about(rung, emails) for rung in rungs]


def _about(rung: Rung, emails: Emails) -> Said:
    return {
        "clock": rung.clock,
        **_height(rung),
        "tell": [one for one in rung.tell if isinstance(one, str)],
        "people": [_mail(one, emails) for one in rung.tell if not isinstance(one, str)],
        "urgent": rung.urgent,
        "set_priority": rung.set_priority or "",
        **_taken("reassign_to", "reassign_name", rung.reassign_to, emails),
        **_taken("add_watcher", "watcher_name", rung.add_watcher, emails),
        "priority": rung.only_if.priority or "",
        "cycle": rung.only_if.cycle,
        "value": "" if rung.only_if.value is None else str(rung.only_if.value),
        "segments": list(rung.only_if.segments),
    }


def _height(rung: Rung) -> Said:
    measure, amount = rung.when
    if measure == "percent":
        return {"height": "percent", "amount": str(amount)}
    height = "due" if amount == 0 else "after" if amount > 0 else "before"
    return {"height": height, "amount": DurationField().prepare_value(abs(amount))}


def _taken(field: str, name: str, whom: Recipient | None, emails: Emails) -> Said:
    if isinstance(whom, int):
        return {field: SOMEBODY, name: emails.get(whom, "")}
    return {field: whom or "", name: ""}


def _mail(whom: Recipient, emails: Emails) -> str:
    if isinstance(whom, Address):
        return whom.to
    return emails.get(whom, "") if isinstance(whom, int) else whom


class NamedLadder(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    pause_s = DurationField(
        label=_("Once somebody has taken note, the next rungs wait"),
        required=False,
        help_text=_("A day at most. Blank: they do not wait."),
    )

    def clean_pause_s(self) -> int:
        return self.cleaned_data["pause_s"] or 0


class ForGroup(SlugForm):
    group = forms.ChoiceField(label=_("For the group"), required=False)
    field_order = ["slug", "name", "group"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].choices = group_choices()  # type: ignore[attr-defined]


class LadderForm(RowedForm, NamedLadder):
    rowed = {"rungs": RungForm}

    def clean(self) -> Said:
        said = super().clean()
        if not self.rows["rungs"].forms:
            self.add_error(None, _("No rung yet: nobody would hear anything."))
        return said


class JsonLadderForm(NamedLadder):
    """For programs and the curious: the rungs as REST takes them."""

    rungs = JsonField(
        label=_("Rungs"),
        help_text=_(
            'In order, each as {"clock": "follow_up", "when": {"percent": 50}, "tell": ["owner"]}. '
            'When: {"percent": 1 to 100} of the time, or {"after_due_s": seconds}, below zero '
            'before it. Tell: owner, agent, lead, manager, admin, watchers, {"user": number} or '
            '{"address": "somebody@shop.example"}. It may do more: '
            '"then": {"set_priority": "high", "reassign_to": "lead", "add_watcher": "manager"}; '
            'and "urgent": true waits for nobody\'s opening hours. Only for some tickets: '
            '"only_if": {"priority": "high", "cycle": 2, "value": "1000.00", "segments": ["gold"]}.'
        ),
    )


class NewLadderForm(LadderForm, ForGroup):
    pass


class NewJsonLadderForm(JsonLadderForm, ForGroup):
    pass
