"""Which figure belongs to a table: the one place where the layer meets `plots`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from kunskapsbaserat.analys import words
from kunskapsbaserat.analys.table import about

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEEDED = {
    "tal": ("kommun", "ar", "period", "brott", "per_100000"),
    "tratt": ("kommun", "vantat", "kvot", "nedre_95", "ovre_95", "nedre_998", "ovre_998", "vald"),
    "karta": ("kommun", "kod"),
}
_LENGTHS = {"Q": " och kvartal", "M": " och månad"}
_EXPECTED = "Väntat antal anmälda brott (större kommun åt höger)"
_LIMITS = {"nedre_95": "lower_inner", "ovre_95": "upper_inner", "nedre_998": "lower_outer", "ovre_998": "upper_outer"}


def can_draw(table: pd.DataFrame) -> bool:
    """Has the table a figure of its own, and still the columns that it is drawn from?"""
    figure = about(table).get("figur")
    return figure in _NEEDED and set(_NEEDED[figure]) <= set(table.columns)


def draw(table: pd.DataFrame, ax: Axes | None = None, value: str | None = None) -> Axes:
    """The table's own figure on `ax`, or on a new one; `value` is another column than the rate per 100 000.

    Raises
    ------
    TableError
        There is nothing to draw, or two series in one line: choose one offence first.
    """
    frame = pd.DataFrame(table).reset_index(drop=True)
    return _DRAWN[about(table)["figur"]](frame, ax, value)


def _rates(frame: pd.DataFrame, ax: Axes | None, value: str | None) -> Axes:
    from kunskapsbaserat import plots

    x = "ar" if str(frame["period"].dtype).startswith("period[Y") else "period"
    hue = "kommun"
    offences, places = (frame[name].unique() for name in ("brott", "kommun"))
    if len(offences) > 1 and len(places) == 1:
        hue = "brott"
    wanted = value or "per_100000"
    what = offences[0] if len(offences) == 1 else f"Anmälda brott i {places[0]}"
    if wanted != "per_100000":
        return plots.counts(frame, x=x, y=wanted, hue=hue, ax=ax, title=f"{what}: {_header(wanted)}", ylabel=_header(wanted))
    lower, upper = (name if name in frame else None for name in ("lower", "upper"))
    title = f"{what} per 100 000 invånare{_LENGTHS.get(str(frame['period'].dtype)[7:8], '')}"
    return plots.rate(frame, x=x, y=wanted, lower=lower, upper=upper, hue=hue, ax=ax, title=title)


def _funnel(frame: pd.DataFrame, ax: Axes | None, value: str | None) -> Axes:
    from kunskapsbaserat import plots

    marked = frame.loc[frame["vald"], "kommun"].tolist()
    limits = frame.rename(columns=_LIMITS)
    title = f"{frame['brott'].iat[0]} {int(frame['ar'].iat[0])}" if {"brott", "ar"} <= set(frame.columns) else ""
    return plots.funnel(
        limits, ax=ax, x="vantat", y=value or "kvot", name="kommun", highlight=marked, title=title, xlabel=_EXPECTED
    )


def _map(frame: pd.DataFrame, ax: Axes | None, value: str | None) -> Axes:
    from kunskapsbaserat import plots

    return plots.map(frame, value=value or "per_100000", kommun="kod", ax=ax, title=_title(frame, value))


def _header(name: str) -> str:
    return words.HEADERS.get(name, name)


def _title(frame: pd.DataFrame, value: str | None) -> str | None:
    if {"brott", "ar"} <= set(frame.columns) and value in (None, "per_100000"):
        return f"{frame['brott'].iat[0]} per 100 000 invånare {int(frame['ar'].iat[0])}"
    return None


_DRAWN: dict[str, Callable[[pd.DataFrame, Axes | None, str | None], Axes]] = {"tal": _rates, "tratt": _funnel, "karta": _map}
