"""What a figure looks like over the API."""

from typing import Any

from rest_framework.fields import BooleanField, ChoiceField, FloatField, IntegerField
from rest_framework.serializers import Serializer

from insights.change import CHANGES

HELD = "true: fewer than five, or what would tell those; nothing of it is told"
VERDICT = "`none` where the 95 % interval of the difference holds 0, `unknown` where too few"


class Told(Serializer[Any]):
    """A share with its 95 % interval (Wilson), six decimals."""

    part = IntegerField(allow_null=True)
    whole = IntegerField(allow_null=True)
    share = FloatField(allow_null=True)
    low = FloatField(allow_null=True)
    high = FloatField(allow_null=True)
    is_held = BooleanField(help_text=HELD)


class ComparedShape(Told):
    """Beside another, with the difference and its 95 % interval (Newcombe)."""

    other = Told()
    difference = FloatField(allow_null=True)
    difference_low = FloatField(allow_null=True)
    difference_high = FloatField(allow_null=True)
    change = ChoiceField(CHANGES, help_text=VERDICT)


class PairedShape(Serializer[Any]):
    """The mean change with its 95 % interval (Student)."""

    number = IntegerField(allow_null=True)
    is_held = BooleanField(help_text=HELD)
    before = FloatField(allow_null=True)
    after = FloatField(allow_null=True)
    change = FloatField(allow_null=True)
    low = FloatField(allow_null=True)
    high = FloatField(allow_null=True)
    verdict = ChoiceField(CHANGES, help_text=VERDICT)


class BesideShape(Serializer[Any]):
    """How much more those rose who were reached (Welch): associated with it."""

    difference = FloatField(allow_null=True)
    low = FloatField(allow_null=True)
    high = FloatField(allow_null=True)
    verdict = ChoiceField(CHANGES, help_text=VERDICT)
