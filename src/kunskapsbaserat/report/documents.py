"""Which documents there are, and whether what one of them stands on can be used: asked before anything is made."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report import followup_material, underlag

FOLLOW_UP = "uppfoljning"


def require(template: str, kommun: Kommun, data: Path | None) -> None:
    """Stop when the kommun's folder or plan cannot be used, with the same errors as the document's own `load`.

    Raises
    ------
    FileError, TableError, PlanError, PersonalDataError
        What is wrong, in Swedish too.
    """
    if template == FOLLOW_UP:
        followup_material.load(kommun, data=data)
    elif data is not None:
        underlag.load(kommun, data=data)
