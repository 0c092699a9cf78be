"""What a room says in the detail of a refusal is said in the language of who reads it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from cxloop.kernel.errors import Fault
from desk.details import in_our_words
from desk.refusals import EXACT, OF_FAULTS, said_of_fault

ROOMS = [Path(name) for name in ("accounts", "cxloop", "feedback", "tickets", "insights", "desk")]

# What only programs are told, by rooms of REST; or examples for who writes JSON by hand.
FOR_PROGRAMS = {
    "submission.py",
    "batch.py",
    "bodies.py",
    "errors.py",
    "shapes.py",
    "api.py",
    "report_api.py",
}
IN_JSON = ("{", '"always"', "slug of a")


def details() -> Iterator[str]:
    codes = EXACT | OF_FAULTS.keys()
    for path in sorted(path for room in ROOMS for path in room.rglob("*.py")):
        if "migrations" in path.parts or path.name in FOR_PROGRAMS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            yield from (said for code, said in pairs(node) if code in codes)


def pairs(node: ast.AST) -> Iterator[tuple[object, str]]:
    """A code with the sentence that is written behind it."""
    parts = getattr(node, "args", None) if isinstance(node, ast.Call) else None
    parts = node.elts if isinstance(node, ast.Tuple) else parts
    for code, detail in zip(parts or [], (parts or [])[1:], strict=False):
        said = sentence(detail)
        if isinstance(code, ast.Constant) and said and " " in said:
            yield code.value, said


def sentence(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(sentence(part) or "X" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


SAID = sorted({said for said in details() if not any(mark in said for mark in IN_JSON)})


def test_there_are_details_to_look_at() -> None:
    assert len(SAID) > 40


@pytest.mark.parametrize("detail", SAID)
def test_a_detail_is_said_in_korean(detail: str) -> None:
    with translation.override("ko"):
        assert in_our_words(detail) != detail


def test_what_is_put_in_stays() -> None:
    fault = Fault("/rungs/0", "unknown_choice", "One of: follow_up, resolve.")
    with translation.override("ko"):
        assert "follow_up, resolve" in said_of_fault(fault)


def test_unknown_and_endless_details_stay_as_they_are() -> None:
    for detail in ("Nobody has ever said this.", "a. Known here are " + "a. Known here are " * 99):
        with translation.override("ko"):
            assert in_our_words(detail) == detail
