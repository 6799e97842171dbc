"""Public is only what the kommun has signed: no register's own words reach the public page or a file that leaves."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path

import openpyxl
import pytest
from folders import LAST, made_folder, signed

from kunskapsbaserat.data import est as ests
from kunskapsbaserat.data.est import duplicates, private, secret, sheets, template
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.disclosure.ledger import Figure, Ledger
from kunskapsbaserat.errors import DisclosureError, FileError
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.est import kept_ledger
from kunskapsbaserat.report.documents.est import public as est_public
from kunskapsbaserat.report.documents.kontroll import est as kontroll
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild

KINDS = (
    *("siv tokkeli", "LISBET VON ESSEN", "K. Persson", "Örjan, 14 år, klass 8B", "familjen Tokkeli i hus 3", "Storgatan7"),
    *("tallvägen 9", "Tjärna 2:7", "91.12.17-2128", "kjell7 snabel-a exempel punkt se", "Tokkelis villa", "pojken på trean"),
)
DAY = dt.date(2026, 11, 9)


class Marked:
    """Texts of every kind, each with a mark of its own, so that none can be found by chance or lost to a pattern."""

    def __init__(self) -> None:
        self.number = itertools.count(1)
        self.kinds = itertools.cycle(KINDS)
        self.marks: list[str] = []

    def __call__(self, start: str = "") -> str:
        self.marks.append(f"zqw{next(self.number)}zqw")
        kind = next(self.kinds)
        # Every second has a kind that some pattern may find; the others are words that none can.
        return f"{start} {kind} {self.marks[-1]}" if len(self.marks) % 2 else f"{start} {self.marks[-1]}"


def planted(folder: Path) -> tuple[Path, Marked]:
    """A folder whose every free cell holds somebody, with rows enough that the places are many events' and may be told."""
    text = Marked()
    places = [[text(), text(), "Torg", 15.40 + n / 100, 60.48, 120, 30, "Stor"] for n in range(6)]
    words = [text("Alla känner"), *(text() for _ in range(3))]
    rows = {
        sheets.PLACES: places,
        sheets.PROBLEMS: [["P1", text(), places[0][0], "Klotter", DAY]],
        sheets.MEASURES: [[text(), text(), p[0], None, DAY, text(), LAST, "pågår", DAY, "ja", words[0]] for p in places],
        sheets.DECISIONS: [["B1", DAY, text(), text()]],
        sheets.COMING: [
            [text(), LAST + dt.timedelta(days=n + 1), None, text(), p[0], "ja", "ja"] for n, p in enumerate(places)
        ],
        sheets.WALKS: [["T1", DAY, "mörkt", places[0][0], "sikt", text(), text(), text(), None, None, "görs inte", text()]],
        sheets.DIALOGUES: [["D1", DAY, 20, 10, 1, 2, text(), 7, places[0][0], text(), text()]],
        sheets.EVENTS: [
            [
                f"{text()}",
                None,
                f"{LAST - dt.timedelta(days=n % 100)} 12:00",
                None,
                "Klotter",
                p[0],
                None,
                None,
                None,
                None,
                text(),
            ]
            for n in range(120)
            for p in [places[n % 6]]
        ],
    }
    made = made_folder(folder, rows)
    book = openpyxl.load_workbook(template.path_in(made))
    line = next(at for at, (_, name, *_) in enumerate(sheets.LINES, start=3) if name == "ovning")
    book[sheets.SETTINGS].cell(line, 2, text())
    book.save(template.path_in(made))
    return made, text


def test_no_free_word_of_a_register_leaves(tmp_path: Path):
    folder, text = planted(tmp_path / "k")
    said, errors = kontroll.inspect(folder)
    document = est.load(data=folder)
    record = document.bilagor().record
    leaving = {name: table.frame.to_csv() for name, table in document.tables().items()}
    leaving |= {"offentlig.html": record["pages"]["offentlig.html"], "manifest": json.dumps(document.made_of())}
    leaving |= {
        name: (folder / name).read_text(encoding="utf-8-sig") for name in (LEDGER, duplicates.FILE) if (folder / name).exists()
    }
    picture = lagesbild.load(data=folder)
    leaving |= {f"lägesbild {at}": part.to_html() for at, part in enumerate(picture.parts())}
    leaving |= {f"lägesbild {name}": table.frame.to_csv() for name, table in picture.tables().items()}
    leaving |= {"kontroll": "\n".join(said), "names": " ".join(leaving)}
    assert errors == 0
    assert len(text.marks) > 250
    for name, content in leaving.items():
        assert [mark for mark in text.marks if mark in content] == [], name
        assert [kind for kind in KINDS if kind in content] == [], name
    inside = "".join(part.to_html() for part in document.parts())
    assert sum(mark in inside for mark in text.marks) > 10  # the group's own pages have what no pattern took


def test_what_is_signed_is_public_as_the_list_spells_it(tmp_path: Path):
    rows = {
        sheets.MEASURES: [
            ["Å1", "Samtal med krögaren", "Stationen", None, DAY, "Miljö", None, "pågår", None, "ja", "Tillsyn av serveringar"],
            ["Å2", "klippa  buskar", "Stadsparken", None, DAY, "Park", None, "pågår", None, "ja"],
            [
                "Å3",
                "Något annat",
                "Stadsparken",
                None,
                DAY,
                "Park",
                None,
                "pågår",
                None,
                "ja",
                "Stationen",
            ],  # signed as a place
        ],
        sheets.COMING: [["K1", LAST + dt.timedelta(days=8), None, "Julmarknad hos M", "Stationen", None, "ja", "Julmarknad"]],
        sheets.PUBLIC_WORDS: [
            signed("Tillsyn av serveringar", "Åtgärd"),
            signed("Klippa buskar", "Åtgärd"),
            signed("Julmarknad", "Kommande"),
        ],
    }
    folder = made_folder(tmp_path / "k", rows)
    found = ests.read(folder)
    m = est.load(data=with_events(folder)).m
    assert [f.public for f in m.followed] == ["Tillsyn av serveringar", "Klippa buskar", None]
    assert [(what, where) for _, what, where in m.public_coming] == [("Julmarknad", "Stationen")]
    assert [(r.code, r.sheet, r.count) for r in found.remarks] == [("not_public", sheets.MEASURES, 1)]


def with_events(folder: Path) -> Path:
    (folder / "est" / "uttag.csv").write_text(
        f"Händelsetyp;Tidpunkt;Registrerad\nklotter;{LAST} 10:00;{LAST}\n", encoding="utf-8"
    )
    return folder


def test_a_workbook_from_before_is_read_and_says_what_to_do(tmp_path: Path):
    measure = ["Å1", "Klippa buskar", "Stationen", None, DAY, "Park", None, "pågår", None, "ja"]
    folder = with_events(made_folder(tmp_path / "k", {sheets.MEASURES: [measure]}))
    path = template.path_in(folder)
    book = openpyxl.load_workbook(path)
    del book[sheets.PUBLIC_WORDS]
    for sheet in (sheets.MEASURES, sheets.COMING):
        book[sheet].delete_cols(book[sheet].max_column)
    book.save(path)
    (remark,) = ests.read(folder).remarks
    assert remark.code == "no_public_words"
    assert "kopiera bladet" in str(remark)
    page = est.load(data=folder).bilagor().record["pages"]["offentlig.html"]
    assert "Klippa buskar" not in page
    assert "Stationen" not in page


def test_a_word_is_signed_by_a_role_on_a_day_and_is_no_person(tmp_path: Path):
    rows = [
        ["Torget", "Plats", "Anna", DAY],
        ["Bron", "Plats", "Trygghetssamordnare", None],
        ["Hos Anna", "Plats", "Trygghetssamordnare", DAY],
        ["Tallvägen 9", "Plats", "Trygghetssamordnare", DAY],
        ["Gustav Adolfs torg", "plats", "registrator", "2026-11-09"],
    ]
    found = ests.read(made_folder(tmp_path / "k", {sheets.PUBLIC_WORDS: rows}))
    assert found.book.public.word(sheets.PLACE, "gustav adolfs TORG") == "Gustav Adolfs torg"
    assert [found.book.public.any_use(row[0]) for row in rows[:4]] == [None] * 4
    codes = [r.code for r in found.remarks if r.sheet == sheets.PUBLIC_WORDS]
    assert codes == ["bad_choice", "missing", "personal_word", "personal"]


@pytest.mark.parametrize("text", [k for k in KINDS if k not in ("Tokkelis villa", "pojken på trean")])
def test_the_list_refuses_what_looks_like_somebody(text: str):
    assert private.may_be_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Stationstorget",
            "Gustav Adolfs torg",
            "Karl Johans gata",
            "Sankta Maria kyrka",
            "Lund",
            "Berga centrum",
            "Björkparken",
        ),
        *("Trygghetsvärdar på kvällen", "Klippning av buskar", "Luciafirande", "Skolavslutning 2026", "Västra skolan F-6"),
        *("Nationaldagen 6 juni", "Fler lampor vid hållplats A", "Gata och park", "EM i fotboll 2026"),
    ],
)
def test_the_list_takes_places_and_measures(text: str):
    assert not private.may_be_personal(text)


# ---- the secret ----------------------------------------------------------------------------------------------------------


def test_ids_are_keyed_and_stable(tmp_path: Path):
    events = [["811228-9874", None, "2026-11-09 12:00", None, "Klotter", "Stationen"]]
    one, other = (made_folder(tmp_path / name, {sheets.EVENTS: events}) for name in "ab")
    first, again, elsewhere = (ests.read(f).reports["incident_id"].iat[0] for f in (one, one, other))
    assert first == again != elsewhere
    assert secret.of(one).key.hex() not in repr(ests.read(one))


def test_a_damaged_secret_is_an_error_and_never_a_new_one(tmp_path: Path):
    folder = made_folder(tmp_path / "k")
    ests.read(folder)
    (folder / secret.FILE).write_text("tom\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        ests.read(folder)
    assert "säkerhetskopia" in caught.value.svenska


def test_decisions_from_before_the_key_are_known(tmp_path: Path):
    path = tmp_path / duplicates.FILE
    path.write_text(f"par;beslut\n{'a' * 16}-{'b' * 16};samma\n", encoding="utf-8")
    key = secret.of(tmp_path)
    one, other = sorted((key.digest("a" * 16), key.digest("b" * 16)))  # a pair is the same whichever is named first
    assert duplicates.read_decisions(path, key) == {(one, other): "samma"}


def test_a_ledger_from_before_is_known_by_its_places(tmp_path: Path):
    folder = made_folder(tmp_path / "k")
    key = secret.of(folder)
    old = Ledger()
    old.freeze(DAY, LAST, {est_public.PLACE: {"Stationen": 7, est_public.ELSEWHERE: 1, "ruta 500_500": 2}}, open_period=True)
    old.reports[DAY] = (Figure(est_public.PLACE, "Stationen", DAY, LAST),)
    (folder / LEDGER).write_text(old.to_text(), encoding="utf-8")
    found, _ = kept_ledger.read(folder / LEDGER, mine=est_public.keyed(key))
    part = est_public.part_of(key, "Stationen")
    assert found.periods[DAY].counts[est_public.PLACE] == {part: 7, est_public.ELSEWHERE: 1, "ruta 500_500": 2}
    assert [f.part for f in found.reports[DAY]] == [part]
    assert "Stationen" not in found.to_text()
    assert est_public.keyed(key)(Ledger.from_text(found.to_text())) == found


def test_a_ledger_with_another_secret_is_refused(tmp_path: Path):
    folder = made_folder(tmp_path / "k")
    kept = est_public.keyed(secret.of(folder))(Ledger())
    (folder / secret.FILE).unlink()
    with pytest.raises(DisclosureError) as caught:
        est_public.keyed(secret.of(folder))(Ledger.from_text(kept.to_text()))
    assert secret.FILE in caught.value.svenska


def test_decisions_whose_secret_is_lost_are_not_forgotten_in_silence(tmp_path: Path):
    folder = with_events(made_folder(tmp_path / "k"))
    ests.read(folder)
    (folder / duplicates.FILE).write_text(f"par;beslut\n{'a' * 20}-{'b' * 20};samma\n", encoding="utf-8-sig")
    assert ests.read(folder)
    (folder / secret.FILE).unlink()
    with pytest.raises(FileError) as caught:
        ests.read(folder)
    assert "säkerhetskopia" in caught.value.svenska
    assert not (folder / secret.FILE).exists()
    (folder / duplicates.FILE).write_text(f"par;beslut\n{'a' * 20}-{'b' * 20};\n", encoding="utf-8-sig")
    assert ests.read(folder)  # nothing had been decided
