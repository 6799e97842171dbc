"""A school's report after the steps of Tryggare skola, and the page over all schools of a kommun."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.report.documents import About


def schools(kommun: str, data: Path | None) -> tuple[str, ...]:
    """The schools of a kommun's folder, each of which gets a report of its own; without one the invented, of theirs."""
    from kunskapsbaserat.data import school
    from kunskapsbaserat.report.documents.skola import example

    if data is not None:
        return school.names(data)
    return tuple(example.SCHOOLS) if kommun == example.KOMMUN else ()


ABOUT = About(
    title="Skolrapport",
    help="Tryggare skola: en rapport för varje skola i kommunens mapp. För Borlänge finns fem påhittade skolor.",
    divided_by="skola",
    divisions=schools,
)
