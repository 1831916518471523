"""What ``migrate profile`` found, as tables: rendered from its document, by this module alone."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from migrate.errors import Lang
from migrate.report.tables import grid, number, share
from migrate.report.texts import text

Document: TypeAlias = Mapping[str, Any]

SHOWN_PATTERNS = 3
SHOWN_CODES = 12
SHOWN_GAIJI = 40


def profile_tables(document: Document, lang: Lang) -> Iterator[RenderableType]:
    """An overview, then a sheet for each file, and which files nobody claims."""
    yield _overview(document, lang)
    for file in document["files"]:
        yield from _file(file, lang)
    for name in document["unclaimed"]:
        yield Text(text("profile-unclaimed", lang, file=name))


def _overview(document: Document, lang: Lang) -> Table:
    heads = ("file", ">bytes", "encoding", "kind", ">records", ">length", "line-end", ">fields", "claimed")
    table = grid(lang, *heads, title=text("profile-files", lang))
    for file in document["files"]:
        shape = file["shape"]
        length = shape.get("length")
        table.add_row(
            file["file"],
            number(file["bytes"]),
            file["encoding"]["name"],
            kind_of(shape, lang),
            number(shape["records"]),
            number(length) if length else "-",
            shape.get("terminator", "-"),
            number(len(file["fields"])),
            ", ".join(file["claimed_by"]) or "-",
        )
    return table


def kind_of(shape: Mapping[str, Any], lang: Lang) -> str:
    """``固定長``, ``区切り (,)`` …"""
    kind = text(f"kind-{shape['kind']}", lang)
    return f"{kind} ({shape['delimiter']!r})" if shape["kind"] == "delimited" else kind


def _file(file: Document, lang: Lang) -> Iterator[RenderableType]:
    yield Text("")
    yield Text(file["file"], style="bold")
    for candidate in file["encoding"]["candidates"][:3]:
        facts = {side: _evidence(candidate[side], lang) for side in ("for", "against")} | {"name": candidate["name"]}
        yield Text("  " + text("profile-encoding", lang, **facts))
    for doubt in file["doubts"]:
        yield Text("  " + doubt_of(doubt, lang), style="yellow")
    yield from _misfits(file["shape"], lang)
    if file["fields"]:
        yield _fields(file, lang)
    yield from _gaiji(file, lang)


def _evidence(counts: Mapping[str, int], lang: Lang) -> str:
    told = [f"{text(f'evidence-{name}', lang)} {count:,}" for name, count in counts.items() if count]
    return ", ".join(told) or "-"


def doubt_of(doubt: str, lang: Lang) -> str:
    """What is in doubt, as a sentence."""
    if doubt.startswith("refused-"):
        return text("profile-refused", lang, code=doubt.removeprefix("refused-"))
    return text(f"doubt-{doubt}", lang)


def _misfits(shape: Mapping[str, Any], lang: Lang) -> Iterator[RenderableType]:
    if shape.get("misfits"):
        first = ", ".join(f"{one['record']:,} ({one['has']:,})" for one in shape["first_misfits"][:5])
        unit = text(f"unit-{shape['kind']}", lang)
        yield Text("  " + text("profile-misfits", lang, count=number(shape["misfits"]), first=first, unit=unit))
    if shape.get("rest"):
        yield Text("  " + text("profile-rest", lang, bytes=number(shape["rest"])))
    if types := shape.get("types"):
        told = {name: value or "-" for name, value in types.items()}
        yield Text("  " + text("profile-types", lang, **told))


def _fields(file: Document, lang: Lang) -> Table:
    fixed = file["shape"]["kind"] == "fixed"
    places = (">start", ">length", "type") if fixed else (">no",)
    heads = (*places, "name", "ja", ">filled", ">distinct", ">chars", "patterns", "~shapes", *(["sure"] * fixed))
    table = grid(lang, *heads)
    for field in file["fields"]:
        place = (field["at"], field["width"], field["type"]) if fixed else (field["position"],)
        sure = [f"{field['confidence']:.2f}" if "confidence" in field else ""] * fixed
        table.add_row(*map(str, place), field["name"], field.get("ja", ""), *_statistics(field), _values(field), *sure)
    return table


def _statistics(field: Document) -> tuple[str, ...]:
    distinct = number(field["distinct"]) if field["distinct_exact"] else f"≈{field['distinct']:,}"
    patterns = " ".join(one["pattern"] or "␣" for one in field["patterns"][:SHOWN_PATTERNS])
    filled = share(1 - field["empty_share"])
    return filled, distinct, length_of(field), patterns


def length_of(field: Document) -> str:
    """``3–14``: characters of the shortest and the longest value."""
    least, most = field["chars"]["min"], field["chars"]["max"]
    return str(most) if least == most else f"{least}–{most}"


def _values(field: Document) -> str:
    found = []
    if dates := field.get("dates"):
        found.append(dates["form"])
        found += [f"{value}×{count:,}" for value, count in dates["sentinels"].items()]
    else:
        found += [f"{one['shape']}×{one['count']:,}" for one in field["shapes"][:SHOWN_PATTERNS]]
        codes = field.get("codes", [])
        found += [f"{one['value']}×{one['count']:,}" for one in codes[:SHOWN_CODES]]
        rest = len(codes) - SHOWN_CODES if len(codes) > SHOWN_CODES else 0
        hidden = field.get("codes_hidden", {}).get("values", 0) + rest
        found += [f"+{hidden}"] if codes and hidden else []
    return " ".join(found)


def _gaiji(file: Document, lang: Lang) -> Iterator[RenderableType]:
    gaiji = file["gaiji"]
    if not gaiji or not gaiji["codes"]:
        return
    totals = {text(f"area-{name}", lang): one for name, one in gaiji["totals"].items() if one["codes"]}
    told = ", ".join(f"{name} {one['codes']:,} ({one['count']:,})" for name, one in totals.items())
    yield Text("  " + text("profile-gaiji", lang, told=told))
    codes = " ".join(f"{one['code']}×{one['count']:,}" for one in gaiji["codes"][:SHOWN_GAIJI])
    yield Text(f"    {codes}{' …' if len(gaiji['codes']) > SHOWN_GAIJI else ''}")
