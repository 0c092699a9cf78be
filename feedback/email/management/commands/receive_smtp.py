"""`manage.py receive_smtp`: listens to mail servers, until it is told to stop."""

import asyncio
import signal
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand

from feedback.email.listening import listen


class Command(BaseCommand):
    help = "Listens to mail servers, by SMTP or LMTP, and keeps what they hand over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8025, help="0 for any that is free")
        parser.add_argument("--lmtp", action="store_true", help="LMTP (RFC 2033) instead of SMTP")

    def handle(self, *args: Any, **options: Any) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._listen(options["host"], options["port"], lmtp=options["lmtp"]))

    async def _listen(self, host: str, port: int, *, lmtp: bool) -> None:
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        await listen(host, port, lmtp=lmtp, ready=self._say)

    def _say(self, port: int) -> None:
        self.stdout.write(f"listening at port {port}")
        self.stdout.flush()
