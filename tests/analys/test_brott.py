"""The analyst's tables: what stands in them is what the sources and the report say, under Swedish names."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats

import kunskapsbaserat as kb
from fresh import fresh_folder
from kunskapsbaserat.analys import counts, words
from kunskapsbaserat.analys.counts import COLUMNS, NoFigures, Utelamnat
from kunskapsbaserat.analys.material import _whole_quarters
from kunskapsbaserat.catalogue import names
from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import OptionError, UnknownKommun
from kunskapsbaserat.report.documents.explore import view
from kunskapsbaserat.report.material import underlag

YSTAD = {2021: 2414, 2022: 2821, 2023: 3054, 2024: 3491, 2025: 3831}  # Brå, all reported offences, final


def test_counts_are_the_publishers_and_limits_are_byars():
    made = kb.brott(["Köping", "Arboga"], "stold_ran_kap8")
    source = embedded.counts_groups()
    source = source[(source["offence"] == "stold_ran_kap8") & source["area"].isin(["1983", "1984"])]
    assert made["antal"].sum() == source["count"].sum()
    assert list(made.columns) == list(COLUMNS)
    assert made["kommun"].tolist() == ["Köping"] * 16 + ["Arboga"] * 16
    assert made["ar"].dtype == "int64"
    assert (made["ar"] == made["period"].dt.year).all()
    for row in made.iloc[[0, 20, 31]].to_dict("records"):
        assert row["per_100000"] == pytest.approx(100_000 * row["antal"] / row["folkmangd"], abs=0.51)  # as Brå rounds
        per = row["per_100000"] / row["antal"]
        exact = stats.chi2.ppf([0.025, 0.975], [2 * row["antal"], 2 * row["antal"] + 2]) / 2 * per
        assert (row["lower"], row["upper"]) == pytest.approx(tuple(exact), rel=1e-3)  # Byar lies that close from 100 events up


def test_rates_are_the_published_ones_as_in_the_report():
    made = kb.brott(lan="20", brott="totalt")
    source = embedded.counts_groups().query("offence == 'totalt'")
    both = made.merge(source, left_on=["kod", "period"], right_on=["area", "period"], validate="one_to_one")
    assert len(both) == 15 * 16
    assert (both["per_100000"] == both["rate_published"]).all()
    assert ((both["lower"] < both["per_100000"]) & (both["per_100000"] < both["upper"])).all()
    report = {f.offence.id: f.rates for f in underlag.load("Malung-Sälen").verdicts}
    assert made.query("kommun == 'Malung-Sälen' and ar == 2024")["per_100000"].item() == report["totalt"][2024]
    apart = kb.sticker_ut("Malung-Sälen", "totalt", ar=2024)
    assert apart["per_100000"].item() == report["totalt"][2024]


@pytest.mark.parametrize(
    "asked", ["Köping", "köpings kommun", "1983", 1983, ["Köping", "1983"], pd.DataFrame({"kod": ["1983"]})]
)
def test_a_kommun_in_every_way_to_write_it(asked: object):
    assert kb.brott(asked, "totalt")["kod"].unique().tolist() == ["1983"]


def test_a_lan_and_all_and_no_choice():
    assert kb.brott(lan="20", brott="totalt")["kod"].nunique() == 15
    assert kb.brott(lan="Dalarna", brott="totalt")["kod"].nunique() == 15
    assert kb.brott("alla", "totalt")["kod"].nunique() == 290
    with pytest.raises(OptionError, match="kommuner"):
        kb.brott()
    with pytest.raises(OptionError, match="either kommuner or a län"):
        kb.brott("Köping", lan="20")
    with pytest.raises(UnknownKommun) as error:
        kb.brott("Kööping", "totalt")
    assert "Köping (1983)" in error.value.svenska


@pytest.mark.parametrize(
    ("asked", "offence"),
    [
        ("bostadsinbrott", "bostadsinbrott"),
        ("Inbrott i bostad", "bostadsinbrott"),
        ("8 kap. Stöld, rån och andra tillgreppsbrott", "stold_ran_kap8"),
        ("Våld i nära relationer, mot kvinnor", "vald_nara_relation"),
        ("skadegörelse", "skadegorelse"),  # the id goes before the group's short name
        ("skadegorelse_kap12", "skadegorelse_kap12"),
        ("BILBROTT", "bilbrott"),
        ("bilbrott_2013", "bilbrott_2013"),
        ("alla brott", "totalt"),
    ],
)
def test_an_offence_by_id_name_and_label(asked: str, offence: str):
    assert names.one_offence(asked).id == offence


def test_every_offence_is_found_by_its_own_names():
    from kunskapsbaserat import catalogue

    for offence in catalogue.offences():
        assert names.one_offence(offence.id).id == offence.id
        for facet in offence.facets.values():
            assert facet.name in {f.name for f in names.one_offence(facet.name).facets.values()} or offence.id.endswith("_2013")


def test_a_misspelt_offence_gets_the_nearest():
    with pytest.raises(names.UnknownOffence) as error:
        kb.brott("Falun", "bostdsinbrott")
    assert error.value.nearest[0] == "bostadsinbrott"
    assert "Menade du bostadsinbrott" in error.value.svenska


def test_what_the_package_lacks_is_said_with_what_there_is_and_how_to_get_it():
    with pytest.raises(NoFigures) as error:
        kb.brott(["Köping", "Arboga"], "bostadsinbrott")
    said = error.value.svenska
    assert "Bostadsinbrott (Brås indikator)" in said
    assert "stold_ran_kap8" in said
    assert "kunskap hamta Köping MAPP" in said
    with pytest.warns(Utelamnat, match="1 av 2 kommuner har tal om Bostadsinbrott. Utan tal: Köping"):
        made = kb.brott(["Köping", "Falun"], "bostadsinbrott")
    assert made["kommun"].unique().tolist() == ["Falun"]
    assert "Köping" in made.anmarkningar[0]


def test_groups_and_indicators_are_told_apart():
    everything = kb.brott("Falun")
    kinds = everything.groupby("slag")["brott_id"].unique()
    assert set(kinds.index) == {words.KIND_TOTAL, words.KIND_GROUP, words.KIND_INDICATOR}
    assert not set(kinds[words.KIND_GROUP]) & set(kinds[words.KIND_INDICATOR])
    assert not everything.duplicated(["kod", "brott_id", "kon", "period"]).any()


def test_quarters_and_months():
    quarters = kb.brott("Falun", freq="kvartal")
    assert str(quarters["period"].dtype) == "period[Q-DEC]"
    assert quarters["status"].iat[-1] == "preliminär"
    months = kb.brott("Falun", "bilbrott_2013", freq="månad")
    year = kb.brott("Falun", "totalt").query("ar == 2016")
    assert len(months) == 48
    assert months["folkmangd"].iat[-1] == pytest.approx(year["folkmangd"].iat[0], rel=0.01)
    with pytest.raises(NoFigures, match="bilbrott_2013"):
        kb.brott("Falun", "bilbrott", freq="månad")
    with pytest.raises(OptionError, match="månad"):
        kb.brott("Falun", freq="vecka")


def test_a_quarter_needs_its_three_months():
    months = embedded.counts_month().query("area == '2080' and offence == 'bilbrott_2013'").assign(own=True)
    quarters = _whole_quarters(months.iloc[1:].reset_index(drop=True))
    assert quarters["period"].min() == pd.Period("2013Q2")
    assert quarters["count"].sum() == months["count"].iloc[3:].sum()
    missing = months.assign(count=months["count"].mask(months["period"] == pd.Period("2014-05")))
    assert pd.Period("2014Q2") not in set(_whole_quarters(missing)["period"])


@pytest.fixture(scope="module")
def ystad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file as SOL writes it: all offences, the last year another than the package's."""
    made = tmp_path_factory.mktemp("ystad") / "mapp å"
    fresh_folder(made, "Ystad")
    periods = [str(y) for y in YSTAD]
    rows = [["Anmälda brott"], [], ["", *periods], ["", *(["Antal"] * len(periods))], ["Ystads kommun"]]
    values = [*YSTAD.values()]
    rows.append(["Totalt antal brott", *values])
    rows.append(["Brott mot narkotikastrafflagen", 210, 190, 240, 3, 0])
    with (made / "sol.csv").open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, delimiter=";").writerows(rows)
    return made


def test_the_folders_figures_go_first(ystad: Path):
    made = kb.brott(data=ystad)
    drugs = made.query("brott_id == 'narkotika'")
    assert drugs["antal"].tolist() == [
        210,
        190,
        240,
        3,
        0,
    ]  # the analyst sees what the file says; the gate is for what is published
    assert drugs["kalla"].str.endswith("ur mappen").all()
    assert any("sol.csv" in line for line in made.kallor)
    zero = drugs.iloc[-1]
    assert zero["per_100000"] == 0
    assert zero["lower"] == 0
    assert zero["upper"] > 0
    report = {f.offence.id: f for f in underlag.load(data=ystad).verdicts}
    total = made.query("brott_id == 'totalt'").set_index("ar")
    assert report["totalt"].counts == {y: n for y, n in total["antal"].items() if y in report["totalt"].counts}


def test_a_folder_that_is_none_is_refused(tmp_path: Path):
    with pytest.raises(kb.errors.KunskapError):
        kb.brott("Ystad", data=tmp_path / "finns inte")
    with pytest.raises(OptionError, match="folder"):
        kb.brott("Ystad", data=7)


def test_verdicts_are_those_of_utforska_and_percent_waits_for_twenty():
    made = kb.trend("Borlänge").set_index(["brott_id", "kon"])
    judged = view.screened().verdicts("Borlänge")
    for row in judged.to_dict("records"):
        mine = made.loc[(row["offence"], words.SEX[row["sex"]])]
        assert mine["forandring"] == words.verdict(row["change"])
        assert np.isnan(mine["procent"]) == (not row["percent_ok"] or row["reason"] is not None)
        if not np.isnan(mine["procent"]):
            assert mine["procent"] == pytest.approx((row["ratio"] - 1) * 100)
            assert mine["procent_lower"] <= mine["procent"] <= mine["procent_upper"]
    few = made[made["antal_nu"].lt(20) | made["antal_fore"].lt(20)]
    assert len(few)
    assert few["procent"].isna().all()
    assert few["per_ar"].isna().all()
    assert (few["anmarkning"] == words.TOO_FEW_FOR_PERCENT).all()


def test_what_sticks_out_stands_first_with_the_verdicts_of_the_screen():
    made = kb.sticker_ut("Borlänge")
    certain = made["jamforelse"].str.startswith("säkerställt").tolist()
    assert certain == sorted(certain, reverse=True)
    assert any(certain)
    level = view.screened().level()
    rows = level[(level["area"] == "2081") & level["count"].notna()]
    last = rows[rows["period"] == rows.groupby(["offence", "sex"])["period"].transform("max")]
    assert sorted(made["jamforelse"]) == sorted(words.comparison(c) for c in last["comparison"])
    one = kb.sticker_ut(brott="brott_mot_person", lan="20", ar=2024)
    assert set(one["ar"]) == {2024}
    assert len(one) == 15
    with pytest.raises(OptionError, match="ar"):
        kb.sticker_ut("Borlänge", ar=1999)


def test_a_funnel_of_all_and_the_researchers_funnel_under_one_name():
    made = kb.funnel("Köping", "totalt", ar=2025)
    assert len(made) == 290
    assert made.loc[made["vald"], "kommun"].tolist() == ["Köping"]
    assert (made["kvot"] * made["vantat"]).sum() == pytest.approx(made["antal"].sum())
    outside = (made["kvot"] > made["ovre_95"]) | (made["kvot"] < made["nedre_95"])
    assert (made["tratt"].ne("inom") == outside).all()
    own = pd.DataFrame({"area": ["a", "b"], "count": [12, 30], "expected": [15.0, 21.0]})
    for table in (own, pl.DataFrame(own.to_dict("list"))):
        pd.testing.assert_frame_equal(kb.funnel(table, levels=(0.9, 0.99)), kb.rates.funnel(own, levels=(0.9, 0.99)))
    assert kb.funnel(kb.liknande("Köping"), "totalt")["vald"].sum() == 7
    with pytest.raises(TypeError, match="leves"):
        kb.funnel("Köping", leves=(0.9, 0.99))
    with pytest.raises(OptionError, match="kon"):
        kb.funnel("Falun", "vald_nara_relation")


def test_a_map_has_every_kommun_of_the_lan_and_says_who_lacks_figures():
    made = kb.karta("bostadsinbrott", kommuner=["Falun", "Köping"])
    lacking = made.set_index("kommun").loc["Köping"]
    assert pd.isna(lacking["per_100000"])
    assert "inga tal" in lacking["orsak"]
    assert len(made["ar"].unique()) == 1
    with pytest.raises(OptionError, match="one offence"):
        kb.karta(["totalt", "bilbrott"], lan="20")
    with pytest.raises(OptionError, match="ar"):
        kb.karta("totalt", lan="20", ar=1950)
    with pytest.raises(NoFigures):
        kb.karta("bostadsinbrott", lan="19")


def test_liknande_is_koladas():
    from kunskapsbaserat import kommun as register

    assert kb.liknande("Köping")["kod"].tolist() == list(register.liknande("Köping").members)
    assert kb.liknande("Köping", "socioekonomi").kallor[0].startswith("RKA, Kolada")
    with pytest.raises(OptionError):
        kb.liknande("Köping", "storlek")


def test_all_is_quiet_when_nothing_is_missing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kb.brott(lan="20", brott="bilbrott").anmarkningar == []
    assert counts.kind_of(names.one_offence("misshandel")) == words.KIND_OTHER


@pytest.mark.parametrize("year", [2015, "2015", np.int64(2015)])
def test_from_a_year_on(year):
    whole, later = kb.brott("Köping", "totalt"), kb.brott("Köping", "totalt", fran=year)
    assert whole["ar"].min() < 2015
    pd.testing.assert_frame_equal(later.reset_index(drop=True), whole[whole["ar"] >= 2015].reset_index(drop=True))


@pytest.mark.parametrize("year", [15, "förra", True, 2090])
def test_a_first_year_that_is_none_is_refused(year):
    with pytest.raises(OptionError) as error:
        kb.brott("Köping", "totalt", fran=year)
    assert error.value.svenska.startswith("fran:")
    assert "2090" not in error.value.svenska or "2025" in error.value.svenska


def test_a_year_may_be_written_as_text():
    pd.testing.assert_frame_equal(kb.sticker_ut("Köping", ar="2024"), kb.sticker_ut("Köping", ar=2024))
    assert kb.karta("totalt", lan="20", ar="2024").equals(kb.karta("totalt", lan="20", ar=2024))
