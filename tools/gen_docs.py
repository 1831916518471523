"""Writes the pages of ``docs/`` that the code knows best; ``--check`` only says which are out of date."""

import csv
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from migrate.spec import csvtext, decisions, project, source, system, table, words
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.vocab import WORDS
from migrate.vocab.registry import Entry

DOCS = Path(__file__).resolve().parents[1] / "docs"
MADE = "<!-- made by tools/gen_docs.py: edit the docstrings or rules.csv, then run it -->\n"

PLAIN = {
    words.Count: "whole number from 1",
    words.Number: "whole number from 0",
    words.YesNo: "yes or no",
    words.Texts: "text, or list of texts",
    words.Name: "name",
    str: "text",
    Any: "anything",
    type(None): "",
}

FILES: tuple[tuple[str, tuple[type[BaseModel], ...]], ...] = (
    (
        "migrate.yaml",
        (project.Project, project.Gates, project.Waiver, project.Go, project.Threshold, project.GateWaiver),
    ),
    (
        "layouts/<system>/system.yaml",
        (
            system.System,
            system.Unit,
            system.State,
            system.Control,
            system.Sample,
            system.Stratum,
            system.SampleRows,
        ),
    ),
    (
        "layouts/<system>/<table>.yaml",
        (table.StandardTable, table.StandardField, table.Unknown, table.Official, table.Check),
    ),
    ("layouts/<system>/import.yaml", (decisions.Decisions, decisions.TableDecision, decisions.FieldDecision)),
    (
        "layouts/<system>/sources/<source>/source.yaml",
        (source.Source, source.FileEntry, source.AsOf, source.CountSheet, source.Checksums),
    ),
    (
        "layouts/<system>/sources/<source>/<file>.yaml",
        (
            source.SourceFile,
            source.FixedRecord,
            source.Delimited,
            source.RecordTypes,
            source.SourceField,
            source.DateForm,
            source.Occurs,
            source.ExtraRecord,
            source.Total,
        ),
    ),
    (
        "layouts/<system>/sources/<source>/to_<table>.yaml",
        (source.Mapping, source.Join, source.Exclusion, source.FieldMapping, source.ExtraField),
    ),
    ("cleansing_rules/common.yaml, cleansing_rules/<system>.yaml", (source.CleansingRule,)),
    ("layouts/profiles/<profile>.yaml", (system.Profile,)),
    ("Everywhere", (words.Condition, words.Word)),
)

INTRO = """\
# Definition files

Every scalar of a YAML file is text: code `01` stays `01`, and `no` stays `no`. Tags, anchors, aliases and merges are
refused, as are keys that stand twice or that nobody knows. `migrate check` proves all files together and tells every
problem as `file:line:col: CODE message`.

A project folder may hold files of its own under the same paths; such a file replaces the bundled one whole.

A *name* has small letters, digits and `_`, a letter first. A *word* is `name` or `{name: {argument: value}}`; the words
are in [vocabulary.md](vocabulary.md).
"""

TABLES = (
    ("layouts/<system>/codes/<name>.csv", csvtext.CODES, "A standard code table: one row per code."),
    (
        "layouts/<system>/sources/<source>/codes/<name>.csv",
        csvtext.MAP,
        "A code map: one row per legacy code; several values of `with` are joined by `|`. It may have a further column "
        "`candidates`: a row that fills it (values joined by `|`) has an empty `to`, for a code that the standard does "
        "not hold. Such a code is never mapped: it is a finding, and whoever decides is told the candidates.",
    ),
    (
        "layouts/profiles/<profile>.csv",
        csvtext.REDUCTIONS,
        "Beside a profile with a `repertoire`: one row per letter that the receiving system does not hold (with its "
        "variation selector or without). Either `to` is what is written for it and `basis` the rule that it goes by, "
        "or `candidates` (separated by a space) are what it might be: then nothing is chosen, and whoever decides is "
        "told. `migrate gaiji reduce` enters the letters of a run.",
    ),
    (
        "layouts/<system>/sources/<source>/gaiji.csv",
        csvtext.GAIJI,
        "Site gaiji: one row per character code (upper-case hexadecimal digits; in a source in UTF-8, private "
        "characters from U+E758 on as `U+E800`) and its Unicode text; `basis` says why, where another character stands "
        "for it (縮退). `migrate gaiji` makes the sheet for it and fills it.",
    ),
    (
        "layouts/<system>/sources/<source>/places.csv",
        csvtext.PLACES,
        "Places that words of addresses go by: one row per 町字 of the municipality, and one for each municipality "
        "that addresses name (`choaza` and `machiaza_id` empty; `machiaza_id` 0000000 where addresses have no 町字). "
        "`jusho_code` is the legacy address code, often of 11 digits. The bundled ones name the invented "
        "municipalities of synthetic towns and nothing else: take yours from アドレス・ベース・レジストリ or from the "
        "old system. What it writes goes before the national list; former municipalities that records still name "
        "belong here.",
    ),
    (
        "layouts/municipalities.csv",
        csvtext.MUNICIPALITIES,
        "The national list behind `places.csv`: one row per 市区町村 and per ward of a designated city (1,741 + 171). "
        "`gun` is its 郡, `also` another writing of its name. Source: 総務省 全国地方公共団体コード and 日本郵便 "
        "postal data as of 2026-10, by public copies that agree (grade S); not fetched from the ministry. Two names "
        "they write with other letters, 梼原町 (檮原町) and 須恵町 (須惠町): both are read. Former municipalities are "
        "not in it. `tools/municipalities.py` makes it. It is read only where a word asks for it.",
    ),
)

KINDS = {
    "op": ("Steps", "Of `steps` in cleansing rules and mappings: this step will …"),
    "check": ("Checks of one item", "Of `check`, with `field`: this item is/has …"),
    "relation": ("Checks of several items", "Of `check`: the items of one row agree."),
    "across": ("Checks across rows and tables", "Of `checks` in `system.yaml`."),
    "control": ("Controls", "Of `controls` in `system.yaml`: both sides agree on …"),
}


def definition_files() -> str:
    """``definition-files.md``: every key of every file, from the models."""
    parts = [MADE, INTRO]
    for path, models in FILES:
        parts.append(f"## {path}\n" if path == "Everywhere" else f"## `{path.replace(', ', '`, `')}`\n")
        parts += [_model(model) for model in models]
    parts.append("## Tables\n\nCSV in UTF-8 with exactly this head; every cell is text.\n")
    for path, head, told in TABLES:
        columns = ", ".join(f"`{name}`{' (may be empty)' if name in csvtext.MAY_BE_EMPTY else ''}" for name in head)
        parts.append(f"### `{path}`\n\n{told}\n\nColumns: {columns}.\n")
    return "\n".join(parts)


def _model(model: type[BaseModel]) -> str:
    hints = typing.get_type_hints(model, include_extras=True)
    condition = issubclass(model, words.Condition) and model is not words.Condition
    inherited = words.Condition.model_fields if condition else {}
    lines = [f"### {_spaced(model.__name__)}", "", _prose(model.__doc__ or ""), ""]
    if condition:
        lines += ["Takes the clauses of a [condition](#condition), too.", ""]
    lines += ["| key | value | without it |", "|---|---|---|"]
    for name, info in model.model_fields.items():
        if name not in inherited:
            without = "must stand" if info.is_required() else _default(info.get_default(call_default_factory=True))
            lines.append(f"| `{info.alias or name}` | {_type(hints[name])} | {without} |")
    return "\n".join([*lines, ""])


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _prose(doc: str) -> str:
    return " ".join(doc.split()).replace("``", "`")


def _default(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, BaseModel):
        return "its defaults"
    return "" if value in (None, (), {}) else f"`{value}`"


def _type(hint: Any) -> str:
    """A type as an author of definition files reads it."""
    for known, told in PLAIN.items():
        if hint is known or hint == known:
            return told
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _type(parts[0])
    if origin is typing.Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(filter(None, map(_type, parts)))
    if origin is tuple:
        return f"list of {_type(parts[0])}"
    if origin is dict:
        return f"map of text to {_type(parts[1])}"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        title = _spaced(hint.__name__)
        return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"
    raise TypeError(hint)


def vocabulary() -> str:
    """``vocabulary.md``: every word, from its docstring."""
    parts = [MADE, "# Vocabulary\n\nThe words that definition files may use; `migrate words NAME` shows one of them.\n"]
    for kind, (title, told) in KINDS.items():
        parts.append(f"## {title}\n\n{told}\n")
        parts += [_word(entry) for _, entry in sorted(WORDS.items()) if entry.kind == kind]
    return "\n".join(parts)


def _word(entry: Entry) -> str:
    lines = [f"### `{entry.name}`", ""]
    if entry.arguments:
        told = [f"`{n}`{'' if p.default is p.empty else ' (may be left out)'}" for n, p in entry.arguments.items()]
        lines += [f"Arguments: {', '.join(told)}.", ""]
    return "\n".join([*lines, *_manual(entry.manual), ""])


def _manual(manual: str) -> Iterator[str]:
    """The docstring: its sections become a list."""
    for line in manual.replace("``", "`").splitlines():
        section = re.match(r"([A-Z][a-z]+): ", line)
        yield f"- **{section[1]}:** {line[section.end() :]}" if section else line


SYSTEMS = (("juki", "host_fixed"), ("jutogai", "host_fixed"), ("kotei", "host_fixed"))
RULES = """\
# Rules and where they are checked

By number: the rules for a migration of 住民情報 and its neighbours (V01–V30), and what is found in old extracts
(P01–P30), each with the checks of the bundled layouts that find it. `R-…` are checks that follow from the definitions
of items. The list of rules is [rules.csv](rules.csv); a check whose id has the number of a rule (`JK-V12-1`) stands
there by itself.

| | rule | checks | |
|---|---|---|---|
"""


def rules() -> str:
    """``rules.md``: every rule, the checks that find it, or why there is none."""
    with (DOCS / "rules.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    ids = [id_ for which in SYSTEMS for id_ in _check_ids(load_layout(Library(), *which))]
    lines = []
    for row in listed:
        named = [id_ for id_ in ids if re.fullmatch(rf"[A-Z]+-{row['no']}(-[0-9]+)?", id_)]
        checks = dict.fromkeys([*named, *row["checks"].split()])
        lines.append(f"| {row['no']} | {row['rule']} | {', '.join(f'`{check}`' for check in checks)} | {row['note']} |")
    return "\n".join([MADE, RULES + "\n".join(lines), ""])


def _check_ids(layout: Layout) -> Iterator[str]:
    mappings = layout.source.mappings.values() if layout.source else ()
    for part in (layout.system, *layout.tables.values(), *mappings):
        yield from dict.fromkeys(check.id for check in part.checks)


PAGES: Mapping[str, Any] = {
    "definition-files.md": definition_files,
    "vocabulary.md": vocabulary,
    "rules.md": rules,
}


def main(arguments: list[str]) -> int:
    """1 if ``--check`` finds a page that is not what the code says."""
    stale = [name for name, page in PAGES.items() if _text(DOCS / name) != page()]
    if "--check" in arguments:
        for name in stale:
            sys.stderr.write(f"docs/{name} is out of date: run python tools/gen_docs.py\n")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
        sys.stdout.write(f"docs/{name}\n")
    return 0


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
