"""How long all 21 county pages take: processor time of everything that makes a page, in one process.

    python benchmarks/region_speed.py > benchmarks/region_speed.txt

Processor time and not the clock's, so that other programs on the machine have no say in it.
"""

from __future__ import annotations

import platform
import time

from kunskapsbaserat import lan
from kunskapsbaserat.report.documents.region import document as region
from kunskapsbaserat.report.page import html


def made(code: str) -> dict[str, str]:
    """The pages of one län."""
    document = region.load(lan=code)
    appendix = document.bilagor()
    parts = [*document.parts(), appendix.part]
    return html.pages([(part.file, part.to_html()) for part in parts], appendix.record)


def main() -> None:
    print(
        f"Python {platform.python_version()}, {platform.machine()}, one process; seconds of processor time and kB of both pages"
    )
    start = time.process_time()
    region.ahead([one.code for one in lan.all_lan()])
    print(f"{'shared by all':22}{time.process_time() - start:6.1f}")
    total = 0.0
    for one in lan.all_lan():
        start = time.process_time()
        pages = made(one.code)
        seconds = time.process_time() - start
        total += seconds
        sizes = " ".join(f"{len(page.encode()) // 1000:4}" for page in pages.values())
        print(f"{one.name:22}{seconds:6.1f}  {len(one.kommuner):3} kommuner  {sizes}")
    print(f"{'all 21':22}{total:6.1f}")


if __name__ == "__main__":
    main()
