"""What the bodies of this room's routes look like: as we answer, then as we are asked."""

from typing import Any

from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    DictField,
    FloatField,
    IntegerField,
    ListField,
)
from rest_framework.serializers import Serializer

from accounts.api.shapes import GroupBrief, PersonBrief
from cxloop.kernel.shapes import Instant, Shape
from tickets.problems.actions.announce import FASTEST, SLOWEST
from tickets.problems.actions.problems import (
    LONGEST_LABEL,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_URL,
    MOST_LINKS,
)
from tickets.problems.announcing import REASONS
from tickets.problems.lifecycle import MOVES, STATES
from tickets.problems.models import Announcement as AnnouncementRow
from tickets.problems.models import ProblemTicket, Watch
from tickets.work.letter_words import LONGEST_BODY, LONGEST_SUBJECT
from tickets.work.lifecycle import STATUSES
from tickets.work.verb import LARGEST_ID


def amount() -> DecimalField:
    return DecimalField(max_digits=20, decimal_places=2)


class SpentIn(Serializer[Any]):
    currency = CharField()
    amount = amount()
    gestures = IntegerField()


class ProblemSize(Serializer[Any]):
    """As far as the caller sees the tickets; merged ones and spam do not count."""

    tickets = IntegerField()
    open = IntegerField()
    new = IntegerField(help_text="of the last 28 days")
    customers = IntegerField(help_text="people: who was joined counts once")
    value = amount()
    value_at_risk = amount()
    spent = SpentIn(many=True, help_text="promised or kept, by currency")


class CostOfNothing(Serializer[Any]):
    """`total` is `weekly_cost`, the product of the first two, and `value_at_risk`."""

    weekly_tickets = amount()
    mean_cost = amount()
    weekly_cost = amount()
    value_at_risk = amount()
    total = amount()
    currency = CharField(help_text="of the mean; blank where nothing was spent in it")
    others = ListField(child=CharField(), help_text="currencies that are not in it")


class Link(Serializer[Any]):
    label = CharField()  # type: ignore[assignment]
    url = CharField()


class Problem(Serializer[Any]):
    id = IntegerField()
    title = CharField()
    description = CharField()
    root_cause = CharField(help_text="a slug")
    group = GroupBrief(allow_null=True, help_text="null: the whole house")
    owner = PersonBrief()
    state = ChoiceField(STATES)
    planned_for = DateField(allow_null=True)
    fixed_on = DateField(allow_null=True)
    links = Link(many=True)
    gathers = BooleanField(help_text="takes up by itself what its root cause is named for")
    gathers_from = Instant()
    looks_back = BooleanField(help_text="still on its way through earlier tickets")
    opened_at = Instant()
    opened_by = PersonBrief()
    archived_at = Instant(allow_null=True)
    verbs = ListField(child=ChoiceField(list(MOVES)), help_text="what is possible now")
    size = ProblemSize()
    cost = CostOfNothing(help_text="of doing nothing")


class TicketIn(Serializer[Any]):
    ref = CharField()
    subject = CharField()
    status = ChoiceField(STATUSES)
    created_at = Instant()
    how = ChoiceField(ProblemTicket.How.choices)
    by = PersonBrief(allow_null=True)
    at = Instant()


class SuggestedTicket(Serializer[Any]):
    ref = CharField()
    subject = CharField()
    status = ChoiceField(STATUSES)
    created_at = Instant()
    shares = ListField(child=CharField(), help_text="rare words of the problem that it has too")


class HistoryEntry(Serializer[Any]):
    """What a watch found is told without its figures to who does not see all of its tickets."""

    at = Instant()
    kind = CharField()
    actor = PersonBrief(allow_null=True, help_text="null: the watch")
    text = CharField()
    reason = DictField()


class Point(Serializer[Any]):
    """One period. Figures are null for who does not see all of its tickets."""

    start = Instant()
    end = Instant()
    had = IntegerField(allow_null=True, help_text="new tickets of the cause")
    of = IntegerField(allow_null=True, help_text="new tickets, whatever their cause")
    expected = FloatField(allow_null=True)
    most = IntegerField(allow_null=True, help_text="more of them is a signal")
    signal = BooleanField()
    judged_at = Instant()


class WatchShown(Serializer[Any]):
    begun_at = Instant()
    expected_left = FloatField(help_text="the share of the old rate that is claimed to be left")
    waits_days = IntegerField(allow_null=True, help_text="until the causes of a period are named")
    had = IntegerField(allow_null=True, help_text="of the ninety days before the fix")
    of = IntegerField(allow_null=True)
    period_days = IntegerField(allow_null=True)
    power = FloatField(
        allow_null=True, help_text="how likely a doubled share is found within ten points"
    )
    enough = BooleanField(allow_null=True, help_text="false: there is too little to judge by")
    next_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    why_ended = ChoiceField([("", ""), *Watch.Why.choices])
    points = Point(many=True, help_text="the oldest first")


class Watches(Serializer[Any]):
    watches = WatchShown(many=True, help_text="one for each fix, the newest first")


class Progress(Serializer[Any]):
    """Of the people whose ticket the caller sees."""

    written = IntegerField()
    waiting = IntegerField()
    left_out = DictField(child=IntegerField(), help_text="how many, by why")
    undelivered = IntegerField(help_text="of those written")


class Announcement(Serializer[Any]):
    id = IntegerField()
    subject_en = CharField()
    body_en = CharField()
    subject_ko = CharField()
    body_ko = CharField()
    per_minute = IntegerField()
    state = ChoiceField(AnnouncementRow.State.choices)
    drafted_by = PersonBrief()
    drafted_at = Instant()
    confirmed_by = PersonBrief(allow_null=True)
    confirmed_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    stopped_by = PersonBrief(allow_null=True)
    progress = Progress()


class SampleLetter(Serializer[Any]):
    language = CharField()
    subject = CharField()
    body = CharField()


class Preview(Serializer[Any]):
    """Whom the caller would write to, if they confirmed it now."""

    written = IntegerField()
    languages = DictField(child=IntegerField(), help_text="how many in which language")
    left_out = DictField(child=IntegerField(), help_text=f"by why: {', '.join(REASONS)}")
    seen = CharField(help_text="a mark of its words, to be said when it is sent")
    letters = SampleLetter(many=True)


def words(*, longest: int, **options: Any) -> CharField:
    return CharField(
        max_length=longest, required=False, allow_blank=True, trim_whitespace=False, **options
    )


class ProblemLinkBody(Shape):
    label = CharField(  # type: ignore[assignment]
        max_length=LONGEST_LABEL, required=False, allow_blank=True, default=""
    )
    url = CharField(max_length=LONGEST_URL)


class ChangeProblemBody(Shape):
    title = CharField(max_length=LONGEST_TITLE, required=False)
    description = words(longest=LONGEST_TEXT)
    root_cause = CharField(max_length=60, required=False, help_text="a slug")
    group = CharField(
        max_length=60, required=False, allow_null=True, help_text="a slug; null: the whole house"
    )
    owner = IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    planned_for = DateField(required=False, allow_null=True)
    links = ListField(child=ProblemLinkBody(), max_length=MOST_LINKS, required=False)
    gathers = BooleanField(required=False)
    gathers_from = Instant(required=False, help_text="else 90 days before it was opened")


class NewProblemBody(ChangeProblemBody):
    title = CharField(max_length=LONGEST_TITLE)
    root_cause = CharField(max_length=60, help_text="a slug")


class TextBody(Shape):
    text = words(longest=LONGEST_TEXT)


class PlanBody(TextBody):
    planned_for = DateField(required=False, allow_null=True)


class FixBody(TextBody):
    fixed_on = DateField()
    expected_left = FloatField(
        min_value=0, max_value=1, required=False, help_text="of the old rate; 0.5 unless said"
    )


class ReopenProblemBody(Shape):
    reason = CharField(max_length=LONGEST_TEXT)


class NoBody(Shape):
    pass


class SendBody(Shape):
    seen = CharField(
        max_length=16,
        help_text="of the preview: 409 `changed` where its words are others since",
        error_messages={"required": "Fetch the preview first, and say the `seen` of its words."},
    )


class PutInBody(Shape):
    ticket = CharField(max_length=20, help_text="T-1042")
    how = ChoiceField(["hand", "suggestion"], required=False)


class AnnouncementBody(Shape):
    subject_en = words(longest=LONGEST_SUBJECT)
    body_en = words(longest=LONGEST_BODY)
    subject_ko = words(longest=LONGEST_SUBJECT)
    body_ko = words(longest=LONGEST_BODY)
    per_minute = IntegerField(min_value=SLOWEST, max_value=FASTEST, required=False)
