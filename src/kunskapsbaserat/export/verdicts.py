"""The verdicts of lägesbilder as rows: level and change of every offence, and of every survey measure."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict

import pandas as pd

from kunskapsbaserat import kommun as register
from kunskapsbaserat.disclosure import POLICY, release
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.underlag import Underlag

Found = tuple[pd.DataFrame, pd.DataFrame]
"""Rows of offences and rows of survey measures."""

_MANY = 60  # kommuner that are worth the start of more processes
_MOST_PROCESSES = 4  # each holds the tables of all kommuner: 250 MB


def of_kommuner(kommuner: Sequence[Kommun], *, processes: int | None = 1) -> list[Found]:
    """Those of kommuner that have the package's figures, in their order; `processes` None is one a core when they are many."""
    codes = [k.code for k in kommuner]
    workers = min(processes or os.cpu_count() or 1, _MOST_PROCESSES)
    if workers == 1 or (processes is None and len(codes) < _MANY):
        return [_of_codes(codes)] if codes else []
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    size = -(-len(codes) // workers)  # what kommuner have in common is computed once a part
    parts = [codes[start : start + size] for start in range(0, len(codes), size)]
    try:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method)) as pool:
            return list(pool.map(_of_codes, parts))
    except BrokenProcessPool:  # a program that cannot be started anew, such as one read from standard input, or no memory left
        return [_of_codes(codes)]


def _of_codes(codes: Sequence[str]) -> Found:
    several = [underlag.load(code) for code in codes]
    found = [_of(u, findings) for u, findings in zip(several, underlag.findings_of(several), strict=True)]
    offences, measures = zip(*found, strict=True)
    return pd.concat(offences, ignore_index=True), pd.concat(measures, ignore_index=True)


def of(u: Underlag) -> Found:
    """Those of one kommun, through the gate as the report's own tables."""
    return _of(u, u.count_findings)


def _of(u: Underlag, findings: Sequence[CountFinding]) -> Found:
    offences = pd.DataFrame([_offence(f, u) for f in findings])
    if len(offences):
        sources = pd.Series([_source(f, u) for f in findings], index=offences.index)
        offences = release(offences, name="export_bedomning", contents="counts", sources=sources).frame
    return offences, pd.DataFrame(_measures(u))


def _source(f: CountFinding, u: Underlag) -> str:
    """One that nobody has published when the figures have any such."""
    sources = u.sources_of(f.offence.id)
    return next((s for s in sources if s not in POLICY.published_sources), sources[0] if sources else "")


def _offence(f: CountFinding, u: Underlag) -> dict[str, object]:
    judged = asdict(f.judgement)
    latest, earlier = judged.pop("latest"), judged.pop("earlier")
    band, pooled = f.band, f.pooled
    return {
        "area": u.kommun.code,
        "area_level": "kommun",
        "offence": f.offence.id,
        "sex": f.facet.sex,
        "year": f.last_year,
        "count": f.count,
        "rate": f.rate,
        "position": f.position,
        "certain": f.level.certain if f.level else None,
        "pooled": f.small,
        "count_pooled": pooled.count if pooled else None,
        "pooled_rate": pooled.rate if pooled else None,
        "pooled_lower": pooled.lower if pooled else None,
        "pooled_upper": pooled.upper if pooled else None,
        "band_lower": band.lower if band else None,
        "band_median": band.median if band else None,
        "band_upper": band.upper if band else None,
        "group": f.group.kind,
        "compared": ", ".join(register.get(code).name for code in f.group.members),
        "group_size": len(f.group.members),
        "latest_from": latest[0],
        "latest_to": latest[1],
        "earlier_from": earlier[0],
        "earlier_to": earlier[1],
        "count_latest": judged["mean_latest"] * (latest[1] - latest[0] + 1),
        **judged,
        "step": f.step,
    }


def _measures(u: Underlag) -> list[dict[str, object]]:
    return [
        {
            "area": u.kommun.code,
            "measure": f.measure.id,
            "first": f.first_year,
            "last": f.last_year,
            "change": f.change,
            "visible_change": f.visible_change,
            "against_lan": f.comparison,
            "against_riket": f.comparison_riket,
            "visible_difference": f.visible_difference,
            "step": f.step,
        }
        for f in u.survey_findings
    ]
