"""The fact tables of the star schema: one row an observation, keys to the dimensions, and why a value is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.analys import words
from kunskapsbaserat.export import keys
from kunskapsbaserat.export.gathered import Gathered
from kunskapsbaserat.report.material.own_gate import OwnFile
from kunskapsbaserat.report.page.common_words import CHANGE, COMPARISON, POSITION, STEP
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

YES, NO = "ja", "nej"
HIDDEN = "visas inte: antalet är så litet att det kan peka ut någon, eller gör att ett sådant kan räknas ut"
NOT_PUBLISHED = "utgivaren har ingen uppgift"
COMPARED = {
    "liknande": "liknande kommuner",
    "lan": "kommunerna i länet",
    "skr_grupp": "samma kommungrupp",
    "alla": "alla kommuner",
}


def facts(gathered: Gathered) -> dict[str, pd.DataFrame]:
    """Every fact table by its name; which columns it has does not depend on its rows."""
    return {
        "fakta_brott_ar": _years(gathered),
        "fakta_brott_kvartal": _parts_of_years(gathered.quarters, "Q"),
        "fakta_brott_manad": _parts_of_years(gathered.months, "M"),
        "fakta_bedomning_brott": _changes(gathered.changes),
        "fakta_trygghet": _survey(gathered),
        "fakta_bedomning_trygghet": _survey_changes(gathered.survey_changes),
        "fakta_oppna_jamforelser": _comparisons(gathered.comparisons),
        "fakta_egna_tal": _own(gathered),
    }


def _texts(values: Iterable[object]) -> pd.api.extensions.ExtensionArray:
    return words.texts(None if v is None or v != v else str(v) for v in values)


def _yes(values: Iterable[object]) -> pd.api.extensions.ExtensionArray:
    """Yes, no, or missing where it is not known."""
    return words.texts(None if v is None or pd.isna(v) else (YES if v else NO) for v in values)


def _whole(values: Iterable[Any]) -> pd.Series:
    return pd.array([pd.NA if v is None or pd.isna(v) else int(v) for v in values], dtype="Int64")


def _decimal(values: Iterable[Any]) -> pd.Series:
    return pd.array([pd.NA if v is None or pd.isna(v) else float(v) for v in values], dtype="Float64")


def _reasons(rows: pd.DataFrame, value: str, *, rate: bool = False) -> Iterator[str | None]:
    """Why a row's value is missing: hidden by the gate, only a rate, or never published."""
    rates = rows["rate_published"] if rate else pd.Series(pd.NA, index=rows.index)
    for mark, number, published in zip(rows["suppressed"], rows[value], rates, strict=True):
        if mark is not None and mark == mark:
            yield HIDDEN
        elif pd.isna(number):
            yield NOT_PUBLISHED if pd.isna(published) else words.REASONS["rate_only"]
        else:
            yield None


def _comparable(rows: pd.DataFrame) -> list[bool]:
    first = {o.id: o.first_comparable_year or 0 for o in catalogue.offences()}
    return [p.year >= first[o] for p, o in zip(rows["period"], rows["offence"], strict=True)]


def _years(gathered: Gathered) -> pd.DataFrame:
    rows = gathered.years
    population = [None if n != n else n for n in rows["exposure"].astype(float)]
    why = list(_reasons(rows, "count", rate=True))
    no_people = words.REASONS["no_exposure"]
    return pd.DataFrame(
        {
            "kommun_id": _texts(rows["area"]),
            "brott_id": _texts(keys.offence_ids(rows)),
            "kon_id": _texts(rows["sex"]),
            "tid_id": _texts(keys.time_ids(rows["period"])),
            "kalla_id": _texts(keys.source_ids(rows, "Y", rows["own"])),
            "antal": _whole(rows["count"]),
            "personar": _decimal(population),
            "per_100000": _decimal(rows["rate_published"]),
            "status": _texts(rows["status"].map(words.STATUS)),
            "ungefarligt": _yes(rows["approximate"]),
            "jamforbart": _yes(_comparable(rows)),
            "orsak": _texts(r or (no_people if p is None else None) for r, p in zip(why, population, strict=True)),
        }
    )


def _parts_of_years(rows: pd.DataFrame, freq: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kommun_id": _texts(rows["area"]),
            "brott_id": _texts(keys.offence_ids(rows)),
            "kon_id": _texts(rows["sex"]),
            "tid_id": _texts(keys.time_ids(rows["period"])),
            "kalla_id": _texts(keys.source_ids(rows, freq, rows["own"])),
            "antal": _whole(rows["count"]),
            "status": _texts(rows["status"].map(words.STATUS)),
            "orsak": _texts(_reasons(rows, "count")),
        }
    )


def _changes(rows: pd.DataFrame) -> pd.DataFrame:
    """The lägesbild's verdicts, with its own rule for when a percentage may be shown."""
    small = rows[["mean_latest", "mean_earlier"]].min(axis=1) < PERCENT_FROM
    shown = ~small & rows["reason"].isna()
    level = {
        "kommun_id": _texts(rows["area"]),
        "brott_id": _texts(keys.offence_ids(rows)),
        "kon_id": _texts(rows["sex"]),
        "tid_id": _texts(rows["year"]),
        "antal": _whole(rows["count"]),
        "per_100000": _decimal(rows["rate"]),
        "tre_ar_per_100000": _decimal(rows["pooled_rate"]),
        "tre_ar_undre": _decimal(rows["pooled_lower"]),
        "tre_ar_ovre": _decimal(rows["pooled_upper"]),
        "lage": _texts(None if p is None or p != p else POSITION[p] for p in rows["position"]),
        "lage_sakerstallt": _yes(rows["certain"]),
        "lage_av_tre_ar": _yes(rows["pooled"]),
        "jamforda_undre_kvartil": _decimal(rows["band_lower"]),
        "jamforda_median": _decimal(rows["band_median"]),
        "jamforda_ovre_kvartil": _decimal(rows["band_upper"]),
        "jamfort_med": _texts(COMPARED.get(kind, kind) for kind in rows["group"]),
        "jamforda_kommuner": _texts(rows["compared"]),
    }
    change = {
        "forandring": _texts(CHANGE[c][1] for c in rows["change"]),
        "forandring_mot_andra": _texts(CHANGE[c][1] for c in rows["relative_change"]),
        "fore_fran": _whole(rows["earlier_from"]),
        "fore_till": _whole(rows["earlier_to"]),
        "nu_fran": _whole(rows["latest_from"]),
        "nu_till": _whole(rows["latest_to"]),
        "per_ar_fore": _decimal(rows["mean_earlier"]),
        "per_ar_nu": _decimal(rows["mean_latest"]),
        "kvot": _decimal(rows["ratio"].where(shown)),
        "kvot_undre": _decimal(rows["lower"].where(shown)),
        "kvot_ovre": _decimal(rows["upper"].where(shown)),
        "minsta_synliga_okning": _decimal(rows["visible_increase"].where(shown)),
        "minsta_synliga_minskning": _decimal(rows["visible_decrease"].where(shown)),
        "steg": _texts(STEP[s] for s in rows["step"]),
        "orsak": _texts(_no_verdict(rows, small)),
    }
    return pd.DataFrame(level | change)


def _no_verdict(rows: pd.DataFrame, small: pd.Series) -> Iterator[str | None]:
    for mark, reason, few in zip(rows["suppressed"], rows["reason"], small, strict=True):
        if mark is not None and mark == mark:
            yield HIDDEN
        elif reason is not None and reason == reason:
            yield words.reason(reason)
        else:
            yield words.TOO_FEW_FOR_PERCENT if few else None


def _survey(gathered: Gathered) -> pd.DataFrame:
    rows = gathered.survey
    return pd.DataFrame(
        {
            "kommun_id": _texts(rows["area"]),
            "matt_id": _texts(rows["measure"]),
            "tid_id": _texts(rows["end_year"]),
            "kalla_id": _texts(keys.source_ids(rows, "S", rows["own"])),
            "fran_ar": _whole(rows["start_year"]),
            "andel": _decimal(rows["share"]),
            "undre": _decimal(rows["lower"]),
            "ovre": _decimal(rows["upper"]),
            "svarande": _whole(rows["n"]),
            "orsak": _texts(_reasons(rows, "share")),
        }
    )


def _survey_changes(rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["area", "measure", "first", "last", "change", "visible_change", "against_lan", "against_riket", "step"]
    rows = rows.reindex(columns=[*columns, "visible_difference"])
    return pd.DataFrame(
        {
            "kommun_id": _texts(rows["area"]),
            "matt_id": _texts(rows["measure"]),
            "tid_id": _texts(None if y != y else int(y) for y in rows["last"]),
            "fran_ar": _whole(rows["first"]),
            "forandring": _texts(CHANGE[c][1] for c in rows["change"]),
            "minsta_synliga_forandring": _decimal(rows["visible_change"]),
            "mot_lanet": _texts(COMPARISON[c][1].format(other="länet") for c in rows["against_lan"]),
            "mot_riket": _texts(COMPARISON[c][1].format(other="riket") for c in rows["against_riket"]),
            "minsta_synliga_skillnad": _decimal(rows["visible_difference"]),
            "steg": _texts(STEP[s] for s in rows["step"]),
        }
    )


def _comparisons(rows: pd.DataFrame) -> pd.DataFrame:
    missing = rows["per_1000"].isna()
    return pd.DataFrame(
        {
            "kommun_id": _texts(rows["area"]),
            "matt_id": _texts(f"oj_{m}" for m in rows["measure"]),
            "tid_id": _texts(rows["end_year"]),
            "kalla_id": _texts([keys.source_id("oj", "S")] * len(rows)),
            "fran_ar": _whole(rows["start_year"]),
            "per_1000": _decimal(rows["per_1000"]),
            "orsak": _texts(NOT_PUBLISHED if m else None for m in missing),
        }
    )


_OWN = ("kommun_id", "tid_id", "fil", "omrade", "matt", "kon_id", "tal", "enhet", "orsak")


def _own(gathered: Gathered) -> pd.DataFrame:
    """Figures of the kommuner's own files, which the gate has judged together: a hidden one cannot be had from another."""
    found = [_own_file(file, k.code) for k, files in gathered.own.items() for file in files]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_OWN)
    numbers = {"tal": _decimal(table["tal"])}
    return pd.DataFrame({name: numbers[name] if name in numbers else _texts(table[name]) for name in _OWN})


def _own_file(file: OwnFile, code: str) -> pd.DataFrame:
    rows = file.frame
    value = {"counts": "count", "survey": "share", "indicator": "value"}[file.read.contract]
    named = [str(name).partition(" | ")[0] for name in rows[file.name_column]]
    when = rows["period"] if "period" in rows else rows["end_year"]
    unit = {"counts": "antal", "survey": "andel"}.get(file.read.contract)
    return pd.DataFrame(
        {
            "kommun_id": code,
            "tid_id": [keys.time_id(p) if isinstance(p, pd.Period) else str(p) for p in when],
            "fil": file.read.file.path.name,
            "omrade": rows["area"],
            "matt": [file.label(name) for name in named],
            "kon_id": rows.get("sex", keys.ALL_SEXES),
            "tal": rows[value].astype(object),
            "enhet": unit or rows.get("unit", ""),
            "orsak": list(_reasons(rows, value)),
        }
    )
