"""What the user reads, word for word: ``golden/*.txt``."""

from pathlib import Path

import pytest

from migrate.errors import (
    DefinitionErrors,
    EnvironmentTrouble,
    InputRefused,
    InternalError,
    Lang,
    MigrateError,
    Problem,
    UsageError,
    nearest,
    render,
)
from tests.spec.tiny_system import copy_to, path_of, problems

BROKEN = Path(__file__).parents[1] / "broken"
GOLDEN = Path(__file__).parent / "golden"
SHOWN = (
    "D-CODE-TARGET.sex.csv",
    "D-CSV-HEADER.sex.csv",
    "D-KEY-MISSING.system.yaml",
    "D-KEY-UNKNOWN.hogaki.yaml",
    "D-MAP-FIELD.kojin.yaml",
    "D-MAP-ITEM.to_hito.yaml",
    "D-NAME-FIELD.hito.yaml",
    "D-SRC-GAP.hogaki.yaml",
    "D-SRC-LENGTH.hogaki.yaml",
    "D-SRC-OVERLAP.hogaki.yaml",
    "D-SRC-PATTERNS.source.yaml",
    "D-VALUE-CHOICE.source.yaml",
    "D-YAML-TAG.hogaki.yaml",
)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_wording(lang: Lang, tmp_path: Path) -> None:
    text = []
    for case in SHOWN:
        project = copy_to(tmp_path / case)
        (project / path_of(case.partition(".")[2])).write_bytes((BROKEN / case).read_bytes())
        text += [render(problem, lang) for problem in problems(project)]
    assert "\n".join(text) + "\n" == (GOLDEN / f"wording.{lang}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_fact_of_every_broken_file_is_filled_in(lang: Lang, tmp_path: Path) -> None:
    for case in sorted(path.name for path in BROKEN.iterdir()):
        project = copy_to(tmp_path / case)
        (project / path_of(case.partition(".")[2])).write_bytes((BROKEN / case).read_bytes())
        for problem in problems(project):
            plain = Problem(problem.code, dict.fromkeys(problem.facts, "x"))
            assert "{" not in render(plain, lang).replace("{キー: 値}", "").replace("{key: value}", "").replace(
                "{語: {引数: 値}}", ""
            ).replace("{word: {argument: value}}", ""), case


def test_facts_cannot_drive_the_terminal_or_fill_the_screen() -> None:
    shown = render(Problem("D-KEY-MISSING", {"key": "\x1b[2J\n\u202e" + "x" * 1000}, file="a\nb.yaml"), "en")
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert len(shown) < 600
    assert shown.startswith("a\\nb.yaml: D-KEY-MISSING")


def test_a_code_without_an_entry_still_shows_its_facts() -> None:
    assert render(Problem("D-NEW-ONE", {"a": "1"}, "x.yaml", 3, 5), "ja") == "x.yaml:3:5: D-NEW-ONE a=1"


def test_exit_codes() -> None:
    kinds = (DefinitionErrors, UsageError, InputRefused, InternalError, EnvironmentTrouble)
    assert [kind.exit_code for kind in kinds] == [2, 2, 3, 4, 5]
    assert all(issubclass(kind, MigrateError) for kind in kinds)


def test_trouble_reads_as_text_and_is_ordered_by_place() -> None:
    late, early = Problem("D-YAML-KEY", {}, "b.yaml", 1, 1), Problem("D-YAML-KEY", {}, "a.yaml", 9, 1)
    assert DefinitionErrors(late, early).problems == (early, late)
    assert str(UsageError(Problem("U-SYSTEM-UNKNOWN", {"name": "x", "known": "juki"}))).startswith(
        "U-SYSTEM-UNKNOWN 業務"
    )


def test_nearest() -> None:
    assert nearest("widht", ["at", "width"]) == "width"
    assert nearest("zzz", ["at", "width"]) == ""
