"""A new ``skola.xlsx`` to fill in: the form's own statements are there, with drop-downs and an example in every sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.data.export import write_once
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.factors import FORM_VERSION
from kunskapsbaserat.forms import writing as form
from kunskapsbaserat.forms.values import YEARS as YEARS

Filled = Mapping[str, Sequence[Mapping[str, object]]]
"""What stands in the sheets: the values of each row by column name; the sheet of facts has one."""


def write_new(path: str | Path, school: str, year: int | None = None) -> bool:
    """Write an empty workbook for a school and a year; one that exists is never touched. Was it written?

    Parameters
    ----------
    path : str or Path
        See `path_in`.
    school : str
        The school's name.
    year : int, optional
        Of the survey.

    Returns
    -------
    bool
        Whether it was written.

    Raises
    ------
    FileLocked
        The folder may not be written.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import school
    >>> home = tempfile.TemporaryDirectory()
    >>> path = school.path_in(home.name, "Norra skolan")
    >>> school.write_new(path, "Norra skolan", 2026), path.name
    (True, 'skola.xlsx')
    >>> home.cleanup()
    """
    return write_once(path, lambda: workbook(school, facts={"ar": year}))


def workbook(school: str, filled: Filled | None = None, *, facts: Mapping[str, object] | None = None) -> bytes:
    """The bytes of a workbook: to fill in (with some facts of the school), or with the rows of `filled`."""
    book = form.new_book((sheets.READ_ME, sheets.FACTS, *sheets.SHEETS, sheets.LISTS))
    form.introduce(book[sheets.READ_ME], [text.format(skola=school) for text in sheets.INTRODUCTION])
    ranges = _lists(book[sheets.LISTS])
    known = (filled or {}).get(sheets.FACTS, [facts or {}])[0]
    form.facts_sheet(
        book[sheets.FACTS], (sheets.FIELD, sheets.ANSWER), sheets.LINES, {"namn": school, "formular": FORM_VERSION, **known}
    )
    for name, columns in sheets.SHEETS.items():
        form.part_sheet(book[name], columns, ranges)
        form.fill(book[name], columns, filled.get(name, ()) if filled else _prepared(name))
    return form.content_of(book, f"Tryggare skola, {school}")


def _prepared(name: str) -> list[dict[str, object]]:
    """What the form asks itself: the statements and the steps, to be answered."""
    prepared: dict[str, list[dict[str, object]]] = {
        sheets.SURVEY: [{"fraga": question, "vilka": sheets.PUPILS} for question in sheets.QUESTIONS],
        sheets.TIME: [{"steg": step} for step in sheets.STEPS],
        sheets.FEEDBACK: [{"fraga": question} for question in sheets.FEEDBACK_QUESTIONS],
    }
    return prepared.get(name, [])


def _lists(sheet: Any) -> dict[str, str]:
    """The lists that drop-downs draw from, and the range of each."""
    return form.write_lists(sheet, {"evidence": [e.label for e in evidens.current()], **form.choice_lists(sheets.SHEETS)})
