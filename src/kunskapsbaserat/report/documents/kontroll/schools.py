"""The schools in `kunskap kontroll`: each that could be read, and everything that is wrong in the others."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.data import school as schools
from kunskapsbaserat.errors import FileError, KunskapError
from kunskapsbaserat.report.documents.kontroll.words import schools as text


def inspect(folder: Path) -> tuple[list[str], int]:
    """Lines about the schools of a folder, and the number that cannot be used; none where there is no school."""
    there = schools.names(folder)
    if not there:
        return [], 0
    lines, errors = [text.HEADING], 0
    for name in there:
        try:
            (found,) = schools.read(folder, name)
        except FileError as error:
            unfilled = error.reason == "empty_book"
            lines += [text.unfilled(name)] if unfilled else text.cannot(name, error.svenska)
            errors += not unfilled
        except KunskapError as error:
            lines += text.cannot(name, error.svenska)
            errors += 1
        else:
            lines += text.about(found)
    return lines, errors
