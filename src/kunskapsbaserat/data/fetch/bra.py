"""Brå's files on bra.se: the workbook of a kommun's indicators, and table 120 with every offence of the kommuner of a region.

Both lie behind links that change with each publication and are found on a page. Neither is needed: what does not come is said,
with how to get it by hand.
"""

from __future__ import annotations

import functools
import html
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.data import bra as reader
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.fetch import asking, kinds
from kunskapsbaserat.data.fetch.asking import Asker, WrongShape
from kunskapsbaserat.data.fetch.each import Each, each, is_of_one
from kunskapsbaserat.errors import FetchError, KunskapError
from kunskapsbaserat.kommun import Kommun

if TYPE_CHECKING:
    from kunskapsbaserat.data.bra import Export

SEARCH = "/statistik/indikatorer-for-kommuners-lagesbild"
INDICATORS_BY_HAND = (
    "Hämta den för hand: öppna https://bra.se/statistik/indikatorer-for-kommuners-lagesbild, sök kommunen och lägg filen "
    "i mappen bra."
)
TABLE_BY_HAND = (
    "Hämta den för hand: öppna https://bra.se/statistik/statistik-fran-rattsvasendet/anmalda-brott, välj Tabell 120 och "
    "lägg filen i mappen bra."
)
REGIONS = ("Rn01", "Rn02", "Rn03", "Rn04", "Rn05", "Rn06", "Rn07")
MOST_REGIONS = 3
"""For one kommun: where it is in none of the first three workbooks, the order has changed and the rest are left alone."""
_LAN = {
    "nord": ("22", "23", "24", "25"),
    "mitt": ("03", "19", "21"),
    "ost": ("04", "05", "06"),
    "vast": ("13", "14"),
    "syd": ("07", "08", "10", "12"),
    "stockholm": ("01", "09"),
    "bergslagen": ("17", "18", "20"),
}
# Public programs disagree about which of the seven is which. The sheets of the workbook decide; this is the order of trying.
_ORDERS = (
    ("nord", "mitt", "ost", "vast", "syd", "stockholm", "bergslagen"),
    ("nord", "mitt", "stockholm", "ost", "vast", "syd", "bergslagen"),
)
_LINK = re.compile(r"""href\s*=\s*["']([^"']*/download/[^"']+)["']""", re.IGNORECASE)
_YEARS_BACK = 2


def indicators(asker: Asker, places: Sequence[Kommun]) -> Each[bytes]:
    """The workbook "Indikatorer för kommuners lägesbild" of each kommun, byte for byte.

    Raises
    ------
    FetchError
        For no kommun has the page a link to it, or what came is no such workbook.
    """
    return each(places, lambda place: _indicators(asker, place))


def _indicators(asker: Asker, place: Kommun) -> bytes:
    link = asker.ask(
        f"{SEARCH}?query={quote(place.name)}",
        lambda page: _link(page, lambda name: name.casefold() == f"{place.name}.xlsx".casefold()),
        purpose=f"indikatorer, {place.name}",
        kind=kinds.PAGE,
    )
    if link is None:
        raise asker.wrong("no link to the workbook", f"sidan har ingen länk till indikatorfilen för {place.name}")

    def read(content: bytes) -> bytes:
        export = _export(content, f"{place.name}.xlsx")
        if export.kind != "indikatorer" or place.code not in set(export.frame["area"]):
            raise WrongShape("another workbook", f"filen är inte Brås indikatorer för {place.name}")
        settled = reader.checks.settle_status(export, embedded.exposure())
        if wrong := [f for f in reader.check(settled, population=embedded.exposure()) if f.level == "error"]:
            raise WrongShape(str(wrong[0]), wrong[0].svenska.rstrip("."))
        return content

    return asker.ask(link, read, purpose=f"indikatorfilen, {place.name}", kind=kinds.WORKBOOK)


def table_120(asker: Asker, places: Sequence[Kommun], today: date) -> Each[pd.DataFrame]:
    """The counts contract of table 120 for each kommun, of the newest year that is published.

    A kommun lacks it when no workbook has a sheet for it, or one that may have had it cannot be read or is not in the store.

    Raises
    ------
    FetchError
        No kommun has it, or Brå does not answer.
    """
    left = {place.code: place for place in places}
    came: dict[Kommun, pd.DataFrame] = {}
    reasons: list[FetchError] = []
    years = list(range(today.year - 1, today.year - 1 - _YEARS_BACK, -1))
    for region in _regions(places)[: MOST_REGIONS if len(places) == 1 else len(REGIONS)]:
        try:
            export = _newest(asker, region, years, reasons)
        except FetchError as error:
            if not is_of_one(error):
                raise
            reasons.append(error)
            continue
        if export is not None:
            for code, rows in _counts(export, left).groupby("area"):
                came[left.pop(str(code))] = tables.counts(rows).sort_values(tables.COUNTS_KEY, ignore_index=True)
        if not left:
            break
    lacking = {place: reasons[0] if reasons else _no_sheet(asker, place) for place in left.values()}
    return Each(came, lacking).required()


def _no_sheet(asker: Asker, place: Kommun) -> FetchError:
    return asker.wrong(f"no sheet for {place.name}", f"ingen av filerna har ett blad för {place.name}")


def _regions(places: Iterable[Kommun]) -> list[str]:
    """The seven, those first that most likely have the kommuner."""
    lan = {place.lan_code for place in places}
    likely = [region for order in _ORDERS for region, name in zip(REGIONS, order, strict=True) if lan & set(_LAN[name])]
    return list(dict.fromkeys([*likely, *REGIONS]))


def _newest(asker: Asker, region: str, years: list[int], missing: list[FetchError]) -> Export | None:
    """The workbook of a region's newest year, or None where there is none.

    A year that Brå has no page for is taken out of `years`, and not asked for again. A page that the store lacks goes to
    `missing`: it may be one that was not there.
    """
    for year in list(years):
        try:
            link = asker.ask(
                f"/statistik_sidor/120/{year}/120{region}-{year}.html",
                lambda page: _link(page, lambda name: name.casefold().endswith((".xlsx", ".xls"))),
                purpose=f"tabell 120, {region} {year}",
                kind=kinds.PAGE,
            )
        except FetchError as error:
            if error.reason == "gone":
                years.remove(year)
            elif asking.is_missing(error):
                missing.append(error)
            else:
                raise
            continue
        if link is not None:
            purpose = f"tabell 120, arbetsboken {region} {year}"
            return asker.ask(link, functools.partial(_workbook_120, year=year), purpose=purpose, kind=kinds.WORKBOOK)
    return None


def _workbook_120(content: bytes, year: int) -> Export:
    export = _export(content, f"tabell 120 {year}.xlsx")
    if export.kind != "tabell_120":
        raise WrongShape("no table 120", "filen är inte Brås tabell 120")
    if found := {str(period) for period in export.frame["period"]} - {str(year)}:
        raise WrongShape(f"figures of {min(found)}", f"filen har tal för {min(found)}, inte {year}")
    return export


def _counts(export: Export, wanted: Iterable[str]) -> pd.DataFrame:
    """The rows about the kommuner and the offences that the library knows, with count and rate side by side."""
    frame = export.frame
    known = frame[frame["area"].isin(set(wanted)) & (frame["area_level"] == "kommun") & frame["offence"].notna()]
    key = ["area", "area_level", "offence", "sex", "period", "status"]
    wide = known.drop_duplicates([*key, "measure"]).set_index([*key, "measure"])["value"].unstack("measure").reset_index()
    wide = wide.reindex(columns=[*key, "count", "rate"])
    wide["period"] = pd.PeriodIndex(wide["period"], freq="Y")
    return wide.rename(columns={"rate": "rate_published"}).assign(
        count=wide["count"].astype("Int64"),
        status=wide["status"].where(wide["status"] == "preliminary", "final"),
        source="bra_tabell_120",
    )


def _link(page: str, named: Callable[[str], bool]) -> str | None:
    """The first download whose file name is the one that is sought."""
    for match in _LINK.finditer(page):
        link = html.unescape(match[1])
        if named(unquote(urlsplit(link).path).rsplit("/", 1)[-1]):
            return link
    return None


def _export(content: bytes, name: str) -> Export:
    """The workbook as the reader of a kommun's own files takes it: by its content, and with the same checks."""
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / name
        path.write_bytes(content)
        try:
            export = reader.read(path)
        except KunskapError as error:
            raise WrongShape(str(error), " ".join(error.svenska.split()).rstrip(".")) from error
    if not export.usable:
        first = next(finding for finding in export.findings if finding.level == "error")
        raise WrongShape(str(first), f"{name}: {first.svenska.rstrip('.')}")
    return export
