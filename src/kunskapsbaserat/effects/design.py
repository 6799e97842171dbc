"""What is compared with what: the panel, the areas with the measure, its start, and the areas to compare with."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar, ParamSpec, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import catalogue
from kunskapsbaserat.effects.panel import Panel, panel_of
from kunskapsbaserat.effects.silent_periods import impossible_zeros
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.frames import in_pandas
from kunskapsbaserat.rates.checks import whole_number
from kunskapsbaserat.rates.keys import is_table
from kunskapsbaserat.rates.times import in_periods_of_time, length_of, period_of_text

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
P = ParamSpec("P")
R = TypeVar("R")

FEWEST_MONTHS_BEFORE = 24


class Assignment(StrEnum):
    """How the areas with the measure came to have it.

    Examples
    --------
    >>> from kunskapsbaserat.effects import Assignment
    >>> [str(way) for way in Assignment]
    ['chosen', 'after_bad_period', 'lot']
    >>> Assignment("lot") is Assignment.LOT  # a design takes either: Design(..., assignment="lot")
    True
    """

    CHOSEN = "chosen"  # by need, will or chance: the usual case
    AFTER_BAD_PERIOD = "after_bad_period"  # because the counts had risen
    LOT = "lot"  # drawn by lot


@dataclass(frozen=True, eq=False)
class Design:
    """An evaluation, decided before its result is seen.

    Parameters
    ----------
    panel : DataFrame
        One row per unit and period; a table of polars or arrow is taken too.
    outcome : str
        Column: events (whole numbers of 0 or more, missing allowed), or with `kind="share"` shares between 0 and 1, with
        `kind="index"` any numbers.
    unit, time : str
        Columns: area code; time, as pandas Period (months, quarters or years), text ("2024-03", "2024Q1", "2024"), whole
        numbers (202403, 2024) or the first days of the periods.
    treated : str or sequence of str
        The areas with the measure.
    start : str, int, Timestamp or Period
        First period with the measure: it must begin when a period of the panel does. A start after the panel's end is a
        plan: `check`, `power` and a registration can be made, `evaluate` waits for the figures.
    exposure : str, optional
        Column: person-time or population of the period. Without it each area's exposure is taken as constant.
    buffer : sequence of str
        Areas to which the measure may have spilled over: never compared with.
    sharing : sequence of str
        Other areas with the same or a similar measure: never compared with.
    phase_in : int
        Periods from the start on that are left out, because the measure was not yet in place.
    kind : {"events", "share", "index"}
        Of the outcome; an index is any number.
    limits : pair of str, optional
        With shares: the columns of the publisher's own 95 % limits.
    assignment : Assignment or str
        How the areas were chosen. Drawn by lot is design step 5.
    across_breaks : bool
        Allow a series break of the offence (a column ``offence`` of the panel, looked up in the catalogue) in the window.
    name : str
        Of the measure, for headings.

    Raises
    ------
    TableError
        A column is missing, a value is no count (or share), or a unit and period stands twice.
    DesignError
        An area with the measure is not in the panel, has no figures, or stands among those that share it or in its buffer; the
        start is no period, lies inside a period or outside the panel; fewer than 24 months before it; the phase-in leaves
        nothing; a series break.

    Examples
    --------
    Lighting in three of sixty simulated areas, whose events are halved from January 2024 on:

    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, check, evaluate
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> design = Design(panel, outcome="count", treated=treated, start="2024-01", name="Belysning")
    >>> design.areas, bool(check(design)["passed"].all())
    (('0160', '0319', '0563'), True)
    >>> print(evaluate(design).verdict)
    sakerstalld_minskning
    """

    panel: pd.DataFrame | Panel = field(repr=False)
    _: KW_ONLY
    outcome: str
    treated: str | Sequence[str]
    start: str | int | pd.Timestamp | pd.Period
    unit: str = "area"
    time: str = "period"
    exposure: str | None = None
    buffer: Sequence[str] | None = None
    sharing: Sequence[str] | None = None
    phase_in: int = 0
    kind: str = "events"
    limits: tuple[str, str] | None = None
    assignment: Assignment | str = Assignment.CHOSEN
    across_breaks: bool = False
    name: str = ""
    months_beyond: ClassVar[int] = 0  # of the table's months after the start, those that `within` leaves out

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        if not isinstance(self.panel, Panel):
            put("panel", in_periods_of_time(is_table(in_pandas(self.panel)), self.time))
        put("treated", codes(self.treated))
        put("buffer", codes(self.buffer))
        put("sharing", codes(self.sharing))
        if self.assignment not in list(Assignment):
            raise OptionError("assignment", self.assignment, [a.value for a in Assignment])
        put("assignment", Assignment(self.assignment))
        whole_number("phase_in", self.phase_in, 0)
        if self.limits is not None and (isinstance(self.limits, str) or len(self.limits) != 2):
            allowed, tillatna = ("two columns, such as ('lower', 'upper')",), ("två kolumner, till exempel ('lower', 'upper')",)
            raise OptionError("limits", self.limits, allowed, tillatna=tillatna)
        _check_areas(self)
        _check_window(self)
        _check_breaks(self)

    def _repr_html_(self) -> str:
        from kunskapsbaserat.effects.shown import design_html

        return design_html(self)

    def check(self) -> pd.DataFrame:
        """Everything that may spoil the comparison, a row each: see `effects.checks.check`."""
        from kunskapsbaserat.effects.checks import check

        return check(self)

    def within(self, months: int) -> Design:
        """The same design, in which nothing is looked at that lies more than so many months after the start and phase-in.

        Raises
        ------
        DesignError
            Not a whole number of the panel's periods.
        """
        per = self.data.months_per_period
        if months < per or months % per:
            raise DesignError(
                "no_whole_periods",
                f"{months} months are no whole number of periods",
                needed=f"a multiple of {per} months",
                svenska=f"{months} månader efter starten är inte hela perioder i tabellen.",
                behovs=f"Välj ett antal som går att dela med {per}.",
            )
        end = self.first + self.phase_in + months // per
        if end >= len(self.data.periods):
            return self
        within = at(self, start=self.first, end=end)
        object.__setattr__(within, "months_beyond", (len(self.data.periods) - end) * per)
        return within

    @functools.cached_property
    def data(self) -> Panel:
        """The panel as arrays."""
        if isinstance(self.panel, Panel):
            return self.panel
        return panel_of(
            self.panel,
            outcome=self.outcome,
            unit=self.unit,
            time=self.time,
            exposure=self.exposure,
            kind=self.kind,
            limits=self.limits,
        )

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas with the measure."""
        return codes(self.treated)

    @functools.cached_property
    def first(self) -> int:
        """Position of the first period with the measure."""
        return int((self.data.periods < self.first_period).sum())

    @property
    def first_period(self) -> pd.Period:
        """First period with the measure."""
        return period_of(self.start, self.data.periods)

    @functools.cached_property
    def before(self) -> Bools:
        """Periods before the start."""
        return np.arange(len(self.data.periods)) < self.first

    @functools.cached_property
    def after(self) -> Bools:
        """Periods after the start and the phase-in."""
        return np.arange(len(self.data.periods)) >= self.first + self.phase_in

    @functools.cached_property
    def rows(self) -> NDArray[np.intp]:
        """Rows of the areas with the measure."""
        return self.data.positions(self.areas)

    @functools.cached_property
    def silent(self) -> Bools:
        """Events: figures that cannot be zeros (see `silent_periods`); of the treated only those before the start.

        A treated area without an event after the start is looked at by `did`: that may be the answer.
        """
        if self.data.kind != "events":
            return np.zeros(self.data.observed.shape, dtype=bool)
        found = impossible_zeros(self.data.observed, np.nan_to_num(self.data.exposure))
        found[np.ix_(self.rows, ~self.before)] = False
        return found

    @functools.cached_property
    def usable(self) -> Bools:
        """Units whose figures (and limits, where they count) are complete in the periods used."""
        used = self.before | self.after
        figures = self.data.observed if self.data.errors is None else self.data.observed + self.data.errors
        return np.asarray(~(np.isnan(figures) | self.silent)[:, used].any(axis=1))

    @functools.cached_property
    def comparable(self) -> Bools:
        """Units that may be compared with: complete, without the measure, not sharing it, not in the buffer."""
        outside = [*self.areas, *codes(self.buffer), *codes(self.sharing)]
        return self.usable & ~np.isin(np.array(self.data.units), outside)

    @property
    def step(self) -> int:
        """Of the design ladder: 4 with comparison areas, 5 when the areas were drawn by lot."""
        return 5 if self.assignment is Assignment.LOT else 4

    @property
    def planned(self) -> bool:
        """Whether the start still lies after the panel's last period."""
        return self.first >= len(self.data.periods)

    @property
    def months_before(self) -> int:
        """Length of the time before the start."""
        return int(self.before.sum()) * self.data.months_per_period

    @property
    def months_after(self) -> int:
        """Length of the time after start and phase-in."""
        return int(self.after.sum()) * self.data.months_per_period


def for_design(function: Callable[P, R]) -> Callable[P, R]:
    """Say what a method on a `Design` wants when it is given a table, or anything else, in its place."""
    name = function.__name__

    @functools.wraps(function)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        given = args[0] if args else kwargs.get("design", _ABSENT)
        if given is not _ABSENT and not isinstance(given, Design):
            how = "Design(df, outcome='count', treated='2081', start='2024-01')"
            raise DesignError(
                "no_design",
                f"{name} wants a Design, got {type(given).__name__}",
                needed=f"say first what is compared with what: {name}({how})",
                svenska=f"{name} vill ha en Design, inte {type(given).__name__}: vem som fick åtgärden och när.",
                behovs=f"Skriv {name}({how}), med dina egna kolumner, områden och startdatum.",
            )
        return function(*args, **kwargs)

    return door


_ABSENT = object()


def ended(design: Design) -> Design:
    """The design itself, when there are figures after the start.

    Raises
    ------
    DesignError
        The start lies after the panel.
    """
    if design.planned:
        last = design.data.periods[-1]
        raise DesignError(
            "start_outside",
            f"the start {design.start} lies after the panel's last period {last}",
            needed="figures after the start; before that, use check and power",
            svenska=f"Starten {design.start} ligger efter tabellens sista period {last}.",
            behovs="Utvärdera när det finns tal efter starten. Innan dess går det att se hur stor effekt som skulle synas.",
        )
    return design


def codes(areas: str | Sequence[str] | None) -> tuple[str, ...]:
    """One area, several or none, as a tuple."""
    if areas is None:
        return ()
    return (str(areas),) if isinstance(areas, str | int) else tuple(dict.fromkeys(str(a) for a in areas))


def period_of(start: object, periods: pd.PeriodIndex, name: str = "start") -> pd.Period:
    """The period (of the panel's length) whose first moment is that of `start`, the value of the argument `name`."""
    moment = moment_of(start, periods, name, "starten" if name == "start" else name)
    inside = pd.Period(moment, freq=periods.freq)
    if inside.start_time != moment:
        raise DesignError(
            "start_inside_period",
            f"the {name} {start} lies inside the panel's period {inside}, which is not divided",
            needed=f"start='{inside}' with phase_in=1 to leave that part-period out, or start='{inside + 1}'",
            svenska=f"Starten {start} ligger inne i perioden {inside}, som tabellen inte delar upp.",
            behovs=f"Välj {inside} och låt införandet ta minst en period, som då inte räknas med, eller välj {inside + 1}.",
        )
    return inside


def moment_of(value: object, periods: pd.PeriodIndex, name: str, namn: str) -> pd.Timestamp:
    """The first moment of a period or date; `name` is its role, for the error."""
    try:
        text = str(value).strip()
        period = period_of_text(text) if length_of(text) in ("Y", "Q", "M") else pd.Period(text)
        moment = (value if isinstance(value, pd.Period) else period).start_time
    except (ValueError, TypeError, AttributeError):
        moment = pd.NaT
    if pd.isna(moment):
        raise DesignError(
            "unknown_period",
            f"{name}: {value!r} is no period",
            needed=f"such as '{periods[-1]}'",
            svenska=f"{namn.capitalize()} ”{value}” är ingen tidpunkt.",
            behovs=f"Skriv till exempel {periods[-1]}.",
        )
    return moment


def at(design: Design, *, start: int, end: int | None = None, **changes: Any) -> Design:
    """The same design with another start (a position), on the first `end` periods."""
    panel = design.data if end is None else design.data.until(end)
    return replace(design, panel=panel, start=panel.periods[start], **changes)


def _check_areas(design: Design) -> None:
    if not design.areas:
        raise OptionError("treated", design.treated, ("at least one area",), tillatna=("minst ett område",))
    for role, areas in (("sharing", codes(design.sharing)), ("buffer", codes(design.buffer))):
        both = sorted(set(areas) & set(design.areas))
        if both:
            raise DesignError(
                "treated_among_donors",
                f"{', '.join(both)} is both treated and in `{role}`",
                needed="an area has the measure or is compared with, never both",
                svenska=f"{', '.join(both)} står både som område med åtgärden och bland områden utan den.",
                behovs="Ett område har åtgärden eller jämförs med, aldrig båda.",
            )
    named = (*design.areas, *codes(design.buffer), *codes(design.sharing))
    unknown = [a for a in named if a not in design.data.units]
    if unknown:
        raise DesignError(
            "unknown_area",
            f"{', '.join(unknown)} not in the panel",
            needed=f"codes as text, such as {', '.join(design.data.units[:3])}",
            svenska=f"Området {', '.join(unknown)} finns inte i tabellen.",
            behovs=f"Skriv koder som text, till exempel {', '.join(design.data.units[:3])}.",
        )


def _check_window(design: Design) -> None:
    periods, start = design.data.periods, design.start
    if design.first == 0:
        raise DesignError(
            "start_outside",
            f"the start {start} lies before the panel ({periods[0]} to {periods[-1]})",
            needed="periods before the start",
            svenska=f"Starten {start} ligger före tabellen ({periods[0]} till {periods[-1]}).",
            behovs="Det behövs tal från tiden före starten.",
        )
    if not design.planned and not design.after.any():
        raise DesignError(
            "phase_in_too_long",
            f"the phase-in of {design.phase_in} periods leaves none after it",
            needed="a shorter phase-in or a longer panel",
            svenska=f"Införandet på {design.phase_in} perioder lämnar ingen tid efter sig.",
            behovs="Välj ett kortare införande eller vänta på fler tal.",
        )
    if design.months_before < FEWEST_MONTHS_BEFORE:
        raise DesignError(
            "too_short",
            f"{design.months_before} months before the start",
            needed=f"at least {FEWEST_MONTHS_BEFORE}; 36 or more when the measure followed a bad year",
            svenska=f"Det finns {design.months_before} månader före starten.",
            behovs=f"Det behövs minst {FEWEST_MONTHS_BEFORE}, och minst 36 om åtgärden kom efter ett dåligt år.",
        )
    holes = [a for a, row in zip(design.areas, design.rows, strict=True) if not design.usable[row]]
    if holes:
        raise DesignError(
            "missing_figures",
            f"figures are missing for treated {', '.join(holes)}{_since_when(design, holes[0])}",
            needed="complete figures in the window, or a shorter window",
            svenska=f"Tal saknas för {', '.join(holes)}, som har åtgärden{_sedan(design, holes[0])}.",
            behovs="Talen behöver vara hela under den tid som jämförs. Välj annars en kortare tid.",
        )


def _zeros_of(design: Design, area: str) -> tuple[pd.Period, pd.Period] | None:
    """First and last period in which the area's zeros cannot be true."""
    silent = np.flatnonzero(design.silent[design.data.positions((area,))[0]])
    return (design.data.periods[silent[0]], design.data.periods[silent[-1]]) if len(silent) else None


def _since_when(design: Design, area: str) -> str:
    span = _zeros_of(design, area)
    return "" if span is None else f" (its zeros from {span[0]} to {span[1]} cannot be true: did its register begin late?)"


def _sedan(design: Design, area: str) -> str:
    span = _zeros_of(design, area)
    return "" if span is None else f" (nollorna från {span[0]} till {span[1]} kan inte stämma: började registret senare?)"


def _check_breaks(design: Design) -> None:
    if design.across_breaks:
        return
    for first_good, offence in breaks_inside(design):
        name = " och ".join(facet.plural for facet in catalogue.offence(offence).facets.values())
        raise DesignError(
            "series_break",
            f"the series of {offence} breaks at {first_good}, inside the panel",
            needed="a window on one side of the break, or across_breaks=True if the break is the same for all areas",
            svenska=f"Talen för {name} går inte att jämföra över {first_good}, och det ligger inom den tid som jämförs.",
            behovs="Välj tid på ena sidan om brottet i serien.",
        )


def breaks_inside(design: Design) -> list[tuple[int, str]]:
    """First good year and offence of each series break within the window."""
    years = design.data.periods.year
    catalogued = {o.id for o in catalogue.offences()}
    breaks = [
        (b.first_good, name) for name in design.data.offences if name in catalogued for b in catalogue.offence(name).breaks
    ]
    return [(year, name) for year, name in breaks if years.min() < year <= years.max()]
