"""The application that the asynchronous server calls: the stream, and whether the process lives."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import parse_cookie

from accounts.models import User
from cxloop.kernel.away import is_away
from cxloop.kernel.errors import Away, CxloopError, Forbidden, NotHere, TooMany, Unknown
from cxloop.live import reading
from cxloop.live.listening import keep_watch
from cxloop.live.streams import Stream
from cxloop.live.switchboard import Switchboard
from tickets.work.door import number_of

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Headers = dict[str, str]

logger = logging.getLogger(__name__)

STREAM = {
    "content-type": "text/event-stream",
    # No proxy may keep, gather or pack what has to be there at once.
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
}
board = Switchboard()
# What a page may ask to be told of.
ASKED = {"ticket", "lists"}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    watching = asyncio.create_task(keep_watch(board))
    await send({"type": "lifespan.startup.complete"})
    await receive()
    board.end_all()
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await send({"type": "lifespan.shutdown.complete"})


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    await PLACES.get(scope["path"], _nowhere)(scope, receive, send)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    await _refuse(send, NotHere(), {})


async def _alive(scope: Scope, receive: Receive, send: Send) -> None:
    await _say(send, HTTPStatus.OK, {}, {"status": "ok"})


async def _tell(scope: Scope, receive: Receive, send: Send) -> None:
    shared: Headers = {}
    try:
        if scope["method"] != "GET":
            raise NotHere()
        shared = _shared_with(_headers(scope))
        stream = await _stream_for(scope)
    except CxloopError as error:
        await _refuse(send, error, shared)
    else:
        await _hold(stream, shared, receive, send)


# Every address there is; a test knocks at each as everybody.
PLACES = {"/healthz": _alive, "/live": _tell}


async def _refuse(send: Send, error: CxloopError, headers: Headers) -> None:
    said = {"title": error.title, "status": error.status, "code": error.code}
    await _say(send, error.status, headers, said)


def _headers(scope: Scope) -> Headers:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _shared_with(headers: Headers) -> Headers:
    """For a page of the same host at another port, which browsers take for another origin. Cookies
    know no ports, so a stranger's page must be refused here. Raises Forbidden for one."""
    origin = headers.get("origin", "")
    if not origin:
        return {}
    here = urlsplit(f"//{headers.get('host', '')}").hostname
    if urlsplit(origin).hostname != here and origin != settings.BASE_URL:
        raise Forbidden("Only pages of this installation may listen.")
    allowed = {"access-control-allow-origin": origin, "access-control-allow-credentials": "true"}
    return {**allowed, "vary": "origin"}


async def _stream_for(scope: Scope) -> Stream:
    """Connected. Raises Unknown for strangers, NotHere for what they may not see."""
    try:
        stream = await _admitted(scope)
        await board.connect(stream)
        return stream
    except Exception as error:
        if is_away(error):
            raise Away() from error
        raise


async def _admitted(scope: Scope) -> Stream:
    cookies = parse_cookie(_headers(scope).get("cookie", ""))
    session = cookies.get(settings.SESSION_COOKIE_NAME, "")
    known = await board.read(reading.people_of, [session]) if session.isalnum() else {}
    user = known.get(session)
    if user is None:
        raise Unknown("Sign in first.")
    if not board.has_room_for(user):
        raise TooMany(retry_after=60)
    wanted = _asked(scope)
    ticket = await _visible(user, wanted["ticket"][0]) if "ticket" in wanted else None
    return Stream(session, user, ticket, lists="lists" in wanted)


def _asked(scope: Scope) -> dict[str, list[str]]:
    """What is said by no name of `ASKED` says nothing."""
    said = parse_qs(scope["query_string"].decode("latin-1"))
    return {name: values for name, values in said.items() if name in ASKED}


async def _visible(user: User, ref: str) -> int:
    number = number_of(ref)
    if not await board.read(reading.seen_by, user, [number]):
        raise NotHere()
    return number


async def _hold(stream: Stream, shared: Headers, receive: Receive, send: Send) -> None:
    """Tells until the page is gone or may not hear any more."""
    gone = asyncio.create_task(_until_gone(stream, receive))
    try:
        await send(_start(HTTPStatus.OK, STREAM | shared))
        async for words in stream.written():
            await send({"type": "http.response.body", "body": words, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        board.leave(stream)
        gone.cancel()


async def _until_gone(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _say(send: Send, status: int, headers: Headers, said: Mapping[str, Any]) -> None:
    body = json.dumps(said).encode()
    kind = "application/json" if status < HTTPStatus.BAD_REQUEST else "application/problem+json"
    length = {"content-type": kind, "content-length": str(len(body)), "cache-control": "no-store"}
    await send(_start(status, headers | length))
    await send({"type": "http.response.body", "body": body})


def _start(status: int, headers: Headers) -> dict[str, Any]:
    named = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": int(status), "headers": named}
