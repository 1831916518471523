"""Record types are proved to be what a file can hold, before any data."""

from pathlib import Path

import pytest

from migrate.charset import codepage
from migrate.errors import DefinitionErrors, Problem
from migrate.plan import word_problems
from migrate.plan.reading import type_bytes
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.spec.source import SourceField
from tests.spec.tiny_system import SOURCE, copy_to, load

TYPES = 'types: {by: rectype, header: "1", data: "2", trailer: "9"}'
FIELD = '- {name: rectype, at: "1", width: "1"}'
SECOND = '- {name: atena_no, at: "2", width: "15"}'


def layout_with(folder: Path, encoding: str, values: str, *, double: bool = False) -> Layout:
    """The tiny system with a file of persons in another encoding, and other record types; ``double``: their field is
    the first two bytes, of type N."""
    project = copy_to(folder)
    path = project / SOURCE / "kojin.yaml"
    text = path.read_text(encoding="utf-8")
    assert TYPES in text
    text = text.replace(TYPES, f"encoding: {encoding}\ntypes: {{by: rectype, {values}}}")
    if double:
        text = text.replace(FIELD, '- {name: rectype, at: "1", width: "2", type: N}')
        text = text.replace(SECOND, '- {name: atena_no, at: "3", width: "14"}')
        text = text.replace('- {name: kijunbi, at: "2",', '- {name: kijunbi, at: "3",')
        text = text.replace('- {name: kensu, at: "2",', '- {name: kensu, at: "3",')
        text = text.replace('- {name: yobi, at: "10", width: "111"', '- {name: yobi, at: "11", width: "110"')
    path.write_text(text, encoding="utf-8")
    (project / SOURCE / "gaiji.csv").write_text("code,text,basis,note\n", encoding="utf-8")
    return load(project)


def refused(layout: Layout) -> list[Problem]:
    """What is said about record types; the words of the tiny system are nobody's."""
    return [problem for problem in word_problems(layout) if problem.code == "D-WORD-TYPE"]


@pytest.mark.parametrize(
    ("encoding", "values", "double"),
    [
        ("keis83", 'header: "1", data: "!", trailer: "9"', False),
        ("jef", 'header: "1", data: "a", trailer: "9"', False),
        ("ibm930", 'header: "1", data: "亜", trailer: "9"', False),
        ("cp932", 'header: "1", data: "亜", trailer: "9"', False),  # two bytes in a field of one
        ("cp932", 'header: "1", data: "€", trailer: "9"', False),
        ("ibm930", 'header: "１", data: "2", trailer: "９"', True),
    ],
)
def test_a_record_type_that_the_file_cannot_hold(encoding: str, values: str, double: bool, tmp_path: Path) -> None:
    (problem,) = refused(layout_with(tmp_path, encoding, values, double=double))
    text = (tmp_path / "project" / SOURCE / "kojin.yaml").read_text(encoding="utf-8").split("\n")
    line = next(n for n, line in enumerate(text, start=1) if line.startswith("types:"))
    assert (problem.file, problem.line) == ((SOURCE / "kojin.yaml").as_posix(), line)
    assert text[line - 1][(problem.col or 0) - 1 :].startswith(f'data: "{problem.facts["value"]}"')


@pytest.mark.parametrize(
    ("encoding", "values", "double"),
    [
        ("keis83", 'header: "1", data: "A", trailer: "9"', False),
        ("ibm930", 'header: "１", data: "２", trailer: "９"', True),
    ],
)
def test_record_types_that_the_file_can_hold(encoding: str, values: str, double: bool, tmp_path: Path) -> None:
    assert refused(layout_with(tmp_path, encoding, values, double=double)) == []


def test_record_types_are_padded_as_their_field() -> None:
    by = SourceField.model_validate({"name": "rectype", "at": "1", "width": "4", "type": "N"})
    assert type_bytes("２", by, codepage("ibm930")) == b"\x42\xf2\x40\x40"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TYPES, TYPES.replace("rectype", "record_type")),  # no field of that name
        (TYPES, f"encoding: utf-8\n{TYPES}"),  # no encoding of fixed records
    ],
)
def test_a_file_that_is_wrong_otherwise_has_no_record_types_to_judge(before: str, after: str, tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    path = project / SOURCE / "kojin.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(DefinitionErrors) as caught:
        load_layout(Library(project, bundled=project / "nothing"), "tiny", "alpha", words=word_problems)
    assert {problem.code for problem in caught.value.problems} & {"D-SRC-TYPE-FIELD", "D-SRC-ENCODING"}
