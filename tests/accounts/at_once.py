"""The same thing by many at once, each on a connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

from cxloop.kernel.errors import CxloopError

Given = TypeVar("Given")


def at_once(
    act: Callable[[Given], object], given: Iterable[Given], *, hands: int = 20
) -> list[str]:
    """How each ended: `ok`, or the code of the error."""

    def run(one: Given) -> str:
        try:
            act(one)
        except CxloopError as error:
            return error.code
        finally:
            connections.close_all()
        return "ok"

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(run, given))
