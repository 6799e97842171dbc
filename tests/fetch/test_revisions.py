"""What a publisher changes is noted once, and a report that was adopted learns of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from world import World, count, world

from conftest import QUICK, Serving
from kunskapsbaserat import cli_verifiera, kommun
from kunskapsbaserat.data import embedded, fetched, folder
from kunskapsbaserat.data.fetch import revisions, run
from kunskapsbaserat.engine import manifest, revised
from kunskapsbaserat.engine.revised import against_newest
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.report.documents.kontroll import published
from kunskapsbaserat.report.documents.lagesbild import appendix
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.statements import method

PLACE = kommun.get("Köping")
TOTAL = "N07540"


def revise(found: World, kpi: str, year: int, more: int) -> World:
    """The publisher has counted some more events in one year."""
    people = found.people[PLACE.code]
    mean = (people[year] + people[year - 1]) / 2
    found.figures[kpi][PLACE.code][year] = round((count(found, kpi, PLACE.code, year) + more) / mean * 100_000, 6)
    return found


def fetch(home: Path) -> run.Summary:
    if not home.exists():
        folder.create(home, PLACE, {})
    return run.fetch({PLACE: home}, home / "lager", limits=QUICK)


@pytest.mark.usefixtures("few")
def test_a_changed_figure_is_noted_once_with_old_and_new(serving: Serving, tmp_path: Path):
    home = tmp_path / "koping"
    with serving():
        assert fetch(home).placed[0].revised == 0
    assert not (home / folder.REVISIONS).exists()
    before = count(world(), TOTAL, PLACE.code, 2023)
    with serving(found=revise(world(), TOTAL, 2023, 40)):
        assert fetch(home).placed[0].revised == 2  # the count and its rate
        assert fetch(home).placed[0].revised == 0
    lines = revisions.read(home / folder.REVISIONS)
    assert lines[0][:8] == ["brott.csv", PLACE.code, "totalt", "alla", "2023", "count", str(before), str(before + 40)]
    assert lines[0][8] == date.today().isoformat() or lines[0][8] < date.today().isoformat()
    with serving():  # and back again: that is a change too
        assert fetch(home).placed[0].revised == 2
    assert len(revisions.read(home / folder.REVISIONS)) == 4
    assert (home / folder.REVISIONS).read_bytes().startswith(b"\xef\xbb\xbf")  # Excel opens it


def table(value: int | None) -> pd.DataFrame:
    rows = embedded.counts_groups().head(3).reset_index(drop=True)
    rows.loc[1, "count"] = pd.NA if value is None else value
    return rows


@pytest.mark.parametrize(("old", "new", "changes"), [(5, 5, 0), (5, 6, 1), (None, 6, 1), (5, None, 1), (None, None, 0)])
def test_a_cell_that_comes_or_goes_is_a_change(old: int | None, new: int | None, changes: int):
    assert len(revisions.changed(table(old), table(new), "counts")) == changes


def test_a_new_year_is_no_revision():
    rows = table(5)
    assert revisions.changed(rows.iloc[:2], rows, "counts").empty


def test_a_file_with_other_columns_is_left_alone(tmp_path: Path):
    path = tmp_path / folder.REVISIONS
    path.write_text("a;b\n1;2\n")
    differences = {"brott.csv": ("counts", revisions.changed(table(5), table(6), "counts"))}
    with pytest.raises(FileError) as caught:
        revisions.note(path, differences, date(2026, 3, 1))
    assert "Flytta filen" in caught.value.svenska
    assert path.read_text() == "a;b\n1;2\n"


def report(room: Path, home: Path | None, place: kommun.Kommun = PLACE) -> Path:
    """The parts of a rendered report that are compared: its tables and what its manifest says it is about."""
    u = underlag.load(place, data=home)
    for name, released in appendix.tables_beside(u).items():
        path = room / "tables" / "maskin" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame = released.frame.rename(columns={"area": "kommun"})
        path.write_text(frame.to_csv(index=False), encoding="utf-8")
    (room / "manifest.json").write_text(
        json.dumps({"template": "lagesbild", "parameters": {"kommun": place.code, "year": None}, "outputs": {}})
    )
    return room


@pytest.mark.usefixtures("few")
def test_a_report_learns_what_was_revised_and_which_verdicts_turn(serving: Serving, tmp_path: Path):
    home = tmp_path / "koping"
    with serving():
        fetch(home)
    made = report(tmp_path / "rapport", home)
    (same,) = against_newest([made], data=home)
    assert same.cells == same.verdicts == ()
    assert same.last_year == 2025
    found = world()
    for year in (2024, 2025):
        revise(found, "N07546", year, 900)
    with serving(found=found):
        fetch(home)
    (other,) = against_newest([made], data=home)
    assert [(cell.what, cell.year, cell.column) for cell in other.cells] == [
        ("Bostadsinbrott", 2024, "count"),
        ("Bostadsinbrott", 2025, "count"),
    ]
    assert [cell.after - cell.before for cell in other.cells if cell.after] == [900, 900]
    turned = {(t.what, t.column): t.after for t in other.verdicts}
    assert turned["Bostadsinbrott", "change"] == "sakerstalld_okning"


def edited(made: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """A table of the report as it would have been when the figures were others."""
    path = made / "tables" / "maskin" / name
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


@pytest.fixture
def of_falun(tmp_path: Path) -> Path:
    return report(tmp_path, None, kommun.get("Falun"))


def test_the_surveys_verdicts_turn_too(of_falun: Path):
    edited(of_falun, "trygghet_bedomning.csv", lambda t: t.assign(against_riket="hogre"))
    (found,) = against_newest([of_falun])
    assert not found.cells
    u = underlag.load(kommun.get("Falun"))
    others = {f.measure.name: f.comparison_riket.value for f in u.survey_findings if f.comparison_riket.value != "hogre"}
    assert len(others) > 3
    assert {t.what: t.after for t in found.verdicts} == others
    assert {t.column for t in found.verdicts} == {"against_riket"}
    assert all(", läge mot riket: var säkerställt högre än riket, blir " in t.svenska for t in found.verdicts)


def test_a_verdict_against_the_others_turns(of_falun: Path):
    edited(of_falun, "utveckling.csv", lambda t: t.assign(relative_change="sakerstalld_okning"))
    (found,) = against_newest([of_falun])
    assert {t.column for t in found.verdicts} == {"relative_change"}
    assert "förändring mot andra kommuner: var säkerställd ökning, blir " in found.verdicts[0].svenska


def test_a_report_of_before_the_verdicts_were_kept_is_compared_by_what_it_has(of_falun: Path):
    (of_falun / "tables" / "maskin" / "trygghet_bedomning.csv").unlink()
    edited(of_falun, "utveckling.csv", lambda t: t.drop(columns="relative_change"))
    assert against_newest([of_falun])[0].same


def test_a_series_that_nobody_gives_out_any_more_is_told(of_falun: Path, capsys: pytest.CaptureFixture[str]):
    edited(of_falun, "anmalda_brott.csv", lambda t: t.replace({"offence": {"narkotika": "bilbrott_gammal"}}))
    edited(of_falun, "trygghetsfragor.csv", lambda t: t.replace({"measure": {"otrygg_kvall": "otrygg_natt"}}))
    (found,) = against_newest([of_falun])
    assert found.gone == ("bilbrott_gammal", "otrygg_natt")
    assert not found.same
    assert (
        cli_verifiera.verify(
            of_falun, data=None, arbetare=1, as_json=False, mot_nytt=True, nyckel=None, notebook=None, lita=False
        )
        != 0
    )
    assert "  bilbrott_gammal: alla tal saknas nu" in capsys.readouterr().out.splitlines()


@pytest.fixture
def adopted(serving: Serving, tmp_path: Path) -> tuple[Path, Path]:
    """A report with a whole manifest, and the folder that it was made of."""
    home, room = tmp_path / "koping", tmp_path / "rapport"
    with serving():
        fetch(home)
    report(room, home)
    u = underlag.load(PLACE, data=home)
    inputs = [{"file": s.name, "sha256": s.sha256, "retrieved": s.retrieved.isoformat()} for s in u.snapshots.values()]
    made = {"template": "lagesbild", "parameters": {"kommun": "1983"}, "chosen": {}, "formats": [], "inputs": inputs}
    made |= {"notebook": "lagesbild.ipynb", "own_notebook": False, "own_folder": True, "template_sha256": "", "run": {}}
    made |= {"made_of_sha256": "", **manifest.versions()}
    (room / "manifest.json").unlink()
    (room / "manifest.json").write_text(json.dumps(made | {"outputs": manifest.outputs_of(room)}), encoding="utf-8")
    assert manifest.is_whole(json.loads((room / "manifest.json").read_text(encoding="utf-8")))
    return room, home


def on_another_day(path: Path, *, more: int = 0) -> None:
    """The same figures fetched again, or with the first count another."""
    table, about = fetched.read(path)[0].table, fetched.about(path)
    if more:
        table.loc[table.index[0], "count"] += more
    fetched.write(path, table, dataclasses.replace(about, retrieved=about.retrieved + timedelta(days=30)))


@pytest.mark.usefixtures("few")
def test_figures_that_are_the_same_are_not_computed_again(adopted: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch):
    room, home = adopted
    for path in (home / fetched.FOLDER).iterdir():
        on_another_day(path)
    monkeypatch.setattr(revised.underlag, "load", lambda *_, **__: pytest.fail("computed again"))
    (same,) = against_newest([room], data=home)
    assert (same.cells, same.verdicts, same.last_year) == ((), (), 2025)


CHANGES: dict[str, Callable[[Path, Path], object]] = {
    "a figure": lambda _, home: on_another_day(home / fetched.FOLDER / "brott.csv", more=1),
    "a file more": lambda _, home: (home / "bra" / "x.csv").write_text("a;b"),
    "a file less": lambda _, home: (home / fetched.FOLDER / "folkmangd_scb.csv").unlink(),
    "a table of the report": lambda room, _: (room / "tables" / "maskin" / "trygghetsfragor.csv").write_text(
        "measure,year,share"
    ),
    "another program": lambda room, _: (room / "manifest.json").write_text(
        (room / "manifest.json").read_text(encoding="utf-8").replace(manifest.code_digest(), "0" * 64), encoding="utf-8"
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
@pytest.mark.usefixtures("few")
def test_anything_else_is_computed(
    change: Callable[[Path, Path], object], adopted: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
):
    class Computed(Exception):
        pass

    def computed(*_: object, **__: object) -> None:
        raise Computed

    room, home = adopted
    change(room, home)
    monkeypatch.setattr(revised.underlag, "load", computed)
    with pytest.raises(Computed):
        against_newest([room], data=home)


@pytest.mark.thorough
def test_many_reports_in_several_processes_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        made.append(report(tmp_path / str(number), None))
    counts = made[1] / "tables" / "maskin" / "anmalda_brott.csv"
    rows = pd.read_csv(counts)
    rows.loc[rows["count"].notna(), "count"] += 1
    rows.to_csv(counts, index=False)
    monkeypatch.setattr(revised, "FEWEST_EACH", 1)
    shared = against_newest(made, workers=2)
    assert shared == against_newest(made)
    assert [bool(one.cells) for one in shared] == [False, True]


def test_a_report_without_its_tables_is_said(tmp_path: Path):
    (tmp_path / "manifest.json").write_text('{"template": "lagesbild", "parameters": {"kommun": "1983"}, "outputs": {}}')
    with pytest.raises(FileError, match="is missing"):
        against_newest([tmp_path])
    (tmp_path / "manifest.json").write_text('{"template": "est", "parameters": {"kommun": "1983"}, "outputs": {}}')
    with pytest.raises(FileError, match="no lägesbild"):
        against_newest([tmp_path])


@pytest.mark.parametrize("contents", ["survey", "exposure"])
def test_a_table_comes_back_as_it_was_written(tmp_path: Path, contents: str):
    rows = embedded.survey() if contents == "survey" else embedded.exposure()
    rows = rows.sort_values(fetched.KEYS[contents], ignore_index=True)
    about = fetched.About(contents, "RKA", "Titel", "https://www.kolada.se", "fri", date(2026, 3, 1))
    path = tmp_path / fetched.FOLDER / "x.csv"
    fetched.write(path, rows, about)
    assert fetched.recognises(path)
    back, said = fetched.read(path)
    pd.testing.assert_frame_equal(back.table, rows, check_dtype=False)
    assert said == about


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 3, 31), []),
        (date(2027, 3, 31), ["NTU 2026"]),
        (date(2027, 4, 1), ["Brås slutliga siffror för 2026", "NTU 2026"]),
    ],
)
def test_kontroll_says_what_should_be_out_by_now(today: date, said: list[str], tmp_path: Path):
    folder.create(tmp_path / "borlange", "Borlänge", {})
    lines = published.inspect(folder.read(tmp_path / "borlange"), today)
    assert [line.strip("- ").startswith(text) for text, line in zip(said, lines[2:], strict=False)] == [True] * len(said)
    assert (f"kunskap hamta Borlänge {tmp_path / 'borlange'}" in "\n".join(lines)) is bool(said)


@pytest.mark.usefixtures("small")
def test_kontroll_says_when_a_month_is_out(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    months = tuple(source for source in run.SOURCES if source.key == "sol_manad")
    monkeypatch.setattr(run, "SOURCES", months)
    home = tmp_path / "koping"
    with serving():
        fetch(home)
    read = folder.read(home)
    assert published.inspect(read, date(2026, 9, 14)) == []
    assert "till och med 2026-09 ska vara publicerade. Här finns till och med 2026-08" in "".join(
        published.inspect(read, date(2026, 10, 16))
    )


@pytest.mark.usefixtures("few")
def test_the_page_says_that_figures_came_by_kolada(serving: Serving, tmp_path: Path):
    home = tmp_path / "koping"
    with serving():
        fetch(home)
    u = underlag.load(PLACE, data=home)
    total = [f for f in u.count_findings if f.offence.id == "totalt"]
    assert method.counts_source(total).startswith("Källa: Brå via Kolada, anmälda brott")
    assert method.survey_source(u.survey_findings).startswith("Källa: Brå via Kolada, ")
    assert method.counts_source(underlag.load(PLACE).count_findings).startswith("Källa: Brå, anmälda brott")


def test_no_reports_are_none_that_differ():
    """An empty list ended in an IndexError when the error was to name the first of them."""
    assert against_newest([]) == []
