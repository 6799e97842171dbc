"""Words of how the EST report was made, and what a reader of its figures must know."""

from __future__ import annotations

from kunskapsbaserat.data.est.remarks import NOT_COUNTED
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.words.report import rows
from kunskapsbaserat.swedish import capital, day, listed, number, word

METHOD = "Så är rapporten gjord"


def method() -> list[tuple[str, str]]:
    return [
        ("Händelser", "Det som rapportörerna har lämnat till gruppen. Det är varken alla händelser eller anmälda brott. En händelse räknas i den period då den rapporterades; veckodag och klockslag gäller när den hände."),
        ("Väntat", "Varje rapportör jämförs med sig själv. Det väntade är summan av vad de nu aktiva rapportörerna i snitt har lämnat i perioder då de var aktiva, högst ett år bakåt. Intervallet rymmer 95 av 100 vanliga perioder. Den som varit aktiv i färre än sex perioder räknas inte med. Flera kategorier prövas samtidigt, och andelen falska larm bland dem hålls vid högst fem procent."),
        ("Platser", "Namngivna platser jämförs med sin egen historia och med de andra platserna. En plats kallas ny först när båda säger samma sak. Punkter rundas av till 50 meter när de läses. Ingen karta ritas när det finns färre än 30 punkter."),
        ("Trygghetsvandring", "Föreslås när två saker stämmer: platsen har fler händelser än den brukar, räknat bara på dem som har rapporterat i minst sex perioder, och ett tema om platsen har kommit upp i en dialog eller enkät det senaste året, från minst fem personer där antalet är ifyllt. Fler rapporter från en ny rapportör räcker aldrig. Gruppen bestämmer."),
        ("Det som inte visas", "Våld i nära relation, sexuellt ofredande, våldsbejakande extremism, oro för barn och händelser på nätet visas aldrig efter plats eller tid på dygnet. Fritext läses inte. Namn, telefonnummer och adresser kan därför inte komma med."),
        ("Rapportörer", "En rapportör är aktiv när den har rapporterat något eller sagt att den inte hade något att rapportera."),
    ]  # fmt: skip


def quality(m: Material) -> list[str]:
    """What a reader of the figures must know of how they came about."""
    said = []
    if m.last_report is not None:
        said.append(
            f"Den senaste rapporten är från {day(m.last_report)}. Är perioden inte slut, är siffrorna för låga: gör om rapporten när den är det."
        )
    unread = [r for r in m.est.remarks if r.code in NOT_COUNTED]
    if unread:
        said.append(
            f"{capital(rows(sum(r.count for r in unread)))} räknas inte: tid eller kategori gick inte att läsa, eller samma id stod två gånger."
        )
    unplaced = int((m.events["place"].isna() & m.events["x"].isna()).sum())
    if unplaced:
        said.append(f"{number(unplaced)} av periodens händelser saknar plats.")
    merged = len(m.est.reports) - len(m.est.events)
    if merged:
        said.append(
            "En rapport har av en person bedömts vara samma händelse som en annan."
            if merged == 1
            else f"{number(merged)} rapporter har av en person bedömts vara samma händelse som en annan."
        )
    if len(m.pairs):
        said.append(f"{number(len(m.pairs))} par kan vara samma händelse. De räknas var för sig tills någon har bestämt.")
    hidden = sum(r.count for r in m.est.remarks if r.code == "personal")
    if hidden:
        said.append(
            f"{capital(rows(hidden))} i registren visas inte, för att innehållet ser ut att handla om en person eller en bostad."
        )
    for name, mapping in m.est.mappings.items():
        if not mapping.verified:
            said.append(
                f"{name} är läst med den färdiga mappningen ”{mapping.name}”, som ingen har prövat mot ett riktigt uttag. Kontrollera mot systemet."
            )
    if unread := [r for r in m.est.remarks if r.code == "unread_sheet"]:
        names = listed(sorted({r.file for r in unread}))
        said.append(
            f"Händelser på {'ett' if len(unread) == 1 else word(len(unread))} blad i {names} har inte lästs och är inte räknade."
        )
    if any(r.code == "unread_column" for r in m.est.remarks):
        said.append("Fritext och kolumner som inte hör till händelsen har inte lästs.")
    return said or ["Inga anmärkningar på underlaget."]
