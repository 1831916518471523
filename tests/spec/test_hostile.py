"""Definition files that mean harm, or were damaged: refused with a place, never run, never endless."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.spec import csvtext, yamltext
from tests.spec.tiny_system import SOURCE, copy_to, problems

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
YAML = {
    "alias bomb": (BOMB.encode(), 1, "D-YAML-ALIAS"),
    "python object": (b"file: hogaki\nja: !!python/object/apply:os.system ['true']\n", 2, "D-YAML-TAG"),
    "python name": (b"file: !!python/name:os.system\n", 1, "D-YAML-TAG"),
    "local tag": (b"file: !include /etc/passwd\n", 1, "D-YAML-TAG"),
    "merge key": (b"file: hogaki\n<<: {ja: x}\n", 2, "D-YAML-ALIAS"),
    "three megabytes": (b"file: hogaki\nja: " + b"x" * 3_000_000, 1, "D-YAML-SIZE"),
    "deep lists": (b"file: hogaki\nja: " + b"[" * 100_000, 2, "D-YAML-DEPTH"),
    "deep mappings": (b"file: hogaki\nja: " + b"{a: " * 50_000, 2, "D-YAML-DEPTH"),
    "deep block": (b"".join(b" " * i + b"a:\n" for i in range(200)), 25, "D-YAML-DEPTH"),
    "shift_jis": ("file: hogaki\nja: 方書\n".encode("cp932"), 2, "D-YAML-UTF8"),
    "utf-16": ("file: hogaki\nja: 方書\n".encode("utf-16"), 1, "D-YAML-UTF8"),
    "nul": (b"file: hogaki\nja: a\x00b\n", 2, "D-YAML-CHARACTER"),
    "escape": (b"file: hogaki\nja: \x1b[2J\n", 2, "D-YAML-CHARACTER"),
    "two documents": (b"file: hogaki\n---\nfile: kojin\n", 2, "D-YAML-SYNTAX"),
    "nothing": (b"", 1, "D-YAML-EMPTY"),
    "a list only": (b"- file: hogaki\n", 1, "D-VALUE-MAP"),
    "a word only": (b"hogaki\n", 1, "D-VALUE-MAP"),
    "text only": (b"''\n", 1, "D-YAML-EMPTY"),
}
CSV = {
    "shift_jis": ("from,with,to,note\n1,,1,男\n".encode("cp932"), 2, "D-CSV-UTF8"),
    "nine megabytes": (b"from,with,to,note\n" + b"1" * (csvtext.MAX_BYTES + 1), 1, "D-CSV-SIZE"),
    "nul": (b"from,with,to,note\n1,,1,a\x00b\n", 2, "D-CSV-CONTROL"),
    "one endless cell": (b"from,with,to,note\n" + b"1" * 200_000 + b",,1,\n", 2, "D-CSV-SYNTAX"),
    "nothing": (b"", 1, "D-CSV-HEADER"),
    "workbook": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xb0\xbc\xff", 1, "D-CSV-UTF8"),
}


@pytest.mark.parametrize("name", YAML)
def test_yaml_is_refused_at_its_line(name: str, tmp_path: Path) -> None:
    raw, line, code = YAML[name]
    assert _found(tmp_path, SOURCE / "hogaki.yaml", raw) == [(line, code)]


@pytest.mark.parametrize("name", CSV)
def test_csv_is_refused_at_its_line(name: str, tmp_path: Path) -> None:
    raw, line, code = CSV[name]
    assert _found(tmp_path, SOURCE / "codes/sex.csv", raw) == [(line, code)]


def test_names_inside_definitions_open_no_file(tmp_path: Path) -> None:
    (tmp_path / "hito.yaml").write_text("secret")
    project = copy_to(tmp_path)
    system = project / "layouts/tiny/system.yaml"
    text = system.read_text(encoding="utf-8")
    hostile = text.replace("[hito, yokushi]", "[hito, yokushi, ../../../hito, /etc/passwd]").replace(
        "plain", "../../../hito"
    )
    system.write_text(hostile, encoding="utf-8")
    assert [problem.code for problem in problems(project)] == ["D-NAME-PROFILE", "D-FILE-MISSING", "D-FILE-MISSING"]


def test_a_byte_order_mark_and_carriage_returns_do_no_harm(tmp_path: Path) -> None:
    for path in (SOURCE / "hogaki.yaml", SOURCE / "codes/sex.csv"):
        raw = (copy_to(tmp_path / path.name) / path).read_bytes()
        assert _found(tmp_path / f"{path.name}.2", path, b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n")) == []


@pytest.mark.parametrize("parse", [lambda raw: yamltext.parse(Path("x"), raw)])
def test_every_scalar_is_text(parse: Callable[[bytes], yamltext.Document]) -> None:
    text = b"a: 01\nb: no\nc: ~\nd: 1e3\ne: 2026-01-01\nf:\n"
    assert parse(text).data == {"a": "01", "b": "no", "c": "~", "d": "1e3", "e": "2026-01-01", "f": ""}


def test_nothing_hostile_takes_long(tmp_path: Path) -> None:
    start = time.process_time()
    for raw, _, _ in YAML.values():
        _found(tmp_path / str(len(list(tmp_path.iterdir()))), SOURCE / "hogaki.yaml", raw)
    assert time.process_time() - start < 20


def _found(folder: Path, path: Path, raw: bytes) -> list[tuple[int | None, str]]:
    folder.mkdir(parents=True, exist_ok=True)
    project = copy_to(folder)
    (project / path).write_bytes(raw)
    return [(problem.line, problem.code) for problem in problems(project) if problem.file == path.as_posix()]
