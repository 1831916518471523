"""Blocks and buckets take the room that is left beside what stays in memory."""

from pathlib import Path

import pytest

from migrate.io.inputs import InputFile
from migrate.pipeline.intake import Intake
from migrate.pipeline.options import Options
from migrate.pipeline.sizes import COPIES, LOOKUP, SPARSE, Sizes
from migrate.plan import Plan, build
from migrate.vocab import daykey
from tests.towns import juki

MIB = 1 << 20


@pytest.fixture(scope="module")
def plan() -> Plan:
    return build(juki(), as_of=daykey.pack(2026, 10, 1))


def sizes(plan: Plan, **files: int) -> Sizes:
    """Of a delivery with files of these kinds and sizes."""
    options = Options(Path("in"), Path("out"), batch_bytes=64 * MIB, bucket_bytes=32 * MIB)
    received = [InputFile(kind, Path(f"{kind}.DAT"), f"{kind}.DAT", size) for kind, size in files.items()]
    return Sizes.of(plan, options, Intake(tuple(received), ()))


def test_a_file_that_is_looked_up_makes_blocks_and_buckets_smaller(plan: Plan) -> None:
    alone = sizes(plan, kojin=1000 * MIB)
    assert alone.batch_bytes == 64 * MIB - 1000 * MIB // SPARSE // COPIES
    with_lookup = sizes(plan, kojin=1000 * MIB, setai=120 * MIB)
    stays = 120 * MIB // LOOKUP + 1120 * MIB // SPARSE
    assert with_lookup.batch_bytes == 64 * MIB - stays // COPIES
    assert with_lookup.buckets == -(-1000 * MIB // (32 * MIB - stays // COPIES)) > alone.buckets


def test_blocks_are_never_smaller_than_half_and_there_is_always_a_bucket(plan: Plan) -> None:
    assert sizes(plan, kojin=10_000 * MIB, setai=10_000 * MIB).batch_bytes == 32 * MIB
    assert sizes(plan) == Sizes(64 * MIB, 1)
