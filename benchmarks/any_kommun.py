"""What the lägesbild of every kommun has to say: findings, verdicts, figures and bytes, of all 290 in one process.

    uv run python benchmarks/any_kommun.py
    KUNSKAP_TABELLER=MAPP uv run python benchmarks/any_kommun.py     with tables of `engine_tables.py`: Brå's indicators for all

A kommun that cannot be rendered, that has fewer than five figures, a page over 200 000 bytes or a verdict on fewer than four
broad groups is named; so is one of which nothing sticks out.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import UTC, datetime

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild
from kunskapsbaserat.report.material import selection
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import html
from kunskapsbaserat.trends import Change

MOST_BYTES, FEWEST_FIGURES, FEWEST_VERDICTS = 200_000, 5, 4


def main() -> None:
    print(f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. Command: python benchmarks/any_kommun.py")
    rows, failures = [], []
    start = time.process_time()
    for place in kommuner.all_kommuner():
        try:
            rows.append(about(place.code))
        except Exception as error:  # the point is to see every kommun, and which ones fail
            failures.append(f"{place.name}: {type(error).__name__}: {error}")
    seconds = time.process_time() - start
    table = pd.DataFrame(rows)
    print(f"{len(table)} rendered, {len(failures)} failed, {seconds / max(len(table), 1):.3f} s of processor time a page\n")
    for name in ("highlights", "verdicts", "figures", "kilobytes"):
        column = table[name]
        print(f"{name:12} min {column.min():g}, median {column.median():g}, max {column.max():g}")
    print(f"highlights   {dict(sorted(Counter(table['highlights']).items()))} (findings on the first page: kommuner)")
    for text, wrong in (
        ("failed", failures),
        (f"over {MOST_BYTES} bytes", list(table.loc[table["kilobytes"] * 1000 > MOST_BYTES, "kommun"])),
        (f"fewer than {FEWEST_FIGURES} figures", list(table.loc[table["figures"] < FEWEST_FIGURES, "kommun"])),
        (f"fewer than {FEWEST_VERDICTS} verdicts", list(table.loc[table["verdicts"] < FEWEST_VERDICTS, "kommun"])),
        ("nothing sticks out", list(table.loc[table["highlights"] == 0, "kommun"])),
    ):
        print(f"{text}: {len(wrong)}" + (f" ({', '.join(wrong)})" if wrong else ""))
    changes = Counter(change for row in rows for change in row["changes"])
    print("verdicts on change:", {str(c): changes[c] for c in Change})
    sys.exit(bool(failures))


def about(code: str) -> dict[str, object]:
    lb = lagesbild.load(kommun=code)
    appendix = lb.bilagor()
    page = html.page(
        [*(part.to_html() for part in lb.parts()), appendix.part.to_html()],
        title=appendix.record["title"],
        foot=appendix.record["foot"],
        nav=appendix.record["nav"],
        made_with=words.made_with(appendix.record["manifest"]["version"]),
    )
    groups = selection.broad(lb.u)
    judged = [f for f in groups if f.judgement.change is not Change.KAN_INTE_BEDOMAS]
    return {
        "kommun": lb.u.kommun.name,
        "highlights": len(selection.highlights(lb.u)),
        "verdicts": len(judged),
        "changes": [f.judgement.change for f in groups],
        "figures": appendix.record["figures"],
        "kilobytes": len(page.encode()) / 1000,
    }


if __name__ == "__main__":
    main()
