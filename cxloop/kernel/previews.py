"""Small pictures of files, for whoever wants to see what was sent without opening it."""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.db import connection, transaction

from cxloop.kernel import drawing
from cxloop.kernel.files import keep_content, read_whole
from cxloop.kernel.models import File
from cxloop.kernel.moment import moment

SCRIPT = Path(drawing.__file__)
PATIENCE_S = 2 * drawing.SECONDS
MOST_TRIES = 3
LEASE = timedelta(minutes=1)
# No file is begun after this, so that a pass ends before its silence is an alarm: whoever draws
# also judges, and keeps the clocks.
BEGUN_WITHIN_S = 15.0


def draw_previews() -> int:
    """One file at a time, whoever draws, and no transaction is open while it is drawn."""
    drawn, end = 0, time.monotonic() + BEGUN_WITHIN_S
    while time.monotonic() < end and (file := _claim()):
        if file.drawing == File.Drawing.WANTED:
            _draw(file)
        drawn += 1
    return drawn


def _claim() -> File | None:
    """A try counts before it is made: a file that kills whoever draws it is given up in the end."""
    with transaction.atomic():
        now = moment()
        if not _is_free(now):
            return None
        due = File.objects.to_draw(now).select_for_update(skip_locked=True, no_key=True)
        file = due.first()
        if file is None:
            return None
        file.attempts, file.try_after = file.attempts + 1, now + LEASE
        if file.attempts > MOST_TRIES:
            file.drawing, file.last_error = File.Drawing.FAILED, "whoever drew it did not return"
        file.save(update_fields=["attempts", "try_after", "drawing", "last_error"])
    return file


def _is_free(now: datetime) -> bool:
    """Whether nobody draws just now. Otherwise, where eight colleagues send something slow, all who
    sweep would draw, and nobody would see a broken promise."""
    if not File.objects.filter(drawing=File.Drawing.WANTED).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('previews'))")
        (alone,) = cursor.fetchone()
    return alone and not File.objects.in_hand(now).exists()


def _draw(file: File) -> None:
    assert file.content_id is not None
    try:
        picture = drawn_by_itself(file.kind, read_whole(file.content_id))
    except (OSError, subprocess.SubprocessError) as error:
        _note_failure(file, error, moment())
        return
    _keep(file, picture)


@transaction.atomic
def _keep(file: File, picture: bytes) -> None:
    """Unless the file was forgotten meanwhile."""
    still = File.objects.select_for_update(no_key=True).filter(pk=file.pk, drawing="wanted")
    if still.exists():
        still.update(preview=keep_content(picture), drawing=File.Drawing.DRAWN, last_error="")


def _note_failure(file: File, error: Exception, now: datetime) -> None:
    """What cannot be drawn is not drawn: nobody's work waits for it."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else b""
    why = (said or b"").decode(errors="replace").strip().rpartition("\n")[2] or str(error)
    wanted = File.objects.filter(pk=file.pk, drawing=File.Drawing.WANTED)
    # The file is at fault, or the machine has no room for one more process just now.
    at_fault = isinstance(error, subprocess.SubprocessError)
    state = File.Drawing.FAILED if at_fault else File.Drawing.WANTED
    wanted.update(drawing=state, last_error=why[:2000], try_after=now + LEASE)


def drawn_by_itself(kind: str, body: bytes) -> bytes:
    """By a process that knows nothing: no environment, so no secret, and none of our packages but
    those that draw. Raises SubprocessError where it fails or takes too long. What it says goes into
    files of no name, which cannot grow for ever."""
    command = [sys.executable, "-I", str(SCRIPT), kind]
    with TemporaryFile() as drawn, TemporaryFile() as said:
        done = subprocess.run(
            command, input=body, stdout=drawn, stderr=said, env={}, timeout=PATIENCE_S, check=False
        )
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command[:1], stderr=_last_of(said))
        drawn.seek(0)
        return drawn.read()


def _last_of(said: IO[bytes]) -> bytes:
    said.seek(max(0, said.seek(0, os.SEEK_END) - 4000))
    return said.read()
