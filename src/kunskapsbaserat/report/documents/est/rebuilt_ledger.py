"""The ledger made anew from earlier reports, when a folder has lost both copies of it.

A report says what it told: its tables, its total. What it did not tell is taken from the folder's events as they are now, moved
as little as makes them agree with all that was told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.disclosure.ledger import Figure, Ledger
from kunskapsbaserat.errors import DisclosureError, FileError
from kunskapsbaserat.report.documents.est import kept_ledger
from kunskapsbaserat.report.documents.est import material as est_material
from kunskapsbaserat.report.documents.est import public as est_public
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.words import deepening as words

_ROUNDS = 50  # of moving counts: what two places' sums ask for is seldom the same
_TABLES = Path("tables") / "maskin"


@dataclass(frozen=True)
class Told:
    """What one report told: figures with their counts, and the total (None where it did not tell it)."""

    start: date
    figures: dict[Figure, int]
    total: int | None


def rebuild(folder: str | Path, reports: Sequence[Path]) -> list[date]:
    """Write the ledger of a folder from its earlier EST reports; the first days of their periods.

    Parameters
    ----------
    folder : path
        The kommun's, with its events.
    reports : sequence of Path
        Folders with the ``manifest.json`` of every report whose public version has been given out. One left out is forgotten.

    Raises
    ------
    DisclosureError
        The folder has a ledger, or a copy, or its events cannot be made to agree with what was told.
    FileError
        A folder is no EST report of this kommun, or has lost its tables.
    """
    path = Path(folder) / LEDGER
    there = next((p for p in (path, kept_ledger.copy_of(path)) if p.exists()), None)
    if there is not None:
        raise DisclosureError(
            f"{there.name} exists",
            svenska=f"{there.name} finns i mappen. Registret görs om bara när både {path.name} och den dolda kopian är borta. "
            "Är filen skadad: hämta den ur en säkerhetskopia, eller byt namn på kopian.",
        )
    made, told = Ledger(), []
    for report in reports:
        m = est_material.load(data=folder, period=_period(report))
        mine = est_public.keyed(m.est.secret)
        told.append(_read(report, m))
        for span, counts in zip(window := est_public.window(m), est_public.counts_of(m, window), strict=True):
            made.freeze(span.start, span.end, counts, open_period=False)
    if not told:
        raise FileError("no_report", folder, "no report is given", "behöver minst en tidigare rapport att utgå från.")
    _agree(made, sorted(told, key=lambda t: t.start))
    kept_ledger.keep(path, mine(made), seen="", judge_again=_refuse, mine=mine)
    return sorted(made.reports)


def _refuse(_: Ledger) -> Ledger:
    raise DisclosureError(
        "a ledger came into the folder meanwhile",
        svenska=f"{LEDGER} skrevs av ett annat program under tiden. Inget har ändrats.",
    )


# ---- what a report told --------------------------------------------------------------------------------------------------


def _period(report: Path) -> str:
    try:
        manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
        if manifest["template"] != "est":
            raise ValueError(manifest["template"])
        return str(manifest["parameters"]["period"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(
            "no_report", report, "is no EST report", "är ingen EST-rapport: manifest.json saknas eller gäller något annat."
        ) from error


def _read(report: Path, m: Material) -> Told:
    start, end = m.span.start, m.span.end
    try:
        categories = pd.read_csv(report / _TABLES / "offentlig_kategorier.csv", dtype=str, keep_default_na=False)
        page = (report / "offentlig.html").read_text(encoding="utf-8")
        places = report / _TABLES / "offentlig_platser.csv"
        named = pd.read_csv(places, dtype=str, keep_default_na=False) if places.exists() else pd.DataFrame()
        if len(categories) and (categories["fran"] != start.isoformat()).any():
            raise ValueError("another period")
        figures = {
            Figure(est_public.CATEGORY, row["kategori"], start, end): int(row["antal"])
            for row in categories.to_dict("records")
            if row["antal"].isdigit()
        }
        for row in named.to_dict("records"):
            until = date.fromisoformat(row["till_och_med"]) + timedelta(days=1)
            figure = Figure(est_public.PLACE, _part(m, row), date.fromisoformat(row["fran"]), until)
            figures[figure] = int(row["antal"])
        return Told(start, figures, _total(page))
    except (OSError, ValueError, KeyError) as error:
        raise FileError(
            "no_report",
            report,
            "has lost its public tables",
            f"saknar offentlig.html eller tabellerna i {_TABLES.as_posix()}, eller så är de ändrade.",
        ) from error


def _part(m: Material, row: dict[str, str]) -> str:
    """The part of the ledger that a row of the public places is."""
    known = {name: part for part, name in est_public.public_places(m).items()}
    if row["plats"] in known:
        return known[row["plats"]]
    if row["plats"].startswith(f"{words.CELL} ") and row["x"]:
        west, south = (float(row[axis]) - est_public.CELL / 2 for axis in ("x", "y"))
        return f"{est_public.CELL_MARK}{west:.0f}_{south:.0f}"
    return est_public.part_of(m.est.secret, row["plats"])


def _total(page: str) -> int | None:
    """The total of the page's table of categories."""
    found = re.search(rf"{re.escape(words.TOTAL)}</t[hd]>\s*<td[^>]*>([^<]*)<", page)
    if found is None:
        raise ValueError("no total")
    digits = re.sub(r"\s", "", found[1])
    return int(digits) if digits.isdigit() else None


# ---- making it agree -----------------------------------------------------------------------------------------------------


def _agree(ledger: Ledger, told: Sequence[Told]) -> None:
    """Move the frozen counts as little as makes them what was told, and note the reports."""
    figures = {figure: count for report in told for figure, count in report.figures.items()}
    for _ in range(_ROUNDS):
        for figure, count in figures.items():
            _move(ledger, figure, count - ledger.count(figure))
        if all(ledger.count(figure) == count for figure, count in figures.items()):
            break
    for report in told:
        _hold_total(ledger, report)
        shown = est_public.WITHHELD if report.total is None else est_public.SHOWN
        end = ledger.periods[report.start].end
        ledger.reports[report.start] = (*report.figures, Figure(est_public.TOTAL, shown, report.start, end))
    if any(ledger.count(figure) != count for figure, count in figures.items()):
        raise _contradicted(None)


def _move(ledger: Ledger, figure: Figure, more: int) -> None:
    """Add to a part's latest period of the figure; take from it, and from those before it when it has too few."""
    inside = sorted((s for s in ledger.periods if figure.first <= s < figure.end), reverse=True)
    for start in inside:
        parts = ledger.periods[start].counts.setdefault(figure.dimension, {})
        step = max(more, -parts.get(figure.part, 0))
        parts[figure.part] = parts.get(figure.part, 0) + step
        more -= step


def _hold_total(ledger: Ledger, report: Told) -> None:
    """Put what the shown categories leave of the total on those that were not shown: at least one each."""
    counts = ledger.periods[report.start].counts[est_public.CATEGORY]
    shown = {figure.part for figure in report.figures if figure.dimension == est_public.CATEGORY}
    hidden = [category for category in counts if category not in shown]
    for category in hidden:
        counts[category] = max(counts[category], 1)
    if report.total is None:
        return
    more = report.total - sum(counts.values())
    for category in sorted(hidden, key=lambda c: -counts[c]):
        step = max(more, 1 - counts[category])
        counts[category] += step
        more -= step
    if more:
        raise _contradicted(report.start)


def _contradicted(start: date | None) -> DisclosureError:
    which = f" för perioden från {start}" if start else ""
    return DisclosureError(
        "the reports and the events of the folder cannot all be right",
        svenska=f"Det som rapporterna säger{which} går inte ihop. Kontrollera att alla rapporter gäller den här mappen "
        "och att ingen är ändrad. Går det inte att reda ut kan ingen offentlig version göras för de perioderna.",
    )
