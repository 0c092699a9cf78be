"""The search words of a ticket grow with what is said on it."""

from django.db import connection

from tickets.work.models import Ticket
from tickets.work.searching import vector_literal, words_of

# A tsvector holds 1 MiB, and passing that is an error. A long talk, or somebody who posts rare
# words all day, must not stop the ticket: what is said beyond is kept, and not found by search.
MOST_BYTES = 1_000_000


def add_words(ticket: Ticket, text: str) -> None:
    words = words_of(text)
    if words:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE work_searchtext SET words = words || %(words)s::tsvector"
                " WHERE ticket_id = %(ticket)s"
                " AND octet_length(words::text) + octet_length(%(words)s) <= %(most)s",
                {"words": vector_literal(words), "ticket": ticket.pk, "most": MOST_BYTES},
            )
