"""Duplicates are proposed as a slow obvious rule would, decided by a person, and decided once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from events import made
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.data.est import duplicates
from kunskapsbaserat.errors import TableError


def slow(events: pd.DataFrame, metres: float, hours: float) -> set[frozenset[str]]:
    """Every pair looked at."""
    found = set()
    rows = events.to_dict("records")
    for at, one in enumerate(rows):
        for other in rows[at + 1 :]:
            gap = max(pd.Timedelta(0), one["start"] - other["end"], other["start"] - one["end"]) / pd.Timedelta(hours=1)
            long = max(one["end"] - one["start"], other["end"] - other["start"]) > pd.Timedelta(hours=duplicates.LONGEST)
            near = np.hypot(one["x"] - other["x"], one["y"] - other["y"]) <= metres
            if one["category"] == other["category"] and near and gap <= hours and not long:
                found.add(frozenset((one["incident_id"], other["incident_id"])))
    return found


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([50.0, 150.0]), st.sampled_from([1.0, 3.0]))
def test_as_the_slow_rule(seed: int, metres: float, hours: float):
    events = made(60, seed=seed, days=3, spread=400, hours=(0, 0, 0, 1, 1.3, 5, 8, 23, 30, 71, 80))
    pairs = duplicates.propose(events, metres=metres, hours=hours)
    assert {frozenset(pair) for pair in zip(pairs["first"], pairs["second"], strict=True)} == slow(events, metres, hours)
    assert not pairs.duplicated(["first", "second"]).any()


def test_none():
    assert duplicates.propose(made(0)).empty
    assert duplicates.propose(made(5).assign(x=np.nan)).empty


def test_decisions_are_kept_and_reapplied(tmp_path: Path):
    events = made(40, seed=3, days=1, spread=100)
    pairs = duplicates.propose(events)
    path = tmp_path / duplicates.FILE
    waiting = duplicates.write_proposals(path, events, pairs)
    assert waiting == len(pairs) > 3
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    head = lines[0].split(";")
    lines[1] = lines[1].replace(";;", ";samma;", 1)
    lines[2] = lines[2].replace(";;", ";Olika;", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")  # as Excel or Notepad may save it
    decided = duplicates.read_decisions(path)
    assert sorted(decided.values()) == ["olika", "samma"]
    assert head[:2] == ["par", "beslut"]
    # A later run proposes fewer pairs: decisions stay.
    assert duplicates.write_proposals(path, events, pairs.iloc[5:]) == len(pairs) - 5
    assert duplicates.read_decisions(path) == decided
    assert len(duplicates.undecided(pairs, decided)) == len(pairs) - 2
    same = [pair for pair, said in decided.items() if said == "samma"]
    once = duplicates.apply(events, same)
    assert len(once) == len(events) - 1
    assert same[0][0] in set(once["incident_id"])  # the first reported stays
    assert same[0][1] not in set(once["incident_id"])


def test_a_chain_is_one_event():
    events = made(3)
    a, b, c = events["incident_id"]
    assert len(duplicates.apply(events, [(a, b), (b, c)])) == 1
    assert len(duplicates.apply(events, [(a, b), (a, c), (b, c)])) == 1
    assert len(duplicates.apply(events, [])) == 3


def test_a_wrong_decision_is_an_error(tmp_path: Path):
    path = tmp_path / duplicates.FILE
    path.write_text(f"par;beslut\n{'a' * 16}-{'b' * 16};kanske\n", encoding="utf-8")
    with pytest.raises(TableError, match="samma or olika") as caught:
        duplicates.read_decisions(path)
    assert "kanske" not in str(caught.value)
