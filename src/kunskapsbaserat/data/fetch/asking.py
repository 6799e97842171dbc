"""One request, from the service or from the store: whoever asks does not see which.

What is made of an answer is a function of its bytes alone, and it is made before the bytes are kept: an answer that cannot be
read as what was asked for is never stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from kunskapsbaserat.data.fetch import trouble
from kunskapsbaserat.data.fetch.addresses import Service
from kunskapsbaserat.data.fetch.http import VERSION, Client
from kunskapsbaserat.data.fetch.store import Entry, Store
from kunskapsbaserat.errors import FetchError

_T = TypeVar("_T")


class WrongShape(ValueError):
    """JSON that is not what was asked for: an English and a Swedish word about it."""

    def __init__(self, english: str, svenska: str) -> None:
        super().__init__(english)
        self.svenska = svenska


class Asker(Protocol):
    """Asks one service."""

    answers: list[Entry]

    @property
    def service(self) -> Service:
        """The service that is asked."""

    def ask(self, path: str, parse: Callable[[Any], _T], *, purpose: str) -> _T:
        """What `parse` makes of the JSON at `path`."""


@dataclass
class Online:
    """Asks the service and keeps what it answers; `told` hears of each request."""

    client: Client
    store: Store
    run: str
    told: Callable[[str], None] = lambda _: None
    answers: list[Entry] = field(default_factory=list)

    @property
    def service(self) -> Service:
        return self.client.service

    def ask(self, path: str, parse: Callable[[Any], _T], *, purpose: str) -> _T:
        self.told(purpose)
        response = self.client.get(path)
        result = parsed(self.service.name, response.address, response.body, parse)
        about = {
            "base": self.service.base,
            "key": self.client.key(self.client.address(path)),
            "method": "GET",
            "address": response.address,
            "status": response.status,
            "headers": dict(response.headers),
            "version": VERSION,
            "licence": self.service.licence,
            "purpose": purpose,
        }
        self.answers.append(self.store.keep(response.body, run=self.run, source=self.service.key, about=about))
        return result


class Offline:
    """Asks one closed run in the store, at the address that it was made at: the links between pages hold that address."""

    def __init__(self, service: Service, store: Store, run: str) -> None:
        self._store = store
        self._entries = store.answers(service.key, run)
        base = next((entry.base for entry in self._entries.values()), service.base)
        self._client = Client(replace(service, base=base))  # for the keys alone: nothing is sent
        self.answers: list[Entry] = []

    @property
    def service(self) -> Service:
        return self._client.service

    def ask(self, path: str, parse: Callable[[Any], _T], *, purpose: str) -> _T:  # noqa: ARG002 - the purpose is in the log
        key = self._client.key(self._client.address(path))
        if key not in self._entries:
            raise trouble.not_in_store(self.service.name, key)
        entry = self._entries[key]
        result = parsed(self.service.name, entry.address, self._store.content(entry), parse)
        self.answers.append(entry)
        return result


def whole_json(body: bytes) -> Any:
    """JSON in UTF-8, with or without a mark; NaN and a name that stands twice are no JSON.

    Raises
    ------
    ValueError
        It is something else, or cut off.
    """
    return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)


def parsed(source: str, address: str, body: bytes, parse: Callable[[Any], _T]) -> _T:
    """What `parse` makes of an answer.

    Raises
    ------
    FetchError
        The body is no JSON, or not of the shape that was asked for.
    """
    try:
        data = whole_json(body)
    except (ValueError, RecursionError):
        raise trouble.not_json(source, address, body) from None
    try:
        return parse(data)
    except WrongShape as error:
        raise trouble.wrong_shape(source, address, str(error), error.svenska) from error


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
