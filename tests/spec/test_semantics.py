"""Problems that show in another file than the one that caused them, and problems that must not show."""

import re
from itertools import product
from pathlib import Path

import pytest

from migrate.spec.csvtext import Row
from migrate.spec.gaiji import gaiji_table
from migrate.spec.semantics.delivery import share_a_name
from migrate.spec.source import Encoding
from migrate.spec.table import StandardField
from tests.spec.tiny_system import SOURCE, copy_to, load, problems

DELIMITED = """file: hogaki
ja: 方書
format: delimited
delimited: {delimiter: ","}
fields:
  - {name: code}
  - {name: name}
  - {name: since, date: {forms: [GYYMMDD]}}
"""


def changed(tmp_path: Path, *, file: str, old: str, new: str) -> list[tuple[str, str]]:
    """(file, code) of every problem after one replacement in one file of the source."""
    project = copy_to(tmp_path)
    path = project / SOURCE / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return [((problem.file or "").rpartition("/")[2], problem.code) for problem in problems(project)]


def test_an_era_date_needs_eras(tmp_path: Path) -> None:
    eras = 'eras: {"3": 昭和, "4": 平成, "5": 令和}\n'
    assert changed(tmp_path, file="source.yaml", old=eras, new="") == [("kojin.yaml", "D-SRC-ERAS")]


def test_an_era_date_in_text_needs_eras(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    source, hogaki = (project / SOURCE / name for name in ("source.yaml", "hogaki.yaml"))
    hogaki.write_text(DELIMITED, encoding="utf-8")
    assert "D-SRC-ERAS" not in {problem.code for problem in problems(project)}
    source.write_text(re.sub("(?m)^eras:.*\n", "", source.read_text(encoding="utf-8")), encoding="utf-8")
    assert ("hogaki.yaml", "D-SRC-ERAS") in {((p.file or "")[-11:], p.code) for p in problems(project)}


def test_a_file_that_nobody_reads(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    source = project / SOURCE / "source.yaml"
    source.write_text(source.read_text(encoding="utf-8") + "  - {file: setai, pattern: SETAI.DAT}\n", encoding="utf-8")
    layout = (project / SOURCE / "hogaki.yaml").read_text(encoding="utf-8")
    (project / SOURCE / "setai.yaml").write_text(layout.replace("file: hogaki", "file: setai"), encoding="utf-8")
    assert [problem.code for problem in problems(project)] == ["D-SRC-UNREAD"]


def test_gaiji_that_delimited_text_does_not_tell(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    with (project / SOURCE / "gaiji.csv").open("a", encoding="utf-8") as file:
        file.write("FA40,亜,,\n")
    assert problems(project) == ()
    (project / SOURCE / "hogaki.yaml").write_text(
        DELIMITED.replace("name: name}", "name: name, ja: 方書}"), encoding="utf-8"
    )
    found = [(problem.code, problem.line) for problem in problems(project) if problem.code.startswith("D-GAIJI")]
    assert found == [("D-GAIJI-AREA", 4)]


@pytest.mark.parametrize(
    ("encoding", "code", "found"),
    [
        ("utf-8", "F040", []),
        ("utf-8", "U+E800", []),
        ("utf-8", "U+10F000", []),
        ("utf-8", "U+E000", ["D-GAIJI-CODE"]),
        ("cp932", "U+E800", ["D-GAIJI-CODE"]),
    ],
)
def test_letters_of_unicode_text_go_by_code_points_where_cp932_has_no_code(
    encoding: Encoding, code: str, found: list[str]
) -> None:
    row = Row(2, {"code": code, "text": "葛", "basis": "", "note": ""})
    assert [problem.code for problem in gaiji_table("gaiji.csv", [row], [encoding])[1]] == found


def test_gaiji_beside_files_of_two_hosts(tmp_path: Path) -> None:
    """B0A1 is one letter in JEF and another in IBM's encodings."""
    project = copy_to(tmp_path)
    (project / SOURCE / "gaiji.csv").write_text("code,text,basis,note\n80A1,亜,,\n", encoding="utf-8")
    for file, encoding in (("hogaki", "jef"), ("kojin", "jef")):
        path = project / SOURCE / f"{file}.yaml"
        text = path.read_text(encoding="utf-8").replace("format: fixed", f"format: fixed\nencoding: {encoding}")
        path.write_text(text, encoding="utf-8")
    assert problems(project) == ()
    path.write_text(text.replace("encoding: jef", "encoding: ibm939"), encoding="utf-8")
    assert [problem.code for problem in problems(project)] == ["D-GAIJI-ENCODINGS"]


def test_a_host_has_no_delimited_text(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    text = DELIMITED.replace("format: delimited", "format: delimited\nencoding: jef")
    (project / SOURCE / "hogaki.yaml").write_text(text, encoding="utf-8")
    assert "D-SRC-ENCODING" in [problem.code for problem in problems(project)]


def test_more_codes_than_can_be_told(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    codes = [
        f"{lead:02X}{trail:02X}" for lead in range(0x88, 0x9E) for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD))
    ]
    rows = "".join(f"{code},亜,,\n" for code in codes)
    (project / SOURCE / "gaiji.csv").write_text("code,text,basis,note\n" + rows, encoding="utf-8")
    assert [problem.code for problem in problems(project)] == ["D-GAIJI-MANY"]


@pytest.mark.parametrize(
    "steps", ["jotai: {from: jotai, codes: state, with: kubun, on_miss: alert", "umare: {from: birth"]
)
def test_steps_that_do_nothing(tmp_path: Path, steps: str) -> None:
    found = changed(tmp_path, file="to_hito.yaml", old=steps + "}", new=steps + ", steps: [trim]}")
    assert found == [("to_hito.yaml", "D-MAP-STEPS")]


def test_a_code_map_that_nobody_uses(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    (project / SOURCE / "codes/spare.csv").write_text("from,with,to,note\n1,,1,\n", encoding="utf-8")
    assert [problem.code for problem in problems(project)] == ["D-MAP-UNUSED"]


def test_an_unknown_file_in_a_mapping(tmp_path: Path) -> None:
    found = changed(tmp_path, file="to_yokushi.yaml", old="from: kojin\n", new="from: kojinn\n")
    assert ("to_yokushi.yaml", "D-NAME-FILE") in found


def test_an_unknown_table_in_a_mapping(tmp_path: Path) -> None:
    found = changed(tmp_path, file="to_yokushi.yaml", old="to: yokushi\n", new="to: yokushii\n")
    assert ("to_yokushi.yaml", "D-NAME-TABLE") in found


@pytest.mark.parametrize("broken", ["kojin.yaml", "hogaki.yaml", "to_hito.yaml", "source.yaml", "codes/state.csv"])
def test_nothing_is_concluded_from_a_file_that_cannot_be_read(broken: str, tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    (project / SOURCE / broken).write_bytes(b"\xff")
    assert [problem.file for problem in problems(project)] == [(SOURCE / broken).as_posix()]


def test_problems_of_all_files_come_at_once_in_order_of_place(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    for path in project.rglob("*.*"):
        path.write_bytes(b"\xff" if path.name not in ("source.yaml", "system.yaml") else path.read_bytes())
    found = [problem.file or "" for problem in problems(project)]
    assert found[0] == "migrate.yaml"
    assert found[1:] == sorted(found[1:])
    read = [path for path in project.rglob("*.*") if "other" not in path.parts]  # the system that nobody refers to
    assert len(found) == len([path for path in read if path.read_bytes() == b"\xff"])


def test_one_check_may_stand_in_two_mappings_if_it_says_the_same(tmp_path: Path) -> None:
    check = "checks:\n  - {id: TN-S01, check: not_full, field: kanji, severity: %s, basis: 見本, why: 切捨ての疑い}\n"
    for severity, codes in (("alert", []), ("info", ["D-ID-DUPLICATE"])):
        project = copy_to(tmp_path / severity)
        mapping = project / SOURCE / "to_yokushi.yaml"
        mapping.write_text(mapping.read_text(encoding="utf-8") + check % severity, encoding="utf-8")
        assert [problem.code for problem in problems(project)] == codes


def test_what_is_loaded(tmp_path: Path) -> None:
    layout = load(copy_to(tmp_path))
    assert layout.source is not None
    assert list(layout.tables) == ["hito", "yokushi"]
    assert list(layout.source.files) == ["kojin", "hogaki"]
    assert list(layout.source.mappings) == ["to_hito", "to_yokushi"]
    assert layout.source.code_maps["state"].table == {
        ("10", "0"): "1",
        ("10", "1"): "1",
        ("20", ""): "2",
        ("30", ""): "9",
    }
    assert layout.source.gaiji["F041"].text == "葛\U000e0100"
    assert layout.codes["seibetsu"]["1"].name == "男"
    assert [rule.id for rule in layout.rules] == ["C-N01", "C-T01"]
    problem = layout.problem("layouts/tiny/hito.yaml", ("fields", 2, "required"), "D-COND-EMPTY")
    assert problem.place.startswith("layouts/tiny/hito.yaml:7:")


def test_patterns_share_a_name_exactly_when_some_name_matches_both() -> None:
    from fnmatch import fnmatchcase

    names = ["".join(letters) for n in range(5) for letters in product("ab", repeat=n)]
    patterns = ["".join(letters) for n in range(1, 4) for letters in product("ab*?", repeat=n)]
    for one, other in product(patterns, repeat=2):
        both = any(fnmatchcase(name, one) and fnmatchcase(name, other) for name in names)
        assert share_a_name(one, other) == both, (one, other)


@pytest.mark.parametrize(("digits", "length", "decimals"), [(None, 0, 0), ("30", 30, 0), ("9,2", 9, 2), ("many", 0, 0)])
def test_digits_of_an_item(digits: str | None, length: int, decimals: int) -> None:
    item = StandardField(name="a", ja="項目", type="N", digits=digits, grade="model", source="test")
    assert (item.length, item.decimals) == (length, decimals)
