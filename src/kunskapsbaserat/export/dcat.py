"""A description of the exported files for the kommun's page of open data: DCAT-AP-SE 3, as Sveriges dataportal harvests it.

The portal takes RDF/XML alone, wants absolute addresses, no blank nodes for what it shows, and CC0 for the catalogue itself.
What only the kommun knows is asked for and never made up.

References
----------
Myndigheten för digital förvaltning (Digg), DCAT-AP-SE 3.0.1, https://docs.dataportal.se/dcat/
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from kunskapsbaserat import extras
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.export.gathered import Gathered
from kunskapsbaserat.export.star_schema import Star
from kunskapsbaserat.kommun import Kommun, all_kommuner

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

CC0, CC_BY = "http://creativecommons.org/publicdomain/zero/1.0/", "http://creativecommons.org/licenses/by/4.0/"
LICENCES = {"cc0": CC0, "cc-by": CC_BY}
SYNTAXES = {".rdf": "xml", ".ttl": "turtle"}  # "pretty-xml" has an order of its own in each process
_EU = "http://publications.europa.eu/resource/authority/"
_SWEDEN = "http://sws.geonames.org/2661886"
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")
_FORMATS = {
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel-arbetsbok"),
    ".parquet": ("application/vnd.apache.parquet", "Parquet, en fil per tabell"),
    ".px": ("text/x-pcaxis", "PC-Axis, en fil per tabell"),
}


class NotDescribed(KunskapError, ValueError):
    """Something that only the kommun knows is missing, or cannot be what it should be."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Publisher:
    """What only the kommun can say of its own publication.

    Attributes
    ----------
    name, uri : str
        Of the publisher; the portal recommends ``http://dataportal.se/organisation/SE<organisationsnummer>``.
    email : str
        Of whoever answers for the data.
    base : str
        The address of the folder where the files will lie.
    licence : {"cc-by", "cc0"}
        Of the files.
    place : str, optional
        GeoNames' address of the place; without it the kommuner are named.
    issued : date, optional
        When the files were first published.
    """

    name: str
    uri: str
    email: str
    base: str
    licence: str = "cc-by"
    place: str | None = None
    issued: date | None = None


_ASKED = {
    "name": ("--utgivare", "kommunens namn, till exempel ”Köpings kommun”"),
    "uri": (
        "--utgivare-uri",
        "utgivarens adress hos dataportalen, till exempel http://dataportal.se/organisation/SE2120002114",
    ),
    "email": ("--kontakt", "e-post till den som svarar för uppgifterna"),
    "base": ("--adress", "webbadressen till mappen där filerna ska ligga, till exempel https://www.koping.se/oppnadata/brott/"),
}


def publisher(**said: Any) -> Publisher:
    """The publisher of what was said on the command line.

    Raises
    ------
    NotDescribed
        Something is missing, or is no address.

    Examples
    --------
    >>> from kunskapsbaserat.export import dcat
    >>> dcat.publisher(name="Köpings kommun", uri="http://dataportal.se/organisation/SE2120002114",
    ...                email="oppnadata@koping.se", base="https://www.koping.se/brott").base
    'https://www.koping.se/brott/'
    """
    missing = [f"{option} ({what})" for key, (option, what) in _ASKED.items() if not str(said.get(key) or "").strip()]
    if missing:
        raise NotDescribed(
            f"a description needs {', '.join(key for key in _ASKED if not said.get(key))}",
            svenska=f"Beskrivningen till dataportalen behöver uppgifter som bara kommunen har. Lägg till {'; '.join(missing)}.",
        )
    for key, option in (("uri", "--utgivare-uri"), ("base", "--adress"), ("place", "--plats")):
        if said.get(key) and not _is_address(said[key]):
            raise _wrong(option, said[key], "en hel webbadress som börjar med http:// eller https:// och saknar mellanslag")
    if not _ADDRESS.fullmatch(said["email"]):
        raise _wrong("--kontakt", said["email"], "en e-postadress")
    base = said["base"]
    return Publisher(**(said | {"base": base if base.endswith("/") else f"{base}/"}))


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"{}|\\^`#?]", text)


def _wrong(option: str, got: str, expected: str) -> NotDescribed:
    return NotDescribed(
        f"{option}: {got!r} cannot be used", svenska=f"{option}: ”{got}” går inte att använda. Skriv {expected}."
    )


def description(gathered: Gathered, star: Star, about: Publisher, files: Mapping[str, bytes], *, syntax: str) -> bytes:
    """The catalogue with one dataset, and a distribution for each format of the files.

    Parameters
    ----------
    gathered, star : Gathered, Star
        What the files were made of.
    about : Publisher
        What the kommun says of itself.
    files : mapping
        Content by address below `about.base`, with "/" between folders.
    syntax : {".rdf", ".ttl"}
        RDF/XML, which the portal harvests, or Turtle, which a person reads.

    Raises
    ------
    NotDescribed
        rdflib is not installed.
    """
    graph = _graph()
    from rdflib import DCAT, DCTERMS, FOAF, RDF, Literal, URIRef

    catalogue, dataset, agent = URIRef(f"{about.base}#katalog"), URIRef(f"{about.base}#datamangd"), URIRef(about.uri)
    modified = max(d for d in star.tables["dim_kalla"]["hamtad"] if isinstance(d, date))
    _add(
        graph,
        agent,
        FOAF.Agent,
        {FOAF.name: Literal(about.name), DCTERMS.type: URIRef("http://purl.org/adms/publishertype/LocalAuthority")},
    )
    values = {
        DCTERMS.title: Literal("Anmälda brott och trygghet", lang="sv"),
        DCTERMS.description: Literal(f"Öppna data om anmälda brott och trygghet från {about.name}.", lang="sv"),
        DCTERMS.publisher: agent,
        DCTERMS.license: URIRef(CC0),
        DCTERMS.language: URIRef(f"{_EU}language/SWE"),
        DCTERMS.modified: Literal(modified),
        DCAT.themeTaxonomy: URIRef(f"{_EU}data-theme"),
        DCAT.dataset: dataset,
    }
    _add(graph, catalogue, DCAT.Catalog, values | ({DCTERMS.issued: Literal(about.issued)} if about.issued else {}))
    _dataset(graph, dataset, gathered, star, about, modified)
    for suffix, of_format in _by_format(files).items():
        _distribution(graph, dataset, about, suffix, of_format, modified)
    assert (catalogue, RDF.type, DCAT.Catalog) in graph
    text: str = graph.serialize(format=SYNTAXES[syntax], encoding=None)
    return text.encode("utf-8")


def _graph() -> Graph:
    try:
        from rdflib import Graph
    except ImportError as error:
        raise NotDescribed(
            f"rdflib is not installed: {extras.command('oppna')}",
            svenska=f"--dcat behöver tillägget rdflib, som inte är installerat. Skriv i terminalen: {extras.command('oppna')}",
        ) from error

    class Ordered(Graph):
        """A graph that says its triples in order: rdflib's own order is that of a set, another in each process."""

        def triples(self, triple: Any) -> Any:
            yield from sorted(super().triples(triple))

    graph = Ordered(bind_namespaces="core")
    for prefix, name in _PREFIXES.items():
        graph.bind(prefix, name)
    return graph


_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "adms": "http://www.w3.org/ns/adms#",
    "dcatap": "http://data.europa.eu/r5r/",
}


def _add(graph: Graph, node: URIRef, kind: URIRef, values: Mapping[Any, Any]) -> None:
    """What a node is and what is said of it; a list says a thing several times."""
    from rdflib import RDF

    graph.add((node, RDF.type, kind))
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            graph.add((node, name, one))


def _dataset(graph: Graph, node: URIRef, gathered: Gathered, star: Star, about: Publisher, modified: date) -> None:
    from rdflib import DCAT, DCTERMS, Literal, URIRef

    contact, period = URIRef(f"{about.base}#kontakt"), URIRef(f"{about.base}#period")
    vcard = _PREFIXES["vcard"]
    _add(
        graph,
        contact,
        URIRef(f"{vcard}Organization"),
        {URIRef(f"{vcard}fn"): Literal(about.name), URIRef(f"{vcard}hasEmail"): URIRef(f"mailto:{about.email}")},
    )
    first, last = _span(star)
    _add(graph, period, DCTERMS.PeriodOfTime, {DCAT.startDate: Literal(first), DCAT.endDate: Literal(last)})
    often = "QUARTERLY" if len(star.tables["fakta_brott_kvartal"]) or len(star.tables["fakta_brott_manad"]) else "ANNUAL"
    values = {
        DCTERMS.title: Literal("Anmälda brott och trygghet", lang="sv"),
        DCTERMS.description: Literal(_told(gathered, star), lang="sv"),
        DCTERMS.publisher: URIRef(about.uri),
        DCAT.contactPoint: contact,
        DCAT.theme: URIRef(f"{_EU}data-theme/JUST"),
        DCAT.keyword: [
            Literal(word, lang="sv") for word in ("brott", "anmälda brott", "trygghet", "brottsförebyggande arbete")
        ],
        DCTERMS.accessRights: URIRef(f"{_EU}access-right/PUBLIC"),
        DCTERMS.accrualPeriodicity: URIRef(f"{_EU}frequency/{often}"),
        DCTERMS.language: URIRef(f"{_EU}language/SWE"),
        DCTERMS.modified: Literal(modified),
        DCTERMS.temporal: period,
        DCTERMS.spatial: _places(graph, gathered, about),
        DCTERMS.identifier: Literal(str(node)),
    }
    _add(graph, node, DCAT.Dataset, values | ({DCTERMS.issued: Literal(about.issued)} if about.issued else {}))


def _span(star: Star) -> tuple[date, date]:
    """The first day of the first period of offences, and the last day of the last."""
    used = set().union(*(star.tables[f"fakta_brott_{p}"]["tid_id"] for p in ("ar", "kvartal", "manad")))
    times = star.tables["dim_tid"]
    times = times[times["tid_id"].isin(used)]
    months = {"år": 12, "kvartal": 3, "månad": 1}
    ends = [_last_day(day, months[level]) for day, level in zip(times["forsta_dag"], times["niva"], strict=True)]
    return min(times["forsta_dag"]), max(ends)


def _last_day(first: date, months: int) -> date:
    year, month = divmod(first.month - 1 + months, 12)
    return date.fromordinal(date(first.year + year, month + 1, 1).toordinal() - 1)


def _told(gathered: Gathered, star: Star) -> str:
    names = [k.name for k in gathered.kommuner]
    whom = ", ".join(names) if len(names) <= 20 else f"{len(names)} kommuner"
    sources = "; ".join(f"{s['utgivare']}: {s['titel']}" for s in star.tables["dim_kalla"].to_dict("records"))
    return (
        f"Anmälda brott per år och kvartal, trygghet enligt NTU där det finns, och bedömningar ur lägesbilden. Gäller {whom}. "
        f"Tal som kan peka ut någon är borttagna. Brottsgrupper överlappar och får inte läggas ihop. Källor: {sources}."
    )


def _places(graph: Graph, gathered: Gathered, about: Publisher) -> list[Any]:
    from rdflib import DCTERMS, RDFS, Literal, URIRef

    if about.place:
        return [URIRef(about.place)]
    if len(gathered.kommuner) == len(all_kommuner()):
        return [URIRef(_SWEDEN)]
    nodes = []
    for place in gathered.kommuner:
        node = URIRef(f"{about.base}#{_fragment(place)}")
        label = Literal(f"{place.name}, {place.lan}", lang="sv")
        _add(graph, node, DCTERMS.Location, {RDFS.label: label, DCTERMS.identifier: Literal(place.code)})
        nodes.append(node)
    return nodes


def _fragment(place: Kommun) -> str:
    return f"plats-{place.slug}"


def _by_format(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Workbooks one by one, the files of other formats together: many files of one kind are one distribution."""
    found: dict[str, dict[str, bytes]] = {}
    for name, content in sorted(files.items()):
        suffix = PurePosixPath(name).suffix
        if suffix in _FORMATS:
            found.setdefault(name if suffix == ".xlsx" else suffix, {})[name] = content
    return found


def _named(files: Mapping[str, bytes]) -> str:
    names = [PurePosixPath(name).stem for name in files]
    return ", ".join(names) if len(names) <= 6 else f"{len(names)} filer"


def _distribution(
    graph: Graph, dataset: URIRef, about: Publisher, key: str, files: Mapping[str, bytes], modified: date
) -> None:
    from rdflib import DCAT, DCTERMS, XSD, Literal, URIRef

    suffix = PurePosixPath(next(iter(files))).suffix
    kind, words = _FORMATS[suffix]
    plain = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")
    node = URIRef(f"{about.base}#distribution-{plain}")
    addresses = [URIRef(about.base + quote(name)) for name in files]
    values: dict[Any, Any] = {
        DCTERMS.title: Literal(words, lang="sv"),
        DCTERMS.description: Literal(f"{words}: {_named(files)}", lang="sv"),
        DCTERMS.format: Literal(kind),
        DCTERMS.license: URIRef(LICENCES[about.licence]),
        DCTERMS.modified: Literal(modified),
        DCAT.accessURL: addresses[0] if len(addresses) == 1 else URIRef(about.base),
        DCAT.downloadURL: addresses,
        URIRef(f"{_PREFIXES['dcatap']}availability"): URIRef(f"{_EU}planned-availability/AVAILABLE"),
        URIRef(f"{_PREFIXES['adms']}status"): URIRef(f"{_EU}distribution-status/COMPLETED"),
    }
    if len(files) == 1:
        content = next(iter(files.values()))
        spdx, checksum = _PREFIXES["spdx"], URIRef(f"{about.base}#sha256-{plain}")
        digest = Literal(hashlib.sha256(content).hexdigest(), datatype=XSD.hexBinary)
        sums = {URIRef(f"{spdx}algorithm"): URIRef(f"{spdx}checksumAlgorithm_sha256"), URIRef(f"{spdx}checksumValue"): digest}
        _add(graph, checksum, URIRef(f"{spdx}Checksum"), sums)
        values |= {DCAT.byteSize: Literal(len(content), datatype=XSD.nonNegativeInteger), URIRef(f"{spdx}checksum"): checksum}
    _add(graph, node, DCAT.Distribution, values)
    graph.add((dataset, DCAT.distribution, node))
