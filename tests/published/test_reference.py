"""Every reference case of the folder REFERENCE_DIR (default: beside the project), through the adapters."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from adapters import ADAPTERS, NOT_BUILT, adapter
from case_shapes import shapes_of
from effect_adapters import EFFECT_ADAPTERS, effect_adapter, not_built
from effect_cases import effect_shapes

FOLDER = Path(os.environ.get("REFERENCE_DIR", Path(__file__).parents[3] / "shared" / "reference"))


def cases() -> list[dict]:
    return [c for path in sorted(FOLDER.rglob("*.json")) for c in json.loads(path.read_text(encoding="utf-8")).get("cases", ())]


def effects() -> list[dict]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.rglob("expected.json"))]


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no reference cases in {FOLDER} (set REFERENCE_DIR)")
def test_there_are_cases():
    assert cases()


@pytest.mark.parametrize("case", cases(), ids=lambda c: c["id"])
def test_case(case: dict):
    topic = case["topic"]
    assert topic in ADAPTERS or topic in NOT_BUILT, f"no adapter for the topic {topic!r}"
    if topic in NOT_BUILT:
        pytest.skip(f"not built yet: {topic}")
    adapter(topic)(case)


SLOW = {
    "rate_ratio",
    "poisson_ci",
    "joinpoint",
    "farrington",
    "control_chart",
    "laney",
    "funnel_overdispersion",
}  # one case of each is written otherwise


def few_of_each() -> list[dict]:
    """Cases to write in other ways: all of the quick topics, and the first of the slow ones."""
    seen: set[str] = set()
    return [c for c in cases() if not (c["topic"] in SLOW and (c["topic"] in seen or seen.add(c["topic"])))]


@pytest.mark.thorough
@pytest.mark.parametrize("case", few_of_each(), ids=lambda c: c["id"])
def test_a_case_written_in_the_formats_other_ways_says_the_same(case: dict):
    for way, other in shapes_of(case).items():
        try:
            adapter(case["topic"])(other)
        except (AssertionError, KeyError, TypeError) as error:
            raise AssertionError(f"{case['id']}, {way}: {error!r}") from error


DEAR_EFFECTS = {"prop99_scm_covariates"}  # nested optimisation of the predictors' weights: 12 s
EFFECTS = [pytest.param(c, id=c["id"], marks=[pytest.mark.thorough] * (c["id"] in DEAR_EFFECTS)) for c in effects()]


@pytest.mark.parametrize("case", EFFECTS)
def test_effect(case: dict):
    adapter = effect_adapter(case["method"])
    if adapter is None:
        assert not_built(case["method"]), f"no adapter for the method {case['method']!r} ({case['id']})"
        pytest.skip(f"not built yet: {case['method']}")
    adapter(case)


QUICK_EFFECTS = {"wdd_basic", "mpdta_cs", "sicily_its", "fepois_crime_panel", "castle_twfe", "prop99_sdid"}


@pytest.mark.parametrize("case", [c for c in effects() if c["id"] in QUICK_EFFECTS], ids=lambda c: c["id"])
def test_an_effect_written_in_the_formats_other_ways_says_the_same(case: dict):
    for way, other in effect_shapes(case).items():
        adapter = effect_adapter(other["method"].upper())
        assert adapter is not None
        try:
            adapter(other)
        except (AssertionError, KeyError) as error:
            raise AssertionError(f"{case['id']}, {way}: {error!r}") from error


def test_a_topic_is_built_or_not_built():
    assert not set(ADAPTERS) & NOT_BUILT


def test_a_method_is_built_or_not_built():
    assert not [case["id"] for case in effects() if effect_adapter(case["method"]) and not_built(case["method"])]
    assert EFFECT_ADAPTERS
    assert effect_adapter("a method of tomorrow") is None
    assert not not_built("a method of tomorrow")
