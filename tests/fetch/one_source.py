"""One source asked by itself: quick, and nothing of the others is in the way."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from kunskapsbaserat import kommun
from kunskapsbaserat.data.fetch import addresses, sources, wanted
from kunskapsbaserat.data.fetch.asking import Offline, Online
from kunskapsbaserat.data.fetch.http import Client, Limits
from kunskapsbaserat.data.fetch.sources import Files, Source
from kunskapsbaserat.data.fetch.store import Store, day_of

PLACE = kommun.get("Köping")
BY_KEY = {source.key: source for source in sources.SOURCES}


def ask(key: str, store: Path, limits: Limits, *, offline: bool = False, place: kommun.Kommun = PLACE) -> Files:
    """The files of one kommun that the source gives."""
    source, kept = BY_KEY[key], Store(store)
    service = dataclasses.replace(addresses.service(source.service), name=source.name)
    asked = wanted.of([place])
    if offline:
        run = kept.closed_runs(key)[0]
        return _files(source, source.ask(Offline(service, kept, run, key), asked), run, asked, place)
    run = kept.new_run()
    result = source.ask(Online(Client(service, limits), kept, run, source=key), asked)
    kept.close(run, key)
    return _files(source, result, run, asked, place)


def _files(source: Source, result: Any, run: str, asked: wanted.Wanted, place: kommun.Kommun) -> Files:
    return source.files(result, place, day_of(run), asked)
