"""What the publishers should have given out since the folder's figures, by their calendar: `kunskap kontroll` asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from kunskapsbaserat.data import embedded, fetched
from kunskapsbaserat.data.folder import Folder
from kunskapsbaserat.report.documents.kontroll.words import published as words

FINAL_YEAR = (4, 1)
"""Month and day when the final figures of the year before are out: Brå gives them in late February or March."""
SURVEY = (1, 1)
"""Month and day when NTU of the year before is in Kolada: it came on 15 December 2025."""
MONTH_AFTER = timedelta(days=15)
"""After the end of a month: Brå's preliminary figures come after about ten days."""


@dataclass(frozen=True, slots=True)
class Due:
    """Figures that should be out and are newer than those at hand; `have` and `due` as "2025" or "2026-09"."""

    code: Literal["year", "survey", "months"]
    have: str
    due: str


def due(folder: Folder | None, today: date) -> list[Due]:
    """What should be out by a day, beside the figures of a folder; without one, beside the package's own of any kommun."""
    found: list[Due] = []
    if (wanted := _due_year(today, FINAL_YEAR)) > (have := _last_final_year(folder)):
        found.append(Due("year", str(have), str(wanted)))
    have_survey = _last_survey(folder)
    if have_survey is not None and (wanted := _due_year(today, SURVEY)) > have_survey:
        found.append(Due("survey", str(have_survey), str(wanted)))
    if folder is not None and len(folder.months):
        due_month = pd.Period(today - MONTH_AFTER, freq="M") - 1
        if due_month > (last := folder.months["period"].max()):
            found.append(Due("months", str(last), str(due_month)))
    return found


def inspect(folder: Folder, today: date) -> list[str]:
    """Figures that should exist and are newer than those of the folder and the package, a line each, with what to do."""
    found = [words.about(one.code, one.have, one.due) for one in due(folder, today)]
    return words.lines(found, folder.kommun, folder.path, _fetched(folder))


def _due_year(today: date, since: tuple[int, int]) -> int:
    """The last year whose figures are out."""
    return today.year - 1 if (today.month, today.day) >= since else today.year - 2


def _last_final_year(folder: Folder | None) -> int:
    both = [embedded.counts_groups()] if folder is None else [embedded.counts_groups(), folder.counts]
    years = [_of_kommun(rows, folder)[lambda t: t["status"] == "final"]["period"].dt.year.max() for rows in both]
    return int(max(year for year in years if pd.notna(year)))


def _last_survey(folder: Folder | None) -> int | None:
    """None for a kommun without NTU: whether it has any is not known here."""
    rows = embedded.survey() if folder is None else pd.concat([embedded.survey(), folder.survey], ignore_index=True)
    last = _of_kommun(rows, folder)["end_year"].max()
    return None if pd.isna(last) else int(last)


def _of_kommun(rows: pd.DataFrame, folder: Folder | None) -> pd.DataFrame:
    return rows if folder is None else rows[rows["area"] == folder.kommun.code]


def _fetched(folder: Folder) -> date | None:
    """The oldest day of what was fetched."""
    days = [day for name, day in folder.retrieved.items() if name.startswith(f"{fetched.FOLDER}/")]
    return min(days, default=None)
