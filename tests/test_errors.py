from __future__ import annotations

from pathlib import Path

import pytest

from kunskapsbaserat import errors


def test_table_error_says_what_where_and_what_now():
    error = errors.TableError(
        "a whole number",
        forvantat="ett heltal",
        file="data/sol_2025.csv",
        row=214,
        column="count",
        got="..",
        hint="'..' is missing",
        tips="”..” betyder att uppgiften saknas",
    )
    assert str(error) == "sol_2025.csv, row 214, column 'count': expected a whole number, got '..'\n('..' is missing)"
    assert error.svenska.startswith("sol_2025.csv, rad 214, kolumn ”count”: väntade ett heltal, men där står ”..”.")
    assert "(”..” betyder att uppgiften saknas)" in error.svenska


@pytest.mark.parametrize(
    ("got", "shown"),
    [
        ("många", "”många”"),
        ("1\xa0234\n", "”1\\xa0234\\n”"),
        (0.5, "0,5"),
        (-1, "-1"),
        (errors.Withheld(42), "en text på 42 tecken"),
    ],
)
def test_what_stands_in_a_cell_is_quoted_as_in_swedish(got: object, shown: str):
    assert (
        errors.TableError("a share", forvantat="en andel", got=got).svenska
        == f"tabellen: väntade en andel, men där står {shown}."
    )


def test_option_error_lists_the_allowed():
    error = errors.OptionError("method", "exakt", ("exact", "byar"))
    assert str(error) == "method: expected one of 'exact', 'byar', got 'exakt'"
    assert error.svenska == "method: ”exakt” går inte att välja. Välj exact eller byar."
    assert isinstance(error, ValueError)


def test_option_error_says_prose_in_each_language():
    error = errors.OptionError("runs", 5, ("99 or more",), tillatna=("minst 99",))
    assert str(error) == "runs: expected 99 or more, got 5"
    assert error.svenska == "runs: ”5” går inte att välja. Välj minst 99."


def test_a_locked_file_says_close_excel():
    assert "Stäng filen i Excel" in errors.FileLocked("C:/rapporter/å ä ö/tabell.csv").svenska


def test_every_kind_of_error_has_its_own_exit_code():
    kinds = [errors.OptionError, errors.UnknownKommun, errors.TableError, errors.DisclosureError]
    kinds += [errors.RenderError, errors.FileLocked, errors.FetchError]
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert 0 not in codes
    assert 1 not in codes


@pytest.mark.parametrize("kind", [errors.SnapshotError, errors.DisclosureError, errors.RenderError])
def test_swedish_falls_back_to_the_message(kind: type[errors.KunskapError]):
    assert kind("something").svenska == "something"


def test_the_folder_that_one_stands_in_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    error = errors.FileError("missing", ".", "holds no report", "innehåller ingen rapport.")
    assert error.svenska == f"{tmp_path.name} innehåller ingen rapport."
