"""Sheets as Brå's database SOL makes them, at random, with what must be read back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from hypothesis import strategies as st

from kunskapsbaserat import catalogue
from kunskapsbaserat.data.files import DataFile, Sheet

REGIONS = [
    "Hela landet",
    "Dalarnas län",
    "Västra Götalands län",
    "Stockholm kommun",
    "Heby kommun",
    "Malung-Sälens kommun",
    "Upplands Väsby kommun",
    "Mark kommun",
    "Gotland kommun",
    "Stadsdelsområde Bromma (Sthlm)",
    "Stadsdelsområde Enskede - Årsta - Vantör (Sthlm)",
    "Stadsområde Centrum (Gbg)",
    "Region Nord",
    "Uppgift saknas",
]
TREES = {
    key: [tuple(label.split(" > ")) for o in catalogue.offences() for label in o.labels(key).values()]
    for key in ("bra_sol", "bra_sol_detalj")
}
UNKNOWN = [("Brott mot knivlagen",), ("3-7 kap. Brott mot person", "3 kap. Brott mot liv och hälsa", "Barnadråp (3 §)")]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec"]
MEASURES = {"count": "Antal", "rate": "/100 000 inv"}
NOTES = "Stadsdelen bildades 2021-01-01, statistik innan detta datum är framtagen i efterhand för att möjliggöra jämförelser."


@dataclass
class Built:
    """A sheet's rows and the values in it: (region, label, period, measure) -> (value, status)."""

    rows: list[list[object]]
    truth: dict[tuple[str, str, pd.Period, str], tuple[float | None, str]] = field(default_factory=dict)
    header_rows: int = 0
    last_value_row: int = 0


def data_file(rows: list[list[object]], name: str = "uttag.xls") -> DataFile:
    return DataFile(Path(name), "xls", "0" * 64, 1, (Sheet("Resultat", tuple(tuple(r) for r in rows)),))


@st.composite
def periods(draw: st.DrawFn) -> list[tuple[str, str, pd.Period, str]]:
    """Year header, part header, Period, status for each column."""
    first, n = draw(st.integers(1996, 2023)), draw(st.integers(1, 4))
    kind = draw(st.sampled_from(["Y", "helar", "Q", "M", "M+Y"]))
    preliminary = draw(st.booleans())
    found = []
    for year in range(first, first + n):
        last = year == first + n - 1
        status = "preliminary" if preliminary and last else "final"
        head = f"{year} prel." if status == "preliminary" else str(year)
        if kind in ("Y", "helar"):
            found.append(
                ("År" if kind == "Y" else head, head if kind == "Y" else "Helår", pd.Period(year=year, freq="Y"), status)
            )
        elif kind == "Q":
            quarters = draw(st.integers(1, 4)) if last else 4
            found += [(head, f"Kvartal {q}", pd.Period(year=year, quarter=q, freq="Q"), status) for q in range(1, quarters + 1)]
        else:
            months = draw(st.integers(1, 12)) if last else 12
            found += [(head, MONTHS[m], pd.Period(year=year, month=m + 1, freq="M"), status) for m in range(months)]
            if kind == "M+Y" and months == 12:
                found.append((head, "Helår", pd.Period(year=year, freq="Y"), status))
    return found


@st.composite
def sheets(draw: st.DrawFn, regions_in: str | None = None) -> Built:
    """One export: regions x offences x periods x measures, in one of SOL's dresses."""
    regions = draw(st.lists(st.sampled_from(REGIONS), min_size=1, max_size=5, unique=True))
    tree = TREES[draw(st.sampled_from(sorted(TREES)))] + (UNKNOWN if draw(st.booleans()) else [])
    offences = sorted(draw(st.lists(st.sampled_from(tree), min_size=1, max_size=8, unique=True)), key=tree.index)
    times = draw(periods())
    measures = draw(st.sampled_from([["count"], ["rate"], ["count", "rate"]]))
    place = regions_in or draw(st.sampled_from(["rows", "rows", "rows", "columns"]))
    text = draw(st.booleans())  # the text file: numbers as text, ".." beside headings, page breaks
    merged = draw(st.booleans())
    columns = [
        (region, *time, measure)
        for region in (regions if place == "columns" else [None])
        for time in times
        for measure in measures
    ]
    built = Built([])
    header = [
        [None, *_heads([(c[0], c[1]) for c in columns], merged)],
        [None, *_heads([(c[0], c[1], c[2]) for c in columns], merged and len(measures) > 1)],
        [None, *(MEASURES[c[5]] for c in columns)],
    ]
    if place == "columns":
        header.insert(0, [None, *(c[0] for c in columns)])
    title = ["Anmälda brott", None, "Brottsförebyggande rådet"]
    built.rows = [title, [None] * 3, *header]
    built.header_rows = len(built.rows)
    page = draw(st.integers(3, 30)) if text else 10**9
    heading = ".." if text and place == "rows" else None

    def add(row: list[object]) -> None:
        if len(built.rows) % page == 0:
            built.rows.extend([title, *header])
        built.rows.append(row)

    rng = random.Random(draw(st.integers(0, 2**32 - 1)))  # the figures need no shrinking, the layout does
    for region in regions if place == "rows" else [None]:
        if region:
            add([region, *[None] * len(columns)])
        for offence in offences:
            for parent in offence[:-1]:
                add([parent, *[heading] * len(columns)])
            raw: list[object] = [rng.choice(["..", rng.randrange(100), rng.randrange(2_000_000)]) for _ in columns]
            if all(value == ".." for value in raw):
                raw[0] = 7
            add([offence[-1], *(_as_text(v) if text else v for v in raw)])
            for (column_region, _, _, period, status, measure), value in zip(columns, raw, strict=True):
                key = (region or column_region, " > ".join(offence), period, measure)
                built.truth[key] = (None if value == ".." else float(value), status)
    built.last_value_row = len(built.rows)
    if draw(st.booleans()):
        built.rows += [[None], [None], [regions[0]], [NOTES], [offences[0][-1]], [NOTES]]
    return built


def _heads(names: list[tuple[str | None, ...]], merged: bool) -> list[object]:
    """The last name of each; merged cells never reach over a border of the row above."""
    return [None if merged and i and names[i] == names[i - 1] else name[-1] for i, name in enumerate(names)]


def _as_text(value: object) -> str:
    return f"{value:,}".replace(",", "\xa0") if isinstance(value, int) else str(value)
