"""What a page asks or tells of a form that comes by itself. Pure."""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cxloop.kernel.errors import Refused
from feedback.intake.submission import Person, faults_of


class Shown(BaseModel):
    """`shows`: it comes now; else it is only asked when it did last."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    form: str
    customer: Person
    shows: bool = False


def read_shown(value: Any) -> Shown:
    """Raises Refused with a pointer for each fault."""
    try:
        return Shown.model_validate(value)
    except ValidationError as error:
        raise Refused(faults_of(error)) from None
