"""Schools with pupils who answer a survey, places that are judged and incidents that are counted, with a known truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

_CUTS = (-1.1, -0.2, 0.8)  # of the latent answer: not at all, partly, mostly, wholly
_UNSURE = 0.04
_ALIKE = 0.6  # standard deviation of what a pupil brings to every answer
_SEXES = (0.49, 0.49, 0.02)


@dataclass(frozen=True, slots=True)
class SimulatedSchool:
    """A school over some years; every array starts with the years.

    Attributes
    ----------
    pupils : array (years, grades)
        All pupils.
    answers : array (years, questions, grades, sexes, 5)
        Number of answers: wholly, mostly, partly, not at all, unsure.
    scores : array (years, places, indicators)
        0, 1 or 2: no, partly, yes.
    incidents : array (years, kinds)
        Counts.

    Examples
    --------
    >>> from kunskapsbaserat import simulate
    >>> school = simulate.schools(answered=[64], seed=1)[0]
    >>> school.pupils.shape, int(school.answers[-1, 0].sum()), school.incidents.shape
    ((2, 3), 64, (2, 4))
    """

    pupils: Whole
    answers: Whole
    scores: Whole
    incidents: Whole


def schools(
    *,
    answered: Sequence[int],
    grades: int = 3,
    questions: int = 8,
    places: int = 8,
    indicators: int = 16,
    incidents: Sequence[float] = (9.0, 4.0, 2.0, 14.0),
    years: int = 2,
    response: float = 0.82,
    change: Sequence[float] | None = None,
    rise: Sequence[float] | None = None,
    seed: int = 2026,
) -> list[SimulatedSchool]:
    """Schools whose pupils answer, one for each number in `answered`.

    Parameters
    ----------
    answered : sequence of int
        How many answer in the last year; the years before it differ a little.
    grades, questions, places, indicators, years : int
        Sizes.
    incidents : sequence of float
        Expected yearly number of each kind.
    response : float
        Share of the pupils who answer, drawn by chance.
    change, rise : sequence of float, optional
        The truth of each school: what the last year adds to every pupil's latent answer, and to the chance that an indicator is
        met. Default 0.
    seed : int
        Of all that is drawn.

    Returns
    -------
    list of SimulatedSchool
        In the order of `answered`.

    Examples
    --------
    >>> from kunskapsbaserat import simulate
    >>> before, after = simulate.schools(answered=[64, 64], change=[0.0, 1.0], seed=1)  # the second one has become better
    >>> [round(float(one.answers[-1, ..., 0].sum() / one.answers[-1].sum()), 2) for one in (before, after)]  # agree wholly
    [0.42, 0.73]
    """
    rng = np.random.default_rng(seed)
    level = rng.normal(0.4, 0.25, questions)
    none = [0.0] * len(answered)
    return [
        _school(
            rng,
            number,
            level + rng.normal(0, 0.2),
            incidents=incidents,
            sizes=(years, grades, places, indicators),
            response=response,
            change=shift,
            rise=up,
        )
        for number, shift, up in zip(answered, change or none, rise or none, strict=True)
    ]


def _school(
    rng: np.random.Generator,
    number: int,
    level: NDArray[np.float64],
    *,
    incidents: Sequence[float],
    sizes: tuple[int, int, int, int],
    response: float,
    change: float,
    rise: float,
) -> SimulatedSchool:
    years, grades, places, indicators = sizes
    pupils, answers, scores = [], [], []
    met = np.clip(rng.normal(0.5, 0.18, (places, indicators)), 0.08, 0.92)
    for year in range(years):
        last = year == years - 1
        answering = number if last else max(3, number + int(rng.integers(-6, 7)))
        by_grade = rng.multinomial(answering, [1 / grades] * grades)
        pupils.append(np.ceil(by_grade / response).astype(int))
        answers.append(_answers(rng, by_grade, level + (change if last else 0)))
        scores.append(rng.binomial(2, np.clip(met + (rise if last else 0), 0, 0.97)))
    counted = rng.poisson(np.asarray(incidents) * number / 120, (years, len(incidents)))
    return SimulatedSchool(*(np.array(part) for part in (pupils, answers, scores, counted)))


def _answers(rng: np.random.Generator, by_grade: Whole, level: NDArray[np.float64]) -> Whole:
    """Counts by question, grade, sex and answer: each pupil has a latent answer to every question."""
    counts = np.zeros((len(level), len(by_grade), len(_SEXES), 5), dtype=np.int64)
    for grade, number in enumerate(by_grade):
        sex = rng.choice(len(_SEXES), number, p=_SEXES)
        latent = level + rng.normal(0, _ALIKE, (number, 1)) + rng.normal(0, 1, (number, len(level)))
        answer = 3 - np.digitize(latent, _CUTS)
        answer[rng.random(answer.shape) < _UNSURE] = 4
        for question in range(len(level)):
            cells = sex * 5 + answer[:, question]
            counts[question, grade] += np.bincount(cells, minlength=len(_SEXES) * 5).reshape(len(_SEXES), 5)
    return counts
