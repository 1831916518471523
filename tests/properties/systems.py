"""Small systems made up by hypothesis: a byte layout, a standard table, records, and their bytes from a plain loop."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

KEY = {"required": "always", "on_error": "quarantine"}
ENDS = {"crlf": b"\r\n", "lf": b"\n", "none": b""}
ERAS = (
    (date(2019, 5, 1), "5", 2018),
    (date(1989, 1, 8), "4", 1988),
    (date(1926, 12, 25), "3", 1925),
    (date(1912, 7, 30), "2", 1911),
    (date(1868, 1, 25), "1", 1867),
)
NARROW = "".join(map(chr, range(0x21, 0x7F))) + "ｦｧｱｲｳｶｷﾅﾝﾞﾟ"
GARBAGE = b"\x01\x0a\x0d\x1a\x1f\x41\x7f\x80\x8d\xa0\xb1"
"""Bytes of a gap: nothing that a file of another format begins with, and no NUL."""
WIDE = "山田太郎髙―～ソ表予能十亜黑アヴヶ々、。０Ａａ　"


@dataclass(frozen=True)
class Part:
    """One field of a record. ``kind``: X, N, M, 9, era (GYYMMDD), day (YYYYMMDD) or gap."""

    name: str
    kind: str
    width: int
    wide: bool = False
    zeros: bool = False
    triple: bool = False

    @property
    def dated(self) -> bool:
        return self.kind in ("era", "day")

    def spec(self, at: int) -> dict[str, Any]:
        """As a definition file says it."""
        said: dict[str, Any] = {"name": self.name, "at": str(at), "width": str(self.width)}
        said["type"] = {"gap": "filler", "era": "X", "day": "X"}.get(self.kind, self.kind)
        if self.dated:
            said["date"] = {"form": "GYYMMDD" if self.kind == "era" else "YYYYMMDD"}
            if self.zeros:
                said["date"]["empty"] = ["0" * self.width]
            if self.triple:
                said["date"]["unknown"] = ["9" * self.width]
        return said

    def values(self) -> st.SearchStrategy[Any]:
        """What may stand there: text, digits, a date as (year, month, day), or None."""
        if self.kind == "gap":
            return st.lists(st.sampled_from(GARBAGE), min_size=self.width, max_size=self.width).map(bytes)
        if self.kind == "9":
            return st.integers(0, 10**self.width - 1).map(lambda number: f"{number:0{self.width}}")
        if self.dated:
            days = (
                st.dates(date(1868, 1, 25), date(2050, 12, 31)).filter(self.has).map(lambda d: (d.year, d.month, d.day))
            )
            if not self.triple:
                return st.none() | days
            return (
                st.none()
                | days
                | days.map(lambda d: (d[0], d[1], 0))
                | days.map(lambda d: (d[0], 0, 0))
                | st.just((0, 0, 0))
            )
        letters, size = (WIDE, 2) if self.kind == "N" or self.wide else (NARROW + " ", 1)
        texts = st.text(letters, min_size=1, max_size=self.width // size).filter(lambda t: t[-1] not in " \u3000")
        return st.none() | texts

    def has(self, day: date) -> bool:
        """The day is one of its calendar: by the lunar one, which dates with an era go by until 1872, no month had a
        31st, and 明治5年12月 two days."""
        return self.kind != "era" or day >= date(1873, 1, 1) or (day.day < 31 and day < date(1872, 12, 3))

    def render(self, value: Any) -> bytes:
        """The bytes of one value."""
        if self.kind == "gap":
            return bytes(value)
        if self.dated:
            return self._date(value).encode().ljust(self.width)
        pad = "　".encode("cp932") if self.kind == "N" else b" "
        raw = (value or "").encode("cp932")
        return raw + pad * ((self.width - len(raw)) // len(pad))

    def _date(self, value: tuple[int, int, int] | None) -> str:
        if value is None:
            return "0" * self.width if self.zeros else ""
        year, month, day = value
        if year == 0:
            return "9" * self.width
        if self.kind == "day":
            return f"{year:04}{month:02}{day:02}"
        last = date(year, month or 12, day or 28)
        era, base = next((digit, base) for first, digit, base in ERAS if last >= first)
        return f"{era}{year - base:02}{month:02}{day:02}"

    def delivered(self, value: Any) -> str:
        """As the delivered table must show it."""
        if self.dated and value is not None:
            return f"{value[0]:04}-{value[1]:02}-{value[2]:02}"
        return value or ""

    def items(self) -> list[dict[str, Any]]:
        """The standard items it fills."""
        item: dict[str, Any] = {"name": self.name, "ja": self.name, "grade": "model", "source": "見本"}
        if self.name == "id":
            item |= KEY
        if not self.dated:
            wide = self.kind == "N" or self.wide
            letters = "9" if self.kind == "9" else "N" if wide else "X"
            return [item | {"type": letters, "digits": str(self.width // (2 if wide else 1))}]
        item |= {"type": "DATE"}
        if not self.triple:
            return [item]
        flag, text = f"{self.name}_flag", f"{self.name}_text"
        extra = {"ja": "不詳", "grade": "model", "source": "見本"}
        return [
            item | {"unknown": {"flag": flag, "text": text}, "noncalendar": "yes"},
            {"name": flag, "type": "X", "digits": "1", **extra},
            {"name": text, "type": "N", "digits": "72", **extra},
        ]


@dataclass
class Made:
    """A system on disk, the records that were rendered, and what must come out."""

    parts: list[Part]
    slot: list[Part]
    times: int
    records: list[dict[str, Any]]
    slots: list[list[dict[str, Any]]]
    end: str
    typed: bool
    batch_bytes: int
    bucket_bytes: int
    last_end: bool = True
    order: list[int] = field(default_factory=list)

    @property
    def group_width(self) -> int:
        return sum(part.width for part in self.slot) * self.times

    @property
    def length(self) -> int:
        return int(self.typed) + sum(part.width for part in self.parts) + self.group_width

    def source_file(self) -> dict[str, Any]:
        """``kojin.yaml``."""
        fields: list[dict[str, Any]] = []
        at = 1
        if self.typed:
            fields.append({"name": "rectype", "at": "1", "width": "1"})
            at = 2
        for part in self.parts:
            fields.append(part.spec(at))
            at += part.width
        if self.slot:
            inner, within = [], 1
            for part in self.slot:
                inner.append(part.spec(within))
                within += part.width
            occurs = {"times": str(self.times), "width": str(within - 1), "fields": inner}
            fields.append({"name": "g", "at": str(at), "width": str(self.group_width), "occurs": occurs})
        made: dict[str, Any] = {"file": "kojin", "ja": "見本", "format": "fixed", "fields": fields}
        made["record"] = {"length": str(self.length), "terminator": self.end}
        if self.typed:
            rest = {"name": "rest", "at": "10", "width": str(self.length - 9), "type": "filler"}
            first = {"name": "rectype", "at": "1", "width": "1"}
            day = {"form": "YYYYMMDD"}
            made["types"] = {"by": "rectype", "header": "1", "data": "2", "trailer": "9"}
            made["header"] = {"fields": [first, {"name": "kijunbi", "at": "2", "width": "8", "date": day}, rest]}
            made["trailer"] = {
                "fields": [first, {"name": "kensu", "at": "2", "width": "8", "type": "9"}, rest],
                "totals": [{"total": "records", "field": "kensu"}],
            }
        return made

    def write(self, folder: Path) -> Path:
        """The definition files below ``folder`` and the delivery in ``folder/in``."""
        home = folder / "layouts" / "made"
        documents = {home / "system.yaml": self._system(), home / "sources/host/source.yaml": self._source()}
        documents[home / "sources/host/kojin.yaml"] = self.source_file()
        mapped = [part for part in self.parts if part.kind != "gap"]
        items = [item for part in (mapped[i] for i in self.order) for item in part.items()]
        documents[home / "hito.yaml"] = {"table": "hito", "ja": "人", "key": ["id"], "fields": items}
        documents[home / "sources/host/to_hito.yaml"] = {
            "to": "hito",
            "from": "kojin",
            "fields": {part.name: {"from": part.name} for part in mapped},
            **({"dropped": {"rectype": "区分"}} if self.typed else {}),
        }
        if self.slot:
            inner = [part for part in self.slot if part.kind != "gap"]
            key = next(item for part in mapped if part.name == "id" for item in part.items())
            number = {"name": "no", "ja": "番", "type": "9", "digits": "2", "grade": "model", "source": "見本", **KEY}
            fields = [key, number, *(item for part in inner for item in part.items())]
            documents[home / "sub.yaml"] = {"table": "sub", "ja": "副", "key": ["id", "no"], "fields": fields}
            documents[home / "sources/host/to_sub.yaml"] = {
                "to": "sub",
                "from": "kojin",
                "rows": "g",
                "skip_slot": {"empty": "g.code"},
                "fields": {"id": {"from": "id"}, "no": {"from": "g.no"}}
                | {part.name: {"from": f"g.{part.name}"} for part in inner},
            }
        for path, document in documents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        (folder / "in").mkdir()
        (folder / "in" / "KOJIN.DAT").write_bytes(self.render())
        return folder / "in"

    def _system(self) -> dict[str, Any]:
        tables = ["hito", "sub"] if self.slot else ["hito"]
        said = {"system": "made", "ja": "見本", "number": "999", "spec": "見本", "version": "1", "grade": "model"}
        return said | {
            "source": "見本",
            "profile": "kihon-data-list",
            "unit": {"key": "id", "ja": "人"},
            "tables": tables,
        }

    def _source(self) -> dict[str, Any]:
        said: dict[str, Any] = {"source": "host", "ja": "見本", "owner": "現行ベンダ", "encoding": "cp932"}
        said["eras"] = {"1": "明治", "2": "大正", "3": "昭和", "4": "平成", "5": "令和"}
        if self.typed:
            said["as_of"] = {"file": "kojin", "field": "kijunbi"}
        return said | {"files": [{"file": "kojin", "pattern": "KOJIN.DAT"}]}

    def render(self) -> bytes:
        """The file, record by record, field by field."""
        lines = []
        for record, slots in zip(self.records, self.slots, strict=True):
            raw = b"2" if self.typed else b""
            raw += b"".join(part.render(record[part.name]) for part in self.parts)
            raw += b"".join(part.render(slot[part.name]) for slot in slots for part in self.slot)
            lines.append(raw)
        if self.typed:
            lines = [b"120261001".ljust(self.length), *lines, f"9{len(lines):08}".encode().ljust(self.length)]
        end = ENDS[self.end]
        return end.join(lines) + (end if self.last_end else b"")

    def expected(self) -> list[dict[str, str]]:
        """Rows of the first table, in key order."""
        mapped = [part for part in self.parts if part.kind != "gap"]
        rows = [{part.name: part.delivered(record[part.name]) for part in mapped} for record in self.records]
        return sorted(rows, key=lambda row: row["id"])

    def expected_slots(self) -> list[dict[str, str]]:
        """Rows of the table of slots, in key order."""
        inner = [part for part in self.slot if part.kind != "gap"]
        rows = []
        for record, slots in zip(self.records, self.slots, strict=True):
            for number, slot in enumerate(slots, start=1):
                if slot["code"] is not None:
                    values = {part.name: part.delivered(slot[part.name]) for part in inner}
                    rows.append({"id": record["id"], "no": str(number), **values})
        return sorted(rows, key=lambda row: (row["id"], int(row["no"])))


@st.composite
def parts(draw: st.DrawFn, name: str) -> Part:
    """A field of any kind and width."""
    kind = draw(st.sampled_from(["X", "X", "N", "N", "M", "9", "era", "day", "gap"]))
    if kind in ("era", "day"):
        return Part(name, kind, 7 if kind == "era" else 8, zeros=draw(st.booleans()), triple=draw(st.booleans()))
    width = draw(st.integers(1, 6)) * 2 if kind in ("N", "M") else draw(st.integers(1, 9))
    return Part(name, kind, width, wide=kind == "M" and draw(st.booleans()))


@st.composite
def systems(draw: st.DrawFn) -> Made:
    """A system with its records."""
    made = [draw(parts(f"f{number}")) for number in range(draw(st.integers(1, 6)))]
    made.insert(draw(st.integers(0, len(made))), Part("id", "X", 8))
    typed = draw(st.booleans())
    if typed:
        made.append(Part("gap_end", "gap", 10))
    slot: list[Part] = []
    if draw(st.booleans()):
        slot = [Part("code", "X", 3), *(draw(parts(f"s{number}")) for number in range(draw(st.integers(0, 2))))]
    times = draw(st.integers(1, 3)) if slot else 0
    ids = draw(st.lists(st.integers(1, 999_999), min_size=1, max_size=9, unique=True))
    values = st.fixed_dictionaries({part.name: part.values() for part in made if part.name != "id"})
    inner = st.fixed_dictionaries({part.name: part.values() for part in slot})
    mapped = sum(part.kind != "gap" for part in made)
    return Made(
        made,
        slot,
        times,
        [draw(values) | {"id": f"K{number:07}"} for number in ids],
        [[draw(inner) for _ in range(times)] for _ in ids],
        draw(st.sampled_from(sorted(ENDS))),
        typed,
        draw(st.sampled_from([1, 100, 1 << 20])),
        draw(st.sampled_from([50, 200, 1 << 20])),
        draw(st.booleans()),
        draw(st.permutations(range(mapped))),
    )
