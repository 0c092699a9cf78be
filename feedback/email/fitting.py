"""Which files of a mail are kept with what was said; the others stay in the raw mail. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cxloop.kernel.file_kinds import LARGEST_FILE, tidy_name
from feedback.email.files import MailFile
from feedback.email.reading import ReadMail, read_mail
from feedback.intake.enclosures import Enclosure

# Of one mail together, however many they are.
MOST_BYTES = LARGEST_FILE
LEFT = "files_left_in_the_mail"
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Fitted:
    """`told`: what a person should know beside them, such as which did not fit."""

    kept: tuple[Enclosure, ...]
    told: dict[str, str]


NO_FILES = Fitted((), {})


def fit(files: Iterable[MailFile], *, most: int, is_cut: bool = False) -> Fitted:
    """At most so many. What was attached goes before the pictures of a text, which are often those
    of a signature, and both before what only signs the mail."""
    given = sorted(files, key=_rank)
    kept: list[MailFile] = []
    left: list[MailFile] = []
    room = MOST_BYTES
    for file in given:
        fits = 0 < len(file.body) <= room and len(kept) < most
        (kept if fits else left).append(file)
        room -= len(file.body) if fits else 0
    told = {
        "calendar": _listed([file for file in given if file.what == "calendar"]),
        "tnef": _listed([file for file in given if file.what == "tnef"]),
        LEFT: _listed(left),
        "cut": "this mail is too long, or too nested, to be read to its end" if is_cut else "",
    }
    return Fitted(
        tuple(Enclosure(tidy_name(file.name), file.body, _digest(file)) for file in kept),
        {about: what for about, what in told.items() if what},
    )


def _digest(file: MailFile) -> bytes:
    return sha256(file.body).digest()


def _rank(file: MailFile) -> int:
    return 2 if file.what == "signature" else int(file.inline)


def _listed(files: list[MailFile]) -> str:
    names = [f"{tidy_name(file.name)} ({len(file.body):,} bytes)" for file in files[:_MOST_NAMED]]
    return ", ".join([*names, *(["…"] if len(files) > _MOST_NAMED else [])])


def files_of_mail(raw: bytes | None, *, most: int) -> Fitted:
    """Of one that was understood before; none where its person was erased since."""
    read = read_mail(raw) if raw else ReadMail()
    return fit(read.files, most=most, is_cut=read.is_cut)
