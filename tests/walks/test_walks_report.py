"""What the report on walks says, from a filled-in workbook to the finished folder."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from documents import manuscript_of
from walk_books import KOMMUN, photo, seen, twelve, walk, with_observations, write

from kunskapsbaserat import cli, engine, kommun
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.walks import sheets
from kunskapsbaserat.errors import FileError, OptionError
from kunskapsbaserat.report.documents.kontroll import folder as inspection
from kunskapsbaserat.report.documents.vandring import document as vandring
from kunskapsbaserat.report.documents.vandring import material
from kunskapsbaserat.report.page import html
from kunskapsbaserat.report.page.word.document import document_bytes

DAY = "2026-11-15"
NO_CLAIM = re.compile(r"tack vare|ledde till|effekt av|gav effekt|signifikant|blivit tryggare på grund", re.IGNORECASE)


def text_of(page: str, anchor: str | None = None) -> str:
    soup = BeautifulSoup(page, "html.parser")
    found = soup.find(id=anchor) if anchor else soup.body or soup
    assert found is not None
    return " ".join(found.get_text(" ").replace("\u00a0", " ").replace("\u2060", "").split())


def pages_of(document: vandring.Vandring) -> dict[str, str]:
    record = document.bilagor().record
    shown = [(part.file, part.to_html()) for part in [*document.parts(), document.bilagor().part]]
    return html.pages(shown, record)


def own(folder: Path, day: str = DAY) -> vandring.Vandring:
    return vandring.load(data=folder, datum=day)


def run(*words: str) -> int:
    return int(cli.cli.main(args=list(words), prog_name="kunskap", standalone_mode=False) or 0)


# ---- a leader of walks with twelve observations, three refused (the acceptance story) ---------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A kommun's folder and the report made of it, as the command makes it."""
    room = tmp_path_factory.mktemp("vandring å")
    folder = write(room / "köping", twelve())
    chosen = cli.cli_rapport.choose(["vandring"], [], data=folder)
    assert chosen[0].parameters == {"datum": date.today().isoformat()}
    wanted = engine.Wanted("vandring", kommun.get(KOMMUN), folder, parameters={"datum": DAY}, formats=("word",))
    (done,) = engine.render_many([wanted], out=room / "ut")
    assert done.failure is None, done.failure
    return folder, done.folder


def test_story_age_of_each_action_those_over_six_months_and_three_reasons(finished: tuple[Path, Path]):
    page = (finished[1] / "report.html").read_text(encoding="utf-8")
    assert "Fyra åtgärder är äldre än sex månader" in text_of(page, "gamla")
    assert text_of(page, "gamla").count("250 dagar") == 4  # 10 March to 15 November
    assert "Två åtgärder väntar och är yngre än sex månader" in text_of(page, "atgarder")
    assert text_of(page, "atgarder").count("32 dagar") == 2
    refused = text_of(page, "nekade")
    assert "Tre förslag har fått nej" in refused
    for reason in ("Häcken är skyddad", "Torget byggs om 2028", "Marken är privat"):
        assert reason in refused
    assert "Två av tre klara blev det inom sex månader" in text_of(page, "klara")
    for file in ("report.html", "protokoll.html"):
        assert not NO_CLAIM.search(text_of((finished[1] / file).read_text(encoding="utf-8")))


def test_the_finished_folder_has_word_and_tables_and_can_be_verified(finished: tuple[Path, Path]):
    folder, report = finished
    assert {"report.docx", "protokoll.docx", "protokoll.html", "tables"} <= {path.name for path in report.iterdir()}
    waiting = (report / "tables" / "gamla_atgarder.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(waiting) == 5
    assert all(line.endswith(";250;") for line in waiting[1:])
    for path in (report / "tables").rglob("*.csv"):
        assert "Lampa" not in path.read_text(encoding="utf-8-sig")  # what was written freely stays on the page
    record = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in record["inputs"]] == ["vandringar/vandring.xlsx"]
    (verified,) = engine.verify([report], data=folder)
    assert verified.good, verified


def test_few_participants_are_not_counted_out(finished: tuple[Path, Path]):
    walked = text_of((finished[1] / "report.html").read_text(encoding="utf-8"), "vandringar")
    assert "Gata och park; Boende (14)" in walked
    people = (finished[1] / "tables" / "deltagare.csv").read_text(encoding="utf-8-sig")
    assert ";3" not in people
    assert "Gata och park" in people


def test_every_day_a_late_action_is_a_finding(finished: tuple[Path, Path]):
    said = inspection.inspect(folders.read(finished[0]), today=date(2026, 11, 15))
    late = [line for line in said.lines if "skulle ha varit klar" in line]
    assert len(late) == 4
    assert (
        "OBS blad ”Iakttagelser”, rad 4: I1 (Gata och park) skulle ha varit klar 2026-09-10, 66 dagar sen; 250 dagar" in late[0]
    )
    assert said.errors == 0
    before = inspection.inspect(folders.read(finished[0]), today=date(2026, 9, 10))
    assert not any("skulle ha varit klar" in line for line in before.lines)


GOLDEN = Path(__file__).parents[1] / "golden"


def lines_of(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").find_all(
        ["h1", "h2", "h3", "h4", "p", "li", "caption", "tr", "dt", "dd", "desc"]
    )
    texts = [
        " ".join(e.get_text(" ").replace("\u00a0", " ").replace("\u2060", "").split())
        for e in found
        if not e.find(["p", "tr", "dt"])
    ]
    return "\n".join(text for text in texts if text) + "\n"


@pytest.mark.parametrize("file", ["", "protokoll.html"])
def test_golden(tmp_path: Path, file: str):
    """The text of the pages, line by line; a change is reviewed like code (write anew with GOLDEN=write).

    Without the appendix, which has the checksum of a workbook that is written for the test.
    """
    document = own(write(tmp_path / "k", twelve()))
    shown = lines_of("\n".join(part.to_html() for part in document.parts() if part.file == file))
    path = GOLDEN / f"vandring-1983-koping{f'-{Path(file).stem}' if file else ''}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8", newline="\n")
    assert shown.splitlines() == path.read_text(encoding="utf-8").splitlines()


# ---- the parts -------------------------------------------------------------------------------------------------------------


def test_six_months_are_calendar_months(tmp_path: Path):
    folder = write(tmp_path / "k", with_observations(seen(1)))  # walked on 10 March
    assert own(folder, "2026-09-10").m.old == []
    assert [one.id for one in own(folder, "2026-09-11").m.old] == ["I1"]
    assert own(folder, "2026-09-11").m.age(own(folder).m.open[0]) == 185


def test_what_is_seen_again_waits_once_with_its_whole_age(tmp_path: Path):
    rows = [
        seen(1, lage="pågår"),
        seen(2, lage="klar", klar=date(2026, 5, 1)),
        seen(11, "V2", forut="I1"),
        seen(12, "V2", forut="I2"),
        seen(21, "V3", forut="I11"),
    ]
    days = {"V1": date(2026, 3, 10), "V2": date(2026, 8, 1), "V3": date(2026, 10, 14)}
    filled = with_observations(*rows) | {sheets.WALKS: [walk(key, day) for key, day in days.items()]}
    folder = write(tmp_path / "k", filled)
    m = own(folder).m
    assert {one.id: m.age(one) for one in m.open} == {"I21": 250, "I12": 106}  # what was done in between begins anew
    assert [one.id for one in m.old] == ["I21"]
    assert [one.id for one in own(folder, "2026-09-01").m.open] == ["I11", "I12"]  # before the third walk


def test_a_walk_after_the_day_is_not_told_of(tmp_path: Path):
    folder = write(tmp_path / "k", twelve())
    m = own(folder, "2026-10-01").m
    assert [one.id for one in m.walks] == ["V1"]
    assert m.later == 1
    assert "efter 1 oktober 2026 är inte med" in text_of(pages_of(own(folder, "2026-10-01"))[""], "korthet")


def test_without_a_day_the_newest_in_the_workbook_counts(tmp_path: Path):
    assert vandring.load(data=write(tmp_path / "k", twelve())).m.day == date(2026, 11, 1)
    with pytest.raises(OptionError):
        vandring.load(data=tmp_path / "k", datum="i morgon")


def test_the_next_walk_is_compared_with_the_last(tmp_path: Path):
    rows = [
        seen(1, lage="klar", klar=date(2026, 5, 1)),
        seen(2, lage="klar", klar=date(2026, 5, 1)),
        seen(3, lage="pågår"),
        seen(4, lage="nekad", varfor="Marken är privat"),
        seen(5, lage="pågår"),
        seen(6, tema="känns tryggt", namn="Kiosken har öppet sent"),
        seen(12, "V2", forut="I2"),
        seen(13, "V2", forut="I3"),
        seen(14, "V2"),
    ]
    filled = with_observations(*rows) | {sheets.WALKS: [walk(), walk("V2", date(2026, 10, 14), plats=" stationsområdet ")]}
    document = own(write(tmp_path / "k", filled))
    (pair,) = document.m.comparisons
    assert {one.id: what for one, what in pair.then} == {
        "I1": material.DONE,
        "I2": material.AGAIN,
        "I3": material.REMAINS,
        "I4": material.REFUSED,
        "I5": material.NOT_NOTED,
    }
    assert [one.id for one in pair.new] == ["I14"]
    said = text_of(pages_of(document)[""], "jamforelse")
    assert "en är klar, en var klar men sågs igen, två väntar och en har fått nej" in said
    assert "inte om platsen har blivit tryggare" in said


def test_a_photo_needs_words_and_somebody_who_vouches(tmp_path: Path):
    alt = 'En gångtunnel med "släckta" lampor.'
    rows = [
        seen(1, bild="a.jpg", bildtext=alt, personfri="ja"),
        seen(2, bild="a.jpg", bildtext="Samma.", personfri=None),
        seen(3, bild="a.jpg", bildtext=None, personfri="ja"),
        seen(4, bild="borta.jpg", bildtext="Något.", personfri="ja"),
    ]
    folder = write(tmp_path / "k", with_observations(*rows))
    photo(folder / "vandringar" / "bilder" / "a.jpg")
    document = own(folder)
    page = pages_of(document)[""]
    (image,) = BeautifulSoup(page, "html.parser").select("#bilder img")
    assert image["alt"] == alt
    assert "img-src data:" in page
    said = text_of(page, "bilder")
    assert said.count("visas inte") == 4  # in the heading, and three with their reasons
    assert "ingen har skrivit ja i Inga personer syns" in said
    assert "HEMLIG" not in page
    assert "bild till I1" in {one["file"] for one in document.made_of()["inputs"]}
    with zipfile.ZipFile(io.BytesIO(document_bytes(manuscript_of(document)))) as word:
        assert "En gångtunnel med" in word.read("word/document.xml").decode()


def test_photos_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rows = [seen(n, bild="a.jpg", bildtext="En lampa.", personfri="ja") for n in (1, 2)]
    folder = write(tmp_path / "k", with_observations(*rows))
    photo(folder / "vandringar" / "bilder" / "a.jpg")
    size = len(own(folder).m.photos[0].picture.content)
    monkeypatch.setattr(material, "PHOTOS_TOGETHER", size + 10)
    shown = own(folder).m.photos
    assert [one.picture is None for one in shown] == [False, True]
    assert "får inte plats" in shown[1].why_not


def test_the_map_has_every_point_once(tmp_path: Path):
    rows = [seen(1, x=15.99, y=59.51), seen(2, x=15.99, y=59.51), seen(3, x=16.0, y=59.512), seen(4)]
    document = own(write(tmp_path / "k", with_observations(*rows)))
    page = pages_of(document)[""]
    said = text_of(page, "platser")
    assert "Iakttagelserna ligger på två punkter" in said
    assert "En iakttagelse saknar koordinater" in said
    assert len(BeautifulSoup(page, "html.parser").select("#platser svg.karta")) == 1
    assert document.tables()["punkter"].frame["iakttagelser"].tolist() == [2, 1]
    bare = own(write(tmp_path / "b", with_observations(seen(1))))
    assert "inga koordinater är ifyllda" in text_of(pages_of(bare)[""], "platser")


def test_a_practice_example_says_so_everywhere(tmp_path: Path):
    filled = twelve() | {sheets.FACTS: [{"ovning": "påhittat till en kurs"}]}
    page = pages_of(own(write(tmp_path / "k", filled)))[""]
    assert "Övningsexempel, inte kommunens vandringar: påhittat till en kurs" in text_of(page)
    assert "<title>Övningsexempel" in page


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "Inga iakttagelser är inskrivna från en trygghetsvandring."),
        ([seen(1)], "En väntar. Den är äldre än sex månader."),
        ([seen(1), seen(2)], "Två väntar. Alla som väntar är äldre än sex månader."),
        ([seen(1, tema="känns tryggt")], "Inget väntar på en åtgärd."),
        ([seen(1, lage="klar", klar=date(2026, 4, 1))], "En är klar."),
        ([seen(1, lage="nekad")], "Ett förslag har fått nej. Skälet saknas."),
    ],
)
def test_few_and_none_are_whole_sentences(tmp_path: Path, rows: list[dict[str, object]], told: str):
    page = pages_of(own(write(tmp_path / "k", with_observations(*rows))))[""]
    assert told in text_of(page, "korthet")


def test_what_is_written_cannot_become_a_part_of_the_page(tmp_path: Path):
    rows = [seen(1, namn='<script>alert("x")</script>', bild="a.jpg", bildtext='"><script>', personfri="ja")]
    folder = write(tmp_path / "k", with_observations(*rows))
    photo(folder / "vandringar" / "bilder" / "a.jpg")
    soup = BeautifulSoup(pages_of(own(folder))[""], "html.parser")
    assert not soup.find_all("script")
    assert soup.select_one("#bilder img")["alt"] == '"><script>'


# ---- the protocol, and how to begin ----------------------------------------------------------------------------------------


def test_the_protocol_needs_nothing_but_a_name():
    document = vandring.load(kommun="Upplands Väsby")
    made = pages_of(document)
    sheet = text_of(made["protokoll.html"])
    for word in (
        "Belysning",
        "Överblick",
        "Skötsel",
        "Växtlighet",
        "Möten mellan människor",
        "Organisation eller grupp",
        "114 14",
    ):
        assert word in sheet
    assert "Upplands Väsby" in sheet
    assert "Skriv aldrig namn" in sheet
    rows = BeautifulSoup(made["protokoll.html"], "html.parser").select("#iakttagelser tbody tr")
    assert len(rows) >= 15
    assert 'kunskap ny --vandring "Upplands Väsby"' in text_of(made[""])
    assert document.bilagor().record["tables"].keys() == {"rojandelogg"}


def test_the_protocol_asks_after_what_was_left(tmp_path: Path):
    sheet = text_of(pages_of(own(write(tmp_path / "k", twelve())))["protokoll.html"], "kvar")
    for number in range(1, 7):
        assert f"I{number} " in sheet
    assert "I10" not in sheet


def test_the_command_writes_a_workbook_and_touches_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "min mapp"
    assert run("ny", "--vandring", KOMMUN, str(folder)) == 0
    assert str(folder / "vandringar" / "vandring.xlsx") in capsys.readouterr().out
    assert (folder / "vandringar" / "bilder").is_dir()
    with pytest.raises(FileError, match="is there already"):
        run("ny", "--vandring", KOMMUN, str(folder))
    assert run("kontroll", str(folder)) == 0
    assert "Trygghetsvandringar (vandringar/vandring.xlsx)\n  Inget ifyllt än." in capsys.readouterr().out


def test_an_open_folder_without_walks_begins_there(tmp_path: Path):
    document = own(write(tmp_path / "k", {}))
    assert "Ingen vandring är inskriven än" in text_of(pages_of(document)[""])
