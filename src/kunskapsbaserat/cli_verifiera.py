"""What ``kunskap verifiera`` and ``kunskap signera`` do: hold a report against its data, the newest figures or a key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kunskapsbaserat.cli_rapport import WrongChoice, require_trusted
from kunskapsbaserat.errors import RenderError

if TYPE_CHECKING:
    from kunskapsbaserat.engine import Revised, Verified

_SHOWN = 20


UNDECIDED = 10  # nothing is wrong as far as can be seen, and something cannot be seen


def verify(
    rapport: Path,
    *,
    data: Path | None,
    arbetare: int | None,
    as_json: bool,
    mot_nytt: bool,
    nyckel: Path | None,
    notebook: Path | None,
    lita: bool,
) -> int:
    """Verify reports; the exit code is 0 only when all came out the same, `UNDECIDED` when some cannot be told."""
    from kunskapsbaserat import engine

    if nyckel is not None:
        if mot_nytt or data is not None:
            raise WrongChoice("Med --nyckel kontrolleras bara signaturen: ta bort --mot-nytt och --data.")
        return _signatures(rapport, nyckel, as_json=as_json)
    if notebook is not None:
        require_trusted(notebook, trusted=lita)
    if mot_nytt:
        return _revised(rapport, data, arbetare, as_json=as_json)
    answers = engine.verify(engine.reports_in(rapport), data=data, notebook=notebook, workers=arbetare)
    if as_json:
        click.echo(json.dumps([_verified_data(v) for v in answers], ensure_ascii=False, indent=2))
    else:
        for v in answers:
            click.echo(f"{v.folder}: {_verdict(v)}")
            for line in _details(v):
                click.echo(f"  {line}")
    if all(v.good for v in answers):
        return 0
    return UNDECIDED if all(v.good or v.undecided for v in answers) else RenderError.exit_code


def sign(rapporter: Sequence[Path], *, nyckel: Path | None, ny_nyckel: Path | None) -> int:
    """Make a key, or sign reports, or both."""
    from kunskapsbaserat import engine

    if nyckel is not None and ny_nyckel is not None:
        raise WrongChoice("Välj --nyckel eller --ny-nyckel, inte båda.")
    if nyckel is None and ny_nyckel is None:
        raise WrongChoice("Ange nyckeln med --nyckel FIL. Finns ingen, gör en: kunskap signera --ny-nyckel FIL")
    if ny_nyckel is None and not rapporter:
        raise WrongChoice("RAPPORT saknas. Exempel: kunskap signera reports/2081-borlange --nyckel nyckel.pem")
    if ny_nyckel is not None:
        public = engine.new_key(ny_nyckel)
        click.echo(f"Skrev {ny_nyckel} (hemlig: den som har den kan signera i kommunens namn) och {public} (att lämna ut).")
    folders = [folder for rapport in rapporter for folder in engine.reports_in(rapport)]
    key = nyckel or ny_nyckel
    if folders and key is not None:
        engine.sign(folders, key)
    for folder in folders:
        click.echo(f"{folder}: signerad")
    return 0


_SIGNATURE = {
    "valid": "signaturen stämmer",
    "changed": "rapporten är inte den som signerades, eller signaturen är skadad",
    "unsigned": "rapporten är inte signerad",
    "other_key": "signerad med en annan nyckel",
}


def _signatures(rapport: Path, key: Path, *, as_json: bool) -> int:
    """Check signatures; the exit code is 0 only when every file is as it was signed."""
    from dataclasses import asdict

    from kunskapsbaserat import engine

    found = engine.check(engine.reports_in(rapport), key)
    if as_json:
        rows = [asdict(one) | {"folder": str(one.folder), "good": one.good} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{one.folder}: {_SIGNATURE[one.result]}")
            for name in one.changed:
                click.echo(f"  ändrad eller borttagen sedan den signerades: {name}")
            for name in one.unknown:
                click.echo(f"  ingår inte i det som signerades: {name}")
    if all(one.good for one in found):
        return 0
    return UNDECIDED if all(one.good or one.undecided for one in found) else RenderError.exit_code


def _revised(rapport: Path, data: Path | None, arbetare: int | None, *, as_json: bool) -> int:
    """Tell what the publishers have changed since; the exit code is 0 only when nothing is."""
    from dataclasses import asdict

    from kunskapsbaserat import engine

    found = engine.against_newest(engine.reports_in(rapport), data=data, workers=arbetare)
    if as_json:
        rows = [asdict(one) | {"folder": str(one.folder), "place": one.place.code} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in found:
            for line in _about_revised(one):
                click.echo(line)
    return 0 if all(one.same for one in found) else RenderError.exit_code


_COLUMNS = {"count": "antal", "rate": "per 100 000 invånare", "share": "andel"}


def _about_revised(one: Revised) -> list[str]:
    """The report, each figure that was changed and each verdict that would be another."""
    if one.same:
        return [f"{one.folder}: inga tal till och med {one.last_year} har ändrats."]
    cells = "1 tal har" if len(one.cells) == 1 else f"{len(one.cells)} tal har"
    verdicts = "1 bedömning" if len(one.verdicts) == 1 else f"{len(one.verdicts)} bedömningar"
    lines = [f"{one.folder}: {cells} ändrats, {verdicts} skulle bli {'en annan' if len(one.verdicts) == 1 else 'andra'}."]
    for cell in one.cells:
        after = "saknas nu" if cell.after is None else f"nu {cell.after:g}".replace(".", ",")
        before = f"{cell.before:g}".replace(".", ",")
        lines.append(f"  {cell.what} {cell.year}, {_COLUMNS[cell.column]}: var {before}, {after}")
    lines += [f"  {name}: alla tal saknas nu" for name in one.gone]
    return [*lines, *(f"  {turned.svenska}" for turned in one.verdicts)]


_VERDICTS = {
    "same_bytes": "samma byte för byte",
    "same_tables": "kan inte avgöras: tabellerna är desamma, men sidan är gjord med andra versioner",
    "differs": "skiljer sig",
    "failed": "gick inte att skapa på nytt",
}


def _verdict(v: Verified) -> str:
    if v.changed:
        return f"ändrad sedan den skapades; en ny rendering: {_VERDICTS[v.result]}"
    if v.unknown and v.result == "same_bytes":
        return "kan inte avgöras: rapporten är samma byte för byte, men i mappen ligger filer som inte hör till den"
    return _VERDICTS[v.result]


def _details(v: Verified) -> list[str]:
    lines = [v.reason] if v.reason else []
    lines += [f"ändrad fil: {name}" for name in v.changed[:_SHOWN]]
    lines += [f"hör inte till rapporten: {name}" for name in v.unknown[:_SHOWN]]
    lines += [f"blev en annan: {name}" for name in v.differs[:_SHOWN]]
    return lines + list(v.because)


def _verified_data(v: Verified) -> dict[str, Any]:
    return {
        "folder": str(v.folder),
        "result": v.result,
        "good": v.good,
        "undecided": v.undecided,
        "changed": list(v.changed),
        "unknown": list(v.unknown),
        "differs": list(v.differs),
        "because": list(v.because),
        "reason": v.reason or None,
    }
