"""The desk speaks Korean as completely as English."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "desk"
BOOK = DESK / "locale/ko/LC_MESSAGES"

HANGUL = re.compile("[가-힣]")
SAME_IN_BOTH = {"NPS", "CSAT", "PDF"}
CONTEXT = "\x04"  # between a context and its words, as .mo files have it
CALLS = {"_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0}
CALLS |= {"pgettext": 1, "pgettext_lazy": 1}
# As Django writes a template for its own search: gettext(u'words'), pgettext(u'context', u'words').
IN_TEMPLATE = re.compile(
    r"""\b([pn]?)(?:gettext|_)\(u?("|')(.*?)\2(?:, u?("|')(.*?)\4)?(?:, ?\w+)?\)"""
)


def read_po(path: Path) -> dict[str, str]:
    """By context and words what is said instead; long ones go on over lines."""
    joined = path.read_text().replace('"\n"', "")
    found = {}
    for block in joined.split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        entry = {
            word: ast.literal_eval(said) for word, _, said in (x.partition(" ") for x in lines)
        }
        context = [entry["msgctxt"]] if "msgctxt" in entry else []
        key = CONTEXT.join([*context, entry["msgid"]])
        found[key] = entry.get("msgstr") or entry.get("msgstr[0]") or ""
    return found


@pytest.fixture(scope="module")
def book() -> dict[str, str]:
    found = read_po(BOOK / "django.po")
    found.pop("")
    return found


def said_in_python() -> Iterator[str]:
    for path in DESK.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                where = CALLS.get(node.func.id)
                words = node.args[: where + 1] if where is not None else []
                if words and all(isinstance(word, ast.Constant) for word in words):
                    yield CONTEXT.join(str(word.value) for word in words)  # type: ignore[attr-defined]


def said_in_templates() -> Iterator[str]:
    for path in DESK.rglob("*.html"):
        for call in IN_TEMPLATE.finditer(templatize(path.read_text())):
            words = [(call[2], call[3]), (call[4], call[5])][: 2 if call[1] == "p" else 1]
            yield CONTEXT.join(ast.literal_eval(mark + said + mark) for mark, said in words)


def test_everything_that_is_said_has_its_words(book: dict[str, str]) -> None:
    said = {*said_in_python(), *said_in_templates()}
    assert len(said) > 500
    assert said - book.keys() == set()


def test_no_words_are_kept_that_nobody_says(book: dict[str, str]) -> None:
    assert book.keys() - {*said_in_python(), *said_in_templates()} == set()


def test_every_word_is_korean(book: dict[str, str]) -> None:
    plain = [words for words, instead in book.items() if not HANGUL.search(instead)]
    assert set(plain) == SAME_IN_BOTH


def test_what_is_filled_in_is_the_same(book: dict[str, str]) -> None:
    slot = re.compile(r"%\(\w+\)[sd]")
    wrong = [w for w, i in book.items() if sorted(slot.findall(w)) != sorted(slot.findall(i))]
    assert wrong == []


def test_the_compiled_book_says_what_the_written_one_says(book: dict[str, str]) -> None:
    with (BOOK / "django.mo").open("rb") as compiled:
        catalog = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    spoken = {key[0] if isinstance(key, tuple) else key: said for key, said in catalog.items()}
    spoken.pop("")
    assert spoken == book
