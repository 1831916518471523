"""The command line: one file per command, named here."""

import gc
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module

import click

from migrate import __version__
from migrate.cli.boundary import guarded, let_go
from migrate.cli.help import help_texts, speak, speak_of, subcommands
from migrate.cli.session import Session
from migrate.errors import Lang

COMMANDS = (
    "check", "compare", "delta", "findings", "fitgap", "freeze", "gaiji", "gate", "init", "layouts", "match", "profile",
    "receive", "rehearsal", "report", "run", "sample", "schema", "show", "synth", "verify", "words",
)  # fmt: skip
"""Each is ``command`` in the file of its name."""
LANGUAGES: tuple[Lang, ...] = ("ja", "en")
LANG_VARIABLE = "MIGRATE_LANG"
GARBAGE = 50_000
"""New objects between two looks for garbage (Python: 700)."""

lang_option = click.option("--lang", type=click.Choice(LANGUAGES), envvar=LANG_VARIABLE, expose_value=False)


class Commands(click.Group):
    """Loads a command when it is asked for: what the others stand on takes most of a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            self.add_command(_loaded(cmd_name))
        command = self.commands[cmd_name]
        speak(command, _lang_of(ctx))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        texts, lang = help_texts()["commands"], _lang_of(ctx)
        with formatter.section("Commands"):
            formatter.write_dl([(name, texts[name][lang]) for name in COMMANDS])


def _lang_of(ctx: click.Context) -> Lang:
    session = ctx.find_object(Session)
    return session.lang if session else LANGUAGES[0]


def _loaded(name: str) -> click.Command:
    command: click.Command = import_module(f"migrate.cli.{name}").command
    for one in (command, *subcommands(command)):
        lang_option(one)
    return command


@click.group(name="migrate", cls=Commands, context_settings={"max_content_width": 110})
@click.version_option(__version__, message="%(version)s")
@lang_option
def cli() -> None: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Without ``arguments`` it takes those of the process, and owns the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        _own_process()
    session = Session.open(language(given))
    speak_of("migrate", cli, session.lang)

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
    """Nothing but our own messages reaches the terminal: warnings and panics of libraries can quote values.

    Definitions and libraries are many objects that stay to the end: they are not looked through again and again.
    """
    gc.set_threshold(GARBAGE, 50, 100)
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
