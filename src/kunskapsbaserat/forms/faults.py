"""What is wrong in a workbook to fill in: every finding with sheet, row and column, and one error that carries them all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.findings import Finding


class FormError(TableError):
    """A workbook has faults and is not used; `faults` has all of them. `kind` says in English what it should have been."""

    kind = "a form"

    def __init__(self, file: str | Path, faults: Sequence[Finding]) -> None:
        self.faults = tuple(faults)
        codes = ", ".join(f"{f.code} ({f.sheet}!{f.column or ''}{f.row or ''})" for f in faults)
        super().__init__(f"{self.kind} without faults, found {len(faults)}: {codes}", file=file)
        many = "ett fel" if len(faults) == 1 else f"{len(faults)} fel"
        lines = "\n".join(f"  {fault}" for fault in faults)
        self.svenska = f"{Path(file).name} har {many}. Inget läses halvt: rätta och spara arbetsboken.\n{lines}"


def error(code: str, sheet: str, row: int | None, column: str | None, svenska: str) -> Finding:
    return Finding("error", code, svenska, sheet=sheet, row=row, column=column)


def warning(code: str, sheet: str, row: int | None, column: str | None, svenska: str) -> Finding:
    return Finding("warning", code, svenska, sheet=sheet, row=row, column=column)
