"""An analyst's own figures and tables as parts of the report, at the place of the cell: `figur` and `tabell`.

They are shown at once, as `plt.show` does, so that it does not matter where in the cell the call stands. What may not be
published is said in the cell, and the exporter says it again where the report is made.
"""

from __future__ import annotations

import hashlib
import html as markup
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from kunskapsbaserat.data.export import machine_csv
from kunskapsbaserat.disclosure import LogEntry, release
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.report.page import part_data
from kunskapsbaserat.report.page.blocks import PART_MIME, Block, Column, OwnFigure, Part, Section, Table
from kunskapsbaserat.report.page.own import asked, words
from kunskapsbaserat.swedish import plain

OWN_MIME = "application/vnd.kunskapsbaserat.eget+json"
ID = "egenx0"  # stands where the exporter puts which of the page's own things this is, and a notebook a name of its own
MAX_BYTES = 100_000
ROWS_ON_PAGE = 40


@dataclass(frozen=True, slots=True, repr=False)
class OwnPart:
    """An own figure or table that may be published: the part, and what goes beside the page."""

    part: Part
    kind: str
    heading: str
    source: str
    tables: Mapping[str, str]
    log: Sequence[LogEntry]
    hidden: int = 0

    def __repr__(self) -> str:
        return f"OwnPart({self.kind!r}, {self.heading!r})"

    def _repr_mimebundle_(self, **_asked: object) -> dict[str, Any]:
        text = self.part.to_html()
        # Two figures in one notebook must not share ids: the one would be cut to the other's frame.
        name = f"egen-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        about = {
            "name": name,
            "kind": self.kind,
            "heading": self.heading,
            "source": self.source,
            "tables": dict(self.tables),
            "log": [asdict(entry) for entry in self.log],
            "hidden": self.hidden,
        }
        return {"text/html": text.replace(ID, name), PART_MIME: part_data.bundle(self.part), OWN_MIME: about}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not published, why, and what to write instead: seen in the cell, and said by the exporter."""

    what: str
    reasons: Sequence[str]
    kind: str = "left_out"
    call: str = field(default="")

    def __str__(self) -> str:
        return words.left_out(self.what, " ".join(self.reasons))

    def _repr_mimebundle_(self, **_asked: object) -> dict[str, Any]:
        return notice(str(self))


def notice(text: str) -> dict[str, Any]:
    """An output that says what is left out; it is no part of the report."""
    look = "border:3px solid #b3261e;background:#fff;color:#1b2429;padding:.6em .9em"
    box = f'<div role="note" style="{look}">{markup.escape(text)}</div>'
    return {"text/plain": text, "text/html": box, OWN_MIME: {"kind": "left_out", "text": text}}


def figur(fig_or_ax: object, *, alt: str, kalla: str, rubrik: str | None = None, niva: str | None = None) -> None:
    """Put a figure of Matplotlib or seaborn into the report, at the place of the cell.

    The gate reads what is drawn: a number of 1-4 that may be persons, and anything that looks like personal data, keeps the
    figure out, and the cell says why. The figure's numbers become a table beside it and a file.

    Parameters
    ----------
    fig_or_ax : Figure, Axes, array of Axes, or a grid of seaborn's
        What is shown.
    alt : str
        What it shows, in a sentence, for those who do not see it.
    kalla : str
        Where the figures come from; printed under the figure.
    rubrik : str, optional
        The section's heading; default the figure's own title.
    niva : {"kommun", "lan", "riket"}, optional
        Said when the numbers are of whole kommuner, län or the country and Brå, SCB or Kolada (named in `kalla`) has published
        them: then numbers of 1-4 are known already and may stand.

    Raises
    ------
    OptionError
        `alt` or `kalla` says nothing, or it is no figure.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import matplotlib.pyplot as plt
    >>> fig, ax = plt.subplots()
    >>> _ = ax.bar(["2023", "2024"], [41, 35])
    >>> _ = ax.set_ylabel("Anmälda cykelstölder")
    >>> figur(ax, alt="Anmälda cykelstölder gick från 41 till 35.", kalla="kommunens egen räkning")
    OwnPart('figur', 'Egen figur')
    """
    _show(own_figure(fig_or_ax, alt=alt, kalla=kalla, rubrik=rubrik, niva=niva))


def tabell(df: object, *, rubrik: str, kalla: str, niva: str | None = None) -> None:
    """Put a table into the report, at the place of the cell.

    Small counts are hidden, with what they could be computed from. What a column counts is read from its head, or from
    `rubrik`: "Per 1 000 invånare" and "Andel, %" count nobody.

    Parameters
    ----------
    df : DataFrame, Series, or what becomes one
        At most 60 rows and 12 columns.
    rubrik : str
        What the table shows.
    kalla, niva
        See `figur`.

    Raises
    ------
    OptionError, TableError
        `rubrik` or `kalla` says nothing, or it is no table.

    Examples
    --------
    >>> tabell(pd.DataFrame({"Område": ["Norr", "Söder"], "Antal": [3, 20]}), rubrik="Bränder 2024", kalla="räddningstjänsten")
    OwnPart('tabell', 'Bränder 2024')
    """
    _show(own_table(df, rubrik=rubrik, kalla=kalla, niva=niva))


def own_figure(
    fig_or_ax: object, *, alt: str, kalla: str, rubrik: str | None = None, niva: str | None = None
) -> OwnPart | LeftOut:
    """What `figur` shows: the figure as a part of the report, or why it is none. The figure is closed."""
    from matplotlib import pyplot as plt

    from kunskapsbaserat.report.page.own import artists, gate, picture

    said, source = asked.description(alt), asked.source(kalla)
    title = asked.heading(rubrik, required=False)
    figure = _figure_of(fig_or_ax)
    known = asked.is_known(niva, source)
    try:
        shown = artists.read(figure)
        reasons = gate.about_figure(shown, known=known) + gate.about_words([said, source, title], words.FIGURE)
        if not (shown.points or shown.pies or shown.words):
            reasons = [words.EMPTY_FIGURE]
        if reasons:
            return LeftOut(words.FIGURE, list(dict.fromkeys(reasons)))
        heading = title or shown.title or words.FIGURE
        with picture.without_title(figure, heading):
            drawing = picture.drawing(figure, ID)
    except picture.NotDrawable:
        return LeftOut(words.FIGURE, [words.RASTER])
    finally:
        plt.close(figure)  # else the notebook shows, and keeps, the figure beside its part
    if len(drawing.body) > MAX_BYTES:
        return LeftOut(words.FIGURE, [words.too_large(len(drawing.body), MAX_BYTES)])
    table = _numbers(shown, heading, source, known=known)
    block = OwnFigure(f"{ID}-bild", drawing, said, words.source(source), table)
    return _part([block], "figur", heading, source, [table] if table else [])


def own_table(df: object, *, rubrik: str, kalla: str, niva: str | None = None) -> OwnPart | LeftOut:
    """What `tabell` shows: the table as a part of the report, or why it is none."""
    from kunskapsbaserat.report.page.own import frame

    heading, source = asked.heading(rubrik, required=True), asked.source(kalla)
    known = asked.is_known(niva, source)
    judged = frame.judge(frame.frame_of(df), rubrik=heading, source=words.source(source), name=ID, known=known)
    if judged.table is None:
        return LeftOut(words.TABLE, list(judged.reasons))
    return _part([judged.table], "tabell", heading, source, [judged.table], hidden=judged.hidden)


def _part(
    blocks: Sequence[Block], kind: str, heading: str, source: str, tables: Sequence[Table], *, hidden: int = 0
) -> OwnPart:
    section = Section(ID, words.TOPIC, heading, blocks)
    released = [one for table in tables for one in table.released]
    files = {one.name: machine_csv(one.frame) for one in released}
    log = [entry for one in released for entry in one.log]
    return OwnPart(Part(ID, "", [section]), kind, heading, source, files, log, hidden)


def _figure_of(drawn: Any) -> Any:
    """The Figure of whatever a call of Matplotlib, seaborn or pandas gave back.

    Raises
    ------
    OptionError
        It is none.
    """
    from matplotlib.figure import Figure

    seen = drawn
    for _ in range(3):  # an array of arrays of Axes; a grid; an Axes of a subfigure
        if isinstance(seen, Figure):
            return seen
        if hasattr(seen, "ravel") or isinstance(seen, (list, tuple)):
            flat = list(seen.ravel()) if hasattr(seen, "ravel") else list(seen)
            seen = flat[0] if flat else None
        else:
            get = getattr(seen, "get_figure", None)
            seen = get(root=True) if get is not None else getattr(seen, "figure", None)
    if isinstance(seen, Figure):
        return seen
    raise OptionError("figur", type(drawn).__name__, ("a Matplotlib figure or Axes",), tillatna=(words.NOT_DRAWN,))


def _numbers(shown: Any, heading: str, source: str, *, known: bool) -> Table | None:
    """The numbers of a figure as a table, for those who do not see it and those who want to go on counting."""
    from kunskapsbaserat.report.page.own.frame import log_of

    pie = [(label, f"{i}", share * 100, "Andel, %") for p in shown.pies for i, (label, share) in enumerate(_labelled(p), 1)]
    lines = [(p.series, p.place, p.value, p.axis) for p in shown.points] + pie
    if not lines:
        return None
    frame = pd.DataFrame(lines, columns=["serie", "lage", "varde", "axel"]).drop_duplicates(ignore_index=True)
    frame["varde"] = frame["varde"].round(6).convert_dtypes()  # whole numbers as such
    passed = release(frame, name=ID, contents="description", sources=["egen"])
    from dataclasses import replace

    released = replace(passed, frame=passed.frame.drop(columns="suppressed"), log=log_of(ID, 0, known=known))
    first = frame.head(ROWS_ON_PAGE)
    heads = [h for h in ("serie", "lage", "varde", "axel") if h == "varde" or first[h].astype(bool).any()]
    named = {"serie": words.SERIES, "lage": words.PLACE, "varde": words.VALUE, "axel": words.AXIS}
    rows = [[plain(line[h]) if h == "varde" else line[h] for h in heads] for line in first.to_dict("records")]
    note = words.numbers_beside(ID) if len(first) == len(frame) else words.first_of(len(first), len(frame), ID)
    return Table(
        words.CAPTION,
        [Column(named[h], right=h == "varde" and at > 0) for at, h in enumerate(heads)],
        rows,
        [released],
        scope_line=heading,
        source=f"{words.source(source)} {note}",
    )


def _labelled(pie: Any) -> list[tuple[str, float]]:
    return list(zip(pie.labels, pie.shares, strict=True))


def _show(made: OwnPart | LeftOut) -> None:
    """In a notebook under the cell, elsewhere in a line."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    if InteractiveShell.initialized():
        display(made)
    else:
        print(made)
