"""One whole fetch with faults drawn at random: it ends in right figures or in an error that says what and what to do."""

from __future__ import annotations

import os
import random
from pathlib import Path

import test_figures as figures
import test_http as http
from replica import Fault, Replica, at, of, once, running
from world import world

from kunskapsbaserat import kommun
from kunskapsbaserat.data import fetched, folder
from kunskapsbaserat.data.fetch import addresses, run, sources
from kunskapsbaserat.data.fetch.http import Limits
from kunskapsbaserat.errors import FetchError

SLOW = ("silence", "a byte at a time", "500 each time", "a gzip bomb", "a body without end")
LIMITS = Limits(seconds=2.0, silence=0.5, size=24 << 20, tries=2, backoff=0.0, longest_wait=0)


def faults() -> dict[str, Fault]:
    found = {f"way: {name}": fault for name, (fault, _) in http.WRONG.items() if name not in SLOW}
    found |= {f"figures: {name}": fault for name, (fault, _) in figures.SAID.items()}
    return found | {f"missing: {name}": fault for name, fault in figures.PASSES.items()}


def one(seed: int, known: dict[str, Fault], room: Path) -> str:
    """How a run ended; an exception is a wrong ending and stops everything."""
    drawn = random.Random(seed)
    chosen = drawn.sample(sorted(known), drawn.randint(1, 3))
    wrap = [
        lambda fault: at(drawn.randint(0, 12), fault),
        once,
        lambda fault: of(drawn.choice(["kolada", "scb"]), once(fault)),
    ]
    found = world()
    if drawn.random() < 0.3:
        figures.HELD[drawn.choice(sorted(set(figures.HELD) - {"per 1 000 in both"}))][0](found)
    home = room / str(seed)
    place = kommun.get("Köping")
    folder.create(home, place, {})
    with running(Replica(found, [drawn.choice(wrap)(known[name]) for name in chosen])) as replica:
        (room / "k.toml").write_text(replica.addresses())
        os.environ[addresses.VARIABLE] = str(room / "k.toml")
        summary = run.fetch({place: home}, home / "lager", limits=LIMITS)
    tables = home / fetched.FOLDER
    for came in summary.services:
        if came.error is not None:
            assert isinstance(came.error, FetchError)
            assert came.error.svenska.startswith(f"{came.name}: "), came.error.svenska
            assert "(GET http" in came.error.svenska, came.error.svenska
            assert came.error.svenska.endswith("."), came.error.svenska
    if (tables / sources.COUNTS).exists():
        (room / "koping").unlink(missing_ok=True)
        (room / "koping").symlink_to(home)
        figures.require_true(room, world())
    offences, people = summary.services
    if offences.error is not None:
        assert not (tables / sources.COUNTS).exists()
    if people.error is not None:
        assert not (tables / sources.PEOPLE_SCB).exists()
    else:
        rows = fetched.read(tables / sources.PEOPLE_SCB)[0].table
        truth = world().people
        assert all(truth[row.area][row.year] + (row.year >= 2025) == row.value for row in rows.itertuples())
    return (
        f"Kolada {offences.error.reason if offences.error else 'right'}, SCB {people.error.reason if people.error else 'right'}"
    )
