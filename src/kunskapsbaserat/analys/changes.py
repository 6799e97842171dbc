"""`trend`: has it changed, more than years usually vary, and which way does the whole series go?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as register
from kunskapsbaserat.analys import choices, counts, words
from kunskapsbaserat.analys.material import Material, material
from kunskapsbaserat.analys.table import Tabell, table
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import mean_population
from kunskapsbaserat.trends import trend_panel

COLUMNS = (
    *("kommun", "kod", "brott", "brott_id", "slag", "kon", "forandring", "fore", "nu", "antal_fore", "antal_nu"),
    *("procent", "procent_lower", "procent_upper", "forandring_mot_andra", "synlig_okning", "synlig_minskning"),
    *("riktning", "per_ar", "per_ar_lower", "per_ar_upper", "antal_brytar", "brytar", "orsak", "anmarkning"),
)
EACH_BY_ITSELF = 60
"""With more kommuner than this the verdicts are those of one table of all, and false discoveries are counted over it."""
_KEY = ["area", "offence", "sex"]


def trend(
    kommuner: object = None,
    brott: object = None,
    *,
    lan: object = None,
    data: object = None,
) -> Tabell:
    """The verdict on change of every kommun and offence: two years against the five before, and the direction of all years.

    Parameters
    ----------
    kommuner, brott, lan, data
        As for `kunskapsbaserat.brott`.

    Returns
    -------
    Tabell
        One row per kommun, offence and sex. ``forandring`` is the verdict of `trends.change`, the same as in the kommun's
        lägesbild: judged together with the kommun's other offences, against how much years usually vary in other kommuner.
        ``fore nu antal_fore antal_nu`` say what was compared (a year's mean), ``procent procent_lower procent_upper`` by how
        much, and are missing where either mean is under 20 (``anmarkning`` says so). ``synlig_okning`` and ``synlig_minskning``
        are the least change that would have been seen. ``riktning per_ar ...`` is the log-linear trend of the rates over all
        comparable years, ``brytar`` its latest joinpoint (`trends.trend_panel`). ``orsak`` says why nothing is judged.

    Raises
    ------
    UnknownKommun, UnknownOffence, OptionError, NoFigures
        A choice that is none.

    Notes
    -----
    With more than 60 kommuner each is judged in one table of them all (as `kunskapsbaserat.screen` does), so that a verdict can
    be another than in the kommun's own report; the table's note says so.

    Examples
    --------
    >>> import kunskapsbaserat as kb
    >>> tabell = kb.trend(["Köping", "Arboga"], "totalt")
    >>> print(tabell[["kommun", "fore", "nu", "forandring"]].to_string(index=False))
    kommun      fore        nu                 forandring
    Köping 2019–2023 2024–2025 ingen säkerställd skillnad
    Arboga 2019–2023 2024–2025 ingen säkerställd skillnad
    """
    chosen = choices.chosen_kommuner(kommuner, lan=lan, data=data)
    offences = choices.chosen_offences(brott)
    stuff = material(data)
    rows = stuff.screened.years
    mine = rows[rows["area"].isin([k.code for k in chosen])]
    if offences is not None:
        mine = mine[mine["offence"].isin([o.id for o in offences])]
    if mine.empty:
        raise counts.no_figures(chosen, offences, stuff.counts("Y"), in_folder=data is not None)
    people = mean_population(stuff.exposure).rename(columns={"exposure": "value"})
    panel = trend_panel(mine, people[["area", "year", "value"]])
    notes = []
    if len(chosen) <= EACH_BY_ITSELF:
        verdicts = _each(stuff, [k for k in chosen if k.code in set(mine["area"])])
        both = [c for c in verdicts.columns if c in panel and c not in _KEY]
        panel = panel.drop(columns=both).merge(verdicts, on=_KEY, how="left", validate="one_to_one")
    else:
        notes.append("Alla kommuner är prövade i en tabell. I kommunens egen lägesbild kan bedömningen bli en annan.")
    made = _swedish(panel, chosen)
    return table(made, figure="forandring", sources=stuff.sources(_marked(mine), "Y"), notes=notes, title="Förändring")


def _each(stuff: Material, chosen: Sequence[Kommun]) -> pd.DataFrame:
    """Each kommun's verdicts as its lägesbild has them."""
    found = pd.concat([stuff.screened.verdicts(k) for k in chosen], ignore_index=True)
    return found.drop(columns="area_level")


def _marked(rows: pd.DataFrame) -> pd.DataFrame:
    return rows if "own" in rows else rows.assign(own=False)


def _swedish(panel: pd.DataFrame, chosen: Sequence[Kommun]) -> pd.DataFrame:
    facts = {o.id: o for o in catalogue.offences()}
    percent_ok = panel["percent_ok"].eq(True).to_numpy()
    judged = panel["reason"].isna().to_numpy()
    shown = percent_ok & judged
    made = pd.DataFrame(
        {
            "kommun": [register.get(code).name for code in panel["area"]],
            "kod": panel["area"],
            "brott": [counts.name_of(facts[o], s) for o, s in zip(panel["offence"], panel["sex"], strict=True)],
            "brott_id": panel["offence"],
            "slag": [counts.kind_of(facts[o]) for o in panel["offence"]],
            "kon": panel["sex"].map(words.SEX),
            "forandring": [words.verdict(c) for c in panel["change"]],
            "fore": _spans(panel, "earlier"),
            "nu": _spans(panel, "latest"),
            "antal_fore": panel["mean_earlier"].astype(float),
            "antal_nu": panel["mean_latest"].astype(float),
            "procent": _percent(panel["ratio"], shown),
            "procent_lower": _percent(panel["lower"], shown),
            "procent_upper": _percent(panel["upper"], shown),
            "forandring_mot_andra": [words.verdict(c) for c in panel["relative_change"]],
            "synlig_okning": _percent(panel["visible_increase"], shown),
            "synlig_minskning": _percent(panel["visible_decrease"], shown),
            "riktning": [words.verdict(c) for c in panel["trend"]],
            "per_ar": panel["trend_per_year"].astype(float).where(shown),
            "per_ar_lower": panel["trend_lower"].astype(float).where(shown),
            "per_ar_upper": panel["trend_upper"].astype(float).where(shown),
            "antal_brytar": panel["joinpoints"].astype("Int64"),
            "brytar": panel["latest_joinpoint"].astype("Int64"),
            "orsak": words.texts(words.reason(r) for r in panel["reason"]),
            "anmarkning": words.texts(None if ok else words.TOO_FEW_FOR_PERCENT for ok in percent_ok),
        }
    )
    order = pd.DataFrame(
        {
            "a": made["kod"].map({k.code: i for i, k in enumerate(chosen)}),
            "b": made["brott_id"].map({o: i for i, o in enumerate(facts)}),
        }
    )
    return made.loc[order.assign(c=panel["sex"]).sort_values(["a", "b", "c"], kind="stable").index, list(COLUMNS)]


def _spans(panel: pd.DataFrame, which: str) -> list[str | None]:
    pairs = zip(panel[f"{which}_from"], panel[f"{which}_to"], strict=True)
    return [
        None if pd.isna(first) or pd.isna(last) else (f"{first:.0f}–{last:.0f}" if first < last else f"{last:.0f}")
        for first, last in pairs
    ]


def _percent(ratio: pd.Series, shown: np.ndarray) -> pd.Series:
    """A ratio as a change in per cent, where per cent may be shown."""
    return ((ratio.astype(float) - 1) * 100).where(shown)
