"""Word and PDF beside the page: written with it, listed with it, and never at the cost of what someone wrote."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import nbformat
import pytest

from kunskapsbaserat import engine
from kunskapsbaserat.engine.exporter import manuscripts
from kunskapsbaserat.engine.placing import move_into_place
from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.page import pdf, word


@pytest.mark.thorough
@pytest.mark.xdist_group("kernel")
def test_both_documents_lie_beside_the_page(tmp_path: Path):
    with_pdf = pdf.browser() is not None
    done = engine.render("lagesbild", "Ystad", out=tmp_path / "å ä ö", word=True, pdf=with_pdf)
    manifest = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["formats"] == ["word", "pdf"][: 1 + with_pdf]
    for name in ("report.docx", "report.pdf")[: 1 + with_pdf]:
        assert manifest["outputs"][name] == hashlib.sha256((done.folder / name).read_bytes()).hexdigest()
    kept = nbformat.read(done.folder / "lagesbild.ipynb", as_version=4)
    word.write(manuscripts(kept)[""], tmp_path / "igen.docx")
    assert (tmp_path / "igen.docx").read_bytes() == (done.folder / "report.docx").read_bytes()
    (verified,) = engine.verify([done.folder])
    assert verified.result == "same_bytes"
    assert not with_pdf or (done.folder / "report.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("what", ["word", "pdf"])
def test_what_is_missing_is_said_before_anything_is_made(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def missing() -> None:
        raise RenderError("missing", svenska="saknas")

    monkeypatch.setattr({"word": word, "pdf": pdf}[what], "require", missing)
    with pytest.raises(RenderError, match="missing"):
        engine.render("lagesbild", "Ystad", out=tmp_path, **{what: True})
    assert list(tmp_path.iterdir()) == []


def folder_with(path: Path, document: bytes | None) -> Path:
    path.mkdir(parents=True)
    outputs = {}
    if document is not None:
        (path / "report.docx").write_bytes(document)
        outputs["report.docx"] = hashlib.sha256(document).hexdigest()
    (path / "manifest.json").write_text(json.dumps({"outputs": outputs}), encoding="utf-8")
    return path


def render_again(tmp_path: Path, document: bytes | None) -> dict[str, bytes]:
    room = tmp_path / "rum"
    shutil.rmtree(room, ignore_errors=True)
    move_into_place(folder_with(room / "ny", document), tmp_path / "lagesbild")
    return {p.name: p.read_bytes() for p in (tmp_path / "lagesbild").glob("*.docx")}


def test_a_document_that_someone_has_written_in_is_kept(tmp_path: Path):
    target = folder_with(tmp_path / "lagesbild", b"ett")
    assert render_again(tmp_path, b"tva") == {"report.docx": b"tva"}
    (target / "report.docx").write_bytes(b"ifylld")
    assert render_again(tmp_path, b"tre") == {"report.docx": b"tre", "report-ifylld.docx": b"ifylld"}
    (target / "report.docx").write_bytes(b"ifylld igen")
    found = render_again(tmp_path, None)
    assert found == {"report-ifylld.docx": b"ifylld", "report-ifylld-2.docx": b"ifylld igen"}
