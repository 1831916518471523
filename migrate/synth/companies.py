"""Invented corporations: names and half-width readings, as tables that an index points into."""

from functools import cache

import polars as pl

from migrate.synth.names import half_kana

FORMS = (("株式会社", "", "ｶ)", ""), ("", "株式会社", "", "(ｶ"), ("有限会社", "", "ﾕ)", ""), ("合同会社", "", "ﾄﾞ)", ""),
         ("一般社団法人", "", "ｼﾔ)", ""))  # fmt: skip
STEMS = (
    ("瑞穂", "みずほ"), ("桜", "さくら"), ("若葉", "わかば"), ("朝日", "あさひ"), ("白峰", "しらみね"),
    ("青海", "あおみ"), ("星川", "ほしかわ"), ("泉野", "いずみの"), ("高見", "たかみ"), ("若松", "わかまつ"),
    ("月影", "つきかげ"), ("若草", "わかくさ"), ("東野", "ひがしの"), ("柳町", "やなぎまち"), ("宮前", "みやまえ"),
    ("みなと", "みなと"), ("旭", "あさひ"), ("大和", "やまと"), ("光", "ひかり"), ("あおぞら", "あおぞら"),
)  # fmt: skip
TRADES = (
    ("商事", "しょうじ"), ("建設", "けんせつ"), ("工業", "こうぎょう"), ("不動産", "ふどうさん"), ("運輸", "うんゆ"),
    ("農園", "のうえん"), ("製作所", "せいさくしょ"), ("水産", "すいさん"), ("電機", "でんき"), ("設備", "せつび"),
    ("食品", "しょくひん"), ("住宅", "じゅうたく"),
)  # fmt: skip
COUNT = len(FORMS) * len(STEMS) * len(TRADES)
"""Names there are; several corporations may have one name."""


@cache
def load() -> tuple[pl.Series, pl.Series]:
    """Names [COUNT] and their readings [COUNT], made once."""
    kanji, kana = [], []
    for before, after, kana_before, kana_after in FORMS:
        for stem, read_stem in STEMS:
            for trade, read_trade in TRADES:
                kanji.append(before + stem + trade + after)
                kana.append(kana_before + half_kana(read_stem + read_trade) + kana_after)
    return pl.Series(kanji, dtype=pl.String), pl.Series(kana, dtype=pl.String)
