"""What an evaluation found: the series beside what would have been, placebos, weights, stretches of time and power."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.plots import frames
from kunskapsbaserat.plots.axes import dressed, number_axis, places, step_of, time_axis
from kunskapsbaserat.plots.fitted import dots
from kunskapsbaserat.plots.theming import DASHES, MARKERS, canvas
from kunskapsbaserat.plots.words import number, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_YLABELS = {"events": "reported", "share": "share", "index": "value"}
MOST_WEIGHTS = 10
_WITH_COMPARISON = 4  # the step of the design ladder


def effect(result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None) -> Axes:
    """What happened beside what the comparison says, with the start and the phase-in; without a series the estimate alone.

    Parameters
    ----------
    result : EffectResult or WddEstimate
        From any method of `effects`.
    ax, language, title, ylabel
        As for `rate`.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from kunskapsbaserat import effects, plots
    >>> from matplotlib.figure import Figure
    >>> found = effects.wdd(treated_before=40, treated_after=25, control_before=38, control_after=37)
    >>> plots.effect(found, ax=Figure().subplots()).get_xlabel()
    'Skillnad mot jämförelsen'
    """
    if getattr(result, "diagnostics", None) is not None and result.diagnostics.series is not None:
        return series(result, ax, language=language, title=title, ylabel=ylabel)
    text = words(language)
    estimate, limits, label = _estimate(result)
    with canvas(ax, size=(8.0, 2.2)) as (drawn, look):
        drawn.axvline(0, color=look["okning"], linestyle=":", label=text["no_difference"])
        if np.isfinite(limits).all():
            drawn.hlines([0], *limits, color=look["kommun"], linewidth=2)
        drawn.plot([estimate], [0], "o", color=look["kommun"], markersize=8, label=text["estimate"])
        drawn.set_yticks([])
        drawn.set_ylim(-1, 1)
        number_axis(drawn.xaxis, language)
        return dressed(drawn, look, title=title, xlabel=text[label], ylabel=ylabel or "")


def _estimate(result: Any) -> tuple[float, tuple[float, float], str]:
    """The estimate with its limits, in per cent where it is a ratio, and the key of its label."""
    estimate = getattr(result, "estimate", None)
    if estimate is None:
        return result.change, result.interval, "difference"
    values = np.array([estimate, result.lower, result.upper], dtype=float)
    percent = str(getattr(result, "scale", "")) == "log_ratio"
    first, low, high = (100 * np.expm1(values) if percent else values).tolist()
    return first, (low, high), "difference_pct" if percent else "difference"


def series(result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None) -> Axes:
    """The treated and what the comparison says, period by period; for arguments see `effect`.

    Raises
    ------
    OptionError
        The result has no series.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import effects, plots
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(1), 1, units=30, months_before=36, effect=-0.5).table()  # simulated
    >>> treated = panel.loc[panel["treated"], "area"].unique()
    >>> design = effects.Design(
    ...     panel, outcome="count", exposure="population", treated=treated, start="2024-01"
    ... )
    >>> ax = plots.series(effects.did(design), ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['Utfall', 'Om det hade gått som för de andra', 'Start']
    """
    table = result.diagnostics.series
    if table is None:
        raise _without(result, "a result with a counterfactual series", "ett resultat med en serie att jämföra med")
    text = words(language)
    otherwise = text["counterfactual" if result.design_step >= _WITH_COMPARISON else "continued"]
    index = pd.PeriodIndex(table["period"])
    x = places(index)
    half = step_of(x) / 2
    left_out = table["left_out"].to_numpy(dtype=bool)
    since = (table["after"] | table["left_out"]).to_numpy(dtype=bool)
    with canvas(ax) as (drawn, look):
        dots(drawn, look, x, table["observed"], text["observed"], joined=True)
        drawn.plot(x, table["counterfactual"], color=look["kommun"], label=otherwise)
        if left_out.any():
            ends = x[left_out].min() - half, x[left_out].max() + half
            drawn.axvspan(*ends, color=look["band"], linewidth=0, label=text["phase_in"])
        if since.any():
            drawn.axvline(x[since].min() - half, color=look["okning"], linestyle=":", label=text["start"])
        time_axis(drawn, index, language)
        number_axis(drawn.yaxis, language)
        usual = text[_YLABELS[str(result.unit or "events")]]
        return dressed(drawn, look, title=title, xlabel="", ylabel=ylabel or usual, from_zero=True)


def placebos(result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "") -> Axes:
    """How far the treated lies among the same comparison for areas without the measure; for arguments see `effect`.

    Raises
    ------
    OptionError
        The result has no placebos.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import effects, plots
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(1), 1, units=30, months_before=36, effect=-0.5).table()  # simulated
    >>> treated = panel.loc[panel["treated"], "area"].unique()
    >>> design = effects.Design(
    ...     panel, outcome="count", exposure="population", treated=treated, start="2024-01"
    ... )
    >>> plots.placebos(effects.did(design), ax=Figure().subplots()).get_xlabel()
    'Färre än väntat  ←  Skillnad mot de andra  →  Fler än väntat'
    """
    import seaborn as sns

    statistics, own = result.diagnostics.placebo_distribution, result.diagnostics.statistic
    if statistics is None or own is None:
        raise _without(result, "a result with placebos", "ett resultat med jämförelser för områden utan åtgärden")
    text = words(language)
    several = result.diagnostics.n_treated != 1
    values = np.asarray(statistics, dtype=float)
    values = values[np.isfinite(values)]
    with canvas(ax) as (drawn, look):
        ends = np.ceil(max(np.abs(values).max(initial=0.0), abs(own)) * 2) / 2 or 0.5
        width = max(0.25, ends / 40)
        bins = np.arange(-ends, ends + width, width)
        label = text["groups" if several else "without"]
        sns.histplot(x=values, bins=bins.tolist(), color=look["quiet"], alpha=0.6, edgecolor=look["bg"], label=label, ax=drawn)
        critical = result.diagnostics.details.get("critical", np.inf)
        if np.isfinite(critical):
            for place, name in ((-critical, text["critical"]), (critical, None)):
                drawn.axvline(place, color=look["ink2"], linestyle="--", linewidth=1, label=name)
        drawn.axvline(own, color=look["okning"], linewidth=2.4, label=text["with"])
        number_axis(drawn.xaxis, language)
        _whole_numbers(drawn, language)
        usual = text["area_groups" if several else "areas"]
        return dressed(drawn, look, title=title, xlabel=text["placebo_axis"], ylabel=usual, from_zero=True)


def event_study(result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "") -> Axes:
    """The distance to the others in stretches of time before and after the start, with intervals.

    Parameters
    ----------
    result : EventStudy or DataFrame
        From `effects.event_study`, or a frame with ``since_start estimate lower upper`` (log rate ratios are shown in per cent
        when the frame has ``observed``).
    ax, language, title
        As for `effect`.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        A column is missing or a cell is no number.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import effects, plots
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(1), 1, units=30, months_before=36, effect=-0.5).table()  # simulated
    >>> treated = panel.loc[panel["treated"], "area"].unique()
    >>> design = effects.Design(
    ...     panel, outcome="count", exposure="population", treated=treated, start="2024-01"
    ... )
    >>> plots.event_study(effects.event_study(design), ax=Figure().subplots()).get_ylabel()
    'Skillnad mot jämförelsen, procent'
    """
    text = words(language)
    df = frames.as_frame(getattr(result, "rows", result), "result")
    since = frames.numbers(df, frames.column(df, "since_start", ("since_start",), "stretches", "tid från starten"))
    estimate, lower, upper = (
        frames.numbers(df, frames.column(df, name, (name,), name, name)).to_numpy() for name in ("estimate", "lower", "upper")
    )
    percent = "observed" in df.columns
    if percent:
        estimate, lower, upper = (100 * np.expm1(values) for values in (estimate, lower, upper))
    frames.some_numbers(df, "estimate")
    x = since.to_numpy()
    with canvas(ax) as (drawn, look):
        drawn.axhline(0, color=look["ink2"], linewidth=1, label=text["no_difference"])
        drawn.axvline(-0.5, color=look["okning"], linestyle=":", label=text["start"])
        for part, mark, name in ((x < 0, "o", "before_start"), (x >= 0, "s", "after_start")):
            if part.any():
                colour = look["line"] if name == "before_start" else look["kommun"]
                limited = part & np.isfinite(lower) & np.isfinite(upper)
                drawn.vlines(x[limited], lower[limited], upper[limited], color=colour, linewidth=1.6)
                drawn.plot(x[part], estimate[part], mark, color=colour, markersize=7, label=text[name])
        _named_stretches(drawn, df, x, language)
        number_axis(drawn.yaxis, language)
        return dressed(drawn, look, title=title, xlabel="", ylabel=text["difference_pct" if percent else "difference"])


def _named_stretches(ax: Axes, df: pd.DataFrame, x: Any, language: str) -> None:
    """The years of each stretch below it, where the table says them."""
    from matplotlib.ticker import MaxNLocator

    if not {"first", "last"} <= set(df.columns):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel(words(language)["since"])
        return
    names = [
        str(first) if str(first) == str(last) else f"{first}–\n{last}"
        for first, last in zip(df["first"], df["last"], strict=True)
    ]
    every = -(-len(names) // 10)
    ax.set_xticks(x[::every], names[::every])


def weights(result: Any, ax: Axes | None = None, *, most: int = MOST_WEIGHTS, language: str = "sv", title: str = "") -> Axes:
    """How much each area weighs in the comparison: the heaviest, and the others together.

    Parameters
    ----------
    result : EffectResult or Series
        With weights by area; codes of kommuner are shown as their names.
    ax, language, title
        As for `effect`.
    most : int
        So many are shown one by one.

    Returns
    -------
    Axes

    Raises
    ------
    OptionError
        The result has no weights.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots
    >>> ax = plots.weights(pd.Series({"2081": 0.7, "2080": 0.3}), ax=Figure().subplots())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Borlänge', 'Falun']
    """
    import seaborn as sns

    table = result if isinstance(result, pd.Series) else result.diagnostics.weights
    if table is None or not len(table):
        raise _without(result, "a result with weights", "ett resultat med vikter för områdena")
    text = words(language)
    ordered = table.sort_values(ascending=False, key=abs, kind="stable")
    shown = 100 * ordered.iloc[:most].astype(float)
    names = frames.area_names(pd.Series(shown.index, dtype=object)).tolist()
    values = shown.tolist()
    rest = ordered.iloc[most:]
    if len(rest):
        names.append(text["weights_rest"].format(n=number(len(rest), language)))
        values.append(100 * float(rest.sum()))
    with canvas(ax, size=(8.0, 1.2 + 0.32 * len(names))) as (drawn, look):
        palette = [look["kommun"]] * len(shown) + [look["quiet"]] * (len(names) - len(shown))
        sns.barplot(x=values, y=names, hue=names, palette=palette, legend=False, width=0.7, saturation=1, ax=drawn)
        for at, value in enumerate(values):
            drawn.annotate(
                number(value, language, 1),
                (value, at),
                xytext=(4 if value >= 0 else -4, 0),
                textcoords="offset points",
                ha="left" if value >= 0 else "right",
                va="center",
                color=look["ink"],
                fontsize=9,
            )
        drawn.margins(x=0.12)
        number_axis(drawn.xaxis, language)
        return _rows_below(dressed(drawn, look, title=title, xlabel=text["weight"], ylabel=""), look["hair"])


def power(table: pd.DataFrame, ax: Axes | None = None, *, language: str = "sv", title: str = "") -> Axes:
    """The smallest fall that would be seen, by months after the start, a line for each number of areas.

    Parameters
    ----------
    table : DataFrame
        From `effects.power`.
    ax, language, title
        As for `effect`.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import effects, plots
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(1), 1, units=30, months_before=36, effect=-0.5).table()  # simulated
    >>> treated = panel.loc[panel["treated"], "area"].unique()
    >>> design = effects.Design(
    ...     panel, outcome="count", exposure="population", treated=treated, start="2024-01"
    ... )
    >>> plots.power(effects.power(design), ax=Figure().subplots()).get_xlabel()
    'Månader efter starten'
    """
    text = words(language)
    judged = table[table["reason"].isna() & table["smallest_decrease"].notna()]
    with canvas(ax) as (drawn, look):
        groups = list(judged.groupby("areas"))
        for i, (areas, part) in enumerate(groups):
            percent = 100 * (1 - part["smallest_decrease"])
            name = text["one_area"] if areas == 1 else text["n_areas"].format(n=number(float(areas), language))
            drawn.plot(
                part["months_after"],
                percent,
                marker=MARKERS[i % len(MARKERS)],
                linestyle="-" if not DASHES[i % len(DASHES)] else (0, DASHES[i % len(DASHES)]),
                color=look.series[i % len(look.series)],
                label=name,
            )
        if len(judged):
            drawn.set_xticks(sorted(judged["months_after"].unique()))
        else:
            drawn.set(xticks=[], yticks=[])
            drawn.text(0.5, 0.5, text["not_judged"], ha="center", va="center", color=look["ink"], transform=drawn.transAxes)
        number_axis(drawn.yaxis, language)
        return dressed(drawn, look, title=title, xlabel=text["months_after"], ylabel=_broken(text["smallest"]), from_zero=True)


def comparisons(table: pd.DataFrame, ax: Axes | None = None, *, language: str = "sv", title: str = "") -> Axes:
    """Every combination's estimate and interval, in the order of the choices; filled where säkerställd.

    Parameters
    ----------
    table : DataFrame
        From `effects.compare`.
    ax, language, title
        As for `effect`.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import effects, plots
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(1), 1, units=30, months_before=36, effect=-0.5).table()  # simulated
    >>> treated = panel.loc[panel["treated"], "area"].unique()
    >>> design = effects.Design(
    ...     panel, outcome="count", exposure="population", treated=treated, start="2024-01"
    ... )
    >>> plots.comparisons(effects.compare(design), ax=Figure().subplots()).get_xlabel()
    'Förändring mot jämförelsen, procent'
    """
    text = words(language)
    percent = bool((table["scale"] == "log_ratio").all())
    estimate, lower, upper = (_shown(table[name], percent) for name in ("estimate", "lower", "upper"))
    rows = -np.arange(len(table), dtype=float)
    certain = table["verdict"].astype(str).str.startswith("sakerstalld").to_numpy()
    judged = table["reason"].isna().to_numpy()
    limited = judged & np.isfinite(lower) & np.isfinite(upper)
    with canvas(ax, size=(8.0, 1.6 + 0.3 * len(table))) as (drawn, look):
        drawn.hlines(rows[limited], lower[limited], upper[limited], color=look["line"], linewidth=1.4)
        kinds: tuple[tuple[Any, str, dict[str, Any]], ...] = (
            (certain, "certain", {"marker": "o", "color": look["kommun"]}),
            (judged & ~certain, "not_certain", {"marker": "o", "markerfacecolor": look["bg"], "color": look["kommun"]}),
            (~judged, "not_judged", {"marker": "x", "color": look["line"]}),
        )
        for chosen, name, mark in kinds:
            if chosen.any():
                drawn.plot(estimate[chosen], rows[chosen], linestyle="none", label=text[name], markeredgewidth=1.4, **mark)
        drawn.axvline(0, color=look["okning"], linestyle=":")
        drawn.set_ylim(-len(table) + 0.5, 0.5)
        drawn.set_yticks(rows, [_combination(row, text, language) for row in table.to_dict("records")])
        number_axis(drawn.xaxis, language)
        label = text["change_pct" if percent else "difference"]
        return _rows_below(dressed(drawn, look, title=title, xlabel=label, ylabel=""), look["hair"])


def _combination(row: dict[Any, Any], text: Any, language: str) -> str:
    months = text["n_months"].format(n=number(float(row["months_before"]), language))
    return f"{text[row['method']]}, {text['pool_' + str(row['pool'])]}, {months}"


def _shown(values: pd.Series, percent: bool) -> np.ndarray:
    plain = np.asarray(values, dtype=float)
    return 100 * np.expm1(plain) if percent else plain


def _rows_below(ax: Axes, colour: str) -> Axes:
    """Names beside rows: the grid runs the other way."""
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x", color=colour, linewidth=0.8)
    return ax


def _whole_numbers(ax: Axes, language: str) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    number_axis(ax.yaxis, language)


def _broken(text: str) -> str:
    """A long label of the upright axis in two lines."""
    middle = text.rfind(" ", 0, len(text) // 2 + 4)
    return f"{text[:middle]}\n{text[middle + 1 :]}" if len(text) > 36 else text


def _without(result: Any, wanted: str, onskat: str) -> OptionError:
    return OptionError("result", getattr(result, "method", type(result).__name__), (wanted,), tillatna=(onskat,))
