"""The sentences of `kunskap kontroll`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import bra
from kunskapsbaserat.data.bra import Export
from kunskapsbaserat.data.folder import FileReport, Folder
from kunskapsbaserat.findings import MARKS, Finding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.swedish import WORD_JOINER, listed, number
from kunskapsbaserat.swedish import span as joined_span

MOST = 6  # findings shown of one kind in one file
NO_FILES = "Mappen har inga filer med siffror än. Recept.md säger var de finns."
SHOW_PICTURE = "Skriv ![vad bilden visar](bildens namn) under en rubrik i texter.md om den ska synas i rapporten."
ONLY_RATES = "Antalen för en del brottstyper: bara tal per 100 000 finns. Välj också Antal i Brås databas; utan antal bedöms ingen förändring."
SURVEY = "Trygghetsfrågor (NTU). De finns i Brås indikatorfil."
_CONTRACTS = {
    "fetched": "Hämtat av kunskap hamta",
    "exposure": "Folkmängd eller annan nämnare",
    "counts": "Egna uppgifter, antal",
    "survey": "Egna uppgifter, andelar",
    "indicator": "Egna uppgifter, indikator",
    "unknown": "Okänd fil",
    "unreadable": "Filen kan inte läsas",
}


def span(low: object, high: object) -> str:
    """For a terminal: without the mark that keeps a range on one line."""
    return joined_span(str(low), str(high)).replace(WORD_JOINER, "")


def several(n: int, one: str, more: str) -> str:
    """ "1 rad", "2 rader"."""
    return f"{number(n)} {one if n == 1 else more}"


def heading(folder: Folder) -> str:
    return f"{folder.kommun.name}: mappen {folder.path}"


def about_file(file: FileReport) -> list[str]:
    """What the file is, its period and status, and what was found in it."""
    found = ["", file.name, f"  {_what(file)}"]
    return found + [f"  {line}" for line in _findings(file.findings, file.name)]


def _what(file: FileReport) -> str:
    if isinstance(file.read, Export):
        about = bra.describe(file.read)
        periods = listed([span(*limits) if limits[0] != limits[1] else limits[0] for limits in about["periods"].values()])
        missing = f", {number(about['missing'])} saknas" if about["missing"] else ""
        survey = file.read.survey
        asked = f"; {number(survey['measure'].nunique())} frågor ur NTU" if survey is not None and len(survey) else ""
        unverified = "" if file.read.verified else " Läst efter en beskrivning; inget original har funnits att pröva mot."
        regions, offences = len(about["regions"]), len(about["offences"])
        return (
            f"{about['title']}. {periods}, {listed(about['status'])}. {number(about['values'])} tal{missing}; "
            f"{several(regions, 'område', 'områden')}, {several(offences, 'brottstyp', 'brottstyper')}{asked}.{unverified}"
        )
    if file.read is None:
        return _CONTRACTS[file.kind] + "."
    table = file.read.table
    status = "slutliga" if file.read.status == "final" else "preliminära"
    return f"{_CONTRACTS[file.kind]}: {file.read.title} ({file.read.publisher}). {_span(table)}, {status}. {several(len(table), 'rad', 'rader')}."


def _span(table: pd.DataFrame) -> str:
    for column in ("year", "period", "end_year"):
        if column in table:
            values = table[column]
            first, last = values.min(), values.max()
            return str(first) if first == last else span(first, last)
    return ""


def _findings(findings: Iterable[Finding], file: str) -> list[str]:
    """Errors first, then warnings, then facts; of many alike the first and how many more."""
    found = []
    items = list(findings)
    for level in MARKS:
        for code in dict.fromkeys(f.code for f in items if f.level == level):
            alike = [f for f in items if f.level == level and f.code == code]
            found += [f"{MARKS[level]} {_words(f, file)}" for f in alike[:MOST]]
            if len(alike) > MOST:
                found.append(f"{MARKS[level]} ... och {number(len(alike) - MOST)} till av samma slag.")
    return found


def _words(finding: Finding, file: str) -> str:
    """The finding without the name of the file that it stands under; the name of another file stays as it is written."""
    names = (file, file.rsplit("/", 1)[-1])
    if finding.file and finding.file not in names:
        return str(finding)
    text = str(replace(finding, file=""))
    text = next((text.removeprefix(f"{name} ") for name in names if text.startswith(f"{name} ")), text)
    begins_with_a_file = "." in text.split(" ")[0].rstrip(".:,")
    return text if begins_with_a_file else text[:1].upper() + text[1:]


def about_all(findings: Sequence[Finding]) -> list[str]:
    """What was found when the files were joined."""
    return ["", "Filerna tillsammans", *(f"  {line}" for line in _findings(findings, "mappen"))] if findings else []


def about_texts(
    problem: str | None,
    empty: Sequence[str],
    *,
    hidden: Sequence[int] = (),
    findings: Sequence[Finding] = (),
    unused: Sequence[str] = (),
) -> list[str]:
    """What is said of texter.md.

    `hidden` are lines between the signs of a comment that are not the file's own, `findings` what the page will not show, and
    `unused` pictures in the folder that no text shows.
    """
    found = ["", "texter.md"]
    if hidden:
        lines = listed([str(line) for line in hidden[:MOST]])
        found.append(f"  {MARKS['warning']} Text mellan <!-- och --> syns inte i rapporten: rad {lines}. Flytta den under -->.")
    found += [f"  {line}" for line in _findings(findings, "texter.md")]
    if unused and not problem:
        found.append(f"  {MARKS['info']} {listed(list(unused[:MOST]))}: en bild läses inte som uppgifter. {SHOW_PICTURE}")
    if problem:
        return [*found, f"  {MARKS['error']} {problem}"]
    if not empty:
        return [*found, "  Alla delar som lagen ber om har text."]
    return [*found, "  Utan text: " + listed(list(empty)) + "."]


def missing(items: Sequence[str]) -> list[str]:
    if not items:
        return ["", "Inget saknas bland siffrorna."]
    return ["", "Saknas för en fullständig lägesbild", *(f"  - {item}" for item in items)]


def offences(names: Sequence[str]) -> str:
    return f"Anmälda brott i {number(len(names))} av Brås brottstyper: {listed(list(names))}. De finns i Brås indikatorfil."


def newer_year(last: int, total: int) -> str:
    return f"Brott per typ efter {last}. Brås slutliga siffror för {total} finns."


def few_years(have: int, need: int) -> str:
    return f"Fler år. En förändring kan bedömas när {need} år är kända; nu finns {have}."


def population(years: Sequence[int]) -> str:
    return f"Folkmängden den 31 december {listed([str(y) for y in years])}. Utan den saknas tal per invånare, om inte Brå har räknat dem."


def alike(u: Underlag) -> str:
    names = listed([kommuner.get(code).name for code in u.alike.wanted])
    return f"Samma filer för minst fem av de kommuner som liknar {u.kommun.name} mest: {names}."


def newer(files: Sequence[str] | None) -> list[str]:
    if files is None:
        return ["", "Ingen tidigare rapport att jämföra med."]
    if not files:
        return ["", "Inget är nyare än den senaste rapporten."]
    return ["", "Nyare än den senaste rapporten", *(f"  - {name}" for name in files)]


def verdict(errors: int) -> str:
    if errors:
        return f"\n{number(errors)} fel. Rätta dem innan rapporten skapas; inget läses halvt."
    return "\nInga fel. Rapporten kan skapas."
