"""The Python that gives the numbers of a view: what a button writes into the next cell."""

from __future__ import annotations

from kunskapsbaserat.report.documents.explore.view import View

_HEAD = """\
import kunskapsbaserat as kb
from kunskapsbaserat.report.documents.explore import view
"""
_TABLES = {"inbyggda": "view.screened()", "manader": "view.screened_months()"}


def code_of(view: View, *, source: str, folder: str = "", kind: str | None = None) -> str:
    """Lines to run in a notebook: the same tables, the same calls, the same numbers.

    Parameters
    ----------
    view : View
        What is shown.
    source : {"inbyggda", "manader", "mapp", "tabeller"}
        The embedded figures, those of 2013-2016 by month, a kommun's folder, or tables called ``counts`` and ``exposure``.
    folder : str
        Path of the kommun's folder.
    kind : str, optional
        The kind of comparison group as it was chosen; default that of the view.
    """
    made = {"mapp": f"view.screened({folder!r})", "tabeller": "view.Screened(counts, exposure)"} | _TABLES
    own = f"area == '{view.kommun.code}'"
    series = f"offence == '{view.offence.id}' and sex == '{view.facet.sex}'"
    counts = "tables.years" if view.yearly else "tables.counts"
    others = f"{counts}.query(\"area_level == 'kommun' and {own.replace('==', '!=')}\")"
    return f"""{_HEAD}
# {view.kommun.name}: {view.facet.plural}
tables = {made[source]}
screen = kb.rates.screen(tables.years, tables.exposure, groups="{kind or view.group.kind}")
own = screen.query("{own} and {series}")

# Två år mot de fem före, med hänsyn till hur mycket åren brukar svänga i andra kommuner
usual = kb.trends.variation_of({others})
changes = kb.change({counts}.query("{own}"), typical=usual).query("{series}")
print(changes[["mean_earlier", "mean_latest", "ratio", "lower", "upper", "change"]].round(2).to_string(index=False))

columns = ["period", "count", "rate", "lower", "upper", "ratio", "shrunken_rate"]
own[[*columns, "lower_quartile", "median", "upper_quartile", "comparison"]]
"""
