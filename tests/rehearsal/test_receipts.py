"""The ledger of receipts: what a name stands for, and what was superseded by what."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from migrate.errors import UsageError
from migrate.io.chain import extend
from migrate.io.publish import digest_of
from migrate.rehearsal.moment import Moment
from migrate.rehearsal.receipts import Receipts, Sent, receipts_of, receive_files


class Desk:
    """A project whose files are received as they are put into ``input``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: str, *, below: str = "input") -> Path:
        """A file that came."""
        path = self.folder / below / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def receive(self, *files: Path, supersedes: Sequence[str] = ()) -> list[Mapping[str, Any]]:
        """What is entered for them."""
        sent = Sent("現行ベンダ", None, tuple(supersedes))
        lines = receive_files(self.folder, self.folder / "input", files, sent, Moment.parse("2026-10-01T18:30"))
        return [line.says for line in lines]

    def told(self, name: str, path: Path) -> dict[str, Any] | None:
        """The receipt of a file of a run."""
        receipts = receipts_of(self.folder)
        assert isinstance(receipts, Receipts)
        return receipts.told(name, digest_of(path))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def old(line: Mapping[str, Any]) -> list[str]:
    return [one["file"] for one in line["supersedes"]]


def test_files_of_the_same_content_are_apart(desk: Desk) -> None:
    """Two files may both be empty."""
    shien, hogaki = desk.put("SHIEN.DAT", ""), desk.put("HOGAKI.DAT", "")
    desk.receive(shien)
    assert desk.told("HOGAKI.DAT", hogaki) is None, "it was never received"
    desk.receive(hogaki)
    desk.receive(desk.put("SHIEN.DAT", "full"), supersedes=["SHIEN.DAT"])
    told = desk.told("HOGAKI.DAT", hogaki)
    assert told == told | {"line": 2, "superseded": False}  # type: ignore[operator]
    old_shien = desk.put("SHIEN.DAT", "")
    assert desk.told("SHIEN.DAT", old_shien) == told | {"line": 1, "superseded": True}  # type: ignore[operator]


def test_a_file_received_before_it_was_put_into_a_folder_is_known(desk: Desk) -> None:
    mail = desk.put("SHIEN.DAT", "full", below="mail")
    desk.receive(mail)
    told = desk.told("part1/SHIEN.DAT", mail)
    assert told is not None
    assert told["line"] == 1


def test_one_file_supersedes_several(desk: Desk) -> None:
    a, b, n = (desk.put(name, name) for name in "ABN")
    desk.receive(a, b)
    (line,) = desk.receive(n, supersedes=["A", "B"])
    assert old(line) == ["A", "B"]
    superseded = {path.name: desk.told(path.name, path) for path in (a, b, n)}
    assert {name: told["superseded"] for name, told in superseded.items() if told} == {"A": True, "B": True, "N": False}


def test_a_file_that_stands_there_may_still_supersede_another(desk: Desk) -> None:
    a, n = desk.put("A", "a"), desk.put("N", "n")
    desk.receive(a, n)
    assert desk.receive(n, supersedes=["N"]) == []
    (line,) = desk.receive(n, supersedes=["A"])
    assert old(line) == ["A"]


def test_several_files_supersede_those_of_their_names(desk: Desk) -> None:
    desk.receive(desk.put("A", "1"), desk.put("B", "1"))
    lines = desk.receive(desk.put("A", "2"), desk.put("B", "2"), desk.put("C", "2"), supersedes=["B", "A"])
    assert [(line["file"], old(line)) for line in lines] == [("A", ["A"]), ("B", ["B"]), ("C", [])]


def test_a_name_that_no_file_takes_is_refused(desk: Desk) -> None:
    desk.receive(desk.put("A", "a"), desk.put("B", "b"))
    with pytest.raises(UsageError) as refused:
        desk.receive(desk.put("C", "c"), desk.put("D", "d"), supersedes=["A", "B"])
    assert [(one.code, one.facts["file"]) for one in refused.value.problems] == [
        ("U-RECEIPT-UNTAKEN", "A"),
        ("U-RECEIPT-UNTAKEN", "B"),
    ]
    assert len(desk.receive(desk.put("C", "c"), desk.put("D", "d"))) == 2, "nothing was entered"


@pytest.mark.parametrize("supersedes", [[], ["E"]])
def test_one_name_stands_for_one_file_of_a_call(desk: Desk, supersedes: list[str]) -> None:
    if supersedes:
        desk.receive(desk.put("E", "before"))
    x, y = (desk.put("E", folder, below=folder) for folder in "xy")
    with pytest.raises(UsageError, match="U-RECEIPT-AGAIN"):
        desk.receive(x, y, supersedes=supersedes)
    assert len(desk.receive(x, desk.put("E", "x", below="z"), supersedes=supersedes)) == 1


def test_ledgers_that_name_one_content_are_read(desk: Desk) -> None:
    """As the first ones did: the content that is superseded, or null."""
    first, second = desk.put("A", "1"), desk.put("B", "2")
    about = {"sender": "現行ベンダ", "as_of": None, "at": "2026-10-01T18:30", "bytes": 1}
    lines = [
        {"file": "A", "sha256": digest_of(first), "supersedes": None, **about},
        {"file": "B", "sha256": digest_of(second), "supersedes": digest_of(first), **about},
    ]
    extend(desk.folder / "receipts.jsonl", lambda _: lines)
    told = [desk.told(path.name, path) for path in (first, second)]
    assert [one["superseded"] for one in told if one] == [True, False]
