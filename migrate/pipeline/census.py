"""The gaiji ledger: every character of a run that is a site's own, a second code, or none at all."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from migrate.charset import second_texts
from migrate.io.batch import Batch
from migrate.io.inputs import InputFile
from migrate.pipeline.run_state import State
from migrate.plan import Rule
from migrate.plan.cleansing import REDUCING
from migrate.plan.derived import LETTER_RULES
from migrate.plan.hits import Hit
from migrate.plan.mapping import MappingPlan
from migrate.repertoire import outside
from migrate.spec.gaiji import private_area
from migrate.stages.cleanse import Cleansed
from migrate.stages.map import Mapped

READINGS = 5
PLACES = 3
"""Most readings and first places that the ledger gives for a character."""
BY = ("kind", "code", "file", "column")

_COLUMNS: dict[str, pl.DataType] = {
    **dict.fromkeys(("code", "kind", "state", "text", "basis", "file", "column", "table", "field"), pl.String()),
    **dict.fromkeys(("characters", "people"), pl.UInt32()),
    "candidates": pl.List(pl.String),
    "readings": pl.List(pl.String),
    "first": pl.List(pl.Struct({"source_file": pl.String, "record": pl.UInt64, "offset": pl.UInt64})),
}
LEDGER = pl.Schema(_COLUMNS)
"""One row per code and source column. ``kind``: ``gaiji``, ``twin`` (a second code of a character), ``undefined``
(bytes that the encoding does not have), ``outside`` (a letter that the receiving system does not hold); no code where
they stand in a secret item. ``state``: ``identified``, ``reduced`` (another letter is written for it, by ``basis``),
``unidentified``; ``candidates`` are letters that might be. ``people`` are different units, ``readings`` the most
frequent ones beside it."""


def note(state: State, file: InputFile, batch: Batch, mapped: Mapped | None = None) -> None:
    """Note the characters of a batch, with the unit and the reading of their row where the file is mapped."""
    if not batch.glyphs.is_empty():
        _add(state, file, batch, batch.glyphs, mapped)


def note_letters(
    state: State, file: InputFile, batch: Batch, mapped: Mapped, cleansed: Cleansed, hits: Iterable[Hit]
) -> None:
    """Note the letters of a batch that the receiving system does not hold, replaced or not."""
    cells = [cleansed.ledger.filter(pl.col("rule") == REDUCING).select("field", "row", value="before")]
    for hit in hits:
        if state.plan.book[hit.rule].id in LETTER_RULES:
            field, rows = hit.fields[0], pl.Series("row", hit.rows.astype(np.uint32))
            cells.append(
                pl.DataFrame({"field": [field] * len(rows), "row": rows, "value": cleansed.frame[field].gather(rows)})
            )
    one = pl.concat(cells).unique(["field", "row"], keep="first", maintain_order=True)
    if one.is_empty():
        return
    letters = one.with_columns(letter=pl.col("value").str.extract_all(outside(state.plan.layout.profile.repertoire)))
    letters = letters.explode("letter", empty_as_null=False).drop_nulls("letter")
    codes = {letter: spelled(letter) for letter in letters["letter"].unique()}
    origins = {field.target: next(iter(field.origins), field.target) for field in mapped.plan.fields}
    seen = letters.select(
        column=pl.col("field").replace_strict(origins, return_dtype=pl.String),
        row=cleansed.frame["_row"].gather(letters["row"]),
        kind=pl.lit("outside"),
        code=pl.col("letter").replace_strict(codes, return_dtype=pl.String),
    )
    _add(state, file, batch, seen, mapped)


def spelled(letter: str) -> str:
    """A letter as its code points: ``U+845B U+E0100``."""
    return " ".join(f"U+{ord(character):04X}" for character in letter)


def _add(state: State, file: InputFile, batch: Batch, glyphs: pl.DataFrame, mapped: Mapped | None) -> None:
    places = batch.frame.select("_record", "_offset").with_row_index("row")
    seen = glyphs.join(places, on="row", how="left", maintain_order="left")
    seen = seen.rename({"_record": "record", "_offset": "offset"})
    seen = seen.with_columns(pl.col("column").str.replace(r"#\d+$", ""))
    if mapped is not None:
        seen = _with_people(seen, mapped, state.plan.unit, _readings(state, mapped.plan))
    secret = _secret_columns(state, file.file)
    shown = pl.when(~pl.col("column").is_in(sorted(secret))).then(pl.col("code"))
    state.glyphs.add(
        seen.with_columns(code=shown, file=pl.lit(file.file), source=pl.lit(state.file_number(file.name), pl.UInt16))
    )


def _with_people(seen: pl.DataFrame, mapped: Mapped, unit: str, readings: Mapping[str, str]) -> pl.DataFrame:
    names = sorted(set(readings.values()))
    rows = mapped.frame.select(pl.col(unit).alias("unit"), *names, row="_row").unique("row", keep="first")
    joined = seen.join(rows, on="row", how="left", maintain_order="left")
    reading = pl.coalesce(
        pl.lit(None, pl.String), *(pl.when(pl.col("column") == column).then(name) for column, name in readings.items())
    )
    return joined.with_columns(reading=reading).drop(names)


def _readings(state: State, mapping: MappingPlan) -> dict[str, str]:
    """By source column: the item with the reading of the item that it becomes, which is named after it."""
    fields = state.plan.tables[mapping.to].table.by_name()
    by_ja = {field.ja: name for name, field in fields.items()}
    filled = {field.target for field in mapping.fields}
    found = {}
    for field in mapping.fields:
        reading = by_ja.get(f"{fields[field.target].ja}_フリガナ")
        if reading in filled:
            found.update(dict.fromkeys(field.origins, reading))
    return found


def _items(state: State, file: str) -> dict[str, list[tuple[str, str]]]:
    """By source column: the tables and items that it becomes, of a look-up file by way of those that look it up."""
    found: dict[str, list[tuple[str, str]]] = {}
    for mapping in (mapping for mappings in state.plan.mappings.values() for mapping in mappings):
        ways = [f"{join.name}." for join in mapping.joins if join.file == file]
        ways += [""] if mapping.file == file else []
        for field in mapping.fields:
            for origin in field.origins:
                way = next((way for way in ways if origin.startswith(way)), None)
                if way is not None:
                    found.setdefault(origin.removeprefix(way), []).append((mapping.to, field.target))
    return found


def _secret_columns(state: State, file: str) -> set[str]:
    items, tables = _items(state, file), state.plan.tables
    return {column for column, named in items.items() if any(tables[t].table.field(n).secret for t, n in named)}


def ledger(state: State) -> pl.DataFrame:
    """All of it, as LEDGER, in order of code and column."""
    rows = state.glyphs.all()
    names = dict(enumerate(file.name for file in state.intake.files))
    named = rows.with_columns(source_file=pl.col("source").replace_strict(names, return_dtype=pl.String))
    place = pl.struct("source_file", "record", "offset")
    found = (
        named.sort("source_file", "record", "offset")
        .group_by(BY, maintain_order=True)
        .agg(
            characters=pl.len(),
            people=pl.col("unit").drop_nulls().n_unique(),
            first=place.unique(maintain_order=True).head(PLACES),
        )
    )
    found = found.join(_readings_of(rows), on=BY, how="left", nulls_equal=True, maintain_order="left")
    site = state.plan.source.gaiji
    reduced = {spelled(letter): reduction for letter, reduction in state.plan.layout.reductions.items()}
    texts = {code: glyph.text for code, glyph in site.items()}
    texts |= {code: reduction.to for code, reduction in reduced.items() if reduction.to}
    texts |= _held(found["code"].drop_nulls().unique(), state.plan.layout.profile.private_use)
    bases = {code: glyph.basis for code, glyph in site.items() if glyph.basis}
    bases |= {code: reduction.basis for code, reduction in reduced.items() if reduction.basis}
    candidates = {code: list(reduction.candidates) for code, reduction in reduced.items() if reduction.candidates}
    items = {(file, column): named[0] for file in state.plan.reads for column, named in _items(state, file).items()}
    keys = list(zip(found["file"].to_list(), found["column"].to_list(), strict=True))
    code = pl.col("code")
    twin = pl.col("kind") == "twin"
    text = (
        pl.when(twin)
        .then(code.replace_strict(second_texts(), default=None, return_dtype=pl.String))
        .otherwise(code.replace_strict(texts, default=None, return_dtype=pl.String))
    )
    told = found.with_columns(
        text=text,
        basis=code.replace_strict(bases, default=None, return_dtype=pl.String),
        candidates=pl.Series([candidates.get(one, []) for one in found["code"]], dtype=pl.List(pl.String)),
        readings=pl.col("readings").fill_null(pl.lit([], pl.List(pl.String))),
        state=pl.when(twin)
        .then(pl.lit("identified"))
        .when(text.is_null())
        .then(pl.lit("unidentified"))
        .when(code.is_in(sorted(bases)))
        .then(pl.lit("reduced"))
        .otherwise(pl.lit("identified")),
        table=pl.Series([items.get(key, (None, None))[0] for key in keys], dtype=pl.String),
        field=pl.Series([items.get(key, (None, None))[1] for key in keys], dtype=pl.String),
    )
    return told.select(LEDGER.names()).cast(LEDGER).sort("kind", "code", "file", "column")


def _held(codes: pl.Series, areas: Iterable[str]) -> dict[str, str]:
    """Letters of the private planes that the receiving system holds, by their codes: they are delivered as they are."""
    letters = {code: chr(int(code[2:], 16)) for code in codes if re.fullmatch("U\\+(F|10)[0-9A-F]{4}", code)}
    return {code: letter for code, letter in letters.items() if private_area(letter) in areas}


def _readings_of(rows: pl.DataFrame) -> pl.DataFrame:
    """The most frequent readings beside each code of a column, by number, then by text: not as rows came."""
    counted = rows.drop_nulls("reading").group_by(*BY, "reading").agg(n=pl.len())
    ordered = counted.sort("n", "reading", descending=[True, False])
    return ordered.group_by(BY, maintain_order=True).agg(readings=pl.col("reading").head(READINGS))


def told(found: pl.DataFrame) -> list[dict[str, Any]]:
    """The ledger as ``run.json`` has it: no reading, no place."""
    columns = ("code", "kind", "state", "file", "column", "table", "field", "characters", "people")
    return found.select(columns).to_dicts()


def note_twins(state: State) -> None:
    """A finding for every column of a file that holds second codes, at the first of them."""
    twins = state.glyphs.all().filter(pl.col("kind") == "twin").sort("source", "record")
    for row in twins.unique(["file", "column"], keep="first", maintain_order=True).to_dicts():
        table, field = _items(state, row["file"]).get(row["column"], [("", row["column"])])[0]
        rule = Rule("R-TWIN-CODE", "外字", "info", "keep", state.plan.source.source.owner, table, field)
        name = state.intake.files[row["source"]].name
        state.file_finding(rule, name, record=row["record"], offset=row["offset"])
