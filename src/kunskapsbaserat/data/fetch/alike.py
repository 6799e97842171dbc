"""Kolada's liknande kommuner: the seven most alike of each kommun, for two purposes, in the newest year that there is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.fetch import kolada
from kunskapsbaserat.data.fetch.asking import Asker
from kunskapsbaserat.errors import UnknownKommun
from kunskapsbaserat.kommun import Kommun

MEMBERS = 7
_TITLE = re.compile(r"liknande kommuner,? (övergripande|socioekonomi), (.+), ((?:19|20)\d\d)", re.IGNORECASE)
_KINDS = {"övergripande": "overgripande", "socioekonomi": "socioekonomi"}
COLUMNS = ["kommun", "kind", "year", "members"]


def groups(asker: Asker, places: Sequence[Kommun]) -> pd.DataFrame:
    """One row for each kommun and purpose: the year and the seven codes, with spaces between.

    Raises
    ------
    FetchError
        A kommun has no such group, or one that has not seven kommuner.
    """
    wanted = {place.code for place in places}
    one = next(iter(places)).name if len(wanted) == 1 else "Liknande kommuner"
    found: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}
    for item in kolada.pages(asker, f"/municipality_groups?title={quote(one)}&per_page=5000", "liknande kommuner"):
        about = _about(asker, item)
        if about is not None and about[0] in wanted:
            code, kind, year, members = about
            if year >= found.get((code, kind), (0, ()))[0]:
                found[code, kind] = year, members
    lacking = [(c, k) for c in sorted(wanted) for k in _KINDS.values() if len(found.get((c, k), (0, ()))[1]) != MEMBERS]
    if lacking:
        code, kind = lacking[0]
        name = kommuner.get(code).name
        raise asker.wrong(f"no seven liknande kommuner of {code}", f"{name} har inte sju liknande kommuner ({kind}) i svaret")
    rows = [(code, kind, year, " ".join(members)) for (code, kind), (year, members) in sorted(found.items())]
    return pd.DataFrame(rows, columns=COLUMNS)


def changed(table: pd.DataFrame, place: Kommun) -> list[str]:
    """In Swedish, the groups of a kommun that are others than those that the package compares with."""
    said = []
    for row in table[table["kommun"] == place.code].itertuples():
        ours = kommuner.liknande(place, row.kind)
        if new := sorted(set(str(row.members).split()) - set(ours.members)):
            names = ", ".join(kommuner.get(code).name for code in new)
            said.append(f"Liknande kommuner ({row.kind}) {row.year}: {names} är nya sedan paketets {ours.year}.")
    return said


def _about(asker: Asker, item: dict[str, Any]) -> tuple[str, str, int, tuple[str, ...]] | None:
    """Whose group it is, for what, of which year and who is in it; None for a group of another sort."""
    title = _TITLE.fullmatch(" ".join(str(item.get("title", "")).split()))
    if title is None or not kommuner.is_name(title[2]):
        return None
    members = item.get("members")
    if not isinstance(members, list) or not all(isinstance(m, dict) and _code(m) for m in members):
        raise asker.wrong("a group without members", f"gruppen ”{item.get('title')}” saknar kommuner")
    codes = tuple(_code(member) for member in members)
    return kommuner.get(title[2]).code, _KINDS[title[1].casefold()], int(title[3]), codes


def _code(member: dict[str, Any]) -> str:
    """The code of a kommun of today; empty for anything else that Kolada has a code of four digits for, such as a region."""
    code = str(member.get("member_id") or member.get("id") or "")
    try:
        return code if kommuner.get(code).code == code else ""
    except UnknownKommun:
        return ""
