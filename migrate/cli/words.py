"""``migrate words``: the vocabulary of the definition files; the manual of a word is its docstring."""

from typing import TYPE_CHECKING

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import GUESS, Problem, UsageError, nearest
from migrate.report.tables import grid
from migrate.report.texts import text

if TYPE_CHECKING:
    from migrate.vocab.registry import Entry

KINDS = ("op", "check", "relation", "across", "control")


@click.command("words")
@click.argument("name", required=False)
@settings.json_option
@click.pass_obj
def command(session: Session, name: str | None, as_json: bool) -> int:
    entries = _entries(name)
    if as_json:
        document = [_document(entry) for entry in entries]
        session.document(document)
    elif name:
        (entry,) = entries
        session.out.print(
            f"{_usage(entry)}  [{text(f'kind-{entry.kind}', session.lang)}]\n\n{entry.manual}", soft_wrap=True
        )
    else:
        table = grid(session.lang, "word", "word-kind", "arguments", "does")
        for entry in entries:
            kind = text(f"kind-{entry.kind}", session.lang)
            table.add_row(entry.name, kind, ", ".join(entry.arguments), entry.manual.partition("\n")[0])
        session.sheet(table)
    return 0


def _entries(name: str | None) -> list["Entry"]:
    """The word asked for, or all of them, by kind and name."""
    from migrate.vocab import checks, controls, ops  # noqa: F401  (they fill the table)
    from migrate.vocab.registry import WORDS

    if name is None:
        return sorted(WORDS.values(), key=lambda entry: (KINDS.index(entry.kind), entry.name))
    if name not in WORDS:
        raise UsageError(Problem("U-WORD-UNKNOWN", {"name": name, GUESS: nearest(name, WORDS)}))
    return [WORDS[name]]


def _usage(entry: "Entry") -> str:
    """The word as it is written in a definition file."""
    if not entry.arguments:
        return entry.name
    return f"{{{entry.name}: {{{', '.join(f'{argument}: …' for argument in entry.arguments)}}}}}"


def _document(entry: "Entry") -> dict[str, object]:
    arguments = [
        {"name": name, "required": parameter.default is parameter.empty} for name, parameter in entry.arguments.items()
    ]
    return {"word": entry.name, "kind": entry.kind, "arguments": arguments, "manual": entry.manual}
