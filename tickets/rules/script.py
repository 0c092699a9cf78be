"""Which script a text is written in, and the language where the script alone decides it."""

import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import islice

# The first word of a character's Unicode name, and the script it stands for.
_BY_NAME = {
    "LATIN": "Latin",
    "HANGUL": "Hangul",
    "CJK": "Han",
    "HIRAGANA": "Kana",
    "KATAKANA": "Kana",
    "KATAKANA-HIRAGANA": "Kana",
    "CYRILLIC": "Cyrillic",
    "ARABIC": "Arabic",
    "GREEK": "Greek",
    "HEBREW": "Hebrew",
    "ARMENIAN": "Armenian",
    "GEORGIAN": "Georgian",
    "DEVANAGARI": "Devanagari",
    "BENGALI": "Bengali",
    "TAMIL": "Tamil",
    "THAI": "Thai",
    "LAO": "Lao",
    "KHMER": "Khmer",
    "MYANMAR": "Myanmar",
}
OTHER = "Other"
SCRIPTS = (*dict.fromkeys(_BY_NAME.values()), OTHER)

# Latin, Cyrillic, Arabic and Devanagari are shared by many languages: they decide nothing.
_LANGUAGE = {
    "Hangul": "ko",
    "Kana": "ja",
    "Han": "zh",
    "Greek": "el",
    "Hebrew": "he",
    "Armenian": "hy",
    "Georgian": "ka",
    "Bengali": "bn",
    "Tamil": "ta",
    "Thai": "th",
    "Lao": "lo",
    "Khmer": "km",
    "Myanmar": "my",
}
# A thousand letters tell the script as well as ten thousand.
_ENOUGH_LETTERS = 1000


@lru_cache(maxsize=8192)
def script_of(letter: str) -> str:
    first, *rest = unicodedata.name(letter, "?").split()
    if first in {"FULLWIDTH", "HALFWIDTH"} and rest:
        first = rest[0]
    return _BY_NAME.get(first, OTHER)


def dominant_script(text: str) -> str | None:
    """The script most letters belong to; None for a text without letters.

    Japanese mixes Kana and Han: where Kana is at least a fifth of the two, both count as Kana.
    """
    letters = islice(filter(str.isalpha, text), _ENOUGH_LETTERS)
    counts = Counter(map(script_of, letters))
    if not counts:
        return None
    if counts["Kana"] * 4 >= counts["Han"] > 0:
        counts["Kana"] += counts.pop("Han")
    return counts.most_common(1)[0][0]


def language_of(locale: str, script: str | None) -> str | None:
    """The language code of a locale such as `ko-KR`, else what the script decides, else None."""
    code = locale.replace("_", "-").split("-")[0].lower()
    if 2 <= len(code) <= 3 and code.isascii() and code.isalpha():
        return code
    return _LANGUAGE.get(script or "")
