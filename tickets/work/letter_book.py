"""The words in force, read once for many letters."""

from collections.abc import Mapping
from functools import cached_property

from django.db.models import Q

from feedback.intake.models import Customer
from tickets.work.letter_words import (
    ENGLISH,
    KOREAN,
    SIGNATURE,
    SORTS,
    Words,
    composed,
    fill,
    lost_with,
    signed_by,
    used_in,
    without_lines_of,
)
from tickets.work.models import LetterTemplate, Ticket
from tickets.work.status_links import link_in_letters

# Whoever has given us no name, or one that nobody has proven.
_SOMEBODY = {ENGLISH: "customer", KOREAN: "고객"}


class LetterBook:
    """Of these letters, and of all signatures; opened when the first letter is written."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds

    @cached_property
    def _kept(self) -> dict[tuple[str, str, int | None], Words]:
        about = Q(kind__in=[*self._kinds, SIGNATURE])
        rows = LetterTemplate.objects.in_force().filter(about)
        return {(row.kind, row.language, row.group_id): row.words for row in rows}

    def words(self, kind: str, language: str) -> Words:
        kept = self._kept.get((kind, language, None))
        return kept or SORTS[kind].built_in[language]

    def signature(self, ticket: Ticket, language: str, *, writer: str = "") -> str:
        kept = self._kept.get((SIGNATURE, language, ticket.group_id))
        if kept is None or not kept.body:
            return ""
        return signed_by(kept.body, writer=writer, team=ticket.group.name)

    def names_writer(self, ticket: Ticket, language: str) -> bool:
        """Whether letters of its group say who wrote them."""
        kept = self._kept.get((SIGNATURE, language, ticket.group_id))
        return kept is not None and "writer" in used_in(kept.body)

    def write(
        self,
        kind: str,
        ticket: Ticket,
        values: Mapping[str, str],
        *,
        writer: str = "",
        instead: Mapping[str, Words] | None = None,
    ) -> Words:
        """A letter to the customer of this ticket, in their language. `instead`: these words, by
        language, whatever is in force."""
        language = language_of(ticket.customer)
        words = instead[language] if instead else self.words(kind, language)
        known = self._known(kind, words, ticket, values)
        return composed(words, known, self.signature(ticket, language, writer=writer))

    def frame(self, kind: str, ticket: Ticket, values: Mapping[str, str]) -> str:
        """The words around what a colleague writes, for a reply that is signed like any other. The
        line of what is not known is left out; words that would lose more by that give way to the
        ones that are built in."""
        language = language_of(ticket.customer)
        words, sort = self.words(kind, language), SORTS[kind]
        blank = [name for name in sort.unknown if not values[name]]
        if any(lost_with(name, words.body, sort.needed) for name in blank):
            words = sort.built_in[language]
        body = words.body
        for name in blank:
            body = without_lines_of(name, body)
        return fill(body, self._known(kind, words, ticket, values)).strip()

    def _known(
        self, kind: str, words: Words, ticket: Ticket, values: Mapping[str, str]
    ) -> dict[str, str]:
        known = {"number": ticket.ref, **values}
        used = used_in(words.subject, words.body)
        if "team" in used:
            known["team"] = ticket.group.name
        if "status_link" in used and (link := link_in_letters(ticket)):
            known["status_link"] = link
        if "name" in SORTS[kind].variables:
            known["name"] = name_of(ticket.customer, language_of(ticket.customer))
        return known


def language_of(customer: Customer | None) -> str:
    """The language we write in: the customer's where we speak it, otherwise English."""
    locale = customer.locale if customer else ""
    return KOREAN if locale.lower().startswith("ko") else ENGLISH


def name_of(customer: Customer | None, language: str) -> str:
    """As our own server knows them: a claimed name would be somebody's words through our mouth."""
    name = " ".join(customer.name.split()) if customer and customer.trusted else ""
    return name or _SOMEBODY[language]
