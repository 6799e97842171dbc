"""How the county page is made, in few words."""

from __future__ import annotations

from kunskapsbaserat.report.documents.region.material import Material
from kunskapsbaserat.swedish import number, years

NAV, HEADING = "Metod", "Så är det räknat"


def definitions(m: Material) -> list[tuple[str, str]]:
    levels, changes = m.tests
    found = [
        (
            "Förändring",
            f"Snittet {years(*m.latest)} mot snittet {years(*m.earlier)}, i antal. Säkerställd: större än vanlig variation mellan år. "
            "Hur mycket år brukar variera är mätt i kommunerna utanför länet.",
        ),
    ]
    if levels:
        found.append(
            (
                "Nivå",
                f"Snittet {years(*m.latest)} per invånare. Säkerställd: hela osäkerheten ligger utanför mittersta hälften av länets andra "
                "kommuner.",
            )
        )
    several = (
        f"{number(levels)} nivåer prövas på en gång, och {number(changes)} förändringar."
        if levels
        else f"{number(changes)} förändringar prövas på en gång."
    )
    found += [
        (
            "Många prövningar",
            f"{several} Av dem som kallas säkerställda väntas högst fem procent vara falska (Benjamini och Hochberg).",
        ),
        (
            "Det som inte går att säga",
            "Sidan säger inte varför något har ändrats. Anmälda brott är inte alla brott. Lagen (2023:196) ger länsstyrelsen ingen "
            "tillsyn; sidan är ett stöd.",
        ),
        ("Källor", "Brå, anmälda brott per kommun; SCB, folkmängd 31 december och gränser."),
    ]
    return found


TESTS_NAV, TESTS_TOPIC = "Prövningar", "Bilaga"


def tests_heading(m: Material) -> str:
    return f"Alla {number(sum(m.tests))} prövningar"


def tests_caption() -> str:
    return "Nivå och förändring med osäkerhet"


def tests_scope(m: Material) -> str:
    levels, changes = m.tests
    return (
        f"Kommunerna i bokstavsordning. Nivå: per 100 000 invånare och år, {years(*m.latest)}. Förändring: procent mot {years(*m.earlier)}. "
        f"Inom parentes: osäkerheten, räknad för {number(levels)} nivåer och {number(changes)} förändringar på en gång. * säkerställd. "
        "Procent visas bara när båda snitten är minst 20."
    )


NOT_JUDGED = "prövas inte"
TESTS_HEADS = ("Brott", "Nivå", "Mittersta hälften", "Förändring, %")
