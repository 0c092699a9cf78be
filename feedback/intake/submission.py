"""The body of a feedback: one declaration of which the checks, the errors and the OpenAPI come.

Pure. Text is kept as it was said; numbers are whole or refused.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from cxloop.kernel.bodies import Number, pointer_to
from cxloop.kernel.errors import Fault, Refused
from feedback.intake.addresses import is_address
from feedback.intake.call_backs import WISH, Answers, is_number
from feedback.intake.scores import GOAL_REACHED, TABLE, Scale

LONGEST_COMMENT = 10_000
MOST_TAGS, LONGEST_TAG = 50, 64
MOST_SCORES = 50
MOST_FILLED_MS = 2**53 - 1
AHEAD_AT_MOST = timedelta(minutes=5)
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)

ScoreType = Literal["nps", "csat", "stars", "ces", "thumbs", "gcr", "rating10"]

_MONEY = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,2})?")

# pydantic's words for what is wrong, in ours: these are part of the contract, those are not.
_CODES = {
    "extra_forbidden": "unknown_name",
    "missing": "missing",
    "string_type": "not_text",
    "string_pattern_mismatch": "malformed",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_many",
    "int_type": "not_a_whole_number",
    "literal_error": "not_a_choice",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "list_type": "not_a_list",
    "bool_type": "not_true_or_false",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
}


def _fault(code: str, detail: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{detail}", {"detail": detail})


def _blank_is_nothing(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _address(value: Any) -> Any:
    if isinstance(value, str) and not is_address(value := value.strip().lower()):
        raise _fault("malformed_email", "This is not an e-mail address.")
    return value


def _money(value: Any) -> Any:
    """Exact, from text or number: never through a float."""
    if isinstance(value, Decimal):
        return value
    digits = value.digits if isinstance(value, Number) else str(value)
    if isinstance(value, bool) or not _MONEY.fullmatch(digits):
        raise _fault("malformed_value", "Say up to 14 digits, and 2 decimals after a point.")
    return Decimal(digits)


def _instant(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _fault("malformed_time", "This is not an ISO 8601 time.") from None
    if moment.tzinfo is None:
        raise _fault("no_offset", "Say the offset from UTC, for example Z or +09:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise _fault("out_of_range", "No calendar of ours has this time.") from None


def _range(scale: Scale) -> dict[str, Any]:
    return {"type": "integer", "minimum": scale.least, "maximum": scale.most}


def _value_schema(kind: str) -> dict[str, Any]:
    return {"enum": list(GOAL_REACHED)} if kind == "gcr" else _range(TABLE[kind])


_VALUES_BY_TYPE: dict[str, Any] = {
    "allOf": [
        {
            "if": {"properties": {"type": {"const": kind}}},
            "then": {"properties": {"value": _value_schema(kind)}},
        }
        for kind in TABLE
    ]
}

Blankable = BeforeValidator(_blank_is_nothing)


Text35 = Annotated[Annotated[str, Field(max_length=35)] | None, Blankable]
Text40 = Annotated[Annotated[str, Field(max_length=40)] | None, Blankable]
Text64 = Annotated[Annotated[str, Field(max_length=64)] | None, Blankable]
Text255 = Annotated[Annotated[str, Field(max_length=255)] | None, Blankable]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Score(_Strict):
    """`value` is a whole number of the type's range; gcr (goal reached) is said in words."""

    model_config = ConfigDict(json_schema_extra=_VALUES_BY_TYPE)

    type: ScoreType
    value: Annotated[Any, WithJsonSchema({"type": ["integer", "string"]})]

    @field_validator("value")
    @classmethod
    def _within_the_scale(cls, value: Any, info: ValidationInfo) -> Any:
        kind = info.data.get("type")
        return value if kind is None else _checked(kind, value)

    @property
    def number(self) -> int:
        """The value as it is counted."""
        return GOAL_REACHED[self.value] if self.type == "gcr" else int(self.value)


def _checked(kind: str, value: Any) -> Any:
    if kind == "gcr":
        if not isinstance(value, str) or value not in GOAL_REACHED:
            raise _fault("not_a_choice", "Say no, partly or yes.")
        return value
    # bool is an int to Python, and 3.0 is no whole number as it was written.
    if type(value) is not int:
        raise _fault("not_a_whole_number", "A score is a whole number, not quoted.")
    scale = TABLE[kind]
    if not scale.least <= value <= scale.most:
        raise _fault("out_of_range", f"{kind} goes from {scale.least} to {scale.most}.")
    return value


class KeyedScore(Score):
    key: Annotated[str, Field(min_length=1, max_length=64)]


class Person(_Strict):
    """Who speaks. From a browser it is a claim, unless `proof` signs the id."""

    id: Text255 = None
    email: Annotated[
        str | None,
        Blankable,
        BeforeValidator(_address),
        Field(json_schema_extra={"format": "email"}),
    ] = None
    name: Text255 = None
    phone: Text40 = None
    locale: Text35 = None
    segment: Text64 = None
    value: Annotated[
        Decimal | None,
        BeforeValidator(lambda value: value if value is None else _money(value)),
        WithJsonSchema({"type": ["string", "number", "null"], "pattern": f"^{_MONEY.pattern}$"}),
    ] = None
    company: Text255 = None
    proof: Annotated[
        Text64,
        Field(description="HMAC-SHA256 of the id by the source's identity secret, in hex"),
    ] = None


class Submission(_Strict):
    """What one customer says once. Everything is optional, but a score or a comment."""

    score: Score | None = None
    scores: list[KeyedScore] = Field(default_factory=list, max_length=MOST_SCORES)
    comment: Annotated[str | None, Field(max_length=LONGEST_COMMENT)] = None
    answers: Answers = Field(default_factory=Answers)
    customer: Person | None = None
    context: dict[str, Any] = Field(
        default_factory=dict, description="anything; rules may ask for it"
    )
    occurred_at: Annotated[
        datetime | None,
        BeforeValidator(lambda value: value if value is None else _instant(value)),
    ] = None
    backdated: Annotated[
        bool, Field(description="occurred_at is the receipt; secret keys of import sources only")
    ] = False
    tags: list[Annotated[str, Field(min_length=1, max_length=LONGEST_TAG)]] = Field(
        default_factory=list, max_length=MOST_TAGS
    )
    form: Text64 = None
    form_version: Annotated[int | None, Field(ge=0, le=2_147_483_647)] = None
    partial: Annotated[
        bool,
        Field(
            description="answered so far: kept by its Idempotency-Key until all of it comes under "
            "the same, and heard half an hour after the last part where nothing does"
        ),
    ] = False
    trap: Annotated[
        str | None,
        Field(description="what stands in a field of your form that people do not see"),
    ] = None
    filled_ms: Annotated[
        int | None,
        Field(ge=0, le=MOST_FILLED_MS, description="from the opening of the form to sending it"),
    ] = None

    @field_validator("occurred_at")
    @classmethod
    def _happened(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        if value is None:
            return value
        if value < EARLIEST:
            raise _fault("out_of_range", "That is too long ago.")
        if info.context and value > info.context["now"] + AHEAD_AT_MOST:
            raise _fault("in_the_future", "That is more than 5 minutes ahead.")
        return value

    @field_validator("scores")
    @classmethod
    def _each_key_once(cls, value: list[KeyedScore]) -> list[KeyedScore]:
        if len({score.key for score in value}) < len(value):
            raise _fault("duplicate_key", "Two scores have the same key.")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.score is None and not self.scores and not (self.comment or "").strip():
            raise _fault("nothing_said", "Send a score or a comment.")
        if self.backdated and self.occurred_at is None:
            raise _fault("no_time", "Backdated feedback says when it occurred.")
        phone = self.customer.phone if self.customer else None
        if self.answers.get(WISH) is not None and not is_number(phone):
            raise _fault("no_number", "Say customer.phone: the number to call them back at.")
        return self


def read_submission(
    value: Any, *, now: datetime, shape: type[Submission] = Submission
) -> Submission:
    """The submission in a JSON value. Raises Refused with a pointer for each fault."""
    try:
        return shape.model_validate(value, context={"now": now})
    except ValidationError as error:
        raise Refused(faults_of(error)) from None


def faults_of(error: ValidationError) -> list[Fault]:
    return [
        Fault(pointer_to(*found["loc"]), _code(found), found["msg"])
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _code(found: Mapping[str, Any]) -> str:
    kind = found["type"]
    return _CODES.get(kind, "invalid" if kind in _UNNAMED else kind)


# Whatever else pydantic may say is not promised to anybody.
_UNNAMED = {"value_error", "assertion_error", "string_unicode", "datetime_type", "decimal_type"}
