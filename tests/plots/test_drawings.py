"""Every drawing: whole years, a legend beside the data, numbers as the language writes them, and nothing changed outside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType, SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kunskapsbaserat import effects, plots, rates, trends
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.effects import Diagnostics
from kunskapsbaserat.errors import KunskapError, OptionError, TableError, UnknownKommun

mpl.use("Agg")

YEARS = list(range(2015, 2025))
LONG = "Kommunalförbundet för Västra Götalandsregionens nordöstra kommuner i samverkan"


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    before = dict(mpl.rcParams)
    yield
    plt.close("all")
    assert dict(mpl.rcParams) == before  # no drawing changes a setting


def new() -> Axes:
    return Figure(figsize=(8, 4.4), layout="constrained").subplots()


def table(names: list[str], years: list[int] = YEARS) -> pd.DataFrame:
    rows = pd.DataFrame([(name, year) for name in names for year in years], columns=["kommun", "ar"])
    rows["per_100000"] = 400.5 + 7 * (np.arange(len(rows)) * 37 % 29)
    return rows.assign(lower=rows["per_100000"] * 0.8, upper=rows["per_100000"] * 1.2)


def funnel_table(n: int = 290) -> pd.DataFrame:
    codes = [k.code for k in kommuner.all_kommuner()][:n]
    expected = np.linspace(5, 900, len(codes))
    counts = np.round(expected * (1 + 0.3 * np.sin(np.arange(len(codes))))).astype(int)
    return rates.funnel(pd.DataFrame({"area": codes, "count": counts, "expected": expected}))


def months(n: int = 48) -> pd.Series:
    return pd.Series((np.arange(n) * 7 % 13 + 20).astype(int), index=pd.period_range("2021-01", periods=n, freq="M"))


def peaks() -> pd.Series:
    return months().where(lambda counts: counts.index.month != 3, 90)


def answer(**changed: Any) -> effects.EffectResult:
    period = pd.period_range("2022-01", periods=36, freq="M")
    after = np.arange(36) >= 24
    observed = np.where(after, 20.0, 30.0)
    series = pd.DataFrame(
        {"period": period, "observed": observed, "counterfactual": 30.0, "gap": observed - 30, "after": after}
    )
    series["left_out"] = np.arange(36) == 24
    weights = pd.Series(np.linspace(0.02, 0.001, 60), index=[k.code for k in kommuner.all_kommuner()][:60])
    diagnostics = Diagnostics(
        n_placebo=60,
        series=series,
        placebo_distribution=np.linspace(-2, 2, 60),
        statistic=-3.1,
        weights=weights,
        details=MappingProxyType({"critical": 2.1, "observed": 200.0, "expected": 300.0}),
    )
    numbers = {"estimate": -0.4, "lower": -0.6, "upper": -0.2, "confidence": 0.95, "p_value": 0.01}
    names = {"method": "did", "scale": effects.Scale.LOG_RATIO, "inference": effects.Inference.PLACEBO, "design_step": 4}
    return effects.EffectResult(**(names | numbers | {"diagnostics": diagnostics} | changed))


def event_rows() -> pd.DataFrame:
    estimate = np.array([0.1, -0.05, 0.02, -0.4])
    return pd.DataFrame(
        {"since_start": [-3, -2, -1, 0], "estimate": estimate, "lower": estimate - 0.2, "upper": estimate + 0.2}
    )


def power_rows() -> pd.DataFrame:
    return pd.DataFrame(
        {"areas": [1, 1, 2, 2], "months_after": [6, 12] * 2, "smallest_decrease": [0.5, 0.6, 0.7, 0.8], "reason": [None] * 4}
    )


def comparison_rows() -> pd.DataFrame:
    row = {"method": "did", "pool": "all", "months_before": 48, "estimate": -0.3, "lower": -0.5, "upper": -0.1, "reason": None}
    last = row | {"estimate": np.nan, "lower": np.nan, "upper": np.nan, "reason": "p_floor", "verdict": "kan_inte_bedomas"}
    first = row | {"verdict": "sakerstalld_minskning"}
    return pd.DataFrame([first, row | {"verdict": "ingen_sakerstalld_skillnad"}, last]).assign(scale="log_ratio")


def changed_levels() -> trends.ChangePoints:
    return trends.change_points(pd.Series([5.0] * 8 + [20.0] * 8, index=pd.period_range("2005", periods=16, freq="Y")))


DRAWN: dict[str, Callable[..., Axes]] = {
    "rate": lambda **k: plots.rate(table(["Köping", "Arboga"]), **k),
    "rate_290": lambda **k: plots.rate(table([k.name for k in kommuner.all_kommuner()]), highlight="Köping", **k),
    "rate_long": lambda **k: plots.rate(table([LONG, f"{LONG} två", "Mora", "Orsa", "Säter", "Falun"]), **k),
    "counts": lambda **k: plots.counts(months(), **k),
    "trend": lambda **k: plots.trend(table(["Köping"]).assign(trend=400.0), **k),
    "count_trend": lambda **k: plots.trend(trends.count_trend(months()), **k),
    "joinpoint": lambda **k: plots.joinpoint(trends.joinpoint(np.arange(20.0, 30), year=YEARS, selection="bic3"), **k),
    "seasonal": lambda **k: plots.seasonal(trends.seasonal(months(72)), **k),
    "change_points": lambda **k: plots.change_points(changed_levels(), **k),
    "expected_range": lambda **k: plots.expected_range(trends.expected_range(months(72)), **k),
    "control_chart": lambda **k: plots.control_chart(
        trends.control_chart(months().where(lambda s: s.index.month != 3, 90)), **k
    ),
    "run_chart": lambda **k: plots.run_chart(trends.run_chart(months()), **k),
    "funnel": lambda **k: plots.funnel(funnel_table(), **k),
    "effect": lambda **k: plots.effect(answer(), **k),
    "estimate": lambda **k: plots.effect(answer(diagnostics=Diagnostics()), **k),
    "placebos": lambda **k: plots.placebos(answer(), **k),
    "event_study": lambda **k: plots.event_study(event_rows(), **k),
    "weights": lambda **k: plots.weights(answer(), **k),
    "power": lambda **k: plots.power(power_rows(), **k),
    "comparisons": lambda **k: plots.comparisons(comparison_rows(), **k),
    "map": lambda **k: plots.map(table(["Köping", "Arboga", "Sala"], [2024]), **k),
}
TIMED = ("rate", "counts", "trend", "count_trend", "joinpoint", "seasonal", "change_points", "expected_range", "control_chart")
NO_LEGEND = ("counts", "weights", "map")  # one series; the map's key stands below it


def x_labels(ax: Axes) -> list[str]:
    low, high = sorted(ax.get_xlim())
    ax.figure.draw_without_rendering()
    return [label.get_text() for label in ax.get_xticklabels() if low <= label.get_position()[0] <= high and label.get_text()]


@pytest.mark.parametrize("name", DRAWN)
def test_it_draws_on_the_given_axes_with_the_legend_beside_the_data(name: str):
    ax = new()
    assert DRAWN[name](ax=ax) is ax
    ax.figure.draw_without_rendering()
    legend, whole = ax.get_legend(), ax.figure.bbox
    if name in NO_LEGEND:
        return
    assert legend is not None
    box = legend.get_window_extent()
    assert box.y0 >= ax.get_window_extent().y1 - 1  # above, never over
    assert box.x1 <= whole.x1 + 1
    texts = [text.get_text() for text in legend.get_texts()]
    assert all(texts)
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", TIMED)
def test_years_are_whole(name: str):
    labels = x_labels(DRAWN[name](ax=new()))
    assert 2 <= len(labels) <= 10
    assert all(label.isdigit() and len(label) == 4 for label in labels)


@pytest.mark.parametrize("years", [[2024], [2023, 2024], [2022, 2023, 2024], list(range(1975, 2025))])
def test_few_and_many_years_are_whole_too(years: list[int]):
    labels = x_labels(plots.rate(table(["Köping"], years), ax=new()))
    assert labels
    assert all(label.isdigit() for label in labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (pd.period_range("2024-01", periods=9, freq="M"), ["jan\n2024", "mars"]),
        (pd.period_range("2023Q1", periods=8, freq="Q"), ["jan\n2023", "april"]),
        (pd.period_range("2019Q1", periods=20, freq="Q"), ["2019", "2020"]),
        (pd.period_range("2019", periods=5, freq="Y"), ["2019", "2020"]),
        (["2022", "2023"], ["2022", "2023"]),
        (["2024-01", "2024-02", "2024-03"], ["jan\n2024", "feb"]),
        (["före", "efter"], ["före", "efter"]),
        (pd.to_datetime(["2019-01-01", "2020-01-01", "2021-01-01"]), ["2019", "2020"]),
    ],
)
def test_every_kind_of_time_has_its_labels(times: Any, expected: list[str]):
    df = pd.DataFrame({"period": times, "antal": np.arange(len(times)) + 5.0})
    assert x_labels(plots.counts(df, ax=new()))[:2] == expected


def test_numbers_are_written_as_the_language_writes_them():
    df = table(["Köping"]).assign(per_100000=lambda t: t["per_100000"] * 10)
    swedish, english = (plots.rate(df, ax=new(), language=language) for language in ("sv", "en"))
    write = [ax.yaxis.get_major_formatter() for ax in (swedish, english)]
    assert [w(12500.0) for w in write] == ["12\u00a0500", "12,500"]
    assert [w(0.5) for w in write] == ["0,5", "0.5"]
    assert [w(-3.0) for w in write] == ["\u22123", "\u22123"]
    assert swedish.get_title(loc="left") == "Anmälda brott per 100\u00a0000 invånare"
    assert english.get_title(loc="left") == "Reported crimes per 100,000 residents"


@pytest.mark.parametrize("name", DRAWN)
def test_english_has_no_swedish_words_left(name: str):
    ax = DRAWN[name](ax=new(), language="en")
    legend = [] if ax.get_legend() is None else ax.get_legend().get_texts()
    texts = [ax.get_xlabel(), ax.get_ylabel(), ax.get_title(loc="left"), *(text.get_text() for text in legend)]
    named = {"Köping", "Säter", *(text for text in texts if text.startswith(LONG[:20]))}
    assert [text for text in texts if text not in named and set(text.lower()) & set("åäö")] == []
    with pytest.raises(OptionError, match="language"):
        DRAWN[name](ax=new(), language="de")


def test_the_line_stops_where_figures_are_missing():
    """A missing year, and a row that is missing: three pieces, none across a hole."""
    df = table(["Köping"])
    df.loc[df["ar"] == 2017, "per_100000"] = np.nan
    df = df[df["ar"] != 2021]
    lines = plots.rate(df, ax=new()).get_lines()
    pieces = [line.get_xdata().tolist() for line in lines if len(line.get_xdata())]
    assert pieces == [[2015, 2016], [2018, 2019, 2020], [2022, 2023, 2024]]


def test_rates_start_at_zero_and_are_where_the_figures_are():
    df = table(["Köping"])
    ax = plots.rate(df.sample(frac=1, random_state=1), ax=new())
    assert ax.get_ylim()[0] == 0
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), df["per_100000"])
    band = ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == pytest.approx(df["upper"].max())


def test_with_many_kommuner_the_chosen_are_in_front_and_the_rest_counted():
    names = [k.name for k in kommuner.all_kommuner()]
    legend = plots.rate(table(names), highlight=["1983", "Arboga"], ax=new()).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["288 andra", "Köping", "Arboga"]
    legend = plots.rate(table(names), ax=new()).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["290 serier"]


@pytest.mark.parametrize("columns", [["lower"], ["lower", "upper"]])
def test_rates_without_limits_are_drawn_without_a_band(columns: list[str]):
    assert not plots.rate(table(["Köping"]).drop(columns=columns), ax=new()).collections


def test_the_librarys_own_columns_and_arrow_tables_are_taken():
    import pyarrow as pa

    own = rates.crude_rate(
        pd.DataFrame(
            {"area": "1983", "period": pd.period_range("2020", periods=3, freq="Y"), "count": [5, 9, 7], "exposure": 100.0}
        )
    )
    ax = plots.rate(own.assign(offence="bostadsinbrott"), ax=new())
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Köping"]
    assert ax.get_title(loc="left").startswith("Anmälda bostadsinbrott per 100")
    ax = plots.rate(pa.Table.from_pandas(table(["Köping"])), ax=new())
    assert len(ax.get_lines()[0].get_xdata()) == len(YEARS)


BAD: list[tuple[Callable[[pd.DataFrame], Any], str]] = [
    (lambda t: t.iloc[:0], "minst en rad att rita"),
    (lambda t: t.drop(columns="per_100000"), "en kolumn med tal per invånare"),
    (lambda t: t.drop(columns="ar"), "en kolumn med år eller perioder"),
    (lambda t: pd.concat([t, t.iloc[:1]]), "en rad för varje kommun och ar"),
    (lambda t: t.assign(per_100000=["x", *t["per_100000"].tolist()[1:]]), "väntade ett tal, men där står ”x”"),
    (lambda t: t.assign(per_100000=np.inf), "väntade ett tal"),
    (lambda t: t.assign(per_100000=np.nan), "minst ett värde som inte saknas"),
    (lambda t: t.to_dict("list"), "Välj en tabell"),
    (lambda t: pd.concat([t, t[["ar"]]], axis=1), "kolumner med olika namn"),
]


@pytest.mark.parametrize(("damage", "message"), BAD)
@pytest.mark.parametrize("draw", [plots.rate, plots.small_multiples])
def test_what_cannot_be_drawn_is_said_in_swedish(draw: Callable[..., Any], damage: Callable[[Any], Any], message: str):
    with pytest.raises(KunskapError) as error:
        draw(damage(table(["Köping", "Arboga"])))
    assert message.removesuffix("per invånare").strip() in error.value.svenska


def test_a_series_or_column_that_is_not_there_is_refused():
    df = table(["Köping", "Arboga"])
    with pytest.raises(OptionError) as error:
        plots.rate(df, highlight="Mora", ax=new())
    assert "Välj Köping eller Arboga" in error.value.svenska
    with pytest.raises(TableError) as missing:
        plots.rate(df, y="finns_inte", ax=new())
    assert "finns_inte" in missing.value.svenska
    assert "Kolumnerna är kommun, ar, per_100000, lower, upper" in missing.value.svenska
    with pytest.raises(TableError):
        plots.rate(df, hue="finns_inte", ax=new())


@pytest.mark.parametrize("n", [1, 2, 15, 290])
def test_a_funnel_of_any_number(n: int):
    df = funnel_table(n)
    ax = plots.funnel(df, ax=new())
    dots = sum(
        len(c.get_offsets()) for c in ax.collections if c.get_offsets().shape[0] and not c.get_paths()[0].vertices.shape[0] > 60
    )
    assert dots >= n
    assert len(ax.texts) <= 6


def test_a_funnel_names_those_asked_for_and_needs_its_columns():
    df = funnel_table(20)
    assert [t.get_text() for t in plots.funnel(df, highlight="0114", ax=new()).texts] == ["Upplands Väsby"]
    for damage, part in ((df.drop(columns="expected"), "hur stora områdena är"), (df.assign(ratio=np.nan), "saknas")):
        with pytest.raises(TableError) as error:
            plots.funnel(damage, ax=new())
        assert part in error.value.svenska


def test_a_map_hatches_what_is_missing_and_frames_the_kommun():
    df = table(["Köping", "Arboga", "Sala"], [2024])
    df.loc[0, "per_100000"] = np.nan
    ax = plots.map(df, highlight="Arboga", ax=new())
    vastmanland = len(kommuner.in_lan("19"))
    assert len(ax.patches) == vastmanland
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == vastmanland - 2
    assert sorted(t.get_text() for t in ax.texts) == sorted(k.name for k in kommuner.in_lan("19"))
    assert [t.get_text() for t in ax.get_legend().get_texts()][-1] == "Saknas"
    assert max(patch.get_linewidth() for patch in ax.patches) > 2


def test_a_map_of_the_country_names_nobody_and_an_unknown_kommun_is_refused():
    df = table([k.name for k in kommuner.all_kommuner()], [2024])
    ax = plots.map(df, ax=new())
    assert (len(ax.patches), len(ax.texts)) == (290, 0)
    with pytest.raises(TableError) as error:
        plots.map(table(["Kpoing"], [2024]), ax=new())
    assert "Menade du Köping" in error.value.svenska
    with pytest.raises(UnknownKommun):
        plots.map(df, highlight="Kpoing", ax=new())
    with pytest.raises(TableError, match="one row for each"):
        plots.map(table(["Köping"]), ax=new())


def test_small_multiples_are_on_the_same_scale_and_named():
    axes = plots.small_multiples(table(["Köping", "Arboga", LONG]), title="Tre kommuner")
    assert [ax.get_title(loc="left") for ax in axes[:2]] == ["Köping", "Arboga"]
    assert len(axes[2].get_title(loc="left")) < 30
    assert len({ax.get_ylim() for ax in axes}) == 1
    with pytest.raises(TableError) as error:
        plots.small_multiples(table([k.name for k in kommuner.all_kommuner()][:60], [2024]))
    assert "högst 49 områden" in error.value.svenska


def test_ten_weights_are_shown_and_the_rest_together():
    labels = [label.get_text() for label in plots.weights(answer(), ax=new()).get_yticklabels()]
    assert len(labels) == 11
    assert labels[0] == "Upplands Väsby"
    assert labels[-1] == "50 andra tillsammans"


@pytest.mark.parametrize("draw", [plots.series, plots.placebos, plots.weights])
def test_a_result_without_what_is_drawn_says_so(draw: Callable[..., Any]):
    with pytest.raises(OptionError) as error:
        draw(answer(diagnostics=Diagnostics()), ax=new())
    assert "did" in error.value.svenska


def test_results_draw_themselves():
    for result in (answer(), trends.joinpoint(np.arange(20.0, 30), selection="bic3"), trends.control_chart(months())):
        ax = new()
        assert result.plot(ax, language="en") is ax
    assert isinstance(effects.EventStudy(event_rows(), 0.5, 0.1, 40).plot(new()), Axes)
    assert isinstance(effects.plot_comparisons(comparison_rows(), ax=new()), Axes)


def test_a_control_chart_from_a_plain_frame_finds_the_points_outside():
    df = pd.DataFrame({"period": [2020, 2021, 2022], "antal": [5.0, 30.0, 6.0], "centre": 6.0, "lower": 0.0, "upper": 12.0})
    outside = next(
        line for line in plots.control_chart(df, ax=new()).get_lines() if line.get_label() == "Utanför vanlig variation"
    )
    assert outside.get_ydata().tolist() == [30.0]


def test_a_result_is_known_by_what_it_has():
    """A result of another release, pickled or made by hand, is drawn as well as today's."""
    like = SimpleNamespace(estimate=-0.2, lower=-0.5, upper=0.1, scale="difference", diagnostics=SimpleNamespace(series=None))
    assert plots.effect(like, ax=new()).get_xlabel() == "Skillnad mot jämförelsen"
