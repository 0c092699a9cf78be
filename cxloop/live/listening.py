"""The ear on PostgreSQL, and the looks that need no ear."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from cxloop.kernel.away import is_away
from cxloop.live.switchboard import Switchboard
from desk.live import CHANNEL

logger = logging.getLogger(__name__)

LISTS_S = 1.0
PRESENCE_S = 2.0
ADMISSION_S = 5.0
# A notification may be lost; where a pooler lets nobody listen, none ever comes.
CATCH_UP_S = 1.0 if settings.IS_POOLED else 10.0
AGAIN_S = 1.0
ALIVE_S = 20.0


async def keep_watch(board: Switchboard) -> None:
    """Until it is cancelled; outlives the database's absence."""
    await _until_it_works(board.begin)
    looks = (
        _every(LISTS_S, board.refresh_lists),
        _every(PRESENCE_S, board.look_who_left),
        _every(ADMISSION_S, board.show_out),
        _every(CATCH_UP_S, board.catch_up),
    )
    await asyncio.gather(*looks, *([] if settings.IS_POOLED else [_listen(board)]))


async def _until_it_works(look: Callable[[], Awaitable[None]]) -> None:
    while not await _tried(look):
        await asyncio.sleep(AGAIN_S)


async def _every(seconds: float, look: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        await _tried(look)


async def _tried(look: Callable[[], Awaitable[None]]) -> bool:
    try:
        await look()
    except Exception as error:
        if is_away(error) or isinstance(error, psycopg.OperationalError):
            logger.error("live: the database could not be reached: %s", error)
        else:
            logger.exception("live: %s failed", look)
        return False
    return True


async def _listen(board: Switchboard) -> None:
    while True:
        await _tried(lambda: _hear(board))
        await asyncio.sleep(AGAIN_S)


async def _hear(board: Switchboard) -> None:
    """Until the connection is lost. What was told before it stood is looked up once it does."""
    wanted: dict[str, Any] = connection.get_connection_params() | {"cursor_factory": None}
    async with await psycopg.AsyncConnection.connect(**wanted, autocommit=True) as ear:
        await ear.execute(f"LISTEN {CHANNEL}")
        await board.catch_up()
        while True:
            async for notification in ear.notifies(timeout=ALIVE_S):
                if not board.hear(notification.payload):
                    await board.catch_up()
            await ear.execute("SELECT 1")  # a connection that died in silence says so here
