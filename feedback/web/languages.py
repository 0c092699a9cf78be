"""What a form says beside its own questions, in every language of which there is a file.

A file is called by its language (`de.json`) and says all of `Asking`. Those of the operator, in the
folder that CXLOOP_LANGUAGES names, come before ours.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from pydantic import TypeAdapter, ValidationError

from feedback.web.words import ENGLISH, KOREAN, Asking

SHIPPED = Path(__file__).with_name("languages")

_reads: TypeAdapter[Asking] = TypeAdapter(Asking)


def words_in(language: str) -> Asking:
    """Of a language nobody has written a file for: the main one it belongs to, or English."""
    known = _known(settings.LANGUAGES_FOLDER)
    return known.get(language) or known.get(language.partition("-")[0]) or ENGLISH


@cache
def _known(folder: str) -> Mapping[str, Asking]:
    shipped = {"en": ENGLISH, "ko": KOREAN, **read_languages(SHIPPED)}
    return {**shipped, **(read_languages(Path(folder)) if folder else {})}


def read_languages(folder: Path) -> dict[str, Asking]:
    """Raises ImproperlyConfigured for a folder or a file that cannot be read, naming the place."""
    if not folder.is_dir():
        raise ImproperlyConfigured(f"CXLOOP_LANGUAGES names no folder: {folder}.")
    return {path.stem: _read(path) for path in sorted(folder.glob("*.json"))}


def _read(path: Path) -> Asking:
    try:
        return _reads.validate_json(path.read_bytes())
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        place = "/".join(str(step) for step in wrong["loc"])
        raise ImproperlyConfigured(f"{path.name}, {place}: {wrong['msg']}.") from None


def check_languages(**_: object) -> list[CheckMessage]:
    try:
        _known(settings.LANGUAGES_FOLDER)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="web.E001")]
    return []
