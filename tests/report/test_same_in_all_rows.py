"""What every row of a table says stands once, under its caption."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from pages import ANNEX, DECISION, REPORT, page

from kunskapsbaserat.report.page.blocks import Blank, Cell, Column, Mark, Spark, Stacked, Table
from kunskapsbaserat.report.page.charts import Drawing
from kunskapsbaserat.report.statements.common_blocks import same_in_all_rows


def table(*rows: list[Cell]) -> Table:
    return Table("Rubrik", [Column("Mål"), Column("Önskad riktning"), Column("Utfall"), Column("Svar")], rows, ())


def test_a_column_that_says_the_same_stands_once():
    mark = Mark("ingen", "ingen säkerställd skillnad")
    found = same_in_all_rows(table(*([name, "ner", outcome, mark] for name, outcome in (("a", "1"), ("b", "2"), ("c", "2")))))
    assert [c.head for c in found.columns] == ["Mål", "Utfall"]
    assert list(map(list, found.rows)) == [["a", "1"], ["b", "2"], ["c", "2"]]
    assert found.scope_line == "Lika för alla: önskad riktning – ner; svar – ingen säkerställd skillnad."


def test_what_is_left_alone():
    """Two rows are no pattern; a table is not emptied; what differs in its small words differs; nothing is said of nothing."""
    two = table(["a", "ner", "1", "x"], ["b", "ner", "2", "x"])
    assert same_in_all_rows(two) is two
    alike = table(*(["a", "ner", "1", "x"] for _ in range(3)))
    assert same_in_all_rows(alike) is alike
    small = same_in_all_rows(table(*([str(n), Stacked("33", f"(29–{n})"), str(n), "."] for n in range(3))))
    assert [c.head for c in small.columns] == ["Mål", "Önskad riktning", "Utfall"]
    assert small.scope_line == ""
    blank = same_in_all_rows(table(*([str(n), "ner", str(n), Blank("fylls i")] for n in range(3))))
    assert blank.scope_line == "Lika för alla: önskad riktning – ner; svar – fylls i."


def test_what_is_drawn_is_never_the_same():
    """A sparkline has no words, and still differs from row to row."""
    drawing = Drawing("", 132, 35)
    found = same_in_all_rows(table(*([str(n), Spark(drawing), str(n), "x"] for n in range(3))))
    assert [c.head for c in found.columns] == ["Mål", "Önskad riktning", "Utfall"]


@pytest.mark.parametrize("file", [REPORT, DECISION, ANNEX])
@pytest.mark.parametrize("kommun", ["Borlänge", "Vansbro", "Stockholm"])
def test_no_column_of_a_report_says_the_same_in_every_row(kommun: str, file: str):
    found = []
    for shown in BeautifulSoup(page(kommun, file=file), "html.parser").find_all("table"):
        rows = [[c.get_text(" ", strip=True) for c in r.find_all("td")] for r in shown.select("tbody tr:not(.grupp)")]
        texts = [set(column) - {""} for column in zip(*rows, strict=True)] if len(rows) > 2 else []
        found += [(shown.caption.get_text(" "), *column) for column in texts if len(column) == 1]
    assert found == []
