"""The same event from the guard, the landlord and the police: of the pairs proposed a person decides, and the decision is kept.

Decisions stand in ``est_dubbletter.csv`` in the kommun's folder: one pair a row with category, times, metres and where the two
rows are, and a column ``beslut`` to fill in with "samma" or "olika".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data import files
from kunskapsbaserat.data.est.secret import Secret
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.data.folder.layout import EST_DUPLICATES
from kunskapsbaserat.errors import TableError

FILE = EST_DUPLICATES
SAME, DIFFERENT = "samma", "olika"
PLAIN, KEYED = 16, 20  # digits of an id without and with a key
_HEADS = ("par", "beslut", "kategori", "tid 1", "tid 2", "meter", "fil 1", "rad 1", "fil 2", "rad 2")


def read_decisions(path: str | Path, secret: Secret) -> dict[tuple[str, str], str]:
    """What has been decided, by pair of ids in their own order; none when there is no file.

    Ids without a key, of earlier versions, get one.

    Raises
    ------
    TableError
        A decision is neither "samma" nor "olika", or a pair is damaged.
    FileLocked, FileError
        The file cannot be read.
    """
    return {_pair(_keyed(first, secret), _keyed(second, secret)): said for first, second, said in _written(path)}


def are_keyed(path: str | Path) -> bool:
    """Are there decisions about pairs that only the folder's own secret knows again?"""
    return any(KEYED in (len(first), len(second)) for first, second, _ in _written(path))


def _written(path: str | Path) -> Iterator[tuple[str, str, str]]:
    """Each decided pair as it stands in the file."""
    path = Path(path)
    for at, row in enumerate(files.read_file(path).sheets[0].rows if path.exists() else (), start=1):
        pair, said = (str(cell or "").strip() for cell in (*row, None, None)[:2])
        if at == 1 or not pair:
            continue
        first, dash, second = pair.partition("-")
        if not dash or not {len(first), len(second)} <= {PLAIN, KEYED}:
            raise TableError(
                "a pair as it was written", forvantat="paret så som programmet skrev det", file=path, row=at, column="par"
            )
        if said.casefold() not in ("", SAME, DIFFERENT):
            raise TableError("samma or olika", forvantat="samma eller olika", file=path, row=at, column="beslut")
        if said:
            yield first, second, said.casefold()


def _pair(one: str, other: str) -> tuple[str, str]:
    """The same whichever of the two is named first: which one that is changes when a file is added."""
    return (one, other) if one < other else (other, one)


def _keyed(digest: str, secret: Secret) -> str:
    return digest if len(digest) == KEYED else secret.digest(digest)


def with_ids_of_today(decided: dict[tuple[str, str], str], now_called: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The decisions by the ids that events have now; a decision made with the id of today goes before one of an earlier."""
    moved = {_pair(now_called.get(a, a), now_called.get(b, b)): said for (a, b), said in decided.items()}
    return moved | {pair: said for pair, said in decided.items() if pair in moved}


def write_proposals(
    path: str | Path, events: pd.DataFrame, pairs: pd.DataFrame, secret: Secret, now_called: Mapping[str, str] | None = None
) -> int:
    """Write the pairs with the decisions already made; returns how many wait for one. A decided pair is never lost.

    Parameters
    ----------
    path : path
        Where the decisions are kept.
    events : DataFrame
        The incidents contract.
    pairs : DataFrame
        ``first second metres``: incident ids, and how far apart the two are.
    secret : Secret
        Of the folder.
    now_called : Mapping
        The id of an event by the one that earlier versions gave it: decisions made with those are kept under the new.

    Raises
    ------
    FileLocked
        The file is open in Excel.
    """
    decided = with_ids_of_today(read_decisions(path, secret), now_called or {})
    about = events.set_index("incident_id")
    rows = []
    listed = set()
    for pair in pairs.itertuples():
        one, other = about.loc[pair.first], about.loc[pair.second]
        key = _pair(pair.first, pair.second)
        listed.add(key)
        rows.append(
            [
                f"{pair.first}-{pair.second}",
                decided.get(key, ""),
                catalogue.category(one["category"]).name,
                *(f"{e['start']:%Y-%m-%d %H:%M}–{e['end']:%Y-%m-%d %H:%M}" for e in (one, other)),
                round(pair.metres),
                *(one["file"], one["row"], other["file"], other["row"]),
            ]
        )
    rows += [[f"{a}-{b}", said, *[""] * 8] for (a, b), said in decided.items() if (a, b) not in listed]
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([_HEADS, *rows])
    replace_file(Path(path), ("\ufeff" + out.getvalue()).encode("utf-8"))
    return sum(row[1] == "" for row in rows)


def undecided(pairs: pd.DataFrame, decided: dict[tuple[str, str], str]) -> pd.DataFrame:
    """The pairs that nobody has decided about."""
    waiting = [_pair(a, b) not in decided for a, b in zip(pairs["first"], pairs["second"], strict=True)]
    return pairs[waiting]


def apply(events: pd.DataFrame, same: list[tuple[str, str]]) -> pd.DataFrame:
    """The events with every group of the same event counted once: the first reported stays. Same columns, same order."""
    if not same:
        return events
    position = {name: at for at, name in enumerate(events["incident_id"])}
    group = list(range(len(events)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    rank = events[["reported", "file", "row"]].apply(tuple, axis=1)
    for a, b in same:
        if a in position and b in position:
            one, other = root(position[a]), root(position[b])
            if one != other:
                first, later = sorted((one, other), key=lambda at: rank.iat[at])
                group[later] = first
    return events[[root(at) == at for at in range(len(events))]].reset_index(drop=True)
