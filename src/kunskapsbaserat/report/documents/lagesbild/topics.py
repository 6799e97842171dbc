"""Two sections that gather what the kommun's own files say of one topic: traffic, and safety online."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.report.documents.lagesbild.own_figures import file_table, register_blocks
from kunskapsbaserat.report.documents.lagesbild.words import situation
from kunskapsbaserat.report.documents.lagesbild.words import topics as text
from kunskapsbaserat.report.material.own_figures import OwnFigures
from kunskapsbaserat.report.material.own_topics import Traffic, online_of
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Block, Bullets, Cell, Column, Note, Paragraph, Section
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.swedish import number, percent

FRAUD = ("utsatt_kortbedrageri", "utsatt_forsaljningsbedrageri")
DRIVING = ("problem_fortkorning", "problem_storande_korning")


def traffic_section(traffic: Traffic, u: Underlag) -> list[Section]:
    """Injuries over several years, measured speed, and controls with what follows them; each with its limits."""
    if not traffic.there:
        return []
    series = [s for register in traffic.injuries for s in register.series]
    blocks: list[Block] = [Paragraph(text.TRAFFIC_LEAD)]
    blocks += register_blocks(traffic.injuries)
    if told := text.injuries(series):
        blocks.append(Bullets(told, heading=text.SEVERAL_YEARS))
    speed: list[Block] = [*register_blocks(traffic.speeds)]
    for survey in traffic.speed_shares:
        speed += [Bullets(text.speeds(survey), heading=text.MEASURED), file_table(survey.file)]
    blocks += [*speed, Note(words.SA_LASER_DU, text.SPEED_LIMIT)] if speed else []
    blocks += register_blocks(traffic.controls)
    limits = f"{text.CONTROLS_LIMIT} " if traffic.controls else ""
    blocks.append(Note(words.SA_LASER_DU, f"{limits}{text.reported(u.count('trafikbrott'))}"))
    asked = [f for key in DRIVING if (f := u.measure(key)) is not None]
    blocks += [Paragraph(line) for line in (text.felt(asked), text.missing(traffic)) if line]
    return [Section("trafik", situation.OTHER_TOPIC, text.TRAFFIC_HEADING, blocks)]


def online_section(figures: OwnFigures, u: Underlag) -> list[Section]:
    """Shares of every question about the net, with limits and numbers, and the NTU's about fraud."""
    found = online_of(figures)
    if not found:
        return []
    rows: list[list[Cell]] = []
    for survey, q in found:
        latest = q.latest
        source = f"{survey.file.read.title}, {latest.last}"
        between = text.between(latest.lower, latest.upper)
        rows.append([text.question(q.name), percent(latest.share), between, number(latest.n), source])
    for f in (f for key in FRAUD if (f := u.measure(key)) is not None):
        share, lower, upper = f.kommun[f.last_year]
        asked = "" if f.respondents is None else number(f.respondents)
        rows.append([f.measure.short, percent(share), text.between(lower, upper), asked, f"{text.NTU_FRAUD}, {f.last_survey}"])
    shown = plain_table(
        pd.DataFrame(rows, columns=["fraga", "andel", "troligen_mellan", "svarande", "kalla"]),
        rows,
        [Column(head, phone=head if at else "") for at, head in enumerate(text.ONLINE_HEADS)],
        caption=text.ONLINE_CAPTION,
        name="pa_natet",
        contents="description",
        sources=["lokal"],
        layout="cards",
    )
    heading = text.online_heading(len(rows))
    return [Section("pa-natet", situation.OTHER_TOPIC, heading, [Paragraph(text.ONLINE_LEAD), shown])]
