"""One request, from the service or from the store: whoever asks does not see which.

What is made of an answer is a function of its bytes alone, and it is made before the bytes are kept: an answer that cannot be
read as what was asked for is never stored.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol, TypeVar

from kunskapsbaserat.data.fetch import trouble
from kunskapsbaserat.data.fetch.addresses import Service
from kunskapsbaserat.data.fetch.http import VERSION, Body, Client
from kunskapsbaserat.data.fetch.store import Entry, Store, day_of
from kunskapsbaserat.data.workbook import whole_zip
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
class Kind:
    """What an answer is read as: `read` raises ValueError for bytes that are something else.

    `name` is in Swedish, as an error says it; `suffix` is that of the file in the store.
    """

    name: str
    suffix: str
    read: Callable[[bytes], Any]


class Asker(Protocol):
    """Asks one service."""

    answers: list[Entry]

    @property
    def service(self) -> Service:
        """The service that is asked."""

    @property
    def day(self) -> date:
        """The day of the run: what is asked for may depend on it."""

    def ask(
        self,
        path: str,
        parse: Callable[[Any], _T],
        *,
        purpose: str,
        body: Body | None = None,
        kind: Kind | None = None,
        after: str = "",
    ) -> _T:
        """What `parse` makes of the answer at `path`, which is JSON unless `kind` says otherwise.

        `body` makes it a POST. `after` says what the session was told before, where the answer depends on that.
        """

    def tell(self, path: str, check: Callable[[bytes], None], *, purpose: str, body: Body | None = None) -> None:
        """Send what changes the session alone; the answer is checked and not kept."""

    def begin(self) -> None:
        """Begin a new session."""


@dataclass
class Online:
    """Asks the service and keeps what it answers; `told` hears of each request. `source` is its name in the store."""

    client: Client
    store: Store
    run: str
    told: Callable[[str], None] = lambda _: None
    source: str = ""
    answers: list[Entry] = field(default_factory=list)

    @property
    def service(self) -> Service:
        return self.client.service

    @property
    def day(self) -> date:
        return day_of(self.run)

    def ask(
        self,
        path: str,
        parse: Callable[[Any], _T],
        *,
        purpose: str,
        body: Body | None = None,
        kind: Kind | None = None,
        after: str = "",
    ) -> _T:
        self.told(purpose)
        response = self.client.get(path, body)
        kind = kind or JSON
        result = parsed(self.service.name, _named(response.address, body), response.body, parse, kind)
        about = {
            "base": self.service.base,
            "key": request_key(self.client.key(self.client.address(path)), body, after),
            "method": "GET" if body is None else "POST",
            "body_sha256": "" if body is None else hashlib.sha256(body.content).hexdigest(),
            "address": response.address,
            "status": response.status,
            "headers": dict(response.headers),
            "version": VERSION,
            "licence": self.service.licence,
            "purpose": purpose,
            "suffix": kind.suffix,
        }
        source = self.source or self.service.key
        self.answers.append(self.store.keep(response.body, run=self.run, source=source, about=about))
        return result

    def tell(self, path: str, check: Callable[[bytes], None], *, purpose: str, body: Body | None = None) -> None:
        self.told(purpose)
        told(self.client, path, check, body)

    def begin(self) -> None:
        self.client.forget()


class Offline:
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

    def ask(
        self,
        path: str,
        parse: Callable[[Any], _T],
        *,
        purpose: str,  # noqa: ARG002 - the purpose is in the log
        body: Body | None = None,
        kind: Kind | None = None,
        after: str = "",
    ) -> _T:
        key = request_key(self._client.key(self._client.address(path)), body, after)
        if key not in self._entries:
            raise trouble.not_in_store(self.service.name, key)
        entry = self._entries[key]
        content = self._store.content(entry)
        result = parsed(self.service.name, _named(entry.address, body), content, parse, kind or JSON)
        self.answers.append(entry)
        return result

    def tell(self, path: str, check: Callable[[bytes], None], *, purpose: str, body: Body | None = None) -> None:
        """Nobody is told anything: what was answered then is in the store."""

    def begin(self) -> None:
        """There is no session."""


def told(client: Client, path: str, check: Callable[[bytes], None], body: Body | None) -> None:
    """Send, and let `check` see the answer; what it does not like is an error that names the request."""
    response = client.get(path, body)
    try:
        check(response.body)
    except WrongShape as error:
        raise _as_error(client.service.name, _named(response.address, body), error) from error


def request_key(path: str, body: Body | None, after: str) -> str:
    """What the answer depends on: a GET without a session is its path alone."""
    sent = "" if body is None else hashlib.sha256(body.content).hexdigest()
    return path + "".join(f" {part}" for part in (sent, after) if part)


def _named(address: str, body: Body | None) -> str:
    return address if body is None else f"POST {address}"


def whole_json(body: bytes) -> Any:
    """JSON in UTF-8, with or without a mark; NaN and a name that stands twice are no JSON.

    Raises
    ------
    ValueError
        It is something else, or cut off.
    """
    return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)


def _text(encoding: str) -> Callable[[bytes], str]:
    return lambda body: body.decode(encoding)


def _zipped(body: bytes) -> bytes:
    whole_zip(body)
    return body


def _workbook(body: bytes) -> bytes:
    """Not cut off; the reader of workbooks makes every other check."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        raise ValueError("no zip archive, or cut off")
    return body


JSON = Kind("hel JSON i UTF-8", "json", whole_json)
PAGE = Kind("en webbsida i UTF-8", "html", _text("utf-8-sig"))
WORKBOOK = Kind("en hel Excel-fil", "xlsx", _workbook)
ARCHIVE = Kind("en hel zip-fil", "zip", _zipped)
# An older server of Brå's; every byte is a letter in it, so that what is wrong shows in the text.
LATIN_PAGE = Kind("en webbsida", "html", _text("iso-8859-1"))
LATIN_TEXT = Kind("en textfil", "txt", _text("iso-8859-1"))


def parsed(source: str, address: str, body: bytes, parse: Callable[[Any], _T], kind: Kind = JSON) -> _T:
    """What `parse` makes of an answer.

    Raises
    ------
    FetchError
        The body is of another kind, or not of the shape that was asked for.
    """
    try:
        data = kind.read(body)
    except (ValueError, RecursionError):
        raise trouble.not_data(source, address, body, kind.name) from None
    try:
        return parse(data)
    except WrongShape as error:
        raise _as_error(source, address, error) from error


def _as_error(source: str, address: str, error: WrongShape) -> FetchError:
    if isinstance(error, SessionLost):
        return trouble.session_lost(source, address)
    if isinstance(error, Refused):
        return trouble.refused(source, address, error.svenska)
    return trouble.wrong_shape(source, address, str(error), error.svenska)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("a name stands twice")
    return table


def is_missing(error: FetchError) -> bool:
    """Whether an older run may have what this one lacks."""
    return error.reason == "not_in_store"
