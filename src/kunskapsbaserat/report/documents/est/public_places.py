"""The public places: a table of what may be told, and a map of the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pandas as pd

from kunskapsbaserat import places
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.disclosure.ledger import Figure as Told
from kunskapsbaserat.disclosure.ledger import Ledger
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.public import CELL, cell_of, part_of, public_places
from kunskapsbaserat.report.documents.est.words import deepening as words_of
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page.blocks import Block, Cell, Column, Figure, FigureRow, Table
from kunskapsbaserat.report.page.charts.place_map import Ground, PlaceMark, place_map
from kunskapsbaserat.report.statements.ground import ground_of
from kunskapsbaserat.swedish import MISSING, number

COLUMNS = ("nummer", "plats", "antal", "fran", "till_och_med", "x", "y")


def places_blocks(m: Material, ledger: Ledger, shown: Sequence[Told]) -> list[Block]:
    """The table, beside the map when the places that have a point hold events enough for one; nothing when none may be told."""
    told = told_places(m, ledger, shown)
    if told.empty:
        return []
    drawn = told[told["x"].notna()]
    if drawn["antal"].sum() < places.FEWEST_POINTS:
        return [_table(told, "offentlig_platser")]
    beneath = ground_of(m.kommun, m.est.path, m.est.areas)
    figure = Figure(
        id="platskarta",
        drawing=_map(drawn, beneath),
        caption=words_of.PUBLIC_MAP,
        unit=words_of.public_map_unit(CELL, towns=bool(beneath.towns)),
        title=words_of.public_map_title(m, told["fran"].min()),
        finding=words_of.public_map_finding(told["plats"].iat[0], int(told["antal"].iat[0])),
        source=text.SOURCE,
        table=_table(told, "offentlig_platser", points=True),
        css="figur karta",
    )
    return [FigureRow(figure, [_table(told, "offentlig_platser")])]


def _map(drawn: pd.DataFrame, beneath: Ground) -> plots.Drawing:
    """The squares of the table and nothing else: the ground names tätorter, and no place that the table does not tell."""
    marks = [
        PlaceMark(
            float(rows["x"].iat[0]), float(rows["y"].iat[0]), int(rows["antal"].sum()), str(at), _short(rows["plats"].tolist())
        )
        for at, rows in drawn.groupby("nummer")
    ]
    return place_map(marks, size=CELL, ground=beneath, words=words_of.MAP_WORDS, format_number=number)


def _short(names: list[str]) -> str:
    """The named places of a square; one that is only said where it lies has its number alone."""
    return ", ".join(name for name in names if not name.startswith(words_of.CELL))


def told_places(m: Material, ledger: Ledger, shown: Sequence[Told]) -> pd.DataFrame:
    """The latest figure that may be told of each place, most events first.

    Returns
    -------
    DataFrame
        ``nummer plats antal fran till_och_med x y``: `x` and `y` are the middle (m, SWEREF 99 TM) of the 500 m square that the
        place lies in, missing without a point; `nummer` is the square's on the map (missing without a point), shared by places
        in the same square.
    """
    latest: dict[str, Told] = {}
    for figure in sorted(shown, key=lambda f: f.end):
        latest[figure.part] = figure
    ordered = sorted(latest.values(), key=lambda f: (-ledger.count(f), f.part))
    rows = [(_name(m, f.part), ledger.count(f), f.first, f.end - timedelta(days=1), *_square(m, f.part)) for f in ordered]
    found = pd.DataFrame(rows, columns=list(COLUMNS[1:]))
    squares = found.groupby(["x", "y"], sort=False).ngroup()  # in order of events; -1 without a point
    found["nummer"] = (squares + 1).where(squares >= 0).astype("Int64")
    return found[list(COLUMNS)]


def _square(m: Material, part: str) -> tuple[float, float]:
    """Middle of the square that a place or cell lies in; NaN without a point."""
    if (middle := cell_of(part)) is not None:
        return middle
    known = m.est.book.places
    mine = known[[part_of(m.est.secret, place) == part for place in known["place"]]]
    at = mine[["x", "y"]].to_numpy(dtype=float)[0] if len(mine) else np.full(2, np.nan)
    x, y = np.floor(at / CELL) * CELL + CELL / 2
    return float(x), float(y)


def _name(m: Material, part: str) -> str:
    """A named place's name; a cell by the nearest of them."""
    public = public_places(m)
    if (middle := cell_of(part)) is None:
        return public[part]
    known = m.est.book.places.dropna(subset=["x", "y"])
    known = known[[part_of(m.est.secret, place) in public for place in known["place"]]]
    if known.empty:
        return words_of.cell_at(*middle)
    away = known[["x", "y"]].to_numpy(dtype=float) - np.array(middle)
    far = np.hypot(away[:, 0], away[:, 1])
    nearest = int(far.argmin())
    name = public[part_of(m.est.secret, str(known["place"].iat[nearest]))]
    return words_of.cell_near(name, -away[nearest], float(far[nearest]))


def _table(told: pd.DataFrame, name: str, *, points: bool = False) -> Table:
    rows: list[list[Cell]] = []
    for row in told.itertuples():
        at = MISSING if pd.isna(row.nummer) else str(row.nummer)
        where = [words_of.point(row.x, row.y) if row.x == row.x else MISSING] if points else []
        rows.append([row.plats, at, number(row.antal), text.days(row.fran, row.till_och_med), *where])
    released = release(told, name=name, contents="description", sources=["est"])
    heads = words_of.PUBLIC_PLACES_HEADS if points else words_of.PUBLIC_PLACES_HEADS[:-1]
    columns = [Column(head, right=at in (1, 2), phone=head if at else "") for at, head in enumerate(heads)]
    caption = words_of.PUBLIC_POINTS if points else words_of.PUBLIC_PLACES
    return Table(caption, columns, rows, [released], layout="plain" if points else "cards", source=text.SOURCE)
