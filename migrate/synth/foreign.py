"""Foreigners: names as the passport and the register write them, nationality, status and period of stay."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from migrate.synth.terms import Array, Cols

HAN = "漢字"
NATIONS = (
    ("VNM", "ベトナム", 0.24, "NGUYEN ｸﾞｴﾝ/TRAN ﾁｬﾝ/LE ﾚ/PHAM ﾌｧﾑ/HOANG ﾎｱﾝ/VU ｳﾞ",
     "VAN AN ｳﾞｧﾝ ｱﾝ/MINH DUC ﾐﾝ ﾄﾞｩｯｸ/QUOC HUY ｸｫｯｸ ﾌｲ", "THI HOA ﾃｨ ﾎｱ/THI LAN ﾃｨ ﾗﾝ/NGOC ANH ｺﾞｯｸ ｱﾝ"),
    ("CHN", "中国", 0.22, "WANG ﾜﾝ 王/LI ﾘ 李/ZHANG ﾁｬﾝ 張/LIU ﾘｭｳ 劉/CHEN ﾁｪﾝ 陳/YANG ﾔﾝ 楊",
     "WEI ｳｪｲ 偉/QIANG ﾁｬﾝ 強/JUN ｼﾞｭﾝ 軍/MING ﾐﾝ 明", "LI ﾘ 麗/FANG ﾌｧﾝ 芳/NA ﾅ 娜/XIA ｼｬ 霞"),
    ("KOR", "韓国", 0.16, "KIM ｷﾑ 金/LEE ｲ 李/PARK ﾊﾟｸ 朴/CHOI ﾁｪ 崔/JUNG ﾁｮﾝ 鄭",
     "MINHO ﾐﾝﾎ 民浩/JIHOON ｼﾞﾌﾝ 智勲/SUNGMIN ｿﾝﾐﾝ 成民", "YUNA ﾕﾅ 裕娜/SOOJIN ｽｼﾞﾝ 秀珍/HYUNJU ﾋｮﾝｼﾞｭ 賢珠"),
    ("PHL", "フィリピン", 0.14, "SANTOS ｻﾝﾄｽ/REYES ﾚｲｴｽ/CRUZ ｸﾙｽ/GARCIA ｶﾞﾙｼｱ/FLORES ﾌﾛｰﾚｽ",
     "JOSE MIGUEL ﾎｾ ﾐｹﾞﾙ/MARK ANTHONY ﾏｰｸ ｱﾝｿﾆｰ", "MARIA CLARA ﾏﾘｱ ｸﾗﾗ/ANA LIZA ｱﾅ ﾘｻﾞ/ROSE ANN ﾛｰｽﾞ ｱﾝ"),
    ("NPL", "ネパール", 0.08, "GURUNG ｸﾞﾙﾝ/SHARMA ｼｬﾙﾏ/THAPA ﾀﾊﾟ/RAI ﾗｲ", "BISHAL ﾋﾞｼｬﾙ/SURESH ｽﾚｼｭ", "SITA ｼﾀ/ANITA ｱﾆﾀ"),
    ("BRA", "ブラジル", 0.09, "SILVA ｼﾙﾊﾞ/SOUZA ｿｳｻﾞ/OLIVEIRA ｵﾘﾍﾞｲﾗ/COSTA ｺｽﾀ",
     "LUCAS HENRIQUE ﾙｰｶｽ ｴﾝﾘｹ/PAULO ﾊﾟｳﾛ", "JULIANA ｼﾞｭﾘｱｰﾅ/BEATRIZ ﾍﾞｱﾄﾘｽ"),
    ("IDN", "インドネシア", 0.05, "WIJAYA ｳｨｼﾞｬﾔ/PUTRA ﾌﾟﾄﾗ/SARI ｻﾘ", "AGUS ｱｸﾞｽ/BUDI ﾌﾞﾃﾞｨ", "DEWI ﾃﾞｳｨ/INDAH ｲﾝﾀﾞ"),
    ("USA", "米国", 0.02, "SMITH ｽﾐｽ/JOHNSON ｼﾞｮﾝｿﾝ/MILLER ﾐﾗｰ", "JOHN ROBERT ｼﾞｮﾝ ﾛﾊﾞｰﾄ/DAVID ﾃﾞｲﾋﾞｯﾄﾞ",
     "EMILY ROSE ｴﾐﾘｰ ﾛｰｽﾞ/SARAH ｻﾗ"),
)  # fmt: skip
STATUS = (
    ("X14", None, 0.34), ("T26", (3, 0), 0.12), ("T21", (1, 0), 0.05), ("T23", (1, 0), 0.06), ("T41", (1, 3), 0.08),
    ("T44", (3, 0), 0.1), ("T61", (3, 0), 0.08), ("T63", (5, 0), 0.1), ("T71", (1, 0), 0.07),
)  # fmt: skip
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)} | {" ": "　"})


@dataclass(frozen=True)
class ForeignNames:
    """Whole names: ``romaji``, ``kanji`` ("" without), ``kana``; ``men`` and ``women`` index them by nation."""

    romaji: tuple[str, ...]
    kanji: tuple[str, ...]
    kana: tuple[str, ...]
    men: tuple[tuple[int, ...], ...]
    women: tuple[tuple[int, ...], ...]

    def written(self, index: int) -> str:
        """What stands in the name field: kanji, else the romaji in double-byte letters."""
        return self.kanji[index] or self.romaji[index].translate(WIDE)


def _split(entry: str) -> tuple[str, str, str]:
    words = entry.split(" ")
    romaji = [word for word in words if word.isascii()]
    kana = [word for word in words if "｡" <= word[0] <= "ﾟ"]
    kanji = [word for word in words if word not in romaji and word not in kana]
    return " ".join(romaji), " ".join(kana), "".join(kanji)


@cache
def load() -> ForeignNames:
    """The tables, made once."""
    romaji: list[str] = []
    kanji: list[str] = []
    kana: list[str] = []
    indexes: tuple[list[tuple[int, ...]], list[tuple[int, ...]]] = ([], [])
    for _, _, _, families, *given in NATIONS:
        for sex, names in enumerate(given):
            first = len(romaji)
            for family in families.split("/"):
                for name in names.split("/"):
                    (fr, fk, fh), (gr, gk, gh) = _split(family), _split(name)
                    romaji.append(f"{fr} {gr}")
                    kana.append(f"{fk} {gk}")
                    kanji.append(f"{fh}　{gh}" if fh else "")
            indexes[sex].append(tuple(range(first, len(romaji))))
    return ForeignNames(tuple(romaji), tuple(kanji), tuple(kana), tuple(indexes[0]), tuple(indexes[1]))


def draw_foreigners(rng: np.random.Generator, people: Cols, homes: Cols) -> None:
    """Adds to ``people`` (−1 for Japanese): ``foreign_name``, ``nation``, ``section`` (30条45: 1 or 2), ``status``.

    Also ``alias`` (has a 通称, written as a Japanese name) and ``card`` (digits of the card).
    """
    names, n = load(), len(people["home"])
    nation_of_home = rng.choice(len(NATIONS), size=len(homes["kind"]), p=np.array([row[2] for row in NATIONS]))
    nation = nation_of_home[people["home"]]
    u = rng.random(n)
    name = np.full(n, -1)
    for index in range(len(NATIONS)):
        for woman, choices in ((False, names.men[index]), (True, names.women[index])):
            at = people["foreign"] & (nation == index) & (people["woman"] == woman)
            name[at] = np.array(choices)[(u[at] * len(choices)).astype(np.int64)]
    people["foreign_name"] = name
    people["nation"] = np.where(people["foreign"], nation, -1)
    special = (nation == 2) & (rng.random(n) < 0.5)
    people["section"] = np.where(people["foreign"], np.where(special, 2, 1), -1)
    share = np.array([row[2] for row in STATUS])
    status = rng.choice(len(STATUS), size=n, p=share / share.sum())
    people["status"] = np.where(people["foreign"] & ~special, status, -1)
    people["alias"] = people["foreign"] & (rng.random(n) < np.where(nation == 2, 0.5, 0.08))
    people["card"] = rng.integers(0, 26**4 * 10**8, n)


def card_numbers(numbers: Array) -> list[str]:
    """Two letters, eight digits, two letters."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    texts = []
    for number in numbers.tolist():
        code, digits = divmod(number, 10**8)
        a, b, c, d = code // 17576, code // 676 % 26, code // 26 % 26, code % 26
        texts.append(f"{letters[a]}{letters[b]}{digits:08d}{letters[c]}{letters[d]}")
    return texts


PERIOD_YEARS = np.array([row[1][0] if row[1] else 0 for row in STATUS] + [0])
PERIOD_MONTHS = np.array([row[1][1] if row[1] else 0 for row in STATUS] + [0])
ENDLESS = np.array([row[1] is None for row in STATUS] + [True])
"""By ``status`` (−1 = special permanent resident): the stay has no end."""
