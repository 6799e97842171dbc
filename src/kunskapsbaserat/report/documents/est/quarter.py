"""The quarter's deepening: places by need and possibility, a map of points enough, repeats, rare events, all that is open."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from kunskapsbaserat import places
from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.report.documents.est.effects import effect_section
from kunskapsbaserat.report.documents.est.material import FEW, Material
from kunskapsbaserat.report.documents.est.sections import MOSTLY, measures_table, table
from kunskapsbaserat.report.documents.est.words import agreed as agreed_words
from kunskapsbaserat.report.documents.est.words import deepening as words_of
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.documents.est.work import focus_section, forum_section, queue_section
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page.blocks import Block, Cell, Figure, FigureRow, Mark, Paragraph, Section, Table
from kunskapsbaserat.report.page.charts.place_map import Ground, PlaceMark, place_map
from kunskapsbaserat.report.statements.ground import ground_of
from kunskapsbaserat.swedish import MISSING, number
from kunskapsbaserat.trends.reporting import days_between_chart

CELL = 250.0
HOT_SHOWN, NAMED_SHOWN = 10, 6
PRIORITIES = 15
RARE_PER_PERIOD = 1.0
RARE_EVENTS = 8  # below this a g chart has too few gaps to know what is usual
SERIOUS = 3
STEPS = {"prioritera": "Prioritera", "bevaka": "Bevaka", "avvakta": "Avvakta"}


def sections(m: Material) -> list[Section]:
    """Overview first; every section stands by itself."""
    found = [priority_section(m), where_section(m)]
    if (by_area := area_section(m)) is not None:
        found.append(by_area)
    if (again := repeat_section(m)) is not None:
        found.append(again)
    if (rare := rare_section(m)) is not None:
        found.append(rare)
    if (before_after := effect_section(m)) is not None:
        found.append(before_after)
    if (agreed := focus_section(m)) is not None:
        found.append(agreed)
    found += [queue_section(m), forum_section(m)]
    opened: list[Block] = (
        [measures_table(m, m.open, "alla_atgarder")] if m.open else [Paragraph(agreed_words.measures_heading(0, 0))]
    )
    found.append(Section("oppna", text.TOPIC_MEASURES, words_of.ALL_MEASURES, opened))
    return found


def priorities(m: Material) -> pd.DataFrame:
    """Named places of the window: ``place events serious open chance step``, most events first.

    Need is great in the third of the places with most events, at least five; together with the group's own judgement of
    what can be done it gives the proposed step.
    """
    recent = m.placeable[m.placeable["place"].notna()]
    counted = recent.groupby("place").agg(events=("row", "size"), serious=("severity", lambda s: int((s == SERIOUS).sum())))
    if counted.empty:
        return pd.DataFrame(columns=["place", "events", "serious", "open", "chance", "step"])
    work = pd.Series([f.place for f in m.open if f.place], dtype="str").value_counts()
    chance = m.est.book.places.set_index("place")["chance"]
    found = counted.assign(open=counted.index.map(work).fillna(0).astype(int), chance=counted.index.map(chance))
    limit = max(FEW, float(np.quantile(found["events"], 2 / 3)))
    need = found["events"] >= limit
    found["step"] = np.where(need & (found["chance"] >= 2), "prioritera", np.where(need, "bevaka", "avvakta"))
    return found.reset_index().sort_values(["events", "place"], ascending=[False, True], ignore_index=True)


def priority_section(m: Material) -> Section:
    found = priorities(m)
    shown = found[(found["events"] > 1) | (found["open"] > 0)].head(PRIORITIES)
    rows: list[list[Cell]] = [
        [
            p.place,
            number(p.events),
            number(p.serious),
            number(p.open),
            MISSING if p.chance != p.chance else words_of.CHANCE[int(p.chance)],
            Mark(p.step, STEPS[p.step]),
        ]
        for p in shown.itertuples()
    ]
    first = list(found.loc[found["step"] == "prioritera", "place"])
    blocks: list[Block] = [Paragraph(words_of.quarter_lead(m), lead=True)]
    if rows:
        blocks.append(
            table(
                "prioritering",
                words_of.PRIORITY_HEADS,
                rows,
                m.only_listed(found, "place"),
                caption=words_of.PRIORITY_CAPTION,
                source=words_of.priority_note(len(found) - len(shown)),
                layout="cards",
            )
        )
    return Section("korthet", text.TOPIC_PLACES, words_of.priority_heading(first), blocks)


def where_section(m: Material) -> Section:
    """The map with its table, or the table's words alone."""
    if m.hot is None:
        return Section("karta", text.TOPIC_MAP, words_of.NO_MAP_HEADING, [Paragraph(words_of.NO_MAP)])
    cells = m.hot.sort_values(["hot", "count", "cell"], ascending=[False, False, True])
    cells = cells.assign(places=_named_in(m, cells))
    hot = int(cells["hot"].sum())
    shown = cells.head(HOT_SHOWN)
    rows = [
        [
            str(at),
            c["places"] or words_of.NOTHING,
            number(c["count"]),
            number(c["expected"], 1),
            words_of.hot_cell(bool(c["hot"])),
        ]
        for at, c in enumerate(shown.to_dict("records"), start=1)
    ]
    frame = m.only_listed(shown[["x", "y", "places", "count", "expected", "p_value", "q_value", "hot"]], "places")
    details = table("rutor", words_of.HOT_HEADS, rows, frame, caption=words_of.HOT_CAPTION, right=(2, 3))
    heads = [words_of.HOT_HEADS[at] for at in (0, 1, 2, 4)]
    beside = table(
        "rutor",
        heads,
        [[*row[:3], row[4]] for row in rows],
        frame,
        caption=words_of.HOT_SHORT,
        right=(2,),
    )
    beneath = ground_of(m.kommun, m.est.path, m.est.areas, _named_points(m))
    figure = Figure(
        id="rutkarta",
        drawing=_map(cells, beneath),
        caption=words_of.MAP_CAPTION,
        unit=words_of.map_unit(towns=bool(beneath.towns)),
        title=words_of.map_title(m),
        finding=words_of.map_finding(hot, int(cells["count"].max())),
        source=text.SOURCE,
        table=details,
        css="figur karta",
    )
    return Section("karta", text.TOPIC_MAP, words_of.hot_heading(hot), [FigureRow(figure, [beside])])


def _named_points(m: Material) -> dict[str, tuple[float, float]]:
    known = m.est.book.places.dropna(subset=["x", "y"])
    return {str(p): (float(x), float(y)) for p, x, y in zip(known["place"], known["x"], known["y"], strict=True)}


def _map(cells: pd.DataFrame, beneath: Ground) -> plots.Drawing:
    """Every cell with events, those of the table with their numbers, over the kommun and all its named places."""
    marks = [
        PlaceMark(
            float(c["x"]),
            float(c["y"]),
            int(c["count"]),
            str(at) if at <= HOT_SHOWN else "",
            str(c["places"]) if at <= NAMED_SHOWN else "",
            bool(c["hot"]),
        )
        for at, c in enumerate(cells.to_dict("records"), start=1)
    ]
    told = {name for mark in marks for name in mark.name.split(", ")}
    others = {name: at for name, at in beneath.places.items() if name not in told}
    ground = dataclasses.replace(beneath, places=others)
    return place_map(marks, size=CELL, ground=ground, words=words_of.MAP_WORDS, format_number=number)


def _named_in(m: Material, cells: pd.DataFrame) -> list[str]:
    """The named places whose events lie in each cell."""
    known = m.located.dropna(subset=["place"])
    corner = np.floor(known[["x", "y"]].to_numpy(dtype=float) / CELL) * CELL + CELL / 2
    named = known.assign(east=corner[:, 0], north=corner[:, 1]).groupby(["east", "north"])["place"].unique()
    return [", ".join(sorted(named.get((x, y), ()))) for x, y in zip(cells["x"], cells["y"], strict=True)]


def area_section(m: Material) -> Section | None:
    """Events of the window by the areas of the kommun's own map (DeSO, RegSO or its own); None without a map."""
    if m.est.areas is None:
        return None
    from kunskapsbaserat.data.est import areas

    lying = places.assign_areas(m.placeable, areas.read(m.est.areas, kommun=m.kommun.code), area="lies_in")
    counted = lying["lies_in"].dropna().value_counts().rename_axis("area").reset_index(name="count")
    counted = counted.sort_values(["count", "area"], ascending=[False, True], ignore_index=True)
    mostly = [_mostly(lying.loc[lying["lies_in"] == area, "category"]) for area in counted["area"]]
    counts = counted["count"].tolist()
    rows: list[list[Cell]] = [[area, number(n), what] for area, n, what in zip(counted["area"], counts, mostly, strict=True)]
    why = lying["area_reason"].value_counts()
    note = words_of.not_in_areas(int(why.get("no_coordinates", 0)), int(why.get("outside", 0)))
    shown = table(
        "omraden",
        words_of.AREA_HEADS,
        rows,
        counted.assign(mostly=mostly),
        caption=words_of.AREA_CAPTION,
        source=note,
        right=(1,),
    )
    return Section("omraden", words_of.TOPIC_AREAS, words_of.area_heading(counted), [shown])


def _mostly(of: pd.Series) -> str:
    """The most common category when there are three or more of it."""
    named = of.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return catalogue.category(named.index[0]).name if len(named) and named.iloc[0] >= MOSTLY else MISSING


def repeat_section(m: Material) -> Section | None:
    """Near repeats by simulation; None under 30 points."""
    if len(m.located) < places.FEWEST_POINTS:
        return None
    found = places.near_repeat(m.located, "start")
    said = [words_of.again_band(float(r.to_distance), int(r.to_days)) for r in found.raised.itertuples()]
    body = [Paragraph(words_of.again(said[:3])), Paragraph(words_of.AGAIN_NOTE)]
    return Section("upprepning", text.TOPIC_AGAIN, words_of.again_heading(bool(said)), body)


def rare_section(m: Material) -> Section | None:
    """Categories with less than one event a period: the days between them."""
    rows: list[list[Cell]] = []
    frame = []
    for row in m.rows:
        mine = m.all_events.loc[(m.all_events["category"] == row.category.id) & (m.at >= 0), "reported"]
        if not row.category.place or len(mine) < RARE_EVENTS or len(mine) / len(m.spans) >= RARE_PER_PERIOD:
            continue
        chart = days_between_chart(mine)
        since = (m.today - mine.max().date()).days
        middle = float(np.median(chart.points["y"]))
        mark = Mark(*words_of.rare(chart.signal))
        rows.append([row.category.name, number(len(mine)), number(middle), number(since), mark])
        frame.append((row.category.id, len(mine), middle, since, chart.signal))
    if not rows:
        return None
    columns = ["kategori", "antal", "dagar_mellan", "dagar_sedan", "signal"]
    shown: Table = table(
        "sallsynta",
        words_of.RARE_HEADS,
        rows,
        pd.DataFrame(frame, columns=columns),
        caption=words_of.RARE_CAPTION,
        right=(1, 2, 3),
    )
    return Section("sallsynta", text.TOPIC_RARE, words_of.RARE_CAPTION, [shown])
