"""What is wrong in a plan: every finding with sheet, row and column, and one error that carries them all."""

from __future__ import annotations

from kunskapsbaserat.forms.faults import FormError
from kunskapsbaserat.forms.faults import error as error
from kunskapsbaserat.forms.faults import warning as warning


class PlanError(FormError):
    """A plan has faults and is not used; `faults` has all of them.

    Attributes
    ----------
    faults : tuple of Finding
        Everything that is wrong, each with sheet, row and column.

    Examples
    --------
    A goal of a measure that is not in the plan:

    >>> from kunskapsbaserat.plan import PlanError
    >>> from kunskapsbaserat.plan.example import rows
    >>> from kunskapsbaserat.plan.workbook import from_rows
    >>> book = rows()
    >>> book["Mål"][1][book["Mål"][0].index("Åtgärder")] = "Å99"
    >>> try:
    ...     from_rows(book, kommun="2081", name="atgardsplan.xlsx")
    ... except PlanError as error:
    ...     print(error.faults[0])
    blad ”Mål”, rad 2, kolumn ”Åtgärder”: id Å99 finns inte på bladet Åtgärder. Menade du Å8?
    """

    kind = "a plan"
