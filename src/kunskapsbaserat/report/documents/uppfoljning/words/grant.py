"""The words of what an application for a state grant needs, as far as the plan says it."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.plan.model import Atgard, Lage, Mal, Problem, Vidare
from kunskapsbaserat.report.statements import measures
from kunskapsbaserat.swedish import listed, lower

KICKER = "Ur åtgärdsplanen enligt 5 § lagen (2023:196)"
LEAD = (
    "Underlaget är hämtat ur åtgärdsplanen, för en ansökan enligt förordningen (2023:442) om statsbidrag till kommuner för "
    "brottsförebyggande åtgärder. Bifoga lägesbilden och åtgärdsplanen. Allt som lämnas in blir allmän handling."
)
NOT = (
    "Bidraget gäller inte det som lagen redan kräver: att ta fram lägesbild, åtgärdsplan eller samordningsfunktion. Kontrollera Brås "
    "anvisningar för året; de kan ha ändrats."
)
HEADS = ("Problem", "Orsak", "Insats", "Mål och indikator", "Så utvärderas resultatet")
CAPTION = "Från problem till utvärdering"
TABLE_HEADS = ("Insats", "Tidplan", "Kostnad", "Samverkar med", "Andra statliga bidrag")
TABLE_CAPTION = "Tidplan, kostnad och samverkan"
MISSING_HEADING = "Det som saknas i underlaget"


def evaluation(measure: Atgard, found: Sequence[Mal]) -> str:
    """How the result would be evaluated, as far as the plan says; what is missing is said."""
    if not found:
        return "Inget mål är satt, så resultatet går inte att utvärdera."
    if measure.jamforelse:
        return f"Jämförs med {listed(list(measure.jamforelse))}, valda i förväg. Det kan visa om åtgärden är orsaken."
    return "Före och efter, utan jämförelseområde. Det kan inte visa om åtgärden är orsaken: välj jämförelseområde före start."


def applied_for(listed_measures: Sequence[Atgard]) -> list[Atgard]:
    """The measures that an application can be about: not those that end or were broken off."""
    return [a for a in listed_measures if a.vidare is not Vidare.AVSLUTA and a.lage is not Lage.AVBRUTEN]


def not_applied_for(all_measures: Sequence[Atgard]) -> str:
    """Which measures are left out, and why."""
    wanted = applied_for(all_measures)
    left = [a for a in all_measures if a not in wanted]
    if not left:
        return ""
    broken = [lower(a.namn) for a in left if a.lage is Lage.AVBRUTEN]
    finished = [lower(a.namn) for a in left if measures.is_finished(a)]
    ended = [lower(a.namn) for a in left if a.lage is not Lage.AVBRUTEN and not measures.is_finished(a)]
    why = [f"{listed(finished)} (klart)"] if finished else []
    why += [f"{listed(ended)} (ska avslutas)"] if ended else []
    why += [f"{listed(broken)} (avbrutet)"] if broken else []
    return f"Inte med i underlaget, enligt planen: {'; '.join(why)}."


def described(problem: Problem) -> str:
    """The local problem as the plan describes it, with the position taken."""
    return " ".join(f"{x.rstrip('.')}." for x in (problem.namn, problem.beskrivning, problem.skal) if x)


def missing_in(measure: Atgard, found: Sequence[Mal]) -> list[str]:
    """What Brå weighs and the plan does not say about one measure."""
    missing = []
    missing += ["orsaken"] if not measure.orsaker else []
    missing += ["hur den ska fungera"] if not measure.logik else []
    missing += ["start"] if not measure.start else []
    missing += ["kostnad"] if measure.kostnad is None else []
    missing += ["mål"] if not found else []
    missing += ["jämförelseområden"] if not measure.jamforelse else []
    return [f"{measure.namn}: {listed(missing)}."] if missing else []
