"""What ``kunskap rapport`` does: choose, run, show how it goes, and tell how it went."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kunskapsbaserat.errors import FileError, OptionError, RenderError, UnknownKommun

if TYPE_CHECKING:
    from kunskapsbaserat.data.folder import Package
    from kunskapsbaserat.engine import Executor, Folder, Outcome, Share, Wanted
    from kunskapsbaserat.kommun import Kommun
    from kunskapsbaserat.lan import Kind, Lan, Subject

_S = TypeVar("_S")


class WrongChoice(click.UsageError):
    """A wrong combination of words and options; its message is Swedish already."""


def render(
    words: Sequence[str],
    *,
    alla: bool,
    lan: str | None,
    ut: str,
    data: str | None,
    arbetare: int | None,
    fortsatt: bool,
    tid: float,
    as_json: bool,
    dask: str | None,
    notebook: Path | None,
    lita: bool,
    word: bool,
    pdf: bool,
    skola: str | None,
    namnd: str | None,
    del_: str | None,
    **asked: str | None,
) -> int:
    """Make the reports; the exit code is 0 only when all were made. `asked` are parameters of the notebooks that take them."""
    from kunskapsbaserat import engine

    templates, named = _templates(words, notebook, trusted=lita)
    if named and not (dask or notebook):
        _start_early(templates, named, folder=data is not None)
    formats = ("word",) * word + ("pdf",) * pdf
    divisions = {name: said for name, said in (("skola", skola), ("namnd", namnd)) if said is not None}
    share = None if del_ is None else engine.Share.of(del_)
    with ExitStack() as stack:
        target = stack.enter_context(engine.folder(ut))
        source = None if data is None else stack.enter_context(engine.folder(data))
        if source is not None:
            source.fetch()
        chosen = choose(
            templates,
            named,
            alla=alla,
            lan=lan,
            data=None if source is None else source.here,
            notebook=notebook,
            divisions=divisions,
            parameters=asked,
        )
        asked_for = [replace(one, formats=formats) for one in chosen]
        wanted = asked_for if share is None else engine.wanted_of(share, asked_for)
        for one in wanted:
            target.fetch(PurePosixPath(one.place.as_posix()))
        target.fetch(engine.LAST_RUN)
        clock = time.perf_counter()
        with _progress(len(wanted), quiet=as_json) as told:
            outcomes = engine.render_many(
                wanted,
                out=target.here,
                executor=_executor(dask),
                workers=arbetare,
                limit=tid,
                resume=fortsatt,
                told=_put_back(source, target, told),
            )
        index = engine.write_index(target.here, outcomes) if len(outcomes) > 1 and share is None else None
        if share is not None:
            engine.write_record(share, asked_for, outcomes, out=target.here)
        engine.write_run(outcomes, out=target.here)
        target.put()
        seconds = time.perf_counter() - clock
        if as_json:
            click.echo(json.dumps(_as_data(outcomes, index, seconds, target.shown), ensure_ascii=False, indent=2))
        else:
            _tell(outcomes, index, seconds, share, shown=target.shown)
    failed = [o.failure for o in outcomes if o.failure]
    if not failed:
        return 0
    return failed[0].exit_code if len(outcomes) == 1 else RenderError.exit_code


def _put_back(source: Folder | None, target: Folder, told: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
    """Each report is put where it shall lie as soon as it is made, after what it has noted in the folder it was made from."""

    def put(outcome: Outcome) -> None:
        if outcome.status == "done":
            if source is not None and outcome.wanted.data is not None:
                source.put(PurePosixPath(outcome.wanted.data.relative_to(source.here).as_posix()))
            target.put(PurePosixPath(outcome.wanted.place.as_posix()))
        told(outcome)

    return put


def choose(
    templates: Sequence[str],
    named: Sequence[str],
    *,
    alla: bool = False,
    lan: str | None = None,
    data: Path | None = None,
    notebook: Path | None = None,
    divisions: Mapping[str, str] = MappingProxyType({}),
    parameters: Mapping[str, str | None] = MappingProxyType({}),
) -> list[Wanted]:
    """The reports that are asked for, by kommun and then by template.

    Raises
    ------
    click.UsageError
        No kommun is named, or in more than one way, or none of the templates takes a parameter.
    FileError
        `data` is no kommun's folder and no länspaket, or holds nothing for the kommun that is named.
    """
    from kunskapsbaserat import engine
    from kunskapsbaserat import lan as subjects

    if sum([alla, lan is not None, bool(named)]) > 1:
        raise WrongChoice("Välj kommuner på ett sätt: med namn, med --lan eller med --alla.")
    only = {name: _slug(name, said) for name, said in divisions.items()}
    given = {name: said for name, said in parameters.items() if said is not None}
    paths = {name: notebook or engine.template_path(name) for name in templates}
    takes = {name: engine.takes(path) for name, path in paths.items()}
    taken = {name: {key: said for key, said in given.items() if key in takes[name]} for name in paths}
    _require_taken(given, taken)
    without = [name for name in paths if data is not None and "data" not in takes[name]]
    if without:
        raise WrongChoice(f"Mallen {without[0]} görs inte ur någon mapp: ta bort --data.")
    package = None if data is None else _package(data)
    county = None if lan is None else subjects.get(lan)
    chosen: dict[Subject, list[Wanted]] = {}
    for name in templates:
        kind = engine.asks_for(paths[name])
        if package is not None and kind == "kommun":
            engine.sound(package)
        for subject in _subjects(kind, named, alla=alla, county=county, package=package):
            home = None if package is None else engine.home_of(subject, package)
            if data is not None and named and home is None:
                raise _no_folder(data, list(package.folders) if package else [], subject)
            one = engine.dated(engine.Wanted(name, subject, home, notebook, taken[name]), date.today())
            chosen.setdefault(subject, []).extend(engine.divided(one, only))
    return [one for wanted in chosen.values() for one in wanted]


def _package(data: Path) -> Package:
    from kunskapsbaserat.data.folder import read_package

    return read_package(data)


def _slug(option: str, said: str) -> str:
    """The name of a division as that of its folder."""
    from kunskapsbaserat.data.slug import slug

    if not (plain := slug(said)):
        raise WrongChoice(f"--{option}: ”{said}” är inget namn.")
    return plain


def _require_taken(given: Mapping[str, str], taken: Mapping[str, Mapping[str, str]]) -> None:
    """An option that no chosen template has a use for is a mistake, and would be lost without a word."""
    from kunskapsbaserat import engine

    for name in given:
        if not any(name in of for of in taken.values()):
            have = [known for known in engine.template_names() if name in engine.takes(engine.template_path(known))]
            raise WrongChoice(f"--{name} hör till {'mallen' if len(have) == 1 else 'mallarna'} {', '.join(have)}.")


def _subjects(
    kind: Kind, named: Sequence[str], *, alla: bool, county: Lan | None, package: Package | None
) -> Sequence[Subject]:
    """The kommuner, or the län, that a template is to be made for."""
    from kunskapsbaserat import kommun as kommuner
    from kunskapsbaserat import lan as subjects

    about_lan = kind == "lan"
    if alla:
        return subjects.all_lan() if about_lan else kommuner.all_kommuner()
    if county is not None:
        return [county] if about_lan else kommuner.in_lan(county.code)
    if named:
        return _named_by(named, subjects.get) if about_lan else kommuner_in(named)
    if package is not None:
        counties = sorted({place.lan_code for place in package.folders})
        return [subjects.get(code) for code in counties] if about_lan else list(package.folders)
    if about_lan:
        raise WrongChoice("LÄN saknas. Exempel: kunskap rapport region --lan 10.")
    raise click.MissingParameter(param_hint="KOMMUN", param=click.Argument(["kommun"], metavar="KOMMUN"))


def _no_folder(data: Path, there: Sequence[Kommun], place: Subject) -> FileError:
    if len(there) == 1:
        return FileError(
            "other_kommun",
            data,
            f"belongs to {there[0].name}, not to {place.name}",
            f"är mapp för {there[0].name}, inte för {place.name}.",
        )
    return FileError("no_folder", data, f"holds no folder for {place.name}", f"har ingen mapp för {place.name}.")


def _templates(words: Sequence[str], notebook: Path | None, *, trusted: bool) -> tuple[list[str], Sequence[str]]:
    """The templates that the first word names, and the words that are left for the kommuner."""
    from kunskapsbaserat import engine

    if notebook is not None:
        require_trusted(notebook, trusted=trusted)
        return [notebook.stem], words
    if not words:
        raise click.MissingParameter(param_hint="MALL", param=click.Argument(["mall"], metavar="MALL"))
    names = [engine.template_path(name).stem for name in words[0].split(",") if name.strip()]
    return list(dict.fromkeys(names)), words[1:]


def _start_early(templates: Sequence[str], named: Sequence[str], *, folder: bool) -> None:
    """The engine begins to load while the rest of the command is looked at; not for a word that is no kommun."""
    from kunskapsbaserat.engine import early

    try:
        kommuner = kommuner_in(named)
    except (UnknownKommun, OptionError):  # said by `choose`, or they are län
        return
    early.start(templates, kommuner=len(kommuner), folder=folder)


def require_trusted(notebook: Path, *, trusted: bool) -> None:
    """A notebook of somebody's own is run only when it is there and whoever asks says that it is trusted."""
    if not trusted:
        raise WrongChoice(
            f"{notebook.name} är programkod och kan läsa, ändra och skicka allt du själv kommer åt. Läs igenom filen; lägg "
            "till --lita om du litar på den."
        )
    if not notebook.is_file():
        raise FileError("missing", notebook, "is no file", "finns inte.")


def kommuner_in(words: Sequence[str]) -> list[Kommun]:
    """Kommuner named by the words of a command line, where "Upplands Väsby" may stand without quotes and commas between."""
    from kunskapsbaserat import kommun as kommuner

    parts = [part.strip() for word in words for part in re.split("[,;]", word)]
    return _named_by([part for part in parts if part], kommuner.get)


def _named_by(words: Sequence[str], get: Callable[[str], _S]) -> list[_S]:
    """What the words name, each by as many of them as go together."""
    found, start = [], 0
    while start < len(words):
        for end in range(len(words), start, -1):
            try:
                found.append(get(" ".join(words[start:end])))
            except (UnknownKommun, OptionError):
                if end == start + 1:
                    raise
            else:
                start = end
                break
    return list(dict.fromkeys(found))


def place_and_folder(words: Sequence[str]) -> tuple[Kommun, Path]:
    """ "Upplands Väsby min mapp" without quotes: the longest beginning that is a kommun, and the rest as the folder."""
    from kunskapsbaserat import kommun as kommuner

    for end in range(len(words), 0, -1):
        try:
            place = kommuner.get(" ".join(words[:end]))
        except UnknownKommun:
            if end == 1:
                raise
            continue
        rest = " ".join(words[end:])
        return place, Path(rest or place.slug)
    raise UnknownKommun(None)


def _executor(dask: str | None) -> Executor | None:
    from kunskapsbaserat import engine

    return engine.DaskExecutor(dask) if dask else None


def index(folders: Sequence[Path], ut: Path | None) -> int:
    """Join what shares have made; the exit code says whether every report was made, as it does for a batch."""
    from kunskapsbaserat import engine

    clock = time.perf_counter()
    out = ut or folders[0]
    page, outcomes = engine.join(folders, out=out)
    engine.write_run(outcomes, out=out)
    _tell(outcomes, page, time.perf_counter() - clock)
    return RenderError.exit_code if any(o.failure for o in outcomes) else 0


# ---- how it goes ---------------------------------------------------------------------------------------------------------


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[Outcome], None]]:
    """A line with what is done, what failed and the seconds that are left; nothing where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True, highlight=False)
    if quiet or not console.is_terminal:
        yield lambda _outcome: None
        return
    columns = (BarColumn(), TextColumn("{task.completed:.0f} av {task.total:.0f} klara{task.fields[words]}"))
    failed, made, clock = 0, 0, time.perf_counter()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total, words="")

        def told(outcome: Outcome) -> None:
            nonlocal failed, made
            failed += outcome.status == "failed"
            made += outcome.status != "skipped"
            completed = bar.tasks[0].completed + 1
            left = (time.perf_counter() - clock) / made * (total - completed) if made else 0
            words = f", {failed} misslyckades" if failed else ""
            bar.update(task, completed=completed, words=f"{words}, {left:.0f} s kvar")

        yield told


# ---- how it went ---------------------------------------------------------------------------------------------------------


def _tell(
    outcomes: Sequence[Outcome],
    index: Path | None,
    seconds: float,
    share: Share | None = None,
    *,
    shown: Callable[[Path], str] = str,
) -> None:
    """Paths on standard output, for a program; the rest on standard error, for a person."""
    from kunskapsbaserat import engine

    made = [o for o in outcomes if o.status != "failed"]
    failed = [o for o in outcomes if o.failure]
    if index is None and share is None:
        for o in made:
            for name in (o.page.name, *(engine.FILES[f] for f in o.wanted.formats)):
                click.echo(shown(o.folder / name))
    elif index is not None:
        click.echo(shown(index))
    for o in made:
        for said in o.left_out:
            click.echo(f"Kommer inte med: {_who(o) if len(outcomes) > 1 else ''}{said}", err=True)
    if len(outcomes) == 1 and failed:
        _failed(failed[0], shown=shown)
        return
    for o in failed:
        _failed(o, name=True, shown=shown)
    skipped = sum(o.status == "skipped" for o in outcomes)
    told = f"{len(made) - skipped} klara" + (f", {skipped} fanns redan" if skipped else "")
    told += f", {len(failed)} misslyckades" if failed else ""
    if share is not None:
        click.echo(f"Del {share.number} av {share.total}: {told}, på {seconds:.0f} s.", err=True)
        click.echo("När alla delar är klara: kunskap index MAPP, med mappen eller mapparna som delarna skrev.", err=True)
    elif index is not None:
        click.echo(f"{told}, på {seconds:.0f} s.", err=True)
    elif skipped:
        click.echo("Rapporten fanns redan och underlaget har inte ändrats.", err=True)
    else:
        click.echo(f"Klart på {seconds:.0f} s. Öppna filen i en webbläsare.", err=True)


def _failed(o: Outcome, *, name: bool = False, shown: Callable[[Path], str]) -> None:
    assert o.failure is not None
    click.echo(f"Fel: {_who(o) if name else ''}{o.failure.svenska}", err=True)
    click.echo(f"     Logg: {shown(o.log)}", err=True)


def _who(o: Outcome) -> str:
    return f"{', '.join(filter(None, [o.wanted.subject.name, o.wanted.template, o.wanted.division]))}: "


def _as_data(outcomes: Sequence[Outcome], index: Path | None, seconds: float, shown: Callable[[Path], str]) -> dict[str, Any]:
    from kunskapsbaserat.lan import kind_of

    return {
        "done": sum(o.status == "done" for o in outcomes),
        "skipped": sum(o.status == "skipped" for o in outcomes),
        "failed": sum(o.status == "failed" for o in outcomes),
        "seconds": round(seconds, 1),
        "index": shown(index) if index else None,
        "reports": [
            {
                kind_of(o.wanted.subject): o.wanted.subject.code,
                "name": o.wanted.subject.name,
                "template": o.wanted.template,
                "status": o.status,
                "page": shown(o.page) if o.status != "failed" else None,
                "seconds": round(o.seconds, 2),
                "reason": o.failure.svenska if o.failure else None,
                "cell": o.failure.cell if o.failure else None,
                "cell_id": o.failure.cell_id if o.failure else None,
                "left_out": list(o.left_out),
                "log": shown(o.log),
            }
            for o in outcomes
        ],
    }
