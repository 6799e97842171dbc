"""The verdicts of every kommun's lägesbild as one table of a page, computed by the library while the site is built.

The whole table stands in the page, so that it is read without JavaScript and from a folder; a script only hides the kommuner
that are not chosen. Nothing is computed in the browser.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from kunskapsbaserat import kommun, swedish
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.page.common_words import AMONG, CHANGE
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

OFFENCES = ("totalt", "brott_mot_person", "stold_ran_kap8", "skadegorelse_kap12", "narkotika_och_vapen")
"""Those that all 290 kommuner have figures for."""
HEADS = (
    *("Brott", "Förändring", "Mot andra kommuner", "Nu mot före", "Per år före", "Per år nu"),
    *("Tre år, per 100 000", "Bland alla kommuner"),
)
CAPTION = "Lägesbildens bedömningar av fem brottsgrupper i alla kommuner, uträknade i förväg"


def table() -> str:
    """The whole block as HTML: a list to choose in, which a script shows, and a table with a part for each kommun."""
    places = sorted(kommun.all_kommuner(), key=lambda place: kommun.sort_key(place.name))
    found = [underlag.load(place.code).count_findings for place in places]
    parts = "".join(_part(place, findings) for place, findings in zip(places, found, strict=True))
    heads = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in HEADS)
    return (
        '<div id="prova">'
        '<p id="prova-val" hidden><label for="prova-kommun">Kommun</label> <select id="prova-kommun"></select></p>'
        '<p id="prova-sagt" role="status"></p>'
        f'<div class="prova-tabell" role="region" aria-label="{CAPTION}" tabindex="0">'
        f"<table><caption>{CAPTION}</caption><thead><tr>{heads}</tr></thead>{parts}</table></div></div>"
        '<script src="_static/prova.js" defer></script>'
    )


def _part(place: Kommun, findings: Sequence[CountFinding]) -> str:
    known = {f.offence.id: f for f in findings if f.facet.sex == "alla"}
    rows = "".join(_row(known[offence]) for offence in OFFENCES if offence in known)
    name = html.escape(place.name)
    head = f'<tr><th scope="rowgroup" colspan="{len(HEADS)}">{name}</th></tr>'
    return f'<tbody data-kod="{place.code}" data-namn="{name}">{head}{rows}</tbody>'


def _row(f: CountFinding) -> str:
    j, pooled = f.judgement, f.pooled
    judged = j.reason is None and min(j.mean_latest, j.mean_earlier) >= PERCENT_FROM
    cells = (
        CHANGE[j.change][1],
        CHANGE[j.relative_change][1],
        f"{swedish.number(j.ratio, 2)} ({swedish.limits(j.lower, j.upper, 2)})" if judged else "för få för en kvot",
        f"{swedish.number(j.mean_earlier)} ({swedish.years(*j.earlier)})",
        f"{swedish.number(j.mean_latest)} ({swedish.years(*j.latest)})",
        swedish.number(pooled.rate) if pooled else "saknas",
        AMONG[pooled.among] if pooled and pooled.among else "saknas",
    )
    told = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{html.escape(f.facet.short)}</th>{told}</tr>'


class VerdictsOfAll(Directive):
    """``{alla-kommuners-svar}``"""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", table(), format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Told to Sphinx by its list of extensions."""
    app.add_directive("alla-kommuners-svar", VerdictsOfAll)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
