"""A ledger grows line by line, and shows every other change."""

from pathlib import Path

import pytest

from migrate.errors import InputRefused
from migrate.io.chain import START, extend, head_of, read_chain


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.jsonl"
    for name in ("一", "二", "三"):
        extend(path, lambda lines, name=name: [{"name": name, "no": len(lines)}])  # type: ignore[misc]
    return path


def test_lines_come_back_as_they_were_written(path: Path) -> None:
    lines = read_chain(path)
    assert [(line.number, line.says["name"], line.says["no"]) for line in lines] == [
        (1, "一", 0),
        (2, "二", 1),
        (3, "三", 2),
    ]
    assert [line.says["previous"] for line in lines] == [START, lines[0].sha256, lines[1].sha256]
    assert head_of(lines) == lines[2].sha256
    assert read_chain(path.with_name("none.jsonl")) == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("一", "壱", 2),
        ('"no": 0', '"no":  0', 1),
        ('"no": 2', '"no": 7, "no": 2', 3),
        ("三", "三\x1b", 3),
        ("\n", "\r\n", 1),
        ("}\n{", "}{", 1),
    ],
)
def test_a_change_is_told_by_its_line(path: Path, old: str, new: str, line: int) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    with pytest.raises(InputRefused) as broken:
        read_chain(path)
    (problem,) = broken.value.problems
    assert (problem.code, problem.file, problem.line) == ("I-LEDGER-BROKEN", "ledger.jsonl", line)


@pytest.mark.parametrize("keep", [[1, 2], [0, 2], [1, 0, 2], []])
def test_lines_that_are_gone_or_moved_are_noticed(path: Path, keep: list[int]) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[i] for i in keep))
    with pytest.raises(InputRefused):
        extend(path, lambda lines: [{"name": "四"}])


def test_half_a_line_at_the_end_is_noticed_and_a_failed_addition_leaves_the_ledger(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(RuntimeError):
        extend(path, _refuse)
    assert path.read_bytes() == before
    path.write_bytes(before[:-1])
    with pytest.raises(InputRefused):
        read_chain(path)


def _refuse(lines: object) -> list[dict[str, str]]:
    raise RuntimeError
