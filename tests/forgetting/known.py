"""A customer of whom every room knows something, and all that the database says of them."""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from desk.drafts import keep_draft
from desk.saved_views import save_view
from feedback.email.addresses import reply_address, side_address
from feedback.intake.actions import hear
from feedback.intake.actions.trials import send_trial
from feedback.intake.enclosures import Enclosure
from feedback.intake.models import Customer, Feedback, IdempotencyKey, Source, SourceKey
from feedback.intake.submission import read_submission
from feedback.intake.trust import Trust
from tests.cast import Cast
from tests.email.mails import bounce_of, in_parts, receive, written
from tests.makers import make_policy, make_root_cause, make_source, make_source_key
from tests.recovery.asking import answer, ask_all, question_on, resolve
from tickets.escalation.actions.ladders import write_ladder
from tickets.escalation.sweeps import climb_ladders, write_news
from tickets.kudos.actions.hand import pass_on
from tickets.kudos.door import saying_in
from tickets.kudos.models import Unrouted
from tickets.problems.actions.announce import draft_announcement, send_announcement
from tickets.problems.actions.problems import open_problem
from tickets.problems.actions.tickets import put_in
from tickets.problems.announcing import seen_as
from tickets.problems.sweeps import tell_customers
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.repair import change_recovery
from tickets.rules.actions import write_rule
from tickets.rules.models import Rule
from tickets.sla.calls import wish_from
from tickets.work.actions.assign import hand_over
from tickets.work.actions.attach import choose_file
from tickets.work.actions.customers import note_consent
from tickets.work.actions.fields import make_field
from tickets.work.actions.follow import watch
from tickets.work.actions.move import close_ticket, reopen_ticket
from tickets.work.actions.send_back import send_back
from tickets.work.actions.set_fields import set_fields
from tickets.work.actions.side import open_side
from tickets.work.actions.status_page import (
    ask_for_call,
    give_link,
    send_link_again,
    write_from_page,
)
from tickets.work.actions.talk import log_contact, note, reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import RootCause, SideThread, Ticket
from tickets.work.sweeps import take_up_answers, triage_arrivals

CARRIER = "claims@carrier.example"


@dataclass(frozen=True)
class Known:
    """`word` stands in everything that was said about the matter, and nowhere else."""

    name: str
    email: str
    word: str

    @property
    def marks(self) -> tuple[str, ...]:
        return (self.name, self.email, self.word)

    def customer(self) -> Customer:
        return Customer.objects.get(email=self.email, trusted=False)

    def ticket(self) -> Ticket:
        return locked(Ticket.objects.filter(customer__email=self.email).latest("pk").pk)


def furnish(cast: Cast) -> None:
    """A house that opens a ticket for whatever holds a word of the matter, and climbs."""
    make_source("care", channel="email")
    make_source_key(shop := make_source("shop"), "pk")
    make_source_key(shop, "pk", test=True)
    make_policy("standard", resolve_s=45)  # broken when the ladder is climbed, not before
    rung = {"clock": "resolve", "when": {"after_due_s": 0}, "tell": ["lead"]}
    write_ladder(slug="all", name="All", group=None, rungs=[rung], now=moment())
    for slug, path in (("address", "address"), ("who", "who"), ("nothing", "wrong")):
        kind = "number" if slug == "nothing" else "text"
        field = {"slug": slug, "kind": kind, "label_en": slug, "path": path}
        make_field(field, by=None, now=moment())
    furnish_rule(ticket=True)


def furnish_rule(*, ticket: bool) -> None:
    """The newest comes first."""
    then = {"ticket": True, "group": "care", "policy": "standard", "acknowledge": True}
    rule = {
        "name": "All",
        "order": 100 - Rule.objects.count(),
        "when": {"fact": "comment", "op": "matches", "value": "[a-z]+word"},
        "then": then if ticket else {"ticket": False, "reason": "To be read."},
    }
    write_rule(rule, known_policies={"standard"}, by=None, now=moment())


def live_through(known: Known, cast: Cast) -> None:
    """They complain twice, are answered, called, put right, asked, and write again."""
    _complain(known)
    _be_held(known)
    _be_tried(known)
    triage_arrivals()
    _be_worked(known, cast)
    _be_told(known, cast)
    _praise(known, cast)
    _be_asked(known, cast)
    deliver_letters()
    watch(known.ticket(), cast.lead, by=acting(cast.lead), now=moment())
    _be_looked_for(known, cast)
    _look_at_their_page(known, cast)
    _write_again(known)
    take_up_answers()
    close_ticket(
        known.ticket(), outcome="spam", reason=known.word, by=acting(cast.agent), now=moment()
    )
    reopen_ticket(known.ticket(), reason=known.word, by=acting(cast.agent), now=moment())
    climb_ladders(clock=lambda: moment() + timedelta(minutes=1))
    write_news()
    reply(known.ticket(), body=f"{known.word}, unsent", by=acting(cast.agent), now=moment())


def _with_file(known: Known, words: str, **said: str) -> bytes:
    """Their words, a file that is kept with them, and one that is only named."""
    named = f"Content-Type: text/plain; name={known.word}"
    body, kind = in_parts(
        f"Content-Type: text/plain\n\n{known.word} {words}",
        f"{named}.txt\n\nof {known.name}, {known.email}, {words}",
        f"{named}-empty.txt\n\n",
    )
    theirs = f"{known.name} <{known.email}>"
    return written(body, From=theirs, Content_Type=kind, **said)


def _complain(known: Known) -> None:
    receive(_with_file(known, "is broken"))
    said = {
        "score": {"type": "nps", "value": 1},
        "comment": f"{known.word} again",
        "answers": {"who": known.name},
        "context": {"address": known.email, "wrong": f"not {known.word}"},
        "tags": [known.word],
        "customer": {"email": known.email, "company": f"{known.word} Ltd"},
    }
    receipt = hear(
        read_submission(said, now=moment()),
        source=Source.objects.get(slug="shop"),
        trust=Trust.CLAIMED,
        now=moment(),
        files=[screenshot(known)],
    )
    IdempotencyKey.objects.create(
        source_key=SourceKey.objects.get(is_test=False),
        endpoint="feedback",
        key=f"of-{known.email}",
        body_digest=b"digest",
        feedback=Feedback.objects.get(pk=receipt.id),
        created_at=moment(),
    )


def screenshot(known: Known) -> Enclosure:
    body = f"\x89PNG {known.name} of {known.word} on a screen".encode()
    return Enclosure(f"{known.word} screen.png", body, sha256(body).digest())


def _be_held(known: Known) -> None:
    """They say it once more, by something that looks automatic."""
    said = {"comment": f"{known.word} held", "customer": {"email": known.email}}
    hear(
        read_submission(said, now=moment()),
        source=Source.objects.get(slug="shop"),
        trust=Trust.CLAIMED,
        now=moment(),
        held=("trap",),
    )


def _be_tried(known: Known) -> None:
    """Somebody tries the widget with their words and their address."""
    said = {"comment": f"{known.word} tried", "customer": {"email": known.email}}
    key = SourceKey.objects.get(is_test=True)
    send_trial(read_submission(said, now=moment()), source_key=key, now=moment())


def _be_worked(known: Known, cast: Cast) -> None:
    by, now = acting(cast.agent), moment()
    enclosed = [_chosen(known, f"{known.word}.pdf", verb="reply", cast=cast)]
    words = f"Dear {known.name}, {known.word}"
    reply(known.ticket(), body=words, files=enclosed, by=by, now=now)
    enclosed = [_chosen(known, f"{known.word} {part}.txt", verb="note", cast=cast) for part in "ab"]
    note(known.ticket(), body=known.word, files=enclosed[:1], by=by, now=now)
    set_fields(known.ticket(), {"who": known.name}, by=by, now=now)
    set_fields(known.ticket(), {"who": f"{known.name} Jr"}, by=by, now=now)
    keep_draft(known.ticket(), cast.lead, verb="reply", text=f"{known.word}, half", copy="")
    words = f"{known.word} by phone"
    log_contact(known.ticket(), channel="phone", reached=True, body=words, by=by, now=now)
    _be_asked_about(known, cast)
    _be_handed_over(known, cast)
    add_gesture(known.ticket(), kind="apology", explanation=known.word, by=by, now=now)
    change_recovery(known.ticket(), failure=known.word, by=by, now=now)


def _be_asked_about(known: Known, cast: Cast) -> None:
    """Of a carrier, which names them too."""
    enclosed = [_chosen(known, f"{known.word} label.txt", verb="side", cast=cast)]
    open_side(
        known.ticket(),
        to=CARRIER,
        name=f"Carrier of {known.name}",
        subject=f"{known.word}, to {known.name}",
        body=f"Where is the {known.word} of {known.email}?",
        files=enclosed,
        by=acting(cast.agent),
        now=moment(),
    )


def _chosen(known: Known, name: str, *, verb: str, cast: Cast) -> int:
    body = f"{known.name} of {known.word}".encode()
    found = known.ticket()
    return choose_file(found, name, body, verb=verb, by=cast.agent, now=moment()).pk


def _be_handed_over(known: Known, cast: Cast) -> None:
    """To billing, which sends it back."""
    by, back, now = acting(cast.agent), acting(cast.outsider), moment()
    words = f"{known.name} waits for {known.word}"
    hand_over(known.ticket(), group=cast.other_group, summary=words, by=by, now=now)
    send_back(known.ticket(), why=f"{known.word} is not ours", by=back, now=now)


def _be_told(known: Known, cast: Cast) -> None:
    """What was done about a problem that they had too; its words are the house's own."""
    cause = RootCause.objects.first() or make_root_cause()
    facts = {"title": "Things break", "root_cause": cause, "group": cast.group}
    problem = open_problem(facts, by=cast.lead, now=moment())
    put_in(problem, known.ticket(), by=cast.agent, now=moment())
    said = {"subject_en": "Mended", "body_en": "They break no more, {name} ({number})."}
    made = draft_announcement(problem, said, by=cast.lead, now=moment())
    send_announcement(made, by=cast.lead, now=moment(), seen=seen_as(made))
    tell_customers()


def _praise(known: Known, cast: Cast) -> None:
    """Somebody by what they said; and it could not be looked at for whom else."""
    said = known.ticket().feedback_links.earliest("received_at").feedback
    pass_on(saying_in(feedback=said.pk), cast.manager, by=cast.lead, now=moment())
    Unrouted.objects.create(feedback=said, since=moment(), last_error=known.word)


def _be_asked(known: Known, cast: Cast) -> None:
    resolve(known.ticket(), by=cast.agent, body=f"{known.word} is settled", now=moment())
    ask_all(moment())
    note_consent(
        known.customer(),
        purpose="marketing",
        granted=False,
        said=f"{known.word} no",
        by=acting(cast.agent),
        now=moment(),
    )
    answer(question_on(known.ticket()), solved=False, score=1, comment=known.word, now=moment())


def _be_looked_for(known: Known, cast: Cast) -> None:
    facts = {"audience": "mine", "group": None, "now": moment()}
    for name, query in ((known.name, "tab=all"), (known.email, urlencode({"q": known.email}))):
        save_view(cast.agent, name=f"About {name}", query=query, **facts)
    *_, last = known.name.split()
    phrase = urlencode({"phrase": " ".join([last, *known.name.split()[:-1]]).upper()})
    save_view(cast.agent, name=f"About {last}", query=phrase, **facts)


def _look_at_their_page(known: Known, cast: Cast) -> None:
    """Where their matter stands: they write there, ask to be called, and get a new link."""
    said, now = f"{known.word} on the page, {known.name}", moment()
    write_from_page(known.ticket(), said, [screenshot(known)], received_at=now, now=now)
    wish = wish_from(None, None, "Asia/Seoul", heard_at=now)
    ask_for_call(known.ticket(), "+82 2 1234 5678", wish, now=now)
    send_link_again(known.ticket(), now=now)
    give_link(known.ticket(), send=False, by=acting(cast.agent), now=now)


def _write_again(known: Known) -> None:
    theirs = f"{known.name} <{known.email}>"
    ours = reply_address(known.ticket().pk)
    # By its thread alone: the address stays a claim, as the rows of the others do.
    first = Letter.objects.filter(to=known.email, reply_to=ours).earliest("pk")
    receive(_with_file(known, "still", In_Reply_To=first.message_id))
    receive(written(f"{known.word} away", From=theirs, To=ours, Auto_Submitted="auto-replied"))
    receive(written("Hello", From="other@third.example", Cc=known.email.upper()))
    beside = side_address(SideThread.objects.get(ticket=known.ticket()).pk)
    receive(written(f"{known.word} is found", From=CARRIER, To=beside))
    receive(written(f"{known.word} forwarded", From=theirs, To=beside))
    receive(f"\x00 no mail, but of {known.email}".encode())
    sent = Letter.objects.filter(to=known.email, state="sent").latest("pk")
    receive(bounce_of(sent.message_id, recipient=known.email, diagnostic=f"550 {known.word}"))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as JSON; bytes are told in hex."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        found = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} AS t")
            found[table] = [json.loads(row[0]) for row in cursor.fetchall()]
    return found


def places_of(mark: str) -> dict[str, int]:
    """In which columns it stands, whether as text or as bytes, and how often."""
    needles = (mark.casefold(), mark.encode().hex(), mark.upper().encode().hex())
    found: dict[str, int] = {}
    for table, rows in everything().items():
        for row in rows:
            for column, value in row.items():
                if any(needle in str(value).casefold() for needle in needles):
                    found[f"{table}.{column}"] = found.get(f"{table}.{column}", 0) + 1
    return found
