"""How a kommun's folder is laid out: which kommun it belongs to, where files go, what is no data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import fetched
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.errors import FileError, KunskapError
from kunskapsbaserat.kommun import Kommun

SETTINGS = "mapp.toml"
TEXTS = "texter.md"
REGISTER = "hamtat.json"
PLAN = "atgardsplan.xlsx"
EST_BOOK, EST, EST_DUPLICATES, EST_LEDGER = "est.xlsx", "est", "est_dubbletter.csv", "est_publicerat.json"
"""The workbook of EST, the folder of event lists, what is decided and what is published: `data.est` reads them."""
SCHOOLS = "skolor"
"""A folder for each school: `data.school` reads them."""
WALKS = "vandringar"
"""The workbooks of trygghetsvandringar and their pictures: `data.walks` reads them."""
MEETINGS, LOSSES = "moten.xlsx", "koncern.xlsx"
"""The workbooks of the forums and of the losses of the koncern: `data.meetings` and `data.koncern` read them."""
EST_SECRET = "est_hemlighet.txt"
"""The key of the digests in them; in no report."""
PICTURES = (".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic")
PARTS = ("bra", "befolkning", "lokalt")
STORE = "lager"
MAP = ".geojson"
REVISIONS = "revideringar.csv"
"""What `kunskap hamta` keeps: every answer as it came, and what a publisher has changed since the last time."""
_SKIPPED = ("~$", ".")
_SYSTEM = {"thumbs.db", "desktop.ini", "index.html", SETTINGS, REGISTER, PLAN, EST_BOOK, EST_DUPLICATES, EST_LEDGER}
_SYSTEM |= {EST_SECRET, REVISIONS, MEETINGS, LOSSES}


def create(folder: str | Path, kommun: object, texts: Mapping[str, str]) -> list[Path]:
    r"""Make a kommun's folder with its settings and the given text files; a file that exists is never touched.

    Parameters
    ----------
    folder : path
        Made when missing.
    kommun : str
        Name or code.
    texts : mapping of file name to text
        Written as UTF-8 with a mark that Notepad and Excel understand.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    FileError
        The folder belongs to another kommun, or cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import folder
    >>> home = tempfile.TemporaryDirectory()
    >>> written = folder.create(home.name, "Köping", {"slutsatser.md": "Här skriver kommunen.\n"})
    >>> [path.name for path in written]
    ['mapp.toml', 'slutsatser.md']
    >>> folder.create(home.name, "Köping", {"slutsatser.md": "Något annat."})  # nothing is written over
    []
    >>> home.cleanup()
    """
    folder, place = Path(folder), kommuner.get(kommun)
    if (folder / SETTINGS).exists() and (owner := kommun_of(folder)) != place:
        raise FileError(
            "other_kommun",
            folder,
            f"belongs to {owner.name}",
            f"är redan mapp för {owner.name}. Välj en annan mapp för {place.name}.",
        )
    try:
        for part in (*PARTS, EST):
            (folder / part).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            "folder", folder, f"cannot be made ({error.strerror})", "går inte att skapa. Välj en annan mapp."
        ) from error
    settings = f'# Vilken kommun mappen gäller. Ändra inte.\nkommun = "{place.code}" # {place.name}\n'
    written = []
    for name, text in {SETTINGS: settings, **texts}.items():
        path = folder / name
        if not path.exists():
            mark = "" if name == SETTINGS else "\ufeff"
            replace_file(path, (mark + text).replace("\n", "\r\n").encode("utf-8"))
            written.append(path)
    return written


def kommun_of(folder: str | Path, named: object = None) -> Kommun:
    """The kommun that a folder was made for, which is the one `named` where one is.

    Parameters
    ----------
    folder : path
        As `create` made it.
    named : str, optional
        Name or code that the folder ought to be of.

    Returns
    -------
    Kommun

    Raises
    ------
    FileError
        There is no such folder, it does not say, or it is another kommun's.
    UnknownKommun
        No kommun is called what is named.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import folder
    >>> from kunskapsbaserat.errors import FileError
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = folder.create(home.name, "Köping", {})
    >>> folder.kommun_of(home.name).name
    'Köping'
    >>> try:
    ...     folder.kommun_of(home.name, "Arboga")
    ... except FileError as error:
    ...     print(error.reason)
    other_kommun
    >>> home.cleanup()
    """
    owner = _owner_of(Path(folder))
    if named is not None and (place := kommuner.get(named)) != owner:
        raise FileError(
            "other_kommun",
            folder,
            f"belongs to {owner.name}, not to {place.name}",
            f"är mapp för {owner.name}, inte för {place.name}.",
        )
    return owner


def _owner_of(folder: Path) -> Kommun:
    if folder.is_file():
        raise FileError("file", folder, "is a file, no folder", "är en fil, ingen mapp. Ange mappen som filen ligger i.")
    if not folder.is_dir():
        raise FileError("missing", folder, "is no folder", "finns inte som mapp. Skapa en med ”kunskap ny KOMMUN MAPP”.")
    try:
        said = tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8-sig"))["kommun"]
        return kommuner.get(said)
    except (OSError, KeyError, ValueError, TypeError, KunskapError) as error:
        if not (folder / SETTINGS).exists():
            raise FileError(
                "no_kommun",
                folder.resolve(),  # the folder that one stands in has no name of its own
                f"is no folder of a kommun: {SETTINGS} is missing",
                f"är ingen kommuns mapp: filen {SETTINGS} saknas. Stå i kommunens mapp, eller skriv mappens namn i kommandot. "
                "En ny gör ”kunskap ny KOMMUN MAPP”; inget i mappen skrivs över.",
            ) from error
        raise FileError(
            "no_kommun",
            folder.resolve(),
            f"does not say which kommun it belongs to ({error})",
            f"säger inte vilken kommun den gäller: filen {SETTINGS} går inte att läsa. "
            f"Ta bort {SETTINGS} och kör ”kunskap ny KOMMUN MAPP”; inget annat i mappen skrivs över.",
        ) from error


def data_paths(folder: Path) -> tuple[Path, ...]:
    """Every file that may hold figures, in order of its place; texts, mappings, lock files and old reports are none."""
    found = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(p.startswith(_SKIPPED) for p in relative.parts)
        elsewhere = relative.parts[0].casefold() in (EST, STORE, SCHOOLS, WALKS)
        if path.is_file() and not hidden and not elsewhere and not _is_none(path) and not _in_report(path, folder):
            found.append(path)
    return tuple(found)


def _is_none(path: Path) -> bool:
    name = path.name.casefold()
    fetched_map = path.suffix.casefold() == MAP and path.parent.name == fetched.FOLDER
    return name in _SYSTEM or path.suffix.casefold() in (".md", *PICTURES) or ".mappning." in name or fetched_map


def pictures(folder: Path) -> tuple[Path, ...]:
    """The pictures of a folder, which hold no figures to read but may stand in its texts."""
    found = (path for path in sorted(folder.rglob("*")) if path.suffix.casefold() in PICTURES and path.is_file())
    elsewhere = (SCHOOLS, WALKS)  # what belongs to a school or a walk stands in its own report
    inside = (path for path in found if path.relative_to(folder).parts[0].casefold() not in elsewhere)
    return tuple(path for path in inside if not _in_report(path, folder) and not path.name.startswith(_SKIPPED))


def _in_report(path: Path, folder: Path) -> bool:
    """Reports may have been written inside the folder: their files are results, not sources."""
    return any((parent / "manifest.json").exists() for parent in path.parents if parent.is_relative_to(folder))
