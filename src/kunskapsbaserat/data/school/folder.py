"""The schools of a kommun's folder: ``skolor/<school>/`` with a workbook for each year, surveys and a sketch."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import files, screen
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.filled_form import Book
from kunskapsbaserat.data.folder.layout import SCHOOLS
from kunskapsbaserat.data.school import answers, book, sheets, skolenkat
from kunskapsbaserat.data.school.answers import Answers
from kunskapsbaserat.data.slug import slug
from kunskapsbaserat.errors import FileError, OptionError, PersonalDataError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms.faults import FormError, error, warning

SURVEYS = "enkat"
SKETCH = ("skiss.png", "skiss.jpg", "skiss.jpeg")
_BOOK = re.compile(r"skola.*\.xlsx", re.IGNORECASE)
_TABLES = {".csv", ".txt", ".xlsx", ".xls", ".ods"}
_FORBIDDEN = ("personnummer", "email", "phone")


class SchoolError(FormError):
    """A school's files have faults and are not used; `faults` has all of them."""

    kind = "a school's workbook"


@dataclass(frozen=True)
class SchoolYear:
    """What is known of a school in one year: its workbook, and the answers of every survey.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import school
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = school.write_new(school.path_in(home.name, "Norra skolan"), "Norra skolan", 2026)
    >>> year = school.read(home.name)[0].now
    >>> year.year, year.form, year.fact("namn"), year.of("Plan")
    (2026, '1', 'Norra skolan', ())
    >>> home.cleanup()
    """

    book: Book
    answers: tuple[Answers, ...]

    @property
    def year(self) -> int:
        return int(self.book.facts["ar"])

    @property
    def form(self) -> str:
        """The version of the form; years with different ones are never compared."""
        return str(self.book.facts["formular"])

    def of(self, sheet: str) -> tuple[Item, ...]:
        return self.book.of(sheet)

    def fact(self, name: str) -> Any:
        return self.book.facts.get(name)


@dataclass(frozen=True)
class School:
    """A school with its years, the latest last.

    `key` is its folder's name, `surveys` what other surveys say by year, `sha256` of every file read, `remarks` what a person
    should know.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import school
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = school.write_new(school.path_in(home.name, "Norra skolan"), "Norra skolan", 2026)
    >>> one, = school.read(home.name, "Norra skolan")
    >>> one.key, len(one.years), sorted(one.sha256)
    ('norra-skolan', 1, ['norra-skolan/skola.xlsx'])
    >>> home.cleanup()
    """

    key: str
    years: tuple[SchoolYear, ...]
    sketch: Path | None = None
    sha256: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[Finding, ...] = ()

    @property
    def now(self) -> SchoolYear:
        return self.years[-1]

    @property
    def before(self) -> SchoolYear | None:
        """The year before the latest, where there is one."""
        return self.years[-2] if len(self.years) > 1 else None

    @property
    def name(self) -> str:
        return str(self.now.book.facts["namn"])

    @property
    def exercise(self) -> str:
        return str(self.now.fact("ovning") or "")


def safe_name(school: str) -> str:
    """A school's name as the name of its folder.

    Raises
    ------
    OptionError
        Nothing is left of it.

    Examples
    --------
    >>> safe_name("Södra skolan, F–6")
    'sodra-skolan-f-6'
    """
    name = slug(school)
    if not name:
        raise OptionError("--skola", school, ("the school's name",), tillatna=("skolans namn",))
    return name


def path_in(folder: str | Path, school: str) -> Path:
    """Where the workbook of a school is.

    Parameters
    ----------
    folder : str or Path
        The kommun's; it need not exist.
    school : str
        The school's name.

    Returns
    -------
    Path

    Examples
    --------
    >>> from kunskapsbaserat.data import school
    >>> school.path_in("koping", "Norra skolan").as_posix()
    'koping/skolor/norra-skolan/skola.xlsx'
    """
    return Path(folder) / SCHOOLS / safe_name(school) / sheets.FILE


def names(folder: str | Path) -> tuple[str, ...]:
    """The folders of a kommun's schools, by name.

    Parameters
    ----------
    folder : str or Path
        The kommun's.

    Returns
    -------
    tuple of str
        In alphabetical order; empty without any.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import school
    >>> home = tempfile.TemporaryDirectory()
    >>> for name in ("Södra skolan", "Norra skolan"):
    ...     school.path_in(home.name, name).parent.mkdir(parents=True)
    >>> school.names(home.name)
    ('norra-skolan', 'sodra-skolan')
    >>> home.cleanup()
    """
    place = Path(folder) / SCHOOLS
    if not place.is_dir():
        return ()
    return tuple(sorted(p.name for p in place.iterdir() if p.is_dir() and not p.name.startswith(".")))


def read(folder: str | Path, school: str | None = None) -> tuple[School, ...]:
    """The schools of a folder, or one of them, in alphabetical order.

    Parameters
    ----------
    folder : path
        The kommun's.
    school : str, optional
        The name of the school's own folder, or the school's.

    Returns
    -------
    tuple of School

    Raises
    ------
    FileError
        There is no school, or no workbook.
    OptionError
        No school is called so.
    SchoolError
        Anything in a workbook or a survey is wrong: all of it, with sheet and row.
    PersonalDataError, FileLocked
        As `book.read` and `files.read_file`.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import school
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = school.write_new(school.path_in(home.name, "Norra skolan"), "Norra skolan", 2026)
    >>> one, = school.read(home.name)
    >>> one.key, one.now.year, one.before
    ('norra-skolan', 2026, None)
    >>> home.cleanup()
    """
    there = names(folder)
    if not there:
        raise FileError(
            "no_school",
            Path(folder) / SCHOOLS,
            "holds no school",
            "finns inte eller är tom. Kör ”kunskap ny --skola NAMN KOMMUN MAPP” så skrivs en arbetsbok att fylla i.",
        )
    if school is not None and (wanted := safe_name(school)) not in there:
        raise OptionError("--skola", school, there)
    found = [_school(Path(folder) / SCHOOLS / name) for name in ([wanted] if school is not None else there)]
    return tuple(sorted(found, key=lambda one: kommuner.sort_key(one.name)))


def _school(place: Path) -> School:
    books = [p for p in files.data_files(place) if _BOOK.fullmatch(p.name)]
    if not books:
        raise FileError(
            "no_school_book",
            place / sheets.FILE,
            "does not exist",
            "finns inte. Kör ”kunskap ny --skola NAMN KOMMUN MAPP” så skrivs en att fylla i; inget skrivs över.",
        )
    read_files = [(path.name, files.read_file(path)) for path in books]
    found = school_of(place.name, read_files)
    return _finished(place, found, [_open(p) for p in books])


def school_of(key: str, books: Sequence[tuple[str, DataFile]]) -> School:
    """A school out of its workbooks, each with its name.

    Raises
    ------
    SchoolError, FileError, PersonalDataError
        As `read`.
    """
    faults: list[Finding] = []
    years: list[SchoolYear] = []
    for name, file in books:
        read_book, wrong = book.read(file)
        own = answers.of_form(read_book.of(sheets.SURVEY))
        wrong += [error("groups_above_whole", sheets.SURVEY, None, None, text) for text in answers.disagreements(own)]
        faults += [replace(fault, file=name) for fault in wrong]
        years.append(SchoolYear(read_book, tuple(own)))
    faults += _about_years(years, [name for name, _ in books])
    if not any(year.book.facts.get("ar") or any(year.book.items.values()) for year in years):
        told = "är inte ifylld än. Fyll i den i Excel och spara."
        raise FileError("empty_book", Path(key) / books[0][0], "has nothing filled in", told)
    if faults:
        raise SchoolError(key, faults)
    digests = {f"{key}/{name}": file.sha256 for name, file in books if file.sha256}
    return School(key, tuple(sorted(years, key=lambda y: y.year)), sha256=digests)


def _finished(place: Path, found: School, remarks: Sequence[Finding | None]) -> School:
    """The school with what other surveys say of it, and its sketch."""
    surveys, wrong, more = _surveys(place, code=found.now.fact("kod"), school=found.name)
    if wrong:
        raise SchoolError(place / SURVEYS, wrong)
    known = {year.year for year in found.years}
    outside = [
        warning("other_year", "", None, None, f"Enkäten från {year} används inte: det finns ingen arbetsbok för det året.")
        for year in sorted(surveys.keys() - known)
    ]
    sketch = next((path for name in SKETCH if (path := place / name).is_file()), None)
    if sketch is not None:
        more[f"{place.name}/{sketch.name}"] = _digest(sketch)
    return replace(
        found,
        years=tuple(replace(y, answers=(*y.answers, *surveys.get(y.year, ()))) for y in found.years),
        sketch=sketch,
        sha256={**found.sha256, **more},
        remarks=(*(r for r in remarks if r is not None), *outside),
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(files.read_bytes(path)).hexdigest()


def _about_years(years: Sequence[SchoolYear], books: Sequence[str]) -> list[Finding]:
    said = [year.book.facts.get("ar") for year in years]
    twice = [year for year, times in Counter(y for y in said if y is not None).items() if times > 1]
    found = [
        error("same_year", sheets.FACTS, None, "År", f"två arbetsböcker gäller {year}. Ta bort den ena, eller rätta året.")
        for year in twice
    ]
    called = {str(y.book.facts.get("namn")) for y in years if y.book.facts.get("namn")}
    if len(called) > 1:
        told = f"arbetsböckerna ({', '.join(books)}) har olika namn på skolan. En mapp är en skola."
        found.append(error("other_school", sheets.FACTS, None, "Skolans namn", told))
    return found


def _open(path: Path) -> Finding | None:
    """Excel leaves a file beside a workbook as long as it is open: what is not saved is not read."""
    if not path.with_name(f"~${path.name}").exists():
        return None
    text = f"{path.name} är öppen i Excel. Det som inte är sparat kommer inte med."
    return warning("open_in_excel", "", None, None, text)


def _surveys(place: Path, *, code: str | None, school: str) -> tuple[dict[int, list[Answers]], list[Finding], dict[str, str]]:
    """The answers of every file in the folder of surveys by year, what is wrong, and the digest of each."""
    found: dict[int, list[Answers]] = {}
    faults: list[Finding] = []
    digests: dict[str, str] = {}
    folder = place / SURVEYS
    for path in files.data_files(folder) if folder.is_dir() else ():
        if path.suffix.casefold() not in _TABLES:
            continue
        file = files.read_file(path)
        _refuse_persons(file)
        digests[f"{place.name}/{SURVEYS}/{path.name}"] = file.sha256
        by_year, wrong = _survey(file, code=code, school=school)
        faults += [replace(fault, file=path.name) for fault in wrong]
        for year, rows in by_year.items():
            found.setdefault(year, []).extend(rows)
    faults += _twice(found)
    return found, faults, digests


def _survey(file: DataFile, *, code: str | None, school: str) -> tuple[dict[int, list[Answers]], list[Finding]]:
    if skolenkat.is_plain(file):
        return skolenkat.read_plain(file)
    if not skolenkat.is_skolenkat(file):
        told = (
            "filen känns inte igen. Lägg Skolinspektionens fil med skolor här, eller en tabell med rubrikerna Fråga, Andel och "
            "Antal svar."
        )
        return {}, [error("unknown_survey", "", None, None, told)]
    year = skolenkat.year_of(file)
    if year is None:
        return {}, [
            error(
                "no_year",
                "",
                None,
                None,
                "året framgår inte. Skriv det i filens namn, till exempel skolenkaten-ak-8-2026.xlsx.",
            )
        ]
    rows, wrong = skolenkat.read(file, code=code, school=school)
    return {year: rows}, wrong


def _refuse_persons(file: DataFile) -> None:
    hits = [f for f in screen.find(file.sheets) if f.kind in _FORBIDDEN]
    if hits:
        where = [f"{screen.KINDS[f.kind]} (blad ”{f.sheet}”, rad {f.row}, kolumn {f.column})" for f in hits[: screen.SHOWN]]
        raise PersonalDataError(file.path, len(hits), [f"{f.kind} (row {f.row})" for f in hits[: screen.SHOWN]], where)


def _twice(found: Mapping[int, Sequence[Answers]]) -> list[Finding]:
    """The same statement of the same group twice in a year: nobody knows which holds."""
    faults = []
    for year, rows in found.items():
        times = Counter((row.key, row.group.casefold(), row.sex) for row in rows)
        faults += [
            error("doubled", "", None, None, f"”{key[2]}” står {n} gånger för {year} och samma grupp. Ta bort den ena.")
            for (key, _, _), n in times.items()
            if n > 1
        ]
    return faults
