"""The words of the page that lists the reports of a batch."""

from __future__ import annotations

AREA, REPORTS = "Område", "Rapporter"
BESIDE = {"beslut.html": "tre sidor för beslut", "bilagor.html": "bilagor", "fullmaktige.html": "för fullmäktige"}
"""Pages beside a report that a reader of the list may go straight to."""
NO_RANKING = (
    "Kommunerna står länsvis i bokstavsordning. Sidan jämför dem inte med varandra: det gör varje rapport, med de "
    "kommuner som liknar den egna."
)


def title(kommuner: int, lan: int) -> str:
    """What the list is called."""
    if kommuner and lan:
        return "Rapporter för länen och kommunerna"
    return "Rapporter för länen" if lan else "Rapporter för kommunerna"


def places(kommuner: int, lan: int) -> str:
    """How many kommuner and län there are reports about."""
    several = ["ett län" if lan == 1 else f"{lan} län"] if lan else []
    several += ["en kommun" if kommuner == 1 else f"{kommuner} kommuner"] if kommuner else []
    return " och ".join(several)


def lead(*, places: str, done: int, failed: int) -> str:
    """How many reports there are, and how many are missing."""
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
