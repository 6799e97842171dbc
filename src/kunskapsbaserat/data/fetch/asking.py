"""One request, from the service or from the store: whoever asks does not see which.

What is made of an answer is a function of its bytes alone, and it is made before the bytes are kept: an answer that cannot be
read as what was asked for is never stored.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from kunskapsbaserat.data.fetch import trouble
from kunskapsbaserat.data.fetch.addresses import Service
from kunskapsbaserat.data.fetch.http import VERSION, Body, Client, Response
from kunskapsbaserat.data.fetch.kinds import JSON, Kind
from kunskapsbaserat.data.fetch.store import Entry, Store, day_of
from kunskapsbaserat.errors import FetchError

_T = TypeVar("_T")


class WrongShape(ValueError):
    """JSON that is not what was asked for: an English and a Swedish word about it."""

    def __init__(self, english: str, svenska: str) -> None:
        super().__init__(english)
        self.svenska = svenska


class SessionLost(WrongShape):
    """The server no longer knows what was asked."""


class Refused(WrongShape):
    """The publisher's program says why it does not answer: its own words."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request; `after` says what the session was told before, where the answer depends on that."""

    path: str
    purpose: str
    body: Body | None = None
    kind: Kind = JSON
    after: str = ""

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @property
    def body_sha256(self) -> str:
        return "" if self.body is None else hashlib.sha256(self.body.content).hexdigest()

    def key(self, client: Client) -> str:
        """What the answer depends on: a GET without a session is its path alone."""
        path = client.key(client.address(self.path))
        return path + "".join(f" {part}" for part in (self.body_sha256, self.after) if part)


class Asker(ABC):
    """Asks one service; each sort has its own `_answer`, and what it keeps of it."""

    answers: list[Entry]

    @property
    @abstractmethod
    def service(self) -> Service:
        """The service that is asked."""

    @property
    @abstractmethod
    def day(self) -> date:
        """The day of the run: what is asked for may depend on it."""

    def ask(
        self,
        path: str,
        parse: Callable[[Any], _T],
        *,
        purpose: str,
        body: Body | None = None,
        kind: Kind = JSON,
        after: str = "",
    ) -> _T:
        """What `parse` makes of the answer at `path`.

        `body` makes it a POST. `after` says what the session was told before, where the answer depends on that.

        Raises
        ------
        FetchError
            No answer came, or it is of another kind, or not of the shape that was asked for.
        """
        question = Question(path, purpose, body, kind, after)
        answer, keep = self._answer(question)
        address = _named(answer.address, question.method)
        try:
            data = kind.read(answer.body)
        except (ValueError, RecursionError):
            raise trouble.not_data(self.service.name, address, answer.body, kind.name) from None
        try:
            result = parse(data)
        except WrongShape as error:
            raise _as_error(self.service.name, address, error) from error
        self.answers.append(keep())
        return result

    def wrong(self, english: str, svenska: str) -> FetchError:
        """The error of answers that together are not what was asked for; it names the last request."""
        last = self.answers[-1] if self.answers else Entry("", "", "", address=self.service.base, method="GET")
        return trouble.wrong_shape(self.service.name, _named(last.address, last.method), english, svenska)

    @abstractmethod
    def tell(self, path: str, check: Callable[[bytes], None], *, purpose: str, body: Body | None = None) -> None:
        """Send what changes the session alone; the answer is checked and not kept."""

    @abstractmethod
    def begin(self) -> None:
        """Begin a new session."""

    @abstractmethod
    def _answer(self, question: Question) -> tuple[Response, Callable[[], Entry]]:
        """The answer, and what keeps it once it is known to be what was asked for."""


@dataclass
class Live(Asker):
    """Asks the service and keeps nothing; `told` hears of each request."""

    client: Client
    told: Callable[[str], None] = field(default=lambda _: None, kw_only=True)
    answers: list[Entry] = field(default_factory=list, kw_only=True)

    @property
    def service(self) -> Service:
        return self.client.service

    @property
    def day(self) -> date:
        return datetime.now(UTC).date()

    def tell(self, path: str, check: Callable[[bytes], None], *, purpose: str, body: Body | None = None) -> None:
        question = Question(path, purpose, body)
        answer, _ = self._answer(question)
        try:
            check(answer.body)
        except WrongShape as error:
            raise _as_error(self.service.name, _named(answer.address, question.method), error) from error

    def begin(self) -> None:
        self.client.forget()

    def _answer(self, question: Question) -> tuple[Response, Callable[[], Entry]]:
        self.told(question.purpose)
        answer = self.client.get(question.path, question.body)
        return answer, lambda: self._keep(question, answer)

    def _keep(self, question: Question, answer: Response) -> Entry:
        return Entry("", "", self.service.key, address=answer.address, method=question.method, purpose=question.purpose)


@dataclass
class Online(Live):
    """Asks the service and keeps what it answers; `source` is its name in the store."""

    store: Store
    run: str
    source: str = ""

    @property
    def day(self) -> date:
        return day_of(self.run)

    def _keep(self, question: Question, answer: Response) -> Entry:
        about = {
            "base": self.service.base,
            "key": question.key(self.client),
            "method": question.method,
            "body_sha256": question.body_sha256,
            "address": answer.address,
            "status": answer.status,
            "headers": dict(answer.headers),
            "version": VERSION,
            "licence": self.service.licence,
            "purpose": question.purpose,
            "suffix": question.kind.suffix,
        }
        return self.store.keep(answer.body, run=self.run, source=self.source or self.service.key, about=about)


class Offline(Asker):
    """Asks one closed run in the store, at the address that it was made at: the links between pages hold that address."""

    def __init__(self, service: Service, store: Store, run: str, source: str = "") -> None:
        self._store, self._run = store, run
        self._entries = store.answers(source or service.key, run)
        base = next((entry.base for entry in self._entries.values()), service.base)
        self._client = Client(replace(service, base=base))  # for the keys alone: nothing is sent
        self.answers: list[Entry] = []

    @property
    def service(self) -> Service:
        return self._client.service

    @property
    def day(self) -> date:
        return day_of(self._run)

    def tell(self, path: str, check: Callable[[bytes], None], *, purpose: str, body: Body | None = None) -> None:
        """Nobody is told anything: what was answered then is in the store."""

    def begin(self) -> None:
        """There is no session."""

    def _answer(self, question: Question) -> tuple[Response, Callable[[], Entry]]:
        key = question.key(self._client)
        if key not in self._entries:
            raise trouble.not_in_store(self.service.name, key)
        entry = self._entries[key]
        return Response(entry.address, entry.status, entry.headers or {}, self._store.content(entry)), lambda: entry


def _named(address: str, method: str) -> str:
    """The request as an error names it."""
    return address if method == "GET" else f"POST {address}"


def _as_error(source: str, address: str, error: WrongShape) -> FetchError:
    if isinstance(error, SessionLost):
        return trouble.session_lost(source, address)
    if isinstance(error, Refused):
        return trouble.refused(source, address, error.svenska)
    return trouble.wrong_shape(source, address, str(error), error.svenska)


def is_missing(error: FetchError) -> bool:
    """Whether an older run may have what this one lacks."""
    return error.reason == "not_in_store"
