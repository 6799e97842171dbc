"""Every text that the plan's workbook asks for is told somewhere in the follow-up: to ask and not use wastes an evening."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from kunskapsbaserat.plan import Plan
from kunskapsbaserat.plan.example import example
from kunskapsbaserat.plan.protected import protected
from kunskapsbaserat.plan.sheets import AKTIVITETER, ATGARDER, LOFTEN, MAL, ORGANISATION, ORSAKER, PROBLEM, SHEETS
from kunskapsbaserat.plan.work_sheets import FOKUS, GRANNSAMVERKAN, KONTROLLER, PLATSER, PROCESSTAL
from kunskapsbaserat.report.documents.uppfoljning import material
from kunskapsbaserat.report.documents.uppfoljning.document import Uppfoljning
from kunskapsbaserat.report.material import underlag

PARTS = {
    PROBLEM: "problem",
    ORSAKER: "orsaker",
    ATGARDER: "atgarder",
    MAL: "mal",
    AKTIVITETER: "aktiviteter",
    LOFTEN: "loften",
    FOKUS: "fokus",
    PROCESSTAL: "processtal",
    KONTROLLER: "kontroller",
    GRANNSAMVERKAN: "grannsamverkan",
    PLATSER: "platser",
}
OF_GRANT = ("statliga_bidrag",)  # asked for the application for a grant, which prints it


def own(plan: Plan) -> Plan:
    """The plan with a goal and a focus area that are measured with figures of the kommun's own."""
    goal = dataclasses.replace(plan.mal[0], indikator="trafik_hastighet", utfall=12.0, enhet="%")
    focus = dataclasses.replace(plan.fokus[0], indikator=None, storlek=40.0, ar=2024)
    return dataclasses.replace(plan, mal=(goal, *plan.mal[1:]), fokus=(focus, *plan.fokus[1:]))


def marked(plan: Plan) -> tuple[Plan, dict[str, str]]:
    """The plan with a text of its own in every column of texts, and the column of each text."""
    columns: dict[str, str] = {}
    parts: dict[str, Any] = {}
    for sheet, name in PARTS.items():
        texts = {c.name: f"Qx{name}{c.name.replace('_', '')}qz" for c in SHEETS[sheet] if c.kind == "text"}
        columns |= {text: f"{sheet}: {c.head}" for c in SHEETS[sheet] if (text := texts.get(c.name))}
        parts[name] = tuple(dataclasses.replace(row, **texts) for row in getattr(plan, name))
    filled = plan.organisation
    lines = {
        line.name: f"Qxkommun{line.name.replace('_', '')}qz"
        for line in ORGANISATION
        if isinstance(getattr(filled, line.name, None), str)
    }
    columns |= {text: f"Kommun: {name}" for name, text in lines.items() if name not in OF_GRANT}
    return dataclasses.replace(plan, organisation=dataclasses.replace(filled, **lines), **parts), columns


@pytest.fixture(scope="module")
def page() -> tuple[str, dict[str, str]]:
    plan, columns = marked(own(example()))
    document = Uppfoljning(material.Material(underlag.load(plan.kommun), protected(plan)))
    appendix = document.bilagor()
    parts = [*document.parts(), appendix.part]
    told = [*(part.to_html() for part in parts), *appendix.record["tables"].values(), *document.pages().values()]
    return "".join(told), columns


def test_every_sheet_is_tried():
    assert set(PARTS) == set(SHEETS)


def test_every_text_of_the_plan_is_told(page: tuple[str, dict[str, str]]):
    told, columns = page
    assert [column for text, column in columns.items() if text.casefold() not in told.casefold()] == []
