"""What a person has decided about duplicates is kept and reapplied."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from events import made

from kunskapsbaserat.data.est import duplicates
from kunskapsbaserat.data.est.secret import Secret
from kunskapsbaserat.errors import TableError

SECRET = Secret(b"x" * 32)


def proposed(events: pd.DataFrame) -> pd.DataFrame:
    """Neighbours in the table, as pairs."""
    ids = list(events.sort_values(["reported", "row"])["incident_id"])
    return pd.DataFrame({"first": ids[:-1:2], "second": ids[1::2], "metres": 12.5})


def test_decisions_are_kept_and_reapplied(tmp_path: Path):
    events = made(40, seed=3, days=1, spread=100)
    pairs = proposed(events)
    path = tmp_path / duplicates.FILE
    waiting = duplicates.write_proposals(path, events, pairs, SECRET)
    assert waiting == len(pairs) > 3
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    head = lines[0].split(";")
    lines[1] = lines[1].replace(";;", ";samma;", 1)
    lines[2] = lines[2].replace(";;", ";Olika;", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")  # as Excel or Notepad may save it
    decided = duplicates.read_decisions(path, SECRET)
    assert sorted(decided.values()) == ["olika", "samma"]
    assert head[:2] == ["par", "beslut"]
    # A later run proposes fewer pairs: decisions stay.
    assert duplicates.write_proposals(path, events, pairs.iloc[5:], SECRET) == len(pairs) - 5
    assert duplicates.read_decisions(path, SECRET) == decided
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
        duplicates.read_decisions(path, SECRET)
    assert "kanske" not in str(caught.value)
