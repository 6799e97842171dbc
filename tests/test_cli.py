from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kunskapsbaserat import cli_rapport
from kunskapsbaserat.errors import UnknownKommun
from kunskapsbaserat.system_errors import os_fault


def kunskap(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "kunskapsbaserat.cli", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env=environment,
    )


@pytest.mark.thorough
@pytest.mark.xdist_group("kernel")
def test_the_readmes_command(tmp_path: Path):
    done = kunskap("rapport", "lagesbild", "Borlänge", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    written = Path("reports") / "2081-borlange" / "lagesbild" / "report.html"
    assert done.stdout.strip() == str(written)
    assert (tmp_path / written).stat().st_size > 100_000
    assert "Öppna filen i en webbläsare" in done.stderr
    assert "Traceback" not in done.stderr
    assert "WARNING" not in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["rapport", "lagesbild", "Borlnge"], 3, "Menade du Borlänge (2081)?"),
        (["rapport", "lagesbild", "9999"], 3, "Det finns ingen kommun som heter ”9999”"),
        (["rapport", "lagesbil", "Borlänge"], 2, "mall: ”lagesbil” går inte att välja"),
        (["rapport", "lagesbild"], 2, "KOMMUN saknas. Exempel: kunskap rapport lagesbild Borlänge"),
        (["ny"], 2, "saknas. Exempel: kunskap ny Borlänge."),
        (["rapport", "lagesbild", "Borlänge", "--utt", "x"], 2, "Valet --utt finns inte. Menade du --ut"),
        (["rapport", "lagesbild", "Borlänge", "--ut"], 2, "Valet --ut är ofullständigt"),
        (["rapport", "lagesbild", "--län", "99"], 2, "län: ”99” går inte att välja"),
        (["rapport", "lagesbild", "Borlänge,", "Flaun"], 3, "heter ”Flaun”. Menade du Falun (2080)"),
        (["rapport", "lagesbild", "Borlänge;Upplands Väsby", "Flaun"], 3, "heter ”Flaun”. Menade du Falun (2080)"),
        (["rapport", "lagesbild", "Borlänge", "--tid", "0"], 2, "--tid: ange ett tal större än 0."),
        (["rapport", "lagesbild", "Borlänge", "--arbetare", "två"], 2, "--arbetare: ange ett heltal, minst 1."),
        (["index", "finns-inte"], 2, "MAPP: ange en mapp som finns."),
        (["signera", "finns-inte"], 2, "RAPPORT: ange en fil eller mapp som finns."),
        (["export", "--licens", "mit"], 2, "--licens: välj cc-by eller cc0."),
        (["återskapa", "mapp"], 2, "RAPPORT saknas. Exempel: kunskap aterskapa"),
        (["kontroll", __file__], 4, "är en fil, ingen mapp"),
        (["rapport", "lagesbild", "Borlänge", "--data", __file__], 4, "är en fil, ingen mapp"),
        (
            ["raport"],
            2,
            "Kommandot ”raport” finns inte. Kommandon: app, aterskapa, export, hamta, index, kalender, kontroll, lab, "
            "lagesrapport, ny, rapport, signera, verifiera.",
        ),
    ],
)
def test_mistakes_end_in_swedish_and_a_code(words: list[str], code: int, message: str, tmp_path: Path):
    done = kunskap(*words, cwd=tmp_path)
    assert done.returncode == code
    assert done.stderr.startswith("Fel: ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--hjälp"], ["rapport", "--hjälp"], ["hämta", "--hjälp"], ["lägesrapport", "--help"]])
def test_commands_and_options_with_their_swedish_letters(words: list[str], tmp_path: Path):
    done = kunskap(*words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Användning: kunskap")


@pytest.mark.parametrize(("number", "said"), [(errno.ENOSPC, "disken är full"), (errno.EACCES, "stäng"), (None, "försök igen")])
def test_what_the_computer_refuses_is_told_in_swedish(number: int | None, said: str):
    error = OSError("något") if number is None else OSError(number, "No such thing", "mapp/fil.csv")
    told = os_fault(error)
    assert said in told.casefold()
    assert "No such" not in told


def test_what_a_pdf_needs_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROME_PATH", str(tmp_path / "borta"))
    done = kunskap("rapport", "lagesbild", "Falun", "--pdf", cwd=tmp_path)
    assert (done.returncode, done.stderr.startswith("Fel: ")) == (6, True)
    assert "CHROME_PATH" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "fil").write_text("")
    done = kunskap("rapport", "lagesbild", "Falun", "--ut", str(tmp_path / "fil"))
    assert (done.returncode, "Traceback" in done.stderr) == (6, False)
    assert "Välj en annan mapp med --ut" in done.stderr


@pytest.mark.parametrize("words", [[], ["--help"], ["--hjalp"], ["rapport", "-h"]])
def test_help_is_swedish(words: list[str]):
    done = kunskap(*words)
    assert done.returncode == 0
    assert done.stdout.startswith("Användning: kunskap")
    assert not {"Usage:", "Options:", "Commands:", "Show this", "OPTIONS"} & set(done.stdout.split("\n"))
    for english in ("Usage", "Options", "Commands", "Show", "required", "default"):
        assert english not in done.stdout


def test_version():
    assert kunskap("--version").stdout.startswith("kunskapsbaserat 0.")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["Borlänge"], ["Borlänge"]),
        (["Upplands", "Väsby"], ["Upplands Väsby"]),
        (["Upplands Väsby", "2081"], ["Upplands Väsby", "Borlänge"]),
        (["Östra", "Göinge", "Falun", "Dals-Ed"], ["Östra Göinge", "Falun", "Dals-Ed"]),
        (["Falun", "2080"], ["Falun"]),
    ],
)
def test_names_in_two_words_need_no_quotes(words: list[str], names: list[str]):
    assert [k.name for k in cli_rapport.kommuner_in(words)] == names


def test_the_first_unknown_word_is_named():
    with pytest.raises(UnknownKommun, match="Väsbyy"):
        cli_rapport.kommuner_in(["Falun", "Väsbyy"])


def test_a_misspelt_word_is_told_before_anything_heavy_is_loaded():
    code = (
        "import sys; from kunskapsbaserat.cli import cli\n"
        "try: cli(['rapport', 'lagesbil', 'Borlänge'], standalone_mode=False)\n"
        "except Exception as error: print(error)\n"
        "print(sorted({'pandas', 'nbformat', 'matplotlib', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert "lagesbil" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_kontroll_outside_a_folder_says_so(tmp_path: Path):
    outside = tmp_path / "hemma"
    outside.mkdir()
    done = kunskap("kontroll", cwd=outside)
    assert done.returncode == 4
    assert "hemma är ingen kommuns mapp: filen mapp.toml saknas" in done.stderr
    assert "kunskap ny KOMMUN MAPP" in done.stderr
