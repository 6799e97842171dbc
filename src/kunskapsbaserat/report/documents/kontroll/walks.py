"""The walks in `kunskap kontroll`: what was read, what is wrong, and every action that is late today."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kunskapsbaserat.data import walks as own_walks
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.report.documents.kontroll.words import walks as text
from kunskapsbaserat.report.documents.vandring import material


def inspect(folder: Path, today: date) -> tuple[list[str], int]:
    """Lines about the walks of a folder, and the number of errors; none where there is no workbook."""
    if not own_walks.path_in(folder).exists():
        return [], 0
    try:
        found = material.load(data=folder, datum=today.isoformat())
    except KunskapError as error:
        return [text.HEADING, *text.cannot(error.svenska)], 1
    if not found.all.walks:
        return [text.HEADING, text.EMPTY], 0
    lines = [text.HEADING, text.summary(found)]
    lines += [text.remark(one) for one in found.all.remarks]
    lines += [text.photo(shown) for shown in found.photos if shown.picture is None]
    old = {one.row_key for one in found.old}
    said = old | {one.row_key for one in found.late}
    lines += [text.late(one, today, old=one.row_key in old) for one in found.open if one.row_key in said]
    return lines, 0
