"""What a definition file may write about a word, and what is refused before any data is read."""

from typing import Any

import polars as pl
import pytest

from migrate.vocab import WORDS, registry
from migrate.vocab.daykey import pack
from migrate.vocab.registry import ALL_HISTORY, Bound, DateField, Field, Kind, Table, WordError, bind

ALL: tuple[Kind, ...] = ("op", "check", "relation", "across", "control")


def test_arguments_become_what_the_signature_asks_for() -> None:
    assert bind("null_if", {"values": "0"}, None, ALL).arguments == {"values": ("0",)}
    assert bind("null_if", {}, ["0", "9"], ALL).arguments == {"values": ("0", "9")}
    assert bind("max_chars", {}, "40", ALL).arguments == {"chars": 40}
    assert bind("pad_left", {"width": "5", "with": "0"}, None, ALL).arguments == {"width": 5, "with_": "0"}
    assert bind("unique", {"table": "t", "fields": ["a"], "latest": "yes"}, None, ALL).arguments["latest"] is True
    bound = bind("implies", {"when": {"a": "1", "b": ["2", "3"]}, "field": "c", "in": ["4"]}, None, ALL)
    assert bound.arguments == {"when": {"a": ("1",), "b": ("2", "3")}, "field": "c", "in_": ("4",)}


@pytest.mark.parametrize(
    ("code", "name", "args", "positional"),
    [
        ("D-WORD-UNKNOWN", "trimm", {}, None),
        ("D-WORD-ARGUMENT", "trim", {"side": "left"}, None),
        ("D-WORD-ARGUMENT", "trim", {}, "left"),
        ("D-WORD-ARGUMENT", "not_passed", {"as_of": "1"}, None),
        ("D-WORD-ARGUMENT", "not_passed", {}, "1"),
        ("D-WORD-ARGUMENT", "sequence", {"table": "t", "field": "f", "start": "1", "unit": "u"}, None),
        ("D-WORD-ARGUMENT", "implies", {"when": {"a": "1"}, "field": "c", "in_": ["4"]}, None),
        ("D-WORD-MISSING", "null_if", {}, None),
        ("D-WORD-MISSING", "pad_left", {"width": "5"}, None),
        ("D-WORD-MISSING", "pad_left", {}, "5"),
        ("D-WORD-VALUE", "max_chars", {"chars": "many"}, None),
        ("D-WORD-VALUE", "max_chars", {"chars": "0"}, None),
        ("D-WORD-VALUE", "max_chars", {"chars": "-1"}, None),
        ("D-WORD-VALUE", "max_chars", {"chars": "４"}, None),
        ("D-WORD-VALUE", "max_chars", {"chars": ["4"]}, None),
        ("D-WORD-VALUE", "sequence", {"table": "t", "field": "f", "start": "--1"}, None),
        ("D-WORD-VALUE", "pad_left", {"width": "5", "with": "00"}, None),
        ("D-WORD-VALUE", "pad_left", {"width": "5", "with": ""}, None),
        ("D-WORD-VALUE", "matches", {"pattern": "("}, None),
        ("D-WORD-VALUE", "matches", {"pattern": ")("}, None),
        ("D-WORD-VALUE", "matches", {"pattern": "(?=a)"}, None),
        ("D-WORD-VALUE", "null_if", {"values": []}, None),
        ("D-WORD-VALUE", "null_if", {"values": {"a": "b"}}, None),
        ("D-WORD-VALUE", "null_if", {"values": ["a", ["b"]]}, None),
        ("D-WORD-VALUE", "unique", {"table": "t", "fields": ["a"], "latest": "true"}, None),
        ("D-WORD-VALUE", "unique", {"table": ["t"], "fields": ["a"]}, None),
        ("D-WORD-VALUE", "any_filled", {"fields": ["a"], "when": {}}, None),
        ("D-WORD-VALUE", "any_filled", {"fields": ["a"], "when": {"b": {"c": "d"}}}, None),
        ("D-WORD-VALUE", "implies", {"when": {"a": "1"}, "field": "c"}, None),
        ("D-WORD-VALUE", "implies", {"when": {"a": "1"}, "field": "c", "filled": "yes", "empty": "yes"}, None),
        ("D-WORD-VALUE", "implies", {"when": {"a": "1"}, "field": "c", "in": ["1"], "empty": "yes"}, None),
        ("D-WORD-VALUE", "refers", {"table": "t", "fields": ["a"], "to": "u", "to_fields": ["b", "c"]}, None),
    ],
)
def test_refused(code: str, name: str, args: dict[str, Any], positional: Any) -> None:
    with pytest.raises(WordError) as caught:
        bind(name, args, positional, ALL)
    assert caught.value.code == code
    assert caught.value.facts["word"] == name


def test_a_word_of_another_kind_is_unknown_here() -> None:
    with pytest.raises(WordError) as caught:
        bind("trim", {}, None, ("check", "relation"))
    assert (caught.value.code, caught.value.facts["kind"]) == ("D-WORD-UNKNOWN", "check/relation")


def test_the_engine_gives_the_as_of_date_the_unit_and_what_history_there_is() -> None:
    late = bind("not_passed", {}, None, ALL).with_unit("unused").with_as_of(pack(2025, 4, 1))
    assert late.arguments == {"as_of": pack(2025, 4, 1)}
    assert pl.select(late(pl.lit(pack(2025, 3, 31), pl.Int32))).item() is False
    history = bind("sequence", {"table": "t", "field": "f", "start": "1"}, None, ALL).with_as_of(1).with_unit("person")
    assert history.with_history(ALL_HISTORY)().sides[0].group == ("person",)
    with pytest.raises(TypeError):
        bind("not_passed", {}, None, ALL)(pl.col("value"))


def mentioned(name: str, args: dict[str, Any]) -> list[tuple[str, ...]]:
    word: Bound = bind(name, args, None, ALL)
    return [word.mentions(kind) for kind in (Table, Field, DateField)]


def test_mentions() -> None:
    assert mentioned("never_back", {"table": "t", "order": "n", "date": "d"}) == [("t",), ("n", "d"), ("d",)]
    assert mentioned("any_filled", {"fields": ["a", "b"], "when": {"c": "1"}}) == [(), ("a", "b", "c"), ()]
    assert mentioned("one_per", {"table": "t", "group": "g", "member": {"m": "1"}}) == [("t",), ("g", "m"), ()]
    assert mentioned("unique", {"table": "t", "fields": ["a"]}) == [("t",), ("a",), ()]
    assert mentioned("max_chars", {"chars": "4"}) == [(), (), ()]


def test_a_word_is_defined_once() -> None:
    with pytest.raises(RuntimeError, match="trim"):
        registry.op(WORDS["trim"].function)
