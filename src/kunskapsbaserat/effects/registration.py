"""An evaluation written down before its start, with a checksum, and whether the one that was made followed it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.design import Design, codes, for_design
from kunskapsbaserat.effects.did import LEAST_A_MONTH
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import whole_number
from kunskapsbaserat.rates.keys import keyed

FORMAT = "kunskapsbaserat-upplagg-2"
USUAL_METHOD = "did"  # also of a registration that names none
METHODS = (USUAL_METHOD, "synthetic_control", "sdid")
CHOICES = (
    "outcome",
    "kind",
    "limits",
    "treated",
    "areas",
    "first_period",
    "start",
    "exposure",
    "buffer",
    "sharing",
    "phase_in",
    "assignment",
    "across_breaks",
    "least_a_month",
    "months_after",
)
_SAME_FIGURES = (
    "outcome",
    "kind",
    "areas",
    "first_period",
    "start",
)  # the figures before the start are then of the same things


@dataclass(frozen=True, slots=True)
class Registration:
    """What was decided, when, and a checksum over all of it.

    Attributes
    ----------
    choices : mapping
        The names of `CHOICES` (``areas`` are all of the panel's), and ``name``, ``method``, ``confidence``, ``comparable``
        (number of comparable areas).
    figures : str
        SHA-256 of the panel's figures before the start, so that it shows whether these were revised.
    written : date
        When it was written down.

    Examples
    --------
    >>> import datetime
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, registration_of
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(5), 1, units=30, months_before=36).table()
    >>> planned = Design(panel, outcome="count", treated=["0180"], start="2025-01", name="Belysning")
    >>> written = registration_of(planned, months_after=12, written=datetime.date(2024, 12, 1))
    >>> written.before_start, written.method, written.choices["months_after"]
    (True, 'did', 12)
    >>> len(written.checksum), written.text()[0]  # SHA-256, and JSON that is kept
    (64, '{')
    """

    choices: Mapping[str, Any]
    figures: str
    written: datetime.date

    @property
    def checksum(self) -> str:
        """SHA-256 over everything that is written."""
        return hashlib.sha256(_canonical(self._body()).encode()).hexdigest()

    @property
    def method(self) -> str:
        """That the evaluation will be made by, where areas can be compared with."""
        return str(self.choices.get("method", USUAL_METHOD))

    @property
    def before_start(self) -> bool:
        """Whether it was written before the first period with the measure."""
        return str(self.written)[:7] < _first_month(str(self.choices["start"]))

    def text(self) -> str:
        """JSON that `read` takes back."""
        return json.dumps(self._body() | {"sha256": self.checksum}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def _body(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "written": self.written.isoformat(),
            "choices": dict(self.choices),
            "figures_sha256": self.figures,
        }


@for_design
@keyed()
def registration_of(
    design: Design, *, months_after: int, written: datetime.date, confidence: float = 0.95, method: str = USUAL_METHOD
) -> Registration:
    """The design as it will be followed.

    Parameters
    ----------
    design : Design
        Usually planned; its panel holds the time before the start.
    months_after : int
        How long after the start it will be evaluated.
    written : date
        Today.
    confidence : float
        Of the interval and verdict.
    method : {"did", "synthetic_control", "sdid"}
        That `evaluate` will use.

    Returns
    -------
    Registration
        Saved with its checksum by `preregistration.preregister`.

    Raises
    ------
    OptionError
        `months_after` is no whole number of 1 or more, `written` no date, `confidence` not between 0 and 1, `method` unknown.

    Examples
    --------
    Written down in December, followed when the figures have come:

    >>> import datetime
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, evaluate, registration_of
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> planned = Design(panel[panel["period"] < "2024-01"], outcome="count", treated=treated, start="2024-01")
    >>> written = registration_of(planned, months_after=12, written=datetime.date(2023, 12, 1))
    >>> answer = evaluate(Design(panel, outcome="count", treated=treated, start="2024-01"), registered=written)
    >>> answer.registered, answer.departures, answer.cautions
    ('followed', (), ())
    """
    whole_number("months_after", months_after, 1)
    if not isinstance(written, datetime.date) or isinstance(written, datetime.datetime):
        raise OptionError("written", written, ("a datetime.date",), tillatna=("ett datum (datetime.date)",))
    if method not in METHODS:
        raise OptionError("method", method, METHODS)
    choices = _choices(design, months_after, confidence) | {"method": method}
    return Registration(choices, _figures(design), written)


def read(text: str, *, name: str | None = None) -> Registration:
    """A registration from the JSON of `Registration.text`; `name` is that of the file, for the message.

    Raises
    ------
    TableError
        It is no registration, or has been changed since it was written.
    """
    try:
        body = json.loads(text)
        registration = Registration(body["choices"], body["figures_sha256"], datetime.date.fromisoformat(body["written"]))
        right = body["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise TableError("a registered design", forvantat="ett registrerat upplägg", file=name)
    if body.get("sha256") != registration.checksum:
        raise TableError(
            "a registered design that nobody has changed: the checksum does not agree",
            forvantat="ett registrerat upplägg som ingen har ändrat: kontrollsumman stämmer inte",
            file=name,
        )
    return registration


@keyed()
def departures(
    registration: Registration, design: Design, *, confidence: float = 0.95, method: str = USUAL_METHOD
) -> tuple[str, ...]:
    """Names of the choices that differ; "written_after_start" when it came too late. Revised figures are no departure."""
    made = _choices(design, design.months_after, confidence)
    differ = [name for name in (*CHOICES, "confidence") if registration.choices.get(name) != made[name]]
    differ += ["method"] if registration.method != method else []
    return (*differ, *(() if registration.before_start else ("written_after_start",)))


def figures_revised(registration: Registration, design: Design) -> bool:
    """Whether the figures before the start, of the same areas and periods, are others than when it was written down."""
    made = _choices(design, design.months_after, 0.95)
    same = all(registration.choices.get(name) == made[name] for name in _SAME_FIGURES)
    return same and registration.figures != _figures(design)


def _choices(design: Design, months_after: int, confidence: float) -> dict[str, Any]:
    return {
        "name": design.name,
        "outcome": design.outcome,
        "kind": design.kind,
        "limits": None if design.limits is None else list(design.limits),
        "treated": sorted(design.areas),
        "areas": sorted(design.data.units),
        "first_period": str(design.data.periods[0]),
        "start": str(design.first_period),
        "exposure": design.exposure,
        "buffer": sorted(codes(design.buffer)),
        "sharing": sorted(codes(design.sharing)),
        "phase_in": design.phase_in,
        "assignment": str(design.assignment),
        "across_breaks": design.across_breaks,
        "least_a_month": LEAST_A_MONTH,
        "months_after": months_after,
        "confidence": confidence,
        "comparable": int(design.comparable.sum()),
    }


def _figures(design: Design) -> str:
    figures = np.ascontiguousarray(design.data.observed[:, design.before], dtype="<f8")
    return hashlib.sha256(_canonical(list(design.data.units)).encode() + figures.tobytes()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _first_month(period: str) -> str:
    """Of a period such as "2024-03", "2024Q2" or "2024"."""
    return str(pd.Period(period).start_time.date())[:7]
