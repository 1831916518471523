"""Words are found where they stand, with the fields they may name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.errors import DefinitionErrors, Problem
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.spec.uses import word_uses
from tests.spec.tiny_system import copy_to, load


def test_every_word_is_used_once_at_its_place(tmp_path: Path) -> None:
    uses = [
        (use.role, use.word.name, use.file.rpartition("/")[2], use.where) for use in word_uses(load(copy_to(tmp_path)))
    ]
    assert uses == [
        ("across", "unique", "system.yaml", ("checks", 0, "check")),
        ("control", "rows", "system.yaml", ("controls", 0, "control")),
        ("check", "digits", "hito.yaml", ("checks", 0, "check")),
        ("step", "trim", "common.yaml", (0, "steps", 0)),
        ("step", "trim", "tiny.yaml", (0, "steps", 0)),
        ("step", "null_if", "tiny.yaml", (0, "steps", 1)),
        ("total", "records", "kojin.yaml", ("trailer", "totals", 0, "total")),
        ("check", "not_full", "to_hito.yaml", ("checks", 0, "check")),
    ]


def test_problems_of_words_come_with_the_others(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    rules = project / "cleansing_rules/tiny.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("field: katagaki", "field: katagakii"), encoding="utf-8")

    def words(layout: Layout) -> Iterator[Problem]:
        for use in word_uses(layout):
            if use.role == "check":
                yield from use.field_problems(["juminhyo", "juminhyo_cod"])

    with pytest.raises(DefinitionErrors) as caught:
        load_layout(Library(project), "tiny", "alpha", words=words)
    assert [(problem.code, problem.facts.get("guess")) for problem in caught.value.problems] == [
        ("D-NAME-FIELD", "katagaki"),
        ("D-WORD-FIELD", "juminhyo"),
        ("D-WORD-FIELD", "juminhyo_cd"),
        ("D-WORD-FIELD", "juminhyo_cd"),
    ]
