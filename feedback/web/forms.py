"""A form as data: what it asks, in which languages, and which question follows which answer. Pure.

Every text is said in the same languages, so that nobody reads a form that changes its language half
way. A question with a condition is asked where an earlier answer fulfils it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from cxloop.kernel.errors import Fault, Refused
from feedback.intake.scores import GOAL_REACHED, TABLE, class_of
from feedback.intake.submission import faults_of

MOST_QUESTIONS, MOST_OPTIONS = 20, 30
LONGEST_ANSWER = 10_000

ScoreKind = Literal["nps", "csat", "ces", "stars", "thumbs", "gcr", "rating10"]
Kind = Literal[
    "nps",
    "csat",
    "ces",
    "stars",
    "thumbs",
    "gcr",
    "rating10",
    "choice",
    "text",
    "contact",
    "callback",
]
TYPED = frozenset({"text", "contact", "callback"})
Class = Literal["negative", "neutral", "positive"]

# What the form itself sends beside its questions.
RESERVED = frozenset({"nonce", "website", "email", "contact_me", "csrfmiddlewaretoken", "in"})

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?$")]
# Hours of a day in which somebody may ask to be called.
Period = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")
]
USUAL_PERIODS = ("09:00-12:00", "12:00-15:00", "15:00-18:00")
Text = Annotated[str, Field(min_length=1, max_length=500)]
Texts = Annotated[dict[Language, Text], Field(min_length=1, max_length=20)]


def _fault(code: str, detail: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{detail}", {"detail": detail})


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Option(_Strict):
    value: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    label: Texts


class Condition(_Strict):
    """Fulfilled where the earlier answer is of one of the classes, or one of the values as it was
    given."""

    question: Key
    classes: list[Class] = Field(default_factory=list, max_length=3)
    values: list[Annotated[str, Field(max_length=64)]] = Field(
        default_factory=list, max_length=MOST_OPTIONS
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if bool(self.classes) == bool(self.values):
            raise _fault("one_condition", "Say either classes or values.")
        return self


class Question(_Strict):
    """`low` and `high` are the words at the ends of a scale; `several` lets more than one option be
    chosen; `periods` are the hours, on so many `days` from today, in which one may be called."""

    key: Key
    kind: Kind
    ask: Texts
    hint: Texts | None = None
    required: bool = False
    low: Texts | None = None
    high: Texts | None = None
    options: list[Option] = Field(default_factory=list, max_length=MOST_OPTIONS)
    several: bool = False
    when: Condition | None = None
    periods: list[Period] = Field(default_factory=list, max_length=12)
    days: Annotated[int | None, Field(ge=1, le=14)] = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.key in RESERVED:
            raise _fault("reserved_key", f"{self.key} is a name that every form uses itself.")
        if (self.kind == "choice") != bool(self.options):
            raise _fault("options", "A choice has options, and nothing else has.")
        values = [option.value for option in self.options]
        if len(set(values)) < len(values):
            raise _fault("duplicate_key", "Two options have the same value.")
        if (self.periods or self.days) and self.kind != "callback":
            raise _fault("no_hours", "Only a call back has hours and days.")
        if any(begins >= ends for begins, ends in self.hours):
            raise _fault("ends_before_it_begins", "A period ends later than it begins.")
        if (self.low or self.high or self.several) and self.kind in TYPED:
            raise _fault("no_scale", "This kind of question has neither ends nor options.")
        return self

    @property
    def is_score(self) -> bool:
        return self.kind in TABLE

    @property
    def hours(self) -> list[tuple[str, str]]:
        """In which one may ask to be called: when they begin and end."""
        said = self.periods or USUAL_PERIODS
        return [(one[:5], one[6:]) for one in said]

    @property
    def answers(self) -> Sequence[str]:
        """What can be chosen, as it is sent; nothing for what is written."""
        if self.kind == "gcr":
            return tuple(GOAL_REACHED)
        if self.is_score:
            scale = TABLE[self.kind]
            return tuple(map(str, range(scale.least, scale.most + 1)))
        return tuple(option.value for option in self.options)

    def texts(self) -> Iterator[Mapping[str, str]]:
        yield self.ask
        yield from (text for text in (self.hint, self.low, self.high) if text)
        yield from (option.label for option in self.options)


class Shows(_Strict):
    """When a page asks by itself: some seconds on it, some way down it, leaving it, or an event
    that it tells of; whichever comes first. On pages whose path fits one of the patterns, to some
    percent of visitors, to nobody twice within the days, nor within those of rest after any other
    form."""

    after_s: Annotated[int | None, Field(ge=0, le=3600)] = None
    scrolled_percent: Annotated[int | None, Field(ge=1, le=100)] = None
    leaving: bool = False
    event: Annotated[str | None, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")] = None
    pages: list[Annotated[str, Field(pattern=r"^/[^\s?#]{0,199}$")]] = Field(
        default_factory=list, max_length=20
    )
    percent: Annotated[int, Field(ge=1, le=100)] = 100
    every_days: Annotated[int, Field(ge=1, le=730)] = 90
    rest_days: Annotated[int, Field(ge=0, le=730)] = 0

    @model_validator(mode="after")
    def _comes_at_some_time(self) -> Self:
        if self.after_s is None and not (self.scrolled_percent or self.leaving or self.event):
            detail = "Say when: after_s, scrolled_percent, leaving or event."
            raise _fault("never_shown", detail)
        return self


class FormDocument(_Strict):
    """`thanks` is said once it was sent; without `shows` no page asks it by itself; with
    `keeps_parts` what was answered in a page counts also where nobody pressed send; with `pictures`
    a visitor may add one, also of the page as they see it."""

    shows: Shows | None = None
    keeps_parts: bool = False
    pictures: bool = False
    questions: list[Question] = Field(min_length=1, max_length=MOST_QUESTIONS)
    thanks: Texts | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        keys = [question.key for question in self.questions]
        if len(set(keys)) < len(keys):
            raise _fault("duplicate_key", "Two questions have the same key.")
        if not any(question.is_score or question.kind == "text" for question in self.questions):
            raise _fault("nothing_asked", "Ask for a score or for words: else nothing is said.")
        for kind in ("contact", "callback"):
            if sum(question.kind == kind for question in self.questions) > 1:
                raise _fault("one_contact", "A form asks once how to write or call back.")
        for at, question in enumerate(self.questions):
            if question.when and not _is_earlier(self.questions[:at], question.when):
                detail = f"{question.key}: an earlier score or choice that has these answers."
                raise _fault("unknown_condition", detail)
        self._refuse_half_translated()
        return self

    def _refuse_half_translated(self) -> None:
        wanted = set(self.languages)
        for text in self.texts():
            if missing := wanted ^ set(text):
                lacks, shown = ", ".join(sorted(missing)), next(iter(text.values()))
                detail = f"All texts speak the same languages; look at {lacks}: “{shown}”."
                raise _fault("missing_language", detail)

    @property
    def languages(self) -> Sequence[str]:
        return tuple(self.questions[0].ask)

    def texts(self) -> Iterator[Mapping[str, str]]:
        for question in self.questions:
            yield from question.texts()
        if self.thanks:
            yield self.thanks

    def named(self, key: str) -> Question:
        return next(one for one in self.questions if one.key == key)

    def language_for(self, asked: str) -> str:
        """The one asked for, its main language, else the first."""
        for language in (asked, asked.partition("-")[0]):
            if language in self.languages:
                return language
        return self.languages[0]


def _is_earlier(before: Sequence[Question], wanted: Condition) -> bool:
    asked = next((one for one in before if one.key == wanted.question), None)
    if asked is None or not asked.answers:
        return False
    return asked.is_score if wanted.classes else set(wanted.values) <= set(asked.answers)


def read_form_document(value: Any) -> FormDocument:
    """The form in a JSON value. Raises Refused with a pointer for each fault, below /document."""
    try:
        return FormDocument.model_validate(value)
    except ValidationError as error:
        faults = [Fault(f"/document{f.pointer}", f.code, f.detail) for f in faults_of(error)]
        raise Refused(faults) from None


def is_asked(question: Question, given: Mapping[str, Sequence[str]], form: FormDocument) -> bool:
    """Whether what was answered so far leads to this question."""
    if question.when is None:
        return True
    before = form.named(question.when.question)
    leading = set(fulfilling(before, question.when))
    return is_asked(before, given, form) and not leading.isdisjoint(given.get(before.key, ()))


def fulfilling(asked: Question, wanted: Condition) -> list[str]:
    """The answers by which the condition is fulfilled, as they are sent."""
    if wanted.values:
        return list(wanted.values)
    return [one for one in asked.answers if _class_of(asked, one) in wanted.classes]


def _class_of(asked: Question, answer: str) -> str:
    return class_of(asked.kind, GOAL_REACHED[answer] if asked.kind == "gcr" else int(answer))
