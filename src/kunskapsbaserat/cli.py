"""The command ``kunskap``. Swedish, also where it fails; each kind of error has its own exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kunskapsbaserat import __version__
from kunskapsbaserat.errors import KunskapError, TableError, UnknownKommun

EXIT_CODES = """\b
Felkoder: 2 fel i kommandot, 3 okänd kommun, 4 fel i en datafil, 5 får inte
publiceras, 6 rapporten kunde inte skapas, 7 en fil är öppen i ett annat program."""


class _UnknownCommand(click.UsageError):
    """A word that is no command; its message is Swedish already."""


class _Swedish(click.Command):
    """Help in Swedish: usage, arguments, options and commands under Swedish headings."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Användning: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        with formatter.section("Val"):
            formatter.write_dl([record for option in options if (record := option.get_help_record(ctx))])


class _SwedishGroup(_Swedish, click.Group):
    command_class = _Swedish

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("Kommandon"):
            formatter.write_dl([(name, command.get_short_help_str(70)) for name, command in commands])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            raise _UnknownCommand(f"Kommandot ”{args[0]}” finns inte. Kommandon: {', '.join(self.list_commands(ctx))}.")
        return super().resolve_command(ctx, args)


_HELP = {"help_option_names": ["--hjalp", "-h", "--help"], "max_content_width": 100}


@click.group(
    cls=_SwedishGroup,
    context_settings=_HELP,
    options_metavar="[VAL]",
    subcommand_metavar="KOMMANDO [VAL] ...",
    epilog=EXIT_CODES,
    invoke_without_command=True,
)
@click.version_option(__version__, "--version", message="kunskapsbaserat %(version)s", help="Visa versionen.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
@click.pass_context
def cli(context: click.Context) -> None:
    """Lägesbild och uppföljning enligt lag (2023:196), ur Brås och SCB:s siffror.

    \b
    Exempel:
      kunskap rapport lagesbild Borlänge
      kunskap rapport uppfoljning Borlänge
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(options_metavar="[VAL]")
@click.argument("mall", metavar="MALL")
@click.argument("kommun", nargs=-1, metavar="KOMMUN...")
@click.option(
    "--ut",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    metavar="MAPP",
    help="Mapp för rapporterna; annars mappen reports.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="MAPP",
    help="Kommunens mapp med egna filer och texter (se kunskap ny).",
)
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def rapport(mall: str, kommun: tuple[str, ...], ut: Path, data: Path | None) -> None:
    """Skapa en rapport för en eller flera kommuner.

    MALL är lagesbild eller uppfoljning. Uppföljningen behöver kommunens mapp med åtgärdsplan; för Borlänge finns ett
    påhittat exempel. KOMMUN är namn eller fyrsiffrig kod; ett namn i två ord går bra utan citattecken.

    \b
    Rapporten hamnar i MAPP/<kod>-<namn>/<mall>/: report.html, tabeller som
    CSV, anteckningsboken och en kontrollfil. Det tar omkring tio sekunder.
    En tidigare rapport på samma plats ersätts.
    """
    from rich.console import Console

    from kunskapsbaserat import engine

    mall = engine.template_path(mall).stem
    chosen = kommuner_in(kommun) if kommun else _kommun_of(data)
    console = Console(stderr=True, highlight=False)
    for place in chosen:
        with console.status(f"Skapar {mall} för {place.name} ..."):
            done = engine.render(mall, place, out=ut, data=data)
        click.echo(f"{done.page}")
        click.echo(f"Klart på {done.seconds:.0f} s. Öppna filen i en webbläsare.", err=True)


@cli.command(options_metavar="[VAL]")
@click.argument("kommun", nargs=-1, required=True, metavar="KOMMUN [MAPP]")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def ny(kommun: tuple[str, ...]) -> None:
    """Skapa en mapp för kommunens egna filer, texter och åtgärdsplan.

    MAPP blir annars <kod>-<namn>. Mappen får ett recept som säger var varje fil finns, texter.md för kommunens egna ord,
    arbetsboken atgardsplan.xlsx och underkataloger för filerna. Det som redan finns skrivs aldrig över.
    """
    from kunskapsbaserat.report.start import new_folder

    place, folder = _place_and_folder(kommun)
    written = new_folder(folder, place)
    for path in written:
        click.echo(f"Skrev {path}")
    click.echo(f"Mappen {folder} är klar för {place.name}. Börja med recept.md.", err=True)


@cli.command(options_metavar="[VAL]")
@click.argument("mapp", type=click.Path(path_type=Path), default=Path(), metavar="[MAPP]")
@click.option(
    "--ut",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    metavar="MAPP",
    help="Mapp för rapporterna, för att se vad som är nytt; annars reports.",
)
@click.option("--mappning", is_flag=True, help="Skriv en mappning att fylla i för varje fil som inte känns igen.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def kontroll(mapp: Path, ut: Path, mappning: bool) -> int:
    """Läs allt i kommunens mapp och säg vad som är fel och vad som saknas.

    MAPP är en mapp som kunskap ny har skapat; annars den mapp du står i.
    """
    from kunskapsbaserat.data import folder as folders
    from kunskapsbaserat.report import inspection

    if mappning:
        for path in folders.start_mappings(mapp):
            click.echo(f"Skrev {path}. Fyll i den i Excel och spara.")
    found = folders.read(mapp)
    said = inspection.inspect(found, report=ut / found.kommun.slug / "lagesbild")
    click.echo("\n".join(said.lines))
    return TableError.exit_code if said.errors else 0


def _kommun_of(data: Path | None) -> list:
    """The kommun that the folder is for, when none is named."""
    from kunskapsbaserat.data import folder as folders

    if data is None:
        raise click.MissingParameter(param_hint="KOMMUN", param=click.Argument(["kommun"], metavar="KOMMUN"))
    return [folders.kommun_of(data)]


def _place_and_folder(words: Sequence[str]) -> tuple[Any, Path]:
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


def kommuner_in(words: Sequence[str]) -> list:
    """Kommuner named by the words of a command line, where "Upplands Väsby" may stand without quotes."""
    from kunskapsbaserat import kommun as kommuner

    found, start = [], 0
    while start < len(words):
        for end in range(len(words), start, -1):
            try:
                found.append(kommuner.get(" ".join(words[start:end])))
            except UnknownKommun:
                if end == start + 1:
                    raise
            else:
                start = end
                break
    return list(dict.fromkeys(found))


def main() -> None:
    """Run the command; a user's mistake ends in one Swedish message and an exit code, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(standalone_mode=False, prog_name="kunskap")
    except KunskapError as error:
        _fail(error.svenska, error.exit_code)
    except click.UsageError as error:
        _fail(_in_swedish(error), 2)
    except OSError as error:  # a full disk, a lost network drive: nothing to mend in the library
        _fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), 1)
    except (click.Abort, KeyboardInterrupt):
        _fail("Avbrutet.", 130)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> None:
    click.echo(f"Fel: {message}", err=True)
    sys.exit(code)


def _in_swedish(error: click.UsageError) -> str:
    name = error.ctx.command_path if error.ctx else "kunskap"
    hint = f" Skriv ”{name} --hjalp” för hjälp."
    if isinstance(error, _UnknownCommand):
        return f"{error.message}{hint}"
    if isinstance(error, click.NoSuchOption):
        near = f" Menade du {' eller '.join(error.possibilities)}?" if error.possibilities else ""
        return f"Valet {error.option_name} finns inte.{near}{hint}"
    if isinstance(error, click.MissingParameter):
        missing = error.param.metavar or error.param.name if error.param else "ett argument"
        return f"{(missing or '').rstrip('.')} saknas. Exempel: kunskap rapport lagesbild Borlänge.{hint}"
    if isinstance(error, click.BadOptionUsage):
        return f"Valet {error.option_name} är ofullständigt.{hint}"
    if isinstance(error, click.BadParameter):
        where = error.param.name if error.param else "värdet"
        return f"{where}: värdet går inte att använda.{hint}"
    return f"Kommandot går inte att tolka.{hint}"


if __name__ == "__main__":
    main()
