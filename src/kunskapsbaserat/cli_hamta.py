"""What ``kunskap hamta`` does: choose kommuner and folders, fetch, and say what came, what did not and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kunskapsbaserat import cli_rapport
from kunskapsbaserat.cli_rapport import WrongChoice
from kunskapsbaserat.engine import fetching
from kunskapsbaserat.errors import FetchError

if TYPE_CHECKING:
    from kunskapsbaserat.kommun import Kommun


def fetch(
    words: Sequence[str], *, mapp: Path | None, alla: bool, lan: str | None, riket: bool, offline: bool, prova: bool
) -> int:
    """Fetch for the kommuner that are named; the exit code is 0 when what the first page needs has come for each."""
    if prova:
        if words or mapp or alla or lan or riket or offline:
            raise WrongChoice("--prova står ensamt: det frågar varje tjänst en gång och ändrar ingenting.")
        return _probe()
    places, parent = _places(words, mapp, alla=alla, lan=lan)
    with _progress() as told:
        summary = fetching.fetch(places, parent, riket=riket, offline=offline, told=told, made=_say_new)
    for line in fetching.summary_lines(summary):
        click.echo(line)
    return 0 if summary.enough else FetchError.exit_code


def _places(words: Sequence[str], mapp: Path | None, *, alla: bool, lan: str | None) -> tuple[dict[Kommun, Path], Path | None]:
    """The kommuner with their folders, and the folder that holds them all when they are more than one."""
    from kunskapsbaserat import kommun as kommuner
    from kunskapsbaserat import lan as subjects

    if sum([alla, lan is not None, bool(words)]) > 1:
        raise WrongChoice("Välj kommuner på ett sätt: med namn, med --lan eller med --alla.")
    if alla or lan is not None:
        places = kommuner.all_kommuner() if lan is None else kommuner.in_lan(subjects.get(lan).code)
        return fetching.homes(places, mapp, many=True)
    if not words:
        raise WrongChoice("KOMMUN saknas. Exempel: kunskap hamta Köping.")
    place, folder = cli_rapport.place_and_folder(words)
    if mapp is not None and folder != Path(place.slug):
        raise WrongChoice("Mappen står två gånger. Skriv den en gång, efter kommunen eller efter --mapp.")
    return fetching.homes([place], mapp or folder, many=False)


def _say_new(folder: Path) -> None:
    click.echo(f"Mappen {folder} är ny: kommunens egna texter och filer läggs i den.", err=True)


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
