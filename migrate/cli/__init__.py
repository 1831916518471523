"""The command line: one file per command, registered here."""

import os
import sys
import warnings
from collections.abc import Sequence

import click

from migrate import __version__
from migrate.cli import (
    check,
    compare,
    delta,
    findings,
    fitgap,
    freeze,
    gaiji,
    gate,
    init,
    layouts,
    match,
    profile,
    receive,
    rehearsal,
    report,
    run,
    sample,
    schema,
    show,
    synth,
    verify,
    words,
)
from migrate.cli.boundary import guarded, let_go
from migrate.cli.help import speak, subcommands
from migrate.cli.session import Session
from migrate.errors import Lang

COMMANDS = (
    init.command,
    receive.command,
    run.command,
    verify.command,
    report.command,
    findings.command,
    sample.command,
    gaiji.command,
    compare.command,
    match.command,
    delta.command,
    rehearsal.command,
    freeze.command,
    gate.command,
    check.command,
    layouts.command,
    show.command,
    words.command,
    schema.command,
    synth.command,
    profile.command,
    fitgap.command,
)
LANGUAGES: tuple[Lang, ...] = ("ja", "en")
LANG_VARIABLE = "MIGRATE_LANG"

lang_option = click.option("--lang", type=click.Choice(LANGUAGES), envvar=LANG_VARIABLE, expose_value=False)


@click.group(name="migrate", context_settings={"max_content_width": 110})
@click.version_option(__version__, message="%(version)s")
@lang_option
def cli() -> None: ...


for _command in COMMANDS:
    cli.add_command(lang_option(_command))
    for _below in subcommands(_command):
        lang_option(_below)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Without ``arguments`` it takes those of the process, and owns the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        _own_process()
    session = Session.open(language(given))
    speak(cli, session.lang)

    def action() -> int:
        code = cli.main(given, prog_name="migrate", standalone_mode=False, obj=session)
        return code if isinstance(code, int) else 0

    code = guarded(session, action)
    if arguments is None:
        let_go()
    return code


def language(arguments: Sequence[str]) -> Lang:
    """The language asked for, known before anything can go wrong; a wrong one is told in the default."""
    wanted = os.environ.get(LANG_VARIABLE, "")
    for position, name in enumerate(arguments):
        if name == "--lang":
            wanted = "".join(arguments[position + 1 : position + 2])
        elif name.startswith("--lang="):
            wanted = name.removeprefix("--lang=")
    return "en" if wanted == "en" else "ja"


def _own_process() -> None:
    """Nothing but our own messages reaches the terminal: warnings and panics of libraries can quote values."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us (``>&-``)
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.stderr.flush()
    ours = os.dup(sys.stderr.fileno())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = open(ours, "w", encoding=sys.stderr.encoding, errors="backslashreplace", buffering=1)  # noqa: SIM115
