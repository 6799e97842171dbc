"""What is said about an analyst's own figures and tables, on the page and to the analyst."""

from __future__ import annotations

from collections.abc import Sequence

TOPIC = "Eget underlag"
FIGURE, TABLE = "Egen figur", "Egen tabell"
VALUE, SERIES, PLACE, AXIS = "Värde", "Serie", "Läge", "Axel"
YES, NO = "Ja", "Nej"
HIDDEN_COLUMN = "dolt"
HIDDEN_NOTE = "1–4 och .. visas i stället för små tal, och för tal som de kunde räknas ut från."
CAPTION = "Siffrorna i figuren"

# ---- what is wrong, and what to do -----------------------------------------------------------------------------------------

NOT_DRAWN = "en figur från Matplotlib eller seaborn, till exempel det som sns.barplot(...) ger tillbaka"
EMPTY_FIGURE = "Figuren är tom. Rita något i den, och anropa kb.figur i samma cell."
NOT_A_TABLE = "en tabell (DataFrame eller Series)"
RASTER = (
    "Figuren innehåller en bild av bildpunkter (till exempel imshow), och dess tal går inte att läsa. Rita med linjer, "
    "staplar, punkter eller sns.heatmap. Ett foto läggs i en Markdown-cell."
)
LINKS = "Figuren innehåller en länk. Skriv adressen i källan i stället."
NAME_THE_AXIS = (
    "Axeln säger inte vad talen är, och tal under 5 kan vara personer. Skriv det på axeln (eller vid färgskalan), till exempel "
    "ax.set_ylabel(”Per 1 000 invånare”)."
)
MERGE = (
    "Slå ihop områden, år eller kategorier så att inget tal är 1–4. Gäller talen hela kommuner eller län och har källan "
    "publicerat dem, skriv niva=”kommun” i anropet."
)
SMALL_IN_WORDS = "Texten ”{text}” i figuren är ett tal mellan 1 och 4. " + MERGE
PIE_OF_UNKNOWN = (
    "Cirkeldiagrammet säger inte hur många andelarna gäller. Skriv det i figuren, till exempel ax.set_title(”n = 120”)."
)
PIE_OF_FEW = "Färre än fem ligger bakom en del av cirkeln. Slå ihop delar."
PERSONAL = "{what} innehåller något som liknar {kinds}. Ta bort det. Vad som står där upprepas inte."
INTERNAL = "{what} är märkt ”{word}”, och sidan kan bli offentlig. Ta bort märkningen om innehållet får visas."


def cannot_read(kinds: Sequence[str]) -> str:
    return (
        f"Figuren har något som inte går att läsa av ({', '.join(kinds)}). Rita med linjer, staplar, punkter, fält eller "
        "en karta med färger."
    )


def small(numbers: Sequence[str], many: int) -> str:
    shown = "; ".join(numbers)
    more = f" och {many - len(numbers)} till" if many > len(numbers) else ""
    return f"Tal mellan 1 och 4 kan peka ut personer: {shown}{more}. {MERGE}"


def too_large(size: int, limit: int) -> str:
    return (
        f"Figuren är {size // 1000} kB som vektorbild. Gränsen är {limit // 1000} kB, så att sidan öppnas fort. Rita färre "
        "punkter: summera per år eller månad, eller visa en fördelning (sns.histplot, sns.boxplot)."
    )


def too_long(rows: int, columns: int, limit: tuple[int, int]) -> str:
    return (
        f"Tabellen har {rows} rader och {columns} kolumner. Gränsen på sidan är {limit[0]} rader och {limit[1]} kolumner. "
        f"Välj ut det läsaren behöver, till exempel df.head({limit[0]})."
    )


# ---- what is left out ------------------------------------------------------------------------------------------------------


def left_out(what: str, why: str) -> str:
    return f"{what} kommer inte med i rapporten. {why}"


def only_shown(what: str) -> str:
    """Of an output that was displayed and nothing more."""
    name, call = ("en figur", FIGURE_CALL) if what == "figure" else ("en tabell", TABLE_CALL)
    return f"Cellen visar {name} som inte kommer med i rapporten. Skriv {call} i cellen."


FIGURE_CALL = 'kb.figur(ax, alt="Vad figuren visar, i en mening", kalla="Varifrån talen kommer")'
TABLE_CALL = 'kb.tabell(df, rubrik="Vad tabellen visar", kalla="Varifrån talen kommer")'


def in_cell(number: int, text: str) -> str:
    """ "Cell 5 visar en figur ...": the place said where nobody sees the cell."""
    rest = text.removeprefix("Cellen ")
    return f"Cell {number} {rest}" if rest != text else f"Cell {number}: {text}"


def in_text_cell(number: int, text: str) -> str:
    return f"Textcell {number}: {text}"


def text_left_out(number: int, kinds: Sequence[str]) -> str:
    return in_text_cell(
        number, f"Texten kommer inte med i rapporten. Den innehåller något som liknar {' och '.join(kinds)}. Ta bort det."
    )


def source(kalla: str) -> str:
    bare = kalla.strip().rstrip(".")
    return bare + "." if bare.casefold().startswith("källa") else f"Källa: {bare}."


def numbers_beside(name: str) -> str:
    return f"Talen finns i tables/{name}.csv."


def first_of(shown: int, rows: int, name: str) -> str:
    return f"De {shown} första av {rows} visas här. Alla finns i tables/{name}.csv."
