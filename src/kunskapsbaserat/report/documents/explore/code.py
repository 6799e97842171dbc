"""The Python that gives the numbers and the figure of an answer: what a button writes into the next cell."""

from __future__ import annotations

from kunskapsbaserat.report.documents.explore.standouts import Standouts
from kunskapsbaserat.report.documents.explore.together import Together
from kunskapsbaserat.report.documents.explore.view import Measure, View

_HEAD = """\
import kunskapsbaserat as kb
from kunskapsbaserat.report.documents.explore import {modules}
"""
_TABLES = {"inbyggda": "view.screened()", "manader": "view.screened_months()"}
_UNITS = {
    "count": "Antal",
    "rate": "Per 100 000 invånare",
    "ratio": "Kvot",
    "shrunken_rate": "Utjämnat per 100 000 invånare",
}


def code_of(
    answer: View | Together | Standouts, *, source: str, folder: str = "", kind: str | None = None, year: int | None = None
) -> str:
    """Lines to run in a notebook: the same tables, the same calls, the same numbers, and the figure.

    Parameters
    ----------
    answer : View, Together or Standouts
        What is shown.
    source : {"inbyggda", "manader", "mapp", "tabeller"}
        The embedded figures, those of 2013-2016 by month, a kommun's folder, or tables called ``counts`` and ``exposure``.
    folder : str
        Path of the kommun's folder.
    kind : str, optional
        The kind of comparison group as it was chosen; default that of the view.
    year : int, optional
        The last year that counts, where it is not the latest of the figures.
    """
    tables = {"mapp": f"view.screened({folder!r})", "tabeller": "view.Screened(counts, exposure)"} | _TABLES
    if isinstance(answer, Together):
        return _of_together(answer, tables[source], kind)
    if isinstance(answer, Standouts):
        return _of_standouts(answer, tables[source], kind)
    return _of_view(answer, tables[source], kind, year)


def _of_view(view: View, tables: str, kind: str | None, year: int | None) -> str:
    own = f"area == '{view.kommun.code}'"
    series = f"offence == '{view.offence.id}' and sex == '{view.facet.sex}'"
    counts = "tables.years" if view.yearly else "tables.counts"
    until = f'{counts}[{counts}["period"].dt.year <= {year}]' if year is not None else counts
    others = f"counts.query(\"area_level == 'kommun' and {own.replace('==', '!=')}\")"
    return f"""{_HEAD.format(modules="view")}
# {view.kommun.name}: {view.facet.plural}
tables = {tables}
screen = kb.rates.screen(tables.years, tables.exposure, groups="{kind or view.group.kind}")
own = screen.query("{own} and {series}")

# Två år mot de fem före, med hänsyn till hur mycket åren brukar svänga i andra kommuner
counts = {until}
usual = kb.trends.variation_of({others})
changes = kb.change(counts.query("{own}"), typical=usual).query("{series}")
print(changes[["mean_earlier", "mean_latest", "ratio", "lower", "upper", "change"]].round(2).to_string(index=False))

{_drawn(view)}
columns = ["period", "count", "rate", "lower", "upper", "ratio", "shrunken_rate"]
own[[*columns, "lower_quartile", "median", "upper_quartile", "comparison"]]
"""


def _drawn(view: View) -> str:
    """The line of the view, by the house's own function."""
    title = f'title="{view.facet.name} {view.kommun.where}"'
    if view.drawn is Measure.COUNT:
        return f'kb.plots.counts(own, {title}, ylabel="{_UNITS["count"]}")'
    return f'kb.plots.rate(own, y="{view.drawn.value}", {_limits(view.drawn)} {title}, ylabel="{_UNITS[view.drawn]}")'


def _limits(measure: Measure) -> str:
    """Only the rate has limits of its own in the table."""
    return 'lower="lower", upper="upper",' if measure is Measure.RATE else "lower=None, upper=None,"


def _of_together(both: Together, tables: str, kind: str | None) -> str:
    first = both.first
    names = [v.kommun.name for v in both.views]
    return f"""{_HEAD.format(modules="together, view")}
# {first.facet.name} i flera kommuner, {first.year}
both = together.together(
    {tables},
    {names!r},
    "{first.offence.id}",
    sex="{first.facet.sex}",
    year={first.year},
    group="{kind or first.group.kind}",
)
kb.plots.rate(
    both.frame(),
    x="year",
    y="{both.drawn.value}",
    {_limits(both.drawn)}
    hue="name",
    title="{first.facet.name}",
    ylabel="{_UNITS[both.drawn]}",
)
both.now()
"""


def _of_standouts(found: Standouts, tables: str, kind: str | None) -> str:
    group = kind or found.views[0].group.kind
    return f"""{_HEAD.format(modules="standouts, view")}
# Vad sticker ut {found.kommun.where}?
found = standouts.standouts({tables}, "{found.kommun.name}", group="{group}")
table = found.frame()
judged = table[table["tier"] < 2].iloc[::-1]  # den som sticker ut mest ritas överst
ax = judged.plot.barh(x="name", y="ratio", legend=False, xlabel="Nu delat med före", ylabel="")
ax.axvline(1, color="black", linewidth=1)
table
"""
