"""Go or no-go, and the ledger of rehearsals, for people."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from migrate.errors import Lang
from migrate.report.tables import grid, number, tick
from migrate.report.texts import text, texts


def gates(document: Mapping[str, Any], lang: Lang) -> Iterator[RenderableType]:
    """Each gate with its figure, and who answers for one that does not hold."""
    yield Text(text(f"gate-{'go' if document['go'] else 'no-go'}", lang, run=document["run_id"]), style="bold")
    table = grid(lang, "gate", "~sentence", ">figure", ">most", "holds", "~note")
    for row in document["gates"]:
        key = f"gate-{row['gate']}"
        told = text(key, lang) if key in texts() else text("gate-findings", lang)
        table.add_row(
            row["gate"], told, f"{row['figure']:,}", number(row["most"]), tick(row["holds"]), _waiver(row, lang)
        )
    yield table


def _waiver(row: Mapping[str, Any], lang: Lang) -> str:
    for kind in ("waiver", "ended"):
        if row[kind]:
            return text(f"gate-note-{kind}", lang, **row[kind])
    return ""


def rehearsal_list(lines: Iterable[Mapping[str, Any]], head: str, lang: Lang) -> Iterator[RenderableType]:
    """One line per entry of the ledger, and the SHA-256 to note down."""
    table = grid(lang, "no", "~name", "run", "verdict", "as-of", ">seconds", "~at", "~person", "~note")
    for position, line in enumerate(lines, start=1):
        name = line.get("name") or text("ledger-freeze", lang)
        at = line["at"] + (text("at-clock", lang) if line["at_clock"] else "")
        minutes = line.get("rollback_minutes")
        back = "" if minutes is None else text("ledger-rollback", lang, minutes=minutes)
        note = " ".join(filter(None, (line.get("note"), back)))
        verdict = text(f"verdict-{line['verdict']}", lang)
        cells = (line["run"], verdict, line["as_of"] or "", number(line["seconds"]), at, line["person"], note)
        table.add_row(str(position), name, *cells)
    yield table
    yield Text(text("ledger-head", lang, head=head), overflow="fold")
