"""How many kernels does ``kunskap app`` keep, and how much memory, when it is visited fifty times?

    uv run python benchmarks/app_kernels.py > benchmarks/app_kernels.txt

First fifty visits at once by a program that asks for the page and never opens it; then a browser that loads the page anew ten
times, where there is a Chromium. After each round the kernels are counted at once, and when the time for coming to them is
over. The numbers are of processes of the machine itself: a kernel is a child of the server.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import psutil

import kunskapsbaserat as kb
from kunskapsbaserat import jupyter
from kunskapsbaserat.widgets import few_kernels

TOKEN, VISITS, RELOADS = "matning", 50, 10


def main() -> None:
    print(f"{date.today()}, kunskapsbaserat {kb.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print("Command: uv run python benchmarks/app_kernels.py\n")
    folder = Path(tempfile.mkdtemp(prefix="kbapp"))
    jupyter.app_folder(folder, {"kommun": "Falun", "spara_i": str(folder / "sparat")}, token=TOKEN)
    port = jupyter.free_port()
    environment = {**os.environ, **jupyter.app_environment(folder)}
    server = subprocess.Popen(
        jupyter.app_command(port=port, browser=False),
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/?token={TOKEN}"
    try:
        wait_for(f"http://127.0.0.1:{port}/login")
        measure(server.pid, f"{VISITS} visits by a program", lambda: visits(address))
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        if chromium:
            measure(server.pid, f"{RELOADS} times the same page in a browser", lambda: reloads(address, chromium))
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def measure(server: int, name: str, visit: Callable[[], str]) -> None:
    said = visit()
    print(f"{name}: {said}")
    print(f"  at once {kernels(server)}")
    time.sleep(few_kernels.TO_CONNECT + 65)  # the server looks once a minute
    print(f"  after {few_kernels.TO_CONNECT + 65:.0f} s {kernels(server)}")
    sys.stdout.flush()


def kernels(server: int) -> str:
    children = [p for p in psutil.Process(server).children(recursive=True) if "ipykernel_launcher" in " ".join(p.cmdline())]
    memory = sum(p.memory_info().rss for p in children) / 1e6
    return f"{len(children)} kernels, {memory:.0f} MB"


def visits(address: str) -> str:
    with ThreadPoolExecutor(VISITS) as visitors:
        shown = list(visitors.map(visit, [address] * VISITS))
    return f"{sum(shown)} shown, {VISITS - sum(shown)} asked in Swedish to wait"


def visit(address: str) -> bool:
    """Was the page shown? If not, it was the sentence about too many pages."""
    try:
        with urllib.request.urlopen(address, timeout=600) as answer:
            answer.read()
            return True
    except urllib.error.HTTPError as error:
        if error.code != 503 or few_kernels.FULL not in error.read().decode():
            raise
        return False


def reloads(address: str, chromium: str) -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        shown = 0
        for _ in range(RELOADS):
            page.goto(address, wait_until="commit", timeout=300_000)
            page.locator(".kbw h2").wait_for(timeout=300_000)
            shown += 1
        browser.close()
    return f"{shown} shown"


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("no answer from the server")


if __name__ == "__main__":
    main()
