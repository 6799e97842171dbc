"""The sections of the follow-up that an older plan does not have; each is there only when its sheet is filled in.

Focus areas, fullmäktige's goals, what promises are kept by, process figures, controls, neighbours, places.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.catalogue import est, processer
from kunskapsbaserat.effects import wdd
from kunskapsbaserat.plan import indicators, prevention, sheets
from kunskapsbaserat.plan.model import Medborgarlofte, Typ
from kunskapsbaserat.plan.work import Fokus, Grannomrade, Grannsumma, Kontroll, Plats, Processtal
from kunskapsbaserat.rates import crude_rate
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.sections import table, with_small
from kunskapsbaserat.report.documents.uppfoljning.words import followup, goals
from kunskapsbaserat.report.documents.uppfoljning.words import work as text
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Blank, Block, Bullets, Cell, Mark, Note, Paragraph, Section, Stacked, Table
from kunskapsbaserat.report.statements import measures
from kunskapsbaserat.swedish import MISSING, number

MOST_PERIODS = 4


def kind_sections(m: Material) -> list[Section]:
    """Kind of measure by side of the crime, where a cause has no measure of a kind that fits it."""
    found = prevention.unfit(m.plan)
    if not found:
        return []
    counted = prevention.kinds_by_side(m.plan)
    rows: list[list[Cell]] = [
        [name, *(str(counted.get((side, kind), 0)) for kind in Typ)]
        for name, side in sheets.TRIANGEL.items()
        if any(at == side for at, _ in counted)
    ]
    blocks: list[Block] = []
    if rows:
        heads = (text.KIND_SIDE, *sheets.TYP)
        blocks.append(table("typ_mot_orsak", heads, rows, caption=text.KIND_CAPTION, scope=text.KIND_SCOPE))
    blocks.append(Bullets([f"{cause.namn}: {said}" for cause, said in found], heading=text.KIND_MISSING))
    return [Section("typ-mot-orsak", followup.TOPIC_CHAIN, text.kind_heading(len(found)), blocks)]


def focus_sections(m: Material) -> list[Section]:
    """Size, trend and end of each focus area, and into what it is carried."""
    plan = m.plan
    if not plan.fokus:
        return []
    sizes: list[list[Cell]] = [
        [with_small(f.namn, f.skal), *_size_and_trend(m, f), text.focus_end(f, m.as_of)] for f in plan.fokus
    ]
    led: list[list[Cell]] = [[f.namn, *_carried(m, f)] for f in plan.fokus]
    tables: list[Block] = [
        table("fokus", text.FOCUS_HEADS, sizes, caption=text.FOCUS_CAPTION, scope=text.FOCUS_SCOPE),
        table("fokus_vidare", text.CARRIED_HEADS, led, caption=text.CARRIED_CAPTION),
    ]
    return [Section("fokus", followup.TOPIC_CHAIN, text.focus_heading(plan.fokus, plan), tables)]


def _carried(m: Material, focus: Fokus) -> list[Cell]:
    """The agreements, promises, EST categories and measures that a focus area has led to."""
    plan = m.plan
    parties = [a.part for a in plan.organisation.overenskommelser if focus.id in a.fokus]
    promised = [x.lofte for x in plan.loften if x.fokus == focus.id]
    named = [est.category(one).name for one in focus.est]
    done = [a.namn for a in plan.atgarder if set(focus.problem) & {p.id for p in plan.problems_of(a)}]
    return ["; ".join(names) if names else Blank(text.NOT_CARRIED) for names in (parties, promised, named, done)]


def _size_and_trend(m: Material, focus: Fokus) -> tuple[Cell, Cell]:
    """In the lägesbild's own words where the figures are at hand, else as the plan says it, without a verdict."""
    counted = m.u.count(focus.indikator) if focus.indikator else None
    if counted is not None:
        level = followup.level(counted.judgement.mean_latest, *counted.judgement.latest, percent=False)
        return level, Mark(*words.CHANGE[counted.judgement.change])
    asked = m.u.measure(focus.indikator) if focus.indikator else None
    if asked is not None:
        level = followup.level(100 * asked.share, asked.last_year, asked.last_year, percent=True)
        return level, Mark(*words.CHANGE[asked.change])
    return text.own_size(focus), text.own_trend(focus)


def council_blocks(m: Material) -> list[Block]:
    """Fullmäktige's goals with the plan's goals under them, and what fullmäktige has handed over."""
    o = m.plan.organisation
    blocks: list[Block] = []
    if o.kf_mal:
        by_id = {outcome.goal.id: outcome for outcome in m.outcomes}
        rows: list[list[Cell]] = []
        for goal in o.kf_mal:
            below = [goals.headline(by_id[one]) for one in goal.planens if one in by_id]
            rows.append([goal.mal, "; ".join(below) if below else Blank(text.NO_GOAL), text.until(goal.till, m.as_of)])
        blocks.append(table("fullmaktiges_mal", text.COUNCIL_HEADS, rows, caption=text.COUNCIL_CAPTION))
    if o.delegationer:
        handed: list[list[Cell]] = [list(text.delegation(one, m.as_of)) for one in o.delegationer]
        blocks.append(table("delegation", text.DELEGATION_HEADS, handed, caption=text.DELEGATION_CAPTION))
    return blocks


def promise_links(m: Material) -> list[Block]:
    """Promise, the activities it is kept by, and the trygghet figure that it belongs to: beside each other, no proof."""
    linked = [x for x in m.plan.loften if x.aktiviteter or x.trygghet]
    if not linked:
        return []
    rows: list[list[Cell]] = [_linked(m, x) for x in linked]
    return [table("loften_till_trygghet", text.LINKED_HEADS, rows, caption=text.LINKED_CAPTION, scope=text.LINKED_SCOPE)]


def _linked(m: Material, x: Medborgarlofte) -> list[Cell]:
    done = [f"{v.namn}: {measures.dose([v])}" for v in m.plan.aktiviteter if v.id in x.aktiviteter]
    found = indicators.find(x.trygghet) if x.trygghet else None
    asked = m.u.measure(found.key) if found is not None else None
    share: Cell = MISSING
    change: Cell = MISSING
    if asked is not None:
        share = followup.level(100 * asked.share, asked.last_year, asked.last_year, percent=True)
        change = Mark(*words.CHANGE[asked.change])
    named: Cell = found.label if found is not None else Blank(text.NOT_CARRIED)
    return [x.lofte, "; ".join(done) if done else Blank(text.NOT_CARRIED), named, share, change]


# ---- process figures -----------------------------------------------------------------------------------------------------


def process_sections(m: Material) -> list[Section]:
    """Work by work: what is meant, the figures through the gate, and what they cannot say."""
    figures = m.plan.processtal
    if not figures:
        return []
    blocks: list[Block] = [Paragraph(text.PROCESS_LEAD)]
    for work in processer.works():
        mine = [f for f in figures if processer.measure(f.matt).work == work.id]
        if mine:
            blocks += [_work_table(work, mine), Note(words.SA_LASER_DU, work.limits)]
    return [Section("processtal", followup.TOPIC_MEASURES, text.PROCESS_HEADING, blocks)]


def _work_table(work: processer.Work, figures: Sequence[Processtal]) -> Table:
    times = sorted({(f.fran, f.till) for f in figures}, key=lambda pair: (pair[1], pair[0]))[-MOST_PERIODS:]
    by_key = {(f.matt, f.fran, f.till): f for f in figures}
    rows: list[list[Cell]] = []
    for measure in work.measures:
        counted = [by_key.get((measure.key, *time)) for time in times]
        wholes = [by_key.get((f"{work.id}.{measure.of}", *time)) for time in times]
        if any(counted):
            rows.append([measure.name, *(_figure(f, whole) for f, whole in zip(counted, wholes, strict=True))])
    heads = (text.MEASURE, *(text.period(*time) for time in times))
    return table(f"processtal_{work.id}", heads, rows, caption=work.name, scope=work.definition, source=_sources(figures))


def _sources(rows: Sequence[Processtal | Kontroll | Grannomrade]) -> str:
    """Who has counted, as the plan says it of each row."""
    named = dict.fromkeys(row.kalla.rstrip(".") for row in rows if row.kalla)
    return f"Källa: {'; '.join(named)}." if named else ""


def _figure(figure: Processtal | None, whole: Processtal | None) -> Cell:
    if figure is None:
        return MISSING
    shown = text.counted(figure.antal, dict(figure.dolda).get("antal"))
    if figure.antal is None or whole is None or not whole.antal:
        return shown
    return Stacked(shown, text.part_of(figure.antal, whole.antal, processer.measure(whole.matt).name))


# ---- controls ------------------------------------------------------------------------------------------------------------


def control_sections(m: Material) -> list[Section]:
    """Process by control: how many were checked, faults and kronor apart, and faults per 100 checks."""
    controls = m.plan.kontroller
    if not controls:
        return []
    rows: list[list[Cell]] = [_control(k) for k in controls]
    shown = table("kontroller", text.CONTROLS_HEADS, rows, caption=text.CONTROLS_CAPTION, source=_sources(controls))
    blocks: list[Block] = [Paragraph(text.CONTROLS_TEXT), shown]
    return [Section("kontroller", followup.TOPIC_MEASURES, text.CONTROLS_HEADING, blocks)]


def _time(k: Kontroll) -> str:
    return text.period(k.fran, k.till) if k.fran and k.till else MISSING


def _control(k: Kontroll) -> list[Cell]:
    per = text.faults_per_100(k.fel, k.kontrollerade)
    return [
        k.process,
        with_small(k.kontroll, k.ansvarig, measures.RESPONSIBLE),
        _time(k),
        text.checks(k),
        text.faults(k),
        per,
        text.kronor(k.kronor),
    ]


# ---- neighbours ----------------------------------------------------------------------------------------------------------


def neighbour_sections(m: Material) -> list[Section]:
    """Coverage by area, and burglaries in and outside it the same year, with the areas' own choice said."""
    areas = m.plan.grannsamverkan
    if not areas:
        return []
    rows: list[list[Cell]] = []
    for a in areas:
        marks = dict(a.dolda)
        households, joined = (text.counted(getattr(a, name), marks.get(name)) for name in ("hushall", "med"))
        burglaries = text.counted(a.inbrott, marks.get("inbrott"))
        rows.append([a.omrade, str(a.ar or MISSING), households, joined, text.coverage(a), burglaries])
    blocks: list[Block] = [
        table("grannsamverkan", text.NEIGHBOURS_HEADS, rows, caption=text.NEIGHBOURS_CAPTION, source=_sources(areas))
    ]
    if any(total.inbrott is not None for total in m.plan.grannsummor):
        sums: list[list[Cell]] = [_sum_row(total) for total in m.plan.grannsummor]
        blocks.append(table("grannsamverkan_jamforelse", text.SUMS_HEADS, sums, caption=text.SUMS_CAPTION))
    blocks.append(Note(words.SA_LASER_DU, text.SELF_SELECTED))
    return [Section("grannsamverkan", followup.TOPIC_MEASURES, text.NEIGHBOURS_HEADING, blocks)]


def _sum_row(total: Grannsumma) -> list[Cell]:
    rate = MISSING
    if total.inbrott is not None and total.hushall:
        counted = pd.DataFrame({"area": ["0"], "count": [int(total.inbrott)], "exposure": [total.hushall]})
        row = crude_rate(counted, per=1_000).iloc[0]
        rate = text.rate(row["rate"], row["lower"], row["upper"])
    shown = [str(total.ar or MISSING), str(total.omraden), text.counted(total.hushall, None), text.counted(total.inbrott, None)]
    return [text.WITH if total.med else text.WITHOUT, *shown, rate]


# ---- places --------------------------------------------------------------------------------------------------------------


def place_sections(m: Material) -> list[Section]:
    """Each place with its ring and the place it is compared with; a description, never a proof."""
    if not m.plan.platser:
        return []
    blocks: list[Block] = []
    for at, s in enumerate(m.plan.platser, start=1):
        blocks += [_place_table(s, at), Note(words.SA_LASER_DU, _compared(s))]
    return [Section("platssamverkan", followup.TOPIC_MEASURES, text.PLACES_HEADING, blocks)]


def _place_table(s: Plats, at: int) -> Table:
    rows: list[list[Cell]] = []
    names = (("plats", text.ON_PLACE), ("ring", text.IN_RING), ("jamforelse", s.jamforelse or ""))
    for name, where in names:
        before, after = getattr(s, f"{name}_fore"), getattr(s, f"{name}_efter")
        marks = dict(s.dolda)
        hidden = (marks.get(f"{name}_fore"), marks.get(f"{name}_efter"))
        if where and not (before is None and after is None and hidden == (None, None)):
            difference = number(after - before) if before is not None and after is not None else MISSING
            rows.append([where, text.counted(before, hidden[0]), text.counted(after, hidden[1]), difference])
    source = f"Källa: {s.kalla}." if s.kalla else ""
    lead = " ".join(x for x in (text.place_lead(s), text.place_times(s)) if x)
    return table(f"plats_{at}", text.PLACES_HEADS, rows, caption=s.plats, scope=lead, source=source)


def _compared(s: Plats) -> str:
    counts = (s.plats_fore, s.plats_efter, s.jamforelse_fore, s.jamforelse_efter)
    if None in counts or s.dolda or not _as_long(s):
        return text.not_compared(s)
    before, after, other_before, other_after = (float(count or 0) for count in counts)
    found = wdd(treated_before=before, treated_after=after, control_before=other_before, control_after=other_after)
    low, high = found.interval
    return text.compared(found.change, low, high, s.jamforelse)


def _as_long(s: Plats) -> bool:
    """Are the two times equally long, give or take the day of a leap year?"""
    if s.fore_fran is None or s.fore_till is None or s.efter_fran is None or s.efter_till is None:
        return False
    return abs((s.fore_till - s.fore_fran).days - (s.efter_till - s.efter_fran).days) <= 1
