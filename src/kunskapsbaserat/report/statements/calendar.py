"""The dates of a kommun as entries of a calendar: duties, forums, agreements, measures, promises, expected figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kunskapsbaserat.data import ics
from kunskapsbaserat.data.ics import Entry
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.plan.duties import State
from kunskapsbaserat.report.material import work as works
from kunskapsbaserat.report.material.work import Dated, Work
from kunskapsbaserat.report.statements import meeting
from kunskapsbaserat.swedish import NBSP, WORD_JOINER, capital, day

MONTHS = 24  # ahead: a whole cycle of the act
FILE = "kalender.ics"
_REMIND = {"mote": 7, "plikt": 60, "plan_slut": 60, "overenskommelse": 60}
"""Days before: what has to be prepared or decided takes longer."""
_CATEGORY = {
    "mote": "Möten",
    "plikt": "Lagens frister",
    "plan_slut": "Lagens frister",
    "overenskommelse": "Överenskommelser",
    "atgard_klar": "Åtgärder",
    "atgard_start": "Åtgärder",
    "lofte_slut": "Medborgarlöften",
    "siffror": "Nya siffror",
}
_ABOUT = {
    "plikt": "Lag (2023:196). Fristen är 24 månader från senaste gången.",
    "siffror": "Dagarna är när siffrorna brukar komma. Utgivaren bestämmer.",
}


def name(kommun: Kommun) -> str:
    return f"Brottsförebyggande arbete, {kommun.name}"


def file_of(work: Work) -> bytes:
    """The calendar as a file."""
    return ics.calendar(entries(work), name=name(work.kommun), made=work.day)


def entries(work: Work) -> list[Entry]:
    """An entry for each date ahead."""
    return [_entry(work.kommun, dated) for dated in work.dates(MONTHS)]


def _entry(kommun: Kommun, d: Dated) -> Entry:
    """The key is the same in the next file, so that a meeting that is moved is moved in the calendar too."""
    year = f"-{d.day.year}" if d.code == "siffror" else ""  # they come every year: each is one of its own
    place = d.parts[1] if d.code == "mote" else ""
    summary = f"{capital(d.parts[0])} möts" if d.code == "mote" else meeting.what(d)
    return Entry(
        key=f"{d.code}-{d.key}{year}-{kommun.code}".casefold().replace(" ", "-"),
        summary=_plain(summary),
        first=d.day,
        last=d.last or d.day,
        start=d.start,
        end=d.end,
        description=_ABOUT.get(d.code, ""),
        place=place,
        address=d.parts[2] if d.code == "siffror" else "",
        category=_CATEGORY[d.code],
        remind=_REMIND.get(d.code, 0),
    )


def _plain(text: str) -> str:
    """Without the marks that keep words on one line: not every calendar shows them as nothing."""
    return text.replace(NBSP, " ").replace(WORD_JOINER, "")


def write(work: Work, path: Path) -> Path:
    """Write the calendar; one that is there is replaced whole.

    Raises
    ------
    FileLocked
        The file is open in another program, or the folder may not be written.
    """
    from kunskapsbaserat.data.export import replace_file

    replace_file(path, file_of(work))
    return path


def load(kommun: object = None, *, data: str | Path | None = None) -> Work:
    """What the calendar is made of: the kommun's folder, without one the expected figures alone, and never an invented plan.

    Raises
    ------
    UnknownKommun, FileError, PlanError, FormError, TableError, PersonalDataError, FileLocked
        As `work.load`.
    """
    return works.without_example(works.load(kommun, data=data))


# ---- what the command says -----------------------------------------------------------------------------------------------


def said(work: Work, made: Sequence[Entry]) -> list[str]:
    """How many dates, which duties are late, and what is missing for more of them."""
    last = max((one.first for one in made), default=work.day)
    many = "Ett datum" if len(made) == 1 else f"{len(made)} datum"
    lines = [f"{many} till och med {_plain(day(last))}. Öppna filen i kalendern; samma fil igen flyttar datum som har ändrats."]
    late = [d for d in work.duties if d.state is State.FORSENAT]
    lines += [f"Försenat, och därför inte med: {_plain(meeting.duty_late(d))}." for d in late]
    if work.plan is None:
        lines.append("Ingen åtgärdsplan: lagens frister är inte med. Ange kommunens mapp med --data.")
    if not work.meetings.items:
        lines.append("Inga möten: kör ”kunskap ny --moten KOMMUN MAPP” och fyll i när forumen möts.")
    return lines
