"""Files on disk: lengths, totals, parts, and the same bytes every time."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from migrate.spec.layout import Layout
from migrate.spec.source import Total
from migrate.synth import make_delivery, make_town, make_town_truth
from migrate.synth.delivery import Spot, Totals
from migrate.synth.places import municipalities
from migrate.synth.render import Coded, Renderer, TooLong, file_renderer, places_of
from migrate.synth.terms import NO_KEY, day
from migrate.vocab.daykey import UNKNOWN, pack
from tests.synth.conftest import Folder
from tests.towns import environment, layout_of

SCRIPT = """
import sys
from dataclasses import replace
from pathlib import Path
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth import make_town
make_town(load_layout(Library(), "juki", "host_fixed"), 200, 5, 0.1, Path(sys.argv[1]))
"""


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_arguments_same_bytes(layout: Layout, tmp_path: Path) -> None:
    for seed in ("0", "1"):
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / seed)]
        subprocess.run(command, check=True, env=environment(PYTHONHASHSEED=seed))
    make_town(layout, 200, 6, 0.1, tmp_path / "other")
    assert digest(tmp_path / "0") == digest(tmp_path / "1")
    assert digest(tmp_path / "0")["in/KOJIN.DAT"] != digest(tmp_path / "other")["in/KOJIN.DAT"]


@pytest.mark.parametrize("name", ["kojin", "shien", "kobango"])
def test_header_and_trailer_tell_the_truth(faulty: Folder, name: str) -> None:
    head, *_, tail = (block.tobytes() for block in faulty.blocks(name))
    data = faulty.frame(name)
    assert head[:30] == b"1" + b"202916" + b"20261001" + b"20261001190000" + b" "
    assert tail[:1] == b"9"
    assert int(tail[1:9]) == len(data) == len(faulty.blocks(name)) - 2
    assert int(tail[9:27]) == sum(int(number) for number in data["atena_no"] if number) % 10**18


@pytest.mark.parametrize(("name", "item"), [("kyoyu", "genkyo_bunshi"), ("kazei", "zeigaku")])
def test_a_trailer_sums_what_has_a_sign_and_what_has_none(name: str, item: str) -> None:
    source = layout_of("kotei").source
    assert source
    file = source.files[name]
    assert file.trailer
    total = Total.model_validate({"total": {"sum": item}, "field": "kensu"})
    trailer = file.trailer.model_copy(update={"totals": (total,)})
    renderer = file_renderer(file.model_copy(update={"trailer": trailer}), "cp932", {})
    totals = Totals(renderer)
    for values in ([3, 40, 500], [7]):
        totals.add(renderer.data.records({item: np.array(values)}, len(values)))
    assert renderer.trailer
    assert renderer.trailer.records(totals.columns(), 1)[0, 1:9].tobytes() == b"00000550"


def test_all_files_are_there(clean: Folder) -> None:
    names = {path.name for path in (clean.path / "in").iterdir()}
    assert names == {
        f"{name}.DAT" for name in ["KOJIN", "RIREKI", "SETAI", "JUSHO", "HOGAKI", "GAIKOKU", "SHIEN", "KOBANGO"]
    }


def test_parts(layout: Layout, tmp_path: Path) -> None:
    assert layout.source
    town = make_town_truth(200, 1, day(2026, 10, 1))
    delivery, _ = make_delivery(layout, town)
    delivery.view.parts = {"kojin": 100, "rireki": 100}
    count = delivery.view.count("kojin") + 1  # one record is left as deleted
    assert delivery.files("kojin") == [("KOJIN1.DAT", -(-count // 2)), ("KOJIN2.DAT", count // 2)]
    delivery.write(tmp_path / "in")
    folder = Folder(layout, tmp_path)
    assert len(folder.blocks("kojin", "KOJIN2.DAT")) == count // 2 + 2
    assert len(folder.frame("kojin")) == count
    last = Spot("kojin", count - 2)
    assert delivery.place(last) == ("KOJIN2.DAT", count // 2 + 1)
    assert delivery.text("kojin", [count - 2], "atena_no") == [folder.frame("kojin")["atena_no"][-1]]


def test_every_text_is_padded_as_its_type_says(layout: Layout) -> None:
    assert layout.source
    eras = layout.source.source.eras
    renderer = Renderer(places_of(layout.source.files["rireki"].fields), 1100, "cp932", eras)
    record = renderer.records({"kanji": pl.Series(["山田　太郎", None]), "rireki_no": np.array([7, 12])}, 2)
    kanji, number = renderer.fields["kanji"], renderer.fields["rireki_no"]
    text = record[:, kanji.start : kanji.start + kanji.width]
    assert text[0].tobytes() == "山田　太郎".encode("cp932") + b"\x81\x40" * 35
    assert text[1].tobytes() == b"\x81\x40" * 40
    assert record[1, number.start : number.start + 3].tobytes() == b"012"
    assert record[0, renderer.fields["kana"].start] == 0x20
    with pytest.raises(TooLong):
        renderer.encode("kanji", "長" * 41)
    with pytest.raises(TooLong):
        renderer.records({"kanji": pl.Series(["ﾔﾏﾀﾞ"])}, 1)


def test_dates(layout: Layout) -> None:
    assert layout.source
    eras = layout.source.source.eras
    renderer = Renderer(places_of(layout.source.files["rireki"].fields), 1100, "cp932", eras)
    cases = {
        pack(1926, 12, 25): "3011225",
        pack(1926, 12, 25, era=2): "2151225",
        pack(1989, 1, 7): "3640107",
        pack(1989, 1, 8): "4010108",
        pack(2019, 5, 1): "5010501",
        pack(1974, 0, 0, era=3): "3490000",
        UNKNOWN: "9999999",
        NO_KEY: "0000000",
    }
    record = renderer.records({"birth": np.array(list(cases))}, len(cases))
    place = renderer.fields["birth"]
    written = [row[place.start : place.start + 7].tobytes().decode() for row in record]
    assert written == list(cases.values())


def test_few_texts_are_encoded_once(layout: Layout) -> None:
    assert layout.source
    renderer = Renderer(places_of(layout.source.files["rireki"].fields), 1100, "cp932", {})
    column = Coded(("１番地", "２番地３"), np.array([1, -1, 0]))
    place = renderer.fields["banchi"]
    rows = renderer.records({"banchi": column}, 3)[:, place.start : place.start + place.width]
    assert [row.tobytes().decode("cp932").rstrip(" ") for row in rows] == ["２番地３", "", "１番地"]


def test_a_source_nobody_knows(layout: Layout) -> None:
    assert layout.source
    town = make_town_truth(20, 1, day(2026, 10, 1))
    other = layout.source.source.model_copy(update={"source": "other"})
    with pytest.raises(ValueError, match="no synthetic view"):
        make_delivery(replace(layout, source=replace(layout.source, source=other)), town)


@pytest.mark.parametrize("source", ["host_fixed", "package_csv"])
def test_the_model_sources_list_the_municipalities_that_towns_invent(source: str) -> None:
    layout = layout_of("juki", source)
    assert layout.source is not None
    there = {(row["todofuken"], row["shikuchoson"], row["dantai_code"]) for row in layout.source.places}
    assert there == set(municipalities())
    assert len(there) == len(layout.source.places)
