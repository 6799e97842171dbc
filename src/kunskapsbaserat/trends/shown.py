"""How the model of a series is shown in a notebook: its sentence and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kunskapsbaserat import notebook_html as html
from kunskapsbaserat.swedish import number, years
from kunskapsbaserat.trends import words

if TYPE_CHECKING:
    from kunskapsbaserat.trends.control_chart import ControlChart
    from kunskapsbaserat.trends.count_trend import CountTrend
    from kunskapsbaserat.trends.joinpoint import Joinpoint


def _between(low: float, high: float) -> str:
    return f"{number(low, 1)} och {number(high, 1)}"


def count_trend_html(result: CountTrend) -> str:
    """The trend a year and how it was found."""
    annual = result.annual
    rows = [
        ("Förändring per år, procent", number(annual["change"], 1)),
        ("Troligen mellan", _between(annual["lower"], annual["upper"])),
        ("Hur ofta slump ger minst så stor trend (andel)", number(annual["p_value"], 3)),
        ("Modell", result.family),
    ]
    sentence = words.count_trend(result, words.NAMES["sv"])
    return html.shown(html.heading("Trend"), html.paragraph(sentence), html.table(rows))


def joinpoint_html(result: Joinpoint) -> str:
    """Every stretch with its change a year."""
    unit = "procent" if result.fit.scale == "log" else "enheter"
    rows = [
        (years(int(row["start"]), int(row["end"])), number(row["apc"], 1), _between(row["lower"], row["upper"]))
        for row in result.segments.to_dict("records")
    ]
    heads = ("Tid", f"Förändring per år, {unit}", "Troligen mellan")
    sentence = words.joinpoint(result, words.NAMES["sv"])
    return html.shown(html.heading("Trend med brytpunkter"), html.paragraph(sentence), html.table(rows, heads=heads))


def control_chart_html(result: ControlChart) -> str:
    """Every part with its level and limits, and the points outside."""
    points = result.points
    rows = []
    for part in result.parts.to_dict("records"):
        own = points[points["part"] == part["part"]]
        usual = _between(float(own["lower"].iat[-1]), float(own["upper"].iat[-1]))
        level = number(part["centre"], 1)
        rows.append((f"{part['start']} till {part['end']}", level, usual, number(int(own["outside"].sum()))))
    heads = ("Tid", "Medelnivå", "Vanlig variation sist, mellan", "Utanför")
    sentence = words.control_chart(result, words.NAMES["sv"])
    return html.shown(html.heading("Styrdiagram"), html.paragraph(sentence), html.table(rows, heads=heads))
