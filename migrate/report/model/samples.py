"""A few records for each rule, to look at: where they stand, and the shape of what was wrong."""

from collections.abc import Iterator

import polars as pl

from migrate.findings import masks
from migrate.io.protected import PLACE
from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Note, Row, Section, Table, columns
from migrate.report.model.protection import spared_units

EACH = 3
SAMPLES = ("light=severity", "rule", "table", "item", "file", ">record", ">offset", "value", "sentence")


def samples(evidence: Evidence) -> Iterator[Section]:
    """The first records of each rule that are known to be of nobody under protection."""
    spared = spared_units(evidence)
    if spared is None:
        yield Section("samples", (Note("samples-none"),))
        return
    of_spared = evidence.units.filter(pl.col("unit").is_in(sorted(spared)))
    found = evidence.found.filter(pl.col("severity") != "info", pl.col("units").is_not_null())
    found = found.join(of_spared, on=PLACE, how="anti", maintain_order="left")
    some = found.filter(pl.int_range(pl.len()).over("rule", "table", "field") < EACH)
    values = evidence.withheld.select(*PLACE, "table", "field", "value").unique(
        [*PLACE, "table", "field"], keep="first", maintain_order=True
    )
    shown = some.join(
        values, on=[*PLACE, "table", "field"], how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(value=pl.col("value") if evidence.reveal else masks(pl.col("value")))
    ordered = shown.sort(pl.col("severity") == "alert", "rule", "table", "field", *PLACE, maintain_order=True)
    chosen = ordered.select("severity", "rule", "table", "field", *PLACE, "offset", "value")
    rows = [_sample(evidence, row) for row in chosen.rows()]
    note = Note("samples-revealed", loud=True) if evidence.reveal else Note("samples")
    blocks: list[Block] = [note, Table("samples", columns(*SAMPLES), rows, shown=500, sheet=evidence.reveal)]
    yield Section("samples", tuple(blocks))


def _sample(evidence: Evidence, row: tuple[str, ...]) -> Row:
    severity, rule, table, field, *place = row
    return (severity, rule, evidence.table(table), evidence.item(table, field), *place, evidence.sentence(rule))
