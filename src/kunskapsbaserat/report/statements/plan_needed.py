"""What is said where a page cannot be made without an åtgärdsplan."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.plan import example, path_in
from kunskapsbaserat.plan.workbook import unfilled
from kunskapsbaserat.swedish import quoted


def no_plan(place: Kommun, template: str, data: str | Path | None) -> FileError:
    """The plan is missing, or not filled in, and what to do."""
    if data is not None and path_in(data).exists():
        return unfilled(path_in(data))
    name = kommuner.get(example.KOMMUN).name
    return FileError(
        "no_plan",
        "atgardsplan.xlsx",
        f"is needed: give the kommun's folder (the invented plan is for {name})",
        f"behövs för mallen {template}. Kör ”kunskap ny {quoted(place.name)} MAPP”, fyll i arbetsboken och kör sedan ”kunskap rapport "
        f"{template} --data MAPP”. (En påhittad exempelplan finns för {name}.)",
    )
