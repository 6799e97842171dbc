"""A kommun's own folder: made, read, checked, and shown in its report."""

from __future__ import annotations

import csv
import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from pages import DECISION, plain

from fresh import fresh_folder
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.cli import cli
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.errors import FileError, PersonalDataError, TableError
from kunskapsbaserat.report.documents.kontroll import folder as inspection
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild
from kunskapsbaserat.report.documents.lagesbild.words import situation
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.own_texts import file as texts
from kunskapsbaserat.report.material.own_texts import places
from kunskapsbaserat.report.page import html
from kunskapsbaserat.trends import Change

SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
needs_originals = pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files are not beside the project")
TOTAL, DRUGS = "Totalt antal brott", "Brott mot narkotikastrafflagen"
# Brå, alla anmälda brott i Ystad, slutlig statistik: what a true file of the kommun holds
YSTAD = {2016: 2661, 2017: 2814, 2018: 2764, 2019: 2982, 2020: 2536, 2021: 2414, 2022: 2821, 2023: 3054, 2024: 3491, 2025: 3831}
MEASURES = {"count": "Antal", "rate": "/100 000 inv"}


def sol(path: Path, values: dict[tuple[str, str], dict[str, dict[str, float | str | None]]]) -> Path:
    """A text export as SOL writes it: region and offence as rows, years and measures as columns.

    `values` maps (region, offence) to period to measure ("count", "rate") to value.
    """
    periods = list(dict.fromkeys(p for by_period in values.values() for p in by_period))
    measures = list(dict.fromkeys(m for v in values.values() for by_measure in v.values() for m in by_measure))
    rows: list[list[object]] = [["Anmälda brott"], [], ["", *(p for p in periods for _ in measures)]]
    rows.append(["", *(MEASURES[m] for _ in periods for m in measures)])
    region = ""
    for (where, offence), by_period in values.items():
        if where != region:
            rows.append([where])
            region = where
        rows.append([offence, *(by_period.get(p, {}).get(m, "..") for p in periods for m in measures)])
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, delimiter=";").writerows(rows)
    return path


def counts(series: dict[int, int], mark: str = "") -> dict[str, dict[str, float | str | None]]:
    last = max(series)
    return {f"{y}{mark if y == last else ''}": {"count": n} for y, n in series.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mapp å"
    fresh_folder(made, "Ystad")
    return made


def page_of(folder: Path) -> BeautifulSoup:
    lb = lagesbild.load(data=folder)
    appendix = lb.bilagor()
    r = appendix.record
    parts = [p.to_html() for p in [*lb.parts(), appendix.part] if p.file != DECISION]  # the report and its appendices
    return BeautifulSoup(html.page(parts, title=r["title"], foot=r["foot"], nav=r["nav"], made_with=""), "html.parser")


def text_of(folder: Path) -> str:
    text = plain(page_of(folder).get_text(" "))
    assert not re.search(r"\bnan\b|None|\binf\b|<NA>", text)
    return text


# ---- making a folder -----------------------------------------------------------------------------------------------------


def test_a_new_folder_says_where_everything_is(folder: Path):
    recipe = (folder / "recept.md").read_text(encoding="utf-8-sig")
    for word in ("Indikatorer för kommuners lägesbild", "Totalt antal brott", "Skadegörelsebrott", "31 december", "Sjöbo"):
        assert word in recipe
    assert {p.name for p in folder.iterdir()} == {
        "mapp.toml",
        "LÄS MIG.md",
        "recept.md",
        "texter.md",
        "atgardsplan.xlsx",
        "est.xlsx",
        "est",
        "bra",
        "befolkning",
        "lokalt",
    }
    assert folders.kommun_of(folder).name == "Ystad"


def test_a_new_folder_never_overwrites(folder: Path):
    (folder / "texter.md").write_text("## Återblick\n\nViktigt.\n", encoding="utf-8")
    assert new_folder(folder, "Ystad") == []
    assert "Viktigt" in (folder / "texter.md").read_text(encoding="utf-8")
    with pytest.raises(FileError, match="Ystad"):
        new_folder(folder, "Malmö")


def test_the_start_text_is_read_as_empty(folder: Path):
    assert not texts.read(folder / "texter.md").sections
    starting = places.starting_texts(kommuner.get("Ystad"))
    assert all(f"## {heading}\n" in starting for heading in places.headings().values())


# ---- texts ---------------------------------------------------------------------------------------------------------------


def write(folder: Path, body: str, encoding: str = "utf-8-sig") -> None:
    """The given text, and every heading that it does not have."""
    rest = [f"## {heading}\n" for heading in places.headings().values() if f"## {heading}" not in body.replace("\r", "")]
    (folder / "texter.md").write_text(body + "\n" + "\n".join(rest), encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_texts_in_any_encoding_of_notepad(folder: Path, encoding: str):
    write(folder, "## Brottens konsekvenser\r\n\r\nKostnaden för åverkan ökade.\r\n", encoding)
    assert texts.read(folder / "texter.md").line("konsekvenser") == "Kostnaden för åverkan ökade."


def test_a_heading_without_a_place_is_an_error_with_its_line(folder: Path):
    write(folder, "# Titel\n\n## Brottens konsekvens\n\nText.\n")
    with pytest.raises(TableError) as caught:
        texts.read(folder / "texter.md")
    assert "rad 3" in caught.value.svenska
    assert "Menade du ”Brottens konsekvenser”" in caught.value.svenska


@pytest.mark.parametrize("body", ["Text utan rubrik.\n", "## Återblick\n\nEtt.\n\n## Återblick\n\nTvå.\n"])
def test_no_text_is_lost(folder: Path, body: str):
    write(folder, body)
    with pytest.raises(TableError):
        texts.read(folder / "texter.md")


@pytest.mark.parametrize("damaged", ["", "# Brottens konsekvenser", "### Brottens konsekvenser", "##Brottens konsekvenser"])
def test_a_damaged_heading_never_moves_text_under_another(folder: Path, damaged: str):
    text = places.starting_texts(kommuner.get("Ystad"))
    (folder / "texter.md").write_text(text.replace("## Brottens konsekvenser", damaged), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        texts.read(folder / "texter.md")
    assert "Brottens konsekvenser" in caught.value.svenska


def test_a_lost_end_of_a_comment_hides_nothing(folder: Path):
    text = places.starting_texts(kommuner.get("Ystad"))
    at = text.index("-->", text.index("## Brottens konsekvenser"))
    (folder / "texter.md").write_text(text[:at] + "Viktig text.\n" + text[at + 3 :], encoding="utf-8")
    with pytest.raises(TableError, match="-->"):
        texts.read(folder / "texter.md")
    last = text.rindex("-->")
    (folder / "texter.md").write_text(text[:last], encoding="utf-8")
    with pytest.raises(TableError, match="-->"):
        texts.read(folder / "texter.md")


def test_text_written_inside_a_comment_is_said(folder: Path):
    text = places.starting_texts(kommuner.get("Ystad"))
    at = text.index("-->", text.index("## Återblick"))
    (folder / "texter.md").write_text(text[:at] + "Min text.\n" + text[at:], encoding="utf-8")
    found = texts.read(folder / "texter.md")
    assert found.hidden == (text[:at].count("\n") + 1,)
    assert "syns inte i rapporten" in "\n".join(inspection.inspect(folders.read(folder)).lines)


def test_personal_data_in_a_text_is_refused_without_being_repeated(folder: Path):
    write(folder, "## Återblick\n\nHan med 811228-9874 är känd.\n")
    with pytest.raises(PersonalDataError) as caught:
        texts.read(folder / "texter.md")
    assert "rad 3" in caught.value.svenska
    assert "9874" not in caught.value.svenska
    write(folder, "## Kontakt\n\nSamordnaren, 08-123 45 67, trygg@example.se\n")
    assert "08-123" in (texts.read(folder / "texter.md").line("kontakt") or "")


def test_texts_stand_in_the_report_and_cannot_carry_script(folder: Path):
    write(
        folder,
        "## Diarienummer\n\nKS 2026/9\n\n## Brottens konsekvenser\n\n**Fyra** miljoner. <script>alert(1)</script>\n\n"
        "[länk](javascript:alert(1))\n\n## Var och när brotten sker\n\nVid stationen.\n",
    )
    page = page_of(folder)
    box = page.find(id="konsekvenser").find(class_="egen")
    assert box.find("strong").get_text() == "Fyra"
    assert not page.find_all("script")
    assert not page.find_all(href=re.compile("javascript"))
    assert "KS 2026/9" in page.find(class_="fakta").get_text()
    states = {
        plain(r.th.get_text()): plain(r.find(class_="lage").get_text())
        for r in page.find(id="lagens-krav").tbody.find_all("tr")
    }
    assert states["1. Kartläggning: brottens konsekvenser"] == "Finns"
    assert states["2. Annan information av betydelse"] == "Saknas"


def test_what_is_written_about_an_offence_is_never_lost(tmp_path: Path):
    """Only so many types get a section of their own, but never fewer than the kommun has written about."""
    made = tmp_path / "borlange"
    fresh_folder(made, "Borlänge")
    keys = ("vald_offentlig_vuxna", "vald_nara_relation_man", "skadegorelse", "stold_totalt", "trafikbrott", "brott_mot_person")
    text = (made / "texter.md").read_text(encoding="utf-8-sig")
    for number, key in enumerate(keys):
        heading = f"## {places.headings()[key]}\n"
        assert heading in text
        text = text.replace(heading, f"{heading}\nText {number} om saken.\n")
    (made / "texter.md").write_text(text, encoding="utf-8")
    page = text_of(made)
    assert [n for n in range(len(keys)) if f"Text {n} om saken." not in page] == []


def test_a_file_of_texts_from_before_the_broad_groups_is_read(folder: Path):
    text = (folder / "texter.md").read_text(encoding="utf-8-sig")
    parts = re.split(r"(?m)^(?=## )", text)
    groups = [
        p
        for p in parts
        if re.match(r"## Bedömning: (Brott mot person|Stöld och rån|Skadegörelse och klotter|Narkotika- och vapen)", p)
    ]
    assert len(groups) == 4
    (folder / "texter.md").write_text("".join(p for p in parts if p not in groups), encoding="utf-8")
    assert not texts.read(folder / "texter.md").sections
    (folder / "texter.md").write_text("".join(p for p in parts if p != groups[0]), encoding="utf-8")
    with pytest.raises(TableError, match="Brott mot person"):
        texts.read(folder / "texter.md")


# ---- figures of one's own --------------------------------------------------------------------------------------------------


def test_ten_years_of_totals_give_a_verdict(folder: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", TOTAL): counts(YSTAD)})
    text = text_of(folder)
    assert "År 2025 anmäldes 3 831 brott i Ystad" in text
    total = underlag.load(data=folder).count("totalt")
    assert total is not None
    assert min(total.counts) == 2010  # the package's years are put beside the file's own
    assert total.judgement.change is not Change.KAN_INTE_BEDOMAS
    assert "filer i kommunens mapp" in text
    assert "Filen uttag.csv i kommunens mapp" in text


def test_few_years_are_shown_but_not_judged(folder: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", DRUGS): counts({2023: 400, 2024: 410, 2025: 380})})
    text = text_of(folder)
    assert "kan inte bedömas" in text
    assert underlag.load(data=folder).count("narkotika").judgement.reason == "missing_years"


def test_zero_crimes(folder: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", DRUGS): counts(dict.fromkeys(range(2016, 2026), 0))})
    text = text_of(folder)
    assert "för få brott" in text


def test_a_preliminary_year_is_said(folder: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", DRUGS): counts(dict.fromkeys(range(2017, 2026), 380), " prel.")})
    text = text_of(folder)
    assert "2010–2025, 2025 preliminärt" in text


def test_a_preliminary_file_never_goes_before_a_final_figure(folder: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", TOTAL): counts(YSTAD | {2025: 3780}, " prel.")})
    total = underlag.load(data=folder).total
    assert (total.counts[2025], total.preliminary) == (3831, frozenset())


def test_rates_alone_are_judged_with_their_rounding(folder: Path):
    # Brå's rates of the total, with YSTAD's counts, say what 305 offences would be per 100 000
    totals = {2018: 9202, 2019: 9815, 2020: 8246, 2021: 7721, 2022: 8917, 2023: 9600, 2024: 10897, 2025: 11917}
    rates = {str(y): {"rate": round(305 * rate / YSTAD[y])} for y, rate in totals.items()}
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", DRUGS): rates})
    text = text_of(folder)
    assert "ca 305" in text
    found = underlag.load(data=folder).count("narkotika")
    assert found.judgement.change is Change.INGEN_SAKERSTALLD_SKILLNAD
    assert found.approximate == frozenset(range(2018, 2026))


def test_months_become_years_only_when_whole(folder: Path):
    months = {f"{m} {y}": {"count": 10} for y in (2024, 2025) for m in ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun")}
    months |= {f"{m} 2024": {"count": 10} for m in ("Jul", "Aug", "Sep", "Okt", "Nov", "Dec")}
    sol(folder / "bra" / "manader.csv", {("Ystads kommun", DRUGS): months})
    found = folders.read(folder)
    assert not found.errors, found.errors
    mine = found.counts[found.counts["area"] == "1286"]
    assert [(p.year, c) for p, c in zip(mine["period"], mine["count"], strict=True)] == [(2024, 120)]


MONTHS = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")


def test_the_last_twelve_months_are_judged_against_the_same_months(folder: Path):
    def monthly(level: dict[int, int]) -> dict[str, dict[str, float | str | None]]:
        return {f"{m} {y}": {"count": n} for y, n in level.items() for m in MONTHS}

    steady = {2020: 41, 2021: 40, 2022: 39, 2023: 40, 2024: 41, 2025: 40}
    sol(
        folder / "bra" / "manader.csv",
        {
            ("Ystads kommun", "Brott mot trafikbrottslagen"): monthly({y: 8 * n for y, n in steady.items()}),
            ("Ystads kommun", DRUGS): monthly(steady | {2025: 160}),
        },
    )
    section = page_of(folder).find(id="manader")
    rows = {r.th.get_text(): [plain(c.get_text(" ")) for c in r.find_all("td")] for r in section.tbody.find_all("tr")}
    assert rows["Narkotikabrott"][:2] == ["1 920", "482"]
    assert rows["Narkotikabrott"][3] == "säkerställd ökning"
    assert rows["Trafikbrott"][3] == "ingen säkerställd skillnad"
    assert rows["Trafikbrott"][2].startswith("till ")
    assert "Januari 2025–december 2025" in plain(section.get_text())


def test_one_year_of_months_is_not_compared(folder: Path):
    sol(folder / "bra" / "manader.csv", {("Ystads kommun", TOTAL): {f"{m} 2025": {"count": 320} for m in MONTHS}})
    assert page_of(folder).find(id="manader") is None


def test_rates_are_computed_by_bras_rule_where_population_is_known(folder: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", DRUGS): counts(dict.fromkeys(range(2016, 2026), 383))})
    people = embedded.exposure().query("area == '1286' and kind == 'residents'").set_index("year")["value"]
    found = underlag.load(data=folder).count("narkotika")
    assert found is not None
    assert found.rates[2018] == pytest.approx(383 / ((people[2017] + people[2018]) / 2) * 1e5)
    # The population of 2022 is not at hand: 2 821 offences at 8 917 per 100 000 imply the person-years.
    assert found.rates[2022] == pytest.approx(383 / (2821 / 8917 * 1e5) * 1e5, rel=1e-4)


def test_an_older_figure_says_its_year(folder: Path):
    sol(
        folder / "bra" / "uttag.csv",
        {
            ("Ystads kommun", TOTAL): counts(YSTAD),
            ("Ystads kommun", "8-12 kap. Brott mot förmögenhet"): counts(dict.fromkeys(range(2016, 2026), 900)),
            ("Ystads kommun", DRUGS): counts(dict.fromkeys(range(2016, 2023), 197)),
        },
    )
    page = page_of(folder)
    heads = [plain(r.get_text(" ")) for r in page.find(id="korthet").select("tr.grupp")]
    assert any("Brottstyper 2022" in head for head in heads), heads


def test_a_very_old_file_does_not_hold_the_report_back(folder: Path):
    sol(folder / "bra" / "a.csv", {("Ystads kommun", TOTAL): counts(YSTAD)})
    old = {("Ystads kommun", name): counts({2013: 50}) for name in (DRUGS, "Brott mot trafikbrottslagen", "Vapenlagen")}
    sol(folder / "bra" / "b.csv", old)
    assert underlag.load(data=folder).count("totalt").last_year == 2025


def test_parts_of_a_kommun_are_read_but_stop_nothing(folder: Path):
    sol(folder / "bra" / "a.csv", {("Ystads kommun", TOTAL): counts(YSTAD)})
    sol(folder / "bra" / "b.csv", {("Stadsdelsområde Bromma (Sthlm)", TOTAL): counts({2024: 50, 2025: 60})})
    assert not folders.read(folder).errors
    assert "3 831" in text_of(folder)


def test_months_that_do_not_sum_to_the_year_of_another_file_are_an_error(folder: Path):
    sol(folder / "bra" / "ar.csv", {("Ystads kommun", TOTAL): counts({2024: 2400, 2025: 2600})})
    sol(folder / "bra" / "man.csv", {("Ystads kommun", TOTAL): {f"{m} 2025": {"count": 200} for m in MONTHS}})
    assert any(
        f.code == "parts_do_not_sum" and "2600" in f.svenska and "2400" in f.svenska for f in folders.read(folder).errors
    )


def test_an_empty_cell_is_said_with_its_place(folder: Path):
    series = counts(YSTAD)
    series["2019"] = {"count": ""}
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", TOTAL): series})
    (found,) = [f for f in folders.read(folder).files[0].findings if f.code == "empty"]
    assert (found.row, found.column) == (6, "E")


def test_another_kommuns_figures_under_the_right_name_are_caught(folder: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", TOTAL): counts({2024: 5400, 2025: 5300})})
    assert any(f.code == "total_differs" for f in folders.read(folder).errors)


def test_scbs_own_workbook_is_read_and_its_faults_told(folder: Path):
    path = folder / "befolkning" / "scb.csv"
    head = '"region","2023","2024"\n'
    path.write_text('"Folkmängden efter region och år"\n\n' + head + '"1286 Ystad",31700,32000\n', encoding="utf-8")
    assert not folders.read(folder).errors
    assert underlag.load(data=folder).population(2024) == 32000
    path.write_text('"Folkmängden efter region och år"\n\n' + head + '"1286 Ystad",31700,3200\n', encoding="utf-8")
    assert "mappning" not in str(folders.read(folder).errors[0])


def test_two_files_that_contradict_each_other_stop_the_report(folder: Path):
    sol(folder / "bra" / "a.csv", {("Ystads kommun", TOTAL): counts({2024: 100, 2025: 120})})
    sol(folder / "bra" / "b.csv", {("Ystads kommun", TOTAL): counts({2024: 100, 2025: 121})})
    with pytest.raises(TableError) as caught:
        lagesbild.load(data=folder)
    assert "a.csv" in caught.value.svenska
    assert "kunskap kontroll" in caught.value.svenska


def test_a_file_nobody_knows_stops_the_report_and_a_mapping_mends_it(folder: Path):
    path = folder / "lokalt" / "brander.csv"
    path.write_text("år;kommun;antal\n2024;Ystad;12\n2025;Ystad;3\n", encoding="cp1252")
    assert "mappning" in str(folders.read(folder).errors[0])
    (made,) = folders.start_mappings(folder)
    said = {
        "innehåll": "antal",
        "källa": "MSB",
        "titel": "Anlagda bränder",
        "område": "kommun",
        "period": "år",
        "mått": "fast: brand",
    }
    rows = [f"{k};{v}" for k, v in (said | {"värde": "antal"}).items()]
    made.write_text("fält;värde\n" + "\n".join(rows), encoding="utf-8-sig")
    text = text_of(folder)
    assert "Anlagda bränder" in text
    assert "Brand 12 1–4" in text  # three fires are hidden: nobody has said that they are harmless
    assert folders.start_mappings(folder) == []


def test_another_kommuns_folder(folder: Path):
    with pytest.raises(FileError, match="Ystad"):
        lagesbild.load(kommun="Malmö", data=folder)
    sol(folder / "bra" / "uttag.csv", {("Malmö kommun", TOTAL): counts({2024: 50_100, 2025: 51_200})})
    lines = "\n".join(inspection.inspect(folders.read(folder)).lines)
    assert "Ingen av Brås filer i mappen gäller Ystad" in lines
    assert "Filen gäller Malmö, mappen gäller Ystad." in lines


def sources_of(folder: Path) -> str:
    return "\n".join(" ".join(row) for row in situation.source_rows(underlag.load(data=folder)))


@pytest.mark.parametrize(
    ("regions", "level", "names"),
    [
        (("Sjöbo kommun",), "warning", "Filen gäller Sjöbo, mappen gäller Ystad"),
        (("Skåne län", "Hela landet"), "info", "Filen gäller hela landet och Skåne län, inte Ystad"),
        (("Hallands län",), "warning", "Filen gäller Hallands län, mappen gäller Ystad"),
        (("Stadsdelsområde Bromma (Sthlm)",), "warning", "Filen gäller delar av Stockholm, mappen gäller Ystad"),
        (("Sjöbo kommun", "Lunds kommun", "Malmö kommun", "Lomma kommun"), "warning", "Lomma, Sjöbo, Malmö och 1 till, mappen"),
    ],
)
def test_a_file_of_others_is_named_and_is_no_source(folder: Path, regions: tuple[str, ...], level: str, names: str):
    sol(folder / "bra" / "egen.csv", {("Ystads kommun", TOTAL): counts(YSTAD)})
    sol(folder / "bra" / "annan.csv", {(region, DRUGS): counts({2024: 100, 2025: 120}) for region in regions})
    read = folders.read(folder)
    assert not read.errors
    (other,) = [f for f in read.files if f.name == "bra/annan.csv"]
    assert any(f.level == level and names in f.svenska for f in other.findings), [f.svenska for f in other.findings]
    assert read.sources == ("bra/egen.csv",)
    assert "bra/annan.csv" in read.snapshots  # its bytes are still an input that the manifest names
    sources = sources_of(folder)
    assert "egen.csv" in sources
    assert "annan.csv" not in sources


def test_a_file_with_the_kommun_among_others_is_its_source(folder: Path):
    both = {(region, DRUGS): counts({2024: 100, 2025: 120}) for region in ("Sjöbo kommun", "Ystads kommun")}
    sol(folder / "bra" / "bada.csv", both)
    read = folders.read(folder)
    assert not [f for f in read.files[0].findings if f.code in ("other_kommun", "wider_area", "no_own_figures")]
    assert read.sources == ("bra/bada.csv",)


def test_a_file_without_figures_for_the_kommun_is_told(folder: Path):
    missing: dict[str, dict[str, float | str | None]] = {"2024": {"count": ".."}, "2025": {"count": ".."}}
    sol(folder / "bra" / "a.csv", {("Sjöbo kommun", DRUGS): counts({2024: 9, 2025: 8}), ("Ystads kommun", DRUGS): missing})
    read = folders.read(folder)
    assert any("inga tal för Ystad" in f.svenska for f in read.files[0].findings)
    assert read.sources == ()


def test_the_date_of_a_file_survives_a_copy(folder: Path, tmp_path: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", TOTAL): counts({2024: 100, 2025: 120})})
    os.utime(folder / "bra" / "uttag.csv", (1_700_000_000, 1_700_000_000))
    first = folders.read(folder).retrieved
    shutil.copytree(folder, tmp_path / "kopia", copy_function=shutil.copy)
    assert folders.read(tmp_path / "kopia").retrieved == first


def test_a_damaged_or_missing_setting_is_said(tmp_path: Path):
    with pytest.raises(FileError, match="no folder"):
        folders.read(tmp_path / "finns inte")
    with pytest.raises(FileError, match="is no folder of a kommun"):
        folders.read(tmp_path)


# ---- the command line -----------------------------------------------------------------------------------------------------


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    return int(result.return_value or 0), result.output


def test_check_prints_what_every_file_is_and_what_is_missing(folder: Path, tmp_path: Path):
    sol(folder / "bra" / "uttag.csv", {("Ystads kommun", TOTAL): counts(YSTAD)})
    (folder / "befolkning" / "tomt.xlsx").write_bytes(b"")
    (folder / "~$uttag.xlsx").write_bytes(b"x")
    code, out = run("kontroll", str(folder), "--ut", str(tmp_path))
    assert code == 4
    assert "Uttag ur Brås databas (SOL). 2016–2025, slutliga. 10 tal; 1 område, 1 brottstyp." in out
    assert "FEL" in out.split("tomt.xlsx")[1]
    assert "~$" not in out
    (folder / "befolkning" / "tomt.xlsx").unlink()
    code, out = run("kontroll", str(folder), "--ut", str(tmp_path))
    assert code == 0
    for words in (
        "Trygghetsfrågor (NTU)",
        "Folkmängden den 31 december 2020",
        "Utan text: Det som är särskilt",
        "Ingen tidigare rapport",
    ):
        assert words in out


def test_new_asks_for_no_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert run("ny", "Upplands", "Väsby")[0] == 0
    assert (tmp_path / "0114-upplands-vasby" / "texter.md").exists()
    assert run("ny", "Upplands", "Väsby", "min mapp")[0] == 0
    assert folders.kommun_of(tmp_path / "min mapp").name == "Upplands Väsby"


# ---- the publishers' originals ------------------------------------------------------------------------------------------


@needs_originals
def test_a_report_from_files_alone_says_the_same_as_the_embedded_one(tmp_path: Path):
    made = tmp_path / "vansbro"
    fresh_folder(made, "Vansbro")
    shutil.copy(SHARED / "bra" / "bra_kommunindikatorer_dalarna_2016_2025.csv", made / "bra")
    ours, theirs = underlag.load("Vansbro"), underlag.load(data=made)
    assert [f.key for f in theirs.count_findings] == [f.key for f in ours.count_findings]
    for a, b in zip(ours.count_findings, theirs.count_findings, strict=True):
        assert {y: n for y, n in a.counts.items() if y in b.counts} == b.counts
        # Brå's two tables divide 2024's total by populations that differ by up to 0.4 per cent.
        assert b.rates == pytest.approx({y: r for y, r in a.rates.items() if y in b.rates}, rel=0.004)
        assert (a.judgement.change, a.position, a.step) == (b.judgement.change, b.position, b.step)
    assert [f.kommun for f in theirs.survey_findings] == [f.kommun for f in ours.survey_findings]


@pytest.mark.thorough
@needs_originals
def test_upplands_vasby_from_files_alone(tmp_path: Path):
    made = tmp_path / "uv"
    fresh_folder(made, "Upplands Väsby")
    for name in ("sol_upplandsvasby_vallentuna_ar_1996_2025.csv", "sol_10_kommuner_kvartal_totalt_2014_2026.csv"):
        shutil.copy(SHARED / "bra" / name, made / "bra")
    total = underlag.load(data=made).count("totalt")
    assert total is not None
    years = pd.read_csv(SHARED / "bra" / "sol_upplandsvasby_vallentuna_ar_1996_2025.csv", dtype={"kommunkod": str})
    said = years[(years["kommunkod"] == "0114") & (years["nyckel"] == "total")].set_index("ar")["antal"]
    assert total.counts == {y: said[y] for y in range(2010, 2026)}
    assert "För de här brottstyperna" not in text_of(made)


@pytest.mark.thorough
@needs_originals
def test_stockholm_from_rates_alone(tmp_path: Path):
    made = tmp_path / "sthlm"
    fresh_folder(made, "Stockholm")
    shutil.copy(SHARED / "bra" / "sol_raw" / "sol_stockholm_kommun_2021-2025_ar_per100k.xls", made / "bra")
    text = text_of(made)
    assert "ca 10 690" in text  # misshandel: 1 072 per 100 000
    assert "har bara tal per invånare" not in text
    findings = {f.offence.id: f for f in underlag.load(data=made).count_findings}
    assert findings["misshandel"].judgement.reason == "missing_years"  # five years; seven are needed
    assert min(findings["totalt"].counts) == 2010
