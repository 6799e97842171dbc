"""All 290 kommuner handed over to Power BI: do the files hold the lägesbild's figures, and what does it take?

The written files are opened by pandas as an analyst would, and every figure in them is held against what the lägesbilder are
made from: counts, rates and quarters of all 290, and every verdict of every STEPth kommun judged anew.

    uv run python benchmarks/export_totals.py [STEP]

The processor time is of one process that does everything, so that none of it is in a process that is not counted; the command
divides the verdicts over the cores.
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pandas as pd

from kunskapsbaserat import __version__, kommun
from kunskapsbaserat.export import Wanted, export
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.page.common_words import CHANGE, POSITION


def main(step: int) -> None:
    versions = f"pandas {pd.__version__}, {platform.system()} {platform.machine()}"
    print(
        f"{date.today()}, kunskapsbaserat {__version__}, Python {platform.python_version()}, {versions}, {os.cpu_count()} cores"
    )
    print(f"load average at the start {os.getloadavg()[0]:.0f}; command: uv run python benchmarks/export_totals.py {step}")
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        cpu = _cpu()
        export(kommun.all_kommuner(), Wanted(powerbi=folder / "bara powerbi"), processes=1)
        cpu = _cpu() - cpu
        print(
            f"\nPower BI alone: {cpu:.0f} seconds of processor, {cpu / (os.cpu_count() or 1):.0f} if all cores shared it alike"
        )
        clock = time.perf_counter()
        wanted = Wanted(powerbi=folder / "powerbi", excel=folder / "alla.xlsx", px=folder / "px")
        written = export(kommun.all_kommuner(), wanted, processes=None)
        sys.stdout.flush()
        print(f"everything:      {len(written)} files, {sum(p.stat().st_size for p in written) / 1e6:.1f} MB")
        print(f"                {time.perf_counter() - clock:.0f} seconds by the clock, with a process a core")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(f"memory of the process that does everything: {memory:.0f} MB\n")
        tables = pd.read_excel(
            folder / "powerbi" / "kunskapsbaserat.xlsx",
            sheet_name=None,
            engine="calamine",
            dtype={"kommun_id": str, "tid_id": str},
        )
        parquet = {p.stem: pd.read_parquet(p) for p in sorted((folder / "powerbi" / "parquet").iterdir())}
    for name, table in tables.items():
        print(f"{name:28}{len(table):>8} rows, as many in Parquet: {len(parquet[name]) == len(table)}")
    print()
    _compare_years(tables["fakta_brott_ar"])
    _compare_quarters(tables["fakta_brott_kvartal"])
    _compare_verdicts(tables["fakta_bedomning_brott"], step)


def _compare_years(years: pd.DataFrame) -> None:
    u = underlag.load("Köping")
    report = u.shown_counts([k.code for k in kommun.all_kommuner()])
    report = report.assign(brott_id=report["offence"].where(report["sex"] == "alla", report["offence"] + "_" + report["sex"]))
    report = report.assign(tid_id=report["period"].dt.year.astype(str))
    both = report.merge(
        years, left_on=["area", "brott_id", "tid_id"], right_on=["kommun_id", "brott_id", "tid_id"], validate="one_to_one"
    )
    assert len(both) == len(report)
    counts = (both["count"] != both["antal"]).sum()
    rates = (both["rate_published"].astype(float) != both["per_100000"]).sum()
    print(f"counts of years: {len(both)} in the lägesbilder of {both['area'].nunique()} kommuner, {counts} differ")
    print(f"rates of years:  {len(both)}, {rates} differ")
    total = years[years["brott_id"] == "totalt"].groupby("tid_id")["antal"].sum()
    of_report = report[report["offence"] == "totalt"].groupby("tid_id")["count"].sum()
    differ = (total != of_report).sum()
    print(f"sums of the total over all kommuner, {len(total)} years: {differ} differ; 2025: {int(total['2025'])}")


def _compare_quarters(quarters: pd.DataFrame) -> None:
    report = underlag.load("Köping").quarters
    report = report[report["area_level"] == "kommun"].assign(tid_id=lambda t: t["period"].astype(str).str.replace("Q", "K"))
    both = report.merge(quarters, left_on=["area", "tid_id"], right_on=["kommun_id", "tid_id"], validate="one_to_one")
    assert len(both) == len(report)
    print(f"quarters:        {len(both)}, {(both['count'].fillna(-1) != both['antal'].fillna(-1)).sum()} differ")


def _compare_verdicts(verdicts: pd.DataFrame, step: int) -> None:
    rows = verdicts.set_index(["kommun_id", "brott_id"])
    judged = differ = 0
    for place in kommun.all_kommuner()[::step]:
        for f in underlag.load(place.code).count_findings:
            row = rows.loc[place.code, f.key]
            place_said = row["lage"] if isinstance(row["lage"], str) else None
            same = row["forandring"] == CHANGE[f.judgement.change][1] and place_said == (
                POSITION[f.position] if f.position else None
            )
            judged, differ = judged + 1, differ + (not same)
    print(f"verdicts:        {judged} of every {step}. kommun judged anew, {differ} differ")


def _cpu() -> float:
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
