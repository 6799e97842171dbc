"""Words about the last twelve months."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.statements.trends import CAUTIONS
from kunskapsbaserat.swedish import capital, month_name, word
from kunskapsbaserat.trends import Change

LATEST, SEEN = "Senaste 12 månaderna", "Ökning som hade synts"
LEAD = (
    "De senaste tolv månaderna jämförs med samma månader åren före, så att årstiden inte spelar in. Ju färre år som finns, desto större "
    "måste en förändring vara för att synas."
)
_CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


def caption(kommun: Kommun) -> str:
    return f"Anmälda brott de senaste tolv månaderna {kommun.where}"


def scope(last: pd.Period, earlier: int) -> str:
    first = last - 11
    return (
        f"{capital(_month(first))}\u2013{_month(last)}. Jämförs med snittet för samma månader "
        f"{'året' if earlier == 1 else f'de {word(earlier)} åren'} före."
    )


def earlier_head(earlier: int) -> str:
    return "Samma månader året före" if earlier == 1 else f"Snitt samma månader {word(earlier)} år före"


def heading(verdicts: Sequence[Change]) -> str:
    certain = sum(v in _CERTAIN for v in verdicts)
    if not certain:
        return "Senaste tolv månaderna: ingen säkerställd förändring"
    return f"Senaste tolv månaderna: {'en säkerställd förändring' if certain == 1 else f'{word(certain)} säkerställda förändringar'}"


def note(cautions: Sequence[str]) -> str:
    return " ".join(CAUTIONS[code] for code in cautions)


def source(first: pd.Period, last: pd.Period) -> str:
    return f"Källa: Brå, anmälda brott per månad {_month(first)}\u2013{_month(last)}, filer i kommunens mapp; bearbetning."


def _month(when: pd.Period) -> str:
    return f"{month_name(when.month)} {when.year}"
