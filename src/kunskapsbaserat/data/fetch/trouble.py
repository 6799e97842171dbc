"""What can go wrong between here and a publisher, as errors that name the source, the request and what to do."""

from __future__ import annotations

import html
import re

from kunskapsbaserat.errors import FetchError

_LATER = "Försök igen om en stund"
_IT = "Fråga IT-avdelningen om trafiken dit är öppen"
_SHOWN = 200


def may_pass(error: Exception) -> bool:
    """Whether it is worth asking again: a broken connection is, a certificate or a proxy that says no is not."""
    import requests
    import urllib3.exceptions

    lasting = (requests.exceptions.ProxyError, requests.exceptions.SSLError, requests.exceptions.InvalidURL)
    again = (urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError, urllib3.exceptions.IncompleteRead)
    return isinstance(error, again) and not isinstance(error, lasting)


def broken(source: str, address: str, error: Exception) -> FetchError:
    """The connection failed, or broke in the middle."""
    import requests
    import urllib3.exceptions

    if isinstance(error, requests.exceptions.ProxyError):
        if "407" in str(error):
            return _proxy_login(source, address)
        return _error(source, "proxy", address, "the proxy did not answer", "proxyn svarade inte", f"{_IT}.")
    if isinstance(error, requests.exceptions.SSLError):
        return _error(
            source,
            "certificate",
            address,
            f"the certificate was not accepted ({error})",
            "serverns certifikat godtogs inte, och då hämtas ingenting",
            "Öppnar kommunens brandvägg trafiken: be IT-avdelningen om rotcertifikatet och ange filen i REQUESTS_CA_BUNDLE.",
        )
    cause = getattr(error.args[0], "reason", error) if error.args else error  # what the retries ended with
    never_connected = isinstance(cause, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError))
    if isinstance(cause, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)) and not never_connected:
        return _error(source, "timeout", address, "no answer in time", "inget svar kom i tid", f"{_LATER}.")
    if isinstance(cause, (urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError)):
        return _error(source, "cut", address, f"the answer broke off ({error})", "svaret bröts av på vägen", f"{_LATER}.")
    return _error(
        source,
        "no_network",
        address,
        f"no connection ({error})",
        "det gick inte att nå servern",
        f"Kontrollera nätet. {_IT}, eller om en proxy ska anges i HTTPS_PROXY.",
    )


def status(source: str, address: str, code: int, body: bytes) -> FetchError:
    """An answer that is no success, with the publisher's own words."""
    if code == 407:
        return _proxy_login(source, address)
    words = _words(body)
    said = f": ”{words}”" if words else ""
    if code in (404, 410):
        return _error(source, "gone", address, f"status {code}", f"adressen finns inte (svar {code}{said})", _NEWER)
    if code in (401, 403):
        return _error(
            source, "status", address, f"status {code}", f"tjänsten släppte inte in frågan (svar {code}{said})", f"{_IT}."
        )
    if code == 429:
        what = "tjänsten säger att den får för många frågor (svar 429)"
        return _error(source, "busy", address, "status 429", what, "Vänta några minuter och försök igen.")
    if code >= 500:
        return _error(source, "status", address, f"status {code}", f"tjänsten har ett fel (svar {code}{said})", f"{_LATER}.")
    return _error(source, "status", address, f"status {code}", f"tjänsten svarade {code}{said}", _NEWER)


_NEWER = "Tjänsten kan ha ändrats: kör ”kunskap hamta --prova” och se efter om det finns en nyare version av kunskapsbaserat."


def too_slow(source: str, address: str, seconds: float) -> FetchError:
    what = f"svaret var inte helt efter {seconds:.0f} sekunder"
    return _error(source, "timeout", address, f"not whole after {seconds:.0f} s", what, f"{_LATER}.")


def too_large(source: str, address: str, size: int) -> FetchError:
    what = f"svaret är större än {size >> 20} MB och lästes inte"
    return _error(source, "too_large", address, f"more than {size} bytes", what, _NEWER)


def other_host(source: str, link: str) -> FetchError:
    what = "svaret hänvisar till en annan server, och dit går ingen fråga"
    return _error(source, "other_host", link, "a link to another host", what, _NEWER)


def redirected(source: str, address: str, target: str) -> FetchError:
    what = f"servern skickade frågan vidare till {target}, och dit går ingen fråga"
    return _error(source, "other_host", address, f"redirected to {target}", what, f"Är det en inloggning: {_IT.lower()}.")


def circle(source: str, address: str) -> FetchError:
    what = "servern skickade frågan runt i en cirkel"
    return _error(source, "redirects", address, "redirected in a circle", what, f"{_LATER}.")


def not_data(source: str, address: str, body: bytes, kind: str) -> FetchError:
    """A web page, or something else that is no data."""
    if body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        words = _words(body)
        what = f"svaret är en webbsida, inte siffror{f': ”{words}”' if words else ''}"
        do = f"Är det en inloggningssida: {_IT[0].lower()}{_IT[1:]}. Är det underhåll: försök igen senare."
        return _error(source, "html", address, "a web page instead of data", what, do)
    reason = "not_json" if kind.startswith("hel JSON") else "not_data"
    return _error(source, reason, address, f"not what was expected ({kind})", f"svaret är inte {kind}", f"{_LATER}.")


def session_lost(source: str, address: str) -> FetchError:
    """The server has forgotten the question, twice."""
    return _error(source, "session", address, "the session was lost", "servern tappade sökningen, två gånger", f"{_LATER}.")


def refused(source: str, address: str, words: str) -> FetchError:
    """The publisher's program says in its own words that it will not answer."""
    return _error(source, "refused", address, f"refused: {words}", f"tjänsten nekade frågan: ”{words[:_SHOWN]}”", _NEWER)


def wrong_shape(source: str, address: str, english: str, svenska: str) -> FetchError:
    """JSON, but not what was asked for."""
    return _error(source, "shape", address, english, svenska, _NEWER)


def not_in_store(source: str, key: str) -> FetchError:
    what = "finns inte i lagret"
    return _error(source, "not_in_store", key, "not in the store", what, "Kör utan --offline en gång, när nätet finns.")


def _proxy_login(source: str, address: str) -> FetchError:
    return _error(
        source,
        "proxy",
        address,
        "the proxy asks for a login (407)",
        "proxyn kräver inloggning (svar 407)",
        "Ange namn och lösenord i HTTPS_PROXY (http://namn:lösenord@proxy:port), eller be IT-avdelningen öppna för adressen.",
    )


def _error(source: str, reason: str, address: str, english: str, svenska: str, gor: str) -> FetchError:
    named = address if address.startswith("POST ") else f"GET {address}"
    request = named if len(named) <= _SHOWN else f"{named[:_SHOWN]}…"
    return FetchError(source, reason, request, english, svenska=svenska, gor=gor)


def _words(body: bytes) -> str:
    """The beginning of what an answer says, without tags."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", body[:4000].decode("utf-8", "replace"), flags=re.S | re.I)
    return " ".join(html.unescape(text).split())[:_SHOWN]
