"""The ledger's file: two copies, so that a lost or damaged one is seen, and one writer at a time, so that none is forgotten."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from kunskapsbaserat.data import locks
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.disclosure.ledger import Figure, Ledger
from kunskapsbaserat.errors import DisclosureError, FileLocked

PATIENCE = 30.0  # seconds; a ledger is written in milliseconds


Mine = Callable[[Ledger], Ledger]


def _as_it_is(ledger: Ledger) -> Ledger:
    return ledger


def copy_of(path: Path) -> Path:
    """Where the second copy of a ledger lies: hidden beside it, so that it follows the folder and not a single file."""
    return path.with_name(f".{path.stem}.kopia{path.suffix}")


def read(path: Path, *, mine: Mine = _as_it_is) -> tuple[Ledger, str]:
    """The ledger of a folder and its text; an empty one before the first report.

    `mine` makes what was read this folder's (`public.keyed`); it may refuse.

    Raises
    ------
    DisclosureError
        It cannot be read, is damaged, or is gone or older than its copy: what has been published would be forgotten.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if copy_of(path).exists():
            raise _lost(path) from None
        return mine(Ledger()), ""
    except (OSError, UnicodeDecodeError) as error:
        raise DisclosureError(
            f"{path.name} cannot be read", svenska=f"{path.name} går inte att läsa. Utan den kan ingen offentlig version göras."
        ) from error
    ledger = mine(Ledger.from_text(text, name=path.name))
    if not _reports_of_copy(path, mine) <= set(ledger.reports.items()):
        raise _lost(path)
    return ledger, text


def _reports_of_copy(path: Path, mine: Mine) -> set[tuple[date, tuple[Figure, ...]]]:
    """What the copy holds of reports; nothing when it cannot be read, for `keep` writes it anew."""
    try:
        return set(mine(Ledger.from_text(copy_of(path).read_text(encoding="utf-8"))).reports.items())
    except (OSError, UnicodeDecodeError, DisclosureError):
        return set()


def keep(path: Path, ledger: Ledger, *, seen: str, judge_again: Callable[[Ledger], Ledger], mine: Mine = _as_it_is) -> None:
    """Write the ledger with what a report tells; nothing that another report noted meanwhile is lost.

    Parameters
    ----------
    path : Path
        The file.
    ledger : Ledger
        With the report that is to be noted.
    seen : str
        The text of the file when the report was judged, as `read` gave it.
    judge_again : callable
        Called with the ledger as it is now when that is another: gives the one to write, or raises.
    mine : callable
        As for `read`.

    Raises
    ------
    DisclosureError
        The file is lost or damaged, another program holds it, or `judge_again` refuses.
    FileLocked
        The file may not be written.
    """
    with _alone(path):
        now, text = read(path, mine=mine)
        said = (ledger if text == seen else judge_again(now)).to_text().encode("utf-8")
        for place in (path, copy_of(path)):  # the file first: the copy may be older, never newer
            if not place.exists() or place.read_bytes() != said:  # bytes: a damaged copy may be no text
                replace_file(place, said)


def _lost(path: Path) -> DisclosureError:
    copy = copy_of(path).name
    return DisclosureError(
        f"{path.name} is gone or older than its copy; what has been published cannot be known",
        svenska=f"{path.name} saknas eller är äldre än sin kopia, så det går inte att veta vad som redan är "
        f"publicerat. Hämta tillbaka filen ur en säkerhetskopia. I samma mapp ligger också en dold kopia, {copy}: byt namn på "
        f"den till {path.name}. Finns ingen av dem: gör om registret ur tidigare rapporter med ”kunskap aterskapa”. "
        "Utan filen kan ingen offentlig version göras.",
    )


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locks.held(path.with_name(f".{path.stem}.las"), patience=PATIENCE))
        except TimeoutError as error:
            raise DisclosureError(
                f"another program is writing {path.name}",
                svenska=f"Ett annat program skriver i {path.name}. Vänta tills det är klart och skapa rapporten igen.",
            ) from error
        except OSError as error:
            raise FileLocked(path) from error
        yield
