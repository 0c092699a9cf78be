"""Mail out on one machine: one .eml file a letter, to be read without any mail server."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmlBackend(BaseEmailBackend):
    """Named by Message-ID and put in place by rename: the same letter again is the same file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.LETTERS_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            _put(folder, email)
        return len(email_messages)


def _put(folder: Path, email: EmailMessage) -> None:
    message = email.message()
    name = _name(str(message["Message-ID"]))
    half = folder / f".{name}.{os.getpid()}.part"
    try:
        half.write_bytes(message.as_bytes())
        half.replace(folder / f"{name}.eml")
    except OSError:
        half.unlink(missing_ok=True)  # on a full disk it would take what little is left
        raise


def remove_files(message_ids: Iterable[str]) -> None:
    """Of letters that were left here, if they were: also what somebody who was killed left half."""
    folder, names = Path(settings.LETTERS_FOLDER), {_name(one) for one in message_ids}
    for name in names:
        (folder / f"{name}.eml").unlink(missing_ok=True)
    halves = folder.glob(".*.part") if names else ()
    for half in halves:
        if half.name.split(".")[1] in names:
            half.unlink(missing_ok=True)


def _name(message_id: str) -> str:
    return message_id.strip("<>").split("@")[0]
