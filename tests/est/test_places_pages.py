"""Hot cells, the public map and measures at places, on events of known truth."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from folders import LAST, made_folder, signed

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.est import effects as est_effects
from kunskapsbaserat.report.documents.est import kept_ledger
from kunskapsbaserat.report.documents.est import material as est_material
from kunskapsbaserat.report.documents.est import public as est_public
from kunskapsbaserat.report.documents.est import public_places as est_public_places
from kunskapsbaserat.report.documents.est import quarter as est_quarter
from kunskapsbaserat.report.page.blocks import FigureRow

CENTRE = (519_250.0, 6_702_250.0)  # of a 500 m cell in Borlänge, away from the named places
FORTNIGHTS = [LAST - dt.timedelta(days=14 * back + 3) for back in range(7)]


def exported(path: Path, rows: list[tuple]) -> Path:
    """A folder with an event list of ``day category place x y``."""
    lines = ["Händelse-ID;Tidpunkt;Registrerad;Händelsetyp;Plats;Öst;Nord;Organisation"]
    lines += [f"{n};{day} 12:00;{day};{what};{place};{x};{y};Polisen" for n, (day, what, place, x, y) in enumerate(rows)]
    (path / "est" / "uttag.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def around(x: float, y: float, n: int, days: list[dt.date] = FORTNIGHTS, what: str = "klotter") -> list[tuple]:
    return [(days[k % len(days)], what, "", round(x), round(y)) for k in range(n)]


def test_a_cell_is_not_hot_for_its_neighbour(tmp_path: Path):
    """A named place with all events in one point, and single events in the cells beside it."""
    beside = [(CENTRE[0] + dx, CENTRE[1] + dy) for dx in (-250, 0, 250) for dy in (-250, 0, 250) if dx or dy]
    rows = (
        around(*CENTRE, 40) + [row for at in beside for row in around(*at, 1)] + around(CENTRE[0] + 4000, CENTRE[1] + 4000, 1)
    )
    m = est_material.load(data=exported(made_folder(tmp_path / "k"), rows))
    assert m.hot is not None
    assert list(m.hot.loc[m.hot["hot"], "count"]) == [40]


def test_two_events_make_no_new_place(tmp_path: Path):
    """One event every other month and then two: beyond chance for one place alone, and too few to say anything of."""
    before = [(LAST - dt.timedelta(days=back), "klotter", "Stadsparken", "", "") for back in (40, 100, 160, 220)]
    rows = [*before, *[(LAST, "klotter", "Stadsparken", "", "")] * 2]
    rows += [(LAST - dt.timedelta(days=back), "klotter", "", "", "") for back in range(0, 360, 2)]
    m = est_material.load(data=exported(made_folder(tmp_path / "k"), rows))
    place = m.watch.set_index("place").loc["Stadsparken"]
    assert (place["count"], place["status"], place["reason"]) == (2, "usual", "few")


@pytest.mark.thorough
def test_hot_cells_in_noise_are_rare():
    """Events spread evenly, rounded to 50 m as the reader does: some cell is called in at most 5 % of quarters (and chance)."""
    from kunskapsbaserat import places

    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(200):
        at = np.floor(rng.uniform(0, 5000, (int(rng.integers(40, 200)), 2)) / 50) * 50 + 520_025
        alarms += int(places.hot_spots(pd.DataFrame(at, columns=["x", "y"]), reach=0)["hot"].any())
    assert alarms <= 18  # binomial(200, 0.05): above 18 in less than 1 %


def test_the_public_map_shows_what_the_table_shows_and_nothing_more(tmp_path: Path):
    rows = [(day, "klotter", "Stationen", "", "") for day in FORTNIGHTS * 3]
    rows += around(*CENTRE, 12)
    rows += around(CENTRE[0] + 2000, CENTRE[1], 3) + around(
        CENTRE[0] + 3000, CENTRE[1], 3
    )  # cells of three are nobody's to see
    rows += around(CENTRE[0], CENTRE[1] + 2000, 30, what="våld i nära relation")
    rows += around(CENTRE[0], CENTRE[1] - 2000, 30, what="sexuellt ofredande")
    path = exported(made_folder(tmp_path / "k"), rows)
    e = est.load(data=path)
    page = e.bilagor().record["pages"]["offentlig.html"]
    ledger = kept_ledger.read(path / LEDGER)[0]
    shown = [f for f in ledger.reports[e.m.span.start] if f.dimension == est_public.PLACE]
    told = est_public_places.told_places(e.m, ledger, shown)
    assert list(told["plats"]) == ["Stationen", "Område 4\u00a0200 meter sydväst om Tjärna Ängar torg"]
    assert told["antal"].tolist() == [21, 12]
    assert (told["antal"] >= 5).all()
    assert told["x"].tolist()[1] == CENTRE[0]
    (block,) = est_public_places.places_blocks(e.m, ledger, shown)
    assert isinstance(block, FigureRow)
    drawn = [n for n in "12345" if f">{n}</text>" in block.figure.drawing.body]
    assert drawn == ["1", "2"]
    assert "platskarta" in page
    numbers = {row[2] for row in block.beside[0].rows}
    assert numbers == {"21", "12"}


def test_the_parts_of_the_map_are_a_partition(tmp_path: Path):
    """Each event in one part only, so that a cell less the place in it is no count."""
    rows = [(day, "klotter", "Stationen", "", "") for day in FORTNIGHTS] + around(*CENTRE, 9)
    rows += [*around(515_000 + 8_400, 6_705_500, 4), (LAST, "klotter", "", "", "")]
    m = est_material.load(data=exported(made_folder(tmp_path / "k"), rows))
    public = {c.id for c in catalogue.categories() if c.public and c.place}
    for counts, span in zip(est_public.counts_of(m, m.spans), m.spans, strict=True):
        inside = m.all_events["reported"].between(pd.Timestamp(span.start), pd.Timestamp(span.end), inclusive="left")
        assert sum(counts[est_public.PLACE].values()) == (inside & m.all_events["category"].isin(public)).sum()


def test_a_period_frozen_without_cells_shows_none(tmp_path: Path):
    path = exported(made_folder(tmp_path / "k"), around(*CENTRE, 40))
    e = est.load(data=path)
    e.bilagor()
    ledger = kept_ledger.read(path / LEDGER)[0]
    for period in ledger.periods.values():
        period.counts.pop(est_public.GRID)
    window = [e.m.rhythm.of(start) for start in sorted(ledger.periods)]
    assert est_public._all_have_cells(kept_ledger.read(path / LEDGER)[0], window)
    assert not est_public._all_have_cells(ledger, window)


def test_what_the_group_does_is_public_only_when_its_row_says_so(tmp_path: Path):
    start = LAST - dt.timedelta(days=60)
    measures = [
        ["Å1", "Tillsyn av en krog", "Stationen", None, start, "Miljö", None, "pågår", None, None],
        ["Å2", "Klippa buskar", "Stadsparken", None, start, "Park", None, "pågår", None, "ja"],
    ]
    coming = [["K1", LAST + dt.timedelta(days=8), None, "Insats vid torget", None, None, None]]
    words = [
        signed(text, about) for text in ("Klippa buskar", "Tillsyn av en krog") for about in (sheets.MEASURE, sheets.EVENT)
    ]
    rows = {sheets.MEASURES: measures, sheets.COMING: coming, sheets.PUBLIC_WORDS: words}
    path = exported(made_folder(tmp_path / "k", rows), around(*CENTRE, 9))
    record = est.load(data=path).bilagor().record
    page = record["pages"]["offentlig.html"]
    assert "Klippa buskar" in page
    assert "krog" not in page
    assert "Insats" not in page
    assert "krog" in record["pages"]["kvartal.html"]


# ---- before and after ----------------------------------------------------------------------------------------------------

START = dt.date(2025, 11, 1)


def measured(path: Path, *, fall: float, sites: int = 24, moved: int = 0, also: tuple[str, ...] = ()) -> est_material.Material:
    """Places with six events a month, at one of them a measure takes `fall` of the events away and `moved` come beside."""
    rng = np.random.default_rng(4)
    at = {f"Plats {n}": (520_000 + 2_000 * (n % 6), 6_700_000 + 2_000 * (n // 6)) for n in range(sites)}
    places = [[name, "Ort", "Torg", x, y, 100, 20, "Viss"] for name, (x, y) in at.items()]
    rows: list[tuple] = []
    for month in pd.period_range(end="2026-10", periods=49, freq="M"):
        late = month.start_time.date() >= START
        for name, (x, y) in at.items():
            n = rng.poisson(6 * (1 - fall) if late and name == "Plats 7" else 6)
            rows += [(f"{month}-{int(rng.integers(1, 28)):02}", "klotter", name, "", "") for _ in range(n)]
            rows += [(f"{month}-{int(rng.integers(1, 28)):02}", "klotter", "", x + 600, y) for _ in range(rng.poisson(2))]
            if name == "Plats 7":
                extra = rng.poisson(1) + (moved if late else 0)
                rows += [(f"{month}-{int(rng.integers(1, 28)):02}", "klotter", "", x + 200, y) for _ in range(extra)]
    measures = [
        [f"Å{n}", "Ny belysning", name, None, START, "Park", None, "klar", START, None]
        for n, name in enumerate(("Plats 7", *also), start=1)
    ]
    made = made_folder(path, {sheets.PLACES: places, sheets.MEASURES: measures})
    return est_material.load(data=exported(made, rows), period="2026-10-25")


def test_a_fall_at_one_place_is_found_and_what_moved_is_seen(tmp_path: Path):
    m = measured(tmp_path / "k", fall=0.7, moved=4)
    (item,) = m.est.book.of(sheets.MEASURES)
    found = est_effects.place_effect(m, item)
    assert found is not None
    assert found.compared >= 20
    assert found.result.verdict == "sakerstalld_minskning"
    assert found.result.pct_change == pytest.approx(-70, abs=12)
    around_it = found.displaced.to_frame().set_index("part").loc["displacement"]
    assert around_it["lower"] < 12 * 4 < around_it["upper"]
    assert around_it["lower"] > 0
    text = " ".join(b.text for b in est_effects.effect_section(m).blocks if hasattr(b, "text"))
    assert "säkerställt färre" in text
    assert "Att åtgärden är orsaken går inte att säga" in text
    for word in ("ledde till", "tack vare", "effekt av", "signifikant"):
        assert word not in text


def test_nothing_is_found_where_nothing_happened(tmp_path: Path):
    m = measured(tmp_path / "k", fall=0.0)
    (item,) = m.est.book.of(sheets.MEASURES)
    found = est_effects.place_effect(m, item)
    assert found.result.verdict == "ingen_sakerstalld_skillnad"
    text = " ".join(b.text for b in est_effects.effect_section(m).blocks if hasattr(b, "text"))
    assert "hade troligen synts" in text
    shown = est_effects.effect_section(m).blocks[1]
    assert "Det går inte att visa" in shown.source


def test_places_with_a_measure_of_their_own_are_not_compared_with(tmp_path: Path):
    m = measured(tmp_path / "k", fall=0.7, also=("Plats 1", "Plats 20"))
    items = m.est.book.of(sheets.MEASURES)
    for item in items:
        compared = set(est_effects._sites(m, item.plats)[0]["area"])
        assert compared & {"Plats 1", "Plats 7", "Plats 20"} == {item.plats}
        assert len(compared) > 20
    said = [b.text for b in est_effects.effect_section(m).blocks if hasattr(b, "text")]
    # 24 places give no p-value below 1/25: enough for one measure alone, not for one of three.
    assert "inte säkerställd när flera åtgärder prövas samtidigt" in said[0]
    assert all("inte säkerställd" in line for line in said[:3])


def test_a_measure_that_is_too_new_is_said_to_be(tmp_path: Path):
    start = LAST - dt.timedelta(days=30)
    measure = ["Å1", "Ny belysning", "Stationen", None, start, "Park", None, "klar", start, None]
    days = [LAST - dt.timedelta(days=7 * back) for back in range(40)]
    rows = [(day, "klotter", "Stationen", "", "") for day in days]
    m = est_material.load(data=exported(made_folder(tmp_path / "k", {sheets.MEASURES: [measure]}), rows))
    section = est_effects.effect_section(m)
    assert "går inte att bedöma än" in section.blocks[0].text
    assert "fore-efter" in [section.id for section in est_quarter.sections(m)]
