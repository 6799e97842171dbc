"""One request at a time to one publisher's service: paced, retried, limited in time and size, and to no other host.

Certificates are the operating system's (truststore) beside certifi's and those of REQUESTS_CA_BUNDLE, so that a kommun whose
firewall opens TLS is served; proxies come from the environment. A service whose server leaves out an intermediate certificate
has it from the package. Verification is never turned off.
"""

from __future__ import annotations

import importlib.metadata
import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from kunskapsbaserat.data.fetch import trouble
from kunskapsbaserat.data.fetch.addresses import SERVICES, Service

if TYPE_CHECKING:
    import requests

VERSION = importlib.metadata.version("kunskapsbaserat")
KEPT_HEADERS = ("ETag", "Last-Modified", "Date", "Content-Type")
_T = TypeVar("_T")
_REDIRECTS = (301, 302, 303, 307, 308)
_BLOCK = 1 << 16
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large.

    `seconds` is for one answer with all its tries, `silence` for a server that says nothing, `size` for the unpacked body: a
    full page of Kolada's is about 1 MB.
    """

    seconds: float = 120.0
    silence: float = 40.0
    size: int = 64 << 20
    tries: int = 4
    backoff: float = 0.5
    longest_wait: int = 30


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer with status 200."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent with a POST. Every POST of ours is a question, and may be asked again."""

    content: bytes
    kind: str


def form(fields: Mapping[str, str]) -> Body:
    """A form as an older server reads it."""
    return Body(urlencode(fields, encoding="iso-8859-1").encode("ascii"), "application/x-www-form-urlencoded")


def document(data: object) -> Body:
    """JSON."""
    return Body(json.dumps(data, ensure_ascii=False, sort_keys=True).encode(), "application/json")


class Client:
    """Asks one service."""

    def __init__(self, service: Service, limits: Limits | None = None) -> None:
        self.service = service
        self.limits = limits or Limits()
        self.calls = 0
        self._session: requests.Session | None = None
        self._began = float("-inf")

    def forget(self) -> None:
        """Begin a new session: the service's cookies are left behind."""
        self._session = None

    def get(self, path: str, body: Body | None = None) -> Response:
        """The answer to a request; a POST where there is something to send.

        Parameters
        ----------
        path : str
            From the service's base, with a slash first, or a whole address at the service (the link to a next page).
        body : Body, optional
            Sent with it.

        Raises
        ------
        FetchError
            No whole answer with status 200 came; nothing is kept.
        """
        address = self.address(path)
        time.sleep(max(0.0, self._began + self.service.pause - time.monotonic()))
        self._began = time.monotonic()
        self.calls += 1
        if self._session is None:
            self._session = _session(self.limits, self.service.certificate)
        session = self._session
        try:
            return _within(self.limits.seconds, lambda: self._whole(session, address, body))
        except TimeoutError:
            self._session = None  # the abandoned request still holds it
            raise trouble.too_slow(self.service.name, _said(address, body), self.limits.seconds) from None

    def address(self, path: str) -> str:
        """The whole address at this service; a link that leads to another host is refused.

        A link to the publisher's own host is followed at the address that is used instead of it.
        """
        base = urlsplit(self.service.base)
        if path.startswith("/") and not path.startswith(("//", f"{base.path}/")):
            return self.service.base + path
        parts = urlsplit(urljoin(self.service.base + "/", path))
        own = urlsplit(SERVICES[self.service.key].base)
        if parts.netloc == own.netloc and parts.scheme in _PORTS and parts.path.startswith(f"{own.path}/"):
            return f"{self.service.base}{parts.path.removeprefix(own.path)}" + (f"?{parts.query}" if parts.query else "")
        if not _same_place(base.geturl(), parts.geturl()):
            raise trouble.other_host(self.service.name, path)
        return urlunsplit(parts._replace(fragment=""))

    def key(self, address: str) -> str:
        """The request without the service's address."""
        return address.removeprefix(self.service.base)

    def _whole(self, session: requests.Session, address: str, sent: Body | None) -> Response:
        """The answer, asked for again when the connection breaks in the middle of the body."""
        import requests
        import urllib3.exceptions

        at = address
        for attempt in range(self.limits.tries):
            said = _said(at, sent)
            try:
                with self._begun(session, at, sent) as response:
                    if response.status_code in _REDIRECTS:
                        at = self._redirected(at, response)
                        continue
                    content = self._body(response, said)
                    if response.status_code != requests.codes.ok:
                        raise trouble.status(self.service.name, said, response.status_code, content)
                    kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
                    return Response(at, response.status_code, kept, content)
            except (urllib3.exceptions.HTTPError, requests.exceptions.RequestException, OSError) as error:
                if attempt + 1 == self.limits.tries or not trouble.may_pass(error):
                    raise trouble.broken(self.service.name, said, error) from error
                time.sleep(self.limits.backoff * 2**attempt)
        raise trouble.circle(self.service.name, _said(at, sent))

    def _begun(self, session: requests.Session, address: str, sent: Body | None) -> requests.Response:
        """The answer's head; its body is read as it comes."""
        return session.request(
            "GET" if sent is None else "POST",
            address,
            data=None if sent is None else sent.content,
            headers=None if sent is None else {"Content-Type": sent.kind},
            allow_redirects=False,
            stream=True,
            timeout=(10, self.limits.silence),
        )

    def _redirected(self, address: str, response: requests.Response) -> str:
        target = urljoin(address, response.headers.get("Location", ""))
        if not _same_place(address, target) or target == address:
            raise trouble.redirected(self.service.name, address, target)
        return target

    def _body(self, response: requests.Response, address: str) -> bytes:
        blocks, size = [], 0
        for block in response.raw.stream(_BLOCK, decode_content=True):
            size += len(block)
            if size > self.limits.size:
                raise trouble.too_large(self.service.name, address, self.limits.size)
            blocks.append(block)
        return b"".join(blocks)


def _said(address: str, sent: Body | None) -> str:
    """The request as an error names it."""
    return address if sent is None else f"POST {address}"


def _same_place(one: str, other: str) -> bool:
    """Same host and port, and never from https to http."""
    first, second = urlsplit(one), urlsplit(other)
    ports = [parts.port or _PORTS.get(parts.scheme) for parts in (first, second)]
    return first.hostname == second.hostname and ports[0] == ports[1] and first.scheme == second.scheme


def _within(seconds: float, work: Callable[[], _T]) -> _T:
    """The result of `work`, or TimeoutError: a server that drips a byte at a time resets every other time limit."""
    done: Future[_T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # raised again in the caller's thread
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()  # a pool would wait for the abandoned request at exit
    return done.result(timeout=seconds)


def _session(limits: Limits, certificate: Path | None) -> requests.Session:
    """A session that retries what may pass, waits as it is told, and trusts what the operating system trusts."""
    import ssl

    import requests
    import requests.adapters
    import truststore
    from urllib3.util import Retry

    retry = Retry(
        total=limits.tries,
        backoff_factor=limits.backoff,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods=["GET", "POST"],
        retry_after_max=limits.longest_wait,
        redirect=0,
        raise_on_status=False,
    )
    trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if certificate is not None:
        trusted.load_verify_locations(certificate)

    class Adapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs, ssl_context=trusted)

        def proxy_manager_for(self, proxy: str, **kwargs: object) -> object:
            return super().proxy_manager_for(proxy, **kwargs, ssl_context=trusted)

    session = requests.Session()
    session.headers["User-Agent"] = f"kunskapsbaserat/{VERSION} (kunskap hamta)"
    for scheme in ("http://", "https://"):
        session.mount(scheme, Adapter(max_retries=retry))
    return session
