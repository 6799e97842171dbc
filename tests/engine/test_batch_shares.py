"""A batch in shares: each report once, the list as if one machine had made them all, nothing joined that is not whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kunskapsbaserat import cli, engine, kommun, lan
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.batch import LOGS
from kunskapsbaserat.engine.job import Completion, Ended, Failure, Job
from kunskapsbaserat.errors import FileError, OptionError

PLACES = [kommun.get(name) for name in ("Mora", "Köping", "Åre", "Ale", "Heby")]
WANTED = [engine.Wanted(name, place) for place in PLACES for name in ("lagesbild", "uppfoljning")]
WANTED += [engine.Wanted("skola", PLACES[0], parameters={"skola": "norra"}), engine.Wanted("region", lan.get("20"))]


class Quick:
    """Reports of one line at once; Köping's follow-up fails in its fourth cell."""

    name = "quick"

    def run(self, jobs: Sequence[Job], *, workers: int, limit: float | None) -> Generator[Ended]:  # noqa: ARG002
        for job in jobs:
            job.log.write_text("logg")
            if job.subject.name == "Köping" and job.template == "uppfoljning":
                yield Ended(job, "failed", 0.0, failure=Failure("no plan", "planen saknas", cell=4))
                continue
            job.folder.mkdir()
            (job.folder / "report.html").write_text(f"{job.template} {job.subject.name}")
            record = {"template": job.template, "chosen": job.parameters, "outputs": manifest.outputs_of(job.folder)}
            (job.folder / manifest.MANIFEST).write_text(json.dumps(record))
            files = {**manifest.outputs_of(job.folder), manifest.MANIFEST: manifest.file_sha256(job.folder / manifest.MANIFEST)}
            yield Ended(job, "done", 0.0, completion=Completion(files, 0, warm=False, seconds=0.0))


def made(share: engine.Share, out: Path, wanted: Sequence[engine.Wanted] = WANTED) -> Path:
    outcomes = engine.render_many(engine.wanted_of(share, wanted), out=out, executor=Quick())
    engine.write_record(share, wanted, outcomes, out=out)
    return out


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the logs."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and LOGS not in p.relative_to(folder).parts
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("hel")
    engine.write_index(out, engine.render_many(WANTED, out=out, executor=Quick()))
    return contents(out)


@pytest.mark.parametrize("total", [1, 2, 3, 9])
def test_shares_in_folders_of_their_own_equal_the_whole(tmp_path: Path, whole: dict[str, bytes], total: int):
    folders = [made(engine.Share(number, total), tmp_path / f"del {number}") for number in range(total, 0, -1)]
    page, outcomes = engine.join(folders, out=tmp_path / "samlat å")
    assert contents(tmp_path / "samlat å") == whole
    assert page.read_bytes() == whole["index.html"]
    assert [o.wanted.place for o in outcomes if o.failure] == [Path("1983-koping/uppfoljning")]
    again, _ = engine.join([tmp_path / "samlat å"], out=tmp_path / "samlat å")  # its records came with the reports
    assert again.read_bytes() == page.read_bytes()


def test_shares_in_one_folder_equal_the_whole(tmp_path: Path, whole: dict[str, bytes]):
    for number in (2, 1, 3):
        made(engine.Share(number, 3), tmp_path)
    engine.join([tmp_path, tmp_path], out=tmp_path)
    assert contents(tmp_path) == whole


def test_joined_into_the_folder_of_a_share(tmp_path: Path, whole: dict[str, bytes]):
    folders = [made(engine.Share(number, 2), tmp_path / str(number)) for number in (1, 2)]
    engine.join(folders, out=folders[0])
    assert contents(folders[0]) == whole


@given(total=st.integers(1, 40), subjects=st.integers(0, 60))
def test_every_subject_is_in_one_share_and_they_weigh_alike(total: int, subjects: int):
    shares = [engine.Share(number, total).part(range(subjects)) for number in range(1, total + 1)]
    assert Counter(subject for share in shares for subject in share) == Counter(range(subjects))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_all_about_a_kommun_is_made_on_one_machine():
    shares = [engine.wanted_of(engine.Share(number, 3), WANTED) for number in (1, 2, 3)]
    of = [{one.subject for one in share} for share in shares]
    assert sum(map(len, of)) == len(set().union(*of)) == len(PLACES) + 1
    assert sorted(one.place for share in shares for one in share) == sorted(one.place for one in WANTED)


@pytest.mark.parametrize("written", ["0/3", "4/3", "3", "1/0", "-1/3", "1/3/5", "a/b", "", "1,5/3", "1/99999999"])
def test_a_share_that_is_none(written: str):
    with pytest.raises(OptionError, match="--del"):
        engine.Share.of(written)


def test_a_missing_share_is_named(tmp_path: Path):
    folders = [made(engine.Share(number, 4), tmp_path / str(number)) for number in (1, 3)]
    with pytest.raises(FileError) as error:
        engine.join(folders, out=tmp_path / "ut")
    assert error.value.reason == "missing_share"
    assert "delarna 2/4, 4/4" in error.value.svenska
    assert not (tmp_path / "ut").exists()


def test_shares_of_two_batches_are_not_joined(tmp_path: Path):
    folders = [made(engine.Share(1, 2), tmp_path / "a"), made(engine.Share(2, 2), tmp_path / "b", WANTED[:-1])]
    with pytest.raises(FileError) as error:
        engine.join(folders, out=tmp_path / "ut")
    assert error.value.reason == "other_batch"


def test_a_new_batch_in_the_same_folder_takes_the_old_records_away(tmp_path: Path):
    made(engine.Share(1, 4), tmp_path)
    made(engine.Share(1, 1), tmp_path, WANTED[:2])
    _, outcomes = engine.join([tmp_path], out=tmp_path)
    assert {o.wanted.place for o in outcomes} >= {one.place for one in WANTED[:2]}


def test_the_days_of_the_machines_may_differ(tmp_path: Path):
    """A share that starts after midnight belongs to the same batch."""
    for number, day in ((1, "2026-11-30"), (2, "2026-12-01")):
        wanted = [engine.Wanted("rad", place, parameters={"mote": day}) for place in PLACES]
        made(engine.Share(number, 2), tmp_path / str(number), wanted)
    _, outcomes = engine.join([tmp_path / "1", tmp_path / "2"], out=tmp_path / "ut")
    assert len(outcomes) == len(PLACES)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"batch": 1}', '{"batch": "x", "share": 1, "shares": 1, "reports": [{"number": 1}]}', "[" * 10_000]
)
def test_a_damaged_record_is_told(tmp_path: Path, text: str):
    made(engine.Share(1, 1), tmp_path)
    (tmp_path / LOGS / "del-1-av-1.json").write_text(text)
    with pytest.raises(FileError) as error:
        engine.join([tmp_path], out=tmp_path)
    assert error.value.reason == "corrupt"


def test_a_report_changed_on_the_way_is_not_copied(tmp_path: Path):
    folders = [made(engine.Share(number, 2), tmp_path / str(number)) for number in (1, 2)]
    (folders[1] / "1983-koping" / "lagesbild" / "report.html").write_text("ändrad")
    with pytest.raises(FileError) as error:
        engine.join(folders, out=tmp_path / "ut")
    assert error.value.reason == "damaged"
    assert not (tmp_path / "ut" / "1983-koping").exists()
    assert not (tmp_path / "ut" / "index.html").exists()


def test_two_different_reports_of_one_place(tmp_path: Path):
    for name in ("a", "b"):
        engine.render_many(WANTED[:1], out=tmp_path / name, executor=Quick())
    engine.join([tmp_path / "a", tmp_path / "b"], out=tmp_path / "ut")  # alike: one of them is enough
    changed = tmp_path / "b" / WANTED[0].place / "report.html"
    changed.write_text("en annan")
    with pytest.raises(FileError) as error:
        engine.join([tmp_path / "a", tmp_path / "b"], out=tmp_path / "ny")
    assert error.value.reason == "two_reports"


def test_own_files_in_the_joined_folder_stay(tmp_path: Path):
    made(engine.Share(1, 1), tmp_path / "a")
    engine.join([tmp_path / "a"], out=tmp_path / "ut")
    kept = tmp_path / "ut" / WANTED[0].place / "tjänsteskrivelse.docx"
    kept.write_text("ord")
    (tmp_path / "a" / WANTED[0].place / "report.html").write_text("ny version")
    record = json.loads((tmp_path / "a" / WANTED[0].place / manifest.MANIFEST).read_text())
    record["outputs"] = manifest.outputs_of(tmp_path / "a" / WANTED[0].place)
    (tmp_path / "a" / WANTED[0].place / manifest.MANIFEST).write_text(json.dumps(record))
    engine.join([tmp_path / "a"], out=tmp_path / "ut")
    assert kept.read_text() == "ord"
    assert (tmp_path / "ut" / WANTED[0].place / "report.html").read_text() == "ny version"


def test_a_list_over_reports_made_one_by_one(tmp_path: Path):
    for one in (WANTED[2], WANTED[0], WANTED[-2], WANTED[-1]):
        engine.render_many([one], out=tmp_path, executor=Quick())
    page, outcomes = engine.join([tmp_path], out=tmp_path)
    assert len(outcomes) == 4
    text = page.read_text(encoding="utf-8")
    assert all(f"{one.place.as_posix()}/report.html" in text for one in (WANTED[2], WANTED[0], WANTED[-2], WANTED[-1]))


def kunskap(*words: str) -> Result:
    return CliRunner().invoke(cli.cli, list(words), standalone_mode=False)


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kunskapsbaserat.engine.batch.default_executor", Quick)
    for number in (1, 2):
        told = kunskap("rapport", "lagesbild,uppfoljning", "Mora", "Köping", "--del", f"{number}/2", "--ut", str(tmp_path))
        assert f"Del {number} av 2" in told.stderr
        assert not (tmp_path / "index.html").exists()
    joined = kunskap("index", str(tmp_path))
    assert joined.return_value == 6
    assert "Fel: Köping, uppfoljning: planen saknas" in joined.stderr
    assert "3 klara, 1 misslyckades" in joined.stderr
    assert isinstance(kunskap("index", str(tmp_path / LOGS)).exception, FileError)


@pytest.mark.thorough
def test_real_reports_in_shares_are_the_same_bytes(tmp_path: Path):
    words = ("rapport", "lagesbild", "Mora", "Köping", "Heby")
    assert kunskap(*words, "--ut", str(tmp_path / "hel")).return_value == 0
    for number in (1, 2):
        assert kunskap(*words, "--del", f"{number}/2", "--ut", str(tmp_path / str(number))).return_value == 0
    assert kunskap("index", str(tmp_path / "1"), str(tmp_path / "2"), "--ut", str(tmp_path / "ut")).return_value == 0
    one, other = contents(tmp_path / "hel"), contents(tmp_path / "ut")
    for files in (one, other):
        for name in [name for name in files if name.endswith(manifest.MANIFEST)]:
            record = json.loads(files[name])
            assert record.pop("run")
            files[name] = json.dumps(record).encode()
    assert one == other
