"""Brå's database (SOL): reported offences by year and by month, asked for as a person clicks through it.

There is no service for programs. A session remembers one menu row at a time; the selection page holds every id, which is read
anew each time; the answer is a text file in Latin-1. A question may have ten thousand cells, so larger ones are divided.

Built from what public programs that do the same show of the pages; the service itself was never asked.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import cells
from kunskapsbaserat.data.bra import labels
from kunskapsbaserat.data.fetch import kinds, selection
from kunskapsbaserat.data.fetch.asking import Asker, Refused, SessionLost, WrongShape
from kunskapsbaserat.data.fetch.http import form
from kunskapsbaserat.data.fetch.selection import Crime, Period, Vocabulary
from kunskapsbaserat.errors import FetchError

YEARLY, MONTHLY = 101, 90
"""Menu rows: type of offence by kommun and year, and by kommun and month."""
CELLS = 10_000
"""Most cells of one question: types times areas times periods times units."""
_START = "/action/start?menykatalogid=1"
_SELECTION = "/action/anmalda/urval/urval?menyid={menu}"
_CHOOSE, _RUN = "/action/anmalda/urval/vantapopup", "/action/anmalda/urval/sok"
_FILE = "/action/anmalda/resultat/dbfil"
_NO_SESSION = 1_500  # letters: the page that says nothing because there is no session has 993
_SAID_NO = re.compile(r"Felmeddelande:\s*([^<]+)")
_HEADS = {"region": "Region", "crime": "Brott", "year": "År", "period": "Period", "count": "Antal", "rate": "/100 000 inv"}
COLUMNS = ["area", "area_level", "offence", "sex", "period", "count", "rate_published", "status", "source"]
_Key = tuple[str, str, str]  # area, heading of the offence, period as the file writes it


@dataclass(frozen=True, slots=True)
class Answer:
    """The figures of one menu row, and the offences of the library that Brå no longer has there."""

    table: pd.DataFrame
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    crimes: tuple[Crime, ...]
    areas: tuple[str, ...]
    periods: tuple[Period, ...]


def years(asker: Asker, offences: Sequence[tuple[str, str]], areas: Sequence[str], *, first: int) -> Answer:
    """The counts contract per year of some offences (id and sex) and areas, with Brå's own rates.

    Raises
    ------
    FetchError
        The pages have changed, Brå refuses the question, or the answer lacks a cell that was asked for.
    """
    return _answer(asker, YEARLY, offences, areas, lambda found: [p for p in found if p.period.year >= first], rates=True)


def months(asker: Asker, offences: Sequence[tuple[str, str]], areas: Sequence[str], *, years_back: int) -> Answer:
    """The counts contract per month of the latest years; without rates. Months of a year not closed are preliminary."""

    def late(periods: Sequence[Period]) -> list[Period]:
        first = max(period.period.year for period in periods) - years_back
        return [period for period in periods if period.period.year >= first]

    return _answer(asker, MONTHLY, offences, areas, late, rates=False)


def _answer(
    asker: Asker,
    menu: int,
    offences: Sequence[tuple[str, str]],
    areas: Sequence[str],
    wanted: Callable[[Sequence[Period]], list[Period]],
    *,
    rates: bool,
) -> Answer:
    page = _opened(asker, menu)
    crimes = [page.crimes[about] for about in offences if about in page.crimes]
    if not crimes:
        raise asker.wrong("none of the offences", "urvalet har ingen av de brottstyper som söks")
    headings = [_folded(crime.heading) for crime in crimes]
    if len(set(headings)) < len(headings):  # the answer has the last heading and no more, and would mix the two
        raise asker.wrong("two offences with one heading", "två brottstyper i urvalet har samma rubrik")
    if lacking := [area for area in areas if area not in page.regions]:
        raise asker.wrong(f"no region {lacking[0]}", f"urvalet saknar område {lacking[0]}")
    periods = wanted(page.periods) if page.periods else []
    if not periods:
        raise asker.wrong("no periods", "urvalet saknar perioder")
    found: dict[_Key, tuple[float | None, float | None]] = {}
    for question in _questions(crimes, areas, periods, units=1 + rates):
        found |= _asked(asker, menu, page, question, rates=rates)
    absent = tuple(offence for offence, sex in offences if (offence, sex) not in page.crimes)
    return Answer(_table(found, crimes, areas, periods), absent)


def _folded(heading: str) -> str:
    return labels.fold((heading,))[0]


def _opened(asker: Asker, menu: int) -> Vocabulary:
    """A new session at one menu row, and what can be chosen there."""
    asker.begin()
    asker.tell(_START, lambda _: None, purpose="ny session")
    return asker.ask(_SELECTION.format(menu=menu), lambda text: _vocabulary(text, menu), purpose="urval", kind=kinds.LATIN_PAGE)


def _vocabulary(text: str, menu: int) -> Vocabulary:
    _lost(text)
    if len(text) < _NO_SESSION and "arrayPeriod" not in text:
        raise SessionLost("a page without a selection", "sidan saknar urval")
    return selection.read(text, by_month=menu == MONTHLY)


def _questions(crimes: Sequence[Crime], areas: Sequence[str], periods: Sequence[Period], *, units: int) -> Iterator[_Question]:
    """All cells in questions of at most `CELLS`."""
    some = max(1, min(len(crimes), CELLS // (len(periods) * units)))
    for at in range(0, len(crimes), some):
        part = tuple(crimes[at : at + some])
        many = max(1, CELLS // (len(part) * len(periods) * units))
        for start in range(0, len(areas), many):
            yield _Question(part, tuple(areas[start : start + many]), tuple(periods))


def _asked(
    asker: Asker, menu: int, page: Vocabulary, question: _Question, *, rates: bool
) -> dict[_Key, tuple[float | None, float | None]]:
    """One question; a session that is lost on the way is begun anew, once."""
    try:
        return _walked(asker, page, question, rates=rates)
    except FetchError as error:
        if error.reason != "session":
            raise
    if _opened(asker, menu) != page:
        raise asker.wrong("the selection changed while fetching", "urvalet ändrades under hämtningen")
    return _walked(asker, page, question, rates=rates)


def _walked(
    asker: Asker, page: Vocabulary, question: _Question, *, rates: bool
) -> dict[_Key, tuple[float | None, float | None]]:
    purpose = f"{len(question.crimes)} brottstyper, {len(question.areas)} områden, {len(question.periods)} perioder"
    chosen = form(
        {
            # A comma between ids is answered with 200 and all but one of them dropped.
            "brottstyp_id_string": "*".join(crime.id for crime in question.crimes),
            "region_id_string": "*".join(page.regions[area] for area in question.areas),
            "period_id_string": "*".join(period.id for period in question.periods),
            "fordelning_id_string": "",
            "antal": "1",
            "antal_100k": str(int(rates)),
        }
    )
    asker.tell(_CHOOSE, _accepted, purpose=purpose, body=chosen)
    asker.tell(_RUN, _accepted, purpose=purpose)
    return asker.ask(
        _FILE,
        lambda text: _figures(text, question, rates=rates),
        purpose=purpose,
        body=form({}),
        kind=kinds.LATIN_TEXT,
        after=hashlib.sha256(chosen.content).hexdigest(),
    )


def _accepted(content: bytes) -> None:
    text = content.decode("iso-8859-1")
    _lost(text)
    if said := _SAID_NO.search(text):
        raise Refused("the publisher's program refused", " ".join(said[1].split()))
    if "Fel/Error" in text:
        raise Refused("the publisher's program refused", "Fel/Error")


def _lost(text: str) -> None:
    if "obefintlig menyrad" in text:
        raise SessionLost("the session is lost", "servern tappade sökningen")


def _figures(text: str, question: _Question, *, rates: bool) -> dict[_Key, tuple[float | None, float | None]]:
    """Every cell that was asked for, once; the headings above an offence are echoed and no figures."""
    if text.lstrip().startswith("<"):
        _accepted(text.encode("iso-8859-1"))
        raise WrongShape("a page instead of the file of figures", "svaret är en webbsida i stället för en fil med tal")
    rows = _rows(text, rates=rates)
    headings = {_folded(crime.heading) for crime in question.crimes}
    found: dict[_Key, tuple[float | None, float | None]] = {}
    for row in rows:
        region = labels.region(" ".join(row["region"].split()))
        heading = _folded(row["crime"])
        if region is None or region.area not in question.areas:
            raise WrongShape(f"figures of {row['region']}", f"svaret gäller ”{row['region']}”, som ingen frågade efter")
        if heading not in headings:
            continue
        key = (region.area, heading, _when(row))
        value = (_number(row["count"], whole=True), _number(row["rate"]) if rates else None)
        if found.get(key, (None, None)) in ((None, None), value):
            found[key] = value
        elif value != (None, None):
            raise WrongShape(f"two figures for {key}", f"två olika tal för {row['region']}, {row['crime']}, {key[2]}")
    asked = {(a, h, p.written) for a in question.areas for h in headings for p in question.periods}
    if lacking := sorted(asked - set(found)):
        raise WrongShape(
            f"{len(lacking)} of {len(asked)} cells are missing", f"svaret saknar {len(lacking)} av {len(asked)} tal"
        )
    if unasked := sorted(set(found) - asked):
        raise WrongShape(f"a figure of {unasked[0]}", f"svaret har tal för {unasked[0][2]}, som ingen frågade efter")
    return found


def _rows(text: str, *, rates: bool) -> list[dict[str, str]]:
    """The rows of the file by our names of its columns; a row that was cut off is an error."""
    lines = list(csv.reader(io.StringIO(text.replace("&nbsp;", "\xa0"), newline=""), delimiter=";"))
    heads = [head.strip() for head in lines[0]] if lines else []
    wanted = {name: head for name, head in _HEADS.items() if rates or name != "rate"}
    if lacking := [head for head in wanted.values() if heads.count(head) != 1]:
        raise WrongShape(f"no column {lacking[0]}", f"filen saknar kolumnen ”{lacking[0]}”")
    at = {name: heads.index(head) for name, head in wanted.items()}
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(heads) + 1 or line[-1].strip():  # every row of figures ends in a delimiter
            raise WrongShape(f"row {number} is not whole", f"rad {number} i filen är inte hel")
        rows.append({name: line[column].strip() for name, column in at.items()})
    return rows


def _when(row: dict[str, str]) -> str:
    """The period as the file writes it: a year stands in the second of the two columns."""
    return selection.tidy(row["period"]) if row["year"] == "År" else selection.tidy(f"{row['year']}, {row['period']}")


def _number(text: str, *, whole: bool = False) -> float | None:
    if text.isascii() and text.isdigit():  # nearly all of some ten thousand
        return float(text)
    try:
        number = cells.read_number(text, cells.BRA)
    except cells.Refused as refused:
        raise WrongShape(f"no number: {text[:30]}", f"”{text[:30]}” är inget tal") from refused
    if number.value is not None and (number.value < 0 or number.percent or (whole and not number.value.is_integer())):
        raise WrongShape(f"no count: {text[:30]}", f"”{text[:30]}” är inget antal")
    return number.value


def _table(
    found: dict[_Key, tuple[float | None, float | None]],
    crimes: Sequence[Crime],
    areas: Collection[str],
    periods: Sequence[Period],
) -> pd.DataFrame:
    rows = []
    for crime in crimes:
        heading = _folded(crime.heading)
        for area in areas:
            for period in periods:
                count, rate = found[area, heading, period.written]
                status = "preliminary" if period.preliminary else "final"
                level = "riket" if area == "00" else "kommun"
                rows.append((area, level, crime.offence, crime.sex, period.period, count, rate, status, "bra_sol"))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"count": "Int64", "rate_published": "Float64"})
