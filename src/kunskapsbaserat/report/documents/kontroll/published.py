"""What the publishers should have given out since the folder's figures, by their calendar: `kunskap kontroll` asks nobody."""

from __future__ import annotations

from datetime import date, timedelta

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


def inspect(folder: Folder, today: date) -> list[str]:
    """Figures that should exist and are newer than those of the folder and the package, a line each, with what to do."""
    found = []
    if (due := _due_year(today, FINAL_YEAR)) > (have := _last_final_year(folder)):
        found.append(words.year(have, due))
    have_survey = _last_survey(folder)
    if have_survey is not None and (due := _due_year(today, SURVEY)) > have_survey:
        found.append(words.survey(have_survey, due))
    if len(folder.months):
        due_month = pd.Period(today - MONTH_AFTER, freq="M") - 1
        if due_month > (last := folder.months["period"].max()):
            found.append(words.months(str(last), str(due_month)))
    return words.lines(found, folder.kommun, folder.path, _fetched(folder))


def _due_year(today: date, since: tuple[int, int]) -> int:
    """The last year whose figures are out."""
    return today.year - 1 if (today.month, today.day) >= since else today.year - 2


def _last_final_year(folder: Folder) -> int:
    both = [embedded.counts_groups(), folder.counts]
    years = [
        rows.loc[(rows["area"] == folder.kommun.code) & (rows["status"] == "final"), "period"].dt.year.max() for rows in both
    ]
    return int(max(year for year in years if pd.notna(year)))


def _last_survey(folder: Folder) -> int | None:
    """None for a kommun without NTU: whether it has any is not known here."""
    rows = pd.concat([embedded.survey(), folder.survey], ignore_index=True)
    last = rows.loc[rows["area"] == folder.kommun.code, "end_year"].max()
    return None if pd.isna(last) else int(last)


def _fetched(folder: Folder) -> date | None:
    """The oldest day of what was fetched."""
    days = [day for name, day in folder.retrieved.items() if name.startswith(f"{fetched.FOLDER}/")]
    return min(days, default=None)
