"""The table of promises in ARCHITECTURE.md, held against the house."""

import re

from tests.test_house import ROOT, sources

HEADING = "## What keeps each promise"


def rows() -> list[list[str]]:
    section = (ROOT / "ARCHITECTURE.md").read_text().partition(HEADING)[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if not row[0].startswith("**")]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def defined_in(path: str) -> set[str]:
    text = (ROOT / "tests" / path).read_text()
    return set(re.findall(r"^ *(?:def|class) (\w+)", text, re.MULTILINE))


def test_each_promise_has_a_keeper_and_a_test() -> None:
    assert len(rows()) > 40
    assert [row for row in rows() if len(row) != 3 or not row[1] or "::" not in row[2]] == []


def test_every_test_it_names_is_there() -> None:
    named = [name.split("::") for *_, cell in rows() for name in quoted(cell)]
    missing = [(path, *parts) for path, *parts in named if not set(parts) <= defined_in(path)]
    assert missing == []


def test_every_keeper_it_names_is_there() -> None:
    house = "\n".join(path.read_text() for path in sources())
    words = [word for _, cell, _ in rows() for name in quoted(cell) for word in name.split(".")]
    found = set(re.findall(r"\w+", house))
    assert [word for word in words if word.partition("=")[0] not in found] == []
