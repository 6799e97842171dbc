"""The report of a school: what stands on it, what never does, and what it says when nothing can be said."""

from __future__ import annotations

import functools
import json
import os
import re
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from school_books import SCHOOL, answers, place, skolenkat, whole, write

from kunskapsbaserat import cli, engine, kommun
from kunskapsbaserat import skola as school_report
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.errors import FileError, OptionError
from kunskapsbaserat.report.documents.skola import example
from kunskapsbaserat.report.page import html

NO_CLAIM = re.compile(
    r"ledde till|tack vare|effekt av|signifikant|säkerställ|\bbäst\b(?! ?[.,])|\bsämst\b|rangordning|topplista"
)


def page_of(document: school_report.Skola) -> str:
    appendix = document.bilagor()
    parts = [*document.parts(), appendix.part]
    return html.pages([(p.file, p.to_html()) for p in parts], appendix.record)[""]


def text_of(page: str, section: str | None = None) -> str:
    body = BeautifulSoup(page, "html.parser").body
    found = body.find(id=section) if section else body
    assert found is not None, section
    return " ".join(found.get_text(" ").replace("\u00a0", " ").replace("\u2060", "").split())


@functools.cache
def invented(name: str | None) -> str:
    return page_of(school_report.load(kommun="Borlänge", skola=name))


def own(folder: Path) -> school_report.Skola:
    return school_report.load(data=folder)


# ---- the ninth story -----------------------------------------------------------------------------------------------------


def test_a_headmaster_with_64_and_9_answers_and_two_inventories(tmp_path: Path):
    """Interval for 64, ".." for 9, the index as number and change, and not why."""
    write(tmp_path, whole(2025, INVENTORY=[place(n, "delvis") for n in range(1, 9)]), name="skola-2025.xlsx")
    write(tmp_path, whole(2026, INVENTORY=[place(n, "ja") for n in range(1, 9)]))
    page = page_of(own(tmp_path))
    short = text_of(page, "korthet")
    assert "Jag känner mig trygg i skolan. 75 % 70–79 % 64 av 80" in short
    assert "Elever är trygga. .. .. .." in text_of(page, "enkaten")
    places = text_of(page, "miljon")
    assert "Platserna får 20,0 av 20" in places
    assert "2025 var det 10,0" in places
    assert "skillnaden +10,0 (troligen mellan +9,1 och +10,9)" in places
    assert "Det går inte att säga varför." in places
    assert "Det går inte att säga varför." in text_of(page, "aret-efter")


def test_nothing_of_nine_answers_stands_in_any_file(tmp_path: Path):
    """Six of nine agree: neither number, nor the share."""
    write(tmp_path, whole(SURVEY=[answers("Elever är trygga.", 9, 6, vilka=sheets.STAFF, tillfragade=12)]))
    record = own(tmp_path).bilagor().record
    for name, table in record["tables"].items():
        assert "0.66" not in table, name
        assert "67 %" not in table, name
    (mine,) = [t for name, t in record["tables"].items() if name.startswith("elever")]
    assert mine.splitlines()[1].endswith("..")
    assert ",9," not in mine


# ---- the golden page -----------------------------------------------------------------------------------------------------

GOLDEN = Path(__file__).parents[1] / "golden"


def lines_of(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").find_all(
        ["h1", "h2", "h3", "h4", "p", "li", "caption", "tr", "dt", "dd", "summary", "figcaption", "desc"]
    )
    texts = [text for e in found if not e.find(["p", "tr", "dt"]) and (text := " ".join(e.get_text(" ").split()))]
    return "\n".join(texts) + "\n"


@pytest.mark.parametrize("name", [None, "exempelskolan-almen"])
def test_golden(name: str | None):
    """The text of the pages, line by line; a change is reviewed like code (write anew with GOLDEN=write)."""
    path = GOLDEN / f"skola-2081-borlange{f'-{name}' if name else ''}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(lines_of(invented(name)), encoding="utf-8", newline="\n")
    assert lines_of(invented(name)).splitlines() == path.read_text(encoding="utf-8").splitlines()


# ---- what stands there ---------------------------------------------------------------------------------------------------


def test_every_page_of_the_example_says_that_it_is_simulated():
    for name in (None, *example.SCHOOLS):
        page = invented(name)
        assert "SIMULERAD" in BeautifulSoup(page, "html.parser").title.text if name else "SIMULERAD" in page
        assert page.count("SIMULERAD") >= 2
        assert "SIMULERAD" in re.search(r"@bottom-left\{content:\"([^\"]*)\"", page)[1]


def test_the_example_is_six_hundred_answers_over_two_years_in_five_schools():
    m = school_report.load(kommun="Borlänge").m
    assert len(m.schools) == 5
    assert all(len(one.school.years) == 2 for one in m.schools)
    first = sheets.QUESTIONS[0]
    assert sum(a.n for one in m.schools for a in one.school.now.answers if a.whole and a.question == first) == 600


def test_no_page_claims_an_effect_ranks_or_shows_few():
    for name in (None, *example.SCHOOLS):
        text = (
            text_of(invented(name))
            .replace("där 20 är bäst", "")
            .replace("rangordnas inte", "")
            .replace("inte att rangordna", "")
        )
        assert not NO_CLAIM.search(text), NO_CLAIM.search(text)


def test_schools_stand_in_alphabetical_order_everywhere():
    for table in BeautifulSoup(invented(None), "html.parser").find_all("table"):
        for body in table.find_all("tbody"):
            names = [cell.text for cell in body.select("th[scope=row]") if cell.text.startswith("Exempelskolan")]
            assert names == sorted(names)


def test_no_colour_says_which_school_is_better():
    page = invented(None)
    assert 'class="dom' not in page
    rows = BeautifulSoup(page, "html.parser").select("#korthet tbody tr")
    assert len({re.sub(r">[^<]*<", "><", str(row)) for row in rows}) == 1


def lix(text: str) -> float:
    words = re.findall(r"[^\W\d_]+", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


@pytest.mark.parametrize("name", [None, "exempelskolan-almen", "exempelskolan-linden"])
def test_page_one_is_easy_to_read(name: str | None):
    soup = BeautifulSoup(invented(name), "html.parser").find(id="korthet")
    for table in soup.find_all("table"):
        table.decompose()
    text = ". ".join(part for p in soup.find_all(["p", "li"]) if (part := " ".join(p.get_text(" ").split())))
    assert lix(text) <= 40


def test_the_chain_stops_where_something_breaks(tmp_path: Path):
    asked = [answers(sheets.QUESTIONS[0], 64, 32, tillfragade=80)]
    write(tmp_path, whole(2025, SURVEY=asked), name="skola-2025.xlsx")
    about = {"fynd": "Otrygga raster.", "orsak": "Få vuxna."}
    chain = [
        about | {"insats": "Rastvärdar", "passar": "passar", "gjord": "ja", "mats": sheets.QUESTIONS[0]},
        about | {"insats": "Affischer", "passar": "passar inte", "gjord": "ja", "mats": "index"},
        about | {"insats": "Grindar", "passar": "passar", "gjord": "nej"},
        about | {"insats": "Lampor", "passar": "oklart", "gjord": "ja"},
        about | {"insats": "Lås", "passar": "passar", "gjord": "delvis", "mats": "index"},
    ]
    write(tmp_path, whole(2026, LAST_YEAR=chain))
    said = text_of(page_of(own(tmp_path)), "aret-efter")
    assert "Rastvärdar passar ja Svaren: fler instämmer (+25 procentenheter). Det går inte att säga varför." in said
    assert "Affischer passar inte ja Stanna: insatsen passar inte orsaken." in said
    assert "Grindar passar nej Stanna: insatsen blev inte gjord." in said
    assert "Lampor oklart ja Oklart: ingen vet" in said
    assert "Lås passar delvis Oklart: insatsen är bara delvis gjord. Index: 0,0" in said


def test_another_version_of_the_form_is_never_compared(tmp_path: Path):
    write(tmp_path, whole(2026))
    before = whole(2025)
    before[sheets.FACTS][0]["formular"] = "1 egen"
    write(tmp_path, before, name="skola-2025.xlsx")
    found = own(tmp_path)
    page = page_of(found)
    assert found.m.one.changes.empty
    assert found.m.one.index_change is None
    assert text_of(page).count("annan version av formuläret") == 2
    assert "Steg 1 av 5" in text_of(page, "aret-efter")
    assert "Version 1 och 1 egen" in text_of(page, "metod")


def test_other_judges_are_said(tmp_path: Path):
    write(tmp_path, whole(2025, INVENTORY=[place(n, "nej", bedomare="rektor") for n in range(1, 9)]), name="skola-2025.xlsx")
    write(tmp_path, whole(2026, INVENTORY=[place(n, "ja", bedomare="elevråd") for n in range(1, 9)]))
    assert "Andra bedömde då." in text_of(page_of(own(tmp_path)), "miljon")


def test_incidents_are_counted_with_care(tmp_path: Path):
    rows = [("våld", "polisanmälan", 3), ("hot", "polisanmälan", 0), ("skadegörelse", "försäkring eller fastighet", 14)]
    write(tmp_path, whole(INCIDENTS=[dict(zip(("typ", "kalla", "antal"), row, strict=True)) for row in rows]))
    said = text_of(page_of(own(tmp_path)), "handelserna")
    assert "försäkring eller fastighet: skadegörelse 14" in said
    assert "polisanmälan: hot –" in said
    assert re.search(r"polisanmälan: våld (1–4|\.\.)", said)
    assert "ingen bedömning" in said


def test_classes_are_never_shown(tmp_path: Path):
    """Of eight, and of any size: neither their name nor their numbers."""
    first = sheets.QUESTIONS[0]
    rows = [answers(first, 64, 48, tillfragade=80)]
    rows += [answers(first, n, n // 2, grupp=name) for name, n in (("7A", 8), ("7B", 24))]
    write(tmp_path, whole(SURVEY=rows))
    document = own(tmp_path)
    page = page_of(document)
    assert "7A" not in page
    assert "7B" not in page
    assert not any("7A" in table or "7B" in table for table in document.bilagor().record["tables"].values())


def test_a_sketch_lies_under_the_numbers_without_what_its_file_tells(tmp_path: Path):
    path = write(tmp_path, whole())
    Image.new("RGB", (300, 200), (230, 230, 230)).save(path.with_name("skiss.png"))
    page = page_of(own(tmp_path))
    drawing = BeautifulSoup(page, "html.parser").select_one("#miljon svg[role=img]")
    assert drawing.find("image")["href"].startswith("data:image/png;base64,")
    assert [t.text for t in drawing.find_all("text")] == [str(n) for n in range(1, 9)]
    assert "img-src data:" in page
    path.with_name("skiss.png").write_bytes(b"no picture")
    page = page_of(own(tmp_path))
    assert "skiss.png är ingen PNG, JPEG eller SVG" in text_of(page, "miljon")
    assert "img-src" not in page


def test_a_school_without_anything_but_its_year_is_told_what_is_missing(tmp_path: Path):
    empty = {name: [] for name in ("SURVEY", "INCIDENTS", "INVENTORY", "DIALOGUE", "CAUSES", "PLAN")}
    write(tmp_path, whole(**empty))
    page = page_of(own(tmp_path))
    assert "Enkäten har för få svar för att visas." in text_of(page, "korthet")
    assert "6 steg saknas" in text_of(page, "korthet")
    assert "Skriv en plan" in text_of(page, "korthet")


def test_research_stands_beside_the_measures():
    said = text_of(invented("exempelskolan-almen"), "planen")
    assert "Ett program mot mobbning i hela skolan: Mobbning (utövande): minskar" in said
    assert "fem skolor i Blekinge, ingen jämförelsegrupp" in said


# ---- several schools -----------------------------------------------------------------------------------------------------


def test_the_page_over_schools_lists_one_that_cannot_be_read(tmp_path: Path):
    write(tmp_path, whole())
    other = whole()
    other[sheets.FACTS][0]["namn"] = "Norra skolan"
    write(tmp_path, other, school="Norra skolan")
    broken = whole(SURVEY=[answers("Jag trivs.", 20, 10, tillfragade=10)])
    write(tmp_path, broken, school="Västra skolan")
    page = page_of(own(tmp_path))
    assert "Kan inte läsas: vastra-skolan." in text_of(page, "korthet")
    assert [cell.text for cell in BeautifulSoup(page, "html.parser").select("#korthet th[scope=row]")] == [
        "Norra skolan",
        SCHOOL,
    ]


def test_another_survey_of_one_school_stands_beside_no_school(tmp_path: Path):
    """The same statement, asked by Skolinspektionen of one year: in the school's own report, and in no row of schools."""
    write(tmp_path, whole(SURVEY=[answers("Jag trivs.", 40, 20)]))
    other = whole(SURVEY=[answers("Jag trivs.", 30, 20)])
    other[sheets.FACTS][0]["namn"] = "Norra skolan"
    write(tmp_path, other, school="Norra skolan")
    path = tmp_path / "skolor" / "sodra-skolan" / "enkat" / "skolenkaten-elever-grundskola-ak-8-2026.xlsx"
    skolenkat(path, {"Jag känner mig trygg i skolan": [20, 16, 8, 3, 1]})
    assert "Skolenkäten, elever åk 8, 2026" in text_of(page_of(school_report.load(data=tmp_path, skola=SCHOOL)), "enkaten")
    together = page_of(own(tmp_path))
    assert "trygg i skolan" not in text_of(together, "enkaten")
    assert "75 %" not in text_of(together, "korthet")


def test_two_years_are_too_few_to_say_why():
    said = text_of(invented(None), "aret-efter")
    assert said.count("Det går inte att säga varför. Det finns 12 månader före starten.") == 2
    assert "Steg 4" not in said


def schools_over(folder: Path, years: tuple[int, ...], began: set[int], number: int) -> None:
    for at in range(number):
        for year in years:
            rise = 12 if at in began and year == years[-1] else 0
            filled = whole(
                year,
                SURVEY=[answers(sheets.QUESTIONS[0], 100, 50 + (at * 7 + year) % 9 + rise, tillfragade=120)],
                INVENTORY=[place(n, "ja" if (n + at + year) % 3 else "delvis") for n in range(1, 9)],
            )
            filled[sheets.FACTS][0] |= {"namn": f"Skola {at:02}"}
            if at in began and year == years[-1]:
                filled[sheets.FACTS][0]["insatser_fran"] = date(years[-1] - 1, 11, 1)
            write(folder, filled, school=f"Skola {at:02}", name=f"skola-{year}.xlsx")


def test_schools_with_and_without_measures_over_three_years_are_evaluated(tmp_path: Path):
    """Two to compare with are too few for a verdict, and the page says so; the design is a comparison."""
    schools_over(tmp_path, (2024, 2025, 2026), {0}, 3)
    said = text_of(page_of(own(tmp_path)), "aret-efter")
    assert "för få skolor att jämföra med" in said
    assert "Steg 4 av 5: jämförelse med skolor utan åtgärden." in said
    assert not NO_CLAIM.search(said.replace("säkerställd", ""))


def test_measures_of_different_years_and_none_are_not_compared(tmp_path: Path):
    schools_over(tmp_path, (2025, 2026), set(), 2)
    assert "Ingen skola har fyllt i när insatserna började" in text_of(page_of(own(tmp_path)), "aret-efter")


# ---- the command ---------------------------------------------------------------------------------------------------------


def run(*words: str) -> int:
    result = cli.cli.main(args=list(words), prog_name="kunskap", standalone_mode=False)
    return int(result or 0)


def test_the_command_writes_a_workbook_and_touches_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "min mapp"
    assert run("ny", "--skola", SCHOOL, "Karlskrona", str(folder)) == 0
    book = folder / "skolor" / "sodra-skolan" / "skola.xlsx"
    assert str(book) in capsys.readouterr().out
    with pytest.raises(FileError, match="is there already"):
        run("ny", "--skola", SCHOOL, "Karlskrona", str(folder))
    assert run("ny", "--skola", SCHOOL, "--ar", "2027", "Karlskrona", str(folder)) == 0
    assert book.with_name("skola-2027.xlsx").is_file()


def test_a_folder_with_several_schools_gives_one_report_each_and_one_over_them(tmp_path: Path):
    write(tmp_path / "data", whole())
    one = cli.cli_rapport.choose(["skola"], [], data=tmp_path / "data")
    assert [w.place.as_posix() for w in one] == ["1080-karlskrona/skola"]
    write(tmp_path / "data", whole(), school="Norra skolan")
    several = cli.cli_rapport.choose(["skola"], [], data=tmp_path / "data")
    assert [w.place.name for w in several] == ["skola", "skola-norra-skolan", "skola-sodra-skolan"]
    (only,) = cli.cli_rapport.choose(["skola"], [], data=tmp_path / "data", divisions={"skola": SCHOOL})
    assert only.place.name == "skola-sodra-skolan"
    with pytest.raises(OptionError):
        cli.cli_rapport.choose(["lagesbild"], ["Karlskrona"], divisions={"skola": "sodra-skolan"})


def test_a_finished_report_has_its_tables_and_can_be_verified(tmp_path: Path):
    write(tmp_path / "data", whole())
    wanted = engine.Wanted(
        "skola", kommun.get("Karlskrona"), tmp_path / "data", parameters={"skola": "sodra-skolan"}, formats=("word",)
    )
    (done,) = engine.render_many([wanted], out=tmp_path / "ut")
    assert done.failure is None, done.failure
    assert done.folder == tmp_path / "ut" / "1080-karlskrona" / "skola-sodra-skolan"
    assert (done.folder / "report.docx").is_file()
    record = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    assert [i["file"] for i in record["inputs"]] == ["skolor/sodra-skolan/skola.xlsx"]
    (verified,) = engine.verify([done.folder], data=tmp_path / "data")
    assert verified.good, verified


def test_another_kommun_has_no_invented_schools():
    with pytest.raises(FileError) as error:
        school_report.load(kommun="Falun")
    assert "kunskap ny --skola" in error.value.svenska
    with pytest.raises(OptionError):
        school_report.load(kommun="Borlänge", skola="Okända skolan")
