"""Sending: one submission or many, by calls that wait or by calls that are awaited."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Self, TypeVar, Unpack

import httpx2

from cxloop_client._batch import Batch, BatchResult, Chunk, settle
from cxloop_client._errors import CxloopError, Unanswered
from cxloop_client._receipt import Receipt, body_of, is_replay, receipt_of
from cxloop_client._retry import Course
from cxloop_client._submission import BatchItem, Submission, encoded, new_key
from cxloop_client._version import VERSION

T = TypeVar("T")

TIMEOUT, GIVE_UP_AFTER = 10.0, 60.0  # seconds: of one attempt, of all


@dataclass(frozen=True, slots=True)
class _Post(Generic[T]):
    """One request, the same at every attempt. `read` makes of an answer what is returned."""

    path: str
    body: bytes
    read: Callable[[httpx2.Response], T]
    key: str | None = None


class _Settings:
    """What both kinds of client are told."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = TIMEOUT,
        give_up_after: float = GIVE_UP_AFTER,
    ) -> None:
        if httpx2.URL(url).scheme not in ("http", "https"):
            raise ValueError(f"{url!r} is no address of a service: https://care.example")
        self._url = url.rstrip("/") + "/api/v1"
        self._key = key
        self._timeout = timeout
        self._give_up_after = give_up_after

    def _course(self, give_up_after: float | None = None) -> Course:
        return Course(self._give_up_after if give_up_after is None else give_up_after)

    def _request(self, post: _Post[T], course: Course) -> httpx2.Request:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "User-Agent": f"cxloop-client-python/{VERSION}",
        }
        if post.key is not None:
            headers["Idempotency-Key"] = post.key
        timeout = httpx2.Timeout(course.time_for_attempt(self._timeout)).as_dict()
        return httpx2.Request(
            "POST",
            self._url + post.path,
            content=post.body,
            headers=headers,
            extensions={"timeout": timeout},
        )


def _feedback(body: bytes, key: str) -> _Post[Receipt]:
    def read(response: httpx2.Response) -> Receipt:
        return receipt_of(body_of(response), key=key, replayed=is_replay(response))

    return _Post("/feedback", body, read, key)


def _chunk(chunk: Chunk) -> _Post[None]:
    return _Post("/feedback/batch", chunk.body, lambda response: settle(chunk, body_of(response)))


def _unanswered(error: Exception) -> Unanswered:
    return Unanswered(f"cxloop did not answer: {str(error) or type(error).__name__}")


class Client(_Settings):
    """Sends to one source of one service, by its key; safe to share between threads.

    `timeout` is of one attempt, `give_up_after` of all attempts of one request, in seconds. `http`
    is a client of yours, for a proxy or certificates of your own; it stays yours to close.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = TIMEOUT,
        give_up_after: float = GIVE_UP_AFTER,
        http: httpx2.Client | None = None,
    ) -> None:
        super().__init__(url, key, timeout=timeout, give_up_after=give_up_after)
        self._http = http or httpx2.Client()
        self._owns_http = http is None

    def send(self, *, idempotency_key: str | None = None, **said: Unpack[Submission]) -> Receipt:
        """The receipt, once it is committed.

        Tries again, always under the same key, where that may help. Raises Problem for what the
        service refuses, Unanswered where it did not answer in time; `error.key` is the key.
        """
        return self.send_encoded(encoded(said), idempotency_key or new_key())

    def send_encoded(
        self, body: bytes, idempotency_key: str, *, give_up_after: float | None = None
    ) -> Receipt:
        """Likewise of JSON that was kept: the same key needs the same body."""
        return self._send(_feedback(body, idempotency_key), self._course(give_up_after))

    def send_batch(self, items: Iterable[BatchItem]) -> list[BatchResult]:
        """What became of each item, in order; a secret key is needed.

        Any number of items: they travel by the thousand. Raises BatchBrokeOff, with the results so
        far, where a request was refused as a whole or not answered in time.
        """
        batch = Batch(items)
        for chunk in batch.chunks():
            try:
                self._send(_chunk(chunk), self._course())
            except CxloopError as failure:
                raise batch.broke_off(failure) from failure
        return batch.results

    def _send(self, post: _Post[T], course: Course) -> T:
        while True:
            try:
                return self._attempt(post, course)
            except CxloopError as failure:
                failure.key = post.key
                pause = course.pause_after(failure)
            time.sleep(pause)

    def _attempt(self, post: _Post[T], course: Course) -> T:
        try:
            response = self._http.send(self._request(post, course))
        except httpx2.RequestError as error:
            raise _unanswered(error) from error
        return post.read(response)

    def close(self) -> None:
        if self._owns_http:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient(_Settings):
    """The same, awaited. One that is cancelled may have been heard: send it again by its key."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = TIMEOUT,
        give_up_after: float = GIVE_UP_AFTER,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        super().__init__(url, key, timeout=timeout, give_up_after=give_up_after)
        self._http = http or httpx2.AsyncClient()
        self._owns_http = http is None

    async def send(
        self, *, idempotency_key: str | None = None, **said: Unpack[Submission]
    ) -> Receipt:
        """As Client.send."""
        post = _feedback(encoded(said), idempotency_key or new_key())
        return await self._send(post, self._course())

    async def send_batch(self, items: Iterable[BatchItem]) -> list[BatchResult]:
        """As Client.send_batch."""
        batch = Batch(items)
        for chunk in batch.chunks():
            try:
                await self._send(_chunk(chunk), self._course())
            except CxloopError as failure:
                raise batch.broke_off(failure) from failure
        return batch.results

    async def _send(self, post: _Post[T], course: Course) -> T:
        while True:
            try:
                return await self._attempt(post, course)
            except CxloopError as failure:
                failure.key = post.key
                pause = course.pause_after(failure)
            await asyncio.sleep(pause)

    async def _attempt(self, post: _Post[T], course: Course) -> T:
        try:
            async with asyncio.timeout(course.time_for_attempt(self._timeout)):
                response = await self._http.send(self._request(post, course))
        except (httpx2.RequestError, TimeoutError) as error:
            raise _unanswered(error) from error
        return post.read(response)

    async def aclose(self) -> None:
        if self._owns_http:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()
