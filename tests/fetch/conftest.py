"""Every test of fetching meets the replica, quickly, or nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from replica import Fault, Replica, running
from world import World, world

from kunskapsbaserat.data.fetch import addresses, kolada, run, sources, wanted
from kunskapsbaserat.data.fetch.http import Limits

QUICK = Limits(seconds=4.0, silence=1.0, size=24 << 20, tries=2, backoff=0.0, longest_wait=0)
SOME = ["0114", "1983", "2021", "2023", "2026", "2029", "2031", "2034", "2039", "2061", "2062", "2080", "2081", "2082", "2083"]
SOME += ["2084", "2085"]
"""Dalarna, whose figures the package has for every measure, Köping and Upplands Väsby."""

Serving = Callable[..., "contextmanager[Replica]"]


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    swift = {key: dataclasses.replace(service, pause=0.0) for key, service in addresses.SERVICES.items()}
    monkeypatch.setattr(addresses, "SERVICES", swift)
    monkeypatch.delenv(addresses.VARIABLE, raising=False)
    monkeypatch.setattr(run, "HOSTS_AT_ONCE", False)  # which request is the third must not depend on the machine


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A country of 17 kommuner, five offences and two questions, so that every source takes seconds."""
    make_small(monkeypatch.setattr)
    return SOME


def make_small(put: Callable[[object, str, object], None]) -> None:
    """The small country in place of the whole one; `put` sets an attribute."""
    offences = tuple(
        about for about in kolada.offence_kpis() if about.kpi in ("N07540", "U07417", "U07452", "N07546", "N07403")
    )
    asked = tuple(about for about in kolada.survey_kpis() if about.kpi in ("N07609", "N07634"))
    put(kolada, "offence_kpis", lambda: offences)
    put(kolada, "survey_kpis", lambda: asked)
    for module in (wanted, sources):
        put(module, "everyone", lambda: SOME)
        put(module, "compared", lambda _: set(SOME))


@pytest.fixture
def few(small: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The small country and two sources, Kolada and SCB's population, so that a whole run takes half a second."""
    two = tuple(source for source in sources.SOURCES if source.key in ("kolada", "scb"))
    monkeypatch.setattr(run, "SOURCES", two)
    return small


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Serving]:
    """Start the replica; `kunskap hamta` is sent to it."""

    @contextmanager
    def start(*faults: Fault, found: World | None = None, latency: float = 0.0) -> Iterator[Replica]:
        with running(Replica(found or world(), list(faults), latency)) as replica:
            path = tmp_path / "kallor.toml"
            path.write_text(replica.addresses(), encoding="utf-8")
            monkeypatch.setenv(addresses.VARIABLE, str(path))
            yield replica

    return start
