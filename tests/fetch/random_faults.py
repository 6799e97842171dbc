"""One whole fetch with faults drawn at random: it ends in right figures or in an error that says what and what to do."""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path

import replica_files
import test_figures as figures
import test_http as http
import test_optional as optional
import test_sol as sol
from replica import Fault, Replica, at, of, once, running
from world import month_counts, world

from kunskapsbaserat import kommun
from kunskapsbaserat.data import fetched, folder
from kunskapsbaserat.data.fetch import addresses, run, sources
from kunskapsbaserat.data.fetch.http import Limits
from kunskapsbaserat.errors import FetchError

SLOW = ("silence", "a byte at a time", "500 each time", "a gzip bomb", "a body without end")
# None of the faults is a slow one, so that no run waits for these: on a busy machine short ones would end runs by themselves.
LIMITS = Limits(seconds=20.0, silence=10.0, size=24 << 20, tries=2, backoff=0.0, longest_wait=0)
SERVICES = tuple(addresses.SERVICES)
REQUEST = re.compile(r"\((GET|POST) (http|/)")


def faults() -> dict[str, Fault]:
    """Every fault of the tests, of the way and of each source's figures."""
    found = {f"way: {name}": fault for name, (fault, _) in http.WRONG.items() if name not in SLOW}
    found |= {f"figures: {name}": fault for name, (fault, _) in figures.SAID.items()}
    found |= {f"database: {name}": fault for name, (fault, *_) in sol.SAID.items()}
    found |= {f"database passes: {name}": fault for name, fault in sol.PASSES.items()}
    found |= {f"optional: {name}": fault for name, (_, fault, _) in optional.SAID.items()}
    return found | {f"missing: {name}": fault for name, fault in figures.PASSES.items()}


def one(seed: int, known: dict[str, Fault], room: Path) -> str:
    """How a run of some sources ended; an exception is a wrong ending and stops everything."""
    drawn = random.Random(seed)
    chosen = drawn.sample(sorted(known), drawn.randint(1, 3))
    asked = drawn.sample(sources.SOURCES, drawn.randint(1, 3))
    wrap = [
        lambda fault: at(drawn.randint(0, 12), fault),
        once,
        lambda fault: of(drawn.choice(SERVICES), once(fault)),
    ]
    found = world()
    if drawn.random() < 0.3:
        figures.HELD[drawn.choice(sorted(set(figures.HELD) - {"per 1 000 in both"}))][0](found)
    home = room / "koping"
    place = kommun.get("Köping")
    room.mkdir(exist_ok=True)
    folder.create(home, place, {})
    with running(Replica(found, [drawn.choice(wrap)(known[name]) for name in chosen])) as replica:
        (room / "k.toml").write_text(replica.addresses())
        os.environ[addresses.VARIABLE] = str(room / "k.toml")
        run.SOURCES = tuple(source for source in sources.SOURCES if source in asked)
        run.HOSTS_AT_ONCE = False  # which request is the third must not depend on the machine
        summary = run.fetch({place: home}, home / "lager", limits=LIMITS)
    for source, came in zip(run.SOURCES, summary.services, strict=True):
        require_an_error_that_helps(came)
        there = {name for name in source.names if (home / fetched.FOLDER / name).exists()}
        assert came.error is None or not there, f"{source.key} failed and left {there}"
    require_true(room)
    return "; ".join(f"{came.name}: {came.error.reason if came.error else 'right'}" for came in summary.services)


def require_an_error_that_helps(came: run.Came) -> None:
    if came.error is not None:
        assert isinstance(came.error, FetchError)
        assert came.error.svenska.startswith(f"{came.name}: "), came.error.svenska
        assert REQUEST.search(came.error.svenska), came.error.svenska
        assert came.error.svenska.endswith("."), came.error.svenska


def require_true(room: Path) -> None:
    """Every table that is there says what the publisher holds."""
    truth, place = world(), kommun.get("Köping")
    tables = room / "koping" / fetched.FOLDER
    if (tables / sources.COUNTS).exists():
        figures.require_true(room, truth)
    if (tables / sources.PEOPLE_SCB).exists():
        rows = fetched.read(tables / sources.PEOPLE_SCB)[0].table
        assert all(truth.people[row.area][row.year] + (row.year >= 2025) == row.value for row in rows.itertuples())
    if (tables / sources.COUNTS_BRA).exists():
        sol.require_true(fetched.read(tables / sources.COUNTS_BRA)[0].table, truth)
    if (tables / sources.MONTHS).exists():
        rows = fetched.read(tables / sources.MONTHS)[0].table
        series = truth.database["totalt"]
        for row in rows[rows["offence"] == "totalt"].itertuples():
            year = min(row.period.year, max(series[row.area]))
            assert month_counts(series[row.area][year])[row.period.month - 1] == row.count
    if (tables / sources.PARTS).exists():
        rows = fetched.read(tables / sources.PARTS)[0].table
        deso = rows[(rows["area_level"] == "deso") & (rows["year"] < 2025)].groupby("year")["value"].sum()
        assert deso.to_dict() == {year: truth.people[place.code][year] for year in deso.index}
    if (tables / sources.COUNTS_120).exists():
        rows = fetched.read(tables / sources.COUNTS_120)[0].table.query("offence == 'totalt'")
        assert [truth.database["totalt"][place.code][row.period.year] for row in rows.itertuples()] == rows["count"].tolist()
    if (tables / sources.WORKBOOK).exists():
        assert (tables / sources.WORKBOOK).read_bytes() == replica_files.workbook(place.name)
    for name, areas in ((sources.DESO, 2), (sources.TATORTER, 1), (sources.VULNERABLE, 65)):
        if (tables / name).exists():
            assert len(json.loads((tables / name).read_bytes())["features"]) == areas
