"""DECIDE: the åtgärdsplan as a checked chain problem -> orsak -> åtgärd -> mål, the act's duties, and how the goals went."""

from kunskapsbaserat.findings import Finding
from kunskapsbaserat.plan.chain import orphans
from kunskapsbaserat.plan.faults import PlanError
from kunskapsbaserat.plan.model import (
    Aktivitet,
    Atgard,
    Mal,
    Medborgarlofte,
    Organisation,
    Orsak,
    Plan,
    Problem,
)
from kunskapsbaserat.plan.workbook import inspect, path_in, read
from kunskapsbaserat.plan.writer import new_workbook, write_new

__all__ = [
    "Aktivitet",
    "Atgard",
    "Finding",
    "Mal",
    "Medborgarlofte",
    "Organisation",
    "Orsak",
    "Plan",
    "PlanError",
    "Problem",
    "inspect",
    "new_workbook",
    "orphans",
    "path_in",
    "read",
    "write_new",
]
