"""What was answered to a form, as a feedback. Pure.

The first score is the feedback's own, further ones stand beside it by their keys; the first words
are its comment, all else its answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.intake.call_backs import WISH, is_number
from feedback.web.forms import LONGEST_ANSWER, FormDocument, Question, is_asked
from feedback.web.windows import read_window

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Contact:
    """`wanted`: they ask for an answer. `phone`: they ask to be called, at the time `call_at`, in
    the zone in which it was offered, or at any."""

    email: str = ""
    wanted: bool = False
    phone: str = ""
    call_at: str = ""
    zone: str = ""


@dataclass(frozen=True)
class Answered:
    """`body` is a feedback as it is posted; `faults` by the key of the question: its code."""

    body: dict[str, Any]
    faults: dict[str, str] = field(default_factory=dict)


def answered(form: FormDocument, given: Given, contact: Contact, *, language: str) -> Answered:
    """Of a question that was not asked nothing is taken: what led to it was changed since."""
    taken = _Taken({"answers": {}, "scores": []}, {})
    for question in form.questions:
        if not is_asked(question, given, form):
            continue
        if question.kind == "contact":
            taken.contact(question, contact, language)
        elif question.kind == "callback":
            taken.call(question, contact, language)
        else:
            taken.answer(question, [one for one in given.get(question.key, ()) if one.strip()])
    return Answered({name: said for name, said in taken.body.items() if said}, taken.faults)


@dataclass(frozen=True)
class _Taken:
    body: dict[str, Any]
    faults: dict[str, str]

    def answer(self, question: Question, values: Sequence[str]) -> None:
        if fault := _fault_of(question, values):
            self.faults[question.key] = fault
        elif values and question.is_score:
            self._score(question, values[0])
        elif values and question.kind == "text" and "comment" not in self.body:
            self.body["comment"] = values[0]
        elif values:
            self.body["answers"][question.key] = list(values) if question.several else values[0]

    def _score(self, question: Question, value: str) -> None:
        score = {"type": question.kind, "value": value if question.kind == "gcr" else int(value)}
        if "score" in self.body:
            self.body["scores"].append({"key": question.key, **score})
        else:
            self.body["score"] = score

    def contact(self, question: Question, contact: Contact, language: str) -> None:
        if (contact.wanted or question.required) and not contact.email:
            self.faults[question.key] = "email"
            return
        if contact.wanted:
            self.body["answers"]["contact_me"] = True
        if contact.email:
            self._known(email=contact.email, locale=language)

    def call(self, question: Question, contact: Contact, language: str) -> None:
        if not contact.phone and not contact.call_at and not question.required:
            return
        window = read_window(contact.call_at)
        if not is_number(contact.phone) or (contact.call_at and window is None):
            self.faults[question.key] = "not_a_choice" if is_number(contact.phone) else "phone"
            return
        times = {"after": window.after, "before": window.before} if window else {}
        wish = {name: at.isoformat() for name, at in times.items()}
        self.body["answers"][WISH] = wish | ({"zone": contact.zone} if contact.zone else {})
        self._known(phone=contact.phone, locale=language)

    def _known(self, **names: str) -> None:
        self.body.setdefault("customer", {}).update(names)


def _fault_of(question: Question, values: Sequence[str]) -> str:
    if not values:
        return "required" if question.required else ""
    if question.kind == "text":
        return "too_long" if len(values[0]) > LONGEST_ANSWER else ""
    if len(values) > 1 and not question.several:
        return "not_a_choice"
    return "" if set(values) <= set(question.answers) else "not_a_choice"
