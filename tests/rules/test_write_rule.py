import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from cxloop.kernel.errors import Conflict, Refused
from tests.makers import NOW, make_group
from tests.rules.making import NO_TICKET, POLICIES, TICKET, save_rule
from tests.rules.saying import leaf
from tickets.rules.actions import archive_rule, reorder_rules, revise_rule, write_rule
from tickets.rules.defaults import default_rules
from tickets.rules.loading import current_rules
from tickets.rules.models import Rule, RuleVersion

pytestmark = pytest.mark.django_db

NEGATIVE = leaf("score.class", "eq", "negative")
EVERYTHING = {"always": True}


def refused(raw):
    with pytest.raises(Refused) as error:
        write_rule(raw, known_policies=POLICIES, by=None, now=NOW)
    return {(fault.pointer, fault.code) for fault in error.value.faults}


def revise(version, **changes):
    return revise_rule(version.rule, changes, known_policies=POLICIES, by=None, now=NOW)


def test_it_keeps_what_was_written_as_version_one():
    make_group("delivery")
    row = save_rule(NEGATIVE, then=TICKET, name=" Unhappy ", order=7)
    assert (row.version, row.name, row.order, row.when) == (1, "Unhappy", 7, NEGATIVE)
    assert row.then["group"] == "delivery"
    assert (row.rule.version, row.rule.order, row.rule.name) == (1, 7, "Unhappy")


def test_it_stands_at_the_end_where_it_names_no_order():
    assert [save_rule(EVERYTHING).order for _ in range(3)] == [10, 20, 30]


def test_it_refuses_with_every_fault_at_once_and_saves_nothing():
    raw = {"name": "", "order": -1, "when": leaf("x", "eq", 1), "then": {"ticket": True}, "why": 1}
    assert refused(raw) == {
        ("/name", "wrong_type"),
        ("/order", "wrong_type"),
        ("/when/fact", "unknown_fact"),
        ("/then/group", "required"),
        ("/why", "unknown_key"),
    }
    assert not Rule.objects.exists()


@pytest.mark.parametrize("raw", [None, [], "rule", 5])
def test_it_refuses_what_is_no_object(raw):
    assert refused(raw) == {("", "wrong_type")}


def test_it_refuses_a_group_that_is_archived_or_was_never_there():
    make_group("delivery")
    group = make_group("closed")
    group.archived_at = NOW
    group.save()
    for slug in ("closed", "never"):
        raw = {"name": "x", "when": EVERYTHING, "then": TICKET | {"group": slug}}
        assert refused(raw) == {("/then/group", "unknown_group")}


def test_it_refuses_a_policy_nobody_knows():
    make_group("delivery")
    raw = {"name": "x", "when": EVERYTHING, "then": TICKET | {"policy": "gold"}}
    assert refused(raw) == {("/then/policy", "unknown_policy")}


def test_revising_writes_the_next_version_and_keeps_the_first():
    first = save_rule(EVERYTHING, name="First")
    second = revise(first, name="Second", when=NEGATIVE)
    assert (second.version, second.name, second.order) == (2, "Second", first.order)
    kept = RuleVersion.objects.get(rule=first.rule, version=1)
    assert (kept.name, kept.when) == ("First", EVERYTHING)


def test_revising_to_the_same_writes_nothing():
    first = save_rule(EVERYTHING)
    assert revise(first, name="A rule", then=NO_TICKET) == first
    assert RuleVersion.objects.count() == 1


def test_revising_true_to_one_is_a_change():
    first = save_rule(leaf("context.a", "eq", True))
    assert revise(first, when=leaf("context.a", "eq", 1)).version == 2


def test_revising_an_archived_rule_is_a_conflict():
    first = save_rule(EVERYTHING)
    archive_rule(first.rule, by=None, now=NOW)
    with pytest.raises(Conflict):
        revise(first, name="Again")


def test_archiving_takes_it_out_of_the_list_once():
    first = save_rule(EVERYTHING)
    assert archive_rule(first.rule, by=None, now=NOW).archived
    archive_rule(first.rule, by=None, now=NOW)
    assert RuleVersion.objects.filter(rule=first.rule).count() == 2
    assert current_rules().rules == ()


def test_reordering_asks_them_in_the_new_order():
    first, second, third = (save_rule(EVERYTHING) for _ in range(3))
    reorder_rules([third.rule_id, first.rule_id, second.rule_id], by=None, now=NOW)
    names = [rule.id for rule in current_rules().rules]
    assert names == [third.rule_id, first.rule_id, second.rule_id]


def test_reordering_writes_versions_only_for_what_moved():
    first, second, third = (save_rule(EVERYTHING) for _ in range(3))
    reorder_rules([first.rule_id, third.rule_id, second.rule_id], by=None, now=NOW)
    assert RuleVersion.objects.filter(rule=first.rule).count() == 1
    assert RuleVersion.objects.filter(rule=third.rule).count() == 2


@pytest.mark.parametrize("wrong", [[], [1, 1], [10**9]])
def test_reordering_refuses_any_other_list(wrong):
    save_rule(EVERYTHING)
    with pytest.raises(Refused):
        reorder_rules(wrong, by=None, now=NOW)


def test_the_list_is_read_anew_after_every_change_and_only_then(django_assert_num_queries):
    first = save_rule(EVERYTHING, name="First")
    assert [rule.name for rule in current_rules().rules] == ["First"]
    with django_assert_num_queries(1):
        current_rules()
    revise(first, name="Second")
    assert [rule.name for rule in current_rules().rules] == ["Second"]


def test_writers_wait_for_each_other_and_readers_for_nobody():
    """Else versions could commit out of order, and a stale list be taken for the newest."""
    save_rule(EVERYTHING)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SET lock_timeout = '200ms'")
        other.execute("SELECT count(*) FROM rules_rule")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("LOCK TABLE rules_rule IN ROW EXCLUSIVE MODE")


def test_a_change_that_was_rolled_back_is_forgotten():
    with transaction.atomic():
        save_rule(EVERYTHING)
        assert len(current_rules().rules) == 1
        transaction.set_rollback(True)
    assert current_rules().rules == ()


@pytest.mark.parametrize(
    "sql", ["UPDATE rules_ruleversion SET name = 'x'", "DELETE FROM rules_ruleversion"]
)
def test_a_version_can_neither_be_changed_nor_removed(sql):
    save_rule(EVERYTHING)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_rules_of_a_new_installation_can_be_written():
    make_group("delivery")
    for raw in default_rules(group="delivery", policy="standard"):
        write_rule(raw, known_policies=POLICIES, by=None, now=NOW)
    assert [rule.then.ticket for rule in current_rules().rules] == [True, False, False]
