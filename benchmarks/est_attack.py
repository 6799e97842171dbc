"""Can anything be told of a small count from all public EST pages of a folder together?

Folders are simulated, each with eleven public pages one after the other. The reader knows the pages alone: the shown counts,
totals where they are shown, that a hidden count is at least 1 (a zero is shown or its row left out), the counts of places over
three months and that places and categories count the same events. Bounds of every protected count (1-4) by linear programming.
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
from bs4 import BeautifulSoup
from scipy import optimize, sparse

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import sheets, template
from kunskapsbaserat.disclosure.ledger import Ledger
from kunskapsbaserat.disclosure.rules import PROTECTION
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.est import kept_ledger, pages
from kunskapsbaserat.report.documents.est.public import PLACE, keyed
from kunskapsbaserat.report.documents.est.words import deepening as words
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

FIRST, PERIODS, DAYS = date(2025, 12, 29), 12, 14
RATES = (8, 12, 20, 35)  # events a fortnight
NAMES = {c.name: c.id for c in catalogue.categories() if c.public}
PLACEABLE = {c.id for c in catalogue.categories() if c.public and c.place}
LOW, HIGH = PROTECTION.low, PROTECTION.high
_NEAR = 1e-6  # of the solver


def folder(path: Path, seed: int, rate: float) -> Path:
    """A folder with eight places, five of them signed, and events over categories and places of uneven shares."""
    rng = np.random.default_rng(seed)
    new_folder(path, "Borlänge")
    book = openpyxl.load_workbook(template.path_in(path))
    book[sheets.REPORTERS].append(["Skolan", "Skola", date(2024, 1, 1)])
    places = [f"Torg {letter}" for letter in "ABCDEFGH"]
    for at, name in enumerate(places):
        book[sheets.PLACES].append([name, None, "Torg", 511_234 + 700 * at, 6_705_678, None, 20])
        if at < 5:
            book[sheets.PUBLIC_WORDS].append([name, "Plats", "Trygghetssamordnare", date(2025, 12, 1)])
    book.save(template.path_in(path))
    kinds = catalogue.categories()
    share, where = rng.dirichlet(np.full(len(kinds), 0.5)), rng.dirichlet(np.ones(9))
    lines = ["Händelsetyp;Tidpunkt;Registrerad;Plats"]
    for period in range(PERIODS):
        for _ in range(rng.poisson(rate)):
            day = FIRST + timedelta(days=DAYS * period + int(rng.integers(DAYS)))
            at = int(rng.choice(9, p=where))
            kind = kinds[int(rng.choice(len(kinds), p=share))].name
            lines.append(f"{kind};{day} 12:00;{day};{places[at] if at < 8 else ''}")
    (path / "est" / "uttag.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass
class Known:
    """What the pages of a folder say: by category or place and period, and sums."""

    at: dict[tuple[str, date], int] = field(default_factory=dict)
    rows: list[dict[int, float]] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    least: dict[int, float] = field(default_factory=dict)

    def cell(self, name: str, start: date) -> int:
        return self.at.setdefault((name, start), len(self.at))

    def tie(self, cells: Iterable[tuple[int, float]], value: float) -> None:
        self.rows.append(dict(cells))
        self.right.append(value)

    def bounds(self, cell: int) -> tuple[float, float]:
        """The smallest and the largest possible value of a cell."""
        entries = [(row, column, value) for row, cells in enumerate(self.rows) for column, value in cells.items()]
        rows, columns, values = zip(*entries, strict=True)
        matrix = sparse.csr_array((values, (rows, columns)), shape=(len(self.rows), len(self.at)))
        limits = [(self.least.get(n, 0.0), None) for n in range(len(self.at))]
        found = []
        for sign in (1, -1):
            cost = np.zeros(len(self.at))
            cost[cell] = sign
            made = optimize.linprog(cost, A_eq=matrix, b_eq=self.right, bounds=limits)
            if made.status not in (0, 3):  # solved, or no bound: anything else is a fault of what was read
                raise RuntimeError(made.message)
            found.append(made.x[cell] if made.status == 0 else np.inf)
        return float(np.ceil(found[0] - _NEAR)), float(np.floor(found[1] + _NEAR))


def _whole(text: str) -> int | None:
    return int(re.sub(r"\s", "", text)) if re.fullmatch(r"[\d\s]+", text) else None


def read_page(known: Known, page: str, start: date) -> None:
    """Add the table of categories of one page."""
    table = BeautifulSoup(page, "html.parser").find("table")
    said = {}
    for row in table.find_all("tr")[1:]:
        name, now, _ = (cell.get_text() for cell in row.find_all(["th", "td"]))
        said[name] = now
    total = _whole(said.pop(words.TOTAL))
    for name, category in NAMES.items():
        cell = known.cell(category, start)
        value = _whole(said[name]) if name in said else 0  # no row: nothing in this period and in the one before
        if value is not None:
            known.tie([(cell, 1.0)], value)
        else:
            known.least[cell] = 1.0
    if total is not None:
        known.tie([(known.cell(c, start), 1.0) for c in NAMES.values()], total)


def read_places(known: Known, ledger: Ledger, *, sums: bool = True) -> None:
    """Add the sums of places that the pages have told, and that all events with a place category lie somewhere."""
    told = {f for figures in ledger.reports.values() for f in figures if f.dimension == PLACE}
    starts = sorted(ledger.periods)
    for figure in told:
        inside = [s for s in starts if figure.first <= s < figure.end]
        cells = [(known.cell(figure.part, s), 1.0) for s in inside]
        if sums:
            known.tie(cells, ledger.count(figure))
    for start in starts:
        parts = [(known.cell(part, start), -1.0) for part in {f.part for f in told}]
        kinds = [(known.cell(c, start), 1.0) for c in PLACEABLE]
        known.tie([*kinds, *parts, (known.cell("annan plats", start), -1.0)], 0)


@dataclass
class Answer:
    pages: int = 0
    protected: int = 0
    exact: int = 0
    narrowed: int = 0
    by_totals: int = 0

    def __add__(self, other: Answer) -> Answer:
        return Answer(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def attacked(seed: int, rate: float) -> tuple[Answer, Answer]:
    """Categories, and places, of one folder after all its pages."""
    with tempfile.TemporaryDirectory() as temporary:
        path = folder(Path(temporary) / "k", seed, rate)
        known, answer = Known(), Answer()
        for period in range(1, PERIODS):
            start = FIRST + timedelta(days=DAYS * period)
            page = pages.public(est.load(data=path, period=start.isoformat()))
            page.note()
            read_page(known, page.html, start)
            answer.pages += 1
        ledger, _ = kept_ledger.read(page.path, mine=keyed(page.m.est.secret))
    totals = copy.deepcopy(known)
    read_places(known, ledger)
    read_places(totals, ledger, sums=False)
    places = Answer()
    for (name, start), cell in list(known.at.items()):
        truth = ledger.periods[start].counts["kategori"].get(name, ledger.periods[start].counts[PLACE].get(name, 0))
        if not 0 < truth < HIGH or name == "annan plats" or (start == FIRST and name in PLACEABLE):
            continue
        low, high = known.bounds(cell)
        about = answer if name in NAMES.values() else places
        about.protected += 1
        about.exact += low == high
        if about is answer:
            about.narrowed += low > LOW or high < HIGH
        elif high - max(low, 1) < PROTECTION.span:  # of a count that no table shows: five possible values, whichever
            # What the categories' table alone tells (three events in all: no place has five) no place has told.
            already = totals.bounds(totals.at[name, start]) == (low, high)
            about.by_totals += already
            about.narrowed += not already
    return answer, places


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folders", type=int, default=12)
    folders = parser.parse_args().folders
    start = time.process_time()
    print(f"{datetime.now(UTC):%Y-%m-%d}  python benchmarks/est_attack.py --folders {folders}  Python {sys.version.split()[0]}")
    categories, places = Answer(), Answer()
    for seed in range(folders):
        one, other = attacked(seed, RATES[seed % len(RATES)])
        categories, places = categories + one, places + other
    print(f"{folders} folders, {categories.pages} public pages, all pages of a folder attacked together")
    for name, found, narrow in (
        ("categories", categories, "told closer than 1-5"),
        ("places", places, "left with under five values"),
    ):
        print(f"  {name:10} {found.protected} protected: {found.exact} had exactly, {found.narrowed} {narrow}")
    print(f"  places left with under five values by the number of all events alone: {places.by_totals}")
    print(f"{time.process_time() - start:.0f} s of a processor")


if __name__ == "__main__":
    main()
