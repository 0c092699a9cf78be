"""Whatever a room refuses is said on the desk in the language of who reads it …"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from accounts.models import AccessGroup
from cxloop.kernel.errors import Conflict, Fault, Forbidden, Refused, TooMany
from desk.refusals import ERROR, EXACT, FORBIDDEN, OF_FAULTS, said_of_fault, said_of_problem
from tests.cast import Cast
from tests.desk.browsing import browse, text_of
from tests.makers import NOW
from tests.test_house import ROOT
from tickets.rules.actions import write_rule

HANGUL = re.compile("[가-힣]")
CODE = re.compile("[a-z_]+")
ROOMS = ("accounts", "feedback", "tickets", "insights", "desk")
# Where in a call the code of a fault stands; of every other call it is said as `code=`.
PLACE = {"at": 1, "Fault": 1, "_Wrong": 1, "Misfit": 0, "_fault": 0}
# Here faults are tuples: the code, then the sentence.
IN_TUPLES = ("tickets/rules/results.py", "tickets/sla/policies.py")

UNMET = {
    "bad_idempotency_key": "only a post to the API has such a key",
    "idempotency_mismatch": "only a post to the API has such a key",
    "in_progress": "only a post to the API has such a key",
    "bad_map": "files are read by a command",
    "not_csv": "files are read by a command",
    "not_stars": "exports are read by a command or sent by a server",
    "unknown_export": "exports are read by a command or sent by a server",
    "unknown_encoding": "files are read by a command",
    "not_a_list": "a batch is sent by a server",
    "not_an_object": "a batch is sent by a server",
    "not_text": "a batch is sent by a server",
    "ended": "only a customer writes from their page, in words of its own",
    "enough": "only a customer writes from their page, in words of its own",
    "not_offered": "only a customer writes from their page, in words of its own",
    "too_many_parts": "only a customer writes from their page, in words of its own",
    "unnamed_file": "a batch is sent by a server",
    "not_in_a_batch": "a batch is sent by a server",
    "no_key": "only a post to the API has such a key",
    "partial_with_files": "only a post to the API has files beside it",
    "daily_cap": "it limits the keys of sources",
    "files_cap": "it limits the keys of sources",
    "wrong_key": "nobody has a key on the desk",
    "test_key": "nobody has a key on the desk",
    "wrong_proof": "nobody has a key on the desk",
    "origin_not_allowed": "nobody has a key on the desk",
    "not_for_this_key": "nobody has a key on the desk",
    "no_time": "no form sends backdated feedback",
    "no_attachment": "only a provider posts mails to a hook",
    "not_a_string": "only a provider posts mails to a hook",
    "not_headers": "only a provider posts mails to a hook",
    "not_the_provider": "only a provider posts mails to a hook",
    "wrong_hook": "only a provider posts mails to a hook",
    "wrong_action": "only a provider posts mails to a hook",
    "wrong_content_type": "only a provider posts mails to a hook",
    "unknown_provider": "the desk offers those that there are",
    "not_for_mails": "the desk shows mailboxes of sources of mails alone",
    "no_number": "only a program asks for a call without a number",
    "unknown_rule": "only the API rehearses in place of a rule",
    "not_a_service": "on the desk one makes tokens for oneself",
    "not_a_person": "no service signs in",
    "one_of": "a form chooses tickets in one way",
    "unknown_verb": "the desk has a form a verb",
    "admin": "a reason for seeing, which the desk says as a sentence",
    "auditor": "a reason for seeing, which the desk says as a sentence",
    "stranger": "a reason for not seeing, which the desk says as a sentence",
    "no_ticket": "a reason for not seeing, which the desk says as a sentence",
}

# With the words of a form of the desk, which are in the reader's language already.
SAID_BY_FORMS = {"invalid"}


def calls(*rooms: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")):
        if not {"migrations", "management"} & set(path.parts):
            yield from ((path, node) for node in ast.walk(ast.parse(path.read_text())))


def said_as_code(path: Path, node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")
        yield from node.args[PLACE[name] : PLACE[name] + 1] if name in PLACE else []
    if isinstance(node, ast.Tuple) and str(path.relative_to(ROOT)) in IN_TUPLES:
        *_, said, sentence = [None, None, *node.elts]
        whole = isinstance(sentence, ast.Constant) and " " in str(sentence.value)
        if isinstance(said, ast.Constant) and (whole or isinstance(sentence, ast.JoinedStr)):
            yield said


def codes() -> dict[str, Path]:
    found = {}
    for path, node in calls(*ROOMS):
        for said in said_as_code(path, node):
            for part in ast.walk(said):
                if isinstance(part, ast.Constant) and CODE.fullmatch(str(part.value)):
                    found[str(part.value)] = path
    return found


def forbidden() -> set[str]:
    sentences = set()
    for _, node in calls(*ROOMS, "cxloop/kernel"):
        if not isinstance(node, ast.Call) or not node.args or node.keywords:
            continue
        if "Forbidden" in {getattr(node.func, "id", ""), getattr(node.func, "attr", "")}:
            sentences.add(getattr(node.args[0], "value", "not a constant"))
    return sentences


def test_each_code_that_the_desk_can_meet_has_words() -> None:
    found = codes()
    known = {*ERROR, *OF_FAULTS, *UNMET, *SAID_BY_FORMS}
    assert len(found) > 90
    assert {code: path for code, path in found.items() if code not in known} == {}


def test_what_is_said_to_be_unmet_is_raised_and_has_no_words() -> None:
    assert UNMET.keys() - codes().keys() == set()
    assert (UNMET.keys() | SAID_BY_FORMS) & ERROR.keys() == set()


def test_each_sentence_that_forbids_has_words() -> None:
    assert forbidden() == FORBIDDEN.keys()


def test_what_is_said_exactly_has_words_too() -> None:
    assert ERROR.keys() >= EXACT


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Only an admin may do this."),
        Refused.at("/status", "unknown_value", "Known here are new, open."),
        Conflict("An archived rule cannot be changed.", code="archived"),
    ],
)
def test_a_page_of_its_own_says_it_in_korean(error: Conflict) -> None:
    with translation.override("ko"):
        assert HANGUL.search(said_of_problem(error))


def test_what_the_room_says_more_exactly_is_said_behind() -> None:
    fault = Fault("/rungs", "unknown_choice", "One of: lead, manager.")
    assert said_of_fault(fault) == "This is none of the choices. (One of: lead, manager.)"


def test_too_many_of_something_is_not_too_many_attempts() -> None:
    assert said_of_fault(Fault("/add", "too_many", "At most 50 tags.")).startswith("These are")
    assert said_of_problem(TooMany(retry_after=5)).startswith("Too many attempts")


@pytest.mark.django_db
def test_what_stands_in_the_way_is_named_in_korean(cast: Cast) -> None:
    cast.admin.language = "ko"
    cast.admin.save()
    then = {"ticket": True, "group": AccessGroup.objects.get(slug="care").slug}
    raw = {"name": "늦은 배송", "when": {"always": True}, "then": then}
    write_rule(raw, known_policies={"standard"}, by=None, now=NOW)
    page = browse(cast.admin).post("/admin/groups/care/archive")
    assert page.status_code == 409
    assert "늦은 배송에서 쓰고 있어 보관할 수 없습니다." in text_of(page)
