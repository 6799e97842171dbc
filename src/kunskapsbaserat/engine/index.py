"""The index page over a batch: län and their kommuner by name, with links. Nothing is compared, nothing ranked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kunskapsbaserat import __version__, interruption
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.engine.batch import Outcome
from kunskapsbaserat.engine.placing import PAGE
from kunskapsbaserat.lan import Lan, kind_of
from kunskapsbaserat.report import documents
from kunskapsbaserat.report.page import html
from kunskapsbaserat.report.page import list_words as texts

INDEX = "index.html"


def write_index(out: Path, outcomes: Sequence[Outcome]) -> Path:
    """Write ``index.html`` into the folder of all reports.

    The links are relative, so the folder can be moved or served as it is. The same outcomes give the same bytes.

    Parameters
    ----------
    out : Path
        The folder of all reports.
    outcomes : sequence of Outcome
        From `render_many`.

    Returns
    -------
    Path

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Outcome, Wanted, write_index
    >>> out = tempfile.TemporaryDirectory()
    >>> wanted = Wanted("lagesbild", kommun.get("Köping"))
    >>> made = Outcome(wanted, "done", Path(out.name) / wanted.place, Path(out.name) / "koping.log")
    >>> page = write_index(Path(out.name), [made])
    >>> page.name, "Köping" in page.read_text(encoding="utf-8")
    ('index.html', True)
    >>> out.cleanup()
    """
    page = html.list_page(
        title=texts.title(*_numbers(outcomes)),
        lead=texts.lead(
            places=texts.places(*_numbers(outcomes)),
            done=sum(o.status != "failed" for o in outcomes),
            failed=sum(o.status == "failed" for o in outcomes),
        ),
        groups=_groups(outcomes),
        made_with=texts.made_with(__version__),
    )
    path = out / INDEX
    with interruption.held():
        replace_file(path, page.encode("utf-8"))
    return path


def _numbers(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """How many kommuner and how many län there are reports about."""
    subjects = {o.wanted.subject for o in outcomes}
    several = sum(isinstance(subject, Lan) for subject in subjects)
    return len(subjects) - several, several


def _groups(outcomes: Sequence[Outcome]) -> list[html.ListGroup]:
    """Each län with its kommuner, in alphabetical order; what is about the whole län stands first."""
    groups = []
    places = {o.wanted.subject for o in outcomes}
    for lan in sorted({k.lan for k in places}, key=kommuner.sort_key):
        entries = []
        for place in sorted(
            (k for k in places if k.lan == lan), key=lambda k: (kind_of(k) != "lan", kommuner.sort_key(k.name))
        ):
            mine = [o for o in outcomes if o.wanted.subject == place]
            links = [link for o in mine for link in _links(o)]
            entries.append((place.name, links))
        groups.append(html.ListGroup(lan, entries))
    return groups


def _links(outcome: Outcome) -> list[html.ListLink]:
    """The report, and the pages beside it that the list has words for."""
    title = " ".join([documents.title(outcome.wanted.template), *filter(None, [outcome.wanted.division])])
    place = outcome.wanted.place.as_posix()
    beside = [(name, words) for name, words in texts.BESIDE.items() if (outcome.folder / name).is_file()]
    return [
        html.ListLink(title, _address(outcome), _note(outcome)),
        *(html.ListLink(f"{title}, {words}", f"{place}/{name}") for name, words in beside),
    ]


def _address(outcome: Outcome) -> str | None:
    """The report's place below the index, also of an older one that a failure has left; None when there is no report."""
    return f"{outcome.wanted.place.as_posix()}/{PAGE}" if outcome.page.is_file() else None


def _note(outcome: Outcome) -> str:
    if outcome.failure is None:
        return ""
    return texts.failed(outcome.failure.cell, older=outcome.page.is_file())
