"""What click says, in Swedish: help under Swedish headings, and what is wrong with a command."""

from __future__ import annotations

import click

from kunskapsbaserat.cli_rapport import WrongChoice


def plain(word: str) -> str:
    """A command or an option as it is named, however it is written: ``--hjälp``, ``--län``, ``hämta``."""
    return word.translate(_PLAIN)


_PLAIN = str.maketrans("åäöÅÄÖ", "aaoAAO")


class _UnknownCommand(click.UsageError):
    """A word that is no command; its message is Swedish already."""


class Swedish(click.Command):
    """Help in Swedish: usage, arguments, options and commands under Swedish headings."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Användning: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        with formatter.section("Val"):
            formatter.write_dl([record for option in options if (record := option.get_help_record(ctx))])


class OfDocuments(Swedish):
    """Help that lists the documents there are."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from kunskapsbaserat.report.documents import documents

        with formatter.section("Mallar"):
            formatter.write_dl([(name, about.help) for name, about in documents().items()])
        super().format_options(ctx, formatter)


class SwedishGroup(Swedish, click.Group):
    command_class = Swedish

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("Kommandon"):
            formatter.write_dl([(name, command.get_short_help_str(70)) for name, command in commands])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and plain(args[0]) not in self.commands:
            raise _UnknownCommand(f"Kommandot ”{args[0]}” finns inte. Kommandon: {', '.join(self.list_commands(ctx))}.")
        return super().resolve_command(ctx, args)


_EXAMPLES = {
    "ny": "kunskap ny Borlänge",
    "kalender": "kunskap kalender Köping",
    "verifiera": "kunskap verifiera reports/2081-borlange/lagesbild",
    "aterskapa": "kunskap aterskapa 1983-koping reports/1983-koping/est",
    "index": "kunskap index reports",
}


def in_swedish(error: click.UsageError) -> str:
    name = error.ctx.command_path if error.ctx else "kunskap"
    hint = f" Skriv ”{name} --hjalp” för hjälp."
    if isinstance(error, (_UnknownCommand, WrongChoice)):
        return f"{error.message}{hint}"
    if isinstance(error, click.NoSuchOption):
        near = f" Menade du {' eller '.join(error.possibilities)}?" if error.possibilities else ""
        return f"Valet {error.option_name} finns inte.{near}{hint}"
    if isinstance(error, click.MissingParameter):
        missing = error.param.metavar or error.param.name if error.param else "ett argument"
        command = error.ctx.command.name if error.ctx else ""
        example = _EXAMPLES.get(command or "", "kunskap rapport lagesbild Borlänge")
        return f"{(missing or '').rstrip('.')} saknas. Exempel: {example}.{hint}"
    if isinstance(error, click.BadOptionUsage):
        return f"Valet {error.option_name} är ofullständigt.{hint}"
    if isinstance(error, click.BadParameter):
        return f"{_named(error.param)}: {_wanted(error.param)}.{hint}"
    return f"Kommandot går inte att tolka.{hint}"


def _named(param: click.Parameter | None) -> str:
    """As a person writes it: ``--tid``, and an argument by the word that the help has."""
    if isinstance(param, click.Option):
        return param.opts[0]
    return (param.metavar or param.name or "värdet").strip("[].") if param else "värdet"


def _wanted(param: click.Parameter | None) -> str:
    kind = param.type if param else None
    if isinstance(kind, click.Path):
        return "ange en fil eller mapp som finns" if kind.file_okay else "ange en mapp som finns"
    if isinstance(kind, click.IntRange):
        return f"ange ett heltal, minst {kind.min}"
    if isinstance(kind, click.FloatRange):
        return f"ange ett tal större än {kind.min:g}"
    if isinstance(kind, click.Choice):
        return f"välj {' eller '.join(map(str, kind.choices))}"
    return "ange ett heltal" if kind is click.INT else "värdet går inte att använda"
