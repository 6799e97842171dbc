"""A kommun's EST over two years, SIMULERAD, with what a report has to say something about in the last fortnight."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path

import numpy as np
from folders import LAST, PLACES, made_folder, signed

from kept import room
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.page import html

LEVELS = {"Kyrkskolan": 4, "Vaktbolaget": 9, "Polisen": 3, "Tunabyggen": 7, "Nya gymnasiet": 14}
CATEGORIES = ("Skadegörelse", "Klotter", "Narkotika", "Våld och bråk", "Buskörning och trafik", "Våld i nära relation")
SHARES = (0.3, 0.2, 0.2, 0.15, 0.13, 0.02)
FORTNIGHTS = 54


def event_rows(seed: int = 5) -> list[list[object]]:
    rng = np.random.default_rng(seed)
    rows: list[list[object]] = []
    for back in range(FORTNIGHTS):
        for reporter, level in LEVELS.items():
            if reporter == "Nya gymnasiet" and back:
                continue  # a new account in the last fortnight
            wave = not back and reporter == "Vaktbolaget"  # twice as much from one who has reported before
            for _ in range(rng.poisson(2 * level if wave else level)):
                day = LAST - dt.timedelta(days=14 * back + int(rng.integers(0, 14)))
                hour = int(rng.choice([21, 22, 23, 15, 10], p=[0.3, 0.25, 0.2, 0.15, 0.1]))
                happened = dt.datetime.combine(day, dt.time(hour, int(rng.integers(0, 60))))
                place, category = PLACES[int(rng.choice(3, p=[0.5, 0.3, 0.2]))][0], str(rng.choice(CATEGORIES, p=SHARES))
                if wave and rng.random() < 0.8:
                    place, category = "Tjärna Ängar torg", "Klotter"
                end = happened + dt.timedelta(hours=int(rng.choice([0, 0, 1, 9])))
                reported = min(happened + dt.timedelta(hours=1), dt.datetime.combine(day, dt.time(23, 59)))
                x, y = (None, None) if rng.random() < 0.8 else (15.40 + 0.05 * rng.random(), 60.47 + 0.03 * rng.random())
                said = place if x is None else None
                rows.append(
                    [
                        *(f"H{len(rows)}", f"{reported:%Y-%m-%d %H:%M}", f"{happened:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}"),
                        *(category, said, x, y, None, f"{rng.integers(1, 4)}", reporter, "okänt"),
                    ]
                )
    return rows


def registers() -> dict[str, list[list[object]]]:
    def ago(days: int) -> dt.date:
        return LAST - dt.timedelta(days=days)

    return {
        sheets.REPORTERS: [
            ["Tunabyggen", "Bostadsbolag", dt.date(2024, 1, 1)],
            ["Nya gymnasiet", "Skola", ago(13)],
            ["Fritid", "Fritid"],
        ],
        sheets.PROBLEMS: [
            ["P1", "Klotter på torget", "Tjärna Ängar torg", "Klotter", ago(5), "P2"],
            ["P2", "Gäng stör vid stationen", "Stationen", "Narkotika", ago(60)],
            ["P3", "Avslutat problem", "Stationen", "Narkotika", ago(90), None, ago(30)],
        ],
        sheets.MEASURES: [
            ["Å1", "Sanera torget", "Tjärna Ängar torg", "P1", ago(5), "Gata och park", ago(-20), "Pågår"],
            [
                "Å2",
                "Trygghetsvärdar på kvällen",
                "Stationen",
                "P2",
                ago(60),
                "Kommunstyrelsen",
                ago(10),
                "Pågår",
                ago(200),
                "ja",
            ],
            ["Å3", "Klar sak", "Stationen", "P2", ago(60), "Kommunstyrelsen", ago(20), "Klar"],
        ],
        sheets.DECISIONS: [
            ["B1", ago(-2), "Fältarna är vid torget på fredagar", "Socialförvaltningen"],
            ["B2", ago(60), "Gammalt beslut"],
        ],
        sheets.COMING: [
            ["K1", ago(-8), None, "Skyltsöndag", "Stationen", "nej", "ja"],
            ["K2", dt.date(2024, 12, 13), None, "Lucia", None, "ja"],
        ],
        sheets.WALKS: [
            [
                "T1",
                ago(200),
                "mörkt",
                "Stadsparken",
                "Belysning",
                "Två lampor är släckta",
                "Byt lamporna",
                "Gata och park",
                ago(100),
                None,
                "görs",
            ],
            [
                "T2",
                ago(200),
                "mörkt",
                "Stadsparken",
                "Sikt",
                "Häcken skymmer",
                "Ta bort häcken",
                "Gata och park",
                None,
                None,
                "görs inte",
                "Häcken är skyddad",
            ],
        ],
        sheets.DIALOGUES: [
            [
                "D1",
                ago(50),
                42,
                28,
                3,
                25,
                "Otryggt vid stationen",
                17,
                "Stationen",
                "Mer ljus",
                "Gata och park",
                ago(-30),
                None,
                "görs",
            ]
        ],
        sheets.PUBLIC_WORDS: [signed("Otryggt vid stationen", sheets.THEME)],
    }


@functools.cache
def folder() -> Path:
    return made_folder(room("est å ") / "borlänge", registers() | {sheets.EVENTS: event_rows()})


@functools.cache
def report() -> est.Est:
    return est.load(data=folder())


@functools.cache
def record() -> dict:
    return report().bilagor().record


@functools.cache
def pages() -> dict[str, str]:
    """Every page by its file name."""
    e, made = report(), record()
    main = html.page(
        [*(part.to_html() for part in e.parts()), e.bilagor().part.to_html()],
        title=made["title"],
        foot=made["foot"],
        nav=made["nav"],
        made_with=made["made_with"],
    )
    return {"report.html": main, **made["pages"]}
