"""What we accept as somebody's e-mail, name, zone, language and password. Each returns the value as
it is kept, or raises Refused at the place that is wrong."""

import re

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import User
from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Fault, Refused
from cxloop.kernel.zones import known_zones

LONGEST_EMAIL = 254
LONGEST_PASSWORD = 200

_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")


def as_kept(email: str) -> str:
    """The one spelling of an address by which accounts are found."""
    return str(storable(email)).strip().lower()


def acceptable_email(email: str) -> str:
    kept = as_kept(email)
    try:
        validate_email(kept)
    except ValidationError:
        raise Refused.at("/email", "malformed", "This is not an e-mail address.") from None
    if len(kept) > LONGEST_EMAIL:
        raise Refused.at("/email", "too_long", f"At most {LONGEST_EMAIL} characters.")
    return kept


def acceptable_name(name: str, *, pointer: str = "/name", longest: int = 120) -> str:
    kept = " ".join(str(storable(name)).split())
    if not kept:
        raise Refused.at(pointer, "blank", "This may not be blank.")
    if len(kept) > longest:
        raise Refused.at(pointer, "too_long", f"At most {longest} characters.")
    return kept


def acceptable_slug(slug: str) -> str:
    """What an address can end in: anything else would break every page that links to it."""
    if not _SLUG.fullmatch(slug):
        raise Refused.at("/slug", "malformed", "Up to 60 of a-z, 0-9, hyphen and underscore.")
    return slug


def acceptable_language(language: str) -> str:
    known = [code for code, _ in settings.LANGUAGES]
    if language not in known:
        raise Refused.at("/language", "unknown", f"One of: {', '.join(known)}.")
    return language


def acceptable_time_zone(name: str) -> str:
    if name not in known_zones():
        raise Refused.at("/time_zone", "unknown", "A name like Europe/Berlin or Asia/Seoul.")
    return name


def readable_password(password: str) -> str:
    """Refused before any hashing: a megabyte is work for us and none for who sends it."""
    if len(password) > LONGEST_PASSWORD:
        raise Refused.at("/password", "too_long", f"At most {LONGEST_PASSWORD} characters.")
    if storable(password) != password:
        raise Refused.at("/password", "unreadable", "It has a character that cannot be typed.")
    return password


def acceptable_password(password: str, person: User) -> str:
    """Good enough to be chosen by this person."""
    readable_password(password)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(
            Fault("/password", str(fault.code), " ".join(fault.messages))
            for fault in error.error_list
        ) from None
    return password
