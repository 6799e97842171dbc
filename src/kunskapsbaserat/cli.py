"""The command ``kunskap``. Swedish, also where it fails; each kind of error has its own exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from kunskapsbaserat import __version__, cli_export, cli_rapport, cli_verifiera, interruption
from kunskapsbaserat.cli_rapport import WrongChoice
from kunskapsbaserat.cli_swedish import OfDocuments, Swedish, SwedishGroup, in_swedish, plain
from kunskapsbaserat.errors import KunskapError, TableError
from kunskapsbaserat.system_errors import os_fault

EXIT_CODES = """\b
Felkoder: 2 fel i kommandot, 3 okänd kommun, 4 fel i en datafil, 5 får inte
publiceras, 6 rapporten kunde inte skapas, 7 en fil är öppen i ett annat program,
8 siffror kunde inte hämtas, 9 programmet tappade rader ur en fil (anmäl det),
10 verifiera kan inte avgöra, 11 lagesrapport: något behöver göras."""
_INTERRUPTED = ("Avbrutet.", interruption.EXIT_CODE)


_HELP = {"help_option_names": ["--hjalp", "-h", "--help"], "max_content_width": 100, "token_normalize_func": plain}


@click.group(
    cls=SwedishGroup,
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


@cli.command(cls=OfDocuments, options_metavar="[VAL]")
@click.argument("ord", nargs=-1, metavar="MALL[,MALL] [KOMMUN...]")
@click.option("--alla", is_flag=True, help="Alla 290 kommuner, eller alla 21 län för en mall om län.")
@click.option(
    "--lan", metavar="LÄN", help="Kommunerna i ett län, eller länet för en mall om län: kod (20) eller namn (Dalarna)."
)
@click.option(
    "--ut",
    default="reports",
    metavar="MAPP",
    help="Mapp för rapporterna, eller adressen till en (s3://...); annars mappen reports.",
)
@click.option(
    "--data",
    metavar="MAPP",
    help="Kommunens mapp med egna filer och texter (se kunskap ny), eller en mapp med en för varje kommun; också en adress.",
)
@click.option("--sedan", metavar="DAG", help="Förra mötets dag (2026-09-10), för mallar som visar vad som är nytt.")
@click.option("--mote", metavar="DAG", help="Mötets dag, för rad, klg och namnd; annars dagen för de nyaste uppgifterna.")
@click.option("--namnd", metavar="NÄMND", help="Bara den nämnden, för mallen namnd; annars alla i planen och en sida över dem.")
@click.option("--skola", metavar="SKOLA", help="Bara den skolan, för mallen skola; annars alla i mappen och en sida över dem.")
@click.option("--word", is_flag=True, help="Skriv också report.docx, att skriva i och besluta om.")
@click.option("--pdf", is_flag=True, help="Skriv också report.pdf, taggad för tillgänglighet.")
@click.option("--arbetare", type=click.IntRange(1), metavar="ANTAL", help="Rapporter på en gång; annars en per kärna.")
@click.option("--fortsatt", is_flag=True, help="Hoppa över rapporter som redan finns och vars underlag inte har ändrats.")
@click.option(
    "--del",
    "del_",
    metavar="I/N",
    help="Gör bara del I av N, för körning på flera maskiner; kunskap index lägger ihop dem.",
)
@click.option(
    "--tid",
    type=click.FloatRange(min=0, min_open=True),
    default=300,
    metavar="SEKUNDER",
    help="Längsta tid för en rapport.",
)
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
@click.option(
    "--dask",
    metavar="ADRESS",
    help="Låt ett Dask-kluster räkna: schemaläggarens adress (tcp://...) eller fil (.json), eller auto: Dasks inställningar.",
)
@click.option("--notebook", type=click.Path(path_type=Path), metavar="FIL", help="Egen mall i stället för MALL; kräver --lita.")
@click.option("--lita", is_flag=True, help="Kör mallen i --notebook: den är programkod och kan göra allt du själv kan göra.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def rapport(ord: tuple[str, ...], **choices: Any) -> int:
    """Skapa rapporter för en, flera eller alla kommuner.

    MALL är en av mallarna nedan; flera skrivs med komma. KOMMUN är namn eller fyrsiffrig kod; ett namn i två ord går bra utan
    citattecken.

    \b
    Rapporten hamnar i MAPP/<kod>-<namn>/<mall>/: report.html, tabeller som
    CSV, anteckningsboken och en kontrollfil. En tidigare rapport på samma
    plats ersätts. Har ni skrivit i report.docx sparas den som
    report-ifylld.docx. Flera rapporter får en gemensam sida, MAPP/index.html, och
    varje rapport en logg i MAPP/.loggar. Felkoden är 0 bara när alla lyckas.
    """
    return cli_rapport.render(ord, **choices)


@cli.command(options_metavar="[VAL]")
@click.argument(
    "mappar", type=click.Path(path_type=Path, exists=True, file_okay=False), nargs=-1, required=True, metavar="MAPP..."
)
@click.option(
    "--ut", type=click.Path(path_type=Path), metavar="MAPP", help="Mapp att samla rapporterna i; annars den första MAPP."
)
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def index(mappar: tuple[Path, ...], ut: Path | None) -> int:
    """Lägg ihop det som kunskap rapport --del har skapat, med en gemensam sida.

    MAPP är mappen eller mapparna som delarna skrev i. Rapporterna kopieras till den första, eller till --ut, och sidan
    index.html blir som om allt hade körts på en gång. Saknas en del sägs vilken. Går också att köra för en enda mapp, när
    rapporter har skapats var för sig.

    \b
    Exempel:
      kunskap rapport lagesbild --alla --del 1/8 --ut del1
      kunskap index del1 del2 del3 del4 del5 del6 del7 del8 --ut reports
    """
    return cli_rapport.index(mappar, ut)


@cli.command(options_metavar="[VAL]")
@click.argument("rapport", type=click.Path(path_type=Path), metavar="RAPPORT")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="MAPP",
    help="Mappen som rapporten skapades ur, om någon.",
)
@click.option("--arbetare", type=click.IntRange(1), metavar="ANTAL", help="Rapporter på en gång; annars en per kärna.")
@click.option(
    "--mot-nytt",
    is_flag=True,
    help="Skapa ingenting: visa tal som källan har ändrat sedan rapporten gjordes, och bedömningar som skulle bli andra.",
)
@click.option(
    "--nyckel",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Skapa ingenting: kontrollera kommunens signatur med dess öppna nyckel (.pub).",
)
@click.option(
    "--notebook",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Den egna mallen, om rapporten gjordes med en; kräver --lita.",
)
@click.option("--lita", is_flag=True, help="Kör mallen i --notebook: den är programkod och kan göra allt du själv kan göra.")
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def verifiera(rapport: Path, **choices: Any) -> int:
    """Skapa rapporten på nytt och jämför.

    RAPPORT är en rapports mapp, eller en mapp med många. Felkoden är 0 bara när varje fil i mappen är exakt den som programmet
    skapar. Är rapporten gjord med andra versioner går det inte att avgöra, inte heller om filer som inte hör till den: då är
    felkoden 10, och det sägs om tabellerna är desamma. Skiljer något sägs vilket underlag eller vilken version det är.

    Med --mot-nytt jämförs lägesbildens tal i stället med de nyaste: mappens i --data (hämta först med kunskap hamta), annars
    de inbyggda. Felkoden är 0 när inget är ändrat.

    Med --nyckel behövs inga filer från kommunen: felkoden är 0 när varje fil är som när den som har nyckeln signerade
    rapporten. Hämta nyckeln från kommunen själv, inte där rapporten låg. Signaturen säger vem som står för rapporten.
    """
    return cli_verifiera.verify(rapport, **choices)


@cli.command(options_metavar="[VAL]")
@click.argument("mapp", type=click.Path(path_type=Path), default=Path("reports"), metavar="[MAPP]")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="MAPP",
    help="Kommunens mapp, eller mappen med alla: då jämförs rapporterna med den, och lagens frister läses ur åtgärdsplanen.",
)
@click.option("--aldst", type=click.IntRange(0), metavar="DAGAR", help="Säg till när senaste körningen är äldre än så.")
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def lagesrapport(mapp: Path, data: Path | None, aldst: int | None, as_json: bool) -> int:
    """Säg hur en mapp med rapporter mår, för den som kör på schema.

    MAPP är den som kunskap rapport skrev i; annars reports. Ingenting skapas och ingenting hämtas. Sägs: hur senaste körningen
    gick, vilka rapporter som finns, om de är hela, av vilken version de är, om det finns nyare siffror och om någon frist i
    lagen har gått ut.

    \b
    Felkoden är 0 när allt är väl, 11 när rapporterna är hela men något behöver
    göras, och 6 när en rapport saknas, är skadad eller inte gick att skapa.

    \b
    Exempel:
      kunskap lagesrapport --json --aldst 35
      kunskap lagesrapport rapporter --data lanspaket
    """
    from kunskapsbaserat import cli_lage

    return cli_lage.tell(mapp, data=data, aldst=aldst, as_json=as_json)


@cli.command(options_metavar="[VAL]")
@click.argument("rapporter", type=click.Path(path_type=Path, exists=True), nargs=-1, metavar="[RAPPORT...]")
@click.option("--nyckel", type=click.Path(path_type=Path), metavar="FIL", help="Kommunens hemliga nyckel.")
@click.option(
    "--ny-nyckel",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Gör först ett par nycklar: FIL och FIL.pub, att lämna ut.",
)
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def signera(rapporter: tuple[Path, ...], **choices: Any) -> int:
    """Signera färdiga rapporter med kommunens egen nyckel.

    Den som får rapporten kan sedan se att inget är ändrat, med kunskap verifiera RAPPORT --nyckel FIL.pub. RAPPORT är en
    rapports mapp, eller en mapp med många. En rapport som är ändrad sedan den skapades signeras inte. Den hemliga nyckeln har
    inget lösenord: förvara den där bara de som får signera kommer åt den, aldrig i rapportens mapp.

    \b
    Exempel:
      kunskap signera --ny-nyckel nyckel.pem
      kunskap signera reports/2081-borlange --nyckel nyckel.pem
    """
    return cli_verifiera.sign(rapporter, **choices)


@cli.command(options_metavar="[VAL]")
@click.argument("kommun", nargs=-1, required=True, metavar="KOMMUN [MAPP]")
@click.option("--skola", metavar="NAMN", help="Skriv också en arbetsbok för en skola, att fylla i efter Tryggare skola.")
@click.option(
    "--ar", type=int, metavar="ÅR", help="Med --skola: året som arbetsboken gäller, när det redan finns en för ett annat."
)
@click.option("--vandring", is_flag=True, help="Skriv också en arbetsbok för trygghetsvandringar.")
@click.option("--moten", is_flag=True, help="Skriv också moten.xlsx: när råd och andra forum möts, och vad de ska besluta.")
@click.option("--koncern", is_flag=True, help="Skriv också koncern.xlsx: förluster i förvaltningar och bolag, månad för månad.")
@click.option("--exempel", is_flag=True, help="Skriv också fem påhittade skolor under två år, att prova med.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def ny(
    kommun: tuple[str, ...], skola: str | None, ar: int | None, vandring: bool, moten: bool, koncern: bool, exempel: bool
) -> None:
    """Skapa en mapp för kommunens egna filer, texter och åtgärdsplan.

    MAPP blir annars <kod>-<namn>. Mappen får ett recept som säger var varje fil finns, texter.md för kommunens egna ord,
    arbetsboken atgardsplan.xlsx och underkataloger för filerna. Det som redan finns skrivs aldrig över.
    """
    from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder, new_forms
    from kunskapsbaserat.report.documents.skola import new
    from kunskapsbaserat.report.documents.vandring.new import walks

    if ar is not None and skola is None:
        raise WrongChoice("--ar hör ihop med --skola: ange skolans namn.")
    place, folder = cli_rapport.place_and_folder(kommun)
    written = new_folder(folder, place)
    written += new.school(folder, skola, ar) if skola is not None else []
    written += walks(folder, place) if vandring else []
    written += new.examples(folder) if exempel else []
    written += new_forms(folder, meetings=moten, losses=koncern)
    for path in written:
        click.echo(f"Skrev {path}")
    start = "Fyll i arbetsboken i mappen skolor" if skola else "Börja med recept.md"
    start = "Fyll i arbetsboken i mappen vandringar" if vandring and not skola else start
    click.echo(f"Mappen {folder} är klar för {place.name}. {start}.", err=True)


@cli.command(options_metavar="[VAL]")
@click.argument("kommun", nargs=-1, metavar="[KOMMUN [MAPP]]")
@click.option("--mapp", type=click.Path(path_type=Path), metavar="MAPP", help="Kommunens mapp, eller den där alla läggs.")
@click.option("--lan", metavar="LÄN", help="Kommunerna i ett län: kod (20) eller namn (Dalarna).")
@click.option("--alla", is_flag=True, help="Alla 290 kommuner, en mapp för varje.")
@click.option("--riket", is_flag=True, help="Alla mått för alla 290 kommuner i mappen, att jämföra med.")
@click.option("--offline", is_flag=True, help="Skicka inga frågor: gör om tabellerna ur det som redan är hämtat.")
@click.option("--prova", is_flag=True, help="Fråga varje tjänst en gång, säg vad som svarade, ändra ingenting.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def hamta(kommun: tuple[str, ...], **choices: Any) -> int:
    """Hämta siffrorna som rapporten behöver, från Brå, Kolada, SCB och Polisen.

    MAPP blir annars <kod>-<namn> och skapas om den saknas. Siffrorna hamnar i MAPP/hamtat och används av kunskap rapport
    med --data MAPP. Kommunens egna filer går alltid före.

    \b
    Varje svar sparas oförändrat i MAPP/lager, och inget där skrivs över. Tal som
    källan har ändrat sedan förra gången står i MAPP/revideringar.csv. Ett mått
    används som Brås bara när det ger tillbaka de tal av Brås som redan är kända;
    annars behåller det Koladas namn.

    \b
    Exempel:
      kunskap hamta Köping
      kunskap hamta --lan Dalarna --mapp dalarna
      kunskap hamta --prova

    Felkoden är 0 när det som första sidan behöver har kommit, annars 8. Andra adresser anges i en TOML-fil, och dess namn
    i miljövariabeln KUNSKAP_KALLOR.
    """
    from kunskapsbaserat import cli_hamta

    return cli_hamta.fetch(kommun, **choices)


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
    from kunskapsbaserat.report.documents.kontroll import folder as inspection

    if mappning:
        for path in folders.start_mappings(mapp):
            click.echo(f"Skrev {path}. Fyll i den i Excel och spara.")
    found = folders.read(mapp)
    said = inspection.inspect(found, report=ut / found.kommun.slug / "lagesbild")
    click.echo("\n".join(said.lines))
    return TableError.exit_code if said.errors else 0


@cli.command(options_metavar="[VAL]")
@click.argument("kommun", nargs=-1, metavar="[KOMMUN]")
@click.option("--data", type=click.Path(path_type=Path), metavar="MAPP", help="Kommunens mapp med åtgärdsplan och möten.")
@click.option(
    "--ut",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    metavar="MAPP",
    help="Mapp för filen, som för rapporterna; annars mappen reports.",
)
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def kalender(kommun: tuple[str, ...], data: Path | None, ut: Path) -> None:
    """Skriv en kalenderfil: lagens frister, forumens möten och när nya siffror väntas.

    Filen MAPP/<kod>-<namn>/kalender.ics öppnas i Outlook, Google Kalender eller en telefon. Datumen är två år framåt. Frister
    och åtgärder kommer ur atgardsplan.xlsx, mötena ur moten.xlsx (kunskap ny --moten).

    \b
    Exempel:
      kunskap kalender --data 2081-borlange
      kunskap kalender Köping
    """
    from kunskapsbaserat.report.statements import calendar

    if not kommun and data is None:
        raise click.MissingParameter(param_hint="KOMMUN", param=click.Argument(["kommun"], metavar="KOMMUN"))
    work = calendar.load(" ".join(kommun) or None, data=data)
    click.echo(calendar.write(work, ut / work.kommun.slug / calendar.FILE))
    for line in calendar.said(work, calendar.entries(work)):
        click.echo(line, err=True)


@cli.command(options_metavar="[VAL]")
@click.argument("mapp", type=click.Path(path_type=Path), metavar="MAPP")
@click.argument("rapporter", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="RAPPORT...")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def aterskapa(mapp: Path, rapporter: tuple[Path, ...]) -> None:
    """Gör om registret över EST:s publicerade tal ur tidigare rapporter.

    Används bara när mappen har förlorat både est_publicerat.json och dess dolda kopia. RAPPORT är mappen för varje EST-rapport
    vars offentliga version har lämnats ut: en som glöms bort glömmer också registret.
    """
    from kunskapsbaserat.report.documents.est import rebuilt_ledger

    periods = rebuilt_ledger.rebuild(mapp, rapporter)
    click.echo(
        f"Registret är gjort om ur {len(periods)} {'rapport' if len(periods) == 1 else 'rapporter'}, för perioderna från:"
    )
    click.echo("\n".join(f"  {start}" for start in periods))
    click.echo(
        "Saknas en period som har publicerats: ta bort est_publicerat.json och dess kopia, och kör igen med alla rapporter."
    )


@cli.command(options_metavar="[VAL]")
@click.argument("mapp", type=click.Path(path_type=Path), default=Path(), metavar="[MAPP]")
@click.option("--port", type=int, metavar="N", help="Porten; annars den första lediga från 8888.")
@click.option("--ingen-webblasare", is_flag=True, help="Öppna ingen webbläsare; adressen skrivs ut.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def lab(mapp: Path, port: int | None, ingen_webblasare: bool) -> int:
    """Öppna JupyterLab med anteckningsböckerna: utforska, utvärdera, skapa rapporter.

    De läggs i MAPP, annars i den mapp du står i. Det som redan finns där skrivs aldrig över. Avsluta med Ctrl + C.
    """
    from kunskapsbaserat import jupyter

    command = jupyter.lab_command(mapp, browser=not ingen_webblasare, port=port)
    for path in jupyter.put_notebooks(mapp):
        click.echo(f"Skrev {path}", err=True)
    click.echo(f"JupyterLab startar i {mapp.resolve()}. Avsluta med Ctrl + C.", err=True)
    return subprocess.call(command, env=os.environ | jupyter.lab_environment())


@cli.command(options_metavar="[VAL]")
@click.option("--data", type=click.Path(path_type=Path), metavar="MAPP", help="Kommunens mapp med egna filer (se kunskap ny).")
@click.option("--port", type=int, metavar="N", help="Porten; annars en ledig.")
@click.option("--ingen-webblasare", is_flag=True, help="Öppna ingen webbläsare; adressen skrivs ut.")
@click.help_option("--hjalp", "-h", "--help", help="Visa den här hjälpen.")
def app(data: Path | None, port: int | None, ingen_webblasare: bool) -> int:
    """Visa Utforska som en webbsida på den här datorn.

    Bara den som har adressen med sin nyckel kommer in, och bara från den här datorn. Avsluta med Ctrl + C.
    """
    import secrets
    import tempfile

    from kunskapsbaserat import jupyter
    from kunskapsbaserat.data import folder as folders

    token, port = secrets.token_urlsafe(24), port or jupyter.free_port()
    chosen = {"spara_i": str(Path("utforska").resolve())} | ({"data": str(data.resolve())} if data else {})
    if data is not None:
        folders.kommun_of(data)  # a folder that is none is told before anything starts
    with tempfile.TemporaryDirectory(prefix="kunskap-app-", ignore_cleanup_errors=True) as room:
        command = jupyter.app_command(port=port, browser=not ingen_webblasare)
        jupyter.app_folder(Path(room), chosen, token=token)
        click.echo(f"http://{jupyter.HOST}:{port}/?token={token}")
        return subprocess.call(command, cwd=room, env=os.environ | jupyter.app_environment(Path(room)))


cli.add_command(cli_export.command(Swedish))


def main() -> None:
    """Run the command; a user's mistake ends in one Swedish message and an exit code, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        with interruption.noted() as came:
            message, code = _run()
    except KeyboardInterrupt:
        message, code = _INTERRUPTED
    if came:  # whatever it has made fail, or if nothing heard of it
        message, code = _INTERRUPTED
    if message:
        click.echo(f"Fel: {message}", err=True)
    sys.exit(code)


def _run() -> tuple[str, int]:
    """What went wrong, if anything, and the exit code."""
    try:
        code = cli.main(standalone_mode=False, prog_name="kunskap")
    except KunskapError as error:
        return error.svenska, error.exit_code
    except click.UsageError as error:
        return in_swedish(error), 2
    except OSError as error:  # a full disk, a lost network drive: nothing to mend in the library
        return os_fault(error), 1
    except click.Abort:
        return _INTERRUPTED
    return "", code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
