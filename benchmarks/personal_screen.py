"""How long does the screen for personal data take for one cell of 1 MB, and is it linear in its length?

Every text is of a kind that some pattern of the screen reads from many places.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

from kunskapsbaserat.data import screen
from kunskapsbaserat.data.files import Sheet

PIECES = (
    *(
        "a",
        "A",
        "Aa",
        "1",
        "12-",
        "1 ",
        "07 ",
        "Aa ",
        "Anna ",
        "Anna Berg ",
        "a.",
        "a@",
        "a@b.",
        "+",
        ".",
        " ",
        "A. ",
        "A-",
        "A'",
    ),
    *("Ann-", "070 ", "1.2,", "+46 ", "ABC ", "a (at) ", "a\n", "12 345 ", "x 1:", "von ", "Åsa von ", "andersson "),
    "Det var en kväll vid Stationen då lampor slogs sönder. ",
)


def seconds(piece: str, length: int) -> float:
    text = (piece * (length // len(piece) + 1))[:length]
    start = time.process_time()
    screen.find((Sheet("blad", ((text,),)),))
    return time.process_time() - start


def main() -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d}  python benchmarks/personal_screen.py  Python {sys.version.split()[0]}")
    print("seconds of a processor for one cell of 250 000 and of 1 000 000 letters")
    worst = 0.0
    for piece in PIECES:
        short, long = seconds(piece, 250_000), seconds(piece, 1_000_000)
        worst = max(worst, long)
        print(f"  {piece.strip()[:20]!r:24} {short:6.2f} {long:6.2f}")
    print(f"longest {worst:.2f}")


if __name__ == "__main__":
    main()
