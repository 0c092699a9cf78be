"""The search words of a ticket grow with what is said on it."""

from collections.abc import Iterable

from django.db import connection

from tickets.work.models import Ticket
from tickets.work.searching import vector_literal, words_of

# A tsvector holds 1 MiB, and passing that is an error. A long talk, or somebody who posts rare
# words all day, must not stop the ticket: what is said beyond is kept, and not found by search.
MOST_BYTES = 1_000_000


def add_words(ticket: Ticket, text: str) -> None:
    add_words_to([(ticket, text)])


def add_words_to(said: Iterable[tuple[Ticket, str]]) -> None:
    """On different tickets."""
    found = {ticket.pk: words for ticket, text in said if (words := words_of(text))}
    if found:
        literals = [vector_literal(words) for words in found.values()]
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [list(found), literals, MOST_BYTES])


_ADD = """
UPDATE work_searchtext SET words = work_searchtext.words || said.words::tsvector
FROM unnest(%s::bigint[], %s::text[]) AS said (ticket, words)
WHERE ticket_id = said.ticket
    AND octet_length(work_searchtext.words::text) + octet_length(said.words) <= %s
"""
