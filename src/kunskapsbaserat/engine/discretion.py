"""What a batch says of itself names nobody: its logs and its reasons are read by others than those who sent the files in.

The screen for personal data repeats no cell that it stops. What it lets through can still be quoted by a message about
something else, and the name of a file or of somebody's own folder stands in every traceback.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kunskapsbaserat.data.screen import masked
from kunskapsbaserat.engine.job import Failure


def discreet(text: str) -> str:
    """Without personnummer, e-mail addresses and the path of somebody's own folder."""
    home = str(Path.home())
    return masked(text.replace(home, "~") if len(home) > 1 else text)


def of_failure(failure: Failure) -> Failure:
    return replace(failure, message=discreet(failure.message), svenska=discreet(failure.svenska))


def of_log(log: Path) -> None:
    """Write a finished log anew where it says too much."""
    try:
        text = log.read_text(encoding="utf-8", errors="backslashreplace")
    except FileNotFoundError:
        return
    if (said := discreet(text)) != text:
        log.write_text(said, encoding="utf-8", newline="\n")
