"""The table of letters that a receiving system does not hold."""

from pathlib import Path

import pytest

from migrate.spec.reductions import Reduction
from tests.spec.tiny_system import copy_to, load, problems

HEAD = "text,to,basis,candidates,note\n"


def project_with(tmp_path: Path, table: str | None, *, repertoire: str = "jisx0208", encoding: str = "utf-8") -> Path:
    project = copy_to(tmp_path)
    profile = project / "layouts/profiles/plain.yaml"
    text = profile.read_text(encoding="utf-8").replace("encoding: utf-8", f"encoding: {encoding}")
    profile.write_text(text + f"repertoire: {repertoire}\n", encoding="utf-8")
    if table is not None:
        profile.with_suffix(".csv").write_text(HEAD + table, encoding="utf-8")
    return project


def found(project: Path) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in problems(project)]


def test_letters_with_their_basis_or_their_candidates(tmp_path: Path) -> None:
    table = "髙,高,戸籍法関連通達・通知,,\n葛\U000e0100,葛,,,\n\U00020bb7,,,吉 告,\n\ue000,■,不明,,\n"
    project = project_with(tmp_path, table.replace("葛,,,", "葛,UCS,,"))
    assert found(project) == []
    assert load(project).reductions == {
        "髙": Reduction("高", "戸籍法関連通達・通知", ()),
        "葛\U000e0100": Reduction("葛", "UCS", ()),
        "\U00020bb7": Reduction("", "", ("吉", "告")),
        "\ue000": Reduction("■", "不明", ()),
    }


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("亜,高,x,,", "D-REDUCE-TEXT"),
        ("髙橋,高,x,,", "D-REDUCE-TEXT"),
        ("髙,鷗,x,,", "D-REDUCE-TO"),
        ("髙,高橋,x,,", "D-REDUCE-TO"),
        ("髙,,,高 \ufa11,", "D-REDUCE-TO"),
        ("髙,高,x,高 嵩,", "D-REDUCE-DECIDED"),
        ("髙,高,,,", "D-CSV-EMPTY"),
        ("髙,,,,", "D-CSV-EMPTY"),
    ],
)
def test_rows_that_decide_nothing(row: str, code: str, tmp_path: Path) -> None:
    assert found(project_with(tmp_path, row + "\n")) == [(code, 2)]


def test_a_profile_that_holds_all_letters_has_no_table(tmp_path: Path) -> None:
    assert found(project_with(tmp_path, "髙,高,x,,\n", repertoire="unicode")) == [("D-REDUCE-ALL", 2)]


@pytest.mark.parametrize(("repertoire", "codes"), [("jisx0208", []), ("cp932", []), ("unicode", ["D-PROFILE-LETTERS"])])
def test_cp932_is_written_for_letters_of_cp932(repertoire: str, codes: list[str], tmp_path: Path) -> None:
    project = project_with(tmp_path, None, repertoire=repertoire, encoding="cp932")
    assert [code for code, _ in found(project)] == codes
