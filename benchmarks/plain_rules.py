"""The rules of the juki tables: of one value, of one row. A hit is (rule, item, effect)."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from benchmarks import plain_sheet as sheets
from benchmarks.plain_values import CLEANSE, HYPHENS, REMEMBERED, Day, told_apart

NOT_X = re.compile("[^ -~\uff61-\uff9f]")
NOT_N = re.compile("[\x00-\x7f\uff61-\uff9f\u00a5\u203e]")
NOT_9 = re.compile("[^0-9]")
LETTERS = {"X": NOT_X, "N": NOT_N, "9": NOT_9}
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
TWO_NAMES = re.compile("[^ \t\u3000\u00a0]+\u3000[^ \t\u3000\u00a0]+")
LATIN = "[A-Za-zＡ-Ｚａ-ｚ]"
HAN = "\u2e80-\u2fdf々〇〡-〩〸-〻\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
OTHER = rf"[{HAN}()\[\]（）［］〔〕「」【】]"
BRACKETS = re.compile(r"[()\[\]<>（）［］＜＞〔〕「」【】〈〉《》]")
KANJI, ROMAJI, KATAKANA = re.compile(f"[{HAN}]"), re.compile(LATIN), re.compile("[ァ-ヺｦ-ﾝ]")
SPOKEN = "ぁ-ゖ\u3099-\u309cァ-ヺｦ-ｯｱ-ﾟ"
DOUBTFUL = re.compile(rf"(?:\A|[^{SPOKEN}])[ーｰ]|[{SPOKEN}][{re.escape(HYPHENS.replace('ー', '').replace('ｰ', ''))}]")
NO_BEGINNING = ("", *"ァィゥェォッャュョヮンー")
NO_KATAKANA = re.compile(rf"[^ァ-ー\u3000{re.escape(HYPHENS)}-]")
MARKS = re.compile("[？＊■□●]")
TWO_SCRIPTS = re.compile(f"{LATIN}.*{OTHER}|{OTHER}.*{LATIN}", re.DOTALL)
BUILDING = re.compile(rf"[ァ-ヺｦ-ﾝ][ァ-ーｦ-ﾟ]|{LATIN}{{2}}|荘|寮|棟|館|階|室|住宅|団地|官舎|宿舎|社宅|様|方\Z")
WEIGHTS = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)

KEEP, WITHHOLD, QUARANTINE = "keep", "withhold", "quarantine"
Hit = tuple[str, str | None, str]
Row = dict[str, Any]
Rule = Callable[[Row, list[Hit], bool, str], None]


class Checked(NamedTuple):
    """A value in its standard form, and what is wrong with it."""

    value: str | None
    hits: tuple[Hit, ...]


def finisher(field: Mapping[str, str]) -> Callable[[str], Checked]:
    """Cleansing and the checks of type, digits and code table of one item."""
    name, effect, kind = field["name"], field.get("on_error", WITHHOLD), field.get("kind", "")
    cleanse = CLEANSE.get(kind)
    wrong, digits, fixed = LETTERS.get(field["type"]), int(field["digits"]), field.get("fixed") == "yes"
    codes = sheets.codes(field["codes"]) if "codes" in field else None
    long_vowels = kind == "kana" and field.get("kosho") != "yes"

    def finish(text: str) -> Checked:
        hits: list[Hit] = []
        value: str | None = cleanse(text) if cleanse else text
        if not value:
            value = None
            if cleanse:
                hits.append(("R-LOST", name, KEEP))
        if long_vowels and value is not None and value != (told := told_apart(value)):
            value = told
            hits.append(("C-K02", name, KEEP))
        if kind == "name" and value != text:
            hits.append(("C-N01", name, KEEP))
        if name == "jusho_yubinbango" and value == "0000000":
            value = None
            hits.append(("C-J01", name, KEEP))
        if value is None:
            return Checked(None, tuple(hits))
        if wrong and wrong.search(value):
            hits.append(("R-LETTERS", name, effect))
        if len(value) != digits if fixed else len(value) > digits and len(SELECTORS.sub("", value)) > digits:
            hits.append(("R-DIGITS", name, effect))
        if codes is not None and value not in codes:
            hits.append(("R-CODE", name, effect))
        return Checked(value, tuple(hits))

    return lru_cache(REMEMBERED)(finish)


@lru_cache(REMEMBERED)
def right_digit(text: str, length: int) -> bool:
    """Whether the last of ``length`` digits is the check digit of the others."""
    if len(text) != length or NOT_9.search(text):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(text[-2::-1], WEIGHTS, strict=False)) % 11
    return int(text[-1]) == (0 if rest <= 1 else 11 - rest)


def before(later: Day | None, earlier: Day | None) -> bool:
    """Both days are known whole, and the later one is before the earlier one."""
    return later is not None and earlier is not None and later.whole and earlier.whole and later.iso < earlier.iso


NAMES = ("shimei", "shimei_gaikokujinkanji", "kyuuji", "tsusho", "setainushi_shimei", "hittosha_shimei")
PLACES = ("jusho_choaza", "jusho_banchigohyoki", "jusho_katagaki", "honseki_chibango")
ELSEWHERE = (
    "tennyumaejusho_choaza", "tennyumaejusho_banchigohyoki", "tennyumaejusho_katagaki",
    "tenshutsusakijushoyotei_banchigohyoki", "tenshutsusakijushoyotei_katagaki",
    "tenshutsusakijushokakutei_banchigohyoki",
)  # fmt: skip
LOST_LETTERS = {name: f"JK-G{number:02}" for number, name in enumerate((*NAMES, *PLACES, *ELSEWHERE), start=1)}
PLACE_HOLDERS = {name: f"JK-G{number}" for number, name in enumerate(NAMES, start=17)}
READINGS = {"shimei_furigana": "JK-K04", "kyuuji_furigana": "JK-K05", "tsusho_furigana": "JK-K06"}
MALE = ({"11", "13"}, {"51", "71", "74"})
FEMALE = ({"12", "14"}, {"52", "81", "84"})
STATES = (
    ({"21", "22"}, "2"),
    ({"23"}, "3"),
    ({"26"}, "9"),
    ({"01", "02", "03", "04", "05", "06", "07", "08", "09"}, "1"),
)
JAPANESE_ONLY, FOREIGN_ONLY = {"04", "25", "54", "55", "56"}, {"05", "24", "57", "58"}
BY_NOTICE = {"01", "02", "03", "21", "22", "41", "50", "51", "52", "53"}


def names(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    name, japanese = row["shimei"], row["juminshubetsu"] == "1"
    if name is None:
        hits.append(("JK-N02", "shimei", KEEP))
    else:
        if japanese and not TWO_NAMES.fullmatch(name):
            hits.append(("JK-N01", "shimei", KEEP))
        if TWO_SCRIPTS.search(name):
            hits.append(("JK-N03", "shimei", KEEP))
        if BRACKETS.search(name) and KANJI.search(name):
            hits.append(("JK-N04", "shimei", KEEP))
        if ROMAJI.search(name) and KATAKANA.search(name):
            hits.append(("JK-N06", "shimei", KEEP))
    reading = row["shimei_furigana"]
    if reading is not None and DOUBTFUL.search(reading):
        hits.append(("JK-K02", "shimei_furigana", KEEP))
    if reading is not None and japanese and any(part[:1] in NO_BEGINNING for part in reading.split("\u3000")):
        hits.append(("JK-K03", "shimei_furigana", KEEP))
    for item, rule in LOST_LETTERS.items():
        value = row[item]
        if value is not None and "〓" in value:
            hits.append((rule, item, WITHHOLD))


def letters(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    """Readings that are not in katakana, and marks where an earlier migration may have lost a letter."""
    for rules, wrong in ((READINGS, NO_KATAKANA), (PLACE_HOLDERS, MARKS)):
        for item, rule in rules.items():
            value = row[item]
            if value is not None and wrong.search(value):
                hits.append((rule, item, KEEP))


def kinship(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    """続柄 against 性別. The last 続柄 of the row decides: 子の妻 is a woman, 妻の子 need not be."""
    first, second, third, sex = row["tsuzukigara_1"], row["tsuzukigara_2"], row["tsuzukigara_3"], row["seibetsu"]
    for relation, after, rule in ((first, second, 1), (second, third, 5)):
        if relation is None or after is not None or sex is None:
            continue
        for number, (men, women) in enumerate(zip(MALE, FEMALE, strict=True)):
            if relation in men and sex != "1":
                hits.append((f"JK-V16-{rule + 2 * number}", "seibetsu", KEEP))
            if relation in women and sex != "2":
                hits.append((f"JK-V16-{rule + 2 * number + 1}", "seibetsu", KEEP))
    if first == "02" and second is not None:
        hits.append(("JK-V15-1", "tsuzukigara_2", KEEP))


def movement(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    reason, state, kind = row["idojiyu"], row["juminjotai"], row["juminshubetsu"]
    if latest and state is not None:
        for number, (reasons, wanted) in enumerate(STATES, start=1):
            if reason in reasons and state != wanted:
                hits.append((f"JK-V14-{number}", "juminjotai", KEEP))
    if kind is not None and reason in JAPANESE_ONLY and kind != "1":
        hits.append(("JK-V13-1", "idojiyu", KEEP))
    if kind is not None and reason in FOREIGN_ONLY and kind != "2":
        hits.append(("JK-V13-2", "idojiyu", KEEP))
    if state in ("2", "3", "9") and row["shojo_idonengappi"] is None:
        hits.append(("JK-D01", "shojo_idonengappi", KEEP))
    if reason in BY_NOTICE and row["idotodokedenengappi"] is None:
        hits.append(("JK-D06", "idotodokedenengappi", KEEP))


def days(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    born, gone = row["seinengappi"], row["shojo_idonengappi"]
    if before(gone, born):
        hits.append(("JK-D02", "shojo_idonengappi", KEEP))
    if born is not None and born.whole and born.iso > as_of:
        hits.append(("JK-D03", "seinengappi", KEEP))
    if before(gone, row["jumintonattanengappi"]):
        hits.append(("JK-D04", "shojo_idonengappi", KEEP))
    stay = row["zairyukikannomanryonohi"]
    if latest and stay is not None and stay.whole and stay.iso < as_of:
        hits.append(("JK-D05", "zairyukikannomanryonohi", KEEP))


def foreign(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    if row["juminshubetsu"] == "2" and row["dai30jo45kiteikubun"] is None:
        hits.append(("JK-V18-1", "dai30jo45kiteikubun", KEEP))
    if row["dai30jo45kiteikubun"] == "01":
        if row["zairyushikakutokodo"] is None:
            hits.append(("JK-V18-2", "zairyushikakutokodo", KEEP))
        if row["zairyukadotobango"] is None:
            hits.append(("JK-V18-3", "zairyukadotobango", KEEP))


def numbers(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    code, lot, postal = row["juminhyo_code"], row["jusho_banchigohyoki"], row["jusho_yubinbango"]
    if latest and code is None:
        hits.append(("JK-J02", "juminhyo_code", KEEP))
    if code is not None and not right_digit(code, 11):
        hits.append(("JK-J01", "juminhyo_code", KEEP))
    if lot is not None and row["jusho_katagakikodo"] is None and BUILDING.search(lot):
        hits.append(("JK-A01", "jusho_banchigohyoki", KEEP))
    if postal is not None and (len(postal) != 7 or NOT_9.search(postal)):
        hits.append(("JK-A02", "jusho_yubinbango", KEEP))


def mynumber(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    if row["kojinbango"] is not None and not right_digit(row["kojinbango"], 12):
        hits.append(("JK-M01", "kojinbango", WITHHOLD))


def protection(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    end = row["shiensochishuryonengappi"]
    if before(end, row["shiensochikaishinengappi"]):
        hits.append(("JK-S01", "shiensochishuryonengappi", KEEP))
    if row["yokushifuragu"] == "1" and end is not None and end.whole and end.iso < as_of:
        hits.append(("JK-S02", "shiensochishuryonengappi", KEEP))
    for rule, item in (("JK-S03", "shimei"), ("JK-S04", "kagaisha_shimei")):
        if row[item] is not None and "〓" in row[item]:
            hits.append((rule, item, WITHHOLD))


def suppression(row: Row, hits: list[Hit], latest: bool, as_of: str) -> None:
    if before(row["yokushishuryonengappi"], row["yokushikaishinengappi"]):
        hits.append(("JK-S11", "yokushishuryonengappi", KEEP))
    if row["yokushijimukodo"] is None:
        hits.append(("JK-S12", "yokushijimukodo", KEEP))
