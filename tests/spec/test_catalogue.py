"""The catalogue: every code has an entry, every entry is used, both languages use the same facts."""

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path

import migrate
from migrate.errors import FORMATTER, GUESS, Message, catalogue

PACKAGE = Path(migrate.__file__).parent
CODE = re.compile(r"[DUIXERF](-[A-Z0-9]+)+")


def used() -> set[str]:
    """Codes that stand as a text of their own in the source, and are given as the code of a problem."""
    texts = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                texts.add(node.value)
    return texts


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in FORMATTER.parse(text) if name}


def test_every_code_of_the_source_has_an_entry() -> None:
    assert used() - catalogue().keys() == set()


def test_every_entry_is_used() -> None:
    assert catalogue().keys() - used() - {GUESS.upper()} == set()


def test_no_code_has_two_entries() -> None:
    files = sorted((PACKAGE / "messages").glob("*.toml"))
    codes = Counter(code for file in files for code in tomllib.loads(file.read_text(encoding="utf-8")))
    assert [code for code, times in codes.items() if times > 1] == []


def test_both_languages_use_the_same_facts() -> None:
    def differ(message: Message) -> bool:
        return facts(message.ja + message.ja_hint) != facts(message.en + message.en_hint)

    assert [code for code, message in catalogue().items() if differ(message)] == []


def test_both_languages_have_a_hint_or_neither() -> None:
    assert [code for code, message in catalogue().items() if bool(message.ja_hint) != bool(message.en_hint)] == []


def test_sentences_end_alike() -> None:
    for code, message in catalogue().items():
        if code != GUESS.upper():
            assert message.ja[-1] not in "。.", code
            assert message.en[-1] != ".", code
        if message.ja_hint:
            assert message.ja_hint[-1] in "。}）", code
