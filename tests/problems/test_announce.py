"""An announcement is drafted, foreseen, confirmed …"""

import pytest

from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.models import Customer
from tests.cast import Cast
from tests.makers import NOW, make_customer
from tests.problems.announcing import confirmed, draft, letters, send, sweep_all, told_problem
from tests.problems.making import put, ticket_at
from tickets.problems.actions.announce import change_draft, send_announcement, stop_announcement
from tickets.problems.announcing import foresee, seen_as
from tickets.problems.models import Announcement, Told
from tickets.work.models import TicketShare

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "facts, pointer, code",
    [
        ({"body_en": "Dear {nobody}"}, "/body_en", "unknown_variable"),
        ({"body_en": "Dear {name"}, "/body_en", "stray_brace"),
        ({"subject_ko": ""}, "/subject_ko", "required"),
        ({"body_ko": ""}, "/body_ko", "required"),
        ({"body_en": " \n\t"}, "/body_en", "required"),
        ({"body_en": "x" * 5001}, "/body_en", "too_long"),
        ({"per_minute": 0}, "/per_minute", "out_of_range"),
        ({"per_minute": 601}, "/per_minute", "out_of_range"),
        (dict.fromkeys(("subject_en", "body_en", "subject_ko", "body_ko"), ""), "/body_en", ""),
    ],
)
def test_words_that_cannot_leave_are_refused(
    cast: Cast, facts: dict, pointer: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        draft(cast, told_problem(cast, 1), **facts)
    fault = refused.value.faults[0]
    assert (fault.pointer, fault.code) == (pointer, code or "required")
    assert not Announcement.objects.exists()


def test_nothing_is_written_before_it_is_confirmed(cast: Cast) -> None:
    draft(cast, told_problem(cast, 2))
    sweep_all()
    assert not letters()
    assert not Told.objects.exists()


def test_a_preview_says_who_is_written_to_and_who_is_not(cast: Cast) -> None:
    problem = told_problem(cast, 2)
    people = [
        make_customer("kim@example.com", locale="ko"),
        make_customer("no@example.com", do_not_contact=True, do_not_contact_since=NOW),
        _without_address(),
        make_customer("EVE0@example.com", identity="email:twice"),
    ]
    for person in people:
        put(problem, ticket_at(cast, NOW, customer=person), by=cast.agent)
    shared = ticket_at(cast, NOW, group=cast.other_group)
    TicketShare.objects.create(ticket=shared, group=cast.group)
    put(problem, shared, by=cast.outsider)
    hidden = ticket_at(cast, NOW, group=cast.other_group)
    put(problem, hidden, by=cast.outsider)
    found = foresee(problem, cast.lead)
    assert found.languages == {"en": 2, "ko": 1}
    assert found.left_out == {
        "no_address": 1,
        "do_not_contact": 1,
        "not_yours": 1,
        "already_told": 1,
    }


def _without_address() -> Customer:
    found = make_customer()
    found.email, found.phone = "", "+4911"
    found.save()
    return found


def test_who_was_joined_is_one_person(cast: Cast) -> None:
    problem = told_problem(cast, 0)
    eve = make_customer()
    claim = make_customer(trusted=False, joined_to=eve)
    for person in (eve, claim, eve):
        put(problem, ticket_at(cast, NOW, customer=person), by=cast.agent)
    (one,) = foresee(problem, cast.lead).people
    assert (one.customer, one.why) == (eve, "")


def test_every_language_that_somebody_reads_has_words(cast: Cast) -> None:
    problem = told_problem(cast, 1)
    put(problem, ticket_at(cast, NOW, customer=make_customer(locale="ko")), by=cast.agent)
    made = draft(cast, problem, subject_ko="", body_ko="")
    with pytest.raises(Refused) as refused:
        send(made, by=cast.lead)
    assert [fault.pointer for fault in refused.value.faults] == ["/body_ko"]
    assert Announcement.objects.get().state == "draft"


def test_to_nobody_nothing_is_sent(cast: Cast) -> None:
    made = draft(cast, told_problem(cast, 0))
    with pytest.raises(Conflict) as conflict:
        send(made, by=cast.lead)
    assert conflict.value.code == "nobody_to_tell"


def test_it_is_confirmed_once_and_says_what_it_said(cast: Cast) -> None:
    made = confirmed(cast, told_problem(cast, 1))
    for act in (
        lambda: send(made, by=cast.lead),
        lambda: change_draft(made, {"body_en": "Something else"}),
    ):
        with pytest.raises(Conflict) as conflict:
            act()
        assert conflict.value.code == "illegal_move"


def test_nothing_is_sent_but_what_was_looked_at(cast: Cast) -> None:
    made = draft(cast, told_problem(cast, 1))
    seen = seen_as(made)
    change_draft(made, {"body_en": "Something that nobody has read"})
    with pytest.raises(Conflict) as conflict:
        send_announcement(made, by=cast.lead, now=NOW, seen=seen)
    assert conflict.value.code == "changed"
    send_announcement(made, by=cast.lead, now=NOW, seen=seen_as(made))
    assert made.state == "sending"


def test_only_what_is_being_sent_is_stopped(cast: Cast) -> None:
    made = draft(cast, told_problem(cast, 1))
    with pytest.raises(Conflict):
        stop_announcement(made, by=cast.lead, now=NOW)
