"""The words of the page that lists the reports of a batch."""

from __future__ import annotations

TITLE = "Rapporter för kommunerna"
KOMMUN, REPORTS = "Kommun", "Rapporter"
BESIDE = {"beslut.html": "tre sidor för beslut", "bilagor.html": "bilagor", "fullmaktige.html": "för fullmäktige"}
"""Pages beside a report that a reader of the list may go straight to."""
NO_RANKING = (
    "Kommunerna står länsvis i bokstavsordning. Sidan jämför dem inte med varandra: det gör varje rapport, med de "
    "kommuner som liknar den egna."
)


def lead(*, kommuner: int, done: int, failed: int) -> str:
    """How many reports there are, and how many are missing."""
    places = "en kommun" if kommuner == 1 else f"{kommuner} kommuner"
    said = f"{done} {'rapport' if done == 1 else 'rapporter'} för {places}."
    if failed:
        said += f" {failed} {'rapport' if failed == 1 else 'rapporter'} kunde inte skapas den här gången."
    return said


def failed(cell: int | None, *, older: bool) -> str:
    """Why a report is missing, for those who read the page; the reason itself stands in the log."""
    where = f" (cell {cell})" if cell else ""
    if older:
        return f"kunde inte skapas på nytt{where}; länken går till en äldre rapport"
    return f"kunde inte skapas{where}"


def made_with(version: str) -> str:
    return f"Skapad med kunskapsbaserat {version}."
