"""The folder for Power BI: one workbook of Excel tables, the same tables as Parquet, the measures and how to read them in.

Parquet needs the extra ``kunskapsbaserat[parquet]``, which weighs twice as much as any other package. Power BI reads the
workbook as well, and without the extra no Parquet is written.
"""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat import extras
from kunskapsbaserat.data import export as csv_files
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.export import books, measures, readme
from kunskapsbaserat.export.gathered import Gathered
from kunskapsbaserat.export.star_schema import Star

WORKBOOK, PARQUET = "kunskapsbaserat.xlsx", "parquet"
DAX, MEASURES, README = "matt.dax", "matt.csv", "LASMIG.md"
_DATES = ("forsta_dag", "hamtad", "publicerad")


def files(gathered: Gathered, star: Star, folder: Path) -> dict[Path, bytes]:
    """Every file of the folder with its content."""
    used = measures.for_tables(set(star.filled))
    made = {folder / WORKBOOK: workbook(star)}
    if with_parquet():
        made |= {folder / PARQUET / f"{name}.parquet": parquet(table) for name, table in star.tables.items()}
    made[folder / DAX] = measures.dax_script(used).encode("utf-8")
    made[folder / MEASURES] = b"\xef\xbb\xbf" + csv_files.excel_csv(measures.listed(used)).encode("utf-8")
    made[folder / README] = readme.text(gathered, star, used, parquet=with_parquet()).encode("utf-8")
    return made


def with_parquet() -> bool:
    """Is the library that writes Parquet installed?"""
    return importlib.util.find_spec("pyarrow") is not None


def require_renewable(folder: Path) -> None:
    """Refuse a folder whose Parquet files would stay as they are beside a new workbook, and look like its own.

    Raises
    ------
    FileError
        The folder has such files, and the library that writes new ones is not installed.
    """
    if not with_parquet() and any((folder / PARQUET).glob("*.parquet")):
        raise FileError(
            "older",
            folder / PARQUET,
            "holds files of an earlier run, and pyarrow, which writes new ones, is not installed",
            "har filer från en tidigare körning, och tillägget som skriver nya är inte installerat. Ta bort mappen, eller "
            f"skriv i terminalen: {extras.command('parquet')}",
        )


def workbook(star: Star) -> bytes:
    """One sheet a table, each an Excel table of the same name; one without rows is left out: Excel allows no empty one."""
    sheets = [
        books.Sheet(name, table, [str(c) for c in table], _formats(table), table=name) for name, table in star.filled.items()
    ]
    return books.content(sheets, title="Kunskapsbaserat: stjärnschema")


def _formats(table: pd.DataFrame) -> dict[int, str]:
    return {at: "yyyy-mm-dd" for at, name in enumerate(table) if name in _DATES}


def parquet(table: pd.DataFrame) -> bytes:
    """The table as Parquet, with dates as dates; the same bytes for the same rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    fields = [pa.field(f.name, _type(f, pa)) for f in arrow.schema]
    out = io.BytesIO()
    pq.write_table(arrow.cast(pa.schema(fields)), out, compression="zstd")
    return out.getvalue()


def _type(field: Any, pa: Any) -> Any:
    """Plain text and dates, also of a column without a value."""
    name, kind = field.name, field.type
    if name in _DATES:
        return pa.date32()
    large = pa.types.is_large_string(kind) or pa.types.is_null(kind)
    return pa.string() if large else kind
