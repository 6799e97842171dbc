"""What ``kunskap lagesrapport`` does: tell how a folder of reports stands, to a scheduler or a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kunskapsbaserat.engine import Health

_HEALTH = {"well": "Allt är väl.", "attention": "Rapporterna är hela, men något behöver göras.", "failed": "Något är trasigt."}
_PROBLEM = {
    "no_reports": "Mappen har inga rapporter. Kör kunskap rapport.",
    "report_failed": "Senaste försöket misslyckades:",
    "report_damaged": "Filer är ändrade eller borta sedan rapporten skapades:",
    "run_old": "Ingen körning har blivit klar på så länge som är sagt. Går schemat?",
    "folder_unreadable": "Kommuners mappar går inte att använda. Kör kunskap kontroll:",
    "figures_older": "Det finns nyare siffror än i rapporten:",
    "figures_due": "Siffror ska vara publicerade som inte finns här. Kör kunskap hamta:",
    "other_program": "Gjorda med en annan version (se ”Vad en ny version ändrar”):",
    "duty_overdue": "Lagens frist har gått ut:",
}
_FIGURES = {"year": "Brås slutliga siffror", "survey": "NTU", "months": "Brås preliminära siffror till och med"}
_SHOWN = 10


def tell(out: Path, *, data: Path | None, aldst: int | None, as_json: bool) -> int:
    """Tell it; the exit code is that of the health."""
    from kunskapsbaserat import engine

    found = engine.health_of(out, data=data, oldest=aldst)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(found)))
    return found.exit_code


def _lines(found: Health) -> list[str]:
    lines = [f"{_HEALTH[found.level]} {len(found.reports)} rapporter. {_run(found)}"]
    for problem in found.problems:
        about = _about(found, problem)
        lines.append(_PROBLEM[problem])
        lines += [f"  {text}" for text in about[:_SHOWN]]
        lines += [f"  ... och {len(about) - _SHOWN} till"] if len(about) > _SHOWN else []
    return lines


def _run(found: Health) -> str:
    run = found.run
    if run is None:
        return "Ingen körning är antecknad."
    told = f"{run['done']} nya, {run['skipped']} fanns redan, {run['failed']} misslyckades"
    return f"Senaste körningen blev klar {run['ended']}: {told}."


def _about(found: Health, problem: str) -> list[str]:
    """What a problem is about, a line each."""
    if problem == "folder_unreadable":
        return [code or "en mapp som inte säger vems den är" for code in found.unreadable]
    if problem == "figures_due":
        return [
            f"{one['kommun'] or 'programmet'}: {_FIGURES[str(one['figures'])]} {one['due']}, här {one['have']}"
            for one in found.due
        ]
    if problem == "duty_overdue":
        return [f"{one['kommun']}: {one['paragraph']} §, {one['duty']}, {one['due']}" for one in found.overdue]
    return [one.place for one in found.reports if problem in one.problems]
