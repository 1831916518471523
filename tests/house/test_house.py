"""House rules: small things that no other tool watches over."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.towns import environment

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = re.compile(r"/(\.git|\.venv|build|dist|__pycache__|\.\w+_cache|\.hypothesis)/")

# Look alike, sort apart, and are changed by any program that normalises: write them as escapes.
COMPATIBILITY_IDEOGRAPH = re.compile("[\\uf900-\\ufaff\\U0002f800-\\U0002fa1d]")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home)/")
CLOCKS = {"now", "today", "utcnow", "time_ns", "localtime", "gmtime", "ctime"}
LIST = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
ROW_BY_ROW = {"apply", "iter_rows", "map_elements"}


def tracked() -> list[Path]:
    """Files that are or will be committed; outside a clone, all files but those that were built."""
    if (ROOT / ".git").exists() and (git := shutil.which("git")):
        told = subprocess.run([git, *LIST], cwd=ROOT, env=environment(), check=True, capture_output=True).stdout
        listed = told.decode().split("\0")
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


def names_of_layouts() -> set[str]:
    """Systems, their tables, their sources and the files of these."""
    systems = [path.parent for path in (ROOT / "layouts").glob("*/system.yaml")]
    stems = {path.stem for system in systems for path in (*system.glob("*.yaml"), *system.glob("sources/*/*.yaml"))}
    sources = {path.name for system in systems for path in system.glob("sources/*")}
    return {system.name for system in systems} | sources | stems - {"system", "source", "import"}


def docstrings(tree: ast.AST) -> set[int]:
    """Which nodes are texts for people: strings that are statements."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def test_no_code_knows_a_layout_by_name() -> None:
    """A system or a vendor is YAML only; towns are made for the layouts that are here."""
    names = names_of_layouts()
    assert {"juki", "jutogai", "kotei", "host_fixed", "package_csv", "jumin", "kojin"} <= names
    found = []
    for path in tracked():
        place = path.relative_to(ROOT).as_posix()
        if path.suffix != ".py" or not place.startswith("migrate/") or place.startswith("migrate/synth/"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=place)
        told = docstrings(tree)
        for node in ast.walk(tree):
            texts = [getattr(node, part, None) for part in ("id", "attr", "name", "arg")]
            texts += [node.value] if isinstance(node, ast.Constant) and id(node) not in told else []
            if any(names & set(re.findall(r"[a-z0-9_]+", text)) for text in texts if isinstance(text, str)):
                found.append(f"{place}:{getattr(node, 'lineno', 0)}")
    assert found == []


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


def test_no_process_of_a_test_is_without_the_guard_over_the_network() -> None:
    """``tests.towns.environment`` is given to every process; but programs called by name, which are no Python."""
    started = [
        (where, node)
        for where, node in nodes(under="tests/", but=("tests/badinputs/vendored/",))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("subprocess.run", "subprocess.Popen")
    ]
    assert len(started) >= 10
    assert [where for where, node in started if not _is_guarded(node)] == []


def _is_guarded(node: ast.Call) -> bool:
    command = node.args[0]
    named = isinstance(command, ast.List) and isinstance(command.elts[0], ast.Constant)
    return named or any(keyword.arg == "env" for keyword in node.keywords)


STATED_NOW = "migrate/rehearsal/moment.py:"


def test_no_clock_is_read() -> None:
    """基準日 takes its place; seconds are counted, but their start is nobody's date. Ledgers take it where ``--at now``
    asks for it."""
    read = [where for where, node in nodes(under="migrate/") if _is_clock(node)]
    assert [where for where in read if not where.startswith(STATED_NOW)] == []


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("datetime.now()", True),
        ("time.time()", True),
        ("from time import time", True),
        ("from time import time_ns as seconds", True),
        ("import time as t", True),
        ("from time import perf_counter", False),
        ("import time", False),
        ("time.perf_counter()", False),
    ],
)
def test_a_clock_is_seen_by_whatever_name(line: str, reads: bool) -> None:
    assert any(map(_is_clock, ast.walk(ast.parse(line)))) == reads


def _is_clock(node: ast.AST) -> bool:
    """It reads one, or takes one out of ``time``, or ``time`` itself, under a name that would hide it."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "time" and any(one.name in {*CLOCKS, "time", "*"} for one in node.names)
    if isinstance(node, ast.Import):
        return any(one.name == "time" and one.asname for one in node.names)
    return isinstance(node, ast.Attribute) and (node.attr in CLOCKS or ast.unparse(node) == "time.time")


def test_run_json_is_opened_in_one_place() -> None:
    """There it is decided whether this version can read it."""
    said = {at.rpartition(":")[0] for at, line in lines(".py") if at.startswith("migrate/") and '"run.json"' in line}
    assert said == {"migrate/io/sealed.py"}
