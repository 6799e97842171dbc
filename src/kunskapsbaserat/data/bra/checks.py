"""Checks of what a file says against what it can say: each was proved on a file with that very fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.bra.agreement import contradictions
from kunskapsbaserat.data.bra.export import Export
from kunskapsbaserat.findings import Finding

POPULATION_TOLERANCE = 0.05
"""An implied population this far from every registered one is another area's: kommuner grow at most a few per cent a year."""
TOTAL_PER_100K = (1_000, 60_000)
"""All reported offences per 100 000 and year in any kommun lie well inside."""
JUMP = 3.0
"""A yearly figure this many times the one before, from at least 100, is a change of codes or of the file, not of crime."""
_PARTS = {"Q": 4, "M": 12}


def check(export: Export, *, population: pd.DataFrame | None = None, kommun: object = None) -> tuple[Finding, ...]:
    r"""Every check that the file and what is known beside it allow.

    Parameters
    ----------
    export : Export
        What `bra.read` gave.
    population : DataFrame, optional
        `tables.exposure`; of it, kind "residents" is used.
    kommun : optional
        The kommun that the file ought to be about.

    Returns
    -------
    tuple of Finding
        The reader's own findings first.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import bra
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "uttag.csv"
    >>> text = ";;2024;2025\n;;Antal;Antal\nBorlänge kommun;Totalt antal brott;6424;58460\n"
    >>> _ = path.write_text(text, encoding="utf-8")
    >>> [found.code for found in bra.check(bra.read(path), kommun="Falun")]
    ['jump', 'other_kommun']
    >>> folder.cleanup()
    """
    found = [*export.findings, *parts_sum(export), *children_within(export), *breaks(export), *cut_list(export)]
    found += contradictions(export)
    if population is not None:
        found += [*implied_population(export, population), *total_level(export, population)]
    if kommun is not None:
        found += list(about_kommun(export, kommun))
    return tuple(found)


def implied_population(export: Export, population: pd.DataFrame) -> Iterator[Finding]:
    """count / rate x 100 000 must be near the area's population; two rows that fit each other's area were swapped."""
    both = _both(export)
    people = _people(population)
    wrong = []
    for row in both.itertuples():
        near = _near(people, str(row.area), row.period.year)
        if not near or row.rate <= 0:
            continue
        low, high = row.count * 1e5 / (row.rate + 0.5), row.count * 1e5 / max(row.rate - 0.5, 0.01)
        if not any(low / (1 + POPULATION_TOLERANCE) <= n <= high * (1 + POPULATION_TOLERANCE) for n in near):
            wrong.append((row, row.count * 1e5 / row.rate, near[0]))
    for row, implied, registered in wrong:
        twin = next(
            (
                o
                for o, _, theirs in wrong
                if o is not row and o.period == row.period and abs(implied - theirs) <= POPULATION_TOLERANCE * theirs
            ),
            None,
        )
        swapped = f" Talen passar {twin.region}: raderna kan ha bytt plats." if twin is not None else ""
        yield Finding(
            "error",
            "implied_population",
            (
                f"{row.region} {row.period}: antal {row.count:g} och {row.rate:g} per 100 000 ger "
                f"{implied:,.0f} invånare.{swapped}"
            ).replace(",", " "),
            export.path.name,
            row.sheet,
            int(row.row),
            row.column,
            f"omkring {registered:,.0f} invånare".replace(",", " "),
        )


def status_by_population(export: Export, population: pd.DataFrame) -> str | None:
    """ "final" when the rates are per mean population, "preliminary" when per the population on 31 December before.

    None when too few rates tell (fewer than 10 that only one of the two reproduces, or less than nine in ten one way).
    """
    people = _people(population)
    votes = {"final": 0, "preliminary": 0}
    for row in _both(export).itertuples():
        before, after = people.get((str(row.area), row.period.year - 1)), people.get((str(row.area), row.period.year))
        if before and after and row.period.freqstr.startswith("Y"):
            final, preliminary = (abs(row.count * 1e5 / n - row.rate) <= 0.5001 for n in ((before + after) / 2, before))
            votes["final"] += final and not preliminary
            votes["preliminary"] += preliminary and not final
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] >= 10 and votes[best] >= 0.9 * sum(votes.values()) else None


def settle_status(export: Export, population: pd.DataFrame) -> Export:
    """The export with its unknown statuses replaced by the one that its rates reproduce; unchanged when they do not tell."""
    status = status_by_population(export, population) if (export.frame["status"] == "unknown").any() else None
    if status is None:
        return export
    swedish = {
        "final": "slutliga (räknade på medelfolkmängden)",
        "preliminary": "preliminära (räknade på folkmängden årsskiftet före)",
    }
    findings = tuple(f for f in export.findings if f.code != "status_unknown")
    told = Finding("info", "status_by_population", f"Talen per 100 000 visar att de är {swedish[status]}.", export.path.name)
    return replace(
        export, frame=export.frame.assign(status=export.frame["status"].replace("unknown", status)), findings=(*findings, told)
    )


def total_level(export: Export, population: pd.DataFrame) -> Iterator[Finding]:
    """All offences per inhabitant: a rate column named Antal gives small kommuner more offences than inhabitants."""
    people = _people(population)
    f = export.frame
    for row in f[
        (f["offence"] == "totalt") & (f["measure"] == "count") & (f["frequency"] == "Y") & f["value"].notna()
    ].itertuples():
        near = _near(people, str(row.area), row.period.year)
        if near and not TOTAL_PER_100K[0] <= row.value * 1e5 / near[0] <= TOTAL_PER_100K[1]:
            yield Finding(
                "error",
                "rate_as_count",
                f"{row.region} {row.period}: {row.value:g} brott på {near[0]:.0f} invånare kan inte "
                "stämma. Är kolumnen i själva verket per 100 000 invånare?",
                export.path.name,
                row.sheet,
                int(row.row),
                row.column,
                "antal anmälda brott",
            )


def parts_sum(export: Export) -> Iterator[Finding]:
    """Twelve months, or four quarters, sum to the year where the file has both."""
    f = export.frame
    f = f[(f["measure"] == "count") & f["value"].notna()]
    key = ["region", "label"]
    f = f.assign(year=[p.year for p in f["period"]])
    whole = f[f["frequency"] == "Y"]
    for frequency, n in _PARTS.items():
        sums = f[f["frequency"] == frequency].groupby([*key, "year"])["value"].agg(["sum", "size"]).reset_index()
        joined = whole.merge(sums[sums["size"] == n], on=[*key, "year"])
        for row in joined[joined["value"] != joined["sum"]].itertuples():
            what = "månaderna" if frequency == "M" else "kvartalen"
            yield Finding(
                "error",
                "parts_do_not_sum",
                f"{row.region}, {row.label}, {row.year}: {what} blir {row.sum:g} men helåret är {row.value:g}.",
                export.path.name,
                row.sheet,
                int(row.row),
                row.column,
                f"att {what} summerar till helåret",
            )


def children_within(export: Export) -> Iterator[Finding]:
    """No offence has more events than the heading it belongs to, and none more than the total."""
    f = export.frame[(export.frame["measure"] == "count") & export.frame["value"].notna()]
    values = {(row.region, row.period, row.label): row.value for row in f.itertuples()}
    for row in f.itertuples():
        parts = str(row.label).split(" > ")
        above = [" > ".join(parts[:i]) for i in range(1, len(parts))] + ["Totalt antal brott"] * (row.offence != "totalt")
        for label in above:
            parent = values.get((row.region, row.period, label))
            if parent is not None and row.value > parent:
                yield Finding(
                    "error",
                    "child_above_parent",
                    f"{row.region}, {row.period}: ”{parts[-1]}” är {row.value:g}, mer än ”{label}” ({parent:g}).",
                    export.path.name,
                    row.sheet,
                    int(row.row),
                    row.column,
                    "högst rubrikens tal",
                )
                break


def breaks(export: Export) -> Iterator[Finding]:
    """Series that cross a known change of offence codes, and yearly jumps that nobody has explained."""
    f = export.frame[(export.frame["frequency"] == "Y") & (export.frame["measure"] == "count") & export.frame["value"].notna()]
    for (offence, label), part in f.groupby(["offence", "label"], dropna=False):
        years = [p.year for p in part["period"]]
        known = catalogue.offence(str(offence)).breaks if isinstance(offence, str) else ()
        for b in known:
            if min(years) < b.first_good <= max(years):
                yield Finding(
                    "warning", "series_break", f"”{label}”: {b.note} Jämför inte över {b.first_good}.", export.path.name
                )
        for region, series in part.groupby("region"):
            s = series.sort_values("period")
            now = s["value"].astype(float)
            step = now / now.shift()
            beside = pd.Series([p.year for p in s["period"]], index=s.index).diff() == 1
            big = now.clip(lower=now.shift()) >= 100
            for i in s.index[((step >= JUMP) | (step <= 1 / JUMP)) & beside & big]:
                row = s.loc[i]
                if not any(b.first_good >= row["period"].year for b in known):
                    yield Finding(
                        "warning",
                        "jump",
                        (
                            f"{region}, ”{label}” {row['period']}: talet är {step[i]:.1f} gånger året "
                            "före. Kontrollera om brottskoderna har ändrats."
                        ).replace(".", ",", 1),
                        export.path.name,
                        row["sheet"],
                        int(row["row"]),
                        row["column"],
                    )


def cut_list(export: Export) -> Iterator[Finding]:
    """A list of (nearly) all kommuner must have all 290."""
    listed = set(export.frame.loc[export.frame["area_level"] == "kommun", "area"])
    absent = [k.name for k in kommuner.all_kommuner() if k.code not in listed]
    if 100 <= len(listed) < 290:
        names = ", ".join(absent[:5]) + (" …" if len(absent) > 5 else "")
        yield Finding(
            "error",
            "cut",
            f"Filen har {len(listed)} kommuner; {len(absent)} saknas ({names}).",
            export.path.name,
            expected="alla 290 kommuner",
        )


def about_kommun(export: Export, kommun: object) -> Iterator[Finding]:
    """The file must hold the kommun, or a part of it."""
    k = kommuner.get(kommun)
    areas = export.frame["area"].dropna().astype(str)
    if not (areas.str[:4] == k.code).any():
        names = ", ".join(dict.fromkeys(export.frame["region"].astype(str)).keys())
        shown = names if len(names) < 80 else names[:77] + "…"
        yield Finding(
            "error",
            "other_kommun",
            f"Filen gäller {shown}, inte {k.name}.",
            export.path.name,
            expected=f"{k.name} bland områdena",
        )


def _both(export: Export) -> pd.DataFrame:
    """Rows that have a count (place named) and the rate of the same area, offence and time; the total where there is one."""
    f = export.frame[export.frame["value"].notna() & export.frame["area"].notna() & (export.frame["frequency"] == "Y")]
    if (f["offence"] == "totalt").any():
        f = f[f["offence"] == "totalt"]
    key = ["region", "area", "label", "period"]
    count = f[f["measure"] == "count"].rename(columns={"value": "count"})
    rate = f.loc[f["measure"] == "rate", [*key, "value"]].rename(columns={"value": "rate"})
    joined = count.merge(rate, on=key)
    return joined[joined["count"] >= 20]


def _people(population: pd.DataFrame) -> dict[tuple[str, int], float]:
    residents = population[population["kind"] == "residents"]
    summed = residents.groupby(["area", "year"])["value"].sum().reset_index()
    places = zip(summed["area"].tolist(), summed["year"].tolist(), strict=True)
    return dict(zip(places, summed["value"].astype(float).tolist(), strict=True))


def _near(people: dict[tuple[str, int], float], area: str, year: int) -> list[float]:
    """The area's population at the turn of the year before and after, or else at the nearest within three years."""
    found = [people[area, y] for y in (year, year - 1) if (area, y) in people]
    return found or [people[area, y] for d in (1, 2, 3) for y in (year + d, year - 1 - d) if (area, y) in people][:1]
