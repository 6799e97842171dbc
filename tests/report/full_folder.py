"""A kommun's folder with everything filled in, made in code: EST, walks, dialogues, own files of every kind, every own text."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from folders import made_folder
from simulated import event_rows, registers

from kept import room
from kunskapsbaserat.data import mapping
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.report.material import law

COSTS = "År;Kostnad\n2023;1200000\n2024;1350000\n2025;1280000\n"
COSTS_MAPPING = {
    **{"källa": "Kommunen", "titel": "Kostnader för skadegörelse", "innehåll": "indikator", "område": "fast: 2081"},
    **{"period": "År", "mått": "fast: skadegörelse", "värde": "Kostnad", "enhet": "kronor"},
}
SURVEY = (
    "År;Fråga;Andel;Svar;Tillfrågade\n"
    "2023;Otrygg på rasten;12;400;520\n2025;Otrygg på rasten;28;412;480\n"
    "2023;Utsatt för brott i skolan;9;400;520\n2025;Utsatt för brott i skolan;10;412;480\n"
    "2023;Har någon vuxen att prata med;81;400;520\n2025;Har någon vuxen att prata med;79;412;480\n"
)
SURVEY_MAPPING = {
    **{"källa": "Skolorna i kommunen", "titel": "Skolenkäten i årskurs 8", "innehåll": "andel", "område": "fast: 2081"},
    **{"period": "År", "mått": "Fråga", "värde": "Andel", "enhet": "procent", "antal svar": "Svar"},
    "antal tillfrågade": "Tillfrågade",
}
FIRES_MAPPING = {
    **{"källa": "Räddningstjänsten", "titel": "Anlagda bränder och klotter", "innehåll": "antal", "område": "fast: 2081"},
    **{"period": "År", "mått": "Typ", "värde": "Antal"},
}
AREAS_MAPPING = {
    **{"källa": "Gata och park", "titel": "Skadegörelse som lagats", "innehåll": "antal", "område": "Område"},
    **{"områdesnivå": "deso", "period": "År", "mått": "fast: Skadegörelse", "värde": "Antal"},
}
PEOPLE_MAPPING = {
    **{"källa": "SCB", "titel": "Folkmängd per DeSO", "innehåll": "befolkning", "område": "Område", "områdesnivå": "deso"},
    **{"period": "År", "värde": "Antal"},
}
QUARTERS_MAPPING = {
    **{"källa": "Tunabyggen", "titel": "Störningar i bostadsområden", "innehåll": "antal", "område": "Stadsdel"},
    **{"områdesnivå": "stadsdel", "period": "År", "mått": "fast: Störningar", "värde": "Antal"},
}


def fires() -> str:
    """Ten years; fires rise for certain in the last two, graffiti does not."""
    rng = np.random.default_rng(4)
    lines = ["År;Typ;Antal"]
    for year in range(2016, 2026):
        lines.append(f"{year};Anlagda bränder;{rng.poisson(70 if year > 2023 else 30)}")
        lines.append(f"{year};Klottersaneringar;{rng.poisson(120)}")
    return "\n".join(lines) + "\n"


def areas() -> tuple[str, str]:
    """Twelve DeSO, one where nobody lives and one with three events, and their inhabitants."""
    counts, people = ["Område;År;Antal"], ["Område;År;Antal"]
    for number in range(12):
        code = f"2081{'C' if number < 9 else 'A'}{1010 + 10 * number}"
        counts.append(f"{code};2025;{3 if number == 4 else 6 + 5 * number}")
        people.append(f"{code};2025;{0 if number == 7 else 1200 + 60 * number}")
    return "\n".join(counts) + "\n", "\n".join(people) + "\n"


def stadsdelar() -> str:
    names = {"Centrum": 140, "Tjärna Ängar": 95, "Hagalund": 40, "Kvarnsveden": 61, "Romme": 22}
    return "Stadsdel;År;Antal\n" + "".join(
        f"{name};{year};{n + year % 7}\n" for name, n in names.items() for year in (2024, 2025)
    )


def add_file(folder: Path, name: str, text: str, about: Mapping[str, str], place: str = "lokalt") -> Path:
    """A file of the kommun's own with its mapping."""
    path = folder / place / name
    path.write_text(text, encoding="utf-8")
    lines = ["fält;värde", *(f'{key};"{value}"' for key, value in about.items())]
    mapping.path_for(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_texts(folder: Path) -> None:
    """A sentence of the kommun's own in every place that the act asks for."""
    texts = (folder / "texter.md").read_text(encoding="utf-8-sig")
    for place in law.PLACES.values():
        before, heading, after = texts.partition(f"## {place.heading}\n")
        assert heading, place.heading
        texts = f"{before}{heading}\nKommunens ord om {place.key}.\n{after}"
    (folder / "texter.md").write_text(texts, encoding="utf-8")


@functools.cache
def full_folder() -> Path:
    folder = made_folder(room("full å ") / "borlänge", registers() | {sheets.EVENTS: event_rows()})
    counts, people = areas()
    add_file(folder, "kostnader.csv", COSTS, COSTS_MAPPING)
    add_file(folder, "skolenkät.csv", SURVEY, SURVEY_MAPPING)
    add_file(folder, "bränder.csv", fires(), FIRES_MAPPING)
    add_file(folder, "deso.csv", counts, AREAS_MAPPING)
    add_file(folder, "folk.csv", people, PEOPLE_MAPPING, "befolkning")
    add_file(folder, "störningar.csv", stadsdelar(), QUARTERS_MAPPING)
    write_texts(folder)
    return folder
