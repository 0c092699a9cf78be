"""The search words of a ticket grow with what is said on it."""

from django.db import connection

from tickets.work.models import Ticket
from tickets.work.searching import vector_literal, words_of


def add_words(ticket: Ticket, text: str) -> None:
    words = words_of(text)
    if words:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE work_searchtext SET words = words || %s::tsvector WHERE ticket_id = %s",
                [vector_literal(words), ticket.pk],
            )
