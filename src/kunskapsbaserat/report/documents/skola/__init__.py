"""A school's report after the steps of Tryggare skola, and the page over all schools of a kommun."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.data import school
from kunskapsbaserat.report.documents import About


def schools(data: Path | None) -> tuple[str, ...]:
    """The schools of a folder, each of which gets a report of its own; the invented ones without a folder."""
    if data is not None:
        return school.names(data)
    from kunskapsbaserat.report.documents.skola import example

    return tuple(example.SCHOOLS)


ABOUT = About(
    title="Skolrapport",
    help="Tryggare skola: en rapport för varje skola i kommunens mapp. För Borlänge finns fem påhittade skolor.",
    divided_by="skola",
    divisions=schools,
)
