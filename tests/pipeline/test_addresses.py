"""One legacy field of the whole address, cut by the table of places: the delivery is that of the separate columns."""

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from migrate.errors import DefinitionErrors
from migrate.pipeline import Options, RunResult, run
from migrate.plan import word_problems
from migrate.spec.library import Library, bundled_root
from migrate.spec.load import load_layout
from migrate.synth import make_town
from tests.spoilt import as_of
from tests.towns import layout_of

SOURCE = "layouts/juki/sources/package_csv"
MAPPING = f"{SOURCE}/to_jumin_nihonjin.yaml"
COLUMNS = ("都道府県", "市区郡町村", "町字", "市区町村コード", "町字ID", "郵便番号")
PARTS = {
    "jusho_shikuchosonkodo": ("jusho_dantai_cd", "dantai_code"),
    "jusho_choazakodo": ("jusho_machiaza_id", "machiaza_id"),
    "jusho_todofuken": ("jusho_ken", "todofuken"), "jusho_shikugunchosonmei": ("jusho_shi", "shikuchoson"),
    "jusho_choaza": ("jusho_machi", "choaza"), "jusho_banchigohyoki": ("jusho_banchi", "banchi"),
    "jusho_katagaki": ("jusho_katagaki", "katagaki"),
}  # fmt: skip
CHECK = """\
checks:
  - {id: X-A1, field: jusho_hyoji, check: {address_splits: {home: "HOME"}}, severity: alert, basis: 試験, why: 分割不能}
  - id: X-A2
    field: jusho_yubin
    check: {postal_of_place: {postal: jusho_yubin, address: jusho_hyoji, home: "HOME"}}
    severity: alert
    basis: 試験
    why: 郵便番号が町字と合いません
"""
LEFT = """\
extra:
  nokori:        {from: jusho_hyoji, steps: [{address_part: {part: nokori, home: "HOME"}}], ja: 分けられなかった部分}
  nokori_ichi:   {from: jusho_hyoji, steps: [{address_part: {part: nokori_ichi, home: "HOME"}}], ja: その位置}
  nokori_nagasa: {from: jusho_hyoji, steps: [{address_part: {part: nokori_nagasa, home: "HOME"}}], ja: その長さ}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("addresses")
    make_town(layout_of("juki", "package_csv"), 200, 1, 0, folder)
    return folder / "in"


def residents(town: Path) -> list[dict[str, str]]:
    text = (town / "NIHONJIN.csv").read_bytes().decode("cp932")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def project(folder: Path, places: list[tuple[str, ...]], *, kept: str = "") -> Library:
    """The source with its address columns dropped but one, and the whole address cut instead.

    Beside its ``places`` stand the other municipalities of the bundled table.
    """
    home = next(place[3] for place in places)
    text = (bundled_root() / MAPPING).read_text(encoding="utf-8")
    for item, (field, part) in ((item, how) for item, how in PARTS.items() if item != kept):
        line = next(line for line in text.splitlines() if line.startswith(f"  {item}:"))
        steps = f'[{{address_part: {{part: {part}, home: "{home}"}}}}]'
        text = text.replace(line, f"  {item}: {{from: jusho_hyoji, steps: {steps}}}")
        text = text.replace("dropped:\n", f"dropped:\n  {field}: 住所表示を分ける\n")
    shown = next(line for line in text.splitlines(keepends=True) if line.startswith("  jusho_hyoji:"))
    text = text.replace(shown, "").replace("extra:\n", LEFT.replace("HOME", home)) + CHECK.replace("HOME", home)
    (folder / SOURCE).mkdir(parents=True)
    (folder / MAPPING).write_text(text, encoding="utf-8")
    bundled = (bundled_root() / SOURCE / "places.csv").read_text(encoding="utf-8").splitlines()
    others = [line for line in bundled if f",{home}," not in line]
    lines = [*others, *(",".join((*place[:5], "", place[5])) for place in places)]
    (folder / SOURCE / "places.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Library(folder)


def deliver(library: Library, town: Path, out: Path) -> RunResult:
    layout = load_layout(library, "juki", "package_csv", words=word_problems)
    return run(layout, Options(town, out, as_of=as_of(layout)))


def found(result: RunResult) -> pl.DataFrame:
    return pl.read_parquet(result.folder / "findings.parquet").filter(pl.col("severity") != "info")


def places_of(town: Path) -> list[tuple[str, ...]]:
    return sorted({tuple(row[column].replace("-", "") for column in COLUMNS) for row in residents(town)})


def test_the_whole_address_comes_to_the_same_as_its_columns(town: Path, tmp_path: Path) -> None:
    cut = deliver(project(tmp_path / "project", places_of(town)), town, tmp_path / "cut")
    whole = deliver(Library(), town, tmp_path / "whole")
    assert found(cut).height == 0
    table = "standard/jumin.csv"
    assert (cut.folder / table).read_bytes() == (whole.folder / table).read_bytes()


def test_what_cannot_be_cut_is_found_and_kept_apart(town: Path, tmp_path: Path) -> None:
    places = places_of(town)
    lost = places[0]
    library = project(tmp_path / "project", places[1:], kept="jusho_shikuchosonkodo")
    result = deliver(library, town, tmp_path / "out")
    hit = [row for row in residents(town) if row["町字"] == lost[2]]
    assert found(result).filter(pl.col("rule") == "X-A1").height == len(hit) > 0
    assert lost[2] not in found(result).write_csv()
    rows: list[dict[str, Any]] = (
        pl.read_csv(result.folder / "extra" / "jumin.csv", infer_schema_length=0)
        .filter(pl.col("nokori").is_not_null())
        .to_dicts()
    )
    shown = {row["宛名番号"]: row["住所表示"] for row in hit}
    assert {row["atenabango"]: row["nokori"] for row in rows} == shown
    assert all((row["nokori_ichi"], row["nokori_nagasa"]) == ("1", str(len(row["nokori"]))) for row in rows)


def test_another_postal_code_is_an_alert(town: Path, tmp_path: Path) -> None:
    places = places_of(town)
    moved = (*places[0][:5], "0000001")
    result = deliver(project(tmp_path / "project", [moved, *places[1:]]), town, tmp_path / "out")
    hit = sum(row["町字"] == moved[2] for row in residents(town))
    assert found(result)["rule"].to_list() == ["X-A2"] * hit


def test_without_a_table_the_national_list_is_known(town: Path, tmp_path: Path) -> None:
    """The municipality is delivered, what follows it is left over, and nothing of it is guessed."""
    library = project(tmp_path / "project", places_of(town))
    own = tmp_path / "project" / SOURCE / "places.csv"
    own.write_text(own.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    inputs = Path(shutil.copytree(town, tmp_path / "in"))
    rows = [row | {"住所表示": f"山口県萩市{row['住所表示']}"} for row in residents(town)]
    with (inputs / "NIHONJIN.csv").open("w", encoding="cp932", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    result = deliver(library, inputs, tmp_path / "out")
    assert found(result).filter(pl.col("rule") == "X-A1").height == len(rows)
    parts = ("jusho_todofuken", "jusho_shikugunchosonmei", "jusho_shikuchosonkodo", "jusho_choaza")
    table = pl.read_csv(result.folder / "standard" / "jumin.csv", infer_schema_length=0)
    cut = table.filter(pl.col("atenabango").is_in([row["宛名番号"] for row in rows])).select(parts)
    assert cut.unique().rows() == [("山口県", "萩市", "352047", None)]


def test_a_word_of_legacy_codes_needs_a_table_that_has_them(tmp_path: Path, town: Path) -> None:
    library = project(tmp_path / "project", places_of(town))
    mapping = tmp_path / "project" / MAPPING
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("address: jusho_hyoji, home:", "code: jusho_hyoji, home:"), encoding="utf-8")
    with pytest.raises(DefinitionErrors) as caught:
        load_layout(library, "juki", "package_csv", words=word_problems)
    assert [(problem.code, problem.facts["word"]) for problem in caught.value.problems] == [
        ("D-WORD-PLACES", "postal_of_place")
    ]
