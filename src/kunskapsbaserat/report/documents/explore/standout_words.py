"""What is said of all offences of one kommun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kunskapsbaserat import swedish
from kunskapsbaserat.report.documents.explore import words
from kunskapsbaserat.report.documents.explore.together_words import place
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.common_words import CHANGE
from kunskapsbaserat.swedish import listed
from kunskapsbaserat.trends import Change

if TYPE_CHECKING:
    from kunskapsbaserat.report.documents.explore.standouts import Standouts
    from kunskapsbaserat.report.documents.explore.view import View

CAPTION = "Så mycket har anmälningarna ändrats"
NO_CHANGE, LEVEL_NOTE = "ingen förändring", "läget"
HEADS = ("Brottstyp", "År", "Antal", "Mot jämförelsen", "Snitt före", "Snitt nu", "Förändring", "Dom")
KEY = (
    "Mot jämförelsen: talet per invånare mot mittersta hälften av kommunerna som jämförs. Snitt nu: de två senaste åren, per år. "
    "Snitt före: de fem åren före. Procent skrivs inte för få brott."
)
READ = (
    "Överst står det som är säkerställt, störst skillnad först: en förändring över tiden, eller ett tal som ligger utanför "
    "jämförelsens mittersta hälft. Sedan följer det som har bedömts utan att något är säkerställt, med det minst osäkra först. Sist "
    "står det som är för få för att bedöma, och det som inte kan bedömas.",
    "Fylld punkt: förändringen är säkerställd. Ihålig punkt: den är inte säkerställd. Strecket är intervallet.",
    "När många brottstyper prövas på en gång sticker några alltid ut av slump. Därför ställs högre krav ju fler som prövas. Grupper kan "
    "rymma samma brott: bilbrott ingår till exempel i stöld. Anmälningar kan öka för att fler anmäler.",
)


def heading(found: Standouts) -> str:
    return f"Vad sticker ut {found.kommun.where}?"


def sentence(found: Standouts) -> str:
    """What is säkerställt, by name; or that nothing is."""
    from kunskapsbaserat.report.documents.explore.standouts import level_stands_out

    up, down = (
        [v.facet.short for v in found.views if v.verdict["change"] is change]
        for change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
    )
    outside = [f"{v.facet.short} ({place(v).removeprefix('säkerställt ')})" for v in found.views if level_stands_out(v)]
    parts = []
    for label, names in (
        ("Säkerställd ökning", up),
        ("Säkerställd minskning", down),
        ("Säkerställt över eller under jämförelsens mittersta hälft", outside),
    ):
        if names:
            parts.append(f"{label}: {listed(names)}.")
    n = len(found.views)
    if not parts:
        return f"Inget av {swedish.word(n)} brottsmått sticker ut säkerställt. Det betyder inte att inget har ändrats, bara att det inte syns."
    return " ".join([*parts, f"Prövade: {swedish.word(n)} brottsmått."])


def rows(found: Standouts) -> list[list[str]]:
    return [
        [
            v.facet.name,
            str(v.year),
            labels.count(v.now["count"]),
            place(v),
            *(swedish.number(float(v.verdict[k])) for k in ("mean_earlier", "mean_latest")),
            size(v),
            CHANGE[v.verdict["change"]][1],
        ]
        for v in found.views
    ]


def size(view: View) -> str:
    """The change in per cent where one may be said."""
    row = view.verdict
    if row["change"] in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS) or pd.isna(row["ratio"]) or not row["percent_ok"]:
        return ".."
    return swedish.percent_sign(float(row["ratio"]) - 1)


def instead(view: View) -> str:
    return CHANGE[view.verdict["change"]][1]


def level_note(view: View) -> str:
    """ "över" where the level is säkerställt over the comparison; nothing where it is not säkerställt."""
    where = place(view)
    return where.removeprefix("säkerställt ") if where.startswith("säkerställt ") else ""


def hover(view: View) -> str:
    return f"{view.facet.name}: {words.changed(view).split(': ', 1)[-1]}"


def unit(found: Standouts) -> str:
    fill = "Fylld punkt: säkerställd förändring."
    level = " Läget: säkerställt över eller under jämförelsen." if any(level_note(v) for v in found.views) else ""
    return f"Antal anmälda brott, de två senaste åren mot de fem före. {fill}{level}"


def title(found: Standouts) -> str:
    return f"Punktdiagram: förändringen i {swedish.word(len(found.views))} brottsmått, {found.kommun.name}, det som sticker ut mest överst."


def table_caption(found: Standouts) -> str:
    return f"Alla brottsmått {found.kommun.where}, i den ordning de sticker ut"
