"""What the report of repairs looks like over the API; its figures are defined where they are
measured, in insights/measures."""

from typing import Any

from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DictField,
    FloatField,
    IntegerField,
)
from rest_framework.serializers import Serializer

from cxloop.kernel.shapes import Instant
from insights.measures.causes import TRENDS
from insights.measures.gestures import NAMED_BY
from insights.recovery_judged_shapes import Items, PlaybooksShape, PromotersShape
from insights.told_shapes import HELD, BesideShape, ComparedShape, PairedShape, Told


class DayOf48Shape(Serializer[Any]):
    day = DateField()
    in_48_hours = Told()


class FollowUpShape(Serializer[Any]):
    """Of eligible repairs that are 48 hours old."""

    in_48_hours = ComparedShape(help_text="reached by a person, beside the period before")
    attempted = Told(help_text="tried by a person within 48 hours, whomever it reached")
    as_promised = Told(help_text="in the policies' own targets and open hours")
    acknowledged = Told(help_text="of first cycles, by itself; in no other figure")
    closed_without_contact = IntegerField(help_text="in time, with a reason: beside the rate")
    on_track = IntegerField(help_text="younger than 48 hours")
    days = DayOf48Shape(many=True, help_text="by the day of receipt, in your zone")


class Mark(Serializer[Any]):
    at_s = IntegerField()
    share = FloatField(help_text="for which it had happened by then")
    low = FloatField(allow_null=True)
    high = FloatField(allow_null=True)


class CurveShape(Serializer[Any]):
    """By Kaplan and Meier: what is open still counts for as long as it has been. Medians and nine
    of ten with their 95 % interval (Brookmeyer and Crowley, log-log); null: not so many yet."""

    number = IntegerField(allow_null=True)
    happened = IntegerField(allow_null=True)
    is_held = BooleanField(help_text=HELD)
    half_s = IntegerField(allow_null=True)
    half_low_s = IntegerField(allow_null=True)
    half_high_s = IntegerField(allow_null=True)
    nine_of_ten_s = IntegerField(allow_null=True)
    nine_of_ten_low_s = IntegerField(allow_null=True)
    nine_of_ten_high_s = IntegerField(allow_null=True)
    marks = Mark(many=True)


class Times(Serializer[Any]):
    acknowledge = CurveShape()
    first_contact = CurveShape()
    close = CurveShape()


class Recovered(Serializer[Any]):
    """Never one of them alone; each beside the period before, as that was known when it was as
    old as this one."""

    response = ComparedShape(help_text="of those asked, who answered")
    of_answered = ComparedShape()
    of_asked = ComparedShape()
    of_eligible = ComparedShape()
    improved = Told(help_text="of those who answered: 3 of 5, not won back")
    heard = Told(help_text="of those who answered: said to a colleague, who wrote it down")


class ClosureShape(Serializer[Any]):
    """Of what agents declared settled."""

    confirmed = Told()
    denied = Told()
    silent = Told()
    untold = Told(help_text="not asked, or not answered yet")


class LaterShape(Serializer[Any]):
    type = CharField()
    reached = PairedShape()
    unreached = PairedShape(help_text="how far low scores rise by themselves")
    beside = BesideShape()


class Scores(Serializer[Any]):
    answers = PairedShape(help_text="of five before, of five when asked")
    later = LaterShape(many=True, help_text="the next score of that type within 90 days")


class Windows(Serializer[Any]):
    within_30_days = Told()
    within_90_days = Told()


class DoubleShape(Told):
    won_back = ComparedShape(help_text="of them, beside first failures")


class Again(Serializer[Any]):
    """Only of what is old enough to tell."""

    reopened = Windows(help_text="of those resolved")
    failed_again = Windows(help_text="the same customer, on another ticket")
    same_cause_again = Windows(help_text="the same customer and root cause")
    double_deviations = DoubleShape()


class CostShape(Serializer[Any]):
    """Of the repairs that cost something in this currency; never added up across currencies."""

    currency = CharField()
    repairs = IntegerField(allow_null=True)
    is_held = BooleanField(help_text=HELD)
    total = CharField(allow_null=True)
    won_back = IntegerField(
        allow_null=True, help_text="customers of these repairs, by their last complaint"
    )
    per_won_back = CharField(allow_null=True, help_text="the total by them")
    half = CharField(allow_null=True, help_text="the median of a repair")
    half_low = CharField(allow_null=True, help_text="95 % or more, exact, by order statistics")
    half_high = CharField(allow_null=True)


class WorthShape(Serializer[Any]):
    customers = IntegerField(allow_null=True)
    value = CharField(allow_null=True)
    is_held = BooleanField(help_text=HELD)


class Value(Serializer[Any]):
    at_risk = WorthShape(help_text="customers not won back since their last complaint")
    retained = WorthShape(help_text="associated with repairs that won them back, not caused by")
    unknown = IntegerField(help_text="customers without a value on record")


class CauseShape(Serializer[Any]):
    key = CharField(help_text="slug; blank: not known")
    name = CharField()
    is_held = BooleanField(help_text=HELD)
    number = IntegerField(allow_null=True)
    before = IntegerField(allow_null=True, help_text="in the period before, understood as soon")
    trend = ChoiceField(TRENDS)
    last_at = Instant(allow_null=True, help_text="when somebody last met it, of the period")
    response = Told()
    won_back_of_answered = Told()
    won_back = Told(help_text="of all of it")
    failed_again = Told(help_text="the same customer within 30 days")
    costs = CostShape(many=True)


class GestureResult(Serializer[Any]):
    """An association: whoever is given more may have been angrier."""

    failure = CharField(help_text="slug of the type of failure, else of the root cause")
    named_by = ChoiceField(NAMED_BY, help_text="whose slug it is; blank: neither is known")
    name = CharField()
    gesture = CharField()
    is_held = BooleanField(help_text=HELD)
    number = IntegerField(allow_null=True)
    kept = Told()
    response = Told()
    won_back = ComparedShape(help_text="of those who answered, beside those without the gesture")


class RecoveryLine(Serializer[Any]):
    key = CharField(help_text="slug; blank: none")
    name = CharField()
    is_held = BooleanField(help_text=HELD)
    number = IntegerField(allow_null=True)
    in_48_hours = Told()
    response = Told()
    of_answered = Told()
    of_eligible = Told()


class RecoveryShape(Serializer[Any]):
    """Who was answered in time, who was won back and at what cost, which cause is still alive; by
    the day feedback was received, of the groups you see."""

    first = DateField()
    last = DateField()
    time_zone = CharField()
    as_of = Instant()
    waiting = BooleanField(help_text="some repairs have gone on and are not recorded yet")
    repairs = IntegerField()
    eligible = IntegerField()
    beside = DictField(child=IntegerField(), help_text="why the others do not count")
    follow_up = FollowUpShape()
    times = Times()
    recovered = Recovered()
    closure = ClosureShape()
    items = Items()
    scores = Scores()
    promoters = PromotersShape()
    again = Again()
    costs = CostShape(many=True)
    value = Value()
    causes = CauseShape(many=True)
    gestures = GestureResult(many=True)
    playbooks = PlaybooksShape()
    groups = RecoveryLine(many=True)
    sources = RecoveryLine(many=True)
    known = DictField(child=Told(), help_text="of how many eligible repairs each is known")
