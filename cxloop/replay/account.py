"""What happened, in numbers that add up."""

from collections.abc import Iterable

from django.db.models import Count, F, Q

from cxloop.replay.days import Replay
from cxloop.replay.tables import Row, stages_table, table
from feedback.intake.models import Feedback
from tickets.escalation.models import Escalation
from tickets.sla.ledger import BREACHED, MET, PAUSED, RUNNING
from tickets.sla.models import Clock
from tickets.work.models import Ticket, Triage


def tell_what_happened(replay: Replay) -> str:
    parts = (
        _feedback(),
        _tickets(),
        _reasons_for_none(),
        _clocks(),
        _escalations(),
        stages_table(replay.stages),
    )
    return "\n\n".join(parts)


def _feedback() -> str:
    sources = Feedback.objects.values_list("source__slug").annotate(count=Count("pk"))
    return _summed("Feedback", sources.order_by("source__slug"))


def _tickets() -> str:
    groups = Ticket.objects.values_list("group__slug").annotate(count=Count("pk"))
    unowned = Ticket.objects.unowned()
    live, history = unowned.live().count(), unowned.filter(quiet=True).count()
    owners = [("  unowned", live), ("  given to nobody, being history", history)]
    return f"{_summed('Tickets', groups.order_by('group__slug'))}\n{table(owners)}"


def _reasons_for_none() -> str:
    none = Triage.objects.filter(decision=Triage.Decision.NONE)
    rules = none.values_list("rule__name", "rule__then__reason").annotate(count=Count("pk"))
    told = [(_why_none(name, reason), count) for name, reason, count in rules.order_by("-count")]
    return _summed("No ticket", told)


def _why_none(rule: str | None, reason: str | None) -> str:
    return f"{rule}: {reason}" if rule else "no rule matched"


def _clocks() -> str:
    late = Q(state=BREACHED, met_at__isnull=False)
    kinds = Clock.objects.values_list("kind").annotate(
        met=Count("pk", filter=Q(state=MET)),
        breached=Count("pk", filter=Q(state=BREACHED)),
        late=Count("pk", filter=late),
        open=Count("pk", filter=Q(state__in=[RUNNING, PAUSED])),
        all=Count("pk"),
    )
    head = ("Clocks", "met", "breached", "answered late", "open", "all")
    return table([head, *((f"  {kind}", *counts) for kind, *counts in kinds.order_by("kind"))])


def _escalations() -> str:
    rungs = Escalation.objects.values_list("clock__kind", "rung", "what__when")
    counted = rungs.annotate(
        heard=Count("pk", filter=Q(skipped="")),
        quiet=Count("pk", filter=Q(skipped="imported")),
        other=Count("pk", filter=~Q(skipped__in=["", "imported"])),
        late=Count("pk", filter=Q(raised_at__gt=F("due_at"), late_by_us=True)),
        all=Count("pk"),
    )
    head = ("Escalations", "heard", "quiet", "passed over", "noted late", "all")
    rows = [
        (f"  {kind}, rung {rung}: {_height(when)}", *counts)
        for kind, rung, when, *counts in counted.order_by("clock__kind", "rung")
    ]
    return table([head, *rows])


def _height(when: dict[str, int]) -> str:
    if "percent" in when:
        return f"{when['percent']} %"
    hours = when["after_due_s"] / 3600
    return f"{hours:+g} h" if hours else "due"


def _summed(what: str, parts: Iterable[Row]) -> str:
    rows = [(f"  {name}", count) for name, count in parts]
    return table([(what, sum(count for _, count in rows)), *rows])
