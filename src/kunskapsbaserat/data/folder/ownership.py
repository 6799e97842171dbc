"""Whose figures a file of Brå's holds: the folder's kommun, parts of it, or only others to compare with."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.bra import Export, Finding, labels
from kunskapsbaserat.kommun import Kommun

_NAMED = 3  # of several areas
_KIND = r"(stadsdelsområde|stadsområde|stadsdelsnämndsområde|stadsdelsnämnd|stadsdel|sdn)"
_PART = re.compile(rf"^{_KIND}\s+|\s*\(\w+\)$", re.IGNORECASE)
_AFTERWARDS = "framtagen i efterhand"


def has_figures(export: Export, kommun: Kommun) -> bool:
    """Is there a figure about the kommun itself, or about a part of it?"""
    own = _areas(export).str.split(":").str[0]
    return bool((own == kommun.code).any())


def about(export: Export, kommun: Kommun, file: str) -> list[Finding]:
    """What a person should know about whose figures the file holds.

    Parameters
    ----------
    export : Export
        A file of Brå's.
    kommun : Kommun
        That of the folder.
    file : str
        The file's name in the folder.

    Returns
    -------
    list of Finding
        A warning that names both kommuner when the file is about others only; a fact when it is about the kommun's own län or
        riket; a fact about parts of the kommun.
    """
    areas = sorted(set(_areas(export)))
    # A report would be made of the package's figures, and nobody told.
    if not areas and len(export.frame) and export.frame["value"].isna().all():
        text = f"Filen har inga tal alls, bara ”..”. Rapporten om {kommun.name} görs utan dem."
        return [Finding("warning", "no_own_figures", text, file)]
    if not areas:
        return []
    if has_figures(export, kommun):
        return _own_parts(areas, kommun, file)
    if _listed(export, kommun):
        text = f"Filen har inga tal för {kommun.name}, bara ”..”. De andra områdenas tal används till jämförelse."
        return [Finding("warning", "no_own_figures", text, file)]
    names = _names(areas)
    if {area.split(":")[0] for area in areas} <= {kommun.lan_code, "00"}:
        text = f"Filen gäller {names}, inte {kommun.name} själv. Talen används bara till jämförelse."
        return [Finding("info", "wider_area", text, file)]
    text = (
        f"Filen gäller {names}, mappen gäller {kommun.name}. Talen används bara till jämförelse och filen räknas inte som "
        f"källa för {kommun.name}. Ligger den i fel mapp, flytta den."
    )
    return [Finding("warning", "other_kommun", text, file)]


def part_names(exports: Sequence[Export], kommun: Kommun) -> dict[str, str]:
    """Bromma, by "0180:bromma", of every part of the kommun in the files: the publisher's name without its kind and city."""
    return {
        str(area): _PART.sub("", str(region)).strip()
        for export in exports
        for area, region in export.frame[["area", "region"]].dropna().drop_duplicates().itertuples(index=False)
        if str(area).startswith(f"{kommun.code}:")
    }


def recalculated_parts(exports: Sequence[Export]) -> frozenset[str]:
    """Parts with the publisher's note that figures from before they were formed were made afterwards, to be comparable."""
    found = {labels.region(note.subject) for export in exports for note in export.notes if _AFTERWARDS in note.text}
    return frozenset(region.area for region in found if region is not None and region.area is not None)


def _own_parts(areas: Sequence[str], kommun: Kommun, file: str) -> list[Finding]:
    parts = sum(area.startswith(f"{kommun.code}:") for area in areas)
    if not parts:
        return []
    many = "1 område" if parts == 1 else f"{parts} områden"
    return [Finding("info", "parts", f"{many} inom kommunen, till tabellen över kommunens delar.", file)]


def _areas(export: Export) -> pd.Series:
    """The area of every figure in the file."""
    figures = [export.frame.loc[export.frame["value"].notna(), "area"]]
    if export.survey is not None:
        figures.append(export.survey.loc[export.survey["share"].notna(), "area"])
    areas = pd.concat(figures, ignore_index=True).dropna().astype(str)
    return areas[~areas.str.startswith("polis:")]


def _listed(export: Export, kommun: Kommun) -> bool:
    return bool((export.frame["area"].dropna().astype(str).str.split(":").str[0] == kommun.code).any())


def _names(areas: Sequence[str]) -> str:
    """ "Solna", "Solna, Nacka, Ale och 4 till", "delar av Malmö"."""
    names = list(dict.fromkeys(_name(area) for area in areas))
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} och {len(names) - _NAMED} till"
    return " och ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _name(area: str) -> str:
    if area == "00":
        return "hela landet"
    place, _, part = area.partition(":")
    name = kommuner.get(place).name if len(place) == len("0180") else kommuner.in_lan(place)[0].lan
    return f"delar av {name}" if part else name
