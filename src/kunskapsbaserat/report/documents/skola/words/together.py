"""Words of the page over several schools: beside each other in alphabetical order, and never by a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kunskapsbaserat.data.school.factors import INDEX_MAX
from kunskapsbaserat.swedish import number

HEADS = ("Skola", "År", "Svar", "Trygga i skolan", "Troligen mellan", "Index", "Formulär")
LEAD = "{0} skolor har gjort kartläggningen. De står i bokstavsordning och rangordnas inte."
SAME_QUESTIONS = "Ställ samma frågor i alla skolor nästa år också, med samma version av formuläret."
ALL_STEPS = "Alla skolor har gjort alla steg."
STEP_HEADING = "Stegen i varje skola"
STEP_HEADS = ("Skola", "Gjorda steg", "Saknas", "Arbetstid")
SURVEY_HEADING = "Så svarade eleverna i varje skola"
SURVEY_CAPTION, OVERVIEW = "Elevernas svar", "Skolorna i bokstavsordning"
SURVEY_HEADS = ("Skola", "Instämmer (troligen mellan)", "Svar", "Mot året före")
CAUSE_HEADS = ("Skola", "Fysiska", "Sociala", "Organisatoriska")
INCIDENT_HEADS = ("Skola", "Antal", "Året före")
INDEX_HEADING = "Platserna i varje skola"
INDEX_CAPTION = f"Index, 0–{INDEX_MAX}"
INDEX_HEADS = ("Skola", "Index", "Skillnad mot året före")
THEMES_HEADING = "Teman i samtalen"
THEMES_HEADS = ("Tema", "Skolor där det kom upp")
CAUSES_HEADING = "Troliga orsaker i varje skola"
PLAN_HEADING = "Skolornas planer"
EFFECT_HEADING = "Skolor med insatser bredvid skolor utan"
NO_RANKING = (
    "Skolorna går inte att rangordna. Eleverna är olika, olika stor del har svarat och olika personer har bedömt platserna. Överlappar "
    "två intervall kan skillnaden vara slump."
)
WHAT_ALL = "Insatserna"
WHAT_SHARE = "Andelen som är trygga i skolan"
WHAT_INDEX = "Index för platserna"
NAMES: Mapping[str, str] = {"share": "andelen som är trygga i skolan", "index": "index"}
NO_COMPARISON = (
    "Alla skolor har börjat med insatser. Då finns ingen att jämföra med, och det går inte att säga varför något har ändrats."
)
NOBODY_BEGAN = "Ingen skola har fyllt i när insatserna började. Det går inte att säga varför något har ändrats."
DIFFERENT_STARTS = "Skolornas insatser började olika år. Det går inte att säga varför något har ändrats."
DIFFERENT_FORMS = (
    "Skolorna har använt olika versioner av formuläret. De jämförs inte, och det går inte att säga varför något har ändrats."
)
NO_FIGURES = "Det finns för få svar att visa. Det går inte att säga varför något har ändrats."


def lead(schools: int) -> str:
    return LEAD.format(number(schools))


def unread(folders: Sequence[str]) -> str:
    return f"Kan inte läsas: {', '.join(folders)}. Felen står i skolans egen rapportlogg." if folders else ""


_SCHOOLS = {"områden": "skolor", "ett område": "en skola", "Området": "Skolan", "område ": "skola "}


def of_schools(said: str) -> str:
    """What an evaluation says of areas, said of schools."""
    for area, school in _SCHOOLS.items():
        said = said.replace(area, school)
    return said


def no_design(svenska: str) -> str:
    return f"Det går inte att säga varför. {svenska} Minst två år före insatserna och ett år efter behövs, i alla skolorna."


def every(schools: int) -> str:
    return f"Alla {number(schools)}"


def missing(steps: Mapping[str, Sequence[str]]) -> str:
    """Which schools lack which steps, by step."""
    said = [f"{step}: {', '.join(schools)}" for step, schools in steps.items() if schools]
    return f"Saknas. {'. '.join(said)}." if said else ALL_STEPS


def raised(times: int, of: int, theme: str) -> str:
    return f"{theme.capitalize()} kom upp i samtal i {number(times)} av {number(of)} skolor."
