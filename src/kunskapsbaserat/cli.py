"""The command ``kunskap``. Swedish, also where it fails; each kind of error has its own exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kunskapsbaserat import __version__
from kunskapsbaserat.errors import KunskapError, UnknownKommun

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
    """Lägesbild enligt lag (2023:196), ur Brås och SCB:s siffror.

    \b
    Exempel:
      kunskap rapport lagesbild Borlänge
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(options_metavar="[VAL]")
@click.argument("mall", metavar="MALL")
@click.argument("kommun", nargs=-1, required=True, metavar="KOMMUN...")
@click.option(
    "--ut",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    metavar="MAPP",
    help="Mapp för rapporterna; annars mappen reports.",
)
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def rapport(mall: str, kommun: tuple[str, ...], ut: Path) -> None:
    """Skapa en rapport för en eller flera kommuner.

    MALL är lagesbild. KOMMUN är namn eller fyrsiffrig kod; ett namn i två ord går bra utan citattecken.

    \b
    Rapporten hamnar i MAPP/<kod>-<namn>/<mall>/: report.html, tabeller som
    CSV, anteckningsboken och en kontrollfil. Det tar omkring tio sekunder.
    En tidigare rapport på samma plats ersätts.
    """
    from rich.console import Console

    from kunskapsbaserat import engine

    mall = engine.template_path(mall).stem
    chosen = kommuner_in(kommun)
    console = Console(stderr=True, highlight=False)
    for place in chosen:
        with console.status(f"Skapar {mall} för {place.name} ..."):
            done = engine.render(mall, place, out=ut)
        click.echo(f"{done.page}")
        click.echo(f"Klart på {done.seconds:.0f} s. Öppna filen i en webbläsare.", err=True)


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
