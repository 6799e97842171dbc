"""A local server that speaks every service of `kunskap hamta`, and can fail in many ways."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import replica_files as files
from replica_sol import Sol
from world import World

from kunskapsbaserat import kommun as kommuner

PER_PAGE = 5000
PATHS = {"kolada": "/v3", "scb": "/api/v2", "sol": "/solwebb", "bra": "/bra", "scb_geo": "/geo", "polisen": "/polis"}
AGES = ("0-17", "18-44", "45-64", "65+")


class Raw(bytes):
    """A body that is no JSON."""


def encode(document: Any) -> bytes:
    """The body as it is sent."""
    return bytes(document) if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()


@dataclass
class Asked:
    """One request: which it was in order, and what was asked for."""

    number: int
    service: str
    path: str
    query: dict[str, list[str]]
    body: bytes = b""


Fault = Callable[["Replica", BaseHTTPRequestHandler, Asked, Any], bool]
"""Answers in its own way and returns True, or changes the document in place and returns False."""


@dataclass
class Replica:
    """What the server holds and how it behaves; `faults` are tried on every request in turn."""

    world: World
    faults: list[Fault] = field(default_factory=list)
    latency: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    address: str = ""

    def addresses(self) -> str:
        """The TOML file that sends `kunskap hamta` here."""
        return "".join(f'[{service}]\nbas = "{self.address}{path}"\n' for service, path in PATHS.items())

    def __post_init__(self) -> None:
        self.database = Sol(self.world)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        service = next(name for name, path in PATHS.items() if parts.path.startswith(f"{path}/"))
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        query = parse_qs(parts.query, keep_blank_values=True)
        path = unquote(parts.path).removeprefix(PATHS[service])
        asked = Asked(len(self.asked), service, path, query, body)
        self.asked.append(asked)
        time.sleep(self.latency)
        status, document, more = self.of_service(handler, asked)
        for fault in self.faults:
            if fault(self, handler, asked, document):
                return
        send(handler, encode(document), status, **more)

    def of_service(self, handler: BaseHTTPRequestHandler, asked: Asked) -> tuple[int, Any, dict[str, str]]:
        """Status, document and further headers."""
        if asked.service == "kolada":
            return 200, self.kolada(asked), {}
        if asked.service == "scb":
            return 200, self.scb(asked), {}
        if asked.service == "scb_geo":
            return 200, files.shapes(asked.query), {}
        if asked.service == "sol":
            cookie = handler.headers.get("Cookie", "").removeprefix("JSESSIONID=")
            text, new = self.database.answer(asked.path, asked.query, asked.body.decode("ascii"), cookie)
            more = {"Set-Cookie": f"JSESSIONID={new}; Path=/"} if new else {}
            return 200, Raw(text.encode("iso-8859-1")), {**more, "Content_Type": "text/html"}
        status, page = files.bra(self.world, asked.path, asked.query) if asked.service == "bra" else files.polisen(asked.path)
        return status, Raw(page), {"Content_Type": "text/html; charset=utf-8"}

    # ---- Kolada --------------------------------------------------------------------------------------------------------

    def kolada(self, asked: Asked) -> dict[str, Any]:
        words = asked.path.strip("/").split("/")
        if words == ["municipality_groups"]:
            return self.groups(asked)
        if words == ["kpi"]:
            title = asked.query.get("title", [""])[0].casefold()
            items = [{"id": kpi, "title": text} for kpi, text in self.world.titles.items() if title in text.casefold()]
        else:
            kpis, units = words[2].split(","), words[4].split(",")
            assert words[:2] == ["data", "kpi"]
            assert words[3] == "municipality"
            assert len(kpis) <= 25
            assert len(units) <= 25
            items = [
                {"kpi": kpi, "municipality": unit, "period": year, "values": _sexes(kpi, value)}
                for kpi, unit in itertools.product(kpis, units)
                for year, value in self.world.figures.get(kpi, {}).get(unit, {}).items()
            ]
        page = int(asked.query.get("page", ["1"])[0])
        size = min(PER_PAGE, int(asked.query.get("per_page", ["5000"])[0]))
        some = items[(page - 1) * size : page * size]
        more = page * size < len(items)
        url = f"{self.address}/v3{asked.path}?per_page={size}&page={page + 1}"
        return {"values": some, "count": len(some), "next_url": url if more else None, "previous_url": None}

    def groups(self, asked: Asked) -> dict[str, Any]:
        word = asked.query.get("title", [""])[0].casefold()
        kinds = {"overgripande": ", övergripande", "socioekonomi": " socioekonomi"}
        items = [{"id": "G1", "title": "Fyrkommunsnätverket (ovägt medel)", "members": [{"member_id": "2081"}]}]
        for (code, kind), (year, members) in self.world.alike.items():
            title = f"Liknande kommuner{kinds[kind]}, {kommuner.get(code).name}, {year}"
            listed = [{"member_id": other, "member_title": kommuner.get(other).name} for other in members]
            items.append({"id": f"G{code}{kind[0]}", "title": title, "members": listed})
        some = [item for item in items if word in item["title"].casefold()]
        return {"values": some, "count": len(some), "next_url": None, "previous_url": None}

    # ---- SCB -----------------------------------------------------------------------------------------------------------

    def scb(self, asked: Asked) -> dict[str, Any]:
        table, what = asked.path.removeprefix("/tables/").split("/")
        if table == "TAB6574":
            return self.parts(asked, what)
        variables = self.variables(table)
        if what == "metadata":
            return {"version": "2.0", "class": "dataset", "label": table, "id": list(variables), "dimension": variables}
        for name, about in list(variables.items()):
            # A second list of the same name is dropped, as SCB does.
            codes = asked.query.get(f"valueCodes[{name}]", [""])[0].split(",")
            if codes == [""]:
                assert about["extension"]["elimination"]
                del variables[name]
                continue
            category = about["category"]
            assert set(codes) <= set(category["index"])
            about["category"] = {
                "index": {code: at for at, code in enumerate(codes)},
                "label": {code: category["label"][code] for code in codes},
            }
        codes = [list(about["category"]["index"]) for about in variables.values()]
        region, year = list(variables).index("Region"), list(variables).index("Tid")
        values = [self.people(cell[region], int(cell[year])) for cell in itertools.product(*codes)]
        return {
            "version": "2.0",
            "class": "dataset",
            "label": "Folkmängden efter region och år",
            "id": list(variables),
            "size": [len(c) for c in codes],
            "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
            "dimension": variables,
            "value": values,
        }

    def parts(self, asked: Asked, what: str) -> dict[str, Any]:
        """Two DeSO and one RegSO in each kommun, in two divisions; ages in four groups."""
        codes = sorted(code for code in self.world.people if code != "0000")
        regions = {code: code for code in codes}
        regions |= {f"{c}{part}": part for c in codes for part in ("A0010", "A0010_DeSO2025", "A0020_DeSO2025")}
        regions |= {f"{c}R001_RegSO{year}": f"{c}R001 (Tätorten med omnejd)" for c in codes for year in (2020, 2025)}
        last = max(self.world.people["0114"])
        variables = {
            "Region": _variable("region", regions, elimination=False),
            "Alder": _variable("ålder", {"totalt": "totalt", **{a: f"{a} år" for a in AGES}}, elimination=True),
            "Kon": _variable("kön", {"1": "män", "2": "kvinnor", "1+2": "totalt"}, elimination=True),
            "ContentsCode": _variable("tabellinnehåll", {"000007Z1": "Folkmängd"}, elimination=False),
            "Tid": _variable("år", {str(year): str(year) for year in range(2010, last + 1)}, elimination=False),
        }
        if what == "metadata":
            return {"version": "2.0", "class": "dataset", "label": "TAB6574", "id": list(variables), "dimension": variables}
        for chosen in json.loads(asked.body)["selection"]:
            category = variables[chosen["variableCode"]]["category"]
            assert set(chosen["valueCodes"]) <= set(category["index"])
            category["label"] = {code: category["label"][code] for code in chosen["valueCodes"]}
            category["index"] = {code: at for at, code in enumerate(chosen["valueCodes"])}
        lists = [list(about["category"]["index"]) for about in variables.values()]
        values = [self.part(*cell) for cell in itertools.product(*lists)]
        size = [len(codes) for codes in lists]
        return {
            "version": "2.0",
            "class": "dataset",
            "label": "Folkmängden efter region, ålder, kön och år",
            "id": list(variables),
            "size": size,
            "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
            "dimension": variables,
            "value": values,
        }

    def part(self, region: str, age: str, sex: str, _contents: str, year: str) -> int | None:
        whole = self.world.people[region[:4]].get(int(year))
        if whole is None:
            return None
        half = "A0020" in region
        here = whole if len(region) == 4 or "R001" in region else whole // 2 + (whole % 2 if half else 0)
        if age == "totalt" and sex == "1+2":
            return here + (int(year) >= 2025)
        return here // (len(AGES) if age != "totalt" else 1) // 2

    def people(self, region: str, year: int) -> int:
        return self.world.people[region].get(year, 0) + (year >= 2025)  # SCB's noise

    def variables(self, table: str) -> dict[str, Any]:
        last = max(self.world.people["0114"])
        years = range(1968, 2025) if table == "TAB638" else range(2025, last + 1)
        regions = {"00": "Riket"} | {code: code for code in sorted(self.world.people) if code != "0000"}
        first = table == "TAB638"
        return {
            "Region": _variable("region", regions, elimination=True),
            "Civilstand": _variable("civilstånd", {"OG": "ogifta"} if first else {"SC": "totalt, samtliga"}, elimination=True),
            "Alder": _variable("ålder", {"0": "0 år", "tot": "totalt ålder"}, elimination=True),
            "Kon": _variable("kön", {"1": "män"} if first else {"TotSa": "totalt, samtliga män och kvinnor"}, elimination=True),
            "ContentsCode": _variable("tabellinnehåll", {"X1": "Folkökning", "X2": "Folkmängd"}, elimination=False),
            "Tid": _variable("år", {str(year): str(year) for year in years if first or year <= last}, elimination=False),
        }


def _variable(label: str, codes: dict[str, str], *, elimination: bool) -> dict[str, Any]:
    index = {code: at for at, code in enumerate(codes)}
    return {"label": label, "category": {"index": index, "label": codes}, "extension": {"elimination": elimination}}


def _sexes(kpi: str, value: float | None) -> list[dict[str, Any]]:
    whole = {"gender": "T", "count": 1, "status": "" if value is not None else "Missing", "value": value, "isdeleted": False}
    if kpi != "N01951" or value is None:
        return [whole]
    return [{**whole, "gender": "K", "value": value / 2}, {**whole, "gender": "M", "value": value / 2}, whole]


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    said = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body))}
    for name, value in (said | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def running(replica: Replica, *, tls: Any = None) -> Iterator[Replica]:
    """Serve on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_POST(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            try:
                replica.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        request_queue_size = 64

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    replica.address = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield replica
    finally:
        server.shutdown()
        server.server_close()


# ---- faults of the transport ----------------------------------------------------------------------------------------


def once(fault: Fault) -> Fault:
    """The fault on the first request that it meets, and never again."""
    left = [1]

    def only(replica: Replica, handler: BaseHTTPRequestHandler, asked: Asked, document: Any) -> bool:
        if not left:
            return False
        left.pop()
        return fault(replica, handler, asked, document)

    return only


def at(number: int, fault: Fault) -> Fault:
    """The fault from the request with this number on."""
    return lambda replica, handler, asked, document: asked.number >= number and fault(replica, handler, asked, document)


def of(service: str, fault: Fault) -> Fault:
    """The fault of one service alone."""
    return lambda replica, handler, asked, document: asked.service == service and fault(replica, handler, asked, document)


def status(code: int, body: bytes = b'{"detail": [{"msg": "nej"}]}', **headers: str) -> Fault:
    def fault(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, _document: Any) -> bool:
        send(handler, body, code, **headers)
        return True

    return fault


def body(make: Callable[[bytes], bytes], **headers: str) -> Fault:
    """Another body than the right one, with a Content-Length that fits it."""

    def fault(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, document: Any) -> bool:
        send(handler, make(encode(document)), **headers)
        return True

    return fault


def cut(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, document: Any) -> bool:
    whole = encode(document)
    send(handler, whole[: len(whole) // 2], Content_Length=str(len(whole)))
    handler.close_connection = True
    return True


def cut_chunks(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, document: Any) -> bool:
    whole = encode(document)
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(whole) // 2, whole[: len(whole) // 2]))
    handler.close_connection = True
    return True


def without_length(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, document: Any) -> bool:
    """Half a body in an answer that says no length: nothing but the figures themselves tells that it was cut."""
    whole = encode(document)
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(whole[: len(whole) // 2])
    handler.close_connection = True
    return True


def reset(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, _document: Any) -> bool:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    handler.connection.close()
    handler.close_connection = True
    return True


def hang_up(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, _document: Any) -> bool:
    handler.close_connection = True
    return True


def drip(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, document: Any) -> bool:
    """A byte now and then: no single wait is long, and the whole never comes."""
    whole = encode(document)
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(whole)))
    handler.end_headers()
    for byte in whole[:200]:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.05)
    handler.close_connection = True
    return True


def silent(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, _document: Any) -> bool:
    time.sleep(3)
    handler.close_connection = True
    return True


def redirect(target: str) -> Fault:
    """To another address; {self} is this server, {path} the same request."""

    def fault(replica: Replica, handler: BaseHTTPRequestHandler, asked: Asked, _document: Any) -> bool:
        if "omvag" in asked.query and "{omvag}" in target:
            return False
        where = target.replace("{self}", replica.address).replace("{path}", handler.path)
        send(handler, b"", 302, Location=where.replace("{omvag}", "&omvag=1"))
        return True

    return fault


def bomb(_replica: Replica, handler: BaseHTTPRequestHandler, _asked: Asked, _document: Any) -> bool:
    send(handler, _bomb(), Content_Encoding="gzip")
    return True


@functools.cache
def _bomb() -> bytes:
    return gzip.compress(b" " * (64 << 20), 1)


# ---- faults of the figures ------------------------------------------------------------------------------------------


def document(change: Callable[[Any], Any], *, when: Callable[[Asked], bool] = lambda _: True) -> Fault:
    """The right answer, changed in place."""

    def fault(_replica: Replica, _handler: BaseHTTPRequestHandler, asked: Asked, found: Any) -> bool:
        if when(asked):
            change(found)
        return False

    return fault


def is_data(asked: Asked) -> bool:
    return "/data" in asked.path or asked.path.endswith("/dbfil")


def kolada_data(change: Callable[[list[dict[str, Any]]], Any]) -> Fault:
    """The figures of Kolada's, changed in place."""
    return of("kolada", document(lambda found: change(found["values"]) if found["values"] else None, when=is_data))


def text(change: Callable[[str], str], *, at: str, encoding: str = "iso-8859-1") -> Fault:
    """The right page or file at a path with this ending, with another text."""

    def fault(_replica: Replica, handler: BaseHTTPRequestHandler, asked: Asked, document: Any) -> bool:
        if not asked.path.endswith(at):
            return False
        send(handler, change(document.decode(encoding)).encode(encoding), Content_Type="text/html")
        return True

    return fault


def of_path(ending: str, fault: Fault) -> Fault:
    """The fault at paths with this ending alone."""
    return lambda replica, handler, asked, document: asked.path.endswith(ending) and fault(replica, handler, asked, document)


def forget_sessions(replica: Replica, _handler: BaseHTTPRequestHandler, _asked: Asked, _document: Any) -> bool:
    """The database loses every session; the answer to this request is still the right one."""
    replica.database.sessions.clear()
    return False
