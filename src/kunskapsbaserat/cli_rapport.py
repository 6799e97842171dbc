"""What ``kunskap rapport`` and ``kunskap verifiera`` do: choose, run, show how it goes, and tell how it went."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kunskapsbaserat.errors import FileError, OptionError, RenderError, UnknownKommun

if TYPE_CHECKING:
    from kunskapsbaserat.data.folder import Package
    from kunskapsbaserat.engine import Executor, Outcome, Revised, Verified, Wanted
    from kunskapsbaserat.kommun import Kommun
    from kunskapsbaserat.lan import Kind, Lan, Subject

_S = TypeVar("_S")
_SHOWN = 20
UNDECIDED = 10  # nothing is wrong as far as can be seen, and something cannot be seen


class WrongChoice(click.UsageError):
    """A wrong combination of words and options; its message is Swedish already."""


def render(
    words: Sequence[str],
    *,
    alla: bool,
    lan: str | None,
    ut: Path,
    data: Path | None,
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
) -> int:
    """Make the reports; the exit code is 0 only when all were made."""
    from kunskapsbaserat import engine

    templates, named = _templates(words, notebook, trusted=lita)
    formats = ("word",) * word + ("pdf",) * pdf
    chosen = choose(templates, named, alla=alla, lan=lan, data=data, notebook=notebook, skola=skola)
    wanted = [replace(one, formats=formats) for one in chosen]
    clock = time.perf_counter()
    with _progress(len(wanted), quiet=as_json) as told:
        outcomes = engine.render_many(
            wanted, out=ut, executor=_executor(dask), workers=arbetare, limit=tid, resume=fortsatt, told=told
        )
    index = engine.write_index(ut, outcomes) if len(outcomes) > 1 else None
    seconds = time.perf_counter() - clock
    if as_json:
        click.echo(json.dumps(_as_data(outcomes, index, seconds), ensure_ascii=False, indent=2))
    else:
        _tell(outcomes, index, seconds)
    failed = [o.failure for o in outcomes if o.failure]
    if not failed:
        return 0
    return failed[0].exit_code if len(outcomes) == 1 else RenderError.exit_code


def verify(
    rapport: Path, *, data: Path | None, arbetare: int | None, as_json: bool, mot_nytt: bool, nyckel: Path | None
) -> int:
    """Verify reports; the exit code is 0 only when all came out the same, `UNDECIDED` when some cannot be told."""
    from kunskapsbaserat import engine

    if nyckel is not None:
        if mot_nytt or data is not None:
            raise WrongChoice("Med --nyckel kontrolleras bara signaturen: ta bort --mot-nytt och --data.")
        return _signatures(rapport, nyckel, as_json=as_json)
    if mot_nytt:
        return _revised(rapport, data, arbetare, as_json=as_json)
    answers = engine.verify(engine.reports_in(rapport), data=data, workers=arbetare)
    if as_json:
        click.echo(json.dumps([_verified_data(v) for v in answers], ensure_ascii=False, indent=2))
    else:
        for v in answers:
            click.echo(f"{v.folder}: {_verdict(v)}")
            for line in _details(v):
                click.echo(f"  {line}")
    if all(v.good for v in answers):
        return 0
    return UNDECIDED if all(v.good or v.undecided for v in answers) else RenderError.exit_code


def sign(rapporter: Sequence[Path], *, nyckel: Path | None, ny_nyckel: Path | None) -> int:
    """Make a key, or sign reports, or both."""
    from kunskapsbaserat import engine

    if nyckel is not None and ny_nyckel is not None:
        raise WrongChoice("Välj --nyckel eller --ny-nyckel, inte båda.")
    if nyckel is None and ny_nyckel is None:
        raise WrongChoice("Ange nyckeln med --nyckel FIL. Finns ingen, gör en: kunskap signera --ny-nyckel FIL")
    if ny_nyckel is None and not rapporter:
        raise WrongChoice("RAPPORT saknas. Exempel: kunskap signera reports/2081-borlange --nyckel nyckel.pem")
    if ny_nyckel is not None:
        public = engine.new_key(ny_nyckel)
        click.echo(f"Skrev {ny_nyckel} (hemlig: den som har den kan signera i kommunens namn) och {public} (att lämna ut).")
    folders = [folder for rapport in rapporter for folder in engine.reports_in(rapport)]
    key = nyckel or ny_nyckel
    if folders and key is not None:
        engine.sign(folders, key)
    for folder in folders:
        click.echo(f"{folder}: signerad")
    return 0


_SIGNATURE = {
    "valid": "signaturen stämmer",
    "changed": "rapporten är inte den som signerades, eller signaturen är skadad",
    "unsigned": "rapporten är inte signerad",
    "other_key": "signerad med en annan nyckel",
}


def _signatures(rapport: Path, key: Path, *, as_json: bool) -> int:
    """Check signatures; the exit code is 0 only when every file is as it was signed."""
    from dataclasses import asdict

    from kunskapsbaserat import engine

    found = engine.check(engine.reports_in(rapport), key)
    if as_json:
        rows = [asdict(one) | {"folder": str(one.folder), "good": one.good} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{one.folder}: {_SIGNATURE[one.result]}")
            for name in one.changed:
                click.echo(f"  ändrad eller borttagen sedan den signerades: {name}")
            for name in one.unknown:
                click.echo(f"  ingår inte i det som signerades: {name}")
    if all(one.good for one in found):
        return 0
    return UNDECIDED if all(one.good or one.undecided for one in found) else RenderError.exit_code


def _revised(rapport: Path, data: Path | None, arbetare: int | None, *, as_json: bool) -> int:
    """Tell what the publishers have changed since; the exit code is 0 only when nothing is."""
    from dataclasses import asdict

    from kunskapsbaserat import engine

    found = engine.against_newest(engine.reports_in(rapport), data=data, workers=arbetare)
    if as_json:
        rows = [asdict(one) | {"folder": str(one.folder), "place": one.place.code} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in found:
            for line in _about_revised(one):
                click.echo(line)
    return 0 if not any(one.cells or one.verdicts for one in found) else RenderError.exit_code


_COLUMNS = {"count": "antal", "rate": "per 100 000 invånare", "share": "andel"}


def _about_revised(one: Revised) -> list[str]:
    """The report, each figure that was changed and each verdict that would be another."""
    if not one.cells and not one.verdicts:
        return [f"{one.folder}: inga tal till och med {one.last_year} har ändrats."]
    cells = "1 tal har" if len(one.cells) == 1 else f"{len(one.cells)} tal har"
    verdicts = "1 bedömning" if len(one.verdicts) == 1 else f"{len(one.verdicts)} bedömningar"
    lines = [f"{one.folder}: {cells} ändrats, {verdicts} skulle bli {'en annan' if len(one.verdicts) == 1 else 'andra'}."]
    for cell in one.cells:
        after = "saknas nu" if cell.after is None else f"nu {cell.after:g}".replace(".", ",")
        before = f"{cell.before:g}".replace(".", ",")
        lines.append(f"  {cell.what} {cell.year}, {_COLUMNS[cell.column]}: var {before}, {after}")
    return [*lines, *(f"  {turned.svenska}" for turned in one.verdicts)]


def choose(
    templates: Sequence[str],
    named: Sequence[str],
    *,
    alla: bool = False,
    lan: str | None = None,
    data: Path | None = None,
    notebook: Path | None = None,
    skola: str | None = None,
) -> list[Wanted]:
    """The reports that are asked for, by kommun and then by template.

    Raises
    ------
    click.UsageError
        No kommun is named, or in more than one way.
    FileError
        `data` is no kommun's folder and no länspaket, or holds nothing for the kommun that is named.
    """
    from kunskapsbaserat import engine
    from kunskapsbaserat import lan as subjects
    from kunskapsbaserat.data.folder import read_package
    from kunskapsbaserat.data.school import safe_name

    if sum([alla, lan is not None, bool(named)]) > 1:
        raise WrongChoice("Välj kommuner på ett sätt: med namn, med --lan eller med --alla.")
    school = None if skola is None else safe_name(skola)
    package = read_package(data) if data else None
    county = None if lan is None else subjects.get(lan)
    chosen: dict[Subject, list[Wanted]] = {}
    for name in templates:
        kind = engine.asks_for(notebook or engine.template_path(name))
        if package is not None and kind == "kommun":
            engine.sound(package)
        for subject in _subjects(kind, named, alla=alla, county=county, package=package):
            home = None if package is None else engine.home_of(subject, package)
            if data is not None and named and home is None:
                raise _no_folder(data, list(package.folders) if package else [], subject)
            wanted = engine.dated(engine.Wanted(name, subject, home, notebook), date.today())
            chosen.setdefault(subject, []).extend(engine.divided(wanted, school))
    return [one for wanted in chosen.values() for one in wanted]


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
        if not trusted:
            raise WrongChoice(
                f"{notebook.name} är programkod och kan läsa, ändra och skicka allt du själv kommer åt. Läs igenom filen; lägg "
                "till --lita om du litar på den."
            )
        if not notebook.is_file():
            raise FileError("missing", notebook, "is no file", "finns inte.")
        return [notebook.stem], words
    if not words:
        raise click.MissingParameter(param_hint="MALL", param=click.Argument(["mall"], metavar="MALL"))
    names = [engine.template_path(name).stem for name in words[0].split(",") if name.strip()]
    return list(dict.fromkeys(names)), words[1:]


def kommuner_in(words: Sequence[str]) -> list[Kommun]:
    """Kommuner named by the words of a command line, where "Upplands Väsby" may stand without quotes."""
    from kunskapsbaserat import kommun as kommuner

    return _named_by(words, kommuner.get)


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
    from kunskapsbaserat.engine.executors.dask import DaskExecutor

    return DaskExecutor(dask) if dask else None


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


def _tell(outcomes: Sequence[Outcome], index: Path | None, seconds: float) -> None:
    """Paths on standard output, for a program; the rest on standard error, for a person."""
    from kunskapsbaserat import engine

    made = [o for o in outcomes if o.status != "failed"]
    failed = [o for o in outcomes if o.failure]
    if index is None:
        for o in made:
            for name in (o.page.name, *(engine.FILES[f] for f in o.wanted.formats)):
                click.echo(f"{o.folder / name}")
    else:
        click.echo(f"{index}")
    if len(outcomes) == 1 and failed:
        _failed(failed[0])
        return
    for o in failed:
        _failed(o, name=True)
    skipped = sum(o.status == "skipped" for o in outcomes)
    told = f"{len(made) - skipped} klara" + (f", {skipped} fanns redan" if skipped else "")
    told += f", {len(failed)} misslyckades" if failed else ""
    if index is not None:
        click.echo(f"{told}, på {seconds:.0f} s.", err=True)
    elif skipped:
        click.echo("Rapporten fanns redan och underlaget har inte ändrats.", err=True)
    else:
        click.echo(f"Klart på {seconds:.0f} s. Öppna filen i en webbläsare.", err=True)


def _failed(o: Outcome, *, name: bool = False) -> None:
    assert o.failure is not None
    who = f"{', '.join(filter(None, [o.wanted.subject.name, o.wanted.template, o.wanted.division]))}: " if name else ""
    click.echo(f"Fel: {who}{o.failure.svenska}", err=True)
    click.echo(f"     Logg: {o.log}", err=True)


def _as_data(outcomes: Sequence[Outcome], index: Path | None, seconds: float) -> dict[str, Any]:
    from kunskapsbaserat.lan import kind_of

    return {
        "done": sum(o.status == "done" for o in outcomes),
        "skipped": sum(o.status == "skipped" for o in outcomes),
        "failed": sum(o.status == "failed" for o in outcomes),
        "seconds": round(seconds, 1),
        "index": str(index) if index else None,
        "reports": [
            {
                kind_of(o.wanted.subject): o.wanted.subject.code,
                "name": o.wanted.subject.name,
                "template": o.wanted.template,
                "status": o.status,
                "page": str(o.page) if o.status != "failed" else None,
                "seconds": round(o.seconds, 2),
                "reason": o.failure.svenska if o.failure else None,
                "cell": o.failure.cell if o.failure else None,
                "cell_id": o.failure.cell_id if o.failure else None,
                "log": str(o.log),
            }
            for o in outcomes
        ],
    }


_VERDICTS = {
    "same_bytes": "samma byte för byte",
    "same_tables": "kan inte avgöras: tabellerna är desamma, men sidan är gjord med andra versioner",
    "differs": "skiljer sig",
    "failed": "gick inte att skapa på nytt",
}


def _verdict(v: Verified) -> str:
    if v.changed:
        return f"ändrad sedan den skapades; en ny rendering: {_VERDICTS[v.result]}"
    if v.unknown and v.result == "same_bytes":
        return "kan inte avgöras: rapporten är samma byte för byte, men i mappen ligger filer som inte hör till den"
    return _VERDICTS[v.result]


def _details(v: Verified) -> list[str]:
    lines = [v.reason] if v.reason else []
    lines += [f"ändrad fil: {name}" for name in v.changed[:_SHOWN]]
    lines += [f"hör inte till rapporten: {name}" for name in v.unknown[:_SHOWN]]
    lines += [f"blev en annan: {name}" for name in v.differs[:_SHOWN]]
    return lines + list(v.because)


def _verified_data(v: Verified) -> dict[str, Any]:
    return {
        "folder": str(v.folder),
        "result": v.result,
        "good": v.good,
        "undecided": v.undecided,
        "changed": list(v.changed),
        "unknown": list(v.unknown),
        "differs": list(v.differs),
        "because": list(v.because),
        "reason": v.reason or None,
    }
