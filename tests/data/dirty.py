"""Invented personal data in the shapes people write it, for the screen's tests and its benchmark. Nobody's own."""

from __future__ import annotations

import random

GIVEN = ["Anna", "Erik", "Mohammed", "Karin", "Lars-Erik", "Fatima", "Åsa", "Johan", "Elisabet", "Ali"]
LAST = ["Andersson", "Nyström", "Al-Khalili", "Björklund", "Hassan", "Sjöberg", "Öhman", "Lindqvist", "Karlsson", "Bergström"]
# Names outside the lists of the screen, or written in other ways: what it is known to be weaker on.
HARD = [
    "Xhevahire Gashi", "Torkel Abrahamsson", "Siri Hustvedt", "Ludmila Petrova", "Abebe Tesfaye", "anna andersson",
    "ANNA ANDERSSON",
    "Vendela Ramstedt", "Pham Thi Lan", "Jean-Pierre Dubois", "Sixten Rosenkvist", "Yohannes Haile", "Ebba af Klint",
    "Love Dahlgren",
    "Maryam Rezaei", "Oskar von Essen", "Nadja Kowalczyk", "Hjördis Pettersen", "Mehmet Yilmaz", "Tindra Lindblom",
]  # fmt: skip
LETTERS = "ABCDEFGHJKLMNOPRSTUWXYZ"


def person_number(rng: random.Random, *, coordination: bool = False) -> str:
    """Twelve digits whose date exists and whose check digit is right."""
    year, month, day = rng.randint(1930, 2018), rng.randint(1, 12), rng.randint(1, 28)
    nine = f"{year % 100:02}{month:02}{day + 60 * coordination:02}{rng.randint(0, 999):03}"
    total = 0
    for at, digit in enumerate(nine):
        product = int(digit) * (2 if at % 2 == 0 else 1)
        total += product // 10 + product % 10
    return f"{year // 100}{nine}{-total % 10}"


def person_numbers(rng: random.Random) -> list[object]:
    """One number, and then one coordination number, in every way of writing them."""
    found: list[object] = []
    for coordination in (False, True):
        twelve = person_number(rng, coordination=coordination)
        date, last = twelve[2:8], twelve[8:]
        found += [twelve, int(twelve), f"{twelve[:8]}-{last}", f"{date}-{last}", f"{date}+{last}", f"{date}{last}"]
        found += [f"{date} {last}", f"{date}–{last}", f"pnr {date}{last}.", f"Målsägande ({twelve[:8]}-{last}) ringde"]
    return found


def emails(rng: random.Random) -> list[object]:
    name = f"{rng.choice(['anna', 'erik', 'a.b', 'kalle_91'])}{rng.randint(1, 99)}"
    return [
        f"{name}@gmail.com",
        f"{name}@borlange.se",
        f"skriv till {name}@skola.falun.se snarast",
        f"{name}(at)telia.com",
        f"<{name}@x.nu>",
    ]


def phones(rng: random.Random) -> list[object]:
    m, n = rng.choice("02369"), "".join(str(rng.randint(0, 9)) for _ in range(7))
    s = "".join(str(rng.randint(0, 9)) for _ in range(6))
    return [
        f"07{m}-{n[:3]} {n[3:5]} {n[5:]}", f"07{m}{n}", f"07{m} {n[:3]} {n[3:5]} {n[5:]}", f"+467{m}{n}",
        f"+46 7{m} {n[:3]} {n[3:5]} {n[5:]}",
        f"+46 (0)7{m}-{n}", f"0046 7{m} {n}", f"0243-{s[:2]} {s[2:4]} {s[4:]}", f"08-{s[:3]} {s[3:]} 1",
        f"tel. 023-{s[:2]} {s[2:]}",
        f"+46 243 {s}",
    ]  # fmt: skip


def plates(rng: random.Random) -> list[object]:
    letters = "".join(rng.choice(LETTERS) for _ in range(3))
    digits, last = f"{rng.randint(0, 99):02}", rng.choice("ABCDEFGHJKLMNPRSTUWXYZ0123456789")
    plate = f"{letters}{digits}{last}"
    return [plate, f"{letters} {digits}{last}", f"{letters}-{digits}{last}", plate.lower(), f"bilen ({plate}) sågs"]


def person_names(rng: random.Random) -> list[object]:
    first, last = rng.choice(GIVEN), rng.choice(LAST)
    return [
        f"{first} {last}",
        f"{last}, {first}",
        f"Anmälare {first} {last} uppger",
        f"{first} M. {last}",
        f"{first} {rng.choice(GIVEN)} {last}",
    ]


KINDS = {"personnummer": person_numbers, "email": emails, "phone": phones, "vehicle": plates, "name": person_names}


def dates(rng: random.Random) -> list[object]:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2000, 2039)
    clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
    plain = f"{day:02}/{month:02} {year}"
    return [plain, f"{plain} {clock}", f"den {plain}", f"{day:02}-{month:02} {year}", f"{day}/{month} {year} kl. {clock}"]


def parishes(rng: random.Random) -> list[object]:
    name = rng.choice(["Maria Magdalena", "Adolf Fredrik", "Gustav Vasa", "Hedvig Eleonora", "Karl Johan", "Ulrika Eleonora"])
    return [name, f"{name}, norra delen", f"Torget vid {name}"]


def numbered_things(rng: random.Random) -> list[str]:
    letters, between = "".join(rng.choice(LETTERS) for _ in range(3)), rng.choice(["-", " ", ""])
    return [f"{letters}{between}{number}" for number in rng.sample(range(100, 1000), 6)]


INNOCENT = {"dates": dates, "parishes": parishes}
