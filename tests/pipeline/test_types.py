"""Types that are no text are delivered in their form or not at all."""

from pathlib import Path

import pytest

from migrate.pipeline import Options, run
from migrate.synth import make_town
from tests.towns import Towns, layout_of

KOTEI = layout_of("kotei")


@pytest.mark.parametrize("raw", [b"\x01Z\x00\xb1", b"20 5", b"R006"])
def test_a_year_that_is_none_is_left_out(towns: Towns, tmp_path: Path, raw: bytes) -> None:
    make_town(KOTEI, 40, 1, 0, tmp_path)
    path = tmp_path / "in/TOCHI.DAT"
    source = KOTEI.source
    assert source is not None
    file = source.files["tochi"]
    place = next(field for field in file.fields if field.name == source.mappings["to_tochi"].fields["hyokanendo"].from_)
    deleted = next(field for field in file.fields if field.name == "delete_flag")
    assert file.record is not None
    stride = file.record.length + 2
    data = bytearray(path.read_bytes())
    rows = 0
    for at in range(0, len(data), stride):
        if data[at : at + 1] == b"2":
            data[at + place.at - 1 : at + place.at - 1 + place.width] = raw
            rows += data[at + deleted.at - 1 : at + deleted.at] != b"9"
    path.write_bytes(data)
    result = run(KOTEI, Options(tmp_path / "in", tmp_path / "out", references=towns.references(KOTEI, 40)))
    found = {(row["rule"], row["field"]): row["count"] for row in result.report["findings"]}
    assert found["R-FORM", "hyokanendo"] == rows > 10
    assert raw not in (result.folder / "standard/tochi.csv").read_bytes()
