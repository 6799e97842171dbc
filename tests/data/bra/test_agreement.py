"""Figures of one file that contradict each other are said, and a sound file is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.data.bra.agreement import contradictions
from kunskapsbaserat.data.bra.export import Export, frame

LABELS = ("Stöld", "Stöld > bil", "Stöld > cykel", "Stöld > annat", "Klotter", "Rån", "Bedrägeri")
OF_WOMEN = "Våld mot kvinnor"


def export(seed: int = 1, *, decimals: int = 0, damage: dict[tuple[str, str, str], float] | None = None) -> Export:
    """Two areas and four years with counts and rates that go together; `damage` replaces values by area, label and measure."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for region in ("Aby", "Byby"):
        people = float(rng.integers(3_000, 900_000))
        for year in range(2021, 2025):
            parts = {label: int(rng.poisson(rng.gamma(1, 60))) for label in LABELS[1:]}
            counts = {"Stöld": sum(parts[label] for label in LABELS[1:4])} | parts | {OF_WOMEN: int(rng.poisson(80))}
            for label, count in counts.items():
                rate = round(count * 1e5 / (people / 2 if label == OF_WOMEN else people), decimals)
                for measure, value in (("count", count), ("rate", rate)):
                    if year == 2022:
                        value = (damage or {}).get((region, label, measure), value)
                    rows.append(
                        {
                            **{"region": region, "label": label, "period": pd.Period(str(year), "Y"), "frequency": "Y"},
                            **{"measure": measure, "value": value, "sheet": "Blad", "row": len(rows) + 2, "column": "C"},
                        }
                    )
    return Export(Path("uttag.xls"), "sol", "", frame(rows))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3))
def test_a_sound_file_is_left_alone(seed: int, decimals: int):
    assert list(contradictions(export(seed, decimals=decimals))) == []


def value(found: Export, region: str, label: str, measure: str) -> float:
    f = found.frame
    at = (f["region"] == region) & (f["label"] == label) & (f["measure"] == measure) & (f["period"] == pd.Period("2022", "Y"))
    return float(f.loc[at, "value"].iloc[0])


@pytest.mark.parametrize("measure", ["count", "rate"])
@pytest.mark.parametrize("label", ["Klotter", "Bedrägeri", "Stöld > cykel"])
@pytest.mark.parametrize("bit", [52, 53, 56, 60])
def test_a_damaged_number_is_said_with_its_place(label: str, measure: str, bit: int):
    """One bit of the number's exponent."""
    sound = export(3)
    number = np.float64(value(sound, "Byby", label, measure))
    damaged = float((number.view(np.uint64) ^ np.uint64(1 << bit)).view(np.float64))
    found = list(contradictions(export(3, damage={("Byby", label, measure): damaged})))
    about = {f.code for f in found}
    assert about & {"rate_and_count", "finer"}
    assert {f.level for f in found} == {"error"}
    assert all("Byby" in f.svenska and "2022" in f.svenska and f.row for f in found)
    assert not any("Aby" in f.svenska for f in found)


def test_a_rate_with_the_decimals_of_a_damaged_one_is_said():
    number = value(export(), "Aby", "Klotter", "rate")
    (found,) = contradictions(export(damage={("Aby", "Klotter", "rate"): number + 2.0**-8}))
    assert found.code == "finer"


def test_parts_that_do_not_make_their_heading_are_said_without_rates():
    sound = export(3)
    damaged = value(sound, "Byby", "Stöld > bil", "count") + 1
    whole = export(3, damage={("Byby", "Stöld > bil", "count"): damaged})
    counts = Export(whole.path, whole.kind, "", whole.frame[whole.frame["measure"] == "count"])
    (found,) = contradictions(counts)
    assert found.code == "parts_and_heading"


def test_a_seldom_part_that_the_file_lacks_stops_nothing():
    """One event of a kind that nobody asked for: the heading has it, the parts do not."""
    sound = export(3)
    raised = value(sound, "Byby", "Stöld", "count") + 1
    whole = export(3, damage={("Byby", "Stöld", "count"): raised})
    counts = Export(whole.path, whole.kind, "", whole.frame[whole.frame["measure"] == "count"])
    (found,) = contradictions(counts)
    assert (found.level, found.code) == ("warning", "parts_and_heading")
    assert "Är en sällsynt del inte med" in found.svenska


def test_many_zeros_do_not_make_a_decimal_strange():
    frame = export(2, decimals=1).frame
    rates = frame[frame["measure"] == "rate"].copy()
    rates.loc[rates.index[2:], "value"] = 0.0
    rates.loc[rates.index[:2], "value"] = [12.5, 3.25]
    assert list(contradictions(Export(Path("uttag.xls"), "sol", "", rates))) == []


def test_what_has_a_checksum_is_not_held_against_itself():
    damaged = export(3, damage={("Byby", "Klotter", "count"): 99_999.0})
    assert list(contradictions(damaged)) != []
    assert list(contradictions(Export(Path("uttag.xlsx"), "sol", "", damaged.frame))) == []


def test_parts_that_never_make_their_heading_are_some_of_them_only():
    sound = export()
    some = Export(sound.path, sound.kind, "", sound.frame[sound.frame["label"] != "Stöld > annat"])
    assert list(contradictions(some)) == []


def test_a_rate_per_something_else_is_no_damage():
    """All rows of a label that is per women disagree with the rest, in every area and year."""
    assert not any(OF_WOMEN in f.svenska for f in contradictions(export(5)))
