"""House rules: small things that no other tool watches over."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = re.compile(r"/(\.git|\.venv|build|dist|__pycache__|\.\w+_cache|\.hypothesis)/")

# Look alike, sort apart, and are changed by any program that normalises: write them as escapes.
COMPATIBILITY_IDEOGRAPH = re.compile("[\\uf900-\\ufaff\\U0002f800-\\U0002fa1d]")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home)/")
CLOCKS = {"now", "today", "utcnow", "time_ns", "localtime", "gmtime", "ctime"}
ROW_BY_ROW = {"apply", "iter_rows", "map_elements"}


def tracked() -> list[Path]:
    """Files that are or will be committed; outside a clone, all files but those that were built."""
    if (ROOT / ".git").exists() and (git := shutil.which("git")):
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
        return sorted(path for name in listed if name and (path := ROOT / name).is_file())
    return sorted(
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not SKIPPED.search("/" + path.relative_to(ROOT).as_posix())
    )


def lines(*suffixes: str) -> Iterator[tuple[str, str]]:
    """One (file:line, text) per line of each UTF-8 text file with one of these suffixes, or of all of them."""
    for path in tracked():
        data = path.read_bytes()
        if (suffixes and path.suffix not in suffixes) or b"\0" in data:
            continue
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            yield f"{path.relative_to(ROOT).as_posix()}:{number}", line


def nodes(*, under: str, but: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.AST]]:
    """One (file:line, node) per syntax node of the Python files under a folder."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and name.startswith(under) and not name.startswith(but):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=name)):
                yield f"{name}:{getattr(node, 'lineno', 0)}", node


def test_no_compatibility_ideographs() -> None:
    assert [where for where, line in lines() if COMPATIBILITY_IDEOGRAPH.search(line)] == []


def test_no_paths_of_one_machine() -> None:
    assert [where for where, line in lines(".py", ".md", ".toml", ".lock") if MACHINE_PATH.search(line)] == []


def test_only_commands_print() -> None:
    prints = [
        where
        for where, node in nodes(under="", but=("migrate/cli", "benchmarks/", "tests/"))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert prints == []


def test_whole_columns_only() -> None:
    """A Python function per value or per row is what makes a night too short."""
    slow = [
        where
        for where, node in nodes(under="migrate/", but=("migrate/synth",))
        if isinstance(node, ast.Attribute) and node.attr in ROW_BY_ROW
    ]
    assert slow == []


STATED_NOW = "migrate/rehearsal/moment.py:"


def test_no_clock_is_read() -> None:
    """基準日 takes its place; seconds are counted, but their start is nobody's date. Ledgers take it where ``--at now``
    asks for it."""
    read = [where for where, node in nodes(under="migrate/") if isinstance(node, ast.Attribute) and _is_clock(node)]
    assert [where for where in read if not where.startswith(STATED_NOW)] == []


def _is_clock(node: ast.Attribute) -> bool:
    return node.attr in CLOCKS or ast.unparse(node) == "time.time"
