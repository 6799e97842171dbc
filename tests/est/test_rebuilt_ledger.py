"""A ledger that is lost in both copies is made anew from the reports, and nothing that was told is forgotten."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from folders import LAST, PLACES, made_folder

from kunskapsbaserat.data.est import secret
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.disclosure.ledger import Ledger
from kunskapsbaserat.errors import DisclosureError, FileError
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.est import kept_ledger, rebuilt_ledger
from kunskapsbaserat.report.documents.est import public as est_public
from kunskapsbaserat.report.documents.est.words import deepening as words

PERIODS = ("2026-10-06", "2026-10-20", "2026-11-03")


def written(folder: Path, period: str, out: Path) -> Path:
    """A report as the engine writes it: manifest, tables and the public page."""
    record = est.load(data=folder, period=period).bilagor().record
    tables = out / "tables" / "maskin"
    tables.mkdir(parents=True)
    for name, text in record["tables"].items():
        (tables / f"{name}.csv").write_text(text, encoding="utf-8")
    (out / "offentlig.html").write_text(record["pages"]["offentlig.html"], encoding="utf-8")
    manifest = {"template": "est", **record["manifest"]}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def given_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder "k" that has given out three reports, and they beside it."""
    place = tmp_path_factory.mktemp("publicerat")
    folder, rng = made_folder(place / "k"), np.random.default_rng(2)
    lines = ["Händelsetyp;Tidpunkt;Registrerad;Plats"]
    for _ in range(260):
        day = LAST - dt.timedelta(days=int(rng.integers(0, 200)))
        kind = rng.choice(["klotter", "skadegörelse", "narkotika", "buskörning"], p=[0.5, 0.3, 0.15, 0.05])
        lines.append(f"{kind};{day} 12:00;{day};{rng.choice([*(p[0] for p in PLACES), ''])}")
    (folder / "est" / "uttag.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for number, period in enumerate(PERIODS):
        written(folder, period, place / f"rapport {number}")
    return place


@pytest.fixture
def published(given_out: Path, tmp_path: Path) -> tuple[Path, list[Path]]:
    """A copy of the folder, and of its reports."""
    shutil.copytree(given_out, tmp_path / "egen")
    return tmp_path / "egen" / "k", sorted((tmp_path / "egen").glob("rapport *"))


def lost(folder: Path) -> Ledger:
    """Lose both copies of the ledger; what it was."""
    path = folder / LEDGER
    was, _ = kept_ledger.read(path, mine=est_public.keyed(secret.of(folder)))
    path.unlink()
    kept_ledger.copy_of(path).unlink()
    return was


def test_what_was_told_is_known_again(published: tuple[Path, list[Path]]):
    """Also when events have come in since: what was public does not move by them."""
    folder, reports = published
    was = lost(folder)
    late = "".join(f"klotter;2026-10-07 12:00;2026-10-0{n};Stationen\n" for n in (7, 8, 9))
    with (folder / "est" / "uttag.csv").open("a", encoding="utf-8") as file:
        file.write(late)
    assert rebuilt_ledger.rebuild(folder, reports) == sorted(was.reports)
    now, _ = kept_ledger.read(folder / LEDGER, mine=est_public.keyed(secret.of(folder)))
    # A report repeats earlier sums of its places in the ledger only; those are told by the earlier reports.
    assert {f for figures in now.reports.values() for f in figures} == {f for figures in was.reports.values() for f in figures}
    assert all(set(figures) <= set(was.reports[start]) for start, figures in now.reports.items())
    told = [f for figures in was.reports.values() for f in figures if f.dimension != est_public.TOTAL]
    assert len({f.dimension for f in told}) == 2
    assert [now.count(f) for f in told] == [was.count(f) for f in told]
    for start in was.reports:
        assert est_public.total_of(now, start) == est_public.total_of(was, start)
    page = est.load(data=folder, period=PERIODS[0]).bilagor().record["pages"]["offentlig.html"]
    assert page == (reports[0] / "offentlig.html").read_text(encoding="utf-8")  # closed, and as it was


def test_a_folder_with_a_ledger_or_its_copy_is_left_alone(published: tuple[Path, list[Path]]):
    folder, reports = published
    with pytest.raises(DisclosureError, match="exists"):
        rebuilt_ledger.rebuild(folder, reports)
    (folder / LEDGER).unlink()
    with pytest.raises(DisclosureError, match="kopia"):
        rebuilt_ledger.rebuild(folder, reports)


def test_what_is_no_report_is_told(published: tuple[Path, list[Path]], tmp_path: Path):
    folder, reports = published
    lost(folder)
    with pytest.raises(FileError) as caught:
        rebuilt_ledger.rebuild(folder, [tmp_path])
    assert "är ingen EST-rapport" in caught.value.svenska
    (reports[1] / "tables" / "maskin" / "offentlig_kategorier.csv").unlink()
    with pytest.raises(FileError) as caught:
        rebuilt_ledger.rebuild(folder, reports)
    assert "saknar offentlig.html eller tabellerna" in caught.value.svenska
    assert not (folder / LEDGER).exists()


def test_a_changed_report_is_not_believed(published: tuple[Path, list[Path]]):
    """A total that its own categories are more than."""
    folder, reports = published
    lost(folder)
    path = reports[0] / "tables" / "maskin" / "offentlig_kategorier.csv"
    text = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([text[0], *(",".join([*line.split(",")[:-1], "900"]) for line in text[1:])]), encoding="utf-8")
    page = reports[0] / "offentlig.html"
    cell = re.compile(rf"({re.escape(words.TOTAL)}</t[hd]>\s*<td[^>]*>)[^<]*<")
    page.write_text(cell.sub(r"\g<1>7<", page.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DisclosureError) as caught:
        rebuilt_ledger.rebuild(folder, reports)
    assert "går inte ihop" in caught.value.svenska
