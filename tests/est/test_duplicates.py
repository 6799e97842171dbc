"""What a person has decided about duplicates is kept and reapplied."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from events import made
from folders import made_folder

from kunskapsbaserat.data import est as ests
from kunskapsbaserat.data.est import duplicates
from kunskapsbaserat.data.est.secret import Secret
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.report.documents.est.material import proposed_pairs

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
    first, later = events[events["incident_id"].isin(same[0])].sort_values(["reported", "row"])["incident_id"]
    assert set(events["incident_id"]) - set(once["incident_id"]) == {later}
    assert first != later  # the first reported stays


def export(path: Path, number: int) -> None:
    """A list of one event, with the system's own number; the name of the file could be a person's."""
    head = "handelse_id;rapporterad;start;slut;kategori;x;y"
    row = f"{number};2026-11-09 12:00;2026-11-09 10:00;2026-11-09 11:00;Klotter;15.4270;60.4845"
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    mapping = "\n".join(f"{field};{field}" for field in head.split(";"))
    path.with_name(f"{path.name}.mappning.csv").write_text(f"fält;kolumn\n{mapping}\n", encoding="utf-8")


@pytest.fixture
def two_lists(tmp_path: Path) -> Path:
    folder = made_folder(tmp_path / "kommun")
    for number, name in enumerate(("Bergström.csv", "Ceder.csv"), start=1):
        export(folder / "est" / name, number)
    return folder


def test_a_decision_stands_when_a_file_is_put_before_the_others(two_lists: Path):
    decide_the_same(two_lists)
    assert len(ests.read(two_lists).events) == 1
    export(two_lists / "est" / "Alm.csv", 1)
    found = ests.read(two_lists)
    assert (len(found.reports), len(found.events)) == (3, 2)
    assert duplicates.write_proposals(two_lists / duplicates.FILE, found.reports, proposed_pairs(found), found.secret) == 2


def test_a_decision_made_with_the_id_of_an_earlier_version_stands(two_lists: Path):
    decide_the_same(two_lists)
    path = two_lists / duplicates.FILE
    text, found = path.read_text(encoding="utf-8-sig"), ests.read(two_lists)
    for earlier, now in found.now_called.items():
        assert earlier != now
        text = text.replace(now, earlier)
    path.write_text(text, encoding="utf-8")
    again = ests.read(two_lists)
    assert len(again.events) == 1
    pairs = proposed_pairs(again)
    assert duplicates.write_proposals(path, again.reports, pairs, again.secret, again.now_called) == 0
    assert not any(earlier in path.read_text(encoding="utf-8-sig") for earlier in found.now_called)


def decide_the_same(folder: Path) -> None:
    """Write the proposals of a folder and decide that each pair is one event."""
    found = ests.read(folder)
    pairs = proposed_pairs(found)
    assert len(pairs) == 1
    path = folder / duplicates.FILE
    duplicates.write_proposals(path, found.reports, pairs, found.secret)
    path.write_text(path.read_text(encoding="utf-8-sig").replace(";;", ";samma;", 1), encoding="utf-8")


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
