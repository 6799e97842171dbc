"""The duties of the act in words: what § says, how it stands, and when it is due. No sanction is spoken of: the act has none."""

from __future__ import annotations

from datetime import date

from kunskapsbaserat.plan.duties import CYCLE, Duty, State
from kunskapsbaserat.swedish import NBSP, day, listed, word

HEADS = ("Uppgift enligt lagen", "Läge", "Vad som finns eller saknas", "Frist")
CAPTION = "Kommunens uppgifter enligt lagen (2023:196)"
STATES = {
    State.KLART: ("finns", "Klart"),
    State.SNART: ("delvis", "Snart dags"),
    State.FORSENAT: ("saknas", "Försenat"),
    State.DELVIS: ("delvis", "Delvis"),
    State.SAKNAS: ("saknas", "Saknas"),
    State.EJ_AKTUELLT: ("ej", "Ej aktuellt"),
}
NAMES = {
    "lagesbild": f"Uppdatera lägesbilden minst vartannat år (4 och 6{NBSP}§§)",
    "plan_beslut": f"Besluta om en åtgärdsplan (5{NBSP}§)",
    "uppfoljning": f"Följa upp åtgärdsplanen minst vartannat år (6{NBSP}§)",
    "egna_atgarder": f"Planen innehåller kommunens egna åtgärder (5{NBSP}§)",
    "andra_planer": f"Samordna med andra lagstadgade planer där det passar (7{NBSP}§)",
    "overenskommelser": f"Verka för skriftliga överenskommelser (9{NBSP}§)",
    "rad": f"Verka för ett råd som kommunen leder (10{NBSP}§)",
    "samordning": f"Samordningsfunktion och kontakt utåt (11{NBSP}§)",
    "information": f"Hjälpa till att sprida information till invånarna (12{NBSP}§)",
    "namnd": f"Ansvarig nämnd (13{NBSP}§)",
    "rapportering": f"Rapportera löpande till fullmäktige (13{NBSP}§)",
    "kamera": f"Kamerabevakning (14{NBSP}§)",
}
_MISSING = {
    "beslutande": "vem som beslutade",
    "paragraf": "paragraf i protokollet",
    "diarienummer": "diarienummer",
    "syfte": "syftet i en överenskommelse",
    "omraden": "områdena i en överenskommelse",
    "ledning": "vem som leder rådet",
    "medlemmar": "medlemmar",
    "niva_okand": "om alla medlemmar har ledande befattning",
    "funktion": "funktionen",
    "kontakt": "kontaktuppgift",
    "fullmaktigebeslut": "fullmäktiges beslut om nämnden",
    "kamera_behov": "behovet",
    "kamera_alternativ": "vilka alternativ som har prövats",
    "kamera_uppfoljning": "hur behovet prövas på nytt",
}


def text(duty: Duty) -> str:
    """What is there or missing, in one or two sentences."""
    return _TEXTS[duty.code](duty)


def _lagesbild(duty: Duty) -> str:
    return f"Beslutad eller uppdaterad {day(duty.done)}." if duty.done else "Datumet är inte ifyllt."


def _plan(duty: Duty) -> str:
    if duty.done is None:
        return f"Inget beslut är ifyllt. Plan krävs från den {day(date(2024, 7, 1))}."
    by = f" av {duty.by.rstrip('.')}" if duty.by and "beslutande" not in duty.missing else ""
    return f"Beslutad {day(duty.done)}{by}.{_missing(duty)}"


def _follow_up(duty: Duty) -> str:
    if "datum" in duty.missing:
        return "Varken beslut eller tidigare uppföljning är ifyllt. En plan som beslutades sista dagen skulle ha följts upp då."
    if duty.done is not None:
        return f"Förra uppföljningen {day(duty.done)}. Nästa räknas därifrån."
    return f"Inte följd upp tidigare. Fristen är {CYCLE} månader från beslutet."


def _own(duty: Duty) -> str:
    own, others = (int(n) for n in duty.parts)
    mine = (
        "Ingen åtgärd är kommunens egen"
        if not own
        else f"{_en(own).capitalize()} är kommunens {'egen' if own == 1 else 'egna'}"
    )
    if not others:
        return f"{mine}."
    return f"{mine}, {_en(others)} är {'en annan aktörs' if others == 1 else 'andra aktörers'} och redovisas för sig."


def _en(n: int) -> str:
    return "en" if n == 1 else word(n)


def _plans(duty: Duty) -> str:
    return (
        f"Samordnat med: {listed(list(duty.parts))}."
        if duty.parts
        else "Ingen samordning är angiven. Lagen säger: där det är lämpligt."
    )


def _agreements(duty: Duty) -> str:
    if "ingen" in duty.missing:
        return "Ingen överenskommelse är ifylld. Lagen säger att kommunen ska verka för sådana."
    if duty.state is State.FORSENAT:
        return f"Överenskommelsen med {listed(list(duty.parts))} har gått ut."
    ended = " En äldre överenskommelse har gått ut." if "utgangen" in duty.missing else ""
    return f"Med {listed(list(duty.parts))}.{_missing(duty)}{ended}"


def _council(duty: Duty) -> str:
    if "rad" in duty.missing:
        return "Inget råd är ifyllt. Lagen säger att kommunen ska verka för ett."
    name, *members = duty.parts
    found = f"{name}"
    found += f" med {listed(members)}." if members else "."
    found += f" Leds av: {duty.by.rstrip('.')}." if duty.by else ""
    found += f" Senaste möte {day(duty.done)}." if duty.done else ""
    found += " Någon medlem har inte ledande befattning." if "niva" in duty.missing else ""
    found += " Rådet leds inte av kommunen." if "ledning_annan" in duty.missing else ""
    return found + _missing(duty)


def _function(duty: Duty) -> str:
    return (f"{duty.parts[0]}." if duty.parts else "Ingen funktion är ifylld.") + _missing(duty)


def _information(duty: Duty) -> str:
    return (
        f"{duty.parts[0]}. Den här uppföljningen har en version för invånarna."
        if duty.parts
        else "Det framgår inte var invånarna kan läsa mer."
    )


def _board(duty: Duty) -> str:
    if not duty.parts:
        return f"Ingen nämnd är ifylld.{_missing(duty)}"
    decided = f" Fullmäktiges beslut: {duty.by.rstrip('.')}." if duty.by else ""
    return f"{duty.parts[0]}.{decided}{_missing(duty)}"


def _reporting(duty: Duty) -> str:
    return (
        f"Senast {day(duty.done)}. Lagen anger ingen frist."
        if duty.done
        else "Ingen rapport är ifylld. Lagen säger löpande, utan frist."
    )


def _camera(duty: Duty) -> str:
    if duty.state is State.EJ_AKTUELLT:
        return "Ingen åtgärd innebär kamerabevakning."
    return f"Gäller {listed(list(duty.parts))}.{_missing(duty)}"


def _missing(duty: Duty) -> str:
    named = [_MISSING[code] for code in duty.missing if code in _MISSING]
    return f" Saknas: {listed(named)}." if named else ""


_TEXTS = {
    "lagesbild": _lagesbild,
    "plan_beslut": _plan,
    "uppfoljning": _follow_up,
    "egna_atgarder": _own,
    "andra_planer": _plans,
    "overenskommelser": _agreements,
    "rad": _council,
    "samordning": _function,
    "information": _information,
    "namnd": _board,
    "rapportering": _reporting,
    "kamera": _camera,
}


def due(duty: Duty) -> str:
    """The last day, or a dot where there is none."""
    return day(duty.due) if duty.due is not None and duty.state is not State.EJ_AKTUELLT else "."
