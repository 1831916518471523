"""The ranges of unit keys that a delivery is cut into."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from migrate.pipeline.intake import receive
from migrate.pipeline.options import Options
from migrate.pipeline.stream import sample_bounds
from migrate.plan import build, framing_plans
from tests.towns import Towns, juki


def test_a_unit_key_that_a_look_up_gives_is_left_out_of_the_sample(towns: Towns, tmp_path: Path) -> None:
    layout = juki()
    assert layout.source is not None
    intake = receive(Options(towns.town(40, 1, 0.0).inputs, tmp_path), layout.source, framing_plans(layout))
    assert intake.as_of is not None
    plan = build(layout, as_of=intake.as_of)
    data = {file.name: file for file in intake.files if file.file in plan.mappings}
    asked = pl.col("bango.new")
    looked_up = {
        file: tuple(
            replace(one, fields=tuple(replace(f, value=asked) if f.target == plan.unit else f for f in one.fields))
            for one in mappings
        )
        for file, mappings in plan.mappings.items()
    }
    assert len(sample_bounds(plan, data, buckets=4)) == 3
    some = replace(plan, mappings={**plan.mappings, "kojin": looked_up["kojin"]})
    assert len(sample_bounds(some, data, buckets=4)) == 3
    assert sample_bounds(replace(plan, mappings=looked_up), data, buckets=4).is_empty()
