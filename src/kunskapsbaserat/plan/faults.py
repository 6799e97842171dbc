"""What is wrong in a plan: every finding with sheet, row and column, and one error that carries them all."""

from __future__ import annotations

from kunskapsbaserat.forms.faults import FormError
from kunskapsbaserat.forms.faults import error as error
from kunskapsbaserat.forms.faults import warning as warning


class PlanError(FormError):
    """A plan has faults and is not used; `faults` has all of them."""

    kind = "a plan"
