"""Fields as a shop has them, for tests."""

from typing import Any

from feedback.intake.models import Feedback, Source
from tests.makers import NOW, make_feedback
from tickets.work.actions.fields import make_field
from tickets.work.models import FieldValue, Ticket, TicketField

ORDER = {"slug": "order_no", "kind": "text", "label_en": "Order", "path": "order.id"}
TOTAL = {"slug": "order_value", "kind": "number", "label_en": "Order value", "path": "order.total"}
BOUGHT = {"slug": "bought_on", "kind": "date", "label_en": "Bought on", "path": "order.at"}
SIZE = {
    **{"slug": "size", "kind": "choice", "label_en": "Size", "label_ko": "크기"},
    **{"path": "size", "choices": ["Small", "Large"]},
}
SHOP = (ORDER, TOTAL, BOUGHT, SIZE)
CONTEXT = {"order": {"id": "A-1001", "total": "120.50", "at": "2026-11-18"}, "size": "large"}
STANDS = {
    "order_no": "A-1001",
    "order_value": "120.5",
    "bought_on": "2026-11-18",
    "size": "Large",
}


def make_fields(*said: dict[str, Any], **more: Any) -> list[TicketField]:
    return [make_field({**one, **more}, by=None, now=NOW) for one in said or SHOP]


def said(context: Any, source: Source | None = None, **facts: Any) -> Feedback:
    """A complaint with this context."""
    facts = {"judged": True, "comment": "Late.", **facts}
    return make_feedback(source, nps=2, context=context, **facts)


def stands(ticket: Ticket) -> dict[str, str]:
    rows = FieldValue.objects.filter(ticket=ticket).select_related("field")
    return {row.field.slug: row.shown for row in rows}
