"""How much of a delivery is worked on at once: as much as a run's memory has room for beside what stays in it."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Self

from migrate.pipeline.formats import size_of
from migrate.pipeline.intake import Intake
from migrate.pipeline.options import Options
from migrate.plan import Plan

LOOKUP, SPARSE = 3, 100
"""Of so many bytes of a look-up file one stays in memory, and one of so many of all files: keys of people, findings."""
COPIES = 8
"""Bytes that memory holds for each byte of a block or a bucket, all that are under way together."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Source bytes of a block and of a key bucket, and how many buckets there are.

    A city four times as large has look-ups four times as large: what they take more, blocks take less, down to half.
    """

    batch_bytes: int
    buckets: int

    @classmethod
    def of(cls, plan: Plan, options: Options, intake: Intake) -> Self:
        """For the files that were received."""

        def size(kinds: Container[str]) -> int:
            files = (file for file in intake.files if file.file in kinds and not intake.refused(file.name))
            return sum(size_of(file, plan.reads[file.file]) for file in files)

        stays = size(plan.lookups) // LOOKUP + size(plan.reads) // SPARSE
        bucket = _beside(stays, options.bucket_bytes)
        return cls(_beside(stays, options.batch_bytes), max(1, -(-size(plan.mappings) // bucket)))


def _beside(stays: int, size: int) -> int:
    """What is left of a size beside what stays in memory."""
    return max(size // 2, size - stays // COPIES, 1)
