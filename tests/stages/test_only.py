"""Some records of a file, read again: what they are among all, and nothing said of the file by so few."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from migrate.io.batch import FileCount
from migrate.io.framing import FileRefused
from migrate.io.inputs import InputFile
from migrate.pipeline.formats import read_batches
from migrate.plan import build
from migrate.synth import make_town
from tests.delivery import Delivery
from tests.towns import Towns, juki, layout_of

WANTED = np.array([3, 5, 40, 41, 10**6], dtype=np.uint64)


@pytest.mark.parametrize("batch_bytes", [5_000, 1 << 20])
@pytest.mark.parametrize(("source", "kind"), [("host_fixed", "kojin"), ("package_csv", "nihonjin")])
def test_some_records_are_those_of_all(
    towns: Towns, tmp_path_factory: pytest.TempPathFactory, source: str, kind: str, batch_bytes: int
) -> None:
    layout = layout_of("juki", source)
    folder = towns.town(60).folder if source == "host_fixed" else tmp_path_factory.mktemp("csv")
    if source != "host_fixed":
        make_town(layout, 60, 1, 0, folder)
    assert layout.source is not None
    (pattern,) = [entry.pattern for entry in layout.source.source.files if entry.file == kind]
    path = next((folder / "in").glob(pattern))
    file, plan = InputFile(kind, path, path.name, path.stat().st_size), build(layout).reads[kind]
    counts = FileCount(kind, path.name), FileCount(kind, path.name)
    every = pl.concat(batch.frame for batch in read_batches(file, plan, batch_bytes, counts[0]))
    some = pl.concat(batch.frame for batch in read_batches(file, plan, batch_bytes, counts[1], WANTED))
    assert_frame_equal(some, every.filter(pl.col("_record").is_in(WANTED.tolist())))
    assert some.height >= 3
    assert counts[0].data == counts[1].data == every.height


def test_records_that_cannot_be_read_are_no_proof_of_another_encoding(towns: Towns, tmp_path: Path) -> None:
    delivery = Delivery(towns.town(60), tmp_path)
    bad = delivery.find("kojin")[:25]
    for record in bad:
        delivery.put("kojin", record, "kanji", b"\xfd\xfd" * 10)
    path = delivery.save() / "KOJIN.DAT"
    file, plan = InputFile("kojin", path, path.name, path.stat().st_size), build(juki()).reads["kojin"]
    some = read_batches(file, plan, 1 << 20, FileCount("kojin", path.name), np.array(bad, dtype=np.uint64))
    assert sum(batch.frame.height for batch in some) == len(bad)
    with pytest.raises(FileRefused, match="F-ENCODING"):
        list(read_batches(file, plan, 1 << 20, FileCount("kojin", path.name)))
