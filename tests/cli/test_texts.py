"""Every text is there in both languages, with the same facts, and every text is used."""

import re
from pathlib import Path

import pytest

import migrate
from migrate.cli import COMMANDS, cli
from migrate.cli.help import help_texts, named, options_of
from migrate.errors import FORMATTER
from migrate.report.texts import text, texts
from tests.cli.conftest import Command

SOURCES = [
    path
    for folder in ("cli", "report")
    for path in (Path(migrate.__file__).parent / folder).rglob("*")
    if path.suffix in (".py", ".j2")
]


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in FORMATTER.parse(sentence) if name}


def test_both_languages() -> None:
    for key, entry in texts().items():
        assert set(entry) == {"ja", "en"}, key
        assert facts(entry["ja"]) == facts(entry["en"]), key


def test_every_text_is_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    made = set(re.findall(r"""f["']([a-z]+-)\{""", source)) | {"head-"}
    made |= set(re.findall(r'"([a-z]+-)" ~', source))
    made |= {f"{words}-" for words in re.findall(r"""["=]((?:report|severity|verdict|gaiji)[a-z-]*)["']""", source)}
    unused = [key for key in texts() if f'"{key}"' not in source and not key.startswith(tuple(made))]
    assert unused == []


def test_heads_are_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    heads = [key.removeprefix("head-") for key in texts() if key.startswith("head-")]
    assert [head for head in heads if not re.search(rf'"[>~?]?{head}(=[a-z-]+)?"', source)] == []


@pytest.mark.parametrize("prefix", ["section", "table", "sheet", "chart", "fact", "note", "sign"])
def test_titles_of_the_report_are_used(prefix: str) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    names = [key.removeprefix(f"{prefix}-") for key in texts() if key.startswith(f"{prefix}-")]
    assert names
    assert [name for name in names if not re.search(rf"""["(]({prefix}-)?{name}["(]""", source)] == []


def test_an_unknown_text_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        text("no such text", "ja")


def test_every_command_and_option_has_its_help() -> None:
    names = {name for name, _ in named(cli)}
    options = {option.opts[0].lstrip("-") for _, command in named(cli) for option in options_of(command)}
    assert set(help_texts()["commands"]) == names
    assert set(help_texts()["options"]) == options
    for kind in help_texts().values():
        assert all(set(entry) == {"ja", "en"} for entry in kind.values())


def test_help(command: Command) -> None:
    for name in COMMANDS:
        ja, en = (command(name, "--help", "--lang", lang) for lang in ("ja", "en"))
        assert ja.code == en.code == 0
        assert "表示する言語" in ja.out
        assert "Language of messages" in en.out
    assert command("--version").out == f"{migrate.__version__}\n"
