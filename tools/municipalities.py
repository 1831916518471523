"""Writes ``layouts/municipalities.csv`` of two public copies that must agree; ``--check`` only compares.

    python tools/municipalities.py LIST POSTAL

LIST is 総務省's 全国地方公共団体コード as CSV (columns ``code``, ``prefecture``, ``city``; six digits; prefectures have
no ``city``). POSTAL is Japan Post's postal data: ``utf_ken_all.csv``, or an SQLite file whose table ``postal_data``
holds JSON (``jisx0402``, ``prefecture``, ``city``). The list gives codes and names, the postal data 郡 and the wards of
designated cities. Whatever one of them says otherwise ends the program, but for NAMES.
"""

import csv
import io
import json
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from migrate.spec.csvtext import MUNICIPALITIES, Row
from migrate.spec.municipalities import check_digit, municipality_table

OUT = Path(__file__).resolve().parents[1] / "layouts" / "municipalities.csv"
NAMES = {"394050": ("梼原町", "檮原町"), "403440": ("須恵町", "須惠町")}
"""Names that the list and the postal data write with other letters."""
Names = Mapping[str, tuple[str, str]]
"""都道府県 and name by code of six digits."""


def listed(path: Path) -> Names:
    """The municipalities of the list."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: (row["prefecture"], row["city"]) for row in csv.DictReader(file) if row["city"]}


def postal(path: Path) -> Names:
    """The municipalities and wards of the postal data, with their 郡."""
    found: dict[str, tuple[str, str]] = {}
    for five, *name in _rows(path):
        code, names = five + check_digit(five), (name[0], name[1])
        if found.setdefault(code, names) != names:
            sys.exit(f"{code}: {names} and {found[code]}")
    return found


def _rows(path: Path) -> Iterator[tuple[str, str, str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from ((row[0], row[6], row[7]) for row in csv.reader(file))
        return
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        for (text,) in base.execute("select data from postal_data"):
            row = json.loads(text)
            rows = [row, *(other for other in row["alternates"] if isinstance(other, dict))]
            yield from ((one["jisx0402"], one["prefecture"], one["city"]) for one in rows if one.get("jisx0402"))


def merged(names: Names, post: Names) -> Iterator[tuple[str, ...]]:
    """Lines of the table, by code; the program ends where the two do not agree."""
    for code in sorted({*names, *post}):
        prefecture, city = names.get(code) or post[code]
        there, full = post.get(code) or names[code]
        written = NAMES.get(code, (city, city))
        before = full.removesuffix(written[1])
        parents = {whole for ken, whole in names.values() if ken == prefecture and whole.endswith("市")}
        ward = re.fullmatch("(.+市).+区", city)
        plain = code in post or any(ken == prefecture and name.startswith(city) for ken, name in post.values())
        alike = prefecture == there and written[0] == city and full.endswith(written[1]) and plain
        if not alike or (code not in names and not (ward and ward[1] in parents)):
            sys.exit(f"{code}: {prefecture}{city} and {there}{full}")
        also = written[1] if written[1] != city else before + city if before and not before.endswith("郡") else ""
        yield code, prefecture, before if before.endswith("郡") else "", city, also


def main(arguments: list[str]) -> int:
    """1 if ``--check`` finds the table other than the copies say."""
    paths = [Path(argument) for argument in arguments if argument != "--check"]
    lines = list(merged(listed(paths[0]), postal(paths[1])))
    rows = [Row(i, dict(zip(MUNICIPALITIES, line, strict=True))) for i, line in enumerate(lines, 2)]
    for problem in municipality_table(OUT.name, rows)[1]:
        sys.exit(f"{problem.place}: {problem.code} {dict(problem.facts)}")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([MUNICIPALITIES, *lines])
    sys.stdout.write(f"{len(lines)} municipalities and wards\n")
    if "--check" in arguments:
        return 0 if OUT.read_bytes() == text.getvalue().encode() else 1
    OUT.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
