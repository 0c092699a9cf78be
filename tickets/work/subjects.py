"""What a letter in a thread is called: as the customer's mail was, once "Re:", and our number.
Pure.

Mail programs gather by the subject too, so it must stay the same however often it was answered.
"""

import re

from feedback.email.marks import mark_of

LONGEST_OF_THEIRS = 200

# How programs mark an answer in their languages. What also begins a sentence is left alone.
_ANSWER = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|vá|odp|ynt|yan|rif|res|r|rv|atb|bls|απ|σχετ|отв|ответ|відп"
    r"|回复|回覆|回復|答复|答覆|返信|답장|답변|회신|رد|ตอบ|ตอบกลับ|השב|תשובה)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|[\^*]\d{1,3})?\s*[:：]",
    re.IGNORECASE,
)


def in_answer_to(subject: str, ref: str) -> str:
    """Blank where nothing is left of it."""
    bare = " ".join(subject.replace(mark_of(ref), " ").split())
    while found := _ANSWER.match(bare):
        bare = bare[found.end() :].strip()
    if len(bare) > LONGEST_OF_THEIRS:
        bare = bare[: LONGEST_OF_THEIRS - 1].rstrip() + "…"
    return f"Re: {bare} {mark_of(ref)}" if bare else ""
