"""Every command that the READMEs show is run, on a small town, in a copy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.towns import ROOT, environment

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"^make (\w+)(.*)$")
BUILT = shutil.ignore_patterns(".*", "build", "dist", "__pycache__", "*.egg-info")
PAGES = ("README.md", "README.ja.md")


def commands(page: str) -> list[str]:
    """Lines of the sh blocks, in order."""
    return [line for block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")) for line in block.splitlines()]


def small(command: str) -> str:
    """The command on a small town; what would install or test everything is only rehearsed."""
    bin_ = Path(sys.executable).parent
    if make := MAKE.fullmatch(command):
        rehearsed = "" if make[1] == "run" else "--dry-run "
        return f"make --old-file=.venv --old-file=.venv/installed {rehearsed}{make[1]}{make[2]} ROWS=60 BIN={bin_}"
    if command == "pip install .":
        return f"{sys.executable} -m pip install --quiet --dry-run --no-deps --no-build-isolation ."
    return re.sub(r"--rows [0-9]+", "--rows 60", command)


def test_both_pages_show_the_same_commands() -> None:
    assert commands(PAGES[0]) == commands(PAGES[1])


def test_the_commands_run(tmp_path: Path) -> None:
    if not shutil.which("make"):
        pytest.skip("needs make")
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=BUILT)
    # 1 is the verdict 不合格, which a town with faults may well get
    script = "\n".join(f"{small(line)} || test $? -eq 1 || exit" for line in commands(PAGES[0]))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", script], cwd=copy, env=environment(PATH=path), capture_output=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr.decode()
    said = done.stdout.decode()
    assert "納品フォルダ: build/out/" in said
    assert "何も書いていません" in done.stderr.decode()
    assert (copy / "sakura-shi" / "run.json").is_file()


def test_the_commands_of_the_operators_guide_run(tmp_path: Path) -> None:
    script = "\n".join(f"{small(line)} || test $? -eq 1 || exit" for line in commands("docs/operator-guide.ja.md"))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=environment(PATH=path), capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "sakura-shi" / "kekka.json").is_file()
    assert list((tmp_path / "sakura-shi" / "out").glob("*/manifest.json"))


def test_the_commands_that_pages_name_exist() -> None:
    from migrate.cli import COMMANDS

    pages = [ROOT / page for page in PAGES] + sorted((ROOT / "docs").glob("*.md"))
    for page in pages:
        named = set(re.findall(r"\bmigrate ([a-z]+)\b", page.read_text(encoding="utf-8")))
        spoken = {name for name in named if f"`migrate {name}" in page.read_text(encoding="utf-8")}
        assert spoken <= set(COMMANDS), page.name
