"""Everything that can be known to be wrong with the definition files without any data."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.semantics.codes import code_problems
from migrate.spec.semantics.completeness import completeness_problems
from migrate.spec.semantics.delivery import delivery_problems
from migrate.spec.semantics.glyphs import glyph_problems
from migrate.spec.semantics.identity import identity_problems
from migrate.spec.semantics.joins import join_problems
from migrate.spec.semantics.mappings import mapping_problems
from migrate.spec.semantics.records import record_problems
from migrate.spec.semantics.references import reference_problems
from migrate.spec.semantics.rules import rule_problems
from migrate.spec.semantics.system import system_problems
from migrate.spec.semantics.tables import table_problems

Subject: TypeAlias = Callable[[Draft], Iterator[Problem]]

SUBJECTS: tuple[Subject, ...] = (
    identity_problems,
    system_problems,
    reference_problems,
    table_problems,
    rule_problems,
    delivery_problems,
    record_problems,
    mapping_problems,
    join_problems,
    completeness_problems,
    code_problems,
    glyph_problems,
)


def problems_of(draft: Draft) -> Iterator[Problem]:
    """Every problem of what was read, subject by subject."""
    for subject in SUBJECTS:
        yield from subject(draft)
