"""Build the package's embedded tables from the publishers' figures.

    uv run python tools/build_embedded.py --source DIR

`DIR` holds the source files named in SOURCES below; their hashes are checked before anything is read. The tables
are our own (schema in `kunskapsbaserat.tables`), each with a sidecar that says where its figures come from.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import pandas as pd
from babel.dates import get_month_names

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat.data import snapshot

TARGET = Path(__file__).parents[1] / "src" / "kunskapsbaserat" / "data" / "embedded"

SOURCES = {
    "geo/kommuner_290.csv": "842a947c44ef6794c4a672e4ce11438d956ec62438c73c6a83701ac375b561d6",
    "kolada/municipality_groups.parquet": "805166d658bcd81c1524088160eaff00105f4f331474c37fe3baf8cc5d06df43",
    "bra/bra_kommunindikatorer_dalarna_2016_2025.csv": "c64646fb0d8b58db8b058873640c44876cc2f8581245d120eae8df00c9edc0dc",
    "befolkning/folkmangd_kommun_31dec_1998_2025.csv": "f9f10feb0f397185ac78c06ef805e17a1349da075ccee5e344604e01483140d7",
    "geo/dalarna_deso_befolkning_2022_2025.csv": "fdf6972f05582e54fba84577c6c4ba3efad88a037c6cb8a169bc288c70705628",
    "kolada/kolada_N07540_N01951_2025_290.csv": "61ed9d2d1ce99619da0c6ec19062c508875347087f05d5c9e132dc08a783a18a",
    "bra/anmalda_brott_kommun_manad_2013.csv": "2f2eb3234604627332749034ebc9186f28980ad52c9bd39e45dfaa62746c35fb",
    "../reference/effects/sicily_its/sicily.csv": "898478fd70d1c5cd3afa55844cde6c892cbc9e55cca3671a35c8da205c951fc5",
}

BRA_TERMS = "Får vidareutnyttjas fritt; ange Brå som källa (bra.se, Data från Brå)"
BRA_INDICATORS = "https://bra.se/statistik/indikatorer-for-kommuners-lagesbild"
BRA_DATABASE = "https://statistik.bra.se/solwebb/action/index"
RETRIEVED = "2026-11-21"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="folder with the publishers' files")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder for the tables (default: the package)")
    arguments = parser.parse_args()
    source = arguments.source
    check_hashes(source)
    for build in (kommuner, liknande, counts_year, survey, exposure, total_rate, counts_month_2013, sicily):
        build(source, arguments.target)
    print(f"built {len(list(arguments.target.rglob('*.json')))} tables in {arguments.target}")


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
        target / "counts_year.parquet",
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
        target / "survey.parquet",
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
        target / "exposure.parquet",
        publisher="SCB",
        title="Folkmängd 31 december 1998–2019, 2021 och 2025; Dalarna även 2022–2024 (summa av DeSO)",
        address="https://www.statistikdatabasen.scb.se",
        licence="CC0",
        status="final",
        inputs=["befolkning/folkmangd_kommun_31dec_1998_2025.csv", "geo/dalarna_deso_befolkning_2022_2025.csv"],
    )


def total_rate(source: Path, target: Path) -> None:
    raw = pd.read_csv(source / "kolada/kolada_N07540_N01951_2025_290.csv", dtype={"kommunkod": str})
    table = pd.DataFrame({"area": raw["kommunkod"], "year": 2025, "rate": raw["anmalda_brott_per_100k_2025_N07540"].round(2)})
    write(
        table.sort_values("area"),
        target / "total_rate.csv",
        publisher="Brå genom Kolada (RKA)",
        title="Anmälda brott totalt per 100 000 invånare 2025 (N07540)",
        address="https://www.kolada.se",
        licence="Öppna data, ange Kolada och Brå som källa",
        status="final",
        retrieved="2026-06-17",
        published="2026-03-31",
        inputs=["kolada/kolada_N07540_N01951_2025_290.csv"],
    )


MONTHS_2013 = list(get_month_names("wide", locale="sv_SE").values())


def counts_month_2013(source: Path, target: Path) -> None:
    raw = pd.read_csv(source / "bra/anmalda_brott_kommun_manad_2013.csv").drop_duplicates()  # Heby stands twice
    places = {name: _area(name) for name in raw["kommun"].unique()}
    known = {label: o.id for o in catalogue.offences() for label in o.labels("bra_2013").values()}
    # The header says "totalt" in every month but January, where it says "total".
    counted = {m: next(c for c in raw.columns if c.startswith(f"{m} total")) for m in MONTHS_2013}
    parts = [
        pd.DataFrame(
            {
                "area": raw["kommun"].map(lambda n: places[n][0]),
                "area_level": raw["kommun"].map(lambda n: places[n][1]),
                "offence": raw["typ"].map(known),
                "sex": "alla",
                "period": pd.Period(f"2013-{number:02}", freq="M"),
                "count": raw[counted[month]].astype("Int64"),
                "rate_published": raw[f"{month} /100000"].astype("Float64"),
                "status": "preliminary",
                "source": "bra_2013",
            }
        )
        for number, month in enumerate(MONTHS_2013, start=1)
    ]
    table = tables.counts(pd.concat(parts).sort_values(["area", "offence", "period"]))
    year = table.groupby(["area", "offence"])["count"].sum()
    stated = raw.assign(area=raw["kommun"].map(lambda n: places[n][0]), offence=raw["typ"].map(known))
    assert (stated.set_index(["area", "offence"])["helår totalt"].sort_index() == year.sort_index()).all()
    write(
        table,
        target / "counts_month_2013.parquet",
        publisher="Brottsförebyggande rådet (Brå)",
        title="Anmälda brott per kommun och månad 2013, tio brottsgrupper (preliminär statistik)",
        address=BRA_DATABASE,
        licence=BRA_TERMS,
        status="preliminary",
        inputs=["bra/anmalda_brott_kommun_manad_2013.csv"],
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
        table.reset_index(drop=True).to_parquet(path, compression="zstd", index=False)
    built = [{"file": Path(i).name, "sha256": SOURCES[i]} for i in inputs]
    sidecar = {**about, "retrieved": retrieved, "published": published, "sha256": sha256(path), "built_from": built}
    text = json.dumps(sidecar, ensure_ascii=False, indent=2) + "\n"
    snapshot.sidecar_path(path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
