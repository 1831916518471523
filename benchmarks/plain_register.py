"""More rules of the juki tables: 続柄 as a chain, days in order, codes of places, 法第30条の45, terms of 支援措置."""

import re
from datetime import date

from benchmarks import plain_rules as first
from benchmarks.plain_places import is_called, is_known
from benchmarks.plain_rules import KEEP, WITHHOLD, Hit, Row, Rule, before
from benchmarks.plain_values import Day

RESIDENTS_ONLY = {f"JK-V16-{number}" for number in range(1, 9)} | {f"JK-V18-{number}" for number in (3, 5, 6, 7, 9)}
RESIDENTS_ONLY |= {"JK-D05", "JK-J02"}
"""Rules that are meant for residents at the 基準日 only."""

MAY_BE_UNKNOWN = {"03", "23", "26"}
CLOSING = {"21", "22", "23", "24", "25", "26", "27", "28", "42", "43", "44", "59"}
CHAIN = ("tsuzukigara_1", "tsuzukigara_2", "tsuzukigara_3", "tsuzukigara_4")
LINKED_WORD = re.compile("[1-8][0-9]")
CARD = re.compile("[A-Z]{2}[0-9]{8}[A-Z]{2}")
SEVEN = re.compile("[0-9]{7}")
ENDLESS = {"X14", "T90"}
STATUS_OF_OTHERS = {"T60", "X82", "X90"}
FOREIGN_LAW = "2012-07-09"
NOTHING = {"0", "00", "000", "NULL", "null", "(null)", "\\N", "N/A", "#N/A", "-", "--", "0000-00-00", "0000/00/00"}
NOTHING |= {"".join(chr(ord(letter) + 0xFEE0) for letter in text) for text in NOTHING}
MUST_SAY = ("shimei", "shimei_furigana", "kyuuji", "tsusho", "jusho_katagaki")


def exists(day: Day) -> bool:
    """The day is in the calendar."""
    try:
        date.fromisoformat(day.iso)
    except ValueError:
        return False
    return True


def chain(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    """続柄 are words joined by の, from the first on."""
    words = [row[name] for name in CHAIN]
    for number in (0, 1, 2):
        if words[number] is None and words[number + 1] is not None:
            hits.append((f"JK-V15-{number + 2}", CHAIN[number], KEEP))
    if words[0] in ("96", "99") and words[1] is not None:
        hits.append(("JK-V15-5", CHAIN[1], KEEP))
    for number in (1, 2, 3):
        if words[number] is not None and not LINKED_WORD.fullmatch(words[number]):
            hits.append((f"JK-V15-{number + 5}", CHAIN[number], KEEP))
    name, of_household = row["shimei"], row["setainushi_shimei"]
    if words[0] == "02" and None not in (name, of_household) and name != of_household:
        hits.append(("JK-N05", "setainushi_shimei", KEEP))


def closings(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    """What closes a record, and when."""
    reason, state = row["idojiyu"], row["juminjotai"]
    if not latest:
        return
    if reason in ("24", "25", "27", "28") and state == "1":
        hits.append(("JK-V14-5", "juminjotai", KEEP))
    if state in ("2", "3", "9") and reason is not None and reason not in CLOSING:
        hits.append(("JK-V14-6", "idojiyu", KEEP))
    if reason in MAY_BE_UNKNOWN:
        return
    for rule, name in ((1, "idonengappi"), (3, "shojo_idonengappi")):
        day: Day | None = row[name]
        if day is not None and not day.whole:
            hits.append((f"JK-V06-{rule}", name, KEEP))
        elif day is not None and not exists(day):
            hits.append((f"JK-V06-{rule + 1}", name, KEEP))


def order_of_days(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    """Days that follow each other."""
    done, filed, came = row["shorinengappi"], row["idotodokedenengappi"], row["jumintonattanengappi"]
    if row["idojiyu"] not in ("21", "22") and before(done, row["idonengappi"]):
        hits.append(("JK-D07", "shorinengappi", KEEP))
    for rule, name, day in (("JK-D08", "shorinengappi", done), ("JK-D09", "idotodokedenengappi", filed)):
        if day is not None and day.whole and day.iso > as_of:
            hits.append((rule, name, KEEP))
    if before(came, row["seinengappi"]):
        hits.append(("JK-D10", "jumintonattanengappi", KEEP))
    if before(row["gaikokujinjumintonattanengappi"], Day(FOREIGN_LAW, True, "")):
        hits.append(("JK-D11", "gaikokujinjumintonattanengappi", KEEP))
    if before(row["juteinengappi"], came):
        hits.append(("JK-D12", "juteinengappi", KEEP))


def own_digit(number: str) -> bool:
    """宛名番号 or 世帯番号 with the right check digit; one whose digit would be ten is not judged."""
    if not number.isascii() or not number.isdigit() or not 2 <= len(number) <= 18:
        return False
    rest = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(number[-2::-1])) % 11
    return rest == 1 or int(number[-1]) == (11 - rest) % 11


def city_digit(code: str) -> bool:
    """全国地方公共団体コード with the right check digit."""
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=False)) % 11
    return int(code[-1]) == (11 - rest) % 10


def codes(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    """Numbers of persons and households, codes of places."""
    for rule, name in (("JK-V10-1", "atenabango"), ("JK-V10-2", "setaibango")):
        if latest and row[name] is not None and not own_digit(row[name]):
            hits.append((rule, name, KEEP))
    for rule, name in (("JK-C01", "jusho_shikuchosonkodo"), ("JK-C02", "honseki_shikuchosonkodo")):
        if row[name] is not None and not city_digit(row[name]):
            hits.append((rule, name, KEEP))
    for number, place in ((3, "jusho"), (4, "honseki")):
        name = f"{place}_shikuchosonkodo"
        code = row[name]
        if code is not None and city_digit(code) and not is_known(code):
            hits.append((f"JK-C0{number}", name, KEEP))
        if code is not None and not is_called(code, row[f"{place}_todofuken"], row[f"{place}_shikugunchosonmei"]):
            hits.append((f"JK-C0{number + 2}", name, KEEP))
    code, town = row["jusho_choazakodo"], row["jusho_choaza"]
    if code is not None and not SEVEN.fullmatch(code):
        hits.append(("JK-V19-1", "jusho_choazakodo", WITHHOLD))
    if code == "0000000" and town is not None:
        hits.append(("JK-V19-2", "jusho_choaza", KEEP))
    if code not in (None, "0000000") and town is None:
        hits.append(("JK-V19-3", "jusho_choaza", KEEP))
    for number, name in enumerate(MUST_SAY, start=1):
        if row[name] in NOTHING:
            hits.append((f"JK-V29-{number}", name, KEEP))


def stays(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    """What 法第30条の45 asks of each kind of foreigner."""
    kind, status = row["dai30jo45kiteikubun"], row["zairyushikakutokodo"]
    end, card = row["zairyukikannomanryonohi"], row["zairyukadotobango"]
    period = [row[f"zairyukikantokodo_{part}"] for part in ("nen", "tsuki", "hi")]
    if card is not None and not CARD.fullmatch(card):
        hits.append(("JK-V18-4", "zairyukadotobango", KEEP))
    if kind == "01" and status not in ENDLESS:
        if end is None:
            hits.append(("JK-V18-5", "zairyukikannomanryonohi", KEEP))
        if period == [None, None, None]:
            hits.append(("JK-V18-6", "zairyukikantokodo_nen", KEEP))
    if kind == "02" and card is None:
        hits.append(("JK-V18-7", "zairyukadotobango", KEEP))
    if kind == "02" and status not in (None, "T60"):
        hits.append(("JK-V18-8", "zairyushikakutokodo", KEEP))
    if kind in ("03", "04") and end is None:
        hits.append(("JK-V18-9", "zairyukikannomanryonohi", KEEP))
    if kind in ("01", "05", "06") and status in STATUS_OF_OTHERS:
        hits.append(("JK-V18-10", "zairyushikakutokodo", KEEP))


def terms(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    """支援措置 last a year, and are in force as long as they last."""
    start, end, flag = row["shiensochikaishinengappi"], row["shiensochishuryonengappi"], row["yokushifuragu"]
    running = row["shiensochikubun"] in ("1", "2")
    known = all(day is not None and day.whole and exists(day) for day in (start, end))
    if known and row["shiensochikubun"] == "1" and end.iso != _year_later(date.fromisoformat(start.iso)):
        hits.append(("JK-V24-1", "shiensochishuryonengappi", KEEP))
    if running and end is None:
        hits.append(("JK-V24-5", "shiensochishuryonengappi", KEEP))
    if running and flag != "1" and (end is None or end.iso > as_of):
        rules = ("JK-V24-2", "JK-V24-3") if end is not None else ("JK-V24-6", "JK-V24-7")
        hits.append((rules[flag is None], "yokushifuragu", KEEP))
    if row["shiensochikubun"] == "3" and flag not in (None, "0"):
        hits.append(("JK-V24-4", "yokushifuragu", KEEP))


def _year_later(start: date) -> str:
    """The last day of a year that begins on ``start``."""
    try:
        last = date.fromordinal(start.replace(year=start.year + 1).toordinal() - 1)
    except ValueError:
        last = date(start.year + 1, 2, 28)
    return last.isoformat()


RULES: dict[str, tuple[Rule, ...]] = {
    "jumin": (
        first.names, first.kinship, first.movement, first.days, first.foreign, first.numbers,
        chain, closings, order_of_days, codes, first.letters, stays,
    ),
    "kojin_bango": (first.mynumber,),
    "shien_sochi": (first.protection, terms),
    "shien_yokushi": (first.suppression,),
}  # fmt: skip
"""By table: what its rows must keep to (``checks`` of the table's sheet)."""
