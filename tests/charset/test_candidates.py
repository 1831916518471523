"""What a letter may be reduced to: by rule, never outside the repertoire, never the letter itself."""

import sys

import pytest

from migrate.charset.candidates import BASE, RULES, candidates
from migrate.errors import EnvironmentTrouble

JIS, KOKUJI, KOSEKI = (RULES[rule][1] for rule in ("jis", "kokuji", "koseki"))


@pytest.mark.parametrize(
    ("letter", "repertoire", "found"),
    [
        ("髙", "jisx0208", {"高": (JIS, KOSEKI)}),
        ("髙", "jisx0213", {"高": (JIS, KOSEKI)}),
        ("\U00020bb7", "cp932", {"吉": (JIS, KOKUJI, KOSEKI)}),
        ("葛\U000e0100", "jisx0208", {"葛": (BASE,)}),
        ("邉", "cp932", {"辺": (KOSEKI,), "邊": (KOSEKI,)}),
        ("\ue000", "cp932", {}),
        ("あ", "jisx0208", {}),
    ],
)
def test_candidates_with_their_rules(letter: str, repertoire: str, found: dict[str, tuple[str, ...]]) -> None:
    assert candidates([letter], repertoire, ("jis", "kokuji", "koseki")) == {letter: found}  # type: ignore[arg-type]


def test_only_the_rules_asked_for() -> None:
    assert candidates(["髙"], "jisx0208", ["ruiji"]) == {"髙": {}}


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jntajis", None)
    with pytest.raises(EnvironmentTrouble) as trouble:
        candidates(["髙"], "jisx0208", ["jis"])
    assert [problem.code for problem in trouble.value.problems] == ["E-GAIJI-PACKAGE"]
