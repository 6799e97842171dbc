"""A whole answer, or an error that names the source, the request and what to do: whatever the way there is like."""

from __future__ import annotations

import gzip
import ssl
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import replica as r
import trustme
from replica import Fault, Replica, running
from world import world

from conftest import QUICK, Serving
from kunskapsbaserat.data.fetch import addresses, kolada
from kunskapsbaserat.data.fetch.asking import Online
from kunskapsbaserat.data.fetch.http import Client
from kunskapsbaserat.data.fetch.store import Store
from kunskapsbaserat.errors import FetchError, FileError

WRONG: dict[str, tuple[Fault, str]] = {
    "500 each time": (r.status(500), "status"),
    "502 with a page": (r.status(502, b"<html><h1>Bad gateway</h1>"), "status"),
    "503 with Retry-After": (r.status(503, Retry_After="3600"), "status"),
    "429 each time": (r.status(429, Retry_After="1"), "busy"),
    "400 with the reason": (r.status(400), "status"),
    "401": (r.status(401), "status"),
    "403 with a page": (r.status(403, b"<html><title>Blockerad</title>"), "status"),
    "404": (r.status(404), "gone"),
    "410, the version is gone": (r.status(410), "gone"),
    "407 from a proxy in between": (r.status(407), "proxy"),
    "204 without anything": (r.status(204, b""), "status"),
    "304 that nobody asked for": (r.status(304, b""), "status"),
    "a login page with 200": (r.body(lambda _: b"<!DOCTYPE html><title>Logga in</title>"), "html"),
    "a page of maintenance, with a mark": (r.body(lambda _: b"\xef\xbb\xbf\n <html>Underh\xc3\xa5ll"), "html"),
    "nothing": (r.body(lambda _: b""), "not_json"),
    "half of it with a length that fits": (r.body(lambda b: b[: len(b) // 2]), "not_json"),
    "half of it without a length": (r.without_length, "not_json"),
    "half of it": (r.cut, "cut"),
    "half of it in chunks": (r.cut_chunks, "cut"),
    "Latin-1": (r.body(lambda b: b.decode().encode("latin-1", "replace")), "not_json"),
    "UTF-16": (r.body(lambda b: b.decode().encode("utf-16")), "not_json"),
    "NaN": (r.body(lambda b: b.replace(b'"count": ', b'"x": NaN, "count": ')), "not_json"),
    "a name twice": (r.body(lambda b: b.replace(b'"count": ', b'"values": [], "count": ')), "not_json"),
    "very deep": (r.body(lambda _: b"[" * 100_000), "not_json"),
    "null": (r.body(lambda _: b"null"), "shape"),
    "a list": (r.body(lambda _: b"[]"), "shape"),
    "a text": (r.body(lambda _: b'"ok"'), "shape"),
    "an error object with 200": (r.body(lambda _: b'{"detail": "Invalid"}'), "shape"),
    "gzip that is none": (r.body(lambda b: b, Content_Encoding="gzip"), "cut"),
    "a gzip bomb": (r.bomb, "too_large"),
    "a body without end": (r.body(lambda _: b" " * (25 << 20)), "too_large"),
    "reset": (r.reset, "cut"),
    "hung up": (r.hang_up, "cut"),
    "silence": (r.silent, "timeout"),
    "a byte at a time": (r.drip, "timeout"),
    "to a login at another host": (r.redirect("https://login.microsoftonline.com/x"), "other_host"),
    "to another port": (r.redirect("http://127.0.0.1:9/x"), "other_host"),
    "to a file": (r.redirect("file:///etc/passwd"), "other_host"),
    "to itself": (r.redirect("{self}{path}"), "other_host"),
    "in a circle": (r.redirect("{self}{path}&x=1"), "redirects"),
}
PASSES: dict[str, Fault] = {
    "500 once": r.once(r.status(500)),
    "429 once": r.once(r.status(429, Retry_After="0")),
    "cut once": r.once(r.cut),
    "cut in a chunk once": r.once(r.cut_chunks),
    "reset once": r.once(r.reset),
    "hung up once": r.once(r.hang_up),
    "a mark first": r.body(lambda b: b"\xef\xbb\xbf" + b),
    "wrong type said": r.body(lambda b: b, Content_Type="text/html"),
    "no charset said": r.body(lambda b: b, Content_Type="application/json"),
    "gzip": r.body(gzip.compress, Content_Encoding="gzip"),
    "to the same host": r.redirect("{self}{path}{omvag}"),
}


def titles(store: Path) -> dict[str, str]:
    kept = Store(store)
    return kolada.titles(Online(Client(addresses.service("kolada"), QUICK), kept, kept.new_run()))


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_and_never_kept(name: str, serving: Serving, tmp_path: Path):
    fault, reason = WRONG[name]
    with serving(fault) as server, pytest.raises(FetchError) as caught:
        titles(tmp_path / "lager")
    assert caught.value.reason == reason
    assert caught.value.svenska.startswith("Kolada: ")
    assert f"GET {server.address}/v3/kpi?title=Anm" in caught.value.svenska
    assert caught.value.svenska.rstrip().endswith(".")
    assert not (tmp_path / "lager" / "kolada").exists()
    assert Store(tmp_path / "lager").entries() == []


@pytest.mark.parametrize("name", PASSES)
def test_what_passes_ends_in_the_right_answer(name: str, serving: Serving, tmp_path: Path):
    with serving(PASSES[name]):
        assert titles(tmp_path / "lager") == world().titles


def test_there_are_at_least_forty_ways_to_fail():
    assert len(WRONG) >= 40


def test_no_server_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "k.toml").write_text('[kolada]\nbas = "http://127.0.0.1:9/v3"\n')
    monkeypatch.setenv(addresses.VARIABLE, str(tmp_path / "k.toml"))
    with pytest.raises(FetchError, match="no connection") as caught:
        titles(tmp_path / "lager")
    assert "Kontrollera nätet" in caught.value.svenska


def test_a_proxy_that_asks_for_a_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """For an address with https the proxy answers before there is a connection."""
    (tmp_path / "https.toml").write_text('[kolada]\nbas = "https://kolada.invalid/v3"\n')

    with running(Replica(world(), [r.status(407)])) as proxy:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.address)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(addresses.VARIABLE, str(tmp_path / "https.toml"))
        with pytest.raises(FetchError) as caught:
            titles(tmp_path / "lager")
    assert caught.value.reason == "proxy"


def test_a_certificate_of_another_host_is_refused_and_the_right_one_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "rot.pem")
    outcomes = {}
    for name in ("127.0.0.1", "annan.example"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        with running(Replica(world()), tls=context) as replica:
            (tmp_path / "k.toml").write_text(replica.addresses())
            monkeypatch.setenv(addresses.VARIABLE, str(tmp_path / "k.toml"))
            for bundle in (None, str(tmp_path / "rot.pem")):
                monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle) if bundle else monkeypatch.delenv(
                    "REQUESTS_CA_BUNDLE", raising=False
                )
                try:
                    titles(tmp_path / "lager")
                    outcomes[name, bundle is not None] = "right"
                except FetchError as error:
                    outcomes[name, bundle is not None] = error.reason
    assert outcomes == {
        ("127.0.0.1", False): "certificate",
        ("127.0.0.1", True): "right",
        ("annan.example", False): "certificate",
        ("annan.example", True): "certificate",
    }


def test_links_stay_at_the_service():
    client = Client(addresses.SERVICES["kolada"])
    base = "https://api.kolada.se/v3"
    assert client.address("/kpi?page=2") == f"{base}/kpi?page=2"
    assert client.address("/v3/kpi?page=2") == f"{base}/kpi?page=2"
    assert client.address("http://api.kolada.se/v3/kpi?page=2") == f"{base}/kpi?page=2"  # never down to http
    for link in (
        "https://kolada.example/v3/kpi",
        "//kolada.example/v3",
        "ftp://api.kolada.se/x",
        "https://api.kolada.se:8443/v3/k",
    ):
        with pytest.raises(FetchError, match="another host"):
            client.address(link)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("[kolada", "TOML"),
        ('[kalada]\nbas = "http://127.0.0.1"', "Välj bland"),
        ('[kolada]\nbase = "http://127.0.0.1"', "ska under"),
        ('[kolada]\nbas = "127.0.0.1:8901"', "ska under"),
        ('[kolada]\nbas = "http://a:b@127.0.0.1/v3"', "ska under"),
    ],
)
def test_a_wrong_file_of_addresses_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, about: str):
    (tmp_path / "k.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(addresses.VARIABLE, str(tmp_path / "k.toml"))
    with pytest.raises(FileError) as caught:
        addresses.service("kolada")
    assert about in caught.value.svenska


def test_requests_keep_their_distance(serving: Serving, monkeypatch: pytest.MonkeyPatch):
    waits: list[float] = []
    clock = SimpleNamespace(sleep=waits.append, monotonic=time.monotonic)
    monkeypatch.setattr("kunskapsbaserat.data.fetch.http.time", clock)
    with serving():
        service = addresses.service("kolada")
        client = Client(addresses.Service(service.key, service.name, service.base, service.licence, 5.0), QUICK)
        client.get("/kpi?title=x")
        client.get("/kpi?title=y")
    assert [wait for wait in waits if wait > 0] == [pytest.approx(5, abs=1)]
