"""``--help`` in both languages: ``help.toml`` holds a text for every command and every option."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

import click

from migrate.errors import Lang


@cache
def help_texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """``commands`` and ``options`` by name and language."""
    return tomllib.loads((files("migrate.cli") / "help.toml").read_text(encoding="utf-8"))


def speak(command: click.Command, lang: Lang) -> None:
    """Give a command, its options and its subcommands the help texts of one language."""
    for name, one in named(command):
        speak_of(name, one, lang)


def speak_of(name: str, command: click.Command, lang: Lang) -> None:
    """The same for one command alone, by what is typed for it."""
    texts = help_texts()
    command.help = command.short_help = texts["commands"][name][lang]
    for option in options_of(command):
        option.help = texts["options"][option.opts[0].lstrip("-")][lang]


def named(command: click.Command, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """The command and all below it, each by what is typed for it: ``layouts import``."""
    name = f"{above} {command.name}".strip()
    yield name, command
    for below in subcommands(command):
        yield from named(below, "" if name == "migrate" else name)


def options_of(command: click.Command) -> Iterator[click.Option]:
    """Its options, ``--help`` among them."""
    for parameter in command.get_params(click.Context(command)):
        if isinstance(parameter, click.Option):
            yield parameter


def subcommands(command: click.Command) -> Iterable[click.Command]:
    """Commands of a group, loaded; none of a command."""
    if not isinstance(command, click.Group):
        return ()
    context = click.Context(command)
    return [one for name in command.list_commands(context) if (one := command.get_command(context, name))]
