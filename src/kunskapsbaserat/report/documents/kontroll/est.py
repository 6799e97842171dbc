"""The EST in `kunskap kontroll`: what was read, what was not and where, and the possible duplicates that wait for a person."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.data import est as ests
from kunskapsbaserat.data.est import duplicates
from kunskapsbaserat.data.est.folder import lists
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.report.documents.est.material import proposed_pairs
from kunskapsbaserat.report.documents.kontroll.words import est as text


def inspect(folder: Path) -> tuple[list[str], int]:
    """Lines about the EST of a folder, and the number of errors; none where there is no EST.

    The possible duplicates are written to the folder's list, with the decisions already made.
    """
    if not ests.path_in(folder).exists() and not lists(folder):
        return [], 0
    try:
        found = ests.read(folder)
        if found.reports.empty and not found.book.remarks and found.book.reporters.empty:
            return [text.HEADING, f"  {text.EMPTY}"], 0
        pairs = proposed_pairs(found)
        count = 0
        if len(pairs) or found.decided:
            count = duplicates.write_proposals(folder / duplicates.FILE, found.reports, pairs, found.secret, found.now_called)
    except KunskapError as error:
        return [text.HEADING, f"  {text.ERROR} {error.svenska}"], 1
    said = [text.summary(found)]
    said += [text.mapping(name, m.name, verified=m.verified, note=m.note) for name, m in found.mappings.items()]
    said += [text.remark(r) for r in found.remarks]
    said.append(text.waiting(count))
    return [text.HEADING, *(f"  {line}" for line in said)], 0
