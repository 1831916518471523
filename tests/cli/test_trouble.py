"""Whatever goes wrong: the right exit code, a sentence with a hint, no traceback and no value of a resident."""

import errno
import random
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import polars as pl
import pytest
from filelock import FileLock

from migrate.charset import encode
from tests.cli.conftest import RUN, Command
from tests.hosts import overlay
from tests.towns import Towns

SECRET = "123456789018"
SYNTH = ("synth", "--layout", "juki", "--rows", "20", "--out", "town", "--source")


def test_a_file_fault_is_made_and_refused_with_what_to_do(command: Command) -> None:
    assert command(*SYNTH, "host_fixed", "--file-fault", "missing_part").code == 0
    for lang, hint in (("ja", "欠けた分割ファイルを受け取ってください"), ("en", "Ask for the missing part")):
        said = command("--lang", lang, *RUN, "--input", "town/in")
        assert said.code == 3
        assert "F-PART-GAP" in said.out + said.err
        assert hint in said.out + said.err


def test_no_command_shows_help(command: Command) -> None:
    said = command()
    assert said.code == 2
    assert "migrate" in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["rnu"], 2, "「run」ではありませんか"),
        (["gaiji", "lsit"], 2, "「list」ではありませんか"),
        (["gate", "out/a", "out/b"], 2, "余分な指定があります: out/b"),
        (["findings", "apply", "nowhere.xlsx"], 2, "SHEET のファイルがないか、読めません"),
        (["compare", "a", "b", "--references", "-1"], 2, "0 以上の整数"),
        (["--lang", "fr", "check"], 2, "次のどれかです: ja, en"),
        (["run", "--layuot", "juki"], 2, "--layout"),
        (["run"], 2, "U-LAYOUT-MISSING"),
        (["run", "--layout", "jukki", "--input", "."], 2, "「juki」ではありませんか"),
        (["run", "--layout", "juki", "--source", "host", "--input", "."], 2, "U-SOURCE-UNKNOWN"),
        ([*RUN, "--profile", "x", "--input", "."], 2, "U-PROFILE-UNKNOWN"),
        ([*RUN], 2, "U-INPUT-MISSING"),
        ([*RUN, "--input", "nowhere"], 2, "U-FOLDER-MISSING"),
        ([*RUN, "--input", "."], 2, "U-OUT-INSIDE"),
        ([*RUN, "--input", ".", "--out", "../out", "--count-sheet", "no.csv"], 2, "U-SHEET-MISSING"),
        (["run", "--project", "nowhere"], 2, "U-PROJECT-FOLDER"),
        ([*RUN, "--as-of", "yesterday", "--input", "."], 2, "YYYY-MM-DD"),
        ([*RUN, "--input", ".", "--out", "../out", "--dry-run", "--json"], 3, "F-MISSING"),
        (["check", "--layout", "jukki"], 2, "U-SYSTEM-UNKNOWN"),
        (["show", "juki.jumn"], 2, "「juki.jumin」ではありませんか"),
        (["show", "juki/host_fixed/kojn"], 2, "「juki/host_fixed/kojin」ではありませんか"),
        (["show", "../juki"], 2, "U-SYSTEM-UNKNOWN"),
        (["verify", "nowhere"], 2, "U-FOLDER-MISSING"),
        (["verify", "."], 2, "U-RUN-FOLDER"),
        (["words", "trimm"], 2, "「trim」ではありませんか"),
        (["synth", "--layout", "juki", "--source", "host_fixed", "--rows", "1", "--out", "town"], 2, "U-SYNTH-ROWS"),
        ([*SYNTH, "host_fixed", "--file-fault", "utf88"], 2, "「utf8」ではありませんか"),
        ([*SYNTH, "host_fixed", "--file-fault", "utf8", "--faults", "0.1"], 2, "U-SYNTH-BOTH"),
        ([*SYNTH, "package_csv", "--file-fault", "mixed_as_of"], 2, "U-SYNTH-NO-FILE"),
        (["run", "--layout", "juki", "--input", "."], 2, "U-SOURCE"),
        (["synth", "--layout", "juki", "--source", "host_fixed", "--out", "town"], 2, "U-OPTION-MISSING"),
        (["init", "--layout", "juki", "--source", "host_fixed"], 2, "U-OPTION-MISSING"),
    ],
)
def test_usage(command: Command, arguments: list[str], code: int, told: str) -> None:
    said = command(*arguments)
    assert said.code == code
    assert told in said.err
    assert "{" not in said.err
    if code == 2:
        assert said.out == ""


def test_a_source_that_no_faults_are_known_for(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migrate.synth.FAULTY", (("kotei", "host_fixed"),))
    said = command(*SYNTH, "package_csv", "--faults", "1")
    assert (said.code, said.err.split()[0]) == (2, "U-SYNTH-FAULTS")
    assert "kotei/host_fixed" in said.err


def test_an_empty_folder(command: Command, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for lang, unknown in (("ja", "基準日: 不明"), ("en", "as of unknown")):
        said = command(*RUN, "--input", tmp_path / "in", "--out", tmp_path / lang, "--lang", lang)
        assert said.code == 3
        assert "KOJIN*.DAT: F-MISSING" in said.out
        assert unknown in said.out


def test_a_file_in_place_of_a_folder(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    for arguments in (("--input", file), ("--input", ".", "--out", file)):
        said = command(*RUN, *arguments)
        assert said.code == 2
        assert "U-FOLDER-KIND" in said.err


def test_a_folder_in_place_of_a_file(command: Command, towns: Towns, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    (inputs / "KOJIN.DAT").mkdir(parents=True)
    said = command(*RUN, "--input", inputs)
    assert said.code == 3
    assert "KOJIN*.DAT: F-MISSING" in said.out


@pytest.mark.parametrize("seed", range(3))
def test_garbage(command: Command, towns: Towns, tmp_path: Path, seed: int) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    dice = random.Random(seed)
    for file in towns.town(60).inputs.iterdir():
        size = [0, dice.randrange(1, 5000), file.stat().st_size][seed]
        (inputs / file.name).write_bytes(dice.randbytes(size))
    said = command(*RUN, "--input", inputs, "--as-of", "2026-10-01")
    assert said.code == 3
    assert "F-" in said.out
    assert "{" not in said.out + said.err


def test_a_sheet_of_another_form(command: Command, towns: Towns, tmp_path: Path) -> None:
    for text, line in (("", 1), ("name;expected\n", 1), ("name,expected\ntables.jumin,12人\n", 2)):
        sheet = tmp_path / "counts.csv"
        sheet.write_text(text, encoding="utf-8")
        arguments = (*RUN, "--input", towns.town(60).inputs, "--count-sheet", sheet)
        said = command(*arguments)
        assert said.code == 3
        assert f"counts.csv:{line}: I-COUNT-SHEET" in said.err


def test_a_locked_folder(command: Command, towns: Towns, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with FileLock(out / ".lock"):
        said = command(*RUN, "--input", towns.town(60).inputs, "--out", out)
    assert said.code == 5
    assert "E-LOCKED" in said.err
    assert str(out) in said.err


def failing(error: BaseException) -> Callable[..., NoReturn]:
    def run(*_: object) -> NoReturn:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (RuntimeError(SECRET), 4, "X-INTERNAL-ERROR 内部エラーです（RuntimeError、migrate/"),
        (pl.exceptions.ComputeError(f"conversion failed: [{SECRET}]"), 4, "ComputeError"),
        (pl.exceptions.PanicException(SECRET), 4, "PanicException"),
        (AssertionError(SECRET), 4, "AssertionError"),
        (MemoryError(), 5, "E-MEMORY"),
        (OSError(errno.ENOSPC, SECRET, "out/a.csv"), 5, "E-DISK-FULL ディスクがいっぱいです（out/a.csv）"),
        (OSError(errno.EACCES, SECRET, "out/a.csv"), 5, "E-PERMISSION"),
        (OSError(errno.EROFS, SECRET, "out/a.csv"), 5, "E-READ-ONLY"),
        (OSError(errno.EIO, SECRET, "out/a.csv"), 5, "E-DEVICE"),
        (OSError(errno.EBUSY, SECRET, "out/a.csv"), 5, "EBUSY"),
        (OSError("read back differs: a.csv"), 5, "E-READ-BACK"),
        (OSError(SECRET), 4, "OSError"),
        (pl.exceptions.ComputeError(f"{SECRET}: No space left on device (os error 28)"), 5, "E-DISK-FULL"),
        (KeyboardInterrupt(), 130, "E-INTERRUPTED"),
    ],
)
def test_anything_else(
    command: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, told: str
) -> None:
    monkeypatch.setattr("migrate.pipeline.run", failing(error))
    said = command(*RUN, "--input", ".", "--out", "../out")
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert SECRET not in said.err
    assert "{" not in said.err


def test_names_that_are_not_installed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from migrate import synth

    monkeypatch.setattr(synth, "make_town", failing(synth.NamesMissing()))
    said = command("synth", "--layout", "juki", "--source", "host_fixed", "--rows", 60, "--out", "town")
    assert said.code == 5
    assert "migrate-chukan[synth]" in said.err


def test_a_host_that_cannot_have_such_a_town(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from migrate import synth

    project = tmp_path / "jef"
    overlay(project, "jef")
    (project / "migrate.yaml").write_text("municipality: 見本市\nlayout: juki\nsource: host_fixed\n", encoding="utf-8")
    said = command("synth", "--project", project, "--rows", 60, "--faults", 1, "--out", "town")
    assert (said.code, "U-SYNTH-HOST" in said.err) == (2, True)
    monkeypatch.setattr(synth, "make_town", lambda *_: encode("遥", "jef", type="N"))  # JIS83 brought it
    said = command("synth", "--project", project, "--rows", 60, "--out", "town")
    assert (said.code, "U-SYNTH-LETTER" in said.err) == (2, True)


def test_no_data_of_others_is_overwritten_by_a_town(command: Command) -> None:
    Path("town/in").mkdir(parents=True)
    Path("town/in/KOJIN.DAT").write_bytes(b"x")
    said = command("synth", "--layout", "juki", "--source", "host_fixed", "--rows", 60, "--out", "town")
    assert said.code == 2
    assert "U-FOLDER-FILLED" in said.err
    assert Path("town/in/KOJIN.DAT").read_bytes() == b"x"
