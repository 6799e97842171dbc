"""What is known about measures against crime: each study with the effect in its own metric, and the gaps as visible.

The facts stand in ``evidens.toml`` beside this file. Nothing here averages: two entries in different metrics, or an old and
a new review of the same measure, are never put together.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kunskapsbaserat.errors import OptionError

_FILE = Path(__file__).with_name("evidens.toml")

GAP, HARM = "kunskapslucka", "okar_risk"
# The order in which a suggestion is read: what is best known first, what may do harm last.
_ORDER = (
    "minskar",
    "lovande",
    "osaker",
    "okar_anmalan",
    "ej_sakerstalld",
    "utan_kontroll",
    "oklart",
    GAP,
    "ingen_effekt",
    HARM,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One study or review of one measure, or a kommun's own experience.

    Attributes
    ----------
    effect, lower, upper : float or None
        In the unit of `metric`; None where the source gives none or the figure was not seen in it. Never 0 for "unknown".
    direction : str
        "minskar", "lovande", "osaker", "okar_anmalan" (more reports may be what is wanted), "ej_sakerstalld", "utan_kontroll",
        "oklart", "ingen_effekt", "kunskapslucka" or "okar_risk" (backfire).
    finding, plain : str
        The same in a few Swedish words, and what an effect in a technical metric comes to.
    context : str
        Country, years and kind of study, for every figure.
    sweden : str
        "ja", "process", "beskrivande", "pagar", "nej", or "okant" where nobody has looked.
    for_whom, unknown : str
        Who or what it was tried on, and what the source leaves open beside what a missing figure or limit says itself.
    checked : str
        What was seen in the source: "siffra", "riktning", "existens" or "inget"; "erfarenhet" for a kommun's own.
    newer : str
        Id of the entry that has replaced this one.
    aimed_at : tuple of str
        Offences and survey measures for which it is proposed.
    measured : tuple of str, optional
        Those of them that its outcome is about; None is all.
    """

    id: str
    name: str
    kind: str
    outcome: str
    direction: str
    finding: str
    checked: str
    measure: str = ""
    metric: str = ""
    plain: str = ""
    effect: float | None = None
    lower: float | None = None
    upper: float | None = None
    studies: int | None = None
    details: str = ""
    displacement: str = ""
    context: str = ""
    sweden: str = "nej"
    sweden_note: str = ""
    study: str = ""
    year: int | None = None
    url: str = ""
    status: str = ""
    reviewer_note: str = ""
    newer: str | None = None
    warning: str = ""
    for_whom: str = ""
    unknown: str = ""
    aimed_at: tuple[str, ...] = ()
    measured: tuple[str, ...] | None = None

    @property
    def gap(self) -> bool:
        """Has nobody estimated an effect? A reason to evaluate, not to forbid."""
        return self.direction == GAP

    @property
    def open_questions(self) -> str:
        """What is not known: how large, how sure, whether crime moves or it holds here, and what the source leaves open."""
        if self.gap or self.local:
            return self.unknown
        found = [
            *(["hur stor skillnaden är"] if self.effect is None and self.direction != "ingen_effekt" else []),
            *(["hur osäkert talet är"] if self.effect is not None and self.lower is None else []),
            *(["om brotten flyttar"] if self._may_move else []),
            *(["om det gäller i Sverige"] if self.sweden in ("nej", "okant") else []),
            *([self.unknown] if self.unknown else []),
        ]
        return "; ".join(found)

    @property
    def _may_move(self) -> bool:
        """Fewer crimes at a place, and nothing said of the places around it."""
        fewer = self.direction in ("minskar", "lovande", "osaker")
        return fewer and "situationell" in self.kind and not self.displacement

    @property
    def local(self) -> bool:
        return self.checked == "erfarenhet"

    @property
    def label(self) -> str:
        """Name with outcome: one measure may have several entries."""
        return f"{self.name}: {self.outcome[:1].lower()}{self.outcome[1:]}{f' ({self.year})' if self.year else ''}"


def evidence() -> tuple[Evidence, ...]:
    """All entries in catalogue order, replaced ones too."""
    return tuple(_entries().values())


def current() -> tuple[Evidence, ...]:
    """The entries that no newer one has replaced."""
    return tuple(e for e in evidence() if e.newer is None)


def get(name: str) -> Evidence:
    """The entry with this id or label.

    Raises
    ------
    OptionError
        There is none.
    """
    found = _entries().get(name.strip()) or _labels().get(name.strip().casefold())
    if found is None:
        raise OptionError("evidens", name, [e.id for e in current()])
    return found


def experience(text: str, *, name: str) -> Evidence:
    """A kommun's own experience of a measure: shown as such, never as a study."""
    return Evidence(
        id="egen_erfarenhet",
        name=name,
        kind="",
        outcome="",
        direction="oklart",
        finding=text,
        checked="erfarenhet",
        sweden="ja",
    )


def suggestions(*indicators: str) -> tuple[Evidence, ...]:
    """Entries for a problem that shows in offences or survey measures, the best known first, gaps and harm included.

    Parameters
    ----------
    *indicators : str
        Ids of offences (with the sex after an underscore for one sex, without it for all) or of survey measures.
    """

    def is_about(aim: str) -> bool:
        return any(aim == one or aim in (f"{one}_kvinna", f"{one}_man") for one in indicators)

    found = [e for e in current() if any(is_about(aim) for aim in e.aimed_at)]
    return tuple(sorted(found, key=lambda e: (_ORDER.index(e.direction), e.checked != "siffra")))


def known_about(indicator: str) -> tuple[Evidence, ...]:
    """Those of the `suggestions` whose own outcome is the problem, and not something that may lead to it."""
    return tuple(e for e in suggestions(indicator) if e.measured is None or indicator in e.measured)


def version() -> str:
    """The date on which the evidence was last reviewed."""
    return str(_toml()["reviewed"])


@functools.cache
def _toml() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@functools.cache
def _entries() -> dict[str, Evidence]:
    lists = ("aimed_at", "measured")
    return {
        entry["id"]: Evidence(**(entry | {name: tuple(entry[name]) for name in lists if name in entry}))
        for entry in _toml()["evidence"]
    }


@functools.cache
def _labels() -> dict[str, Evidence]:
    return {e.label.casefold(): e for e in evidence()}
