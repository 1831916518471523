"""Fit & gap: what of the standard comes from where, what of the source goes where, and where it may not fit.

One plain document from the definitions alone; with a delivery also what occurs in it.
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any, TypeAlias

from migrate.inventory.census import Counted, Place
from migrate.inventory.columns import LONGEST_CODE, ColumnCensus
from migrate.spec import source as vendor
from migrate.spec.layout import CodeMap, Layout, SourceLayout
from migrate.spec.source import FieldMapping, SourceField, SourceFile
from migrate.spec.table import StandardField, StandardTable

SCHEMA = "migrate.fitgap/1"
Document: TypeAlias = dict[str, Any]
NARROW = ("X", "9", "9V", "S9")
"""Types of items that hold letters of one byte only."""


def fitgap(layout: Layout, counted: Counted | None = None) -> Document:
    """One row per item and mapping onto its table, one row per source field; with ``counted`` what occurs."""
    source = layout.source
    assert source is not None
    items = [row for table in layout.tables.values() for row in _items(layout, source, table, counted)]
    fields = list(_fields(source, counted))
    return {
        "schema": SCHEMA,
        "system": layout.system.system,
        "source": source.source.source,
        "files_read": counted.files if counted else None,
        "refused": counted.refused if counted else {},
        "misfits": counted.misfits if counted else {},
        "summary": {
            "items": dict(Counter(row["status"] for row in items)),
            "fields": dict(Counter(row["status"] for row in fields)),
            "risks": dict(Counter(risk["risk"] for row in items for risk in row["risks"])),
        },
        "items": items,
        "fields": fields,
    }


def _items(layout: Layout, source: SourceLayout, table: StandardTable, counted: Counted | None) -> Iterator[Document]:
    mappings = {name: mapping for name, mapping in source.mappings.items() if mapping.to == table.table}
    for item in table.fields:
        head = {
            "table": table.table,
            "item": item.name,
            "ja": item.ja,
            "type": item.type,
            "digits": item.digits,
            "required": item.required == "always",
            "grade": item.grade,
        }
        if not mappings:
            yield {**head, "mapping": None, "status": "unreached", "from": [], "risks": _must(item, "unreached")}
        for name, mapping in mappings.items():
            yield {**head, "mapping": name, **_Cell(layout, source, table, mapping, item, counted).row()}


class _Cell:
    """One item of one mapping."""

    def __init__(
        self,
        layout: Layout,
        source: SourceLayout,
        table: StandardTable,
        mapping: vendor.Mapping,
        item: StandardField,
        counted: Counted | None,
    ) -> None:
        self.source, self.mapping, self.item, self.counted = source, mapping, item, counted
        self.standard = layout.codes.get(item.codes or "", {})
        self.derived = item.name in table.derived

    def row(self) -> Document:
        """Status, origin, reason and risks."""
        field = self.mapping.fields.get(self.item.name)
        if field is None:
            status = "derived" if self.derived else "absent"
            reason = self.mapping.absent.get(self.item.name, "")
            return {"status": status, "from": [], "reason": reason, "risks": _must(self.item, status)}
        if field.value is not None:
            return {"status": "defaulted", "from": [], "reason": field.reason or "", "risks": []}
        places = [place_of(self.mapping, name) for name in (field.from_, *field.first) if name]
        risks = [risk for place in places for risk in self._risks(field, place)]
        found: Document = {"status": "mapped", "from": [".".join(place) for place in places], "reason": ""}
        if field.codes:
            found["codes"] = field.codes
        fill = self._fill(places)
        if fill is not None:
            found["fill"] = round(fill, 6)
            if self.item.required == "always" and fill < 1:
                risks.append({"risk": "required-empty", "fill": round(fill, 6)})
        return found | {"risks": risks}

    def _fill(self, places: list[Place]) -> float | None:
        """The greatest share of filled records among the fields; None where nothing was counted."""
        columns = self.counted.columns if self.counted else {}
        known = [(place, columns[place]) for place in places if place in columns and columns[place].rows]
        return max((filled(one, self._field(place)) / one.rows for place, one in known), default=None)

    def _field(self, place: Place) -> SourceField | None:
        return fields_of(self.source.files[place[0]]).get(place[1])

    def _risks(self, field: FieldMapping, place: Place) -> Iterator[Document]:
        origin = self._field(place)
        census = self.counted.columns.get(place) if self.counted else None
        if origin is None or origin.date is not None:
            return
        if field.codes is not None:
            yield from _unmapped(self.source.code_maps[field.codes], census, place)
            return
        if self.standard and not field.steps:
            yield from _unknown(self.standard, census, place)
        elif self.item.type in NARROW and origin.type in ("N", "M"):
            yield {"risk": "type", "from": origin.type, "to": self.item.type}
        yield from self._digits(origin, census, place)

    def _digits(self, origin: SourceField, census: ColumnCensus | None, place: Place) -> Iterator[Document]:
        digits = (self.item.digits or "").partition(",")[0]
        if not digits.isdigit() or self.item.type in ("DATE", "YEAR", "TIME", "BLOB"):
            return
        width = origin.width // 2 if origin.type == "N" else origin.width
        if census is not None and census.chars[1] > int(digits):
            yield {
                "risk": "digits-exceeded",
                "field": ".".join(place),
                "longest": census.chars[1],
                "digits": int(digits),
            }
        elif census is None and width > int(digits):
            yield {"risk": "digits", "field": ".".join(place), "width": width, "digits": int(digits)}


def _must(item: StandardField, status: str) -> list[Document]:
    """An item that the standard demands and nothing fills."""
    return [{"risk": "required-absent"}] if item.required == "always" and status in ("absent", "unreached") else []


def _unmapped(codes: CodeMap, census: ColumnCensus | None, place: Place) -> Iterator[Document]:
    if census is not None:
        yield from _missing("codes-unmapped", {code[0] for code in (*codes.table, *codes.candidates)}, census, place)


def _unknown(standard: Mapping[str, object], census: ColumnCensus | None, place: Place) -> Iterator[Document]:
    if census is None:
        yield {"risk": "codes-open", "field": ".".join(place)}
    else:
        yield from _missing("codes-unknown", standard, census, place)


def _missing(risk: str, known: Container[str], census: ColumnCensus, place: Place) -> Iterator[Document]:
    """Codes that occur and are not known; with too many different values to count, only how many there are."""
    if census.codes is None:
        yield {"risk": "codes-uncounted", "field": ".".join(place), "values": census.distinct[0]}
    elif missing := {value: count for value, count in census.codes.items() if value not in known}:
        yield {"risk": risk, "field": ".".join(place), **_told(missing)}


def _told(missing: Mapping[str, int]) -> Document:
    """Codes that occur: short ones by name, for a definition says that the field holds codes; others only counted."""
    short = {code: n for code, n in missing.items() if code.isascii() and code.isalnum() and len(code) <= LONGEST_CODE}
    return {
        "codes": [{"value": code, "count": count} for code, count in sorted(short.items())],
        "values": len(missing),
        "count": sum(missing.values()),
    }


def filled(census: ColumnCensus, origin: SourceField | None) -> int:
    """Values of a column, without those that mean no date."""
    empty = origin.date.empty if origin and origin.date else ()
    return census.filled - sum(census.dates.sentinels[value] for value in empty)


def place_of(mapping: vendor.Mapping, name: str) -> Place:
    """The field that a name of the mapping means."""
    join = mapping.join.get(name.partition(".")[0])
    return (join.file, name.partition(".")[2]) if join else (mapping.from_, name)


def fields_of(file: SourceFile) -> dict[str, SourceField]:
    """Fields of a file by name, those of groups that repeat as ``group.field``."""
    found: dict[str, SourceField] = {}
    for field in file.fields:
        if field.occurs is None:
            found[field.name] = field
        else:
            found |= {f"{field.name}.{part.name}": part for part in field.occurs.fields}
    return found


def _fields(source: SourceLayout, counted: Counted | None) -> Iterator[Document]:
    items, extra, decides, dropped = _uses(source)
    for file in source.files.values():
        for name, field in fields_of(file).items():
            place = (file.file, name)
            row: Document = {"file": file.file, "field": name, "ja": field.ja or field.column or "", "type": field.type}
            row["width"] = field.width or None
            group = (file.file, name.partition(".")[0])
            reason = dropped.get(place) or dropped.get(group) or ""
            row["status"] = (
                "mapped"
                if place in items
                else "extra"
                if place in extra
                else "used"
                if place in decides
                else "dropped"
                if reason
                else "filler"
                if field.type == "filler"
                else "unread"
            )
            row["items"] = items.get(place, []) + extra.get(place, [])
            row["reason"] = reason if row["status"] == "dropped" else ""
            if counted is not None and (census := counted.columns.get(place)) and census.rows:
                row["fill"] = round(filled(census, field) / census.rows, 6)
                row["longest"] = census.chars[1]
            yield row


def _uses(
    source: SourceLayout,
) -> tuple[dict[Place, list[str]], dict[Place, list[str]], set[Place], dict[Place, str]]:
    """Items and 独自項目 by the field they come from, fields that decide something, reasons of dropped fields."""
    items: dict[Place, list[str]] = {}
    extra: dict[Place, list[str]] = {}
    decides: set[Place] = set()
    dropped: dict[Place, str] = {}
    for file in source.files.values():
        if file.types:
            decides.add((file.file, file.types.by))
    for mapping in source.mappings.values():
        for target, field in mapping.fields.items():
            for name in field.origins():
                items.setdefault(place_of(mapping, name), []).append(f"{mapping.to}.{target}")
        for target, one in mapping.extra.items():
            if one.from_ is not None:
                extra.setdefault(place_of(mapping, one.from_), []).append(f"{mapping.to}.{target}")
        conditions = [*mapping.join.values(), *mapping.exclude, *filter(None, [mapping.skip_slot])]
        decides |= {place_of(mapping, name) for condition in conditions for name in condition.fields()}
        dropped |= {(mapping.from_, name): reason for name, reason in mapping.dropped.items()}
        for join in mapping.join.values():
            decides |= {place_of(mapping, name) for name in join.on} | {(join.file, name) for name in join.on.values()}
            dropped |= {(join.file, name): reason for name, reason in join.dropped.items()}
    return {place: sorted(set(names)) for place, names in items.items()}, extra, decides, dropped
