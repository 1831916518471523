"""住民情報 of a small town, computed once more by a plain script: slice, decode, jaconv, dictionaries, datetime.

Positions, codes and rules are written down here again on purpose, from the vendor's sheet and not from the definition
files: what both agree on was read twice.
"""

import csv
from datetime import date
from pathlib import Path

import jaconv
import pytest

from tests.towns import Towns

Row = dict[str, str]
SHEET = {  # name: (at, width, letters), at from 1, in KOJIN.DAT; RIREKI.DAT has no record type and no delete flag
    "atena_no": (2, 15, "X"), "rireki_no": (17, 3, "X"), "setai_no": (20, 15, "X"), "shubetsu": (36, 1, "X"),
    "jotai": (37, 2, "X"), "kana": (39, 60, "X"), "kanji": (99, 80, "N"), "sex": (249, 1, "X"), "birth": (250, 7, "X"),
    "zokugara_1": (257, 2, "X"), "zokugara_2": (259, 2, "X"), "jusho_cd": (265, 11, "X"), "machi": (276, 60, "N"),
    "banchi": (336, 60, "M"), "katagaki_cd": (396, 5, "X"), "yubin": (401, 8, "X"), "chiku_1": (409, 5, "X"),
    "ido_cd": (424, 2, "X"), "kokugai_kbn": (426, 1, "X"), "ido_ymd": (427, 7, "X"), "todoke_ymd": (434, 7, "X"),
    "todoke_shussei_ymd": (441, 7, "X"), "jumin_ymd": (455, 7, "X"), "honseki_cd": (469, 11, "X"),
    "hittosha": (540, 80, "N"), "juminhyo_cd": (627, 11, "X"), "zen_cd": (638, 11, "X"), "shojo_ymd": (1081, 7, "X"),
}  # fmt: skip
JUSHO = {
    "jusho_cd": (1, 11, "X"), "ken": (12, 8, "N"), "shi": (20, 24, "N"), "machi": (44, 60, "N"),
    "dantai_cd": (104, 6, "X"),
}  # fmt: skip
HOGAKI = {"jusho_cd": (1, 11, "X"), "katagaki_cd": (12, 5, "X"), "katagaki": (17, 60, "N"), "kana": (77, 60, "X")}
SETAI = {"setai_no": (1, 15, "X"), "nushi_kanji": (31, 80, "N")}
SEX = {"1": "1", "2": "2", "3": "0"}
STATE = {"10": "1", "20": "2", "30": "3", "40": "9"}
RELATION = {
    "01": "02", "02": "11", "03": "12", "04": "13", "05": "14", "10": "20", "20": "51", "21": "52", "30": "71",
    "31": "74", "32": "81", "33": "84", "80": "96", "90": "99", "99": "XX",
}  # fmt: skip
EVENT = {
    "11": "03", "12": "06", "13": "04", "15": "09", "21": "23", "22": "26", "23": "25", "24": "26", "30": "41",
    "31": "50", "32": "51", "33": "53", "34": "43", "35": "42", "36": "54",
}  # fmt: skip
EVENT_BY_PLACE = {("10", "0"): "01", ("10", "1"): "02", ("20", "0"): "21", ("20", "1"): "22"}
FIRST_YEAR = {"1": 1868, "2": 1912, "3": 1926, "4": 1989, "5": 2019}
AS_OF = date(2026, 10, 1)


def cut(record: bytes, sheet: dict[str, tuple[int, int, str]], *, shift: int = 0) -> Row:
    row = {}
    for name, (at, width, _) in sheet.items():
        raw = record[at - 1 - shift : at - 1 - shift + width]
        row[name] = raw.decode("cp932").rstrip(" \u3000")
    return row


def records(path: Path, stride: int) -> list[bytes]:
    raw = path.read_bytes()
    return [raw[at : at + stride] for at in range(0, len(raw), stride)]


def cut_history(record: bytes) -> Row:
    """RIREKI lacks byte 1 (record type) and byte 35 (delete flag) of KOJIN."""
    before = {name: place for name, place in SHEET.items() if place[0] < 35}
    after = {name: place for name, place in SHEET.items() if place[0] > 35}
    return cut(record, before, shift=1) | cut(record, after, shift=2)


def iso(text: str) -> str:
    """GYYMMDD → what the standard writes; 0000000 and blank are no date."""
    if not text.strip("0 "):
        return ""
    if text == "9999999":
        return "0000-00-00"
    year = FIRST_YEAR[text[0]] + int(text[1:3]) - 1
    return f"{year:04}-{text[3:5]}-{text[5:7]}"


def wide(text: str) -> str:
    """All letters full-width, one space between two names."""
    return "　".join(jaconv.h2z(text, kana=True, ascii=True, digit=True).replace(" ", "　").split("　"))


def person(
    row: Row, places: dict[str, Row], buildings: dict[tuple[str, str], Row], heads: dict[str, str], *, last: bool
) -> Row:
    place, home = places[row["jusho_cd"]], places.get(row["honseki_cd"], {})
    before = places.get(row["zen_cd"], {})
    building = buildings.get((row["jusho_cd"], row["katagaki_cd"]), {})
    closed = iso(row["shojo_ymd"])
    leaving = row["jotai"] == "20" and closed > AS_OF.isoformat()
    asks_head = last and (row["jotai"] == "10" or leaving)
    event = EVENT_BY_PLACE.get((row["ido_cd"], row["kokugai_kbn"])) or EVENT[row["ido_cd"]]
    return {
        "atenabango": row["atena_no"],
        "rirekibango": row["rireki_no"].lstrip("0"),
        "rirekibango_edaban": "0",
        "setaibango": row["setai_no"],
        "juminshubetsu": row["shubetsu"],
        "juminjotai": STATE[row["jotai"]],
        "idonengappi": iso(row["ido_ymd"]),
        "idotodokedenengappi": iso(row["todoke_ymd"]) or iso(row["todoke_shussei_ymd"]),
        "idojiyu": event,
        "shimei": wide(row["kanji"]),
        "shimei_furigana": wide(row["kana"]),
        "seibetsu": SEX[row["sex"]],
        "seinengappi": iso(row["birth"]),
        "tsuzukigara_1": RELATION.get(row["zokugara_1"], ""),
        "tsuzukigara_2": RELATION.get(row["zokugara_2"], ""),
        "setainushi_shimei": wide(heads[row["setai_no"]]) if asks_head else "",
        "jusho_shikuchosonkodo": place["dantai_cd"],
        "jusho_todofuken": place["ken"],
        "jusho_shikugunchosonmei": place["shi"],
        "jusho_choaza": wide(row["machi"]),
        "jusho_banchigohyoki": wide(row["banchi"]),
        "jusho_katagakikodo": "" if row["katagaki_cd"] == "00000" else row["katagaki_cd"],
        "jusho_katagaki": wide(building.get("katagaki", "")),
        "jusho_katagaki_furigana": wide(building.get("kana", "")),
        "jusho_yubinbango": row["yubin"].replace("-", "").replace("0000000", ""),
        "jumintonattanengappi": iso(row["jumin_ymd"]),
        "honseki_shikugunchosonmei": home.get("shi", ""),
        "hittosha_shimei": wide(row["hittosha"]),
        "juminhyo_code": row["juminhyo_cd"],
        "tennyumaejusho_choaza": wide(before.get("machi", "")),
        "shojo_idonengappi": closed,
        "chikukanrikodo_1": row["chiku_1"],
    }


def by_hand(inputs: Path) -> list[Row]:
    """The rows in key order."""
    places = {row["jusho_cd"]: row for row in (cut(r, JUSHO) for r in records(inputs / "JUSHO.DAT", 202))}
    houses = [cut(r, HOGAKI) for r in records(inputs / "HOGAKI.DAT", 162)]
    buildings = {(row["jusho_cd"], row["katagaki_cd"]): row for row in houses}
    heads = {row["setai_no"]: row["nushi_kanji"] for row in (cut(r, SETAI) for r in records(inputs / "SETAI.DAT", 302))}
    found = []
    for path in sorted(inputs.glob("KOJIN*.DAT")):
        data = [r for r in records(path, 1202) if r[:1] == b"2" and r[34:35] != b"9"]
        found += [person(cut(r, SHEET), places, buildings, heads, last=True) for r in data]
    for path in sorted(inputs.glob("RIREKI*.DAT")):
        found += [person(cut_history(r), places, buildings, heads, last=False) for r in records(path, 1100)]
    return sorted(found, key=lambda row: (row["atenabango"], int(row["rirekibango"])))


@pytest.mark.parametrize("seed", [1, 6])
def test_a_town_row_by_row(towns: Towns, seed: int) -> None:
    town, result = towns.town(300, seed), towns.run(300, seed)
    with (result.folder / "standard" / "jumin.csv").open(encoding="utf-8", newline="") as file:
        delivered = list(csv.DictReader(file))
    expected = by_hand(town.inputs)
    assert [(row["atenabango"], row["rirekibango"]) for row in delivered] == [
        (row["atenabango"], row["rirekibango"]) for row in expected
    ]
    for got, row in zip(delivered, expected, strict=True):
        assert {name: got[name] for name in row} == row
