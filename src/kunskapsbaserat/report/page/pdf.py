"""A finished page as a tagged PDF, printed by a browser on the machine, else by WeasyPrint.

The page carries language, title, headings and alternative texts; both printers put them into the PDF as tags. A browser stamps
the time of printing, which is taken out. The bytes are a browser's all the same: mostly equal from one run to the next, never
promised to be. What is compared between two runs is the page.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kunskapsbaserat.errors import FileLocked, RenderError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
_WINDOWS = ("Microsoft/Edge/Application/msedge.exe", "Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe")
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
)
_QUIET = (
    "--headless=new",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)
_SECONDS = 120
_STAMP = re.compile(rb"(/(?:Creation|Mod)Date \(D:)\d{14}([^)]*\))")
_MISSING = (
    "För PDF behövs en webbläsare som Chrome, Edge eller Chromium, eller tillägget WeasyPrint, och inget av dem hittades. "
    "Installera en webbläsare, eller skriv var den finns i miljövariabeln CHROME_PATH, eller skriv: pip install weasyprint. "
    "Det går också att öppna report.html i en webbläsare och välja Skriv ut, Spara som PDF."
)


def require() -> None:
    """Say at once, and in Swedish, when nothing on the machine can print a page.

    Raises
    ------
    RenderError
        Neither a browser nor WeasyPrint is there, or CHROME_PATH names no file.
    """
    if browser() is None and importlib.util.find_spec("weasyprint") is None:
        raise RenderError("PDF output needs Chrome, Edge or Chromium (CHROME_PATH), or weasyprint", svenska=_MISSING)


def browser() -> str | None:
    """Path of a browser that can print: the one in CHROME_PATH, else the first found of Chromium, Chrome and Edge.

    Raises
    ------
    RenderError
        CHROME_PATH names no file.
    """
    chosen = os.environ.get("CHROME_PATH")
    if chosen:
        if not Path(chosen).is_file():
            raise RenderError(
                f"CHROME_PATH is {chosen!r}, which is no file",
                svenska=f"Miljövariabeln CHROME_PATH pekar på ”{chosen}”, men där finns ingen fil. Rätta eller ta bort den.",
            )
        return chosen
    on_path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    return on_path or next((str(path) for path in _usual_places() if path.is_file()), None)


def _usual_places() -> list[Path]:
    if sys.platform == "win32":
        roots = [os.environ[name] for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA") if name in os.environ]
        return [Path(root) / place for root in roots for place in _WINDOWS]
    if sys.platform == "darwin":
        return [root / place for root in (Path("/Applications"), Path.home() / "Applications") for place in _MAC]
    return []


def write(html_path: Path, pdf_path: Path) -> None:
    """Print a finished page as a tagged PDF with outline, language and title.

    Parameters
    ----------
    html_path : Path
        The page.
    pdf_path : Path
        Where the PDF goes; an older one is replaced.

    Raises
    ------
    RenderError
        Nothing on the machine can print, or the printer failed.
    FileLocked
        The PDF is open in another program.
    """
    require()
    found = browser()
    with tempfile.TemporaryDirectory(prefix="kunskap-pdf-", ignore_cleanup_errors=True) as room:
        fresh = Path(room) / "report.pdf"
        if found:
            _print_in_browser(found, html_path, fresh, Path(room) / "profil")
        else:
            _print_with_weasyprint(html_path, fresh)
        data = _STAMP.sub(rb"\g<1>19800101000000\g<2>", fresh.read_bytes())  # same length: the places of the objects hold
    try:
        pdf_path.write_bytes(data)
    except PermissionError as error:
        raise FileLocked(pdf_path) from error


def _print_in_browser(program: str, html_path: Path, pdf_path: Path, profile: Path) -> None:
    command = [program, *_QUIET, f"--user-data-dir={profile}", "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--no-sandbox")  # Chromium refuses to start for root otherwise
    command += [f"--print-to-pdf={pdf_path}", html_path.resolve().as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(program, str(error)) from error
    if not pdf_path.is_file() or not pdf_path.read_bytes().startswith(b"%PDF"):
        raise _failed(program, done.stderr.decode(errors="replace").strip()[-300:] or f"exit code {done.returncode}")


def _failed(program: str, why: str) -> RenderError:
    return RenderError(
        f"{program} made no PDF: {why}",
        svenska=f"{Path(program).name} kunde inte skapa PDF-filen ({why}). Webbsidan är klar som vanligt. Det går också att "
        "öppna den i en webbläsare och välja Skriv ut, Spara som PDF.",
    )


def _print_with_weasyprint(html_path: Path, pdf_path: Path) -> None:
    import weasyprint

    weasyprint.HTML(filename=str(html_path)).write_pdf(str(pdf_path), pdf_variant="pdf/ua-1")
