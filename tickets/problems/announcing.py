"""Whom an announcement reaches, and in which words: what a preview says, and what is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from accounts.models import User
from cxloop.kernel.errors import Fault
from cxloop.kernel.letters import Draft
from feedback.email.addresses import reply_address
from feedback.email.marks import mark_of
from feedback.intake.models import Customer
from feedback.intake.silence import contact_mark
from tickets.problems.figures import standing_in
from tickets.problems.models import Announcement, Problem, Told
from tickets.work.letter_book import LetterBook, language_of, name_of
from tickets.work.letter_words import ENGLISH, KOREAN, LANGUAGES, Sort, Words, composed, faults_in
from tickets.work.models import Ticket
from tickets.work.status_letters import over_status_line
from tickets.work.threads import thread_of

ANNOUNCEMENT = "announcement"
# Its words are an announcement's own, so none are built in.
SORT = Sort(
    ANNOUNCEMENT,
    variables=("name", "number", "team"),
    needed=(),
    built_in={},
    has_subject=True,
)

NO_ADDRESS, SILENT, ERASED = "no_address", "do_not_contact", "erased"
NOT_YOURS, ALREADY, STOPPED = "not_yours", "already_told", "stopped"
NOT_IN_IT, NO_WORDS, FAILED = "not_in_it", "no_words", "failed"
REASONS = (NO_ADDRESS, SILENT, ERASED, NOT_YOURS, ALREADY, STOPPED, NOT_IN_IT, NO_WORDS, FAILED)


@dataclass(frozen=True)
class Person:
    """One of the people behind a problem, on their newest ticket of it; `why` they are left out, or
    blank."""

    customer: Customer
    ticket: int
    why: str

    @property
    def language(self) -> str:
        return language_of(self.customer)


@dataclass(frozen=True)
class Foreseen:
    """Who would be written to, and how many would be left out and why."""

    people: tuple[Person, ...]

    @property
    def written(self) -> list[Person]:
        return [one for one in self.people if not one.why]

    @property
    def languages(self) -> dict[str, int]:
        counted = Counter(one.language for one in self.written)
        return {language: counted[language] for language in LANGUAGES}

    @property
    def left_out(self) -> dict[str, int]:
        counted = Counter(one.why for one in self.people if one.why)
        return {why: counted[why] for why in REASONS if counted[why]}


def foresee(problem: Problem, by: User) -> Foreseen:
    """The people behind the tickets that this person sees; written to are those whose ticket they
    may work. Who was joined is one person."""
    rows = standing_in([problem], by).filter(ticket__customer__isnull=False)
    found = rows.select_related("ticket__customer__joined_to").order_by("ticket")
    workable = set(
        Ticket.objects.workable_by(by)
        .filter(pk__in=[row.ticket_id for row in found])
        .values_list("pk", flat=True)
    )
    newest: dict[UUID, tuple[Customer, int]] = {}
    for row in found:
        assert row.ticket.customer is not None
        person = row.ticket.customer.person
        before = newest.get(person.pk)
        if before is None or row.ticket_id in workable or before[1] not in workable:
            newest[person.pk] = (person, row.ticket_id)
    return Foreseen(tuple(_judged(problem, newest.values(), workable)))


def _judged(
    problem: Problem, people: Iterable[tuple[Customer, int]], workable: set[int]
) -> Iterator[Person]:
    """In the order of the tickets; of two people with one address the second is left out."""
    told = Told.objects.filter(problem=problem, state=Told.State.WRITTEN)
    customers = set(told.values_list("customer", flat=True))
    addresses = {address.lower() for address in told.values_list("letter__to", flat=True)}
    for person, ticket in sorted(people, key=lambda pair: pair[1]):
        why = why_not(person) or ("" if ticket in workable else NOT_YOURS)
        if not why and (person.pk in customers or person.email.lower() in addresses):
            why = ALREADY
        if not why:
            addresses.add(person.email.lower())
        yield Person(person, ticket, why)


def why_not(person: Customer) -> str:
    """Why nobody may write to them, or blank."""
    if person.erased_at:
        return ERASED
    if person.do_not_contact:
        return SILENT
    return "" if person.email else NO_ADDRESS


def faults_of(announcement: Announcement) -> list[Fault]:
    """Where its words are wrong, by the names of its columns."""
    return [
        Fault(f"{fault.pointer}_{language}", fault.code, fault.detail, fault.names)
        for language in LANGUAGES
        for fault in faults_in(SORT, announcement.words(language))
    ]


def unspoken(announcement: Announcement, languages: Mapping[str, int]) -> list[Fault]:
    """Languages in which somebody would be written to, and it says nothing."""
    silent = [name for name in LANGUAGES if languages[name] and not announcement.words(name).body]
    return [Fault(f"/body_{name}", "required", "Somebody reads this language.") for name in silent]


def seen_as(announcement: Announcement) -> str:
    """A mark of these words: who confirms it says what they have looked at."""
    words = (announcement.words(language) for language in LANGUAGES)
    said = "\0".join(f"{one.subject}\0{one.body}" for one in words)
    return sha256(said.encode()).hexdigest()[:16]


def words_to(
    announcement: Announcement, ticket: Ticket, person: Customer, book: LetterBook
) -> Words:
    language = language_of(person)
    values = {"name": name_of(person, language), "number": ticket.ref, "team": ticket.group.name}
    signature = book.signature(ticket, language)
    return composed(announcement.words(language), values, signature)


def letter_to(announcement: Announcement, ticket: Ticket, person: Customer, said: Words) -> Draft:
    """Its answers come back to the ticket, and its page is named at the foot. It is automatic,
    though a person confirmed it: programs that answer it must know."""
    return Draft(
        key=f"{ANNOUNCEMENT}:{announcement.problem_id}:{person.pk}",
        kind=ANNOUNCEMENT,
        to=person.email,
        subject=f"{said.subject} {mark_of(ticket.ref)}",
        body=over_status_line(said.body, ticket),
        language=language_of(person),
        reply_to=reply_address(ticket.pk),
        references=thread_of(ticket).references,
        automatic=True,
        about=(contact_mark(person.pk),),
        about_at=announcement.confirmed_at,
    )


# As somebody would read it of whom we know the name.
_SAMPLES = {
    ENGLISH: {"name": "Eve Miller", "number": "T-1042", "team": "Care"},
    KOREAN: {"name": "김서연", "number": "T-1042", "team": "고객지원"},
}


def sample(announcement: Announcement, language: str) -> Words:
    return composed(announcement.words(language), _SAMPLES[language])


def preview_of(announcement: Announcement, person: User) -> dict[str, Any]:
    """Whom they would write to if they confirmed it now, and how it would read."""
    found = foresee(announcement.problem, person)
    said = {name: sample(announcement, name) for name in LANGUAGES}
    return {
        "written": len(found.written),
        "languages": found.languages,
        "left_out": found.left_out,
        "seen": seen_as(announcement),
        "letters": [
            {"language": name, "subject": words.subject, "body": words.body}
            for name, words in said.items()
            if words.body
        ],
    }
