"""Fetch the figures of some kommuner into their folders: what the command and the button do, and what they say afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kunskapsbaserat.errors import FileError
from kunskapsbaserat.swedish import listed, quoted

if TYPE_CHECKING:
    from kunskapsbaserat.data.fetch.measures import Judged
    from kunskapsbaserat.data.fetch.run import Came, Summary
    from kunskapsbaserat.kommun import Kommun

_NAMED = 5


def homes(places: Sequence[Kommun], folder: Path | None, *, many: bool) -> tuple[dict[Kommun, Path], Path | None]:
    """The folder of each kommun, and the one that holds them all when there may be many.

    Parameters
    ----------
    places : sequence of Kommun
        The kommuner.
    folder : Path, optional
        The folder that was named: the kommun's own, or with `many` the one above; default ``<code>-<name>`` here.
    many : bool
        A folder for each, below the one that was named.
    """
    if many:
        parent = folder or Path()
        return {place: parent / place.slug for place in places}, parent
    return {place: folder or Path(place.slug) for place in places}, None


def fetch(
    places: Mapping[Kommun, Path],
    parent: Path | None = None,
    *,
    riket: bool = False,
    offline: bool = False,
    told: Callable[[str], None] = lambda _: None,
    made: Callable[[Path], None] = lambda _: None,
) -> Summary:
    """Fetch for some kommuner; a folder that is missing is made, with its texts and workbooks.

    Parameters
    ----------
    places : mapping of Kommun to Path
        The kommuner and their folders.
    parent : Path, optional
        The folder that holds them, and the store of what is fetched; default the first kommun's own.
    riket, offline, told
        As `data.fetch.run.fetch`.
    made
        Hears of each folder that was made.

    Raises
    ------
    FileError, FileLocked
        A folder belongs to another kommun, or cannot be written.
    """
    from kunskapsbaserat.data.fetch import run
    from kunskapsbaserat.data.folder import layout

    store = (parent if parent is not None else next(iter(places.values()))) / layout.STORE
    for place, folder in places.items():
        if _ready(folder, place):
            made(folder)
    return run.fetch(places, store, riket=riket, offline=offline, told=told)


def _ready(folder: Path, place: Kommun) -> bool:
    """Make the kommun's folder where there is none; True when it is new."""
    from kunskapsbaserat.data.folder import SETTINGS, kommun_of
    from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

    if not (folder / SETTINGS).exists():
        new_folder(folder, place)
        return True
    if (owner := kommun_of(folder)) != place:
        raise FileError("other_kommun", folder, f"belongs to {owner.name}", f"är mapp för {owner.name}, inte för {place.name}.")
    return False


def summary_lines(summary: Summary) -> list[str]:
    """What came, what did not and what to do, in Swedish, a line each."""
    lines = [_about_service(came) for came in summary.services]
    lines += [f"  {text}" for text in _about_measures(summary.judged)]
    lines += [f"OBS {text}" for text in summary.said]
    if summary.people_differ:
        lines.append(f"OBS Kolada och SCB har olika folkmängd i {summary.people_differ} fall. Koladas används, som i Brås tal.")
    if revised := sum(one.revised for one in summary.placed):
        where = "revideringar.csv i kommunens mapp" if len(summary.placed) == 1 else "revideringar.csv i kommunernas mappar"
        lines.append(f"{revised} tal har ändrats av källan sedan förra gången; de står i {where}.")
    if len(summary.placed) == 1:
        one = summary.placed[0]
        lines += [f"Skrev {path}" for path in one.files]
        lines.append(f"Nästa steg: kunskap rapport lagesbild {quoted(one.place.name)} --data {quoted(one.folder)}")
    else:
        lines.append(
            f"{sum(bool(one.files) for one in summary.placed)} av {len(summary.placed)} kommuner har fått sina siffror."
        )
    if lacking := [one.place for one in summary.placed if not one.has_total]:
        lines.append(f"SAKNAS det som första sidan behöver, alla anmälda brott, för {_names(lacking)}.")
    return lines


def _about_service(came: Came) -> str:
    from kunskapsbaserat.data.fetch.wanted import MOST_ONE_BY_ONE

    calls = f", {came.calls} {'fråga' if came.calls == 1 else 'frågor'}" if came.calls else ""
    if not came.asked:
        return f"{came.name}: hämtas bara för högst {MOST_ONE_BY_ONE} kommuner åt gången, en fråga för varje."
    by_hand = f" {came.by_hand}" if came.by_hand else ""
    lacking = f" SAKNAS för {_names(came.lacking)}: {next(iter(came.lacking.values())).svenska}" if came.lacking else ""
    if came.error is None:
        return f"{came.name}: från {came.retrieved}{calls}.{lacking}{by_hand if lacking else ''}"
    if came.retrieved is None:
        return f"SAKNAS {came.error.svenska}{by_hand}"
    return f"OBS {came.error.svenska} Det som kom {came.retrieved} används.{lacking}{by_hand}"


def _names(places: Iterable[Kommun]) -> str:
    """The first of them by name, and how many more there are."""
    names = [place.name for place in places]
    return listed(names) if len(names) <= _NAMED else f"{', '.join(names[:_NAMED])} och {len(names) - _NAMED} till"


def _about_measures(judged: Sequence[Judged]) -> list[str]:
    """What may stand for Brå's figures, and what may not with the reason."""
    same = [j for j in judged if j.stands_for]
    compared = sum(j.agreement.compared for j in same if j.agreement)
    lines = [f"{len(same)} av {len(judged)} mått är Brås: {compared} kända tal är desamma."] if judged else []
    lines += [f"{j.title}: {j.rates_only} tal går inte att räkna om till antal." for j in same if j.rates_only]
    return lines + [f"{j.title or j.kpi} används inte som Brås: {j.reason}." for j in judged if not j.stands_for]
