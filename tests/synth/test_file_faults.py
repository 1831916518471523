"""Every fault of a whole file is refused or reported by its code, with a sentence that says what to do."""

import shutil
from pathlib import Path

import pytest

from migrate.pipeline import Options, run
from migrate.synth import FILE_KINDS, NoFileFits, make_spoilt_town, make_town
from tests.spoilt import try_kind
from tests.synth.test_delivery import digest
from tests.towns import Towns, juki, layout_of

ROWS = 40
OF_TEXT = ("file_of_another_layout", "missing_file", "empty_file", "utf8", "growing_file", "eof_mark")
"""Kinds tried on delimited files, too."""
OF_RECORDS = ("wrong_record_length", "lost_crlf", "csv_instead", "wrong_trailer_count", "mixed_as_of", "missing_part")
"""Kinds that no delimited file of that source can have."""
OF_AMOUNTS = ("wrong_amount_total", "wrong_count_sheet")
"""Kinds of deliveries that state sums of amounts."""


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with the delivery of a town without faults."""
    folder = tmp_path_factory.mktemp("earlier")
    make_town(juki(), ROWS, 1, 0, folder)
    assert run(juki(), Options(folder / "in", folder / "out")).exit_code == 0
    return folder / "out"


@pytest.mark.parametrize("kind", [kind for kind in FILE_KINDS if kind not in OF_AMOUNTS])
def test_every_kind_in_fixed_records(kind: str, earlier: Path, tmp_path: Path) -> None:
    shutil.copytree(earlier, tmp_path / "out")
    spoilt = try_kind(juki(), kind, rows=ROWS, seed=len(kind), folder=tmp_path)
    assert spoilt.earlier
    assert {line["kind"] for line in spoilt.key} == {kind}
    assert list(spoilt.complaints()) == []


@pytest.mark.parametrize("kind", OF_AMOUNTS)
def test_kinds_of_amounts(kind: str, towns: Towns, tmp_path: Path) -> None:
    layout = layout_of("kotei")
    given = towns.references(layout, ROWS)
    spoilt = try_kind(layout, kind, rows=ROWS, seed=1, folder=tmp_path, references=given)
    assert {line["kind"] for line in spoilt.key} == {kind}
    assert list(spoilt.complaints()) == []


@pytest.mark.parametrize("kind", OF_TEXT)
def test_kinds_in_delimited_text(kind: str, tmp_path: Path) -> None:
    assert list(try_kind(layout_of("juki", "package_csv"), kind, rows=ROWS, seed=2, folder=tmp_path).complaints()) == []


@pytest.mark.parametrize("kind", OF_RECORDS)
def test_kinds_that_no_file_of_a_source_can_have(kind: str, tmp_path: Path) -> None:
    with pytest.raises(NoFileFits):
        make_spoilt_town(layout_of("juki", "package_csv"), ROWS, 1, kind, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["missing_part", "gzip"])
def test_same_arguments_same_bytes_also_over_another_town(kind: str, tmp_path: Path) -> None:
    make_spoilt_town(juki(), ROWS, 3, kind, tmp_path / "one")
    make_spoilt_town(juki(), ROWS, 3, "same_file_twice", tmp_path / "two")
    make_spoilt_town(juki(), ROWS, 3, "unclaimed_file", tmp_path / "two")
    make_spoilt_town(juki(), ROWS, 3, kind, tmp_path / "two")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
