"""Which file is what, whatever the order the file system lists them in."""

import errno
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.io.inputs import Expected, claim

PERSONS = Expected("person", "P*.DAT", required=True, parts=True, empty=False)
HOUSES = Expected("house", "H.DAT", required=False, parts=False, empty=True)
MARKS = Expected("mark", "M?.DAT", required=True, parts=False, empty=False)


def folder_of(path: Path, *names: str) -> Path:
    for name in names:
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"" if "empty" in name or name == "H.DAT" else b"x")
    return path


def test_files_by_pattern_in_name_order(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "P2.DAT", "P10.DAT", "sub/P1.DAT", "M1.DAT", "H.DAT", "README.txt", "stray.csv")
    found = claim(folder, [replace(PERSONS, gaps=True), HOUSES, MARKS], ["README*"])
    assert [(f.file, f.name, f.bytes) for f in found.files] == [
        ("house", "H.DAT", 0),
        ("mark", "M1.DAT", 1),
        ("person", "P10.DAT", 1),
        ("person", "P2.DAT", 1),
        ("person", "sub/P1.DAT", 1),
    ]
    assert found.unclaimed == ("stray.csv",)
    assert not found.refused


def test_names_are_case_sensitive_everywhere(tmp_path: Path) -> None:
    found = claim(folder_of(tmp_path, "p1.dat", "M1.DAT"), [PERSONS, MARKS], [])
    assert found.unclaimed == ("p1.dat",)


def test_what_is_missing_too_many_or_empty(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "M1.DAT", "M2.DAT", "Pempty.DAT")
    found = claim(folder, [PERSONS, HOUSES, MARKS], [])
    assert {name: reason.code for name, reason in found.refused.items()} == {
        "M1.DAT": "F-TOO-MANY",
        "M2.DAT": "F-TOO-MANY",
        "Pempty.DAT": "F-EMPTY",
    }
    assert claim(folder_of(tmp_path / "x", "M1.DAT"), [PERSONS], []).refused["P*.DAT"].code == "F-MISSING"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_regular_file_is_refused_unopened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "P1.DAT")
    (tmp_path / "M1.DAT").symlink_to("nowhere")
    os.mkfifo(tmp_path / "stray")
    found = claim(tmp_path, [PERSONS, MARKS], [])
    assert {name: reason.code for name, reason in found.refused.items()} == {
        "P1.DAT": "F-IRREGULAR",
        "P*.DAT": "F-MISSING",
        "M1.DAT": "F-IRREGULAR",
        "M?.DAT": "F-MISSING",
    }
    assert found.files == ()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_listing_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    folder = folder_of(tmp_path, *(f"P{n}.DAT" for n in range(20)), "M1.DAT", "a.csv", "b.csv")
    expected = claim(folder, [PERSONS, MARKS], [])
    names = os.listdir(folder)
    random.Random(seed).shuffle(names)
    monkeypatch.setattr(os, "walk", lambda *_, **__: iter([(str(folder), [], names)]))
    assert claim(folder, [PERSONS, MARKS], []) == expected


def test_a_folder_that_may_not_be_read_is_no_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files would be told as missing, and the sender be asked for them again."""
    folder_of(tmp_path / "below", "P1.DAT")
    look = os.scandir

    def scandir(path: str | os.PathLike[str]) -> object:
        if Path(path) == tmp_path / "below":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(PermissionError):
        claim(tmp_path, [PERSONS], [])


def test_a_gap_in_the_numbers_of_parts_is_a_part_that_did_not_come(tmp_path: Path) -> None:
    found = claim(folder_of(tmp_path, "P1.DAT", "P3.DAT", "M1.DAT"), [PERSONS, MARKS], [])
    assert {name: reason.code for name, reason in found.refused.items()} == {PERSONS.pattern: "F-PART-GAP"}
    assert found.refused[PERSONS.pattern].facts["missing"] == "2"


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ("P1 P2 P3", None),
        ("P0 P1", None),
        ("P_001 P_002", None),
        ("P P1 P2", None),
        ("P P2", None),
        ("P20261001", None),
        ("P1_20261001 P2_20261001", None),
        ("P1-1 P1-3", None),  # two numbers: which one counts is not known
        ("Pa Pc", None),
        ("P2 P3", "1"),
        ("P P2 P5", "3, 4"),
        ("P P1 P3", "2"),
        ("P_001 P_003", "2"),
        ("P1_20261001 P3_20261001", "2"),
        ("P1 P3 P_20260901", "2"),  # a day is no number, and takes none away
    ],
)
def test_which_parts_are_missing(tmp_path: Path, names: str, missing: str | None) -> None:
    folder = folder_of(tmp_path, *(f"{name}.DAT" for name in names.split()))
    found = claim(folder, [PERSONS], []).refused
    assert {code.facts["missing"] for code in found.values()} == ({missing} if missing else set())
    assert claim(folder, [replace(PERSONS, gaps=True)], []).refused == {}


@pytest.mark.parametrize(
    ("names", "twice"),
    [
        ("P1_20261001 P1_20260901 P2_20261001", "P1_20260901 P1_20261001"),  # an earlier extraction was left there
        ("P1 P01 P2", "P01 P1"),
        ("P1 old/P1 old/P2", "P1 old/P1"),
        ("P1 P2 P3", ""),
        ("P1-east P1-west", ""),  # two series
        ("P2024_1 P2025_1", ""),  # two years
        ("P old/P P2", "P old/P"),  # a name without a number is the first part
        ("P1_261001 P1_260901 P2_261001", "P1_260901 P1_261001"),
        ("P20261001 P20260901", ""),  # days, no numbers
        ("P1-1 P1-3", ""),  # two numbers: which one counts is not known
    ],
)
def test_which_parts_came_more_than_once(tmp_path: Path, names: str, twice: str) -> None:
    folder = folder_of(tmp_path, *(f"{name}.DAT" for name in names.split()))
    found = claim(folder, [PERSONS], []).refused
    told = [f"{name}.DAT" for name in twice.split()]
    assert {name: (code.code, code.facts) for name, code in found.items()} == {
        name: ("F-PART-TWICE", {"number": "1", "names": ", ".join(told)}) for name in told
    }
    assert claim(folder, [replace(PERSONS, gaps=True)], []).refused == {}
