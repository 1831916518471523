"""Commands that look at definitions only: check, layouts, show, words."""

import json
import shutil
import time
from pathlib import Path

import pytest

from migrate.errors import Lang
from migrate.spec.library import bundled_root
from migrate.vocab import WORDS
from tests.cli.conftest import Command

PROJECT = "municipality: 例市\nlayout: juki\nsource: host_fixed\n"


@pytest.fixture
def project() -> Path:
    """The current folder as a project with a mapping of its own."""
    path = Path("layouts/juki/sources/host_fixed/source.yaml")
    path.parent.mkdir(parents=True)
    shutil.copy(bundled_root() / path, path)
    Path("migrate.yaml").write_text(PROJECT, encoding="utf-8")
    return path


def test_check(command: Command) -> None:
    command("check")
    started = time.process_time()
    said = command("check")
    assert time.process_time() - started < 2  # seconds of CPU: 0.4 alone, twice that where a core is shared
    assert said.code == 0
    assert said.out == "定義に誤りはありません: 業務 3、移行元 4、物理形式 2\n"
    assert command("check", "--lang", "en").out == "ok: 3 layouts, 4 sources, 2 profiles\n"
    assert said.err == ""
    assert command("check", "--layout", "juki").code == 0


def test_check_tells_every_problem_of_the_project(command: Command, project: Path) -> None:
    assert command("check").code == 0
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace("owner: 現行ベンダ", "owner: 前のベンダ") + "colour: red\n", encoding="utf-8")
    said = command("check")
    assert said.code == 2
    assert said.out == ""
    assert f"{project.as_posix()}:4:1: D-VALUE-CHOICE" in said.err
    assert "D-KEY-UNKNOWN" in said.err
    assert "2 件あります" in said.err


def test_check_reads_the_project_file(command: Command, project: Path) -> None:
    Path("migrate.yaml").write_text(PROJECT + "gates: {lost_key: none}\n", encoding="utf-8")
    assert "migrate.yaml:4:9: D-VALUE-NUMBER" in command("check").err
    Path("migrate.yaml").write_text(PROJECT + "profile: nowhere\n", encoding="utf-8")
    assert "U-PROFILE-UNKNOWN" in command("check").err


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_layouts(command: Command, lang: Lang) -> None:
    said = command("layouts", "--lang", lang)
    assert said.code == 0
    for name in ("juki.jumin", "juki/host_fixed", "kihon-data-list", "現行ベンダ", "model"):
        assert name in said.out


def test_a_standard_table(command: Command) -> None:
    lines = command("show", "juki.jumin").out.splitlines()
    (line,) = (line for line in lines if " seibetsu " in line)
    assert line.split()[1:8] == ["seibetsu", "性別", "X", "1", "seibetsu", "P", "ITEMDEF"]
    assert "条件付き juminshubetsu=1" in "\n".join(lines)


def test_a_source_file(command: Command) -> None:
    said = command("show", "juki/host_fixed/kojin")
    assert said.code == 0
    lines = [line.split() for line in said.out.splitlines()]
    (birth,) = (line for line in lines if "birth" in line)
    assert birth[1:9] == ["birth", "生年月日", "250", "256", "7", "X", "GYYMMDD", "→"]
    assert "論理削除" in said.out
    assert "独自項目 → jumin.jichikai" in said.out
    assert "基準日" in said.out


def test_slots_stand_where_they_are(command: Command) -> None:
    lines = [line.split() for line in command("show", "juki/host_fixed/shien").out.splitlines()]
    places = {line[1]: line[3:6] for line in lines if len(line) > 5}
    assert places["yokushi[1].jimu_cd"] == ["628", "630", "3"]
    assert places["yokushi[5].shuryo"] == ["711", "717", "7"]
    assert places["flag"] == ["718", "718", "1"]


def test_signs_and_decimals_stand_with_the_type(command: Command) -> None:
    """What the vendor's sheet says of a number has to be read beside it: a point that is not written, and the sign."""
    lines = {
        line.split()[1]: line for line in command("show", "kotei/host_fixed/tochi").out.splitlines() if line.split()[1:]
    }
    assert "S9 9(11)V9(2) overpunch" in lines["toki_chiseki"]
    assert "S9 overpunch" in lines["hyoka_gaku"]


def test_columns_stand_below_each_other(command: Command) -> None:
    """Full-width characters are two columns wide."""
    lines = command("show", "juki/host_fixed/shien").out.splitlines()
    data = [line for line in lines if "→ shien_sochi." in line]

    def column(line: str) -> int:
        head = line.partition("→")[0]
        return sum(1 if ord(c) < 0x2E80 else 2 for c in head)

    assert len({column(line) for line in data}) == 1


def test_every_field_of_every_file_goes_somewhere(command: Command) -> None:
    for file in ("kojin", "rireki", "setai", "jusho", "hogaki", "gaikokujin", "shien", "kobango"):
        said = command("show", f"juki/host_fixed/{file}", "--lang", "en")
        section = said.out.partition("data record")[2].partition("trailer record")[0]
        rows = [line for line in section.splitlines() if line[:6].strip().isdigit()]
        assert rows
        for row in rows:
            assert any(sign in row for sign in ("→", "dropped", "look", "decides", "filler", "tells")), row


def test_words(command: Command) -> None:
    said = command("words")
    assert said.code == 0
    assert all(f" {name} " in said.out for name in WORDS)
    for name, entry in WORDS.items():
        assert entry.manual in command("words", name).out
    documents = json.loads(command("words", "--json").out)
    assert {document["word"] for document in documents} == set(WORDS)
    (document,) = json.loads(command("words", "null_if", "--json").out)
    assert document["arguments"] == [{"name": "values", "required": True}]


def test_schema(command: Command) -> None:
    document = json.loads(command("schema", "juki.jumin").out)
    assert document["table"] == "juki.jumin"
    assert document["columns"][0]["name"] == "atenabango"


@pytest.mark.parametrize(
    "path", ["layouts/jukki/codes/sex.csv", "layouts/juki/source/host_fixed/gaiji.csv", "cleansing_rules/jukii.yaml"]
)
def test_a_file_that_nobody_reads_is_not_passed_over(command: Command, project: Path, path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text("", encoding="utf-8")
    for arguments in (["check"], ["run", "--input", "."], ["layouts"]):
        said = command(*arguments)
        assert said.code == 2
        assert f"{path}: U-FILE-UNREAD" in said.err
