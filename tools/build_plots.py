"""The gallery of `kunskapsbaserat.plots`, light and dark: docs/plots-light.png and docs/plots-dark.png.

    python tools/build_plots.py

Every function is drawn from the package's own figures and a simulated panel, each to a picture of its own with a folder as argument.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from PIL import Image

from kunskapsbaserat import effects, plots, rates, simulate, trends
from kunskapsbaserat.data import embedded
from kunskapsbaserat.rates.exposure import person_years_of

mpl.use("Agg")
DOCS = Path(__file__).parents[1] / "docs"
SHOWN = ("rate", "funnel", "control_chart", "expected_range", "effect", "placebos")
COLOURS = 160  # of the palette of a picture: the drawings have few


def drawings() -> dict[str, Callable[[], object]]:
    """Every drawing by its name."""
    counts = embedded.counts_year()
    counts = counts[(counts["offence"] == "bostadsinbrott") & (counts["area_level"] == "kommun")]
    counts = counts.assign(exposure=person_years_of(counts, embedded.exposure()))
    table = rates.crude_rate(counts, key=())
    last = table[table["period"] == table["period"].max()]
    expected = last["exposure"] * last["count"].sum() / last["exposure"].sum()
    months = embedded.counts_month()
    months = months[(months["area"] == "2081") & (months["offence"] == "totalt")].set_index("period")["count"].astype(int)
    own = table[table["area"] == "2081"]
    panel = simulate.effect_panels(np.random.default_rng(5), 1, effect=-0.4, n_treated=2, choice="large").table()
    treated = panel.loc[panel["treated"], "area"].unique().tolist()
    design = effects.Design(panel, outcome="count", treated=treated, start="2024-01", exposure="population")
    answer = effects.evaluate(design)
    three = table[table["area"].isin(["2081", "2080", "2083"])]
    years = own["period"].dt.year.to_numpy()
    return {
        "rate": lambda: plots.rate(three),
        "rate_many": lambda: plots.rate(table, highlight="Borlänge"),
        "small_multiples": lambda: plots.small_multiples(table, title="Anmälda bostadsinbrott per 100 000 invånare")[0],
        "funnel": lambda: plots.funnel(rates.funnel(last.assign(expected=expected)), title="Anmälda bostadsinbrott"),
        "map": lambda: plots.map(last, highlight="Borlänge"),
        "control_chart": lambda: plots.control_chart(trends.control_chart(months, chart="i"), title="Anmälda brott i Borlänge"),
        "run_chart": lambda: plots.run_chart(trends.run_chart(months)),
        "joinpoint": lambda: plots.joinpoint(trends.joinpoint(own["rate"].to_numpy(), year=years, selection="bic3")),
        "count_trend": lambda: plots.trend(trends.count_trend(months)),
        "seasonal": lambda: plots.trend(trends.seasonal(months)),
        "expected_range": lambda: plots.trend(trends.expected_range(months)),
        "effect": lambda: plots.effect(answer, title="Ett påhittat exempel: utfall och jämförelse"),
        "placebos": lambda: plots.placebos(answer, title="Samma exempel: jämfört med områden utan åtgärden"),
        "event_study": lambda: plots.event_study(effects.event_study(design)),
        "weights": lambda: plots.weights(effects.synthetic_control(design)),
        "power": lambda: plots.power(effects.power(design)),
        "comparisons": lambda: plots.comparisons(effects.compare(design)),
    }


def picture(draw: Callable[[], object], dpi: int) -> Image.Image:
    buffer = io.BytesIO()
    draw().figure.savefig(buffer, format="png", dpi=dpi)
    plt.close("all")
    return Image.open(buffer).convert("RGB")


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Two beside each other, on the background of the first."""
    width, height = max(p.width for p in pictures), max(p.height for p in pictures)
    sheet = Image.new("RGB", (2 * width, height * -(-len(pictures) // 2)), pictures[0].getpixel((0, 0)))
    for at, one in enumerate(pictures):
        fitted = one.resize((round(one.width * min(1, height / one.height)), min(one.height, height)))
        sheet.paste(fitted, ((at % 2) * width, (at // 2) * height))
    return sheet.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def main() -> None:
    drawn = drawings()
    for mode in ("light", "dark"):
        with plots.theme(mode):
            if len(sys.argv) > 1:
                for name, draw in drawn.items():
                    picture(draw, 80).save(Path(sys.argv[1]) / f"{name}-{mode}.png")
                continue
            side_by_side([picture(drawn[name], 60) for name in SHOWN]).save(DOCS / f"plots-{mode}.png", optimize=True)


if __name__ == "__main__":
    main()
