"""Utforska shows what the public functions give, and nothing else."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

import kunskapsbaserat as kb
from kunskapsbaserat import catalogue, kommun, rates, swedish
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.errors import FileLocked, OptionError, TableError
from kunskapsbaserat.report.documents.explore import figures as view_figures
from kunskapsbaserat.report.documents.explore import files as view_files
from kunskapsbaserat.report.documents.explore import standout_words, together_words, view, words
from kunskapsbaserat.report.documents.explore.standouts import Standouts, standouts
from kunskapsbaserat.report.documents.explore.together import MOST, Together, together
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.widgets import Utforska, cells


@pytest.fixture(scope="module")
def tables() -> view.Screened:
    return view.screened()


@pytest.fixture(scope="module")
def shown() -> Utforska:
    return Utforska("Borlänge")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", text)).replace("\u2060", "")).strip()


@pytest.mark.parametrize("group", [view.GROUPS[0], *(pytest.param(g, marks=pytest.mark.thorough) for g in view.GROUPS[1:])])
def test_a_view_is_the_screen_of_all_kommuner(tables: view.Screened, group: str):
    counts = embedded.counts().query("area_level == 'kommun'")
    wanted = rates.screen(counts[counts["count"].notna()].reset_index(drop=True), embedded.exposure(), groups=group)
    for place, code, offence in (("Borlänge", "2081", "bilbrott"), ("Köping", "1983", "stold_ran_kap8")):
        series = wanted[(wanted["area"] == code) & (wanted["offence"] == offence)].set_index("period")
        shown = tables.view(place, offence, group=group)
        own = shown.own.set_index("period")
        pd.testing.assert_frame_equal(own[series.columns.drop("area")], series.drop(columns="area"), check_like=True)
        assert set(series["group_members"]) == {len(shown.group.members)}


@pytest.mark.parametrize(("group", "kind"), [("regel", "lan"), ("lan", "lan"), ("alla", "alla")])
def test_an_offence_is_compared_among_those_who_have_it(tables: view.Screened, group: str, kind: str):
    """Bilbrott 2024 in the 14 other kommuner of Dalarna, added up by hand; the total, which all have, follows the rule."""
    year = embedded.counts_year().query("area_level == 'kommun' and offence == 'bilbrott' and period.dt.year == 2024")
    people = rates.mean_population(embedded.exposure()).query("year == 2024").set_index("area")["exposure"]
    others = year[year["area"] != "2081"]
    assert len(others) == 14
    shown = tables.view("Borlänge", "bilbrott", group=group)
    assert (shown.group.kind, set(shown.group.members)) == (kind, set(others["area"]))
    by_hand = others["count"].sum() / people[others["area"]].sum() * 100_000
    assert shown.now["group_rate"] == pytest.approx(by_hand)
    assert tables.view("Borlänge", "totalt").group.kind == "liknande"


def test_a_kommun_outside_dalarna_opens_with_curves():
    """Köping: the total of all years against its seven liknande, with every rate that Brå has published."""
    widget = Utforska("Köping")
    assert widget.message.value == ""
    assert widget.view is not None
    assert (widget.view.offence.id, widget.view.year, widget.view.group.kind) == ("totalt", 2025, "liknande")
    assert [label for label, _ in widget.year.options] == [str(y) for y in range(2025, 2009, -1)]
    published = embedded.counts_groups().query("area == '1983' and offence == 'totalt'")
    assert widget.view.own["rate"].tolist() == pytest.approx(published["rate_published"].tolist(), abs=0.5)
    assert len(widget.view.band) == 16
    for drawn in (widget.trend, widget.funnel, widget.county):
        assert "<svg" in drawn.value
    assert [value for _, value in widget.offence.options] == [
        *(("totalt", "alla"), ("brott_mot_person", "alla"), ("stold_ran_kap8", "alla")),
        *(("skadegorelse_kap12", "alla"), ("narkotika_och_vapen", "alla")),
    ]


def test_every_offence_ends_in_its_own_year():
    """Groups to 2025 and Brå's indicators to 2024 stand in the same list; a verdict and a year are of one of them."""
    widget = Utforska("Borlänge")
    for offence, last in ((("totalt", "alla"), 2025), (("bostadsinbrott", "alla"), 2024), (("brott_mot_person", "alla"), 2025)):
        widget.offence.value = offence
        assert widget.view is not None
        assert (widget.view.year, int(widget.view.verdict["latest_to"])) == (last, last)
        assert set(widget.view.areas["period"].dt.year) == {last}
        assert f"{last - 1}–{last}" in plain(widget.verdict.value)


def test_the_verdict_is_that_of_the_lagesbild(tables: view.Screened):
    """The same figures, the same rule, the same family of verdicts: the widget and the report never disagree."""
    for place in ("Borlänge", "Vansbro", "Köping", "Dorotea"):
        for f in underlag.load(place).count_findings:
            row = tables.view(place, f.offence.id, sex=f.facet.sex).verdict
            assert row["change"] is f.judgement.change
            assert row["ratio"] == pytest.approx(f.judgement.ratio, nan_ok=True)
            assert row["q_value"] == pytest.approx(f.judgement.q_value, nan_ok=True)


def test_the_band_is_the_screens_own(tables: view.Screened):
    """The middle half that is drawn of rates, worked out again, is the one that the screen gives."""
    found = tables.view("Borlänge", "bostadsinbrott", group="lan")
    known = found.own.dropna(subset=["median"])
    columns = ["lower_quartile", "median", "upper_quartile"]
    pd.testing.assert_frame_equal(
        found.band[columns], known[columns], check_names=False, check_index_type=False, check_column_type=False
    )


def test_choices_reach_the_view(shown: Utforska):
    shown.offence.value, shown.group.value, shown.measure.value = ("bostadsinbrott", "alla"), "lan", "ratio"
    shown.year.value = 2023
    found = shown.view
    assert found is not None
    assert (found.offence.id, found.year, found.group.kind, found.measure) == ("bostadsinbrott", 2023, "lan", "ratio")
    assert plain(words.verdict(found)) in plain(shown.verdict.value)
    assert swedish.number(float(found.now["ratio"]), 2) in shown.years.value
    assert found.kommun.name in shown.trend.value
    shown.kommun.value = "2080"
    assert shown.kommun.value == "Falun"
    assert shown.view is not None
    assert (shown.view.kommun.code, shown.view.year, shown.view.offence.id) == ("2080", 2023, "bostadsinbrott")


def test_all_290_can_be_searched(shown: Utforska):
    assert set(shown.kommun.options) == {k.name for k in kommun.all_kommuner()}
    assert shown.kommun.options[-1] == "Övertorneå"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Borlnge", "Menade du Borlänge (2081)"),
        ("", "Ingen kommun är vald"),
        ("Dalarna", "är ett län"),
        ("<b>x</b>", "&lt;b&gt;"),
    ],
)
def test_a_wrong_name_is_a_sentence_and_no_others_figures_stay(written: str, said: str):
    widget = Utforska("Falun")
    widget.kommun.value = written
    assert said in widget.message.value
    assert {
        place.value for place in (widget.verdict, widget.trend, widget.funnel, widget.county, widget.years, widget.code)
    } == {""}
    assert (widget.answer, widget.python) == (None, "")
    assert "Traceback" not in widget.message.value
    widget.kommun.value = "Falun"
    assert "i Falun" in widget.verdict.value
    assert widget.message.value == ""


@pytest.mark.thorough
def test_a_year_has_the_verdict_of_its_lagesbild(tables: view.Screened):
    row, wanted = tables.view("Köping", "totalt", year=2021).verdict, underlag.load("Köping", year=2021).count("totalt")
    assert wanted is not None
    assert (row["change"], int(row["latest_to"])) == (wanted.judgement.change, 2021)
    assert (row["ratio"], row["q_value"]) == pytest.approx((wanted.judgement.ratio, wanted.judgement.q_value))


def test_the_year_moves_heading_and_verdict():
    """As if nothing were known after it."""
    widget = Utforska("Köping")
    widget.year.value = 2021
    assert "Anmälda brott totalt i Köping, 2021" in plain(widget.verdict.value)
    assert "2020–2021" in plain(widget.verdict.value)
    assert widget.view is not None
    row = widget.view.verdict
    assert int(row["latest_to"]) == 2021
    names: dict[str, pd.DataFrame] = {}
    exec(widget.python, names)
    assert names["changes"]["ratio"].iat[0] == pytest.approx(row["ratio"])
    widget.year.value = 2010
    assert "kan inte bedömas" in widget.verdict.value


def test_several_kommuner_stand_side_by_side_as_each_does_alone(tables: view.Screened, tmp_path: Path):
    widget = Utforska("Köping", save_in=tmp_path)
    widget.question.value = words.TOGETHER
    assert words.NONE_MORE in widget.message.value
    for name in ("Arboga", "1980", "Arboga"):
        widget.more.field.value = name
    answer = widget.answer
    assert isinstance(answer, Together)
    assert [v.kommun.name for v in answer.views] == [
        "Köping",
        "Arboga",
        "Västerås",
    ]  # one's own first, the others by the alphabet
    for alone in answer.views:
        assert alone.verdict.equals(tables.view(alone.kommun.code, "totalt").verdict)
    assert "i Köping, Arboga och Västerås, 2025" in plain(widget.verdict.value)
    assert widget.trend.value.count("<title>") == 3 * 16  # every value can be pointed at, and stands in the table
    names: dict = {}
    exec(widget.python, names)
    pd.testing.assert_frame_equal(names["both"].now(), answer.now())
    widget._save()
    assert {p.suffix for p in tmp_path.glob("1983-koping-med-flera*")} == {".svg", ".png", ".xlsx", ".csv"}
    for name in ("Sala", "Fagersta", "Norberg", "Hallstahammar", "Kungsör", "Surahammar"):
        widget.more.field.value = name
    assert together_words.too_many(MOST) in plain(widget.message.value)


def test_without_figures_a_kommun_is_named(tables: view.Screened):
    both = together(tables, ["Borlänge", "Köping"], "bostadsinbrott")
    assert [k.name for k in both.without] == ["Köping"]
    assert "Det finns inga siffror för Köping 2024" in together_words.sentence(both)
    with pytest.raises(OptionError):
        together(tables, [], "totalt")
    few = together(tables, ["Vansbro", "Borlänge"], "ran_unga")
    assert few.drawn is view.Measure.SHRUNKEN  # too few in Vansbro for a rate


@pytest.mark.parametrize("place", ["Borlänge", "Dorotea"])
def test_what_sticks_out_is_ordered_by_what_is_sakerstallt(tables: view.Screened, place: str):
    listed = standouts(tables, place)
    table = listed.frame()
    assert set(zip(table["offence"], table["sex"], strict=True)) == {(o.id, f.sex) for o, f in tables.offences_of(place)}
    assert table["tier"].is_monotonic_increasing
    certain = table["change"].isin([kb.Change.SAKERSTALLD_OKNING, kb.Change.SAKERSTALLD_MINSKNING])
    outside = table["level_certain"].eq(True) & table["position"].ne(rates.Position.INOM)
    assert table["tier"].eq(0).tolist() == (certain | outside).tolist()
    assert table.loc[table["tier"] == 1, "q_value"].is_monotonic_increasing
    sentence = standout_words.sentence(listed)
    for name in (v.facet.short for v in listed.views if v.verdict["change"] in (kb.Change.SAKERSTALLD_OKNING,)):
        assert name in sentence
    for few in (v for v in listed.views if v.verdict["change"] is kb.Change.FOR_FA_BROTT):
        assert standout_words.size(few) == ".."  # no percentage of few


def test_the_question_decides_which_choices_there_are(shown: Utforska):
    shown.question.value = words.STANDOUTS
    assert [c.layout.display for c in (shown.more, shown.offence, shown.year, shown.measure)] == ["none"] * 4
    assert f"Vad sticker ut {kommun.get(shown.kommun.value).where}?" in plain(shown.verdict.value)
    assert (shown.funnel.value, shown.county.value) == ("", "")
    names: dict = {}
    exec(shown.python, names)
    assert isinstance(shown.answer, Standouts)
    pd.testing.assert_frame_equal(names["table"], shown.answer.frame())
    shown.question.value = words.ONE
    assert [c.layout.display for c in (shown.more, shown.offence, shown.year)] == ["none", None, None]
    assert "<svg" in shown.funnel.value


@pytest.mark.thorough
def test_a_kommun_without_the_offence_gets_a_sentence_and_those_it_has():
    widget = Utforska("Falun")
    widget.offence.value = ("bostadsinbrott", "alla")
    widget.kommun.value = "Ystad"
    assert "Det finns inga siffror om bostadsinbrott i Ystad" in widget.message.value
    assert "Här visas ”Anmälda brott totalt” i stället" in widget.message.value
    assert "kunskap ny Ystad" in widget.message.value
    assert widget.view is not None
    assert (widget.view.kommun.name, widget.view.offence.id) == ("Ystad", "totalt")
    assert ("bostadsinbrott", "alla") not in [value for _, value in widget.offence.options]
    widget.group.value = "lan"
    assert widget.message.value == ""
    widget.source.value = "manader"
    assert widget.view.own["count"].index.tolist() == [2013, 2014, 2015, 2016]
    assert "kan inte bedömas" in widget.verdict.value


def test_a_kommun_without_figures_leaves_none_of_anothers():
    counts = embedded.counts_groups().query("area_level == 'kommun' and area != '1286'")
    widget = Utforska("Falun", counts=counts, exposure=embedded.exposure())
    widget.kommun.value = "Ystad"
    assert "Det finns inga siffror i Ystad i det valda underlaget" in widget.message.value
    assert words.SOURCES["inbyggda"] in widget.message.value
    assert (widget.view, widget.verdict.value, widget.trend.value) == (None, "", "")
    widget.source.value = "inbyggda"
    assert widget.message.value == ""
    assert widget.view is not None
    assert widget.view.kommun.name == "Ystad"


def test_an_error_that_nobody_foresaw_is_named(shown: Utforska, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(view.Screened, "view", broken)
    shown.group.value = "alla"
    assert "ZeroDivisionError" in shown.message.value
    assert "Traceback" not in shown.message.value


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("place", "source", "offence", "group"),
    [
        ("Borlänge", "inbyggda", ("bostadsinbrott", "alla"), "lan"),
        ("Borlänge", "inbyggda", ("vald_nara_relation", "kvinna"), "regel"),
        ("Köping", "inbyggda", ("stold_ran_kap8", "alla"), "regel"),
        ("Köping", "manader", ("bilbrott_2013", "alla"), "skr_grupp"),
    ],
)
def test_the_code_gives_the_same_numbers(place: str, source: str, offence: tuple[str, str], group: str):
    widget = Utforska(place)
    widget.source.value = source
    widget.offence.value, widget.group.value = offence, group
    names: dict[str, pd.DataFrame] = {}
    exec(widget.python, names)
    assert widget.view is not None
    pd.testing.assert_series_equal(
        names["own"]["rate"].reset_index(drop=True), widget.view.own["rate"].reset_index(drop=True), check_names=False
    )
    assert names["own"]["comparison"].tolist() == widget.view.own["comparison"].tolist()
    assert names["changes"]["change"].iat[0] is widget.view.verdict["change"]
    assert names["changes"]["upper"].iat[0] == pytest.approx(widget.view.verdict["upper"], nan_ok=True)


def test_the_code_is_written_where_a_notebook_listens(monkeypatch: pytest.MonkeyPatch):
    widget = Utforska("Borlänge")
    widget._insert()
    assert words.CODE_BELOW in widget.done.value  # no JupyterLab here: the code can be copied
    sent: list[tuple] = []

    class Commands:
        def list_commands(self) -> list[str]:
            return ["notebook:insert-cell-below"]

        def execute(self, *call: object) -> None:
            sent.append(call)

    class FrontEnd:
        commands = Commands()

    monkeypatch.setattr(cells, "front_end", FrontEnd)
    widget._insert()
    assert sent == [("notebook:insert-cell-below",), ("notebook:replace-selection", {"text": widget.python})]
    assert words.INSERTED in widget.done.value


def test_saved_figures_and_tables_hold_the_view(tables: view.Screened, tmp_path: Path):
    found = tables.view("Borlänge", "bostadsinbrott", group="lan", year=2023)
    written = view_files.save(found, tmp_path / "mapp å")
    assert {p.suffix for p in written} == {".svg", ".png", ".xlsx", ".csv"}
    assert {p.stem for p in written if p.suffix == ".png"} == {p.stem for p in written if p.suffix == ".svg"}
    book = tmp_path / "mapp å" / "2081-borlange-bostadsinbrott.xlsx"
    sheets = pd.read_excel(book, sheet_name=None, dtype={"Kommunkod": str}, engine="openpyxl")
    assert list(sheets) == ["År", "Kommuner 2023"]
    sheet = sheets["Kommuner 2023"].set_index("Namn")
    assert sheet.loc["Borlänge", "Kommunkod"] == "2081"
    assert sheet.loc["Borlänge", "Per 100 000"] == pytest.approx(found.now["rate"])
    assert not {name for name in sheet if name.islower()}  # every heading is Swedish
    with Image.open(next(p for p in written if "utveckling.png" in p.name)) as drawn:
        assert drawn.width == 1600
    svg = next(p for p in written if "utveckling" in p.name).read_text(encoding="utf-8")
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg
    assert "Borlänge" in svg
    years = pd.read_csv(tmp_path / "mapp å" / "maskin" / "2081-borlange-bostadsinbrott-ar.csv")
    assert years["rate"].tolist() == pytest.approx(found.own["rate"].tolist(), nan_ok=True)
    areas = pd.read_csv(tmp_path / "mapp å" / "maskin" / "2081-borlange-bostadsinbrott-kommuner-2023.csv")
    assert len(areas) == 15
    assert areas["in_group"].sum() == 14


def test_the_save_button_tells_where(tmp_path: Path):
    widget = Utforska("Borlänge", save_in=tmp_path)
    widget._save()
    assert str(tmp_path) in widget.done.value
    assert list(tmp_path.glob("*.svg"))


@pytest.mark.thorough
def test_a_folder_is_chosen_in_a_field(tmp_path: Path):
    folder = tmp_path / "Vår mapp"
    folders.create(folder, "Mora", {})
    widget = Utforska("Falun")
    widget.folder.value = str(folder)
    assert (widget.message.value, widget.kommun.value, widget.source.value) == ("", "Mora", "mapp")
    assert widget.source.options[0][0] == "Kommunens mapp, Vår mapp"
    assert "Vår mapp" in widget.python
    widget.folder.value = str(tmp_path / "finns inte")
    assert "finns inte som mapp" in widget.message.value
    assert (widget.view, widget.verdict.value, widget.source.value) == (None, "", "inbyggda")
    widget.kommun.value = "Falun"  # of the embedded figures, which are named as such
    assert widget.source.label == words.SOURCES["inbyggda"]
    assert "Vår mapp" not in widget.python
    widget.folder.value = str(folder)
    widget.folder.value = ""
    assert (widget.message.value, widget.source.value, widget.kommun.value) == ("", "inbyggda", "Mora")


def test_a_place_to_save_in_that_is_no_folder(tmp_path: Path):
    (tmp_path / "fil").write_text("")
    widget = Utforska("Borlänge", save_in=tmp_path / "fil")
    widget._save()
    assert "fil går inte att skapa som mapp. Välj en annan mapp." in widget.message.value
    assert widget.done.value == ""


def test_a_table_open_in_excel_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def locked(*_: object) -> None:
        raise FileLocked(tmp_path / "ar.csv")

    monkeypatch.setattr(view_files, "write", locked)
    widget = Utforska("Borlänge", save_in=tmp_path)
    widget._save()
    assert "Stäng filen i Excel" in widget.message.value
    assert "--" not in widget.message.value  # no options of the command line


def months() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Seven years of months in 290 kommuner: those of 2013 moved, so that the truth is known: nothing changes."""
    year = embedded.counts_month().query("period.dt.year == 2013 and area_level == 'kommun'")
    year = year[year["offence"].isin(["totalt", "valdsbrott_2013"])]
    counts = pd.concat([year.assign(period=year["period"] + 12 * i, status="final") for i in range(7)], ignore_index=True)
    people = embedded.exposure().query("year == 2013 and kind == 'residents'")
    exposure = pd.concat([people.assign(year=y) for y in range(2012, 2020)], ignore_index=True)
    return counts, exposure


def test_own_tables_by_month():
    counts, exposure = months()
    widget = Utforska("Ystad", counts=counts, exposure=exposure)
    assert widget.message.value == ""
    assert widget.view is not None
    assert widget.view.now["rate"] == pytest.approx(widget.view.own.loc[2013, "rate"])
    assert "de senaste tolv månaderna" in widget.verdict.value
    assert "Skillnaden är inte säkerställd" in widget.verdict.value
    names: dict = {"counts": counts, "exposure": exposure}
    exec(widget.python, names)
    assert names["changes"]["change"].iat[0] is kb.Change.INGEN_SAKERSTALLD_SKILLNAD


def test_few_are_shown_as_dots_and_old_years_are_not_compared(tables: view.Screened):
    few = tables.view("Vansbro", "ran_unga")
    assert few.drawn is view.Measure.COUNT
    assert view_figures.trend(few).title.startswith("Punktdiagram")
    assert tables.view("Vansbro", "ran_unga", measure="shrunken_rate").drawn is view.Measure.SHRUNKEN
    broken = tables.view("Borlänge", "vald_nara_relation", sex="kvinna")
    first = min(y for y in broken.own["rate"].dropna().index if y >= broken.first_comparable)
    assert f"år {first} till" in view_figures.trend(broken).finding
    assert "2017" not in view_figures.trend(broken).finding


def test_2020_and_2021_have_the_published_rates(tables: view.Screened):
    """The population of those years is not at hand: the rates stand on what Brå's rates imply, and the line is whole."""
    own = tables.view("Borlänge", "bostadsinbrott").own
    published = embedded.counts_year().query("area == '2081' and offence == 'bostadsinbrott'")
    published = published.set_index(published["period"].dt.year)["rate_published"]
    for year in (2020, 2021):
        assert round(own.loc[year, "rate"]) == published[year]
    drawn = view_figures.trend(tables.view("Borlänge", "bostadsinbrott")).drawing.body
    assert next(g for g in re.findall(r"<g [^>]*>.*?</g>", drawn) if 'class="kommun"' in g).count("M") == 1


def test_a_line_is_not_drawn_over_years_without_population():
    people = embedded.exposure().query("year not in (2020, 2021) or kind != 'mean_residents'")
    found = view.Screened(embedded.counts_year(), people).view("Borlänge", "bostadsinbrott")
    drawn = view_figures.trend(found).drawing.body
    line = next(g for g in re.findall(r"<g [^>]*>.*?</g>", drawn) if 'class="kommun"' in g)
    assert line.count("M") == 2  # 2017-2019 and 2022-2024
    assert "2020 och 2021 saknar folkmängd" in view_figures.trend(found).unit


def test_small_counts_of_sensitive_offences_are_not_shown():
    counts = embedded.counts_year().assign(source="egen")
    offence = next(o.id for o in catalogue.offences() if o.sensitive and o.id in set(counts["offence"]))
    counts.loc[(counts["area"] == "2021") & (counts["offence"] == offence), "count"] = 3
    hidden = view.Screened(counts, embedded.exposure())
    rows = hidden.years[(hidden.years["area"] == "2021") & (hidden.years["offence"] == offence)]
    assert rows["count"].isna().all()
    assert set(rows["suppressed"]) == {"1–4"}


def test_wrong_choices_are_refused(tables: view.Screened):
    with pytest.raises(OptionError, match="measure"):
        tables.view("Borlänge", "bilbrott", measure="percent")
    with pytest.raises(OptionError, match="group"):
        tables.view("Borlänge", "bilbrott", group="riket")
    with pytest.raises(OptionError, match="year"):
        tables.view("Borlänge", "bilbrott", year=1999)
    riket = embedded.counts_year().query("area_level == 'riket'")
    with pytest.raises(TableError):
        view.Screened(riket, embedded.exposure()).view("Borlänge", "bilbrott")


def test_where_a_tool_cannot_be_shown_a_sentence_stands():
    """In a file that JupyterLab does not trust, and wherever a notebook is read as text."""
    plain = Utforska("Falun")._repr_mimebundle_()["text/plain"]
    assert plain == "Utforska: kör cellen (Skift + Retur) för att visa verktyget."
