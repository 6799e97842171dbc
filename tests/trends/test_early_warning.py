from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kunskapsbaserat import simulate
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import ears, farrington
from kunskapsbaserat.trends.farrington import settings_of, year_parts
from kunskapsbaserat.trends.farrington_panel import farrington_latest


def panel(series: int = 60, *, years: int = 7, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    means = simulate.month_means(np.exp(rng.uniform(np.log(4), np.log(600), series)), years=years, season=0.4)
    return simulate.autocorrelated_counts(rng, means, dispersion=2.0)


def test_many_series_at_once_as_one_by_one():
    counts = panel()
    counts[0] = 0
    counts[1, 30] = 500
    fast = farrington_latest(counts)
    slow = pd.concat([farrington(one, frequency=12) for one in counts], ignore_index=True)
    for column in ("expected", "upper", "p_value", "score", "dispersion"):
        np.testing.assert_allclose(fast[column], slow[column], rtol=1e-4, atol=1e-8, err_msg=column)
    assert fast[["trend", "alarm"]].equals(slow[["trend", "alarm"]])
    assert fast["reason"].tolist() == slow["reason"].tolist()
    assert fast["reason"].iat[0] == "no_fit"
    row = fast.loc[fast["score"].idxmax()]
    plain = farrington(counts[row.name], frequency=12, threshold="nbPlugin")["p_value"].iat[0]
    assert row["tail"] >= plain  # the prediction's own error is in it


def test_false_alarms_and_an_outbreak():
    counts = panel(400)
    calm = farrington_latest(counts, alpha=0.05)
    assert 0.02 < calm["alarm"].mean() < 0.09
    counts[:, -1] = 3 * counts[:, -1] + 10
    assert farrington_latest(counts)["alarm"].mean() > 0.9


def test_an_earlier_peak_does_not_hide_a_new_one():
    counts = panel(1, seed=3)[0] // 10 + 20
    peak = counts.copy()
    peak[-13] = 300
    plain, weighed = (farrington(peak, frequency=12, reweight=r)["upper"].iat[0] for r in (False, True))
    assert weighed < plain
    assert weighed < 1.3 * farrington(counts, frequency=12)["upper"].iat[0]


def test_parts_of_the_year_fill_it():
    """Every period of the years before belongs to exactly one part; the windows are centred on the same period."""
    settings = settings_of(12, b=3, w=1, periods=4, past_not_included=3)
    level = year_parts(60, settings)
    assert (level[60 - 36 - 2 : 60] > 0).all()
    assert [level[60 - 1 - 12 * year] for year in range(4)] == [4] * 4
    assert sorted(np.bincount(level[36:48])[1:]) == [3, 3, 3, 3]


def test_bounds_by_the_negative_binomial():
    counts = panel(1, seed=8)[0] + 30
    delta, plug, muan = (farrington(counts, frequency=12, threshold=t).iloc[0] for t in ("delta", "nbPlugin", "muan"))
    assert delta["expected"] == plug["expected"] == muan["expected"]
    assert muan["upper"] >= plug["upper"]
    phi, mean = plug["dispersion"], plug["expected"]
    law = stats.nbinom(mean / (phi - 1), 1 / phi) if phi > 1 else stats.poisson(mean)
    assert plug["upper"] == law.ppf(0.95)
    assert plug["p_value"] == pytest.approx(law.sf(plug["observed"] - 1), rel=1e-6)


def test_a_short_history_says_what_to_do():
    counts = panel(1, years=4)[0]
    with pytest.raises(TableError, match="choose b=3") as error:
        farrington(counts, frequency=12)
    assert "välj b=3" in error.value.svenska
    assert farrington(counts, frequency=12, b=3)["reason"].iat[0] in (None, "few")
    with pytest.raises(TableError, match="too short for this method"):
        farrington(counts[:10], frequency=12)


def test_farrington_refuses():
    counts = panel(1)[0]
    series = pd.Series(counts, index=pd.period_range("2018-01", periods=84, freq="M"))
    assert farrington(series)["period"].iat[0] == pd.Period("2024-12", freq="M")
    with pytest.raises(TableError, match="missing is not zero"):
        farrington(series.astype(float).where(series.index != series.index[9]))
    with pytest.raises(TableError, match="population"):
        farrington(series, population=np.zeros(84))
    with pytest.raises(OptionError, match="frequency"):
        farrington(counts)
    for option in ({"compat": "r"}, {"power": "1"}, {"threshold": "x"}, {"alpha": 2}, {"periods": 11}, {"range_": [200]}):
        with pytest.raises(OptionError):
            farrington(series, **option)


# ---- EARS --------------------------------------------------------------------------------------------------------------


def test_ears_written_out():
    counts = np.random.default_rng(4).poisson(5, 30).astype(float)
    t = 20
    c1 = ears(counts, alpha=0.01, range_=[t + 1]).iloc[0]
    before = counts[t - 7 : t]
    assert c1["upper"] == pytest.approx(before.mean() + stats.norm.isf(0.01) * before.std(ddof=1))

    def c2(day: int) -> tuple[float, float]:
        window = counts[day - 9 : day - 2]
        return window.mean(), window.std(ddof=1)

    mean, sigma = c2(t)
    assert ears(counts, method="C2", range_=[t + 1])["mean"].iat[0] == pytest.approx(mean)
    used = sum(max(0, (counts[d] - c2(d)[0]) / c2(d)[1] - 1) for d in (t - 1, t - 2))
    c3 = ears(counts, method="C3", alpha=0.01, range_=[t + 1])["upper"].iat[0]
    assert c3 == pytest.approx(max(mean + sigma * (stats.norm.isf(0.01) - used), 0))


def test_one_crime_after_a_quiet_week_is_no_alarm():
    counts = [0] * 7 + [1]
    assert not ears(counts)["alarm"].iat[0]
    assert ears(counts, min_sigma=0)["alarm"].iat[0]


def test_ears_refuses():
    with pytest.raises(TableError, match="at least 8 periods"):
        ears([1, 2, 3])
    with pytest.raises(TableError, match="every period"):
        ears([1, None, 3, 4, 5, 6, 7, 8, 9])
    with pytest.raises(OptionError, match="method"):
        ears([1] * 20, method="C4")
    with pytest.raises(OptionError, match="baseline"):
        ears([1] * 20, baseline=2)
