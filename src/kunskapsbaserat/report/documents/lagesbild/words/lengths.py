"""The three lengths of a lägesbild: which files they are, and what they are called."""

from __future__ import annotations

from kunskapsbaserat.kommun import Kommun

REPORT, DECISION, ANNEX = "report.html", "beslut.html", "bilagor.html"
TITLES = {DECISION: "Underlag för beslut", ANNEX: "Bilagor"}
LINKS = ((DECISION, "Tre sidor för beslut"), (REPORT, "Hela lägesbilden"), (ANNEX, "Bilagor, metod och tabeller"))


def others(file: str) -> list[tuple[str, str]]:
    """The links from one of the files to the others."""
    return [link for link in LINKS if link[0] != file]


def annex_title(kommun: Kommun) -> str:
    return f"Bilagor till lägesbilden för {kommun.name}"
