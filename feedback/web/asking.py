"""What a source asks: one of its forms, or, as long as it has none, the one that is built in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feedback.intake.models import Source
from feedback.web.answering import Given
from feedback.web.forms import FormDocument, Question
from feedback.web.models import Form
from feedback.web.words import ENGLISH, KOREAN, Asking

BUILT_IN = "page"


@dataclass(frozen=True)
class Asked:
    """`version` is None of what is built in."""

    form: FormDocument
    slug: str = BUILT_IN
    version: int | None = None


def what_is_asked(source: Source, slug: str = "") -> Asked | None:
    """By its name, which must be one of the source's; without one its first."""
    forms = Form.objects.current().filter(source=source)
    form = (forms.filter(slug=slug) if slug else forms.in_order()).first()
    if form is None:
        return None if slug else Asked(built_in(source.question))
    return Asked(form.newest().read(), form.slug, form.version)


def built_in(question: str = "") -> FormDocument:
    ask = {"en": question or ENGLISH["question"], "ko": question or KOREAN["question"]}
    score = {"key": "score", "kind": "nps", "ask": ask}
    ends = {"low": _both("lowest"), "high": _both("highest")}
    comment = {"key": "comment", "kind": "text", "ask": _both("comment")}
    contact = {"key": "contact", "kind": "contact", "ask": _both("email")}
    return FormDocument.model_validate(
        {
            "questions": [
                score | ends,
                comment | {"hint": _both("comment_hint")},
                contact | {"hint": _both("email_hint")},
            ]
        }
    )


def _both(name: str) -> dict[str, str]:
    return {"en": ENGLISH[name], "ko": KOREAN[name]}  # type: ignore[literal-required]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Drawn:
    """A question as it stands on the page, in one language. `led` are the classes by which the
    stylesheet shows one that follows an answer."""

    key: str
    kind: str
    led: str
    ask: str
    hint: str
    low: str
    high: str
    several: bool
    choices: tuple[Choice, ...]
    typed: str
    fault: str


def drawn(
    form: FormDocument, language: str, *, words: Asking, given: Given, faults: Mapping[str, str]
) -> Iterator[Drawn]:
    """`faults` are codes by the key of the question, and become words here."""
    for at, question in enumerate(form.questions):
        chosen = list(given.get(question.key, ()))
        code = faults.get(question.key, "")
        yield Drawn(
            key=question.key,
            kind=question.kind,
            led=f"when when-{at}" if question.when else "",
            ask=question.ask[language],
            hint=question.hint[language] if question.hint else "",
            low=question.low[language] if question.low else "",
            high=question.high[language] if question.high else "",
            several=question.several,
            choices=tuple(
                Choice(value, _label(question, value, language, words), value in chosen)
                for value in question.answers
            ),
            typed=chosen[0] if chosen else "",
            fault=words["faults"].get(code, words["faults"]["said"]) if code else "",
        )


def _label(question: Question, value: str, language: str, words: Asking) -> str:
    for option in question.options:
        if option.value == value:
            return option.label[language]
    return words["answers"].get(f"{question.kind}:{value}", value)
