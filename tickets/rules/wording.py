"""How words are found in what people write, whatever the script.

Case never matters, and neither does how accents are encoded. In scripts that put spaces between
words, a word matches whole words only: "late" is not in "chocolate". Korean attaches particles to
its nouns and Japanese, Chinese, Thai and their neighbours write without spaces; there a word
matches wherever its characters stand: "환불" is in "환불을".
"""

import re
import unicodedata

from tickets.rules.script import script_of

_TOKEN = re.compile(r"\w+")
_WITHOUT_BOUNDARIES = {"Hangul", "Han", "Kana", "Thai", "Lao", "Khmer", "Myanmar"}


def composed(text: str) -> str:
    """The text with accents and Korean syllables encoded one way: macOS takes them apart."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The text without differences of case and of encoding: what comparisons see."""
    return composed(composed(text).casefold())


def spaced(text: str) -> str:
    """The words of a text in a row, a space before and after each: where needles are sought."""
    return f" {' '.join(_TOKEN.findall(fold(text)))} "


def needle(word: str) -> str:
    """What to seek in a spaced text for a word or phrase; "" where it holds no letter or digit."""
    found = spaced(word).strip()
    return f"{_edge(found[0])}{found}{_edge(found[-1])}" if found else ""


def _edge(character: str) -> str:
    return "" if script_of(character) in _WITHOUT_BOUNDARIES else " "
