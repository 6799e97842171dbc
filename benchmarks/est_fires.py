"""Fortnightly EST reports for the kommuner of a län on real fires, as a labelled stand-in for EST reports.

Vehicle fires that the rescue services attended in 2018 and 2019 (MSB), not EST: one reporter, no streets (DeSO is the
place). Shows that the reports can be made fortnight after fortnight on real counts, how often they call anything, and what
the public version tells.
    uv run python benchmarks/est_fires.py FILE 12 FOLDER > benchmarks/est_fires.txt
"""

from __future__ import annotations

import datetime as dt
import io
import platform
import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd

from kunskapsbaserat import __version__
from kunskapsbaserat.data.est import sheets, template
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

FEWEST = 50  # fires in two years: with fewer there is nothing to be seen in a fortnight
LABEL = (
    "fordonsbränder som räddningstjänsten åkte till 2018–2019 (MSB). En enda rapportör, och platsen är ett DeSO-område. "
    "Siffrorna är riktiga, men de är inte rapporter till en EST-grupp."
)


def folder_for(fires: pd.DataFrame, kommun: str, path: Path) -> Path:
    """A kommun's folder with its fires as an event list."""
    new_folder(path, kommun)
    workbook = template.path_in(path)
    if (path / "est" / "handelser_msb.csv").exists():
        return path
    book = openpyxl.load_workbook(workbook)
    for at, (_, name, _, _) in enumerate(sheets.LINES, start=3):
        if name == "ovning":
            book[sheets.SETTINGS].cell(at, 2, LABEL)
    book[sheets.REPORTERS].append(["Räddningstjänsten", "Räddningstjänst", dt.date(2018, 1, 1)])
    for area in sorted(fires["deso"].dropna().unique()):
        book[sheets.PLACES].append([f"DeSO {area}", None, "Annan plats"])
    book.save(workbook)
    deliberate = fires["orsakAvsiktText"].str.startswith("Avsiktlig", na=False)
    listed = pd.DataFrame(
        {
            "Händelse-ID": fires["handelseId"],
            "Tidpunkt": fires["datum"] + " " + fires["tid"],
            "Händelsetyp": deliberate.map({True: "anlagd brand", False: "övrigt"}),
            "Plats": "DeSO " + fires["deso"],
            "Organisation": "Räddningstjänsten",
        }
    )
    listed.to_csv(path / "est" / "handelser_msb.csv", sep=";", index=False, encoding="utf-8-sig")
    return path


def main(source: str, lan: str, room: str) -> None:
    started = time.perf_counter()
    fires = pd.read_csv(source, dtype=str)
    fires = fires[fires["lanskod"] == lan]
    print(f"{dt.date.today()}  kunskapsbaserat {__version__}, Python {platform.python_version()}, pandas {pd.__version__}")
    print("uv run python benchmarks/est_fires.py ../shared/data/msb/msb_fordonsbrander_2018_2019.csv", lan, "MAPP")
    print("kommun           händelser  perioder  fler  färre  nya platser  offentligt: visade / dolda kategorital")
    sums = [0, 0, 0, 0]
    for code, mine in fires.groupby("kommunkod"):
        if len(mine) < FEWEST:
            continue
        name = mine["kommun"].iat[0]
        folder = folder_for(mine, code, Path(room) / code)
        more = fewer = new = shown = hidden = 0
        spans = pd.date_range("2019-01-07", "2019-12-09", freq="14D")
        for day in spans:
            e = est.load(data=folder, period=day.date().isoformat())
            record = e.bilagor().record
            verdict = e.m.overall.verdict
            more, fewer = more + (verdict == "fler"), fewer + (verdict == "farre")
            new += int((e.m.watch["status"] == "new").sum())
            said = pd.read_csv(io.StringIO(record["tables"]["offentlig_kategorier"]), dtype=str)["antal"]
            shown += int((said.str.isdigit() & (said != "0")).sum())
            hidden += int((~said.str.isdigit()).sum())
        sums = [a + b for a, b in zip(sums, (len(spans), more, fewer, new), strict=True)]
        sys.stdout.flush()
        print(f"{name:16} {len(mine):9} {len(spans):9} {more:5} {fewer:6} {new:12}  {shown:5} / {hidden}")
    print(f"in all: {sums[0]} reports, {sums[1]} with more than expected, {sums[2]} with fewer, {sums[3]} places called new")
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
