"""Of the report of repairs: what customers judged, which playbooks were followed, net promoters, as
they look over the API."""

from typing import Any

from rest_framework.fields import BooleanField, CharField, ChoiceField, FloatField, IntegerField
from rest_framework.serializers import Serializer

from insights.change import CHANGES
from insights.measures.items import JUSTICE
from insights.told_shapes import HELD, VERDICT, BesideShape, ComparedShape, PairedShape, Told


class ItemShape(Serializer[Any]):
    """1 to 5; the mean with its 95 % interval (Student)."""

    answered = Told(help_text="of those who answered us, who answered this")
    good = Told(help_text="of these, who gave 4 or 5")
    mean = FloatField(allow_null=True)
    mean_low = FloatField(allow_null=True)
    mean_high = FloatField(allow_null=True)


class JustItemShape(ItemShape):
    with_gesture = ComparedShape(
        help_text="4 or 5 with a gesture of the same justice, beside those without: an association"
    )


class LowestShape(PairedShape):
    """Of those who answered all three: the item of the lowest mean beside the next one."""

    item = ChoiceField(list(JUSTICE), allow_null=True)
    next = ChoiceField(list(JUSTICE), allow_null=True)
    is_lowest = BooleanField(help_text="beyond what chance would do: the interval leaves out 0")


class Items(Serializer[Any]):
    overall = ItemShape(help_text="the score of it all")
    fair = JustItemShape(help_text="what came of it (distributive)")
    easy = JustItemShape(help_text="how it went (procedural)")
    respect = JustItemShape(help_text="how they were treated (interactional)")
    lowest = LowestShape()


class Net(Serializer[Any]):
    """The share of 9 and 10 less that of 0 to 6, from -1 to 1, with the adjusted Wald interval."""

    number = IntegerField(allow_null=True)
    promoters = IntegerField(allow_null=True)
    detractors = IntegerField(allow_null=True)
    nps = FloatField(allow_null=True)
    low = FloatField(allow_null=True)
    high = FloatField(allow_null=True)
    is_held = BooleanField(help_text=HELD)


class Twice(Serializer[Any]):
    """The same customers, each once; the change in pairs with its 95 % interval (Student)."""

    number = IntegerField(allow_null=True)
    is_held = BooleanField(help_text=HELD)
    before = Net()
    after = Net()
    change = FloatField(allow_null=True)
    low = FloatField(allow_null=True)
    high = FloatField(allow_null=True)
    verdict = ChoiceField(CHANGES, help_text=VERDICT)


class PromotersShape(Serializer[Any]):
    """Of first cycles whose customer had given an NPS, and their next one within 90 days."""

    before = Net(help_text="of all of them")
    all = Twice(help_text="of those who scored again")
    reached = Twice(help_text="by a person, before they did")
    unreached = Twice(help_text="how far low scores rise by themselves")
    beside = BesideShape()


class UsedShape(Serializer[Any]):
    followed = Told(help_text="every step was made")
    left = Told(help_text="with a reason")
    unsaid = Told(help_text="neither")
    response = Told()
    won_back = ComparedShape(
        help_text="of those who answered: followed, beside not followed; an association"
    )


class PlaybookLine(UsedShape):
    key = CharField(help_text="slug")
    name = CharField()
    version = IntegerField()
    is_held = BooleanField(help_text=HELD)


class PlaybooksShape(UsedShape):
    """Of repairs that a playbook fitted and that were said to be done, or in which it was left."""

    on_record = Told(help_text="of all that count, how many these are")
    by_playbook = PlaybookLine(many=True)
