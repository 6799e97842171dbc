"""Tabell: a DataFrame that knows where its figures come from, draws itself and becomes an Excel file that can be sent on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.plotting import PlotAccessor

from kunskapsbaserat.analys import periods, words

ABOUT = "kunskapsbaserat"  # the key in `DataFrame.attrs`


class _Plot(PlotAccessor):
    """`.plot()` draws the table's own figure; with anything more said it is pandas', `.plot.bar(...)` too."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from kunskapsbaserat.analys import drawing

        table = self._parent
        if args or set(kwargs) - {"ax", "value"} or not drawing.can_draw(table):
            return super().__call__(*args, **kwargs)
        return drawing.draw(table, **kwargs)


class Tabell(pd.DataFrame):
    """A pandas DataFrame with one thing a row: everything that pandas can do with a table works as usual.

    What is more: `.plot()` draws the figure that belongs to the table, `.to_excel(path)` writes a workbook with Swedish headers
    and the sources on a sheet of their own, `.kallor` and `.anmarkningar` say where the figures come from and what is missing,
    and `query` compares ``period`` with text and years too. A table that has been filtered or sorted is still one; one that has
    been reshaped so that it can no longer be drawn is drawn by pandas.

    Examples
    --------
    >>> import kunskapsbaserat as kb
    >>> tal = kb.brott("Köping", "totalt").query("period >= '2024'")
    >>> print(tal[["ar", "antal"]].to_string(index=False))
      ar  antal
    2024   2829
    2025   2976
    """

    @property
    def _constructor(self) -> Callable[..., Tabell]:
        return Tabell

    @property
    def plot(self) -> Any:
        """The table's own figure when called with nothing more than `ax` and `value`, else pandas' `plot`."""
        return _Plot(self)

    @property
    def kallor(self) -> list[str]:
        """A line for each table that the figures come from."""
        return list(self.attrs.get(ABOUT, {}).get("kallor", []))

    @property
    def anmarkningar(self) -> list[str]:
        """What is missing or has to be known before the figures are used."""
        return list(self.attrs.get(ABOUT, {}).get("anmarkningar", []))

    def query(self, expr: str, **kwargs: Any) -> Any:
        """As pandas' `query`; a period may also be compared with text or a year: ``"period >= '2020'"``.

        pandas itself finds no row for ``period == '2024'``, and says nothing.

        Raises
        ------
        TableError
            A period is compared with what is no such period: a year where the periods are months.
        """
        kwargs["level"] = kwargs.pop("level", 0) + 1
        if isinstance(expr, str):
            expr, found = periods.readable(self, expr, level=kwargs["level"])
            if found:
                kwargs["resolvers"] = (*kwargs.get("resolvers", ()), found)
        return super().query(expr, **kwargs)

    def to_excel(self, excel_writer: Any, *args: Any, **kwargs: Any) -> Any:
        """Write a workbook with Swedish headers, names of kommuner and a sheet with the sources.

        With more than a path (``sheet_name=``, an ``ExcelWriter``) it is pandas' own `to_excel`.

        Raises
        ------
        FileLocked
            The file is open in Excel.
        """
        if args or kwargs or not isinstance(excel_writer, (str, Path)):
            return super().to_excel(excel_writer, *args, **kwargs)
        from kunskapsbaserat.analys.workbook import till_excel

        return till_excel(self, excel_writer)


def table(
    frame: pd.DataFrame, *, figure: str | None, sources: Sequence[str], notes: Sequence[str] = (), title: str = ""
) -> Tabell:
    """The frame with what is said about it; what is kept is text alone, so that it can be saved with the table."""
    made = Tabell(frame.reset_index(drop=True))
    heads = {name: words.HEADERS[name] for name in made.columns if name in words.HEADERS}
    said = {"figur": figure, "rubrik": title, "kallor": list(sources), "anmarkningar": list(notes), "kolumner": heads}
    made.attrs[ABOUT] = said
    return made


def about(frame: pd.DataFrame) -> dict[str, Any]:
    """What `table` said about a frame; empty for any other frame."""
    return dict(frame.attrs.get(ABOUT, {}))
