"""The one place where trouble becomes a message and an exit code. No traceback, and no text of an unknown exception:
libraries quote the values they stumble over."""

import errno
import gc
import os
import re
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

import migrate
from migrate.cli.session import Session
from migrate.errors import (
    GUESS,
    EnvironmentTrouble,
    InputRefused,
    InternalError,
    MigrateError,
    Problem,
    UsageError,
    nearest,
)

INTERRUPTED = 130
PIPE_CLOSED = 141
"""Nobody reads the output any more: 128 + SIGPIPE, as of a program that is killed for it."""

BY_ERRNO = {
    errno.ENOSPC: "E-DISK-FULL",
    errno.EDQUOT: "E-DISK-FULL",
    errno.EFBIG: "E-DISK-FULL",
    errno.EACCES: "E-PERMISSION",
    errno.EPERM: "E-PERMISSION",
    errno.EROFS: "E-READ-ONLY",
    errno.EIO: "E-DEVICE",
    errno.ENOMEM: "E-MEMORY",
}
NO_COMMAND = re.compile(r"^No such command '(.*)'\.$", re.DOTALL)
MORE_WORDS = re.compile(r"^Got unexpected extra arguments? \((.*)\)$", re.DOTALL)
"""How click says so; it has no classes for these."""
NUMBER = re.compile(r"\(os error (\d+)\)|\[[Ee]rrno (\d+)\]")
"""How Rust and Arrow name the error of the system in exceptions that do not carry it."""


def guarded(session: Session, action: Callable[[], int]) -> int:
    """The exit code of ``action``, whatever happens in it."""
    try:
        return action()
    except (KeyboardInterrupt, click.Abort):
        _tell(session, Problem("E-INTERRUPTED"))
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        session.err.print(error.format_message(), soft_wrap=True)
        return UsageError.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except SystemExit:  # so rich ends when its pipe is closed
        return PIPE_CLOSED
    except BaseException as error:  # Polars panics are no Exception
        trouble = known(error)
        _tell(session, *trouble.problems)
        return trouble.exit_code


def _tell(session: Session, *problems: Problem) -> None:
    """Say what is wrong; where nobody can be told (a full disk, a closed pipe) the exit code has to say it alone."""
    with suppress(OSError, SystemExit):
        for problem in problems:
            session.trouble(problem)
        if len(problems) > 1:
            session.say("problems", count=len(problems))


def let_go() -> None:
    """Nothing that could not be written is tried again when the process ends: the exit code is the command's. Nor is
    memory gone through for what may go, which goes as a whole."""
    gc.freeze()
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def known(error: BaseException) -> MigrateError:
    """Any exception as trouble that may be shown."""
    from migrate.io.framing import FileRefused

    if isinstance(error, MigrateError):
        return error
    if isinstance(error, click.ClickException):
        return UsageError(_misuse(error))
    if isinstance(error, FileRefused):
        return InputRefused(Problem(error.code, error.facts))
    if isinstance(error, MemoryError):
        return EnvironmentTrouble(Problem("E-MEMORY"))
    return _machine(error) or InternalError(
        Problem("X-INTERNAL-ERROR", {"error": _name(error), "place": place_of(error)})
    )


def _machine(error: BaseException) -> EnvironmentTrouble | None:
    """What the system refused; None if it did not."""
    number = error.errno if isinstance(error, OSError) else None
    if number is None and (told := NUMBER.search(str(error))):
        number = int(told[1] or told[2])
    if number is None:
        back = isinstance(error, OSError) and str(error).startswith("read back differs")
        return EnvironmentTrouble(Problem("E-READ-BACK")) if back else None
    file = getattr(error, "filename", None)
    facts = {"file": os.fsdecode(file) if isinstance(file, str | bytes | os.PathLike) else "?"}
    code = BY_ERRNO.get(number, "E-SYSTEM")
    return EnvironmentTrouble(Problem(code, facts | {"name": errno.errorcode.get(number, str(number))}))


def _misuse(error: click.ClickException) -> Problem:
    """click's own complaints, in our words."""
    context = getattr(error, "ctx", None)
    facts = {"command": context.command_path if context else "migrate"}
    match error:
        case click.NoSuchOption():
            names = [name for p in context.command.params for name in p.opts] if context else []
            near = nearest(error.option_name, names)
            return Problem("U-OPTION-UNKNOWN", facts | {"option": error.option_name, GUESS: near})
        case click.MissingParameter():
            return Problem("U-OPTION-MISSING", facts | {"option": _option(error)})
        case click.BadParameter():
            return _value(error, facts)
        case _:
            return _words(error, facts)


def _value(error: click.BadParameter, facts: dict[str, str]) -> Problem:
    """A value that its option does not take, by what the option takes."""
    facts = facts | {"option": _option(error)}
    match error.param.type if error.param else None:
        case click.DateTime():
            return Problem("U-OPTION-DATE", facts)
        case click.Choice() as choice:
            return Problem("U-OPTION-CHOICE", facts | {"known": ", ".join(map(str, choice.choices))})
        case click.IntRange() as range_:
            return Problem("U-OPTION-LEAST", facts | {"least": f"{range_.min or 0:,}"})
        case click.Path(exists=True):
            return Problem("U-OPTION-FILE", facts)
        case _:
            return Problem("U-OPTION-VALUE", facts | {"problem": error.message})


def _words(error: click.ClickException, facts: dict[str, str]) -> Problem:
    """Words that are no command, and words too many; whatever click says otherwise, as it says it."""
    context = getattr(error, "ctx", None)
    group = context.command if context else None
    if (unknown := NO_COMMAND.search(error.message)) and context and isinstance(group, click.Group):
        near = nearest(unknown[1], group.list_commands(context))
        return Problem("U-COMMAND-UNKNOWN", facts | {"name": unknown[1], GUESS: near})
    if more := MORE_WORDS.search(error.message):
        return Problem("U-COMMAND-MORE", facts | {"words": more[1]})
    return Problem("U-COMMAND", facts | {"problem": error.message})


def _option(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "?")
    return (
        parameter.opts[0]
        if isinstance(parameter, click.Option)
        else parameter.make_metavar(click.Context(click.Command("")))
    )


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def place_of(error: BaseException) -> str:
    """``file:line`` of the innermost frame inside the package."""
    package = Path(migrate.__file__).parent
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    inner = [frame for frame in ours if Path(frame.filename).parent != package / "cli"] or ours
    if not inner:
        return "?"
    return f"migrate/{Path(inner[-1].filename).relative_to(package).as_posix()}:{inner[-1].lineno}"
