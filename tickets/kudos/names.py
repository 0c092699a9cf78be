"""Whose name stands in what a customer wrote. Pure.

A person is named by their whole name, or by the first or the last part of it, of two letters at
least; whatever two people could be meant by names nobody. A part alone must be written with a
capital, and be no word that a sentence may begin with: "Will you …" names no Will. Names are looked
up word by word, so that ten thousand characters and two hundred people cost one pass, and no name
is ever a pattern.

In Hangul endings and titles follow without a space: "김민수님이" names 김민수, "김민수산" does not.
Without the family name only "민수님" or "민수 씨" does: 보람, 하나 and 우리 are words as well, and
nobody is called by the bare given name in a letter to a house.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from unicodedata import normalize

SHORTEST = 2
# Written together as one word; digits and underscores do not begin another.
_WORD = re.compile(r"[가-힣]+|[^\W가-힣]+")
_HANGUL = re.compile(r"[가-힣]+")
# What is a name as well, and begins a sentence in what is written to a house.
_BEGINS_A_SENTENCE = re.compile(
    "an|best|bill|do|good|great|he|hope|is|it|long|love|may|no|nice|oh|service|she|so|such|super"
    "|team|thank|thanks|they|to|very|we|well|what|will|wonderful|you|young|your"
)
_TWO_SYLLABLES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방")

_TITLES = (
    "님|씨|매니저|대리|과장|차장|부장|팀장|실장|점장|원장|선생|상담사|상담원|상담|직원|기사|사원|주임"
    "|담당"
)
_CALLED = re.compile(_TITLES)
_ENDS = re.compile(
    rf"$|{_TITLES}|이|가|은|는|을|를|의|에게|께|한테|와|과|랑|도|만|로|으로|처럼|같|덕분|때문|예요|에요|입니다"
)

Word = tuple[str, ...]


@dataclass
class CallBook:
    """Who is meant by which call: by words in a row, and by names in Hangul, whole or given."""

    rows: dict[Word, set[int]] = field(default_factory=dict)
    whole: dict[str, set[int]] = field(default_factory=dict)
    given: dict[str, set[int]] = field(default_factory=dict)

    @cached_property
    def lengths(self) -> list[int]:
        """Of rows, the longest first: who wrote a whole name meant that one."""
        return sorted({len(row) for row in self.rows}, reverse=True)

    @cached_property
    def hangul_lengths(self) -> list[int]:
        return sorted({len(name) for name in (*self.whole, *self.given)}, reverse=True)


def call_book(people: Mapping[int, str]) -> CallBook:
    """`people` are names by number."""
    book = CallBook()
    for number, name in people.items():
        if _is_hangul(name):
            whole = "".join(_plain(name).split())
            _enter(book.whole, [whole] if len(whole) >= SHORTEST else [], number)
            _enter(book.given, _given(whole), number)
        else:
            _enter(book.rows, _rows(name), number)
    return book


def named_in(words: str, book: CallBook, *, own: str = "") -> set[int]:
    """The numbers of those whose name stands in these words. `own` is the name of who wrote them:
    who signs as Eva does not praise Eva."""
    text = normalize("NFC", words)
    signed = set(_rows(own)) if own else set()
    found = _only(_in_rows(_words(text), book, signed))
    hangul = _plain(own).replace(" ", "")
    return found | _only(_in_hangul(text, book, signed={hangul, *_given(hangul)} - {""}))


def _plain(text: str) -> str:
    """One spelling of what looks the same."""
    return normalize("NFC", normalize("NFC", text).casefold())


def _words(text: str) -> Word:
    return tuple(_WORD.findall(text))


def _is_hangul(name: str) -> bool:
    return bool(_HANGUL.fullmatch("".join(_plain(name).split())))


def _rows(name: str) -> Iterator[Word]:
    """The whole name and its first and last part, as words in a row."""
    parts = [row for part in _plain(name).split() if (row := _words(part))]
    if not parts:
        return
    for row in {sum(parts, ()), parts[0], parts[-1]}:
        if len("".join(row)) >= SHORTEST:
            yield row


def _given(whole: str) -> list[str]:
    """Of two syllables, without the family name."""
    family = 2 if len(whole) == 4 and whole.startswith(_TWO_SYLLABLES) else 1
    return [whole[family:]] if len(whole) - family == SHORTEST else []


def _enter(calls: dict[Any, set[int]], names: Iterable[Any], number: int) -> None:
    for name in names:
        calls.setdefault(name, set()).add(number)


def _only(calls: Iterable[set[int]]) -> set[int]:
    return {number for call in calls if len(call) == 1 for number in call}


def _in_rows(words: Word, book: CallBook, signed: set[Word]) -> Iterator[set[int]]:
    plain = tuple(_plain(word) for word in words)
    lengths, at = book.lengths, 0
    while at < len(words):
        rows = (plain[at : at + length] for length in lengths)
        row = next((row for row in rows if row in book.rows), None)
        if row and row not in signed and (len(row) > 1 or _may_be_a_name(words[at])):
            yield book.rows[row]
        at += len(row) if row else 1


def _may_be_a_name(word: str) -> bool:
    """Alone; a script without capitals has none to be written with."""
    return not word[0].islower() and not _BEGINS_A_SENTENCE.fullmatch(_plain(word))


def _in_hangul(text: str, book: CallBook, signed: set[str]) -> Iterator[set[int]]:
    for found in _HANGUL.finditer(text) if book.hangul_lengths else ():
        run, following = found[0], _next_word(text, found.end())
        for start in _starts(run):
            yield from _called(run[start:], following, book, signed)


def _called(run: str, following: str, book: CallBook, signed: set[str]) -> Iterator[set[int]]:
    """By what is written together, from its beginning on."""
    for length in book.hangul_lengths:
        name, rest = run[:length], run[length:]
        if name in signed or len(name) < length:
            continue
        if name in book.whole and _ENDS.match(rest):
            yield book.whole[name]
        elif name in book.given and _CALLED.match(rest or following):
            yield book.given[name]


def _starts(run: str) -> list[int]:
    """Where a name may begin in what is written together: at its beginning, or after a title."""
    title = _CALLED.match(run)
    return [0, title.end()] if title else [0]


def _next_word(text: str, at: int) -> str:
    """What follows after one space, or nothing."""
    found = _HANGUL.match(text, at + 1) if text[at : at + 1] == " " else None
    return found[0] if found else ""
