"""The dimensions of the star schema, and the table of offences that must never be added up."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as register
from kunskapsbaserat.analys import words
from kunskapsbaserat.analys.counts import kind_of
from kunskapsbaserat.catalogue import Facet, Offence
from kunskapsbaserat.data.folder import Folder
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.export import keys
from kunskapsbaserat.export.facts import NO, YES
from kunskapsbaserat.export.gathered import Gathered
from kunskapsbaserat.kommun import Kommun

WANTED = {"down": "färre är bättre", "up": "fler är bättre", "unclear": "oklart: fler anmälningar kan vara bra"}
_OJ = {"vald": "Våldsbrott", "stold": "Stöld och tillgrepp", "skadegorelse": "Skadegörelse"}
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_TIME = re.compile(r"(\d{4})(?:K([1-4])|M(\d{2}))?")
CONTAINS, BY_SEX, KINDS = "samma händelser kan finnas i båda", "båda könen och ett av dem", "räknas på olika sätt"


def dimensions(gathered: Gathered, facts: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every dimension by its name, with the keys that the facts use."""
    used = {key: _used(facts, key) for key in ("brott_id", "matt_id", "tid_id", "kalla_id", "kon_id")}
    return {
        "dim_kommun": _kommuner(gathered.kommuner),
        "dim_brott": _offences(used["brott_id"]),
        "dim_tid": _times(used["tid_id"]),
        "dim_kon": _sexes(used["kon_id"]),
        "dim_matt": _measures(used["matt_id"]),
        "dim_kalla": _sources(gathered, used["kalla_id"]),
        "bro_overlapp": overlaps(used["brott_id"]),
    }


def _used(facts: Mapping[str, pd.DataFrame], key: str) -> set[str]:
    return {value for table in facts.values() if key in table for value in table[key].unique()}


def _frame(rows: Sequence[Mapping[str, object]], columns: tuple[str, ...], *, whole: tuple[str, ...] = ()) -> pd.DataFrame:
    """Text and whole numbers, whether or not there is a row."""
    table = pd.DataFrame(rows, columns=list(columns))
    made = {}
    for name in columns:
        values = [None if v is None or v is pd.NA else v for v in table[name].tolist()]
        if name in whole:
            made[name] = pd.array([pd.NA if v is None or v != v else int(v) for v in values], dtype="Int64")
        elif any(isinstance(v, date) for v in values):
            made[name] = pd.Series(values, dtype=object)
        else:
            made[name] = words.texts(None if v is None or v != v else str(v) for v in values)
    return pd.DataFrame(made)


def _kommuner(kommuner: tuple[Kommun, ...]) -> pd.DataFrame:
    columns = ("kommun_id", "kommun", "lan_id", "lan", "skr_grupp_id", "skr_grupp", "ordning")
    ordered = sorted(kommuner, key=lambda k: register.sort_key(k.name))
    rows = [
        dict(zip(columns, (k.code, k.name, k.lan_code, k.lan, k.skr_code, k.skr_group, at), strict=True))
        for at, k in enumerate(ordered, start=1)
    ]
    return _frame(rows, columns, whole=("ordning",))


def facets(used: set[str]) -> Iterator[tuple[str, Offence, Facet]]:
    """Key, offence and facet of what is used, in the order of the catalogue."""
    for offence in catalogue.offences():
        for sex in dict.fromkeys((*offence.facets, *("alla", "kvinna", "man"))):
            key = keys.offence_id(offence.id, sex)
            if key in used:
                yield key, offence, offence.facets.get(sex) or next(iter(offence.facets.values()))


_OFFENCE = (
    *("brott_id", "katalog_id", "brott", "kort_namn", "slag", "kapitel", "onskad_riktning", "upptacktsstyrt", "platsbundet"),
    *("kansligt", "jamforbart_fran", "seriebrott", "namnare", "sa_laser_du", "ordning"),
)


def _offences(used: set[str]) -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "brott_id": key,
            "katalog_id": o.id,
            "brott": f.name,
            "kort_namn": f.short,
            "slag": kind_of(o),
            "kapitel": o.chapter,
            "onskad_riktning": WANTED[o.wanted_direction],
            "upptacktsstyrt": YES if o.detection_driven else NO,
            "platsbundet": YES if o.place_based else NO,
            "kansligt": YES if o.sensitive else NO,
            "jamforbart_fran": o.first_comparable_year,
            "seriebrott": "; ".join(f"{b.first_good}: {b.reason}" for b in o.breaks) or None,
            "namnare": o.exposure_reason,
            "sa_laser_du": o.read_this or None,
            "ordning": at,
        }
        for at, (key, o, f) in enumerate(facets(used), start=1)
    ]
    return _frame(rows, _OFFENCE, whole=("jamforbart_fran", "ordning"))


def overlaps(used: set[str]) -> pd.DataFrame:
    """Every pair that must not be added up, both ways round, with the reason."""
    rows = []
    for (a, first, _), (b, second, _) in itertools.permutations(list(facets(used)), 2):
        reason = _why_not(first, second)
        if reason:
            rows.append({"brott_id_a": a, "brott_id_b": b, "skal": reason})
    return _frame(rows, ("brott_id_a", "brott_id_b", "skal"))


def _why_not(first: Offence, second: Offence) -> str | None:
    if first.id == second.id:
        return BY_SEX
    if (
        second.id in first.overlaps_with
        or first.id in second.overlaps_with
        or first.parent == second.id
        or second.parent == first.id
    ):
        return CONTAINS
    if "totalt" in (first.id, second.id):
        return CONTAINS
    return None if kind_of(first) == kind_of(second) else KINDS


def _times(used: set[str]) -> pd.DataFrame:
    columns = ("tid_id", "niva", "ar", "kvartal", "manad", "forsta_dag", "etikett", "ordning")
    rows = [_time(key) for key in used]
    rows.sort(key=lambda row: (row["forsta_dag"], row["niva"] != "år", row["niva"] == "månad"))
    return _frame(
        [row | {"ordning": at} for at, row in enumerate(rows, 1)], columns, whole=("ar", "kvartal", "manad", "ordning")
    )


def _time(key: str) -> dict[str, object]:
    match = _TIME.fullmatch(key)
    assert match is not None, key
    year, quarter, month = int(match[1]), match[2] and int(match[2]), match[3] and int(match[3])
    about: dict[str, object] = {"tid_id": key, "ar": year, "kvartal": None, "manad": None}
    if quarter:
        first = date(year, 3 * quarter - 2, 1)
        return about | {"niva": "kvartal", "kvartal": quarter, "forsta_dag": first, "etikett": f"{year} kv {quarter}"}
    if month:
        label, of = f"{_MONTHS[month - 1]} {year}", (month + 2) // 3
        return about | {"niva": "månad", "kvartal": of, "manad": month, "forsta_dag": date(year, month, 1), "etikett": label}
    return about | {"niva": "år", "forsta_dag": date(year, 1, 1), "etikett": str(year)}


def _sexes(used: set[str]) -> pd.DataFrame:
    order = [s for s in words.SEX if s in used] + sorted(used - set(words.SEX))
    return _frame(
        [{"kon_id": s, "kon": words.SEX.get(s, s), "ordning": at} for at, s in enumerate(order, 1)],
        ("kon_id", "kon", "ordning"),
        whole=("ordning",),
    )


def _measures(used: set[str]) -> pd.DataFrame:
    columns = (
        "matt_id",
        "matt",
        "kort_namn",
        "undersokning",
        "kapitel",
        "befolkning",
        "onskad_riktning",
        "aret_avser",
        "ordning",
    )
    year = {"survey_year": "året då frågan ställdes", "year_before": "händelser under året, frågade året därpå"}
    rows: list[dict[str, object]] = [
        dict(
            zip(
                columns,
                (m.id, m.name, m.short, "NTU", m.chapter, m.population, WANTED[m.wanted_direction], year[m.refers_to]),
                strict=False,
            )
        )
        for m in catalogue.measures()
        if m.id in used
    ]
    rows += [
        dict(
            zip(
                columns,
                (f"oj_{m}", name, name, "Öppna jämförelser", "trygghet", "av alla invånare", WANTED["down"], "snitt av åren"),
                strict=False,
            )
        )
        for m, name in _OJ.items()
        if f"oj_{m}" in used
    ]
    return _frame([row | {"ordning": at} for at, row in enumerate(rows, 1)], columns, whole=("ordning",))


_SOURCE = ("kalla_id", "utgivare", "titel", "adress", "licens", "hamtad", "publicerad", "status", "sha256")


def _sources(gathered: Gathered, used: set[str]) -> pd.DataFrame:
    packaged = {name.partition(".")[0]: snapshot for name, snapshot in sorted(gathered.snapshots.items())}
    rows = []
    for key in sorted(used):
        if key in packaged:
            rows.append(_as_row(key, packaged[key]))
            continue
        _, code, source = key.split("_", 2)
        rows.append(_of_folder(key, gathered.folders[register.get(code)], source))
    return _frame(rows, _SOURCE)


def _as_row(key: str, s: Snapshot) -> dict[str, object]:
    values = (
        key,
        s.publisher,
        s.title,
        s.address,
        s.licence,
        s.retrieved,
        s.published,
        words.STATUS.get(s.status, s.status),
        s.sha256,
    )
    return dict(zip(_SOURCE, values, strict=True))


def _of_folder(key: str, folder: Folder, source: str) -> dict[str, object]:
    """All files of a folder that figures can come from, as one source: which row of a series came from which is not kept."""
    files = [folder.snapshots[name] for name in folder.sources]
    latest = max((s.retrieved for s in files), default=None)
    preliminary = any(s.status == "preliminary" for s in files)
    values = (
        key,
        words.source(source, own=True),
        f"Filer i mappen för {folder.kommun.name}: {', '.join(s.name for s in files)}",
        "; ".join(dict.fromkeys(s.address for s in files if s.address)) or None,
        "; ".join(dict.fromkeys(s.licence for s in files if s.licence)) or None,
        latest,
        None,
        words.STATUS["preliminary" if preliminary else "final"],
        "; ".join(s.sha256 for s in files) or None,
    )
    return dict(zip(_SOURCE, values, strict=True))
