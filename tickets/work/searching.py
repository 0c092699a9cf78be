"""What a search finds: whole words, and for scripts without spaces pairs of letters. Pure.

Korean glues particles to words and Chinese and Japanese write no spaces, so neither whole words nor
trigrams find a two-syllable word; overlapping pairs do.
"""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[\w@.+-]+")
_PAIRED = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+"
)
LONGEST_WORD = 60
MOST_WORDS = 3000


def words_of(text: str) -> list[str]:
    """The searchable tokens of a text, lower-cased and in normal form, each once."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found: dict[str, None] = {}
    for word in _WORD.findall(plain):
        found.update(dict.fromkeys(_tokens(word.strip(".+-"))))
        if len(found) >= MOST_WORDS:
            break
    return list(found)[:MOST_WORDS]


def _tokens(word: str) -> Iterable[str]:
    if word:
        yield word[:LONGEST_WORD]
    for run in _PAIRED.findall(word):
        yield from (run[i : i + 2] for i in range(len(run) - 1))


def vector_literal(words: Iterable[str]) -> str:
    """The words as a tsvector literal, quoted, without positions."""
    return " ".join(_quoted(word) for word in words)


def query_literal(text: str) -> str:
    """A tsquery that wants every word of the text; a Korean word by all its pairs."""
    wanted: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold())[:20]:
        wanted.extend(_wanted(word.strip(".+-")))
    return " & ".join(wanted)


def _wanted(word: str) -> list[str]:
    pairs = [run[i : i + 2] for run in _PAIRED.findall(word) for i in range(len(run) - 1)]
    if pairs:
        return [_quoted(pair) for pair in dict.fromkeys(pairs)]
    return [f"{_quoted(word[:LONGEST_WORD])}:*"] if word else []


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
