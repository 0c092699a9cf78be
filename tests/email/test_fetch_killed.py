"""The role that fetches is killed anywhere, and nothing is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from feedback.email.models import Mail
from feedback.intake.models import Source
from tests.email.dovecot import dovecot
from tests.email.imap import is_fetched, kept, make_account
from tests.email.mails import ROOT, database_url, written
from tests.services import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dovecot]
MANY = 600


@contextmanager
def role() -> Iterator[subprocess.Popen[str]]:
    given = {"DATABASE_URL": database_url(), "CXLOOP_BOOTSTRAP": "0"}
    with subprocess.Popen(
        [sys.executable, "manage.py", "fetch_mail"],
        cwd=ROOT,
        env=os.environ | given,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "fetching\n"
            yield process
        finally:
            process.kill()


def test_killed_four_times_among_many_it_keeps_each_once(mailbox: Source) -> None:
    mails = [written(f"Mail number {n}.").replace(b"\n", b"\r\n") for n in range(MANY)]
    chance = random.Random(4)
    with dovecot() as server:
        server.deliver(*mails)
        account = make_account(mailbox, server, takes_all=True)
        for _ in range(4):
            before = Mail.objects.count()
            with role() as process:
                wait_until(lambda seen=before: Mail.objects.count() > seen, seconds=60)
                time.sleep(chance.uniform(0, 0.3))
                process.kill()
        assert Mail.objects.count() < MANY, "it was never killed in the middle"
        with role() as process, role() as beside:
            wait_until(kept(MANY), seconds=120)
            wait_until(lambda: is_fetched(account), seconds=60)
            for one in (process, beside):
                one.send_signal(signal.SIGTERM)
                assert one.wait(10) == 0
    assert Mail.objects.count() == MANY
    assert Mail.objects.values("digest").distinct().count() == MANY
