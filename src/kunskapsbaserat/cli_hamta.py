"""What ``kunskap hamta`` does: choose kommuner and folders, fetch, and say what came, what did not and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kunskapsbaserat import cli_rapport
from kunskapsbaserat.cli_rapport import WrongChoice
from kunskapsbaserat.errors import FetchError, FileError

if TYPE_CHECKING:
    from kunskapsbaserat.data.fetch.measures import Judged
    from kunskapsbaserat.data.fetch.run import Came, Summary
    from kunskapsbaserat.kommun import Kommun


def fetch(
    words: Sequence[str], *, mapp: Path | None, alla: bool, lan: str | None, riket: bool, offline: bool, prova: bool
) -> int:
    """Fetch for the kommuner that are named; the exit code is 0 when what the first page needs has come for each."""
    if prova:
        if words or mapp or alla or lan or riket or offline:
            raise WrongChoice("--prova står ensamt: det frågar varje tjänst en gång och ändrar ingenting.")
        return _probe()
    from kunskapsbaserat.data.fetch import run
    from kunskapsbaserat.data.folder import layout

    places, parent = _places(words, mapp, alla=alla, lan=lan)
    store = (parent if parent is not None else next(iter(places.values()))) / layout.STORE
    for place, folder in places.items():
        _ready(folder, place)
    with _progress() as told:
        summary = run.fetch(places, store, riket=riket, offline=offline, told=told)
    for line in summary_lines(summary):
        click.echo(line)
    return 0 if summary.enough else FetchError.exit_code


def _places(words: Sequence[str], mapp: Path | None, *, alla: bool, lan: str | None) -> tuple[dict[Kommun, Path], Path | None]:
    """The kommuner with their folders, and the folder that holds them all when they are more than one."""
    from kunskapsbaserat import kommun as kommuner

    if sum([alla, lan is not None, bool(words)]) > 1:
        raise WrongChoice("Välj kommuner på ett sätt: med namn, med --lan eller med --alla.")
    if alla or lan is not None:
        places = kommuner.all_kommuner() if lan is None else kommuner.in_lan(cli_rapport.lan_code(lan))
        parent = mapp or Path()
        return {place: parent / place.slug for place in places}, parent
    if not words:
        raise WrongChoice("KOMMUN saknas. Exempel: kunskap hamta Köping.")
    place, folder = cli_rapport.place_and_folder(words)
    if mapp is not None and folder != Path(place.slug):
        raise WrongChoice("Mappen står två gånger. Skriv den en gång, efter kommunen eller efter --mapp.")
    return {place: mapp or folder}, None


def _ready(folder: Path, place: Kommun) -> None:
    """The kommun's folder, made with its texts and workbooks where there is none."""
    from kunskapsbaserat.data.folder import SETTINGS, kommun_of
    from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

    if not (folder / SETTINGS).exists():
        new_folder(folder, place)
        click.echo(f"Mappen {folder} är ny: kommunens egna texter och filer läggs i den.", err=True)
    elif (owner := kommun_of(folder)) != place:
        raise FileError("other_kommun", folder, f"belongs to {owner.name}", f"är mapp för {owner.name}, inte för {place.name}.")


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line with the source and what is asked for; nothing where nobody watches."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda _purpose: None
        return
    columns = (SpinnerColumn(), TextColumn("fråga {task.completed:.0f}. {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda purpose: bar.update(task, advance=1, description=purpose)


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
        name = f'"{one.place.name}"' if " " in one.place.name else one.place.name
        lines += [f"Skrev {path}" for path in one.files]
        lines.append(f"Nästa steg: kunskap rapport lagesbild {name} --data {_shell(one.folder)}")
    else:
        lines.append(
            f"{sum(bool(one.files) for one in summary.placed)} av {len(summary.placed)} kommuner har fått sina siffror."
        )
    if lacking := [one.place.name for one in summary.placed if not one.has_total]:
        more = f" och {len(lacking) - 5} till" if len(lacking) > 5 else ""
        lines.append(f"SAKNAS det som första sidan behöver, alla anmälda brott, för {', '.join(lacking[:5])}{more}.")
    return lines


def _about_service(came: Came) -> str:
    from kunskapsbaserat.data.fetch.wanted import FEW

    calls = f", {came.calls} frågor" if came.calls else ""
    if not came.asked:
        return f"{came.name}: hämtas bara för högst {FEW} kommuner åt gången, en fråga för varje."
    if came.error is None:
        return f"{came.name}: från {came.retrieved}{calls}."
    by_hand = f" {came.by_hand}" if came.by_hand else ""
    if came.retrieved is None:
        return f"SAKNAS {came.error.svenska}{by_hand}"
    return f"OBS {came.error.svenska} Det som kom {came.retrieved} används.{by_hand}"


def _about_measures(judged: Sequence[Judged]) -> list[str]:
    """What may stand for Brå's figures, and what may not with the reason."""
    same = [j for j in judged if j.stands_for]
    compared = sum(j.agreement.compared for j in same if j.agreement)
    lines = [f"{len(same)} av {len(judged)} mått är Brås: {compared} kända tal är desamma."] if judged else []
    lines += [f"{j.title}: {j.rates_only} tal går inte att räkna om till antal." for j in same if j.rates_only]
    return lines + [f"{j.title or j.kpi} används inte som Brås: {j.reason}." for j in judged if not j.stands_for]


def _shell(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)


def _probe() -> int:
    """Ask each service once and say what answered; nothing is written."""
    from kunskapsbaserat.data.fetch import probe

    answers = probe.every_service()
    for answer in answers:
        click.echo(f"{answer.name}, {answer.address}")
        for text in answer.lines:
            click.echo(f"  {text}")
    click.echo("Inget är sparat och inget är ändrat.", err=True)
    return 0 if all(answer.expected for answer in answers) else FetchError.exit_code
