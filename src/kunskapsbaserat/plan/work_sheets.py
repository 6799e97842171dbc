"""The sheets that a plan may have beside its chain: every column with its meaning. An older workbook does not have them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kunskapsbaserat.catalogue import est
from kunskapsbaserat.forms.columns import Column
from kunskapsbaserat.plan import work
from kunskapsbaserat.plan.sheet_names import ATGARDER, FOKUS, GRANNSAMVERKAN, KONTROLLER, PLATSER, PROBLEM, PROCESSTAL

EST_NAMES = tuple(c.name for c in est.categories())

# fmt: off
SHEETS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        FOKUS: (
            Column("Id", "id", "id", "Kort och unikt, till exempel F1.", True, example="EXEMPEL F1", width=12),
            Column("Fokusområde", "namn", "text", "Det som kommunen och polisen ska lägga kraft på.", True, example="Inbrott i villaområden", width=36),
            Column("Problem", "problem", "refs", "Id för problemen i lägesbilden som fokus bygger på, med semikolon mellan.", refers=PROBLEM, example="EXEMPEL P1", width=14),
            Column("Indikator", "indikator", "indicator", "Det som visar storlek och utveckling. Brås och NTU:s siffror hämtas av programmet.", example="Bostadsinbrott, anmälda", width=34),
            Column("Storlek", "storlek", "level", "Bara för egna tal: det senaste talet.", width=12),
            Column("Storlek tidigare", "storlek_fore", "level", "Bara för egna tal: talet som det jämförs med.", width=12),
            Column("Enhet", "enhet", "text", "Bara för egna tal: vad de räknas i.", width=14),
            Column("År", "ar", "year", "Bara för egna tal: året för det senaste.", width=10),
            Column("Från", "fran", "date", "Första dagen.", example=date(2026, 1, 1), width=13),
            Column("Till", "till", "date", "Slutdag. Efter den ska fokus väljas på nytt.", example=date(2027, 12, 31), width=13),
            Column("EST-kategorier", "est", "est", f"Det som EST-gruppen följer, med semikolon mellan: {', '.join(EST_NAMES[:4])} med flera.", width=34),
            Column("Skäl", "skal", "text", "Varför just detta.", example="Säkerställd ökning två år i rad.", width=34),
        ),
        PROCESSTAL: (
            Column("Id", "id", "id", "Kort och unikt, till exempel T1.", True, example="EXEMPEL T1", width=12),
            Column("Mått", "matt", "process", "Välj i listan. Bara summor, aldrig enskilda.", True, example="Kvinnojour: kontakter", width=48),
            Column("Från", "fran", "date", "Första dagen.", True, example=date(2026, 1, 1), width=13),
            Column("Till", "till", "date", "Sista dagen.", True, example=date(2026, 12, 31), width=13),
            Column("Antal", "antal", "number", "Summan. Tal under fem visas aldrig i rapporten.", example=140, width=12),
            Column("Åtgärd", "atgard", "ref", "Åtgärdens id, om talet hör till en.", refers=ATGARDER, width=12),
            Column("Källa", "kalla", "text", "Vem som har räknat (funktion).", example="Jourens årsberättelse", width=30),
        ),
        KONTROLLER: (
            Column("Id", "id", "id", "Kort och unikt, till exempel K1.", True, example="EXEMPEL K1", width=12),
            Column("Process", "process", "text", "Det som kontrolleras: bidrag, upphandling, personlig assistans.", True, example="Ekonomiskt bistånd", width=34),
            Column("Kontroll", "kontroll", "text", "Hur det kontrolleras.", True, example="Stickprov mot folkbokföringen", width=34),
            Column("Från", "fran", "date", "Första dagen.", example=date(2026, 1, 1), width=13),
            Column("Till", "till", "date", "Sista dagen.", example=date(2026, 12, 31), width=13),
            Column("Kontrollerade", "kontrollerade", "number", "Hur många ärenden, fakturor eller utbetalningar som kontrollerades.", example=900, width=14),
            Column("Fel", "fel", "number", "Hur många fel som hittades. Under fem visas aldrig i rapporten.", example=27, width=10),
            Column("Kronor", "kronor", "kronor", "Felen i hela kronor.", example=410000, width=14),
            Column("Ansvarig", "ansvarig", "text", "Nämnd eller funktion, inte person.", example="Socialnämnden", width=26),
            Column("Åtgärd", "atgard", "ref", "Åtgärdens id, om kontrollen hör till en.", refers=ATGARDER, width=12),
            Column("Källa", "kalla", "text", "Varifrån talen kommer.", width=26),
        ),
        GRANNSAMVERKAN: (
            Column("Id", "id", "id", "Kort och unikt, till exempel G1.", True, example="EXEMPEL G1", width=12),
            Column("Område", "omrade", "text", "Områdets namn. Aldrig kontaktpersoner eller adresser.", True, example="Villaområdet vid väg 50", width=34),
            Column("År", "ar", "year", "Året som talen gäller.", example=2025, width=10),
            Column("Hushåll", "hushall", "whole", "Hur många hushåll som finns i området.", example=420, width=12),
            Column("Med i grannsamverkan", "med", "whole", "Hur många av dem som är med. 0 om området inte är med.", example=260, width=14),
            Column("Bostadsinbrott", "inbrott", "whole", "Anmälda bostadsinbrott i området samma år, om polisen lämnar ut summan.", example=9, width=14),
            Column("Åtgärd", "atgard", "ref", "Åtgärdens id, om den finns i planen.", refers=ATGARDER, width=12),
            Column("Källa", "kalla", "text", "Varifrån talen kommer.", width=26),
        ),
        PLATSER: (
            Column("Id", "id", "id", "Kort och unikt, till exempel S1.", True, example="EXEMPEL S1", width=12),
            Column("Plats", "plats", "text", "Den avgränsade platsen.", True, example="Kvarteren kring torget", width=30),
            Column("Medlemmar", "medlemmar", "whole", "Hur många fastighetsägare och verksamheter som är med.", example=14, width=12),
            Column("Händelser", "handelser", "text", "Vad som räknas, samma på alla tre ställen.", example="Anmäld skadegörelse", width=26),
            Column("Före från", "fore_fran", "date", "Första dagen före arbetet.", example=date(2024, 1, 1), width=13),
            Column("Före till", "fore_till", "date", "Sista dagen före.", example=date(2024, 12, 31), width=13),
            Column("Efter från", "efter_fran", "date", "Första dagen efter. Lika lång tid och samma tid på året.", example=date(2026, 1, 1), width=13),
            Column("Efter till", "efter_till", "date", "Sista dagen efter.", example=date(2026, 12, 31), width=13),
            Column("Planerade åtgärder", "planerade", "whole", "Ur platsens egen plan.", example=12, width=12),
            Column("Gjorda åtgärder", "gjorda", "whole", "Hur många som är gjorda.", example=9, width=12),
            Column("Platsen före", "plats_fore", "whole", "Händelser på platsen före.", example=64, width=12),
            Column("Platsen efter", "plats_efter", "whole", "Händelser på platsen efter.", example=48, width=12),
            Column("Ringen före", "ring_fore", "whole", "Händelser i området runt om, före. Dit kan brott flytta.", example=80, width=12),
            Column("Ringen efter", "ring_efter", "whole", "Händelser i området runt om, efter.", example=83, width=12),
            Column("Jämförelseplats", "jamforelse", "text", "En liknande plats utan arbetet, vald i förväg.", example="Kvarteren kring stationen", width=26),
            Column("Jämförelse före", "jamforelse_fore", "whole", "Händelser på jämförelseplatsen före.", example=70, width=12),
            Column("Jämförelse efter", "jamforelse_efter", "whole", "Händelser på jämförelseplatsen efter.", example=66, width=12),
            Column("Åtgärd", "atgard", "ref", "Åtgärdens id, om den finns i planen.", refers=ATGARDER, width=12),
            Column("Källa", "kalla", "text", "Varifrån talen kommer.", width=26),
        ),
    }
)
# fmt: on

MODELS: Mapping[str, type] = MappingProxyType(
    {
        FOKUS: work.Fokus,
        PROCESSTAL: work.Processtal,
        KONTROLLER: work.Kontroll,
        GRANNSAMVERKAN: work.Grannomrade,
        PLATSER: work.Plats,
    }
)
