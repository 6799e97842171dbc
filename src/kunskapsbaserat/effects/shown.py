"""How a design and an answer are shown in a notebook: what they are, the sentences, the weightiest figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import notebook_html as html
from kunskapsbaserat.effects import words
from kunskapsbaserat.errors import UnknownKommun
from kunskapsbaserat.swedish import NBSP, number

if TYPE_CHECKING:
    import pandas as pd

    from kunskapsbaserat.effects.design import Design
    from kunskapsbaserat.effects.result import EffectResult

MOST = 10  # areas named, and weights shown
_METHODS = {
    "did": "Skillnad i skillnader",
    "synthetic_control": "Syntetisk kontroll",
    "sdid": "Syntetisk skillnad i skillnader",
    "its": "Avbruten tidsserie",
    "wdd": "Vägd skillnad med förflyttning",
    "displacement": "Förflyttning och spridning",
}


def effect_html(result: EffectResult) -> str:
    """The summary, the figures and the heaviest weights of an answer."""
    parts = [
        html.heading(_METHODS.get(result.method, result.method)),
        html.paragraph(result.summary()),
        html.table(words.figures(result)),
    ]
    weights = result.diagnostics.weights
    if weights is not None and len(weights):
        parts.append(html.folded(f"Områdenas vikt i jämförelsen ({number(len(weights))})", weights_html(weights)))
    return html.shown(*parts)


def weights_html(weights: pd.Series) -> str:
    """The heaviest areas, and the others together."""
    ordered = weights.sort_values(ascending=False, key=abs, kind="stable")
    rows = [(area_name(str(area)), _percent(value)) for area, value in ordered.iloc[:MOST].items()]
    rest = ordered.iloc[MOST:]
    if len(rest):
        rows.append((f"{number(len(rest))} andra tillsammans", _percent(float(rest.sum()))))
    return html.table(rows, heads=("Område", "Vikt"))


def design_html(design: Design) -> str:
    """What is compared with what, before any result is seen."""
    compared = int(design.comparable.sum())
    others = len(design.data.units) - len(design.areas)
    rows = [
        ("Det som mäts", design.outcome),
        ("Delas med", design.exposure or "inget"),
        ("Med åtgärden", _listed(design.areas)),
        ("Start", str(design.first_period)),
        *([("Införande, räknas inte", f"{number(design.phase_in)} perioder")] if design.phase_in else []),
        ("Månader före starten", number(design.months_before)),
        ("Månader efter starten", "inga än" if design.planned else _months_after(design)),
        ("Områden att jämföra med", f"{number(compared)} av {number(others)}"),
    ]
    nxt = (
        "Se hur liten effekt som skulle synas: effects.power(design)"
        if design.planned
        else "Utvärdera: effects.evaluate(design)"
    )
    return html.shown(
        html.heading(design.name or "Upplägg för en utvärdering"),
        html.table(rows),
        html.paragraph(f"Kontrollera jämförelsen: design.check(). {nxt}."),
    )


def area_name(code: str) -> str:
    """The kommun's name for its code, another area as it is called."""
    try:
        return kommuner.get(code).name if code.isdigit() and len(code) == len("0114") else code
    except UnknownKommun:
        return code


def _months_after(design: Design) -> str:
    left_out = f" (tabellen har {number(design.months_after + design.months_beyond)})" if design.months_beyond else ""
    return f"{number(design.months_after)}{left_out}"


def _listed(areas: tuple[str, ...]) -> str:
    names = [area_name(area) for area in areas]
    more = f" och {number(len(names) - MOST)} till" if len(names) > MOST else ""
    return f"{', '.join(names[:MOST])}{more}"


def _percent(value: float) -> str:
    return f"{number(100 * value, 1)}{NBSP}procent"
