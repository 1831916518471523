"""What the sender's lists of checksums say is held against what came."""

import hashlib
from dataclasses import replace

import pytest

from migrate.errors import InputRefused
from migrate.pipeline import Options, RunResult, run
from migrate.spec.layout import Layout
from migrate.spec.source import Checksums
from tests.delivery import Delivery
from tests.towns import juki


def layout(*, required: bool = False) -> Layout:
    source = juki().source
    assert source is not None
    given = Checksums(pattern="*.sha256", required=required)
    return replace(juki(), source=replace(source, source=source.source.model_copy(update={"checksums": given})))


def go(delivery: Delivery, lines: dict[str, str], *, required: bool = False, name: str = "SUMS.sha256") -> RunResult:
    """Run with a list of these lines (name → SHA-256)."""
    path = delivery.inputs / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{sha256}  {file}\n" for file, sha256 in lines.items()), encoding="utf-8")
    return run(layout(required=required), Options(delivery.inputs, delivery.inputs.parent / f"out-{required}"))


def sums(delivery: Delivery) -> dict[str, str]:
    files = sorted(path for path in delivery.inputs.iterdir() if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def refused(result: RunResult) -> dict[str, str]:
    return {entry["file"]: entry["code"] for entry in result.report["refused"]}


def test_files_as_listed_are_taken(delivery: Delivery) -> None:
    result = go(delivery, {f"*./{name}": sha256.upper() for name, sha256 in sums(delivery).items()}, required=True)
    assert (result.exit_code, refused(result), result.report["unclaimed"]) == (0, {}, [])


def test_a_list_in_a_folder_names_files_from_there(delivery: Delivery) -> None:
    (delivery.inputs / "sub").mkdir()
    (delivery.inputs / "SETAI.DAT").rename(delivery.inputs / "sub" / "SETAI.DAT")
    result = go(delivery, {"SETAI.DAT": "0" * 64}, name="sub/x.sha256")
    assert refused(result) == {"sub/SETAI.DAT": "F-CHECKSUM"}


@pytest.mark.parametrize("file", ["KOJIN.DAT", "SETAI.DAT", "HOGAKI.DAT"])
def test_a_file_that_differs_is_refused_and_nothing_is_delivered(delivery: Delivery, file: str) -> None:
    result = go(delivery, sums(delivery) | {file: "0" * 64})
    assert (result.exit_code, refused(result)) == (3, {file: "F-CHECKSUM"})
    assert not list(result.folder.rglob("*.csv"))


def test_a_byte_that_changed_on_the_way(delivery: Delivery) -> None:
    lines = sums(delivery)
    path = delivery.inputs / "SETAI.DAT"
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
    assert refused(go(delivery, lines)) == {"SETAI.DAT": "F-CHECKSUM"}


def test_what_is_not_read_as_data_is_compared_too(delivery: Delivery) -> None:
    (delivery.inputs / "KENSU.csv").write_text("name,expected\nfiles.setai,0\n", encoding="utf-8")
    assert refused(go(delivery, {"KENSU.csv": "0" * 64})) == {"KENSU.csv": "F-CHECKSUM"}


def test_a_listed_file_that_did_not_come(delivery: Delivery) -> None:
    assert refused(go(delivery, {"RIREKI2.DAT": "0" * 64})) == {"RIREKI2.DAT": "F-CHECKSUM-ABSENT"}


def test_a_file_that_no_list_names(delivery: Delivery) -> None:
    lines = sums(delivery)
    del lines["SETAI.DAT"]
    assert refused(go(delivery, lines)) == {}
    assert refused(go(delivery, lines, required=True)) == {"SETAI.DAT": "F-CHECKSUM-NONE"}


def test_another_list_is_another_run(delivery: Delivery) -> None:
    first = go(delivery, {})
    assert go(delivery, sums(delivery)).folder != first.folder


@pytest.mark.parametrize(
    "line", ["KOJIN.DAT", "0" * 63 + "  KOJIN.DAT", "0" * 64 + "  ../KOJIN.DAT", "0" * 64 + "  /x"]
)
def test_a_line_that_cannot_be_read_is_named(delivery: Delivery, line: str) -> None:
    (delivery.inputs / "a.sha256").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputRefused) as trouble:
        run(layout(), Options(delivery.inputs, delivery.inputs.parent / "out"))
    (problem,) = trouble.value.problems
    assert (problem.code, problem.file, problem.line) == ("I-CHECKSUMS", "a.sha256", 2)
