from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kunskapsbaserat import kommun
from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import Comparison, ComparisonGroup, FunnelClass, crude_rate, empirical_bayes, funnel, screen
from kunskapsbaserat.rates.compare import band, comparison_group
from kunskapsbaserat.rates.variation import yearly_variation

CODES = [k.code for k in kommun.all_kommuner()]
YEARS = range(2019, 2025)


def people() -> pd.Series:
    exposure = embedded.exposure()
    return (
        exposure[(exposure["year"] == 2019) & (exposure["area_level"] == "kommun") & (exposure["kind"] == "residents")]
        .set_index("area")["value"]
        .reindex(CODES)
        .astype(float)
    )


def exposure_of(size: pd.Series, years: range = YEARS) -> pd.DataFrame:
    rows = pd.DataFrame({"area": size.index, "value": size.to_numpy()}).merge(
        pd.DataFrame({"year": range(years.start - 1, years.stop)}), how="cross"
    )
    return rows.assign(area_level="kommun", kind="residents")


def panel(
    seed: int,
    *,
    offences: int = 3,
    k: float = 0.05,
    between: float = 0.0,
    years: range = YEARS,
    rate: float = 0.004,
    raised: tuple[str, float] | None = None,
) -> pd.DataFrame:
    """SIMULERAD counts: the same rate everywhere but for `between`, gamma variation k between years; `raised` one kommun."""
    rng = np.random.default_rng(seed)
    shape = (len(CODES), offences, len(years))
    level = np.exp(rng.normal(-(between**2) / 2, between, shape[:2]))
    if raised:
        level[CODES.index(raised[0])] *= raised[1]
    factor = rng.gamma(1 / k, k, shape) if k else np.ones(shape)
    mean = people().to_numpy()[:, None, None] * rate * level[:, :, None] * factor
    index = pd.MultiIndex.from_product(
        [CODES, [f"brott_{i}" for i in range(offences)], years], names=["area", "offence", "year"]
    )
    table = index.to_frame(index=False).assign(area_level="kommun", sex="alla", status="final", source="SIMULERAD")
    period = pd.PeriodIndex.from_ordinals(table.pop("year") - 1970, freq="Y")
    return table.assign(period=period, count=pd.array(rng.poisson(mean).ravel(), dtype="Int64"), rate_published=pd.NA)


def test_each_cell_is_what_the_methods_give_one_by_one():
    """The slow second implementation: one offence and year through crude_rate, funnel, empirical_bayes, band and SciPy."""
    counts, exposure = panel(1, offences=2, between=0.4), exposure_of(people())
    found = screen(counts, exposure)
    cell = found[(found["offence"] == "brott_1") & (found["period"] == pd.Period("2022"))].reset_index(drop=True)
    plain = cell[["area", "count", "exposure"]]
    rates = crude_rate(plain)
    for name in ("rate", "lower", "upper"):
        np.testing.assert_allclose(cell[name], rates[name])
    common = plain["count"].sum() / plain["exposure"].sum()
    ratios = funnel(plain.assign(expected=plain["exposure"] * common), overdispersion="cqc", consistent=True)
    for name in ("ratio", "lower_inner", "upper_outer"):
        np.testing.assert_allclose(cell[name], ratios[name])
    assert (cell["funnel_class"].astype(str) == ratios["funnel_class"].astype(str)).all()
    np.testing.assert_allclose(cell["shrunken_rate"], empirical_bayes(plain)["shrunken_rate"])
    k = cell["variation"].iat[0]
    for code in ("2081", "0180", "2425", "0980"):
        row = cell[cell["area"] == code].iloc[0]
        group = comparison_group(code, CODES)
        assert (row["group"], row["group_members"]) == (group.kind, len(group.members))
        middle = band(rates.assign(year=2022), members=group.members, by=["year"]).iloc[0]
        assert [row[c] for c in ("lower_quartile", "median", "upper_quartile")] == pytest.approx(
            [middle[c] for c in ("lower_quartile", "median", "upper_quartile")]
        )
        near = plain[plain["area"].isin(group.members)]
        assert row["group_rate"] == pytest.approx(near["count"].sum() / near["exposure"].sum() * 1e5)
        half = near["count"].sum() + 0.5
        mean = row["exposure"] * half / near["exposure"].sum()
        uncertain = 1 / half + k * (near["exposure"] ** 2).sum() / near["exposure"].sum() ** 2
        size = 1 / (k + uncertain)
        x = int(row["count"])
        upper = stats.nbinom.sf(x, size, size / (size + mean)) + stats.nbinom.pmf(x, size, size / (size + mean)) / 2
        assert row["p_value"] == pytest.approx(min(1, 2 * min(upper, 1 - upper)), rel=1e-6)


def test_rows_keep_their_order_and_index():
    counts, exposure = panel(2, offences=2), exposure_of(people())
    mixed = counts.sample(frac=1, random_state=3)
    found, other = screen(counts, exposure), screen(mixed, exposure)
    assert other.index.tolist() == mixed.index.tolist()
    pd.testing.assert_frame_equal(found, other.sort_index(), check_categorical=False)
    assert (other["area"] == mixed["area"]).all()


@pytest.mark.parametrize("k", [0.0, 0.05, 0.2])
def test_error_rate_when_all_kommuner_are_alike(k: float):
    """p-values are uniform, and next to nothing is called in a table without differences."""
    found = screen(panel(5, offences=6, k=k), exposure_of(people()))
    p = found["p_value"].dropna()
    assert len(p) > 8000
    assert 0.042 < (p < 0.05).mean() < 0.058
    assert found["variation"].iat[0] == pytest.approx(k, abs=0.1 * k + 0.002)
    assert found["comparison"].isin([Comparison.HOGRE, Comparison.LAGRE]).sum() <= 1


def test_a_kommun_that_is_much_higher_is_found():
    found = screen(panel(6, k=0.02, raised=("2081", 2.5)), exposure_of(people()))
    own = found[found["area"] == "2081"]
    assert (own["comparison"] == Comparison.HOGRE).mean() > 0.9
    assert own["group_ratio"].mean() == pytest.approx(2.5, rel=0.15)
    others = found[(found["area"] != "2081") & ~found["group"].eq("ingen")]
    assert others["comparison"].isin([Comparison.HOGRE, Comparison.LAGRE]).mean() < 0.02


def test_the_false_discovery_rate():
    """A tenth of the kommuner at twice the rate: of the calls, about 5 % or fewer are of kommuner whose group is alike them."""
    rng = np.random.default_rng(7)
    groups = {c: ComparisonGroup(c, "alla", tuple(o for o in CODES if o != c), (), 2025) for c in CODES}
    counts = panel(8, k=0.03)
    raised = set(rng.choice(CODES, 29, replace=False))
    up = counts["area"].isin(raised).to_numpy()
    counts.loc[up, "count"] *= 2
    found = screen(counts, exposure_of(people()), groups=groups)
    called = found["comparison"] == Comparison.HOGRE
    assert called.sum() > 100
    assert (called & ~up).sum() / called.sum() < 0.06


def test_a_kind_of_group_is_made_for_each_offence():
    """An offence that only one län has is compared there; one that all have with the liknande."""
    counts = panel(12, offences=2)
    dalarna = [k.code for k in kommun.in_lan("20")]
    counts = counts[(counts["offence"] == "brott_0") | counts["area"].isin(dalarna)]
    own = screen(counts, exposure_of(people())).query("area == '2081'").groupby("offence")
    assert own["group"].unique().explode().to_dict() == {"brott_0": "liknande", "brott_1": "lan"}
    assert own["group_members"].unique().explode().to_dict() == {"brott_0": 7, "brott_1": 14}
    own = screen(counts, exposure_of(people()), groups="alla").query("area == '2081'").groupby("offence")
    assert own["group_members"].unique().explode().to_dict() == {"brott_0": 289, "brott_1": 14}
    with pytest.raises(OptionError, match="kind"):
        screen(counts, exposure_of(people()), groups="grannar")


@pytest.mark.thorough
def test_what_would_have_been_seen():
    """A kommun raised to the smallest visible ratio is called in about 80 % of the cells."""
    base = screen(panel(9, k=0.03, offences=1), exposure_of(people()))
    row = base[(base["area"] == "2081") & (base["period"] == pd.Period("2024"))].iloc[0]
    hits = 0
    for seed in range(25):
        found = screen(panel(100 + seed, k=0.03, offences=1, raised=("2081", row["visible_ratio"])), exposure_of(people()))
        hits += (found[found["area"] == "2081"]["comparison"] == Comparison.HOGRE).sum()
    assert 0.75 < hits / (25 * len(YEARS)) < 0.95  # a little over 80 %: its six years are raised and are called together


def test_reasons():
    counts = panel(10, offences=2)
    size = people()
    counts.loc[(counts["area"] == "2081") & (counts["period"] == pd.Period("2020")), "count"] = pd.NA
    exposure = exposure_of(size)
    exposure = exposure[~((exposure["area"] == "2080") & (exposure["year"] == 2021))]
    found = screen(counts, exposure).set_index(["area", "period"])
    assert (found.loc[("2081", pd.Period("2020")), "reason"] == "no_count").all()
    assert (found.loc[("2080", pd.Period("2021")), "reason"] == "no_exposure").all()  # and 2022: both lack 31 December 2021
    assert (found.loc[("2080", pd.Period("2022")), "reason"] == "no_exposure").all()
    missing = found[found["reason"].isin(["no_count", "no_exposure"])]
    assert missing[["rate", "ratio", "shrunken_rate", "p_value", "q_value", "group_ratio"]].isna().all(axis=None)
    assert (missing["comparison"] == Comparison.KAN_INTE_BEDOMAS).all()
    assert (missing["funnel_class"] == FunnelClass.KAN_INTE_BEDOMAS).all()
    numbers = found.select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)
    assert not np.isinf(numbers).any()
    assert not (numbers < 0).any()
    unexplained = found[found["reason"].isna()]
    assert unexplained.drop(columns="reason").notna().all(axis=None)


def test_few_events_and_one_year():
    found = screen(panel(11, offences=1, rate=0.0001), exposure_of(people()))
    few = found["reason"] == "few_events"
    assert few.mean() > 0.7
    assert (found.loc[few, "comparison"] == Comparison.FOR_FA_BROTT).all()
    one = range(2024, 2025)
    single = screen(panel(12, offences=1, years=one), exposure_of(people(), one))
    assert (single["reason"].dropna().isin(["no_variation", "few_events"])).all()
    assert not single["comparison"].isin([Comparison.HOGRE, Comparison.LAGRE]).any()
    assert single["funnel_class"].ne(FunnelClass.KAN_INTE_BEDOMAS).all()
    given = screen(panel(12, offences=1, years=one), exposure_of(people(), one), variation={"brott_0": 0.05})
    assert given["p_value"].notna().sum() > 250


def test_the_embedded_figures():
    counts = embedded.counts_year()
    counts = counts[counts["area_level"] == "kommun"]
    found = screen(counts, embedded.exposure())
    assert len(found) == len(counts)
    own = found[
        (found["area"] == "2081") & (found["offence"] == "bostadsinbrott") & (found["period"] == pd.Period("2024"))
    ].iloc[0]
    assert (own["group"], own["group_members"]) == ("lan", 14)
    assert [round(own[c]) for c in ("lower_quartile", "median", "upper_quartile")] == [147, 178, 266]
    assert own["rate"] == pytest.approx(float(counts.loc[own.name, "rate_published"]), abs=0.6)


def test_a_series_break_is_no_variation():
    """Partner violence doubled with new codes: the pair of years across the break does not count."""
    size = people().to_numpy()[:, None] * np.ones(4)
    rng = np.random.default_rng(14)
    events = rng.poisson(size * [0.004, 0.004, 0.012, 0.012]).astype(float)
    assert yearly_variation(events, size) > 0.05
    assert yearly_variation(events, size, np.array([True, False, True])) < 0.002


def test_the_variation_is_that_of_the_years_after_the_break():
    """New codes took three years to be used everywhere: those years tell how fast, not how much the offence varies."""
    years = range(2017, 2025)
    counts = panel(15, offences=1, k=0.02, years=years).assign(offence="vald_nara_relation")
    early = counts["period"].dt.year
    phase_in = early.map({2017: 0.05, 2018: 0.3, 2019: 0.7}).fillna(1.0)
    counts["count"] = (counts["count"].astype(float) * phase_in).round().astype("Int64")
    found = screen(counts, exposure_of(people(), years))
    assert found["variation"].iat[0] == pytest.approx(0.02, abs=0.005)
    early = found[(found["period"] < pd.Period("2020")) & found["reason"].ne("few_events")]
    assert (early["reason"] == "series_break").all()
    assert (early["comparison"] == Comparison.KAN_INTE_BEDOMAS).all()
    assert early["rate"].notna().all()


def test_wrong_tables():
    counts, exposure = panel(13, offences=1), exposure_of(people())
    with pytest.raises(TableError, match="kommuner only"):
        screen(counts.assign(area=counts["area"].where(counts.index != 5, "00")), exposure)
    with pytest.raises(TableError, match="once"):
        screen(pd.concat([counts, counts.head(1)]), exposure)
    with pytest.raises(TableError, match="yearly periods"):
        screen(counts.assign(period=counts["period"].dt.asfreq("M")), exposure)
    with pytest.raises(TableError, match="column 'status'"):
        screen(counts.drop(columns="status"), exposure)
