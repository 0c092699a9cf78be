"""What the bodies of this room's routes look like: as we answer, then as we are asked."""

from typing import Any

from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    IntegerField,
    ListField,
    SerializerMethodField,
)
from rest_framework.serializers import Serializer

from accounts.api.shapes import GroupBrief, PersonBrief
from cxloop.kernel.shapes import Instant, Shape
from tickets.recovery.amounts import money
from tickets.recovery.failure import DRIVERS
from tickets.recovery.judgement import GESTURE_KINDS, PROOFS
from tickets.recovery.models import Answer as AnswerRow
from tickets.recovery.models import Budget as BudgetRow
from tickets.recovery.models import Gesture as GestureRow
from tickets.recovery.models import Question as QuestionRow
from tickets.recovery.playbook_shapes import PlaybookOffered
from tickets.work.actions.talk import LONGEST_BODY
from tickets.work.verb import text
from tickets.work.verbs import LetterBody

_MONETARY = "it cost the customer money"
_PROCESS = "how it was done was at fault; false: what came of it"
_CONTROLLABLE = "we could have prevented it"


class FailureType(Serializer[Any]):
    slug = CharField()
    name = CharField()
    above = CharField(source="above.slug", allow_null=True, default=None, help_text="a slug")
    monetary = BooleanField(allow_null=True, help_text=_MONETARY)
    process = BooleanField(allow_null=True, help_text=_PROCESS)
    created_at = Instant()
    archived_at = Instant(allow_null=True)


class CauseDefault(Serializer[Any]):
    """What a root cause stands for, as long as nobody says otherwise of one repair."""

    type = CharField(source="type.slug", allow_null=True, default=None, help_text="a slug")
    driver = ChoiceField(["", *DRIVERS])
    monetary = BooleanField(allow_null=True, help_text=_MONETARY)
    process = BooleanField(allow_null=True, help_text=_PROCESS)
    controllable = BooleanField(allow_null=True, help_text=_CONTROLLABLE)


class Gesture(Serializer[Any]):
    id = IntegerField()
    kind = ChoiceField(list(GESTURE_KINDS))
    justice = SerializerMethodField(help_text="distributive, procedural or interactional")
    amount = money(allow_null=True)
    currency = CharField()
    explanation = CharField()
    state = ChoiceField(GestureRow.State.choices)
    needs_approval = BooleanField()
    by = PersonBrief()
    at = Instant()
    decided_by = PersonBrief(allow_null=True)
    decided_at = Instant(allow_null=True)
    decision_note = CharField()
    keep_by = Instant(allow_null=True, help_text="until when it was promised")
    late_noted_at = Instant(allow_null=True, help_text="it was not kept by then")
    settled_at = Instant(allow_null=True, help_text="when it was kept or broken")
    proof = ChoiceField(["", *PROOFS])
    proof_entry = IntegerField(source="proof_entry_id", allow_null=True, help_text="of the history")
    proof_reference = CharField()

    def get_justice(self, gesture: GestureRow) -> str:
        return GESTURE_KINDS[gesture.kind].justice


class ScoreOfRepair(Serializer[Any]):
    type = CharField()
    value = SerializerMethodField(
        method_name="shown_value", help_text="a number, or a word where the score is one"
    )

    def shown_value(self, score: dict[str, Any]) -> int | str:
        value: int | str = score["value"]
        return value


class QuestionAsked(Serializer[Any]):
    state = ChoiceField(QuestionRow.State.choices)
    asked_at = Instant()
    silent_after = Instant()
    remind_at = Instant(allow_null=True, help_text="when they are reminded, once")


class AnswerGiven(Serializer[Any]):
    solved = BooleanField(allow_null=True)
    score = IntegerField(allow_null=True, help_text="CSAT, 1 to 5")
    fair = IntegerField(allow_null=True, help_text="what came of it, 1 to 5")
    easy = IntegerField(allow_null=True, help_text="how quickly and easily, 1 to 5")
    respect = IntegerField(allow_null=True, help_text="with respect and an honest word, 1 to 5")
    comment = CharField()
    at = Instant()
    channel = ChoiceField(AnswerRow.Channel.choices)
    heard_by = PersonBrief(allow_null=True, help_text="the colleague to whom they said it")


class Repair(Serializer[Any]):
    """One cycle. `by_hand` names what was said of the failure; the rest follows from its cause."""

    cycle = IntegerField()
    failure = CharField(source="known.failure")
    root_cause = CharField(allow_null=True)
    type = CharField(source="known.type", allow_null=True, help_text="slug of a type of failure")
    driver = ChoiceField(["", *DRIVERS], source="known.driver")
    severity = IntegerField(
        source="known.severity", allow_null=True, help_text="1, a trifle, to 4, grave"
    )
    monetary = BooleanField(source="known.monetary", allow_null=True, help_text=_MONETARY)
    process = BooleanField(source="known.process", allow_null=True, help_text=_PROCESS)
    controllable = BooleanField(
        source="known.controllable", allow_null=True, help_text=_CONTROLLABLE
    )
    number = IntegerField(
        source="known.number", allow_null=True, help_text="the how-manieth failure of this customer"
    )
    by_hand = ListField(source="known.by_hand", child=CharField())
    order_value = money(source="known.order_value", allow_null=True)
    order_currency = CharField(source="known.order_currency")
    no_gesture = BooleanField(
        source="known.no_gesture", help_text="somebody decided that nothing need be given"
    )
    score_before = ScoreOfRepair(allow_null=True)
    score_after = ScoreOfRepair(allow_null=True)
    gestures = Gesture(many=True)
    question = QuestionAsked(allow_null=True)
    answer = AnswerGiven(allow_null=True)


class Recovery(Repair):
    """The present cycle, and the earlier ones, newest first."""

    playbook = PlaybookOffered(allow_null=True)

    earlier = Repair(many=True)


class GestureLimit(Serializer[Any]):
    id = IntegerField()
    group = GroupBrief(allow_null=True, help_text="null: every group without a limit of its own")
    role = CharField(
        help_text="blank: every role; one named approves up to it for one repair, too, and nothing "
        "that costs where its limits leave a currency or kind out"
    )
    kind = CharField(help_text="of gesture; blank: all")
    currency = CharField()
    amount = money()
    written_at = Instant()
    written_by = PersonBrief(allow_null=True)


class Budget(Serializer[Any]):
    """Of one calendar month of UTC."""

    id = IntegerField()
    group = GroupBrief(allow_null=True, help_text="null: the house together")
    kind = CharField(help_text="of gesture; blank: all")
    currency = CharField()
    amount = money()
    spent = SerializerMethodField(help_text="in this month")
    written_at = Instant()
    written_by = PersonBrief(allow_null=True)

    def get_spent(self, budget: BudgetRow) -> str:
        spent = next(
            (month.spent for month in self.context["months"] if month.budget_id == budget.pk), 0
        )
        return f"{spent:.2f}"


class WaitingGesture(Gesture):
    """One that waits for somebody to decide, with the ticket it stands on."""

    ticket = CharField(source="recovery.ticket.ref")
    subject = CharField(source="recovery.ticket.subject")
    group = GroupBrief(source="recovery.ticket.group")


class RecoveryBody(Shape):
    failure = CharField(required=False, allow_blank=True, max_length=300)
    root_cause = CharField(required=False, allow_null=True, max_length=60, help_text="a slug")
    type = CharField(required=False, allow_null=True, max_length=60, help_text="a slug")
    driver = ChoiceField(DRIVERS, required=False, allow_blank=True)
    severity = IntegerField(required=False, allow_null=True, help_text="1 to 4")
    monetary = BooleanField(required=False, allow_null=True, help_text=_MONETARY)
    process = BooleanField(required=False, allow_null=True, help_text=_PROCESS)
    controllable = BooleanField(required=False, allow_null=True, help_text=_CONTROLLABLE)
    order_value = money(required=False, allow_null=True)
    order_currency = CharField(required=False, allow_blank=True, max_length=3, help_text="ISO 4217")


class ChangeFailureTypeBody(Shape):
    name = CharField(required=False, max_length=120)
    above = CharField(required=False, allow_null=True, max_length=60, help_text="a slug")
    monetary = BooleanField(required=False, allow_null=True, help_text=_MONETARY)
    process = BooleanField(required=False, allow_null=True, help_text=_PROCESS)


class NewFailureTypeBody(ChangeFailureTypeBody):
    slug = CharField(max_length=60)
    name = CharField(max_length=120)


class CauseDefaultBody(Shape):
    type = CharField(required=False, allow_null=True, max_length=60, help_text="a slug")
    driver = ChoiceField(DRIVERS, required=False, allow_blank=True)
    monetary = BooleanField(required=False, allow_null=True, help_text=_MONETARY)
    process = BooleanField(required=False, allow_null=True, help_text=_PROCESS)
    controllable = BooleanField(required=False, allow_null=True, help_text=_CONTROLLABLE)


class GestureBody(Shape):
    kind = ChoiceField(list(GESTURE_KINDS), help_text="`type` is understood too")
    amount = money(required=False, allow_null=True)
    currency = CharField(required=False, allow_blank=True, max_length=3, help_text="ISO 4217")
    explanation = CharField(required=False, allow_blank=True, max_length=2000)
    keep_by = Instant(required=False, allow_null=True, help_text="until when it is promised")

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and "type" in data and "kind" not in data:
            data = {"kind" if name == "type" else name: value for name, value in data.items()}
        return super().to_internal_value(data)


class AnswerBody(Shape):
    """What the customer said to a colleague: whether it is solved, a score, or both."""

    solved = BooleanField(required=False, allow_null=True, default=None)
    score = IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=5, help_text="CSAT"
    )
    comment = CharField(required=False, allow_blank=True, max_length=10_000, default="")
    channel = ChoiceField(["letter", "phone", "visit", "other"])
    fair = IntegerField(required=False, min_value=1, max_value=5, help_text="what came of it")
    easy = IntegerField(required=False, min_value=1, max_value=5, help_text="quick and easy")
    respect = IntegerField(required=False, min_value=1, max_value=5, help_text="how treated")


class NoteBody(Shape):
    note = CharField(required=False, allow_blank=True, max_length=300)


class ApproveBody(NoteBody):
    keep_by = Instant(required=False, allow_null=True, help_text="another time to keep it by")


class GestureLetterBody(LetterBody):
    """What you write about it; the house's words say what it is and by when. `offer` is what is no
    part of the repair: it makes the letter marketing."""

    body = text(longest=LONGEST_BODY)
    offer = text(longest=2_000, required=False, default="")


class KeepBody(NoteBody):
    """`letter` and `call` are the newest of the ticket; a reference says itself what it is."""

    proof = ChoiceField(["", *PROOFS], required=False)
    reference = CharField(required=False, allow_blank=True, max_length=120)


class NewBudgetBody(Shape):
    group = CharField(required=False, allow_null=True, max_length=60, help_text="null: the house")
    kind = CharField(required=False, allow_blank=True, max_length=20, help_text="blank: all")
    currency = CharField(max_length=3, help_text="ISO 4217")
    amount = money(min_value=0)


class ChangeBudgetBody(Shape):
    amount = money(min_value=0)


class NewGestureLimitBody(Shape):
    group = CharField(required=False, allow_null=True, max_length=60, help_text="a slug")
    role = CharField(required=False, allow_blank=True, max_length=10, help_text="blank: every role")
    kind = CharField(required=False, allow_blank=True, max_length=20, help_text="blank: all")
    currency = CharField(max_length=3, help_text="ISO 4217")
    amount = money(min_value=0)


class ChangeGestureLimitBody(Shape):
    amount = money(min_value=0)
