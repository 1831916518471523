"""A hand-made delivery of persons outside the register, rendered by the byte layout of the model host."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from migrate.pipeline.references import Delivered
from migrate.spec.source import SourceField, SourceFile
from tests.towns import layout_of

PERSON = {
    "rectype": "2", "atena_no": "000000900000014", "kubun": "1", "kana": "ｻﾄｳ ｲﾁﾛｳ", "kanji": "佐藤　一郎", "sex": "1",
    "birth": "3390701", "dantai_cd": "131016", "yubin": "100-0014", "ken": "東京都", "shi": "千代田区",
    "machi": "霞が関二丁目", "banchi": "１番６号", "gyomu_cd": "01", "nayose_kbn": "1",
    "koshin_ymd": "20211101", "koshin_jikoku": "09:00:00",
}  # fmt: skip
FOREIGNER = PERSON | {
    "atena_no": "000000900000022", "kubun": "2", "kana": "ﾁｬﾝ ﾕﾘ", "kanji": "張　玉蓮", "romaji": "ZHANG YULI",
    "sex": "2", "birth": "9999999", "katagaki": "虎ノ門ハイツ１０１号", "gyomu_cd": "", "dokuji_cd": "A01",
}  # fmt: skip
COMPANY = PERSON | {
    "atena_no": "000000900000030", "kubun": "3", "kana": "ｶ)ｻｸﾗｼﾖｳｼﾞ", "kanji": "株式会社桜商事", "sex": "",
    "birth": "0000000", "hojin_bango": "8700110005901", "gyomu_cd": "02",
}  # fmt: skip
DOUBLE = PERSON | {"atena_no": "000000900000049", "nayose_kbn": "2", "nayose_saki": "000000900000014"}
DELETED = PERSON | {"atena_no": "000000900000057", "delete_flag": "9"}
CLEAN = (PERSON, FOREIGNER, COMPANY, DOUBLE, DELETED)


def deliver(folder: Path, records: Iterable[Mapping[str, str]] = CLEAN) -> Path:
    """A folder with one file of these records, its header and its trailer."""
    source = layout_of("jutogai").source
    assert source is not None
    file = source.files["atena"]
    assert file.header
    assert file.trailer
    rows = list(records)
    total = sum(int(row["atena_no"] or 0) for row in rows) % 10**18
    lines = [_record(file, file.header.fields, {"rectype": "1", "dantai_cd": "132012", "kijunbi": "20261001"})]
    lines += [_record(file, file.fields, row) for row in rows]
    end = {"rectype": "9", "kensu": str(len(rows)), "hash": str(total)}
    lines.append(_record(file, file.trailer.fields, end))
    folder.mkdir()
    (folder / "ATENA.DAT").write_bytes(b"".join(line + b"\r\n" for line in lines))
    return folder


def residents_of(given: tuple[Delivered, ...]) -> pl.Series:
    """Every number that the register of residents gave out, once."""
    rows = pl.read_csv(given[0].folder / given[0].tables["jumin"], infer_schema=False)
    return rows["atenabango"].unique(maintain_order=True)


def also_outside(given: tuple[Delivered, ...], numbers: Iterable[str], folder: Path) -> tuple[Delivered, ...]:
    """The same deliveries, but the register of persons outside holds these numbers, too."""
    path = folder / given[1].tables["atena_kihon"]
    path.parent.mkdir(parents=True)
    lines = (given[1].folder / given[1].tables["atena_kihon"]).read_text(encoding="utf-8").splitlines(keepends=True)
    commas = "," * lines[0].count(",")
    path.write_text("".join([*lines, *(f"{number}{commas}\n" for number in numbers)]), encoding="utf-8")
    return given[0], replace(given[1], folder=folder)


def _record(file: SourceFile, fields: Iterable[SourceField], values: Mapping[str, str]) -> bytes:
    assert file.record
    record = bytearray(b" " * file.record.length)
    for field in fields:
        raw = values.get(field.name, "").encode("cp932")
        if field.type == "9":
            raw = raw.rjust(field.width, b"0")
        pad = "　".encode("cp932") if field.type == "N" else b" "
        raw += pad * ((field.width - len(raw)) // len(pad))
        assert len(raw) == field.width, field.name
        record[field.at - 1 : field.at - 1 + field.width] = raw
    return bytes(record)
