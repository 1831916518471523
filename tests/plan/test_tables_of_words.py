"""Tables and references that words name: each exists, stands where it may, and has as many items as are compared."""

from pathlib import Path

import pytest

from migrate.errors import DefinitionErrors, render
from migrate.plan import word_problems
from migrate.spec.library import Library, bundled_root
from migrate.spec.load import load_layout

SYSTEM = "layouts/kotei/system.yaml"


def problems(folder: Path, old: str, new: str) -> list[tuple[str, str]]:
    """Code and sentence of every problem after one replacement in the system's file."""
    text = (bundled_root() / SYSTEM).read_text(encoding="utf-8")
    assert old in text
    (folder / SYSTEM).parent.mkdir(parents=True)
    (folder / SYSTEM).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionErrors) as caught:
        load_layout(Library(folder), "kotei", "host_fixed", words=word_problems)
    return [(problem.code, render(problem, "en")) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("refers: {table: tochi,", "refers: {table: tochii,", "D-WORD-TABLE", "“tochi”"),
        ("to: [kyoyu, atena]", "to: [kyoyu, atenaa]", "D-WORD-TABLE", "“atena”"),
        ("one_holder: {table: tochi,", "one_holder: {table: atena,", "D-WORD-TABLE", "may stand only where"),
        ("rows: {table: tochi}", "rows: {table: atena}", "D-WORD-TABLE", "may stand only where"),
        ("fields: [gimushaatenabango], to: atena}", "fields: [gimushaatenabango, bukkembango], to: atena}",
         "D-WORD-WIDTH", "compares 2 fields"),
        ("field: zeigaku, fields: [kazeinendo,", "field: zeigaku, fields: [nendo,", "D-WORD-FIELD", "nendo"),
        ("numerator: tokibunshi", "numerator: tokibunsi", "D-WORD-FIELD", "tokibunsi"),
        ("refers: {table: tochi, fields:", "refers: {table: tochi, field:", "D-WORD-ARGUMENT", "“fields”"),
        ("rows: {table: tochi}", "rows: {}", "D-WORD-MISSING", "“table”\n  “migrate words rows”"),
    ],
)  # fmt: skip
def test_what_a_word_names_is_proved_before_any_data(old: str, new: str, code: str, said: str, tmp_path: Path) -> None:
    ((found, text),) = problems(tmp_path, old, new)
    assert found == code
    assert said in text
    assert text.startswith(SYSTEM)
