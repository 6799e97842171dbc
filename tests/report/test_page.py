"""The page as a document: structure, policy, size, determinism, and what stands on it line by line."""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pages import ANNEX, DECISION, REPORT, page, pages_of, plain, report, soup, text_of

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild
from kunskapsbaserat.report.material import law
from kunskapsbaserat.report.page import html
from kunskapsbaserat.report.page.blocks import Part, Section
from kunskapsbaserat.trends import Change

PLACES = ["Borlänge", "Falun", "Vansbro", "Malung-Sälen", "Ystad", "Gotland", "Upplands Väsby"]
FULL = PLACES[:4]
FILES = [REPORT, DECISION, ANNEX]
BYTES = {REPORT: 200_000, DECISION: 120_000, ANNEX: 200_000}
GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kommun", PLACES)
def test_structure(kommun: str, file: str):
    s = soup(kommun, file)
    assert s.html["lang"] == "sv"
    assert len(s.find_all("h1")) == 1
    subject = {"Gotland": "brott på Gotland", "Ystad": "brott i Ystad", "Upplands Väsby": "brott i Upplands Väsby"}
    title = f"ägesbild 2026: {subject.get(kommun, f'brott och otrygghet i {kommun}')}"
    start = {REPORT: "L", DECISION: "Underlag för beslut: l", ANNEX: "Bilagor: l"}[file]
    assert s.title.get_text() == start + title
    assert s.find("a", class_="hoppa")["href"] == f"#{s.find('main')['id']}"
    levels = [int(h.name[1]) for h in s.find_all(re.compile("^h[1-6]$"))]
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), "a heading level is skipped"
    ids = [e["id"] for e in s.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in s.find_all("a", href=re.compile("^#")):
        assert link["href"][1:] in ids, link
    for use in s.find_all("use"):
        assert use["href"][1:] in ids, use
    for labelled in s.find_all(attrs={"aria-labelledby": True}):
        assert set(labelled["aria-labelledby"].split()) <= set(ids)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kommun", PLACES)
def test_strict_policy(kommun: str, file: str):
    """No script, no inline style, no request: the style's own hash is the only thing the policy lets through."""
    text = page(kommun, file=file)
    s = soup(kommun, file)
    digest = base64.b64encode(hashlib.sha256(s.style.string.encode()).digest()).decode()
    policy = s.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not s.find_all(["script", "iframe", "object", "embed", "link", "img", "form", "input"])
    assert not s.find_all(style=True)
    assert not [a for e in s.find_all(True) for a in e.attrs if a.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    beside = re.compile(r"^(report|beslut|bilagor)\.html(#|$)")
    leaving = [a for a in s.find_all("a", href=True) if not a["href"].startswith("#") and not beside.match(a["href"])]
    links = [a["href"] for a in leaving]
    assert all(a["rel"] == ["noreferrer"] for a in leaving)
    assert {re.sub(r"^https://(?:www\.)?([^/]+).*", r"\1", href) for href in links} <= {"bra.se", "statistik.bra.se"}
    assert text.replace("http-equiv", "").count("http") == len(links)  # nothing but what a reader clicks on


def test_a_block_without_a_macro_stops_the_page():
    section = Section("x", "", "X", [object()])
    with pytest.raises(TypeError, match="object"):
        html.part(Part("x", "", [section]))


@pytest.mark.parametrize("kommun", PLACES)
def test_size(kommun: str):
    assert all(len(page(kommun, file=file).encode()) <= most for file, most in BYTES.items())


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kommun", PLACES)
def test_tables_have_captions_and_scopes(kommun: str, file: str):
    tables = soup(kommun, file).find_all("table")
    assert tables
    for t in tables:
        assert t.caption is not None
        assert t.caption.get_text(strip=True)
        assert all(th["scope"] == "col" for th in t.thead.find_all("th"))
        heads = len(t.thead.find_all("th"))
        for row in t.tbody.find_all("tr"):
            first = row.find(["th", "td"])
            if first["scope"] == "rowgroup":
                assert int(first["colspan"]) == heads
                continue
            assert first["scope"] == "row"
            assert len(row.find_all(["th", "td"])) == heads


@pytest.mark.parametrize("kommun", PLACES)
def test_every_figure_says_its_finding_with_figures(kommun: str):
    figures = [svg for file in FILES for svg in soup(kommun, file).find_all("svg", role="img")]
    assert len(figures) == report(kommun).bilagor().record["figures"]
    for svg in figures:
        title, finding = plain(svg.title.get_text()), plain(svg.desc.get_text())
        assert title.endswith(".")
        assert finding.endswith(".")
        assert re.search(r"\d", finding), finding
        assert len(finding.split()) >= 8
        figure = svg.find_parent("figure")
        assert figure.figcaption is not None
        assert "Källa:" in figure.get_text()
        assert figure.find_parent(class_="rad").find_next_sibling("details").find("table")


@pytest.mark.parametrize("kommun", ["Borlänge", "Vansbro"])
def test_at_least_five_figures(kommun: str):
    assert len(soup(kommun).find_all("figure")) >= 5


@pytest.mark.parametrize("kommun", FULL)
def test_verdicts_stand_beside_words(kommun: str):
    for chip in soup(kommun).find_all(class_="dom"):
        assert chip.svg["aria-hidden"] == "true"
        assert len(plain(chip.get_text())) > 8


@pytest.mark.parametrize("kommun", FULL)
def test_every_certain_change_is_on_the_first_page(kommun: str):
    first = soup(kommun).find(id="korthet").find("table").get_text(" ")
    for f in report(kommun).u.count_findings:
        if f.judgement.change.value.startswith("sakerstalld") and f.offence.id != "totalt":
            assert f.facet.short in first


def test_the_parts_of_the_act_are_there_and_open():
    text = text_of("Borlänge", "lagens-krav")
    assert "Lagens krav: omfattning, konsekvenser, annan information och analys återstår" in text
    states = [plain(e.get_text()) for e in soup("Borlänge").find(id="lagens-krav").find_all(class_="lage")]
    assert states == ["Delvis", "Delvis", "Saknas", "Saknas"]
    states = [plain(e.get_text()) for e in soup("Ystad").find(id="lagens-krav").find_all(class_="lage")]
    assert states == ["Delvis", "Saknas", "Saknas", "Saknas"]


@pytest.mark.parametrize("kommun", PLACES)
def test_places_for_the_kommuns_own_words(kommun: str):
    """Gathered under one heading that says whose they are, each with a question to start from."""
    places = soup(kommun).find(id="kvar")
    boxes = places.find_all(class_="tom")
    assert boxes == soup(kommun).find_all(class_="tom")
    assert [b.h3.get_text() for b in boxes] == [place.heading for place in law.PLACES.values()]
    assert all(b.p.get_text().count("?") + b.p.get_text().count(".") >= 1 for b in boxes)
    assert places.h2.get_text() == "Det här skriver kommunen själv"


def test_what_is_missing_is_three_things_to_do_with_their_commands():
    steps = soup("Upplands Väsby", ANNEX).find(id="nasta-steg")
    assert [plain(code.get_text()) for code in steps.find_all("code")] == [
        'kunskap hamta "Upplands Väsby"',
        "kunskap rapport lagesbild --data 0114-upplands-vasby",
    ]
    assert len(steps.find_all("li")) == 3
    assert "indikatorer-for-kommuners-lagesbild" in steps.get_text()


def test_online_crime_is_apart_from_places():
    assert "bedrägeri på nätet, som inte har någon plats" in text_of("Borlänge", "trygghet")
    assert "räknas inte ihop med brott som har en" in text_of("Borlänge", "metod")
    assert "Utsatta för kortbedrägeri" in text_of("Borlänge", "trygghetsfragor")


def test_same_figures_same_bytes():
    assert pages_of(lagesbild.load(kommun="Falun")) == pages_of(lagesbild.load(kommun="Falun"))


def test_an_earlier_year_can_be_chosen():
    lb = lagesbild.load(kommun="Borlänge", year=2023)
    lead = plain(BeautifulSoup(lb.forstasida().to_html(), "html.parser").find(class_="ingress").get_text())
    assert lead.startswith("År 2023 anmäldes 6 196 brott i Borlänge")
    total = lb.u.count("totalt")
    assert total is not None
    # 2022-2023 against 2017-2021: the window moves with the year
    assert (total.judgement.latest, total.judgement.earlier) == ((2022, 2023), (2017, 2021))
    assert lb.u.count("bilbrott").judgement.reason == "series_break"  # the window now reaches over the new codes of 2018
    with pytest.raises(ValueError, match="2017"):
        lagesbild.load(kommun="Borlänge", year=2031)


def test_text_is_escaped():
    part = Part("x", "x", lagesbild.load(kommun="Borlänge").metod().sections)
    assert "&lt;" not in part.to_html()
    foot = html.page(["<p></p>"], title="<b>&", foot='"}</style><script>', nav=[], made_with="<i>")
    assert "<script>" not in foot
    assert "<title>&lt;b&gt;&amp;</title>" in foot
    assert "&lt;i&gt;" in foot


def lines_of(kommun: str) -> str:
    """What a reader of the three pages meets, one block a line."""
    lines: list[str] = []
    for file in FILES:
        found = soup(kommun, file).find_all(
            ["h1", "h2", "h3", "h4", "p", "li", "caption", "tr", "dt", "dd", "summary", "figcaption", "desc"]
        )
        texts = [plain(e.get_text(" ")) for e in found if not e.find(["p", "tr", "dt"])]
        lines += [f"==== {file or 'report.html'}", *(t for t in texts if t)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("kommun", ["Borlänge", "Vansbro", "Ystad", "Köping"])
def test_golden(kommun: str):
    """The text of four reports, line by line; a change is reviewed like code (write anew with GOLDEN=write)."""
    path = GOLDEN / f"{kommuner.get(kommun).slug}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(lines_of(kommun), encoding="utf-8", newline="\n")
    assert lines_of(kommun).splitlines() == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("kommun", [k.name for k in kommuner.all_kommuner()][::15])
def test_any_kommun_renders(kommun: str):
    text = text_of(kommun)
    assert kommun in text
    assert "2025" in text
    assert all(len(page(kommun, file=file).encode()) <= most for file, most in BYTES.items())


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kommun", "year"),
    [("Borlänge", 2017), ("Borlänge", 2020), ("Borlänge", 2023), ("Vansbro", 2018)],
)
def test_every_year_renders_and_says_no_more_than_its_years_can(kommun: str, year: int):
    text = plain(BeautifulSoup(page(kommun, year), "html.parser").get_text(" "))
    assert not re.search(r"\bnan\b|None|\binf\b|Snitt 0|0–0 ", text.replace("0–0 per 100", ""))
    later = {str(y) for y in range(year + 1, 2026)}
    lead = BeautifulSoup(page(kommun, year), "html.parser").find(class_="ingress").get_text()
    assert not later & set(re.findall(r"20\d\d", lead))
    types = [f for f in report(kommun, year).u.count_findings if not f.offence.broad]
    if year < 2023:  # seven years are needed, and the indicators begin in 2017, the groups in 2010
        assert all(f.judgement.change in (Change.KAN_INTE_BEDOMAS, Change.FOR_FA_BROTT) for f in types)
    assert "Utvecklingen går inte att bedöma" not in lead
