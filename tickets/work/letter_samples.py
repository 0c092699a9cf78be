"""A letter to nobody, so that an admin sees how it will leave."""

from collections.abc import Mapping

from django.conf import settings

from tickets.work.letter_words import (
    ENGLISH,
    KOREAN,
    QUESTION,
    SIGNATURE,
    SORTS,
    Words,
    composed,
    signed_by,
)

_NUMBER = "T-1042"
_SAID: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        "number": _NUMBER,
        "name": "Jane Miller",
        "team": "Customer care",
        "writer": "Alex Kim",
        "due": "Thursday 3 December 2026, 09:00 (KST)",
        "day": "Thursday 10 December 2026, 09:00 (KST)",
        "position": "We have looked at it three times and stay with our last offer.",
        "message": "Your parcel was lost, and we are sorry.",
        "gesture": "Voucher 20 EUR",
        "until": "Thursday 3 December 2026, 09:00 (KST)",
    },
    KOREAN: {
        "number": _NUMBER,
        "name": "김하나",
        "team": "고객지원팀",
        "writer": "박지우",
        "due": "2026년 12월 3일 목요일 09:00 (KST)",
        "day": "2026년 12월 10일 목요일 09:00 (KST)",
        "position": "세 차례 검토한 결과, 마지막으로 제안드린 내용을 유지하기로 했습니다.",
        "message": "상품이 분실되었습니다. 불편을 드려 죄송합니다.",
        "gesture": "상품권 20,000 KRW",
        "until": "2026년 12월 3일 목요일 09:00 (KST)",
    },
}
_ANSWER = {
    ENGLISH: "Your parcel leaves tomorrow. I am sorry for the wait.",
    KOREAN: "상품은 내일 발송됩니다. 기다리게 해 드려 죄송합니다.",
}
_THREAD = {ENGLISH: "Re: Parcel never arrived", KOREAN: "Re: 택배가 오지 않았어요"}


def sample(kind: str, language: str, words: Words, *, team: str = "") -> Words:
    """The letter in these words, to a customer who does not exist. `words` that are blank are the
    ones that are built in."""
    values = {
        **_SAID[language],
        "link": f"{settings.BASE_URL}/c/1042-1.…",
        "status_link": f"{settings.BASE_URL}/s/…",
    }
    if team:
        values["team"] = team
    if not words.body:
        words = SORTS[kind].built_in[language]
    letter = _letter(kind, language, words, values)
    return Words(f"{letter.subject or _THREAD[language]} [{_NUMBER}]", letter.body)


def _letter(kind: str, language: str, words: Words, values: Mapping[str, str]) -> Words:
    if kind != SIGNATURE:
        before = f"{_ANSWER[language]}\n\n" if kind == QUESTION else ""
        letter = composed(words, values)
        return Words(letter.subject, before + letter.body)
    signature = signed_by(words.body, writer=values["writer"], team=values["team"])
    return composed(Words(body=_ANSWER[language]), {}, signature)
