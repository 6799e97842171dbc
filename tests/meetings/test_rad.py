"""The two pages for the råd: what has changed, what is late, what to decide, and that it never names anybody."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from meeting_books import BEFORE, MEETING, folder_between_meetings, loss_book, meeting_book, story_eight
from plans import edited

from fresh import fresh_folder, fresh_plan
from kunskapsbaserat import cli, rad
from kunskapsbaserat.data import meetings
from kunskapsbaserat.data.meetings import sheets
from kunskapsbaserat.errors import FileError, OptionError, PersonalDataError
from kunskapsbaserat.forms.faults import FormError
from kunskapsbaserat.plan.sheets import ATGARDER, FILE
from kunskapsbaserat.report.documents.rad import sections
from kunskapsbaserat.report.material.earlier import earlier
from kunskapsbaserat.report.page import html

NO_CLAIM = re.compile(r"ledde till|tack vare|effekt av|signifikant|\bbäst\b|\bsämst\b|rangordning")


def pages_of(document: rad.Rad) -> dict[str, str]:
    appendix = document.bilagor()
    parts = [*document.parts(), appendix.part]
    return html.pages([(p.file, p.to_html()) for p in parts], appendix.record)


def text_of(page: str, section: str | None = None) -> str:
    body = BeautifulSoup(page, "html.parser").body
    found = body.find(id=section) if section else body
    assert found is not None, section
    return " ".join(found.get_text(" ").replace("\u00a0", " ").replace("\u2060", "").split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_between_meetings(tmp_path_factory.mktemp("rad") / "mapp")


@pytest.fixture(scope="module")
def story(folder: Path) -> rad.Rad:
    return rad.load(data=folder, mote=MEETING)


@pytest.fixture(scope="module")
def pages(story: rad.Rad) -> dict[str, str]:
    return pages_of(story)


@pytest.fixture
def shared_figures(monkeypatch: pytest.MonkeyPatch, story: rad.Rad) -> None:
    """Borlänge's figures are those of the package in every folder here: they are judged once."""
    monkeypatch.setattr(rad.rad_material.underlag, "load", lambda *_, **__: story.m.u)


# ---- the fifth story -----------------------------------------------------------------------------------------------------


def test_a_secretary_with_two_quarters_of_est_and_a_plan(pages: dict[str, str]):
    """What has changed since the last meeting, late measures with their function, and proposals with reason and owner."""
    first, changed, proposals = (text_of(pages[""], name) for name in ("korthet", "andrat", "forslag"))
    assert "Förra mötet: 10 september 2026, rådets senaste möte enligt planen." in first
    assert "Juli–september 2026 rapporterades 40 händelser. Kvartalet före: 25." in first
    assert "Ordningsvakter vid resecentrum: beslutat 1 oktober 2026 (rådet)." in first
    assert "Tre åtgärder är försenade" in first
    assert "Besök hos grannar efter inbrott Samhällsbyggnadsnämnden 30 juni 2026, skulle vara klar" in first
    assert "Ordningsvakter vid resecentrum förslag beslutat 1 oktober 2026 (rådet)" in changed
    assert "Trygghetsvandring vid stationen i januari Fler händelser trygghetssamordnaren" in proposals
    assert "Medel till belysning" not in "".join(pages.values())  # that is for another forum


def test_a_person_in_the_plan_is_on_no_page_and_in_no_table(story: rad.Rad, pages: dict[str, str]):
    assert "Platssamverkan på torget funktion saknas i planen" in text_of(pages[""], "korthet")
    record = story.bilagor().record
    assert "Andersson" not in json.dumps(record, ensure_ascii=False) + "".join(pages.values())


def test_which_units_came_is_counted_by_meeting(pages: dict[str, str]):
    annex = text_of(pages[sections.text.ANNEX], "bilaga-alla")
    assert "Bostadsbolaget rådet ett av två möten Socialförvaltningen rådet ett av två möten" in annex


def test_nothing_is_claimed(pages: dict[str, str]):
    assert not NO_CLAIM.search(text_of(pages[""]))


@pytest.mark.usefixtures("shared_figures")
def test_small_quarters_are_hidden_and_others_are_not_exact(tmp_path: Path):
    """Exact quarters could be set against what has been published of a part of them."""
    few = {dt.date(2026, 5, 4): 3, dt.date(2026, 8, 10): 41, dt.date(2026, 11, 14): 1}
    made = rad.load(data=folder_between_meetings(tmp_path / "mapp", days=few), mote=MEETING)
    shown = sections.Contents(made.m).est_shown
    assert shown[0] == "40"
    assert shown[1] in ("1–4", "..")
    assert made.m.work.est_quarter is not None
    assert "\n3," not in made.bilagor().record["tables"]["est_kvartal"]


# ---- the meeting before --------------------------------------------------------------------------------------------------


def kept(folder: Path, document: rad.Rad, name: str) -> None:
    place = folder / "moten" / name
    place.mkdir(parents=True)
    (place / "manifest.json").write_text(json.dumps(document.manifest()), encoding="utf-8")


@pytest.mark.usefixtures("shared_figures")
def test_a_kept_page_tells_what_has_changed_in_the_plan(tmp_path: Path):
    folder = folder_between_meetings(tmp_path / "mapp")
    kept(folder, rad.load(data=folder, mote="2026-10-01"), "oktober")
    same = rad.load(data=folder, mote=MEETING)
    assert same.m.earlier.day == dt.date(2026, 10, 1)
    assert "Ingen åtgärd har bytt läge." in text_of(pages_of(same)[""], "korthet")
    edited(folder / FILE, (ATGARDER, 5, "Läge", "genomförd"))
    now = rad.load(data=folder, mote=MEETING)
    assert "Besök hos grannar efter inbrott (pågår, nu genomförd)." in text_of(pages_of(now)[""], "korthet")
    assert now.m.new_figures == []


@pytest.mark.usefixtures("shared_figures")
def test_the_page_itself_is_no_earlier_page(tmp_path: Path):
    """Made again from the same folder, with the first one kept in it, the bytes are the same."""
    folder = folder_between_meetings(tmp_path / "mapp")
    first = rad.load(data=folder, mote=MEETING)
    kept(folder, first, "december")
    assert pages_of(rad.load(data=folder, mote=MEETING)) == pages_of(first)


HOSTILE = (
    "[]",
    "{",
    '{"template": "rad"}',
    '{"template": "rad", "parameters": []}',
    '{"template": "rad", "parameters": {"kommun": "2081"}, "meeting": {"day": "i går", "states": {}}, "inputs": []}',
    '{"template": "rad", "parameters": {"kommun": "2081"}, "meeting": {"day": "2026-10-01", "states": [1]}, "inputs": []}',
    '{"template": "rad", "parameters": {"kommun": "1983"}, "meeting": {"day": "2026-10-01", "states": {}}, "inputs": []}',
)


@pytest.mark.parametrize("record", HOSTILE)
def test_a_damaged_or_another_kommuns_page_is_no_earlier_one(tmp_path: Path, record: str):
    (tmp_path / "manifest.json").write_text(record, encoding="utf-8")
    found = earlier(tmp_path, "rad", kommun="2081", today=MEETING, since=None, council=BEFORE)
    assert (found.day, found.page) == (BEFORE, False)


@pytest.mark.parametrize("sedan", ["2026-12-08", "2027-01-01", "i våras", "2026-13-01"])
def test_a_day_that_is_none_or_not_before_the_meeting_is_refused(folder: Path, sedan: str):
    with pytest.raises(OptionError) as error:
        rad.load(data=folder, mote=MEETING, sedan=sedan)
    assert "--sedan" in error.value.svenska


@pytest.mark.usefixtures("shared_figures")
def test_without_any_day_three_months_are_taken_and_it_is_said(tmp_path: Path):
    made = rad.load(data=fresh_folder(tmp_path / "mapp", "Borlänge"), mote=MEETING)
    first = text_of(pages_of(made)[""], "korthet")
    assert "Förra mötets dag är inte känd. Sidan räknar från 8 september 2026" in first
    assert "Ingen ifylld åtgärdsplan finns i mappen." in first
    assert "Inga inrapporterade händelser räcker till ett helt kvartal." in first


# ---- two sheets ----------------------------------------------------------------------------------------------------------


def crowded(path: Path) -> Path:
    """Thirty matters for the råd, with long words."""
    folder = folder_between_meetings(path)
    meetings.path_in(folder).unlink()
    long = "Förstärkt närvaro av vuxna på kvällar och helger i centrum tillsammans med föreningar och näringsliv"
    rows = [[f"Ä{n}", "rådet", f"{long}, del {n}", long, "trygghetssamordnaren", "förslag", None] for n in range(30)]
    meeting_book(folder, {sheets.MATTERS: rows})
    return folder


@pytest.mark.usefixtures("shared_figures")
def test_what_has_no_room_is_said_and_stands_in_the_appendix(tmp_path: Path):
    made = rad.load(data=crowded(tmp_path / "mapp"), mote=MEETING)
    pages = pages_of(made)
    assert "Alla står i bilagan." in text_of(pages[""], "forslag")
    assert "förslag till: se nästa sida." in text_of(pages[""], "korthet")
    annex = text_of(pages[sections.text.ANNEX], "bilaga-alla")
    assert all(f"del {n}" in annex for n in range(30))
    assert sections.sections_have_room(made.andra_sidan().sections)
    assert sections.has_room(made.forstasida().sections[0].blocks[0], made.masthead())


# ---- bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shared_figures")
def test_all_faults_of_the_meetings_at_once(tmp_path: Path):
    folder = fresh_folder(tmp_path / "mapp", "Borlänge")
    meeting_book(
        folder,
        {
            sheets.MEETINGS: [
                ["M1", "rådet", "i morgon", "13:00", "12:00", None],
                ["M1", "klubben", MEETING, None, None, None],
            ],
            sheets.MATTERS: [["Ä1", "rådet", "Belysning", None, None, "beslutat", None]],
            sheets.ATTENDANCE: [["M9", "Socialförvaltningen", "ja"]],
        },
    )
    with pytest.raises(FormError) as error:
        rad.load(data=folder)
    codes = {fault.code for fault in error.value.faults}
    assert {"bad_choice", "ends_first", "no_day", "unknown_ref"} <= codes
    assert "rad 4" in error.value.svenska


@pytest.mark.usefixtures("shared_figures")
def test_a_name_among_the_matters_stops_the_page_and_is_not_repeated(tmp_path: Path):
    folder = fresh_folder(tmp_path / "mapp", "Borlänge")
    meeting_book(folder, {sheets.MATTERS: [["Ä1", "rådet", "Samtal med Anna Andersson", None, None, None, None]]})
    with pytest.raises(PersonalDataError) as error:
        rad.load(data=folder)
    assert "Andersson" not in str(error.value) + error.value.svenska


def test_another_kommuns_folder_is_refused(folder: Path):
    with pytest.raises(FileError, match="belongs to Borlänge"):
        rad.load(kommun="Falun", data=folder)


def test_without_a_folder_the_figures_alone_are_true():
    made = rad.load(kommun="Falun", mote=MEETING)
    assert made.m.work.plan is None
    assert "Ingen ifylld åtgärdsplan" in text_of(pages_of(made)[""], "korthet")


@pytest.mark.usefixtures("shared_figures")
def test_a_plan_alone_is_enough(tmp_path: Path):
    folder = fresh_folder(tmp_path / "mapp", "Borlänge")
    fresh_plan(folder / FILE)
    made = rad.load(data=folder, sedan=BEFORE, mote=MEETING)
    assert made.m.earlier.day == BEFORE
    assert len(made.m.work.late) == 1


# ---- the whole way -------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.xdist_group("kernel")
def test_the_fifth_and_the_eighth_story_by_the_command(tmp_path: Path):
    """Pages, Word and tables from the command line, and the same bytes when they are made again."""
    folder = folder_between_meetings(tmp_path / "mapp")
    loss_book(folder, story_eight())
    out = tmp_path / "ut"
    words = ["rapport", "rad,koncern", "--data", str(folder), "--mote", "2026-12-08", "--ut", str(out), "--word"]
    assert cli.cli.main(words, standalone_mode=False) == 0
    for name, said in (("rad", "40 händelser"), ("koncern", "Utan den största händelsen")):
        made = out / "2081-borlange" / name
        assert said in text_of((made / "report.html").read_text(encoding="utf-8"))
        assert (made / "report.docx").stat().st_size > 5_000
    assert cli.cli.main(["verifiera", str(out), "--data", str(folder)], standalone_mode=False) == 0
