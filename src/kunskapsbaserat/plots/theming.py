"""The house's look for Matplotlib and seaborn: colours and grammar of the reports, light and dark."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kunskapsbaserat.colours import PALETTE, SERIES
from kunskapsbaserat.errors import OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MODES = ("light", "dark")
DASHES: tuple[Any, ...] = ("", (4, 1.5), (1, 1), (5, 1, 1, 1), (7, 2), (2, 1, 1, 1, 1, 1))
MARKERS = ("o", "s", "^", "D", "v", "P")
_DARKER_THAN = 0.2  # relative luminance of a background on which the dark look is used


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one mode, by their names in the palette."""

    mode: str

    def __getitem__(self, name: str) -> str:
        colour: str = _COLOURS[self.mode][name]
        return colour

    @property
    def series(self) -> list[str]:
        """For series beside each other, the first being the kommun's own."""
        return [getattr(colour, self.mode) for colour in SERIES]


_COLOURS = {mode: {c.name: getattr(c, mode) for c in (*PALETTE, *SERIES)} for mode in MODES}


class Theme:
    """What `theme` has put: leave it with ``with``, or keep it for the whole notebook."""

    def __init__(self, settings: Any) -> None:
        import matplotlib as mpl

        self._before = {name: mpl.rcParams[name] for name in settings}
        mpl.rcParams.update(settings)

    def __enter__(self) -> Theme:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        import matplotlib as mpl

        mpl.rcParams.update(self._before)


def theme(mode: str = "light") -> Theme:
    """Let Matplotlib and seaborn draw as the reports do, from now on or inside a ``with``.

    The colours are told apart also by those who see two of three. Nothing is changed until it is called: `import
    kunskapsbaserat` touches no settings.

    Parameters
    ----------
    mode : {"light", "dark"}
        For a light or a dark page.

    Returns
    -------
    Theme
        A context manager, which puts back what was before.

    Raises
    ------
    OptionError
        Another mode.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> from kunskapsbaserat import plots
    >>> before = mpl.rcParams["axes.facecolor"]
    >>> with plots.theme("dark"):
    ...     mpl.rcParams["axes.facecolor"]
    '#14191c'
    >>> mpl.rcParams["axes.facecolor"] == before
    True
    """
    return Theme(settings(mode))


def settings(mode: str = "light") -> Any:
    """What `theme` sets, by Matplotlib's names (which are its type checker's keys)."""
    if mode not in MODES:
        raise OptionError("mode", mode, MODES)
    import seaborn as sns
    from cycler import cycler

    look = Look(mode)
    colours = {
        **dict.fromkeys(("figure.facecolor", "axes.facecolor", "patch.edgecolor", "boxplot.flierprops.color"), look["bg"]),
        **dict.fromkeys(("text.color", "axes.titlecolor", "legend.labelcolor"), look["ink"]),
        **dict.fromkeys(("axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"), look["ink2"]),
        **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), look["line"]),
        "grid.color": look["hair"],
        "lines.markeredgecolor": "auto",
    }
    grammar = {
        "axes.prop_cycle": cycler(color=look.series),
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "ytick.left": False,
        "grid.linewidth": 0.8,
        "legend.frameon": False,
        "figure.constrained_layout.use": True,
        "figure.figsize": (8.0, 4.4),
        "font.family": ["sans-serif"],
        "font.sans-serif": ["DejaVu Sans"],  # Matplotlib's own: the same on every machine
    }
    sizes = {
        **dict.fromkeys(("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize"), 10.0),
        "axes.titlesize": 12.0,
        "axes.linewidth": 1.0,
        "lines.linewidth": 1.8,
        "lines.markersize": 5.0,
        "patch.linewidth": 0.6,
    }
    base = sns.axes_style("ticks") | sns.plotting_context("notebook")
    return {**base, **colours, **grammar, **sizes}


def colours(mode: str = "light") -> list[str]:
    """The colours of series beside each other, for seaborn's `palette`.

    >>> colours()[:2]
    ['#00518a', '#df760d']
    """
    if mode not in MODES:
        raise OptionError("mode", mode, MODES)
    return Look(mode).series


@contextlib.contextmanager
def dressed_in(chosen: Any) -> Iterator[None]:
    """Matplotlib's settings with those chosen; only they are put back.

    Its own `rc_context` puts back all: also what the first figure of a notebook sets so that the ones after it are shown.
    """
    import matplotlib as mpl

    before = {name: mpl.rcParams[name] for name in chosen}
    try:
        mpl.rcParams.update(chosen)
        yield
    finally:
        mpl.rcParams.update(before)


@contextlib.contextmanager
def canvas(ax: Axes | None, *, size: tuple[float, float] | None = None) -> Iterator[tuple[Axes, Look]]:
    """The given axes or those of a new figure, and the look that suits their background; settings are put back after."""
    import matplotlib.pyplot as plt

    mode = mode_of_settings() if ax is None else mode_of(ax)
    with dressed_in(settings(mode)):
        if ax is None:
            ax = plt.subplots(figsize=size)[1]
        yield ax, Look(mode)


def mode_of_settings() -> str:
    """The look that suits a new figure."""
    import matplotlib as mpl

    return _mode_of(mpl.rcParams["axes.facecolor"])


def mode_of(ax: Axes) -> str:
    """By what lies behind the axes: their own colour, else the figure's."""
    from matplotlib.colors import to_rgba

    own = to_rgba(ax.get_facecolor())
    return _mode_of(own if own[3] > 0.5 else ax.figure.get_facecolor())


def _mode_of(colour: Any) -> str:
    from matplotlib.colors import to_rgba

    red, green, blue, alpha = to_rgba(colour)
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "dark" if alpha > 0.5 and luminance < _DARKER_THAN else "light"
