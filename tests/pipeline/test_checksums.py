"""What the sender's files hash to, where the source says that a list of it comes along."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from migrate.pipeline import Options, RunResult, run
from migrate.spec.layout import Layout
from migrate.spec.source import Checksums
from tests.delivery import PATHS, Delivery
from tests.towns import juki


def with_list(*, required: bool) -> Layout:
    layout = juki()
    assert layout.source is not None
    source = layout.source.source.model_copy(update={"checksums": Checksums(pattern="SHA256SUMS", required=required)})
    return replace(layout, source=replace(layout.source, source=source))


def go(inputs: Path, *, required: bool = False) -> RunResult:
    return run(with_list(required=required), Options(inputs, inputs.parent / f"out-{required}"))


def listed(inputs: Path, *names: str) -> Path:
    lines = [f"{sha256((inputs / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (inputs / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return inputs


def refused(result: RunResult) -> set[tuple[str, str]]:
    return {(entry["file"], entry["code"]) for entry in result.report["refused"]}


def test_files_that_are_what_the_list_says_pass(delivery: Delivery) -> None:
    result = go(listed(delivery.save(), *PATHS.values()), required=True)
    assert (refused(result), result.report["unclaimed"], result.exit_code) == (set(), [], 0)


def test_a_file_that_is_not_is_refused(delivery: Delivery) -> None:
    inputs = listed(delivery.save(), *PATHS.values())
    path = inputs / PATHS["setai"]
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
    result = go(inputs)
    assert (refused(result), result.exit_code) == ({(PATHS["setai"], "F-CHECKSUM")}, 3)


def test_a_file_that_no_list_names_is_refused_where_lists_are_required(delivery: Delivery) -> None:
    inputs = listed(delivery.save(), *(name for name in PATHS.values() if name != PATHS["setai"]))
    assert refused(go(inputs)) == set()
    assert refused(go(inputs, required=True)) == {(PATHS["setai"], "F-CHECKSUM-NONE")}
