"""A page for each nämnd of the plan: its own measures, cost and next step; and one over all of them."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.report.documents import About


def boards(kommun: str, data: Path | None) -> tuple[str, ...]:
    """The nämnder of a kommun's plan, by the names of their pages; none without a plan."""
    from kunskapsbaserat.report.documents.namnd import material

    return material.keys_of(kommun, data)


ABOUT = About(
    title="Till nämnden",
    help="En sida för varje nämnd i åtgärdsplanen (--namnd väljer en): egna åtgärder, kostnad och nästa steg.",
    divided_by="namnd",
    divisions=boards,
)
