"""A rule as fields, and the same rule as JSON."""

from typing import Any, Self

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGroup
from cxloop.kernel.errors import Fault
from desk.forms.base import DeskForm, Said
from desk.forms.fields import JsonField
from desk.refusals import said_of_fault
from desk.rule_tree import ROOT, Group, Row, group_of, is_shown_whole, read_group
from desk.rule_words import ASSIGN
from desk.words import choices
from tickets.rules.results import ASSIGNMENTS, LONGEST_REASON, STANDARD_POLICY
from tickets.sla.models import Policy

TICKET, NO_TICKET = "yes", "no"
_KEPT = ("group", "priority", "policy", "assign")


class RuleForm(DeskForm):
    """As JSON."""

    is_json = True
    name = forms.CharField(label=_("Name"), max_length=120)
    when = JsonField(
        label=_("When"),
        help_text=_(
            "A tree of all, any and not over facts, as "
            '{"all": [{"fact": "score.class", "op": "in", "value": ["negative"]}]}. '
            '{"always": true} matches everything.'
        ),
    )
    then = JsonField(
        label=_("Then"),
        help_text=_(
            'A ticket, as {"ticket": true, "group": "care", "priority": "high", '
            '"policy": "standard", "assign": "round_robin", "acknowledge": true}; or none, as '
            '{"ticket": false, "reason": "Praise."}.'
        ),
    )

    def rule(self, said: Said, stored: Any = None) -> Said:
        """What `said` says, as the rules read it."""
        return dict(said)


class RuleFields(DeskForm):
    """As fields; the condition is a tree of its own beside them."""

    is_json = False
    name = forms.CharField(label=_("Name"), max_length=120)
    ticket = forms.ChoiceField(
        label=_("Result"),
        choices=[(TICKET, _("Opens a ticket")), (NO_TICKET, _("Opens no ticket"))],
        widget=forms.RadioSelect,
        initial=TICKET,
    )
    group = forms.ChoiceField(label=_("In the group"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False, choices=choices("priority"))
    policy = forms.ChoiceField(label=_("Under the policy"), required=False)
    assign = forms.ChoiceField(
        label=_("Given to"), required=False, choices=[(one, ASSIGN[one]) for one in ASSIGNMENTS]
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=4000, help_text=_("With commas between.")
    )
    acknowledge = forms.BooleanField(
        label=_("Tell the customer at once that we have it"), required=False
    )
    reason = forms.CharField(
        label=_("Why it opens none"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Stands beside every feedback that this rule takes."),
    )

    def __init__(self, *args: Any, tree: Group, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tree = tree
        groups = AccessGroup.objects.current().order_by("name").values_list("slug", "name")
        policies = Policy.objects.current().order_by("name").values_list("slug", "name")
        self._offer("group", [("", _("Choose a group")), *groups])
        self._offer("policy", list(policies))

    @classmethod
    def of(cls, request: HttpRequest, **options: Any) -> Self:
        return cls(request.POST, tree=read_group(request.POST).number(), **options)

    @classmethod
    def arranged(cls, said: QueryDict) -> Self:
        """As it was typed, with a part more or less; nothing is refused yet."""
        tree = read_group(said)
        tree.act(said.get("do", ""))
        return cls(initial={**said.dict(), "acknowledge": "acknowledge" in said}, tree=tree)

    @classmethod
    def about(cls, name: str, when: Any, then: Said) -> Self:
        """Of a rule whose condition compiles."""
        kept = {field: str(then[field]) for field in _KEPT if then.get(field)}
        tags = then.get("tags")
        return cls(
            tree=group_of(when),
            initial={
                "policy": STANDARD_POLICY,
                "priority": "normal",
                **kept,
                "name": name,
                "ticket": TICKET if then.get("ticket") else NO_TICKET,
                "tags": ", ".join(map(str, tags)) if isinstance(tags, list) else "",
                "acknowledge": bool(then.get("acknowledge")),
                "reason": then.get("reason", ""),
            },
        )

    @classmethod
    def empty(cls) -> Self:
        """Where most houses begin: whoever is unhappy."""
        tree = Group(parts=[Row(typed=["negative"])]).number()
        return cls(tree=tree, initial={"policy": STANDARD_POLICY, "priority": "normal"})

    def rule(self, said: Said, stored: Any = None) -> Said:
        """`stored` is the condition as it stands, which is kept where the fields say the same."""
        return {"name": said["name"], "when": self.tree.as_json(stored), "then": _then(said)}

    def as_typed(self) -> Said:
        """What the fields say by now, right or wrong: what the JSON begins from."""
        said = {name: self[name].value() for name in self.fields}
        return {"name": said["name"], "when": self.tree.as_json(), "then": _then(said)}

    def _offer(self, name: str, known: list[tuple[str, Any]]) -> None:
        """What a rule names already stays on offer, archived or not: else it would look as if it
        named another one."""
        given = self[name].value() or ""
        if given and given not in dict(known):
            known.append((given, given))
        self.fields[name].choices = known  # type: ignore[attr-defined]

    def _blame_at(self, fault: Fault) -> None:
        where, _slash, rest = fault.pointer.removeprefix("/").partition("/")
        if where == "when":
            self.tree.blame(fault.pointer, said_of_fault(fault))
            said = _("A condition is not complete; it is marked below.")
            if said not in self.non_field_errors():
                self.add_error(None, said)
        elif where == "then" and rest.partition("/")[0] in self.fields:
            self.add_error(rest.partition("/")[0], said_of_fault(fault))
        else:
            super()._blame_at(fault)


def fields_of(name: str, when: Any, then: Said) -> RuleFields | None:
    """None where the fields would not show all of it."""
    return RuleFields.about(name, when, then) if is_shown_whole(when) else None


def sends_fields(request: HttpRequest) -> bool:
    return f"{ROOT}.mode" in request.POST


def _then(said: Said) -> Said:
    if said.get("ticket") == NO_TICKET:
        return {"ticket": False, "reason": said.get("reason") or ""}
    tags = [tag.strip() for tag in str(said.get("tags") or "").split(",")]
    kept = {name: said.get(name) or None for name in _KEPT}
    return {
        "ticket": True,
        **{name: value for name, value in kept.items() if value},
        "tags": [tag for tag in tags if tag],
        "acknowledge": bool(said.get("acknowledge")),
    }
