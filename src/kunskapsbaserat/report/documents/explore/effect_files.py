"""Save an evaluation: its figure, its numbers as a workbook, and the sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.effects import words as effect_words
from kunskapsbaserat.report.documents.explore import files, words

if TYPE_CHECKING:
    from kunskapsbaserat.effects import EffectResult


def save(result: EffectResult, folder: Path, *, summary: str, png: bytes) -> list[Path]:
    """Write the figure (PNG) and a workbook with the sentence, the numbers in words and as they are.

    Raises
    ------
    FileLocked
        A file is open in another program, or the folder may not be written.
    """
    rows = pd.DataFrame(effect_words.figures(result), columns=list(words.EVALUATION_HEADS))
    tables = {"svar": pd.DataFrame({"Svar": [summary]}), "utvarderingen": rows, "tal": result.to_frame()}
    contents = {"figur.png": png, "utvardering.xlsx": files.workbook(tables)}
    for name, content in contents.items():
        replace_file(folder / name, content)
    return [folder / name for name in contents]
