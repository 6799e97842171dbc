"""One workbook for an analyst: all figures in long form, a wide sheet an offence, the verdicts, safety and quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from kunskapsbaserat.export import books
from kunskapsbaserat.export.gathered import Gathered
from kunskapsbaserat.export.star_schema import Star

ABOUT, TIDY, VERDICTS, SURVEY, SURVEY_VERDICTS = "Om filen", "Alla tal", "Bedömning", "Trygghet", "Trygghet, bedömning"
QUARTERS, MONTHS, COMPARISONS, OWN = "Kvartal", "Månader", "Öppna jämförelser", "Egna filer"
HEADS: Mapping[str, str] = {
    "kommun": "Kommun",
    "kommun_id": "Kommunkod",
    "lan": "Län",
    "skr_grupp": "SKR:s kommungrupp",
    "brott": "Brott",
    "slag": "Slag av tal",
    "kon": "Kön",
    "ar": "År",
    "etikett": "Period",
    "antal": "Anmälda brott",
    "personar": "Medelfolkmängd",
    "per_100000": "Per 100 000 invånare",
    "status": "Status",
    "ungefarligt": "Ungefärligt antal",
    "jamforbart": "Jämförbart med senaste året",
    "utgivare": "Källa",
    "orsak": "Varför ett värde saknas",
    "tre_ar_per_100000": "Tre år, per 100 000 och år",
    "tre_ar_undre": "Tre år, undre gräns",
    "tre_ar_ovre": "Tre år, övre gräns",
    "lage": "Läge mot mittersta hälften",
    "lage_sakerstallt": "Läget säkerställt",
    "lage_av_tre_ar": "Läget avser tre år",
    "jamforda_undre_kvartil": "Jämförda, undre kvartil",
    "jamforda_median": "Jämförda, median",
    "jamforda_ovre_kvartil": "Jämförda, övre kvartil",
    "jamfort_med": "Jämfört med",
    "jamforda_kommuner": "Jämförda kommuner",
    "forandring": "Förändring",
    "forandring_mot_andra": "Förändring mot andra kommuner",
    "fore_fran": "Före, från",
    "fore_till": "Före, till",
    "nu_fran": "Nu, från",
    "nu_till": "Nu, till",
    "per_ar_fore": "Per år, före",
    "per_ar_nu": "Per år, nu",
    "kvot": "Kvot, nu mot före",
    "kvot_undre": "Kvot, undre gräns",
    "kvot_ovre": "Kvot, övre gräns",
    "minsta_synliga_okning": "Minsta ökning som hade synts, kvot",
    "minsta_synliga_minskning": "Minsta minskning som hade synts, kvot",
    "steg": "Förslag",
    "matt": "Mått",
    "fran_ar": "Från år",
    "andel": "Andel",
    "undre": "Undre gräns",
    "ovre": "Övre gräns",
    "svarande": "Svarande",
    "minsta_synliga_forandring": "Minsta förändring som hade synts",
    "mot_lanet": "Mot länet",
    "mot_riket": "Mot riket",
    "minsta_synliga_skillnad": "Minsta skillnad som hade synts",
    "per_1000": "Per 1 000 invånare och år",
    "fil": "Fil",
    "omrade": "Område",
    "tal": "Tal",
    "enhet": "Enhet",
}
_FORMATS = {
    **dict.fromkeys(("antal", "personar", "svarande"), "#,##0"),
    **dict.fromkeys(("andel", "undre", "ovre", "minsta_synliga_forandring", "minsta_synliga_skillnad"), "0 %"),
    **dict.fromkeys(("kvot", "kvot_undre", "kvot_ovre", "minsta_synliga_okning", "minsta_synliga_minskning"), "0.00"),
    **dict.fromkeys(("per_100000", "tre_ar_per_100000", "tre_ar_undre", "tre_ar_ovre"), "#,##0"),
    **dict.fromkeys(("jamforda_undre_kvartil", "jamforda_median", "jamforda_ovre_kvartil"), "#,##0"),
    **dict.fromkeys(("per_ar_fore", "per_ar_nu", "per_1000"), "#,##0.0"),
    **dict.fromkeys(("ar", "fran_ar", "fore_fran", "fore_till", "nu_fran", "nu_till"), "0"),
}
_PLACE = ("kommun", "kommun_id", "lan", "skr_grupp")


def workbook(gathered: Gathered, star: Star) -> bytes:
    """The bytes of the workbook."""
    sheets: list[books.Sheet] = []
    for title, fact, columns in _SHEETS:
        table = star.tables[fact]
        if len(table):
            sheets.append(_sheet(title, _joined(table, star)[[*columns]]))
        if title == TIDY:
            sheets += wide(_joined(table, star), taken=[t for t, *_ in _SHEETS])
    lines = _about(gathered, star, [s.title for s in sheets])
    return books.content(sheets, title=lines[0], lead=[(ABOUT, lines)])


def _joined(table: pd.DataFrame, star: Star) -> pd.DataFrame:
    """The fact's rows with the words of its dimensions, in the order of the dimensions."""
    made, order = table, []
    for key, dimension in (("kommun_id", "dim_kommun"), ("brott_id", "dim_brott"), ("matt_id", "dim_matt")):
        if key in made:
            about = star.tables[dimension].rename(columns={"ordning": f"ordning_{key}"})
            made = made.merge(about.drop(columns="status", errors="ignore"), on=key, how="left", validate="many_to_one")
            order.append(f"ordning_{key}")
    for key, dimension, words in (
        ("kon_id", "dim_kon", ["kon"]),
        ("tid_id", "dim_tid", ["ar", "etikett", "ordning"]),
        ("kalla_id", "dim_kalla", ["utgivare"]),
    ):
        if key in made:
            made = made.merge(star.tables[dimension][[key, *words]], on=key, how="left", validate="many_to_one")
    return made.sort_values([*order, "ordning"], kind="stable", ignore_index=True)


def _sheet(title: str, frame: pd.DataFrame) -> books.Sheet:
    formats = {at: _FORMATS[name] for at, name in enumerate(frame) if name in _FORMATS}
    return books.Sheet(title, frame, [HEADS[name] for name in frame], formats, frozen="B2")


def wide(rows: pd.DataFrame, *, taken: Sequence[str]) -> list[books.Sheet]:
    """One sheet an offence: a row a kommun, first the counts by year and after them the rates."""
    sheets: list[books.Sheet] = []
    titles = [ABOUT, *taken]
    for _, mine in rows.groupby("brott_id", sort=False):
        place = mine[[*_PLACE]].drop_duplicates("kommun_id", ignore_index=True)
        frame = place.rename(columns=HEADS)
        for value, label in (("antal", "Antal"), ("per_100000", "Per 100 000")):
            by_year = mine.pivot(index="kommun_id", columns="ar", values=value).reindex(place["kommun_id"])
            for year in sorted(by_year.columns):
                frame[f"{label}, {year}"] = by_year[year].array
        heads = [str(name) for name in frame]
        formats = dict.fromkeys(range(len(_PLACE), len(heads)), "#,##0")
        title = books.sheet_title(f"{mine['kort_namn'].iat[0]}", titles)
        titles.append(title)
        sheets.append(books.Sheet(title, frame, heads, formats, frozen="C2"))
    return sheets


_OFFENCE = ("brott", "slag", "kon")
_SHEETS = (
    (
        TIDY,
        "fakta_brott_ar",
        (
            *_PLACE,
            *_OFFENCE,
            "ar",
            "antal",
            "personar",
            "per_100000",
            "status",
            "ungefarligt",
            "jamforbart",
            "utgivare",
            "orsak",
        ),
    ),
    (
        VERDICTS,
        "fakta_bedomning_brott",
        (
            *("kommun", "kommun_id", *_OFFENCE, "ar", "antal", "per_100000", "lage", "lage_sakerstallt", "lage_av_tre_ar"),
            *("jamforda_undre_kvartil", "jamforda_median", "jamforda_ovre_kvartil", "jamfort_med", "jamforda_kommuner"),
            *("forandring", "forandring_mot_andra", "fore_fran", "fore_till", "nu_fran", "nu_till", "per_ar_fore", "per_ar_nu"),
            *("kvot", "kvot_undre", "kvot_ovre", "minsta_synliga_okning", "minsta_synliga_minskning", "steg"),
            *("tre_ar_per_100000", "tre_ar_undre", "tre_ar_ovre", "orsak"),
        ),
    ),
    (
        SURVEY,
        "fakta_trygghet",
        ("kommun", "kommun_id", "matt", "fran_ar", "ar", "andel", "undre", "ovre", "svarande", "utgivare", "orsak"),
    ),
    (
        SURVEY_VERDICTS,
        "fakta_bedomning_trygghet",
        (
            *(
                "kommun",
                "kommun_id",
                "matt",
                "fran_ar",
                "ar",
                "forandring",
                "minsta_synliga_forandring",
                "mot_lanet",
                "mot_riket",
            ),
            *("minsta_synliga_skillnad", "steg"),
        ),
    ),
    (QUARTERS, "fakta_brott_kvartal", ("kommun", "kommun_id", *_OFFENCE, "etikett", "antal", "status", "utgivare", "orsak")),
    (MONTHS, "fakta_brott_manad", ("kommun", "kommun_id", *_OFFENCE, "etikett", "antal", "status", "utgivare", "orsak")),
    (COMPARISONS, "fakta_oppna_jamforelser", ("kommun", "kommun_id", "matt", "fran_ar", "ar", "per_1000", "utgivare", "orsak")),
    (OWN, "fakta_egna_tal", ("kommun", "kommun_id", "fil", "omrade", "matt", "kon", "etikett", "tal", "enhet", "orsak")),
)


def _about(gathered: Gathered, star: Star, titles: Sequence[str]) -> list[str]:
    names = [k.name for k in gathered.kommuner]
    whom = ", ".join(names) if len(names) <= 20 else f"{len(names)} kommuner"
    lines = [
        "Anmälda brott och trygghet",
        f"Kommuner: {whom}.",
        f"Blad: {', '.join(titles)}.",
        "Talen är desamma som i kommunernas lägesbilder. Det som inte får visas, eller inte finns, är en tom ruta. En tom "
        "ruta är inte noll: kolumnen ”Varför ett värde saknas” säger varför den är tom.",
        "Lägg aldrig ihop brott som överlappar. Totalen innehåller grupperna, Brås grupper och Brås indikatorer räknar på "
        "olika sätt, och ”flickor och kvinnor” ingår i ”alla”.",
        "Per 100 000 invånare är antalet delat med medelfolkmängden, som Brå räknar. Tal per invånare läggs inte ihop: dela "
        "summan av antalen med summan av medelfolkmängderna.",
        "Bedömningen är lägesbildens: två år mot de fem före, mot hur mycket talen brukar variera mellan år. Räkna inte fram "
        "en egen ur två år.",
        "Kommuner rangordnas inte på sidor som invånare ser: skillnaden mellan platser i en lista är oftast slump.",
    ]
    for row in star.tables["dim_kalla"].fillna("okänd licens").to_dict("records"):
        lines.append(f"Källa: {row['utgivare']}: {row['titel']}. Hämtad {row['hamtad']}. {row['licens']}.")
    return lines
