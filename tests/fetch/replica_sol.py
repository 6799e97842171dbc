"""Brå's database as a person clicks through it: a session for each cookie, a selection page, and a file in Latin-1."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from world import DATABASE, World, month_counts

from kunskapsbaserat import kommun as kommuner

CELLS = 10_000
STUB = "<html><head><title>SOL</title></head><body></body></html>"
LOST = "<html><body>En obefintlig menyrad har valts.</body></html>"
MENUS = {"101": 5000, "90": 13000}  # where the ids of each menu begin
NAMES = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")
MONTHS_KNOWN = 8  # of the preliminary year
TREE = [  # what is shown: how deep, and the heading
    (0, "Totalt antal brott"),
    (0, "3-7 kap. Brott mot person totalt"),
    (1, "3 kap. Brott mot liv och hälsa"),
    (0, "8-12 kap. Brott mot förmögenhet totalt"),
    (1, "8 kap. Stöld, rån m.m. totalt"),
    (2, "därav biltillgrepp"),
    (2, "därav stöld ur och från motordrivet fordon"),
    (2, "därav rån, inkl. grovt"),
    (1, "12 kap. Skadegörelsebrott"),
    (0, "Brott mot narkotikastrafflagen"),
    (0, "Brott mot trafikbrottslagen"),
]
THEFT = 4  # row of TREE that the whole tree's rows below stand under
LEAVES = [
    (1, "Stöld genom inbrott, inbrottsstöld i bostad, ej av skjutvapen (1, 2, 4, 4 a§)"),
    (2, "Inbrottsstöld i bostad m.m."),
    (1, "Övrig stöld (1, 2, 4 §)"),
]


@dataclass
class Session:
    menu: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    ran: bool = False


class Sol:
    """The program: answers by path, with the cookie that came."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, Session] = {}
        self.commas = 0

    def answer(self, path: str, query: dict[str, list[str]], body: str, cookie: str) -> tuple[str, str]:
        """The text, and a cookie to set."""
        if path.endswith("/start"):
            new = secrets.token_hex(6)
            self.sessions[new] = Session()
            return STUB, new
        session = self.sessions.get(cookie)
        if path.endswith("/urval/urval"):
            if session is None:
                return STUB, ""
            session.menu, session.chosen = query["menyid"][0], {}
            return self.page(session.menu), ""
        if session is None or not session.menu:
            return LOST, ""
        if path.endswith("/vantapopup"):
            return self.choose(session, parse_qs(body, keep_blank_values=True, encoding="iso-8859-1")), ""
        if path.endswith("/sok"):
            session.ran = bool(session.chosen)
            return ("<html>Resultat</html>" if session.ran else LOST), ""
        assert path.endswith("/dbfil"), path
        return (self.file(session) if session.ran else LOST), ""

    def choose(self, session: Session, form: dict[str, list[str]]) -> str:
        chosen = {}
        for name in ("brottstyp_id_string", "region_id_string", "period_id_string"):
            text = form[name][0]
            if "," in text:  # answered as if nothing were wrong, with one of them
                self.commas += 1
                text = text.partition(",")[0]
            chosen[name] = text.split("*")
        units = int(form["antal"][0]) + int(form["antal_100k"][0])
        cells = units
        for ids in chosen.values():
            cells *= len(ids)
        if cells > CELLS:
            return f"<html>Fel/Error<br>Felmeddelande: Sökningen ger {cells} celler, högst 10 000 är tillåtna.</html>"
        session.chosen = {**chosen, "rates": ["1"] if units == 2 else []}
        return "<html>Vänta</html>"

    # ---- the selection page --------------------------------------------------------------------------------------------

    def page(self, menu: str) -> str:
        lines = []
        for name, rows in self.arrays(menu).items():
            for at, row in enumerate(rows):
                text = row.replace('"', '\\"').replace("\xa0", "\\xA0")
                lines.append(f'{name}[{at}]="{text}";')
        return "<html><script>\n" + "\n".join(lines) + "\n</script></html>"

    def arrays(self, menu: str) -> dict[str, list[str]]:
        base = MENUS[menu]
        shown = [f"{base + at}*{_indent(deep)}{name}" for at, (deep, name) in enumerate(TREE)]
        group = base + THEFT
        path = "8-12 kap. Brott mot förmögenhet, 8 kap. Stöld, rån m.m."
        leaves = [f"{base + 100 + at}*{_indent(deep)}{name}*{group}*{path}, {name}" for at, (deep, name) in enumerate(LEAVES)]
        regions = ["8291*Hela landet"]
        regions += [f"{9000 + at}*{_indent(1)}{name}" for at, (name, _) in enumerate(_regions())]
        below = ["8291*Hela landet*8291*Hela landet"]
        below += [f"{9000 + at}*{name}*8291*Hela landet, {name}" for at, (name, _) in enumerate(_regions())]
        return {
            "arrayNivaett": shown,
            "arrayNivatva": leaves,
            "arrayRegionNivaEtt": regions,
            "arrayRegionNivaTva": below,
            "arrayPeriod": [row for row, *_ in self.periods(menu)],
        }

    def periods(self, menu: str) -> list[tuple[str, int, int]]:
        """Row of the page, year and month (0 for a whole year), newest first."""
        last = max(self.world.people["0114"])
        found: list[tuple[str, int, int]] = []
        if menu == "101":
            return [(f"{year}*{year}*{year}*{year}*-1", year, 0) for year in range(last, 1995, -1)]
        for year in range(last + 1, 2012, -1):
            prel, known = (" prel.", MONTHS_KNOWN) if year > last else ("", 12)
            if not prel:
                found.append((f"{year}00*Helår*{year}*{year}, Helår*0", year, 0))
            found += [
                (f"{year}9{q}*Kvartal {q}*{year}*{year}{prel}, Kvartal {q}*1", year, -q) for q in range(1, known // 3 + 1)
            ]
            found += [
                (f"{year}{m:02d}*{NAMES[m - 1]}*{year}*{year}{prel}, {NAMES[m - 1]}*2", year, m) for m in range(1, known + 1)
            ]
        return found

    # ---- the file ------------------------------------------------------------------------------------------------------

    def file(self, session: Session) -> str:
        base = MENUS[session.menu]
        rates = bool(session.chosen["rates"])
        periods = {row.split("*")[0]: (row, year, month) for row, year, month in self.periods(session.menu)}
        regions = {str(9000 + at): (name, code) for at, (name, code) in enumerate(_regions())}
        lines = ["Region;Brott;År;Period;Antal" + (";/100 000 inv" if rates else "")]
        for region, crime, period in itertools.product(
            session.chosen["region_id_string"], session.chosen["brottstyp_id_string"], session.chosen["period_id_string"]
        ):
            row, year, month = periods[period]
            name, code = regions[region]
            when = f"År;{year}" if month == 0 and session.menu == "101" else ";".join(row.split("*")[3].split(", "))
            above, heading = _headings(int(crime) - base)
            dots = ";..;.." if rates else ";.."
            lines += [f"{name};{higher};{when}{dots};" for higher in above]
            lines += [self.line(name, code, heading, when, year, month, rates)] * (2 if heading == "Totalt antal brott" else 1)
        return "\r\n".join(lines) + "\r\n"

    def line(self, name: str, code: str, heading: str, when: str, year: int, month: int, rates: bool) -> str:
        series = self.world.database[DATABASE[heading]].get(code, {})
        count = series.get(year)
        if month:
            count = month_counts(series.get(min(year, max(series, default=year))) or 0)[month - 1]
        if count is None:
            return f"{name};{heading};{when};..;{'..;' if rates else ''}"
        people = self.world.people[code]
        rate = f"{round(count / ((people[year] + people[year - 1]) / 2) * 100_000)};" if rates else ""
        return f"{name};{heading};{when};{count};{rate}"


def _indent(deep: int) -> str:
    return "\xa0\xa0\xa0" * deep


def _regions() -> list[tuple[str, str]]:
    """Every kommun, and Heby once more as it was until 2006."""
    found = [(f"{k.genitive if k.name in ('Falun',) else k.name} kommun", k.code) for k in kommuner.all_kommuner()]
    return [(f"{name} (Uppsala län, fr.o.m. 2007)" if code == "0331" else name, code) for name, code in found] + [
        ("Heby kommun (Västmanlands län, t.o.m. 2006)", "0331-")
    ]


def _headings(at: int) -> tuple[list[str], str]:
    """The headings above, and the last one without its "totalt"."""
    rows = TREE if at < 100 else LEAVES
    index = at if at < 100 else at - 100
    deep, name = rows[index]
    above = []
    for level in range(deep - 1, -1 if at < 100 else 0, -1):
        above.insert(0, next(n for d, n in reversed(rows[:index]) if d == level))
    if at >= 100:
        higher, theft = _headings(THEFT)
        above = [*higher, theft, *above]
    return [_bare(name) for name in above], _bare(name)


def _bare(name: str) -> str:
    return name.removesuffix(" totalt")
