"""How everything in a school's report is known, and what research says of its measures."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.school.factors import FACTORS
from kunskapsbaserat.report.documents.skola.words import report as text
from kunskapsbaserat.report.statements import evidence as known
from kunskapsbaserat.swedish import capital

MADE_OF = "ur skolans arbetsbok"


def evidence(items: Sequence[Item]) -> list[str]:
    """What is known of each measure that names a study, and of the way of working itself."""
    said = [f"{i.atgard}: {known.sentence(evidens.get(i.evidens))}" for i in items if i.evidens]
    return [*(said or [text.NO_EVIDENCE]), f"{text.METHOD_EVIDENCE}: {known.sentence(evidens.get('tryggare_skola'))}"]


def method(form: Sequence[str]) -> list[tuple[str, str]]:
    """Terms with their explanations; `form` are the versions of the form."""
    factors = "; ".join(f"{f.name} ({', '.join(i.head.casefold() for i in f.indicators)})" for f in FACTORS)
    return [
        ("Arbetssättet", "Stegen är de i Tryggare skola (Länsstyrelsen Blekinge och Stiftelsen Tryggare Sverige): arbetsgrupp, "
         "kartläggning, orsaker, plan och återkoppling under en termin. Frågorna i formuläret är våra egna."),
        ("Formuläret", f"Version {text.listed(sorted(set(form)))}. År med olika versioner jämförs aldrig."),
        ("Andel", "Den del av svaren som är stämmer helt eller stämmer till stor del. Vet inte räknas med i alla svar."),
        ("Intervall", "De andelar bland alla elever som svaren inte talar emot, med 95 procents säkerhet. Det räknar med att skolan "
         "har ett bestämt antal elever: svarar alla är andelen känd. Saknas antalet tillfrågade blir intervallet bredare. "
         "Intervallet gäller bara slumpen, inte om de som lät bli att svara tycker något annat."),
        ("Mot året före", "Två års elever är två olika grupper. Därför prövas skillnaden utan hänsyn till att skolan har ett bestämt "
         "antal elever, och skolans alla påståenden prövas tillsammans, så att i genomsnitt högst ett av tjugo besked om fler eller "
         "färre är fel."),
        ("Det som döljs", f"{text.HIDDEN_NOTE} Antal händelser från ett till fyra visas inte. Uppgifter om elever kan vara hemliga "
         "enligt 23 kap. offentlighets- och sekretesslagen (2009:400)."),
        ("Index", f"{text.INDEX_NOTE} Intervallet för skillnaden räknas över platserna, minst sex, och tar med att svaren ges i hela "
         f"steg. Faktorerna är: {factors}."),
        ("Varför", "Steg 1: vad som gjordes. Steg 2: före och efter. Steg 3: före och efter, med hänsyn till hur det gick innan. "
         "Steg 4: jämförelse med skolor utan insatsen. Först där går det att tala om vad insatsen gjorde."),
        ("Flera skolor", "Skolor står i bokstavsordning. De rangordnas inte: elever, svarsandelar och de som bedömer skiljer sig åt."),
        ("Skolenkäten", "Skolinspektionens fil läses efter beskrivningar av hur den ser ut. Vi har inte sett någon fil i original."),
        ("Tecken", capital(text.DOTS)),
    ]  # fmt: skip
