"""A clean town, as its files say it: nothing to complain about, and every oddity that is none."""

import polars as pl
import pytest

from tests.synth.conftest import Folder, Make

AS_OF = "5081001"
ERA_FIRST = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}


@pytest.fixture(scope="module")
def kojin(clean: Folder) -> pl.DataFrame:
    every = clean.frame("kojin")
    deleted = every.filter(pl.col("delete_flag") == "9")
    assert len(deleted) > 0
    return every.filter(pl.col("delete_flag") != "9")


@pytest.fixture(scope="module")
def rows(clean: Folder, kojin: pl.DataFrame) -> pl.DataFrame:
    """All history, ordered."""
    rireki = clean.frame("rireki")
    together = pl.concat([kojin.select(rireki.columns), rireki])
    return together.sort("atena_no", pl.col("rireki_no").cast(pl.Int32))


def western(name: str) -> pl.Expr:
    """GYYMMDD → yyyymmdd as a number; null where nothing or nobody knows."""
    known = ~pl.col(name).is_in(["0000000", "9999999", ""]) & ~pl.col(name).str.ends_with("00")
    year = pl.col(name).str.slice(0, 1).replace_strict(ERA_FIRST, default=None, return_dtype=pl.Int64)
    figures = pl.col(name).str.slice(1).cast(pl.Int64, strict=False)
    return pl.when(known).then(year * 10000 + figures)


def weighted(number: str, weights: list[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(reversed(number), weights, strict=False))


def mynumber_digit(number: str) -> bool:
    rest = weighted(number[:-1], [2, 3, 4, 5, 6, 7] * 2) % 11
    return int(number[-1]) == (0 if rest <= 1 else 11 - rest)


def atena_digit(number: str) -> bool:
    rest = weighted(number[:-1], [2, 3, 4, 5, 6, 7] * 3) % 11
    return rest != 1 and int(number[-1]) == (0 if rest == 0 else 11 - rest)


def dantai_digit(number: str) -> bool:
    return int(number[-1]) == (11 - weighted(number[:-1], [2, 3, 4, 5, 6]) % 11) % 10


def test_size(clean: Folder, kojin: pl.DataFrame, rows: pl.DataFrame) -> None:
    here = kojin.filter((pl.col("jotai") == "10") | (pl.col("shojo_ymd") > AS_OF) & (pl.col("jotai") == "20"))
    assert len(here) == 400
    assert 1.8 < len(kojin) / 400 < 2.2
    assert 2 < (len(rows) - len(kojin)) / 400 < 4
    assert clean.key == []


def test_numbers_carry_their_digit(clean: Folder, kojin: pl.DataFrame) -> None:
    assert all(atena_digit(number) for number in kojin["atena_no"])
    assert all(atena_digit(number) for number in clean.frame("setai")["setai_no"])
    assert all(mynumber_digit(number) for number in kojin["juminhyo_cd"] if number)
    assert all(mynumber_digit(number) for number in clean.frame("kobango")["bango"])
    assert all(dantai_digit(number) for number in clean.frame("jusho")["dantai_cd"])
    assert kojin["atena_no"].is_unique().all()
    assert kojin["atena_no"].is_sorted()


def test_living_persons_share_no_number(clean: Folder, kojin: pl.DataFrame) -> None:
    living = kojin.filter(pl.col("jotai") == "10")
    assert (living["juminhyo_cd"] != "").all()
    assert living["juminhyo_cd"].is_unique().all()
    numbers = living.join(clean.frame("kobango"), on="atena_no")
    assert len(numbers) == len(living)
    assert numbers["bango"].is_unique().all()


def test_history_has_no_gap_and_never_goes_back(rows: pl.DataFrame) -> None:
    number = pl.col("rireki_no").cast(pl.Int64)
    checked = rows.select(
        right=number == pl.int_range(pl.len(), dtype=pl.Int64).over("atena_no") + 1,
        rises=(western("ido_ymd") >= western("ido_ymd").shift(1).over("atena_no")).fill_null(True),
        born=(western("ido_ymd") >= western("birth")).fill_null(True),
        came=(western("ido_ymd") >= western("jumin_ymd")).fill_null(True),
    )
    assert checked.select(pl.all().all()).row(0) == (True,) * 4


def test_each_household_has_one_living_head(kojin: pl.DataFrame) -> None:
    here = kojin.filter(pl.col("jotai") == "10")
    heads = here.group_by("setai_no").agg(heads=(pl.col("zokugara_1") == "01").sum())
    assert heads["heads"].unique().to_list() == [1]
    assert (kojin.filter(pl.col("zokugara_1") == "01")["zokugara_2"] == "").all()


def test_sex_agrees_with_relation(rows: pl.DataFrame) -> None:
    own = rows.filter(pl.col("zokugara_2") == "")
    assert own.filter(pl.col("zokugara_1").is_in(["02", "04", "20", "30", "31"]))["sex"].unique().to_list() == ["1"]
    assert own.filter(pl.col("zokugara_1").is_in(["03", "05", "21", "32", "33"]))["sex"].unique().to_list() == ["2"]
    assert set(rows.filter(pl.col("zokugara_2") == "03")["sex"]) <= {"2"}


def test_state_agrees_with_event(kojin: pl.DataFrame) -> None:
    state = {"20": "20", "21": "30", "22": "40", "23": "40", "24": "40"}
    wanted = kojin["ido_cd"].replace_strict(state, default="10")
    assert (kojin["jotai"] == wanted).all()
    closed = kojin.filter(pl.col("jotai") != "10")
    assert (closed["shojo_ymd"] != "0000000").all()
    assert (kojin.filter(pl.col("jotai") == "10")["shojo_ymd"] == "0000000").all()


def test_look_ups_find_everything(clean: Folder, kojin: pl.DataFrame, rows: pl.DataFrame) -> None:
    master = clean.frame("jusho")
    for name in ("jusho_cd", "honseki_cd", "zen_cd", "saki_cd", "saki_kakutei_cd"):
        assert set(rows[name]) - {""} <= set(master["jusho_cd"])
    joined = rows.join(master, on="jusho_cd")
    assert (joined["machi"] == joined["machi_right"]).all()
    assert (joined["yubin"].str.replace("-", "") == joined["yubin_right"]).all()
    housed = rows.filter(pl.col("katagaki_cd") != "00000").select("jusho_cd", "katagaki_cd")
    assert housed.join(clean.frame("hogaki"), on=["jusho_cd", "katagaki_cd"], how="anti").is_empty()
    assert kojin.join(clean.frame("setai"), on="setai_no", how="anti").is_empty()
    strangers = rows.filter(pl.col("shubetsu") == "2")
    stays = clean.frame("gaikokujin")
    assert len(stays) == len(strangers) > 0
    assert strangers.join(stays, on=["atena_no", "rireki_no"], how="anti").is_empty()


def test_foreigners_have_their_papers(clean: Folder, kojin: pl.DataFrame, rows: pl.DataFrame) -> None:
    stays = clean.frame("gaikokujin").join(kojin.filter(pl.col("jotai") == "10"), on=["atena_no", "rireki_no"])
    assert (stays["kubun_3045"] != "").all()
    assert (stays["zairyu_cd"] != "").all()
    assert stays["card_no"].str.contains(r"^[A-Z]{2}[0-9]{8}[A-Z]{2}$").all()
    ends = stays.filter(pl.col("manryo_ymd") != "00000000")["manryo_ymd"]
    assert len(ends) > 0
    assert (ends > "20261001").all()
    japanese = rows.filter(pl.col("shubetsu") == "1")
    assert japanese["kanji"].str.contains("^[^\u3000]+\u3000[^\u3000]+$").all()
    assert (japanese["hittosha"] != "").all()
    assert (japanese["honseki_banchi"] != "").all()


def test_notified_where_it_must_be(rows: pl.DataFrame) -> None:
    must = rows.filter(pl.col("ido_cd").is_in(["10", "11", "20", "21", "30", "31", "33", "36"]))
    assert ((must["todoke_ymd"] != "0000000") | (must["todoke_shussei_ymd"] != "0000000")).all()


def test_no_blank_among_dates(clean: Folder) -> None:
    assert clean.layout.source
    for name, file in clean.layout.source.files.items():
        frame = clean.frame(name)
        for field in file.fields:
            if field.date:
                assert frame[field.name].str.contains("^[0-9]+$").all(), field.name


def test_support_is_in_force(clean: Folder, kojin: pl.DataFrame) -> None:
    shien = clean.frame("shien")
    assert len(shien) >= 2
    assert shien.join(kojin, on="atena_no", how="anti").is_empty()
    on = shien.filter(pl.col("flag") == "1")
    assert (on["shuryo_ymd"] >= AS_OF).all()
    assert (shien["shuryo_ymd"] > shien["kaishi_ymd"]).all()
    assert (shien["yokushi.1.jimu_cd"] != "").all()


def test_silent_oddities(clean: Folder, kojin: pl.DataFrame, rows: pl.DataFrame) -> None:
    assert rows["kana"].str.contains("[ｱ-ﾝ][ﾔﾕﾖ][ｱ-ﾝ]").any()
    assert not rows.filter(pl.col("shubetsu") == "1")["kana"].str.contains("[ｧ-ｯ]").any()
    assert (clean.frame("gaikokujin")["gaiju_ymd"] == "4240709").any()
    assert (kojin["birth"] == "2151225").any()
    births = rows.filter(pl.col("ido_cd") == "11")
    assert len(births) > 0
    assert (births["todoke_ymd"] == "0000000").all()
    twice = kojin.filter(pl.col("juminhyo_cd") != "").group_by("juminhyo_cd").agg(pl.col("jotai").sort())
    assert ["10", "20"] in twice.filter(pl.col("jotai").list.len() == 2)["jotai"].to_list()
    dead_heads = kojin.filter((pl.col("jotai") == "30") & (pl.col("zokugara_1") == "01"))
    assert not dead_heads.join(kojin.filter(pl.col("jotai") == "10"), on="setai_no").is_empty()
    assert not kojin.filter((pl.col("jotai") == "20") & (pl.col("shojo_ymd") == "5081011")).is_empty()
    assert kojin["birth"].str.ends_with("0000").any()


@pytest.mark.parametrize("rows", [20, 100])
def test_small_towns(make: Make, rows: int) -> None:
    folder = make(rows, 3, 0)
    kojin = folder.frame("kojin")
    here = (pl.col("jotai") == "10") | (pl.col("jotai") == "20") & (pl.col("shojo_ymd") > AS_OF)
    assert len(kojin.filter(here & (pl.col("delete_flag") != "9"))) == rows
