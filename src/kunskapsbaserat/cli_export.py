"""What ``kunskap export`` does: choose kommuner, write the files that are asked for, and say what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kunskapsbaserat import cli_rapport
from kunskapsbaserat.cli_rapport import WrongChoice

if TYPE_CHECKING:
    from kunskapsbaserat.export.dcat import Publisher
    from kunskapsbaserat.kommun import Kommun

_PATH = click.Path(path_type=Path)


def command(cls: type[click.Command]) -> click.Command:
    """The command, with help as `cls` writes it."""
    options = [
        click.Argument(["kommun"], nargs=-1, metavar="[KOMMUN...]"),
        click.Option(
            ["--powerbi"], type=_PATH, metavar="MAPP", help="Stjärnschema för Power BI: Excel, Parquet, mått, LASMIG.md."
        ),
        click.Option(["--excel"], type=_PATH, metavar="FIL", help="En arbetsbok (.xlsx) att räkna vidare i."),
        click.Option(["--px"], type=_PATH, metavar="MAPP", help="PC-Axis-filer, för PxWeb och R."),
        click.Option(
            ["--dcat"], type=_PATH, metavar="FIL", help="Beskrivning för Sveriges dataportal (.rdf eller .ttl) av filerna."
        ),
        click.Option(["--alla"], is_flag=True, help="Alla 290 kommuner."),
        click.Option(["--lan"], metavar="LÄN", help="Kommunerna i ett län: kod (20) eller namn (Dalarna)."),
        click.Option(
            ["--data"], type=_PATH, metavar="MAPP", help="Kommunens mapp, eller en mapp med en sådan för varje kommun."
        ),
        click.Option(["--utgivare"], metavar="NAMN", help="Till --dcat: den som publicerar, ”Köpings kommun”."),
        click.Option(["--utgivare-uri"], metavar="URI", help="Till --dcat: http://dataportal.se/organisation/SE<orgnr>."),
        click.Option(["--kontakt"], metavar="E-POST", help="Till --dcat: den som svarar för uppgifterna."),
        click.Option(["--adress"], metavar="URL", help="Till --dcat: mappen på webben där filerna ska ligga."),
        click.Option(["--licens"], type=click.Choice(["cc-by", "cc0"]), default="cc-by", help="Till --dcat: annars cc-by."),
        click.Option(["--plats"], metavar="URI", help="Till --dcat: platsens adress hos GeoNames; annars kommunernas namn."),
        click.Option(["--utgiven"], metavar="DAG", help="Till --dcat: dagen filerna först publicerades (2026-12-01)."),
    ]
    made = cls("export", callback=_export, params=options, options_metavar="[VAL]", help=_HELP)
    return click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")(made)


_HELP = """Lämna över siffrorna till Power BI, Excel, PxWeb och sidan för öppna data.

Talen och bedömningarna är lägesbildens och har passerat samma spärr: det som inte får visas är tomt, med skälet bredvid. Flera
av valen går att skriva i samma kommando. En fil som redan finns ersätts; går en av dem inte att skriva ändras ingen.

\b
Exempel:
  kunskap export --powerbi powerbi --lan Dalarna
  kunskap export --excel koping.xlsx Köping --data 1983-koping
  kunskap export --px oppnadata --dcat oppnadata/dcat.rdf Köping
      --utgivare "Köpings kommun" --kontakt oppnadata@koping.se
      --utgivare-uri http://dataportal.se/organisation/SE2120002114
      --adress https://www.koping.se/oppnadata/
"""


def _export(
    kommun: Sequence[str],
    powerbi: Path | None,
    excel: Path | None,
    px: Path | None,
    dcat: Path | None,
    alla: bool,
    lan: str | None,
    data: Path | None,
    **said: str | None,
) -> int:
    if not any((powerbi, excel, px, dcat)):
        raise WrongChoice("Välj vad som ska skrivas: --powerbi MAPP, --excel FIL, --px MAPP eller --dcat FIL.")
    from kunskapsbaserat import export

    homes = _homes(data)
    places = _places(kommun, alla=alla, lan=lan, homes=homes)
    if data is not None and not homes.keys() & set(places):
        raise WrongChoice(f"{data} är mapp för {', '.join(k.name for k in homes)}. Ingen av dem är vald.")
    wanted = export.Wanted(powerbi, excel, px, dcat, None if dcat is None else _publisher(said))
    for path in export.export(places, wanted, homes=homes, processes=None):
        click.echo(path)
    return 0


def _homes(data: Path | None) -> Mapping[Kommun, Path]:
    if data is None:
        return {}
    from kunskapsbaserat import engine
    from kunskapsbaserat.data import folder as folders

    return engine.sound(folders.read_package(data)).folders


def _places(words: Sequence[str], *, alla: bool, lan: str | None, homes: Mapping[Kommun, Path]) -> list[Kommun]:
    from kunskapsbaserat import kommun as kommuner
    from kunskapsbaserat import lan as subjects

    if sum([alla, lan is not None, bool(words)]) > 1:
        raise WrongChoice("Välj kommuner på ett sätt: med namn, med --lan eller med --alla.")
    if alla:
        return list(kommuner.all_kommuner())
    if lan is not None:
        return list(kommuner.in_lan(subjects.get(lan).code))
    if words:
        return cli_rapport.kommuner_in(words)
    if homes:
        return list(homes)
    raise WrongChoice("KOMMUN saknas. Exempel: kunskap export --excel koping.xlsx Köping.")


def _publisher(said: Mapping[str, str | None]) -> Publisher:
    from kunskapsbaserat.export import dcat

    names = {
        "name": "utgivare",
        "uri": "utgivare_uri",
        "email": "kontakt",
        "base": "adress",
        "licence": "licens",
        "place": "plats",
    }
    return dcat.publisher(**{key: said[option] for key, option in names.items()}, issued=_day(said["utgiven"]))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise WrongChoice(f"--utgiven: ”{text}” är ingen dag. Skriv den som 2026-12-01.") from None
