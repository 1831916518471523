"""What is written as YAML is read back as it was."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from migrate.importer.yamlout import yaml_text
from migrate.spec.yamltext import parse

TEXT = st.text(
    st.one_of(
        st.sampled_from(" :#-?,[]{}&*!|>'\"%@`\\\n\t\r　・~=\x00\x7f\x85\u2028\ufeff"),
        st.characters(exclude_categories=["Cs"], max_codepoint=0x2FFFF),
    ),
    max_size=12,
)
NAMES = st.text(st.sampled_from("abc_氏名・"), min_size=1, max_size=8)
NODES: st.SearchStrategy[Any] = st.recursive(
    TEXT,
    lambda below: st.one_of(
        st.lists(below, min_size=1, max_size=4), st.dictionaries(NAMES, below, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, NODES, min_size=1, max_size=5))
def test_written_and_read_back(document: dict[str, Any]) -> None:
    text = yaml_text(document, "a comment")
    assert parse(Path("x.yaml"), text.encode()).data == document


def test_long_lines_are_broken_where_they_can_be() -> None:
    text = yaml_text({"rows": [{"a": "x" * 60, "b": "氏" * 40, "c": ["短い"]}], "prose": "一行目\n  二行目"})
    assert text == f"rows:\n  - a: {'x' * 60}\n    b: {'氏' * 40}\n    c: [短い]\nprose: |-\n  一行目\n    二行目\n"
