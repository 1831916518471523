"""``layouts/jutogai`` is what the importer makes of the official sheet, and that is what the sheet says."""

import hashlib
import re
import shutil
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from pathlib import Path

from migrate.importer import import_sheet, read_decisions
from migrate.spec.library import bundled_root
from tests.towns import layout_of

OFFICIAL = Path(__file__).parents[1] / "official"
SHEET = OFFICIAL / "jutogai-atena-item-definition.xlsx"
MADE_BY_HAND = ("import.yaml", "sources")
NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
NOT_UNDERSTOOD = {
    "I-SHEET-CONDITION": ["R9", "R10", "R11", "R12", "R13", "R24", "R25", "R26", "R29", "R30"],
    "I-SHEET-REPEAT": ["O29", "O30"],
    "I-SHEET-OWN-CODES": ["N30"],
    "I-SHEET-CODE-ZEROS": ["N31"],
}


def cells() -> Iterator[dict[str, str]]:
    """Items by column letter, read from the XML itself, by nothing that the importer uses."""
    with zipfile.ZipFile(SHEET) as archive:
        strings = [
            "".join(t.text or "" for path in ("x:t", "x:r/x:t") for t in entry.iterfind(path, NAMESPACE))
            for entry in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        ]
        rows = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iterfind(".//x:row", NAMESPACE)
        for row in rows:
            told = {}
            for cell in row.iterfind("x:c", NAMESPACE):
                value = cell.findtext("x:v", "", NAMESPACE)
                column = re.sub(r"\d", "", cell.get("r", ""))
                told[column] = strings[int(value)] if value and cell.get("t") == "s" else value
            if re.fullmatch(r"\d+", told.get("C", "")):
                yield told


def test_the_sheet_is_the_one_its_note_speaks_of() -> None:
    digest = hashlib.sha256(SHEET.read_bytes()).hexdigest()
    assert digest in (OFFICIAL / "SOURCE.md").read_text(encoding="utf-8")


def test_the_layout_is_the_import_byte_for_byte() -> None:
    folder = bundled_root() / "layouts" / "jutogai"
    made = import_sheet(SHEET, "jutogai", read_decisions(folder / "import.yaml"))
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in MADE_BY_HAND
    }
    assert dict(made.files) == there
    told: dict[str, list[str]] = {}
    for remark in made.remarks:
        told.setdefault(remark.problem.code, []).append(remark.cell)
    assert told == NOT_UNDERSTOOD


def test_every_item_is_that_of_the_sheet_to_the_letter() -> None:
    (table,) = layout_of("jutogai").tables.values()
    rows = list(cells())
    assert len(rows) == len(table.fields) == 29
    for row, field in zip(rows, table.fields, strict=True):
        official = field.official
        assert official
        assert official.id == f"{row['B']}{row['C'].zfill(5)}"
        assert (field.name, field.ja, field.grade) == (row["E"], row["D"], "P")
        assert (field.type, field.digits) == (row["L"].replace("Ｎ", "N"), row["M"])
        assert (field.name in table.key) == (row.get("G") == "○")
        assert official.foreign == (row.get("H") == "○")
        assert official.code == (row.get("N") or None)
        assert official.repeat == (row.get("O") or None)
        assert official.output == row["P"]
        assert (field.required == "always") == (row["P"] == "必須")
        assert official.implement == (row.get("T") == "○")
        assert list(official.classes) == [row[column] for column in "IJK" if row.get(column)]
        assert official.definition == row["Q"].strip()
        assert official.spec == row["S"]
        assert official.sample == row["U"].strip()
        prose = f"※※{official.condition}" if official.condition else ""
        assert "\n".join(filter(None, (official.rule, prose))) == row.get("R", "").strip()
    assert table.ja == rows[0]["F"]


def test_code_tables_are_those_of_the_sheet() -> None:
    values = {
        name: {code: row.name for code, row in codes.items()} for name, codes in layout_of("jutogai").codes.items()
    }
    assert values == {
        "seibetsu": {"0": "不明（未記入）", "1": "男", "2": "女"},
        "daihyoatenafuragu": {"0": "代表宛名", "1": "非代表宛名"},
    }
    fields = layout_of("jutogai").tables["atena_kihon"].by_name()
    coded = {name: field.codes for name, field in fields.items() if field.codes}
    assert coded == {"seibetsu": "seibetsu", "daihyoatenafuragu": "daihyoatenafuragu"}


def test_what_is_kept_apart() -> None:
    table = layout_of("jutogai").tables["atena_kihon"]
    assert table.secrets == {"kojinbango"}
    assert table.folder
    assert table.derived == {"seinengappi_fushohyoki"}


def test_the_sheet_travels_with_the_tests_only(tmp_path: Path) -> None:
    """An import does not need the sheet to stand anywhere in particular."""
    copy = shutil.copy(SHEET, tmp_path / SHEET.name)
    decisions = read_decisions(bundled_root() / "layouts" / "jutogai" / "import.yaml")
    assert import_sheet(Path(copy), "jutogai", decisions).files == import_sheet(SHEET, "jutogai", decisions).files
