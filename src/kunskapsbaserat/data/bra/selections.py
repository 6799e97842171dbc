"""Which selections in SOL give the offence rows of a lägesbild, for a kommun whose workbook of indicators is not at hand.

Brå has 15 indicators; SOL has other headings. What a selection rests on is said for each: the labels were seen in originals,
and the level was compared with riket's in a table of handled offences, transcribed by a third party and by its total from 2022
and 2023. Handled offences are not reported ones: that is likeness, not proof. Where it does not settle the choice, the row
says so and the indicator is left empty.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import tables

# SOL limits how many cells one extract may have; no source at hand says how many. The recipe keeps far below what was seen
# (sol_bromma_2023-2026: 31 offences x 38 months = 1 178; the largest original has 1 488 values).
SEEN_CELLS = 1_488

_K8 = ("8-12 kap. Brott mot förmögenhet", "8 kap. Stöld, rån m.m.")
_K12 = ("8-12 kap. Brott mot förmögenhet", "12 kap. Skadegörelsebrott")


@dataclass(frozen=True, slots=True)
class Selection:
    """How one of Brå's indicators is had from SOL.

    `kind` is "same" (one row of SOL), "computed" (`plus` less `minus`, ids of the catalogue), "wider" (a row that holds more:
    worth marking, but another measure) or "none". `paths` are the rows to mark in SOL, outermost heading first.
    `basis` says in Swedish what the likeness rests on.
    """

    offence: str
    sex: str
    kind: str
    paths: tuple[tuple[str, ...], ...]
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    basis: str


def _same(offence: str, *path: str, basis: str) -> Selection:
    return Selection(offence, "alla", "same", (path,), (offence,), (), basis)


def _none(offence: str, sex: str, basis: str) -> Selection:
    return Selection(offence, sex, "none", (), (), (), basis)


_BY_AGE = (
    "Går inte att ta ur de rubriker som bibliotekets lista har. I Brås indelning finns misshandel "
    "mot flicka och pojke efter ålder, "
    "utomhus och inomhus; summan ligger i riket nära indikatorn, men SOL:s egna rubriker har inte setts. Hämta indikatorfilen."
)
_PARTNER = (
    "Går inte att ta ur SOL: indikatorn lägger ihop många brottskoder (misshandel, hot, fridskränkning "
    "m.m.) efter relation. Hämta indikatorfilen."
)

SELECTIONS: tuple[Selection, ...] = (
    _same("totalt", "Totalt antal brott", basis="Samma definition i båda källorna; talen har inte jämförts."),
    _none(
        "vald_offentlig_vuxna",
        "alla",
        "Går inte att ta säkert ur SOL: ingen sammanläggning som prövats ger indikatorns tal i riket. Hämta indikatorfilen.",
    ),
    _none("vald_offentlig_barn", "kvinna", _BY_AGE),
    _none("vald_offentlig_barn", "man", _BY_AGE),
    _none("vald_inomhus_barn", "kvinna", _BY_AGE),
    _none("vald_inomhus_barn", "man", _BY_AGE),
    _none("vald_nara_relation", "kvinna", _PARTNER),
    _none("vald_nara_relation", "man", _PARTNER),
    _none(
        "ran_unga",
        "alla",
        "Brås indelning har rån mot privatperson under 18 år, men SOL:s egen rubrik har inte setts. Hämta indikatorfilen.",
    ),
    _same(
        "bostadsinbrott",
        *_K8,
        "Stöld genom inbrott, inbrottsstöld i bostad, ej av skjutvapen (1, 2, 4, 4 a§)",
        "Inbrottsstöld i bostad m.m.",
        basis=(
            "Välj i det utförliga trädet: raden med fritidshus, källare och vind har indikatorns nivå i "
            "riket. ”därav inbrottsstöld i bostad” är inte prövad mot indikatorn."
        ),
    ),
    Selection(
        "bilbrott",
        "alla",
        "computed",
        ((*_K8, "därav biltillgrepp"), (*_K8, "därav stöld ur och från motordrivet fordon")),
        ("biltillgrepp", "stold_ur_fordon"),
        (),
        "Summan av två rader; ligger i riket inom 2 procent från indikatorn (handlagda brott, troligen 2023).",
    ),
    Selection(
        "stold_totalt",
        "alla",
        "computed",
        (_K8, (*_K8, "därav rån, inkl. grovt")),
        ("stold_ran_kap8",),
        ("ran",),
        "8 kap. minus rån; ligger i riket inom en halv procent från indikatorn (handlagda brott, troligen 2023).",
    ),
    Selection(
        "skadegorelse",
        "alla",
        "wider",
        (_K12,),
        (),
        (),
        "12 kap. är bredare än indikatorn: lika i 95 av 120 tal för Dalarnas kommuner, annars upp till 3 procent fler. "
        "Raden läses som brottsgruppen skadegörelse och klotter, inte som indikatorn.",
    ),
    _same(
        "narkotika",
        "Brott mot narkotikastrafflagen",
        basis="Ligger i riket nära indikatorn (handlagda brott, troligen 2022 och 2023).",
    ),
    _same(
        "trafikbrott",
        "Brott mot trafikbrottslagen",
        basis="Ligger i riket inom 2–3 procent från indikatorn (handlagda brott, troligen 2022 och 2023).",
    ),
)


def paths() -> tuple[tuple[str, ...], ...]:
    """The rows to mark in SOL for a lägesbild, each once, in SOL's order."""
    return tuple(dict.fromkeys(path for s in SELECTIONS for path in s.paths))


def missing() -> tuple[Selection, ...]:
    """The indicators that SOL does not give."""
    return tuple(s for s in SELECTIONS if s.kind in ("none", "wider"))


def extracts(*, regions: int, periods: int, measures: int = 2, cells: int = SEEN_CELLS) -> int:
    """How many extracts the selection takes when one may have at most `cells` values."""
    return math.ceil(len(paths()) * regions * periods * measures / cells)


def derive(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with the computed indicators added where all their parts are there and the indicator itself is not.

    The count is the sum (or difference) of the parts' counts. The rate is left missing: Brå's rates are rounded, and sums of
    rounded rates are not Brå's. The status is preliminary when any part is.
    """
    key = ["area", "area_level", "sex", "period"]
    added = [counts]
    for selection in (s for s in SELECTIONS if s.kind == "computed"):
        ids = [*selection.plus, *selection.minus]
        parts = counts[counts["offence"].isin(ids) & counts["count"].notna()]
        wide = parts.set_index([*key, "offence"])["count"].unstack("offence")
        if set(ids) - set(wide.columns):
            continue
        wide = wide.dropna(subset=ids)
        value = sum(wide[i] for i in selection.plus) - sum(wide[i] for i in selection.minus)
        preliminary = parts["status"].eq("preliminary").groupby([parts[k] for k in key]).any()
        rows = value.rename("count").reset_index()
        rows["status"] = [
            "preliminary" if preliminary.get(tuple(r)) else "final" for r in rows[key].itertuples(index=False, name=None)
        ]
        rows = rows.assign(offence=selection.offence, rate_published=pd.NA, source="bra_sol_bearbetad")
        have = set(counts.loc[counts["offence"] == selection.offence, key].itertuples(index=False, name=None))
        added.append(rows[[tuple(r) not in have for r in rows[key].itertuples(index=False, name=None)]])
    joined = pd.concat([a.astype({"rate_published": "Float64"}) for a in added if len(a)], ignore_index=True)
    return tables.counts(joined)
