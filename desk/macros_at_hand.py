"""A macro chosen on a ticket: its form, filled in for that ticket."""

from typing import Any

from accounts.models import User
from desk.forms.macros import UseMacroForm
from tickets.work.letters import can_answer
from tickets.work.models import Macro, Ticket


def filled_in(ticket: Ticket, person: User, said: str | None) -> dict[str, Any]:
    """What the page shows of the macro that its address names; nothing where it names none of
    theirs, or where they only read the ticket."""
    if not said or not (said.isascii() and said.isdigit() and len(said) < 19):
        return {}
    found = Macro.objects.current().visible_to(person).select_related("hand_to")
    macro = found.filter(pk=int(said)).first()
    if macro is None or not Ticket.objects.workable_by(person).filter(pk=ticket.pk).exists():
        return {}
    return {
        "macro_form": UseMacroForm(ticket, macro, person),
        "can_write": can_answer(ticket),
    }
