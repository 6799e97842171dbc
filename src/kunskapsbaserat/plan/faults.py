"""What is wrong in a plan: every fault with sheet, row and column, all in one list, and one error that carries the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat.errors import TableError


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault or remark.

    `level` is "error" (the plan is not used) or "warning" (the plan is used, and the report says so). `code` is for programs,
    `svenska` is the whole sentence for a person. `row` is the one that Excel shows. `column` is the heading, or
    Excel's letter where there is no heading to go by.
    """

    level: str
    code: str
    sheet: str
    row: int | None
    column: str | None
    svenska: str

    @property
    def where(self) -> str:
        parts = [f"blad {self.sheet}"] if self.sheet else []
        parts += [f"rad {self.row}"] if self.row else []
        if self.column:
            letters = len(self.column) <= 2 and self.column.isupper()
            parts.append(f"kolumn {self.column}" if letters else f"kolumn ”{self.column}”")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.where}: {self.svenska}" if self.where else self.svenska


class PlanError(TableError):
    """A plan has faults and is not used; `faults` has all of them."""

    def __init__(self, file: str | Path, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        codes = ", ".join(f"{f.code} ({f.sheet}!{f.column or ''}{f.row or ''})" for f in faults)
        super().__init__(f"a plan without faults, found {len(faults)}: {codes}", file=file)
        many = "ett fel" if len(faults) == 1 else f"{len(faults)} fel"
        lines = "\n".join(f"  {fault}" for fault in faults)
        self.svenska = f"{Path(file).name} har {many}. Inget läses halvt: rätta och spara arbetsboken.\n{lines}"


def error(code: str, sheet: str, row: int | None, column: str | None, svenska: str) -> Fault:
    return Fault("error", code, sheet, row, column, svenska)


def warning(code: str, sheet: str, row: int | None, column: str | None, svenska: str) -> Fault:
    return Fault("warning", code, sheet, row, column, svenska)
