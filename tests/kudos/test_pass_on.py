"""pass_on …"""

from datetime import timedelta

import pytest

from cxloop.kernel.errors import Conflict, Refused
from tests.cast import Cast
from tests.kudos.making import find, happy_answer, member, praise, praised, source_of
from tests.makers import NOW, make_held, make_member, make_person
from tickets.kudos.actions.hand import pass_on, see_kudos, withdraw
from tickets.kudos.door import saying_in
from tickets.kudos.models import Kudos

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_it_is_for_who_is_thanked_whatever_the_score(cast: Cast) -> None:
    said = praise(source_of(cast.group), "The tall one helped me", nps=None)
    row = pass_on(saying_in(feedback=said.pk), cast.agent, by=cast.lead, now=LATER)
    told = (row.feedback, row.person, row.group, row.why, row.by, row.at, row.found_at)
    assert told == (said, cast.agent, cast.group, "hand", cast.lead, NOW, LATER)
    find()
    assert praised() == [("Agent", "hand")]


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    said = praise(source_of(cast.group), "The tall one helped me")
    for by in (cast.lead, cast.manager):
        pass_on(saying_in(feedback=said.pk), cast.agent, by=by, now=NOW)
    assert Kudos.objects.get().by == cast.lead


def test_what_was_the_groups_is_theirs_now(cast: Cast) -> None:
    said = praise(source_of(cast.group, cast.other_group), "The tall one helped me")
    find()
    pass_on(saying_in(feedback=said.pk), cast.agent, by=cast.lead, now=LATER)
    assert praised() == [("Agent", "hand")]
    for of_group in Kudos.objects.filter(person=None):
        assert (of_group.withdrawn_at, of_group.withdrawn_by) == (LATER, cast.lead)


def test_it_is_no_groups_whether_it_is_passed_on_or_found_first(cast: Cast) -> None:
    said = praise(source_of(cast.group, cast.other_group), "The tall one helped me")
    pass_on(saying_in(feedback=said.pk), cast.agent, by=cast.lead, now=NOW)
    find()
    assert praised() == [("Agent", "hand")]


def test_what_was_said_long_ago_is_news_to_whom_it_is_passed_on(cast: Cast) -> None:
    eva, source = member(cast.group, "Eva Müller"), source_of(cast.group)
    old = praise(source, "The tall one helped me", at=NOW - timedelta(days=8))
    imported = praise(source, "Thank you Eva", quiet=True)
    find()
    assert not Kudos.objects.unseen_by(eva).exists()
    withdraw(Kudos.objects.get(person=eva), by=cast.lead, now=LATER)
    for said in (old, imported):
        pass_on(saying_in(feedback=said.pk), eva, by=cast.lead, now=LATER)
    assert Kudos.objects.unseen_by(eva).count() == 2


def test_it_gives_again_what_was_taken_away(cast: Cast) -> None:
    member(cast.group, "Eva Müller")
    said = praise(source_of(cast.group), "Thank you Eva")
    find(NOW)
    row = Kudos.objects.get()
    see_kudos(row.person, now=NOW)
    withdraw(row, by=cast.lead, now=NOW)
    with pytest.raises(Conflict, match="already"):
        withdraw(row, by=cast.lead, now=NOW)
    pass_on(saying_in(feedback=said.pk), row.person, by=cast.manager, now=LATER)
    again = Kudos.objects.get()
    assert (again.why, again.by, again.found_at) == ("hand", cast.manager, LATER)
    assert (again.withdrawn_at, again.withdrawn_by, again.seen_at) == (None, None, None)


def test_no_service_says_whom_it_praises(cast: Cast) -> None:
    """Its token may lie in the hands of who would be praised."""
    robot = make_member(cast.group, "agent", make_person("Robot", kind="service"))
    said = praise(source_of(cast.group), "The tall one helped me")
    with pytest.raises(Conflict, match="Only a person"):
        pass_on(saying_in(feedback=said.pk), cast.agent, by=robot, now=LATER)
    assert not Kudos.objects.exists()


def test_an_answer_can_be_passed_on_too(cast: Cast) -> None:
    said = happy_answer(cast)
    pass_on(saying_in(answer=said.pk), cast.manager, by=cast.agent, now=said.at)
    find(said.at)
    assert praised() == [("Manager", "hand"), ("Agent", "reached")]


@pytest.mark.parametrize("who", ["outsider", "lead", "service", "left"])
def test_nobody_praises_themselves_a_service_or_who_cannot_read_it(cast: Cast, who: str) -> None:
    people = {
        "outsider": cast.outsider,
        "lead": cast.lead,
        "service": make_member(cast.group, "agent", make_person(kind="service")),
        "left": make_member(cast.group, "agent", make_person(is_active=False)),
    }
    for saying in (
        saying_in(feedback=praise(source_of(cast.group), "Thanks").pk),
        saying_in(answer=happy_answer(cast).pk),
    ):
        with pytest.raises(Refused) as refused:
            pass_on(saying, people[who], by=cast.lead, now=NOW)
        (fault,) = refused.value.faults
        code = "yourself" if who == "lead" else "cannot_see"
        assert (fault.pointer, fault.code) == ("/person", code)
    assert not Kudos.objects.exists()


def test_there_must_be_words_that_a_customer_said_to_a_group(cast: Cast) -> None:
    held = make_held(source_of(cast.group), comment="Thanks").feedback
    sayings = {
        "no_words": praise(source_of(cast.group), " "),
        "no_group": praise(source_of(), "Thanks"),
        "held": held,
    }
    for code, said in sayings.items():
        with pytest.raises(Conflict) as refused:
            pass_on(saying_in(feedback=said.pk), cast.agent, by=cast.admin, now=NOW)
        assert refused.value.code == code


def test_news_is_what_was_not_read_and_may_be_seen(cast: Cast) -> None:
    eva = member(cast.group, "Eva Müller")
    source = source_of(cast.group)
    praise(source, "Thank you Eva")
    praise(source, "Eva helped years ago", quiet=True)
    praise(source, "Thank you all")
    find(NOW)
    assert Kudos.objects.unseen_by(eva).count() == 1
    assert Kudos.objects.unseen_by(cast.agent).count() == 0
    eva.memberships.all().delete()
    assert Kudos.objects.unseen_by(eva).count() == 0
    assert see_kudos(eva, now=NOW) == 0
    make_member(cast.group, "viewer", eva)
    assert see_kudos(eva, now=LATER) == 1
    assert Kudos.objects.unseen_by(eva).count() == 0
