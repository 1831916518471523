"""Every character of cp932 through every op: what changes is written down, and nothing else does.

After a change that is meant, write the list anew and read the difference:

    python -m tests.vocab.test_every_character
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from migrate.vocab import WORDS
from migrate.vocab.registry import Bound
from tests.vocab import cases

LIST = Path(__file__).with_name("cp932_changes.txt")
WHOLE = {"address_part", "null_if", "pad_left", "place_of_code", "slice_chars"}
"""Ops on the value as a whole: they know no characters."""
BESIDE = ("カ{}", "１{}２", "松{}２", "カ{}カ", " {}")
"""Ops that look at neighbours are tried between them."""


@cache
def every_character() -> tuple[str, ...]:
    """One byte and two, site gaiji (U+E000–E757) included."""
    raw = [bytes([byte]) for byte in (*range(0x80), *range(0xA1, 0xE0))]
    raw += [bytes([lead, trail]) for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)) for trail in range(0x40, 0xFD)]
    found = (code.decode("cp932", "ignore") for code in raw)
    return tuple(sorted({text for text in found if len(text) == 1}))


@cache
def formed(form: str) -> pl.Series:
    """Each character between its neighbours."""
    return pl.Series("value", [form.format(character) for character in every_character()])


def steps() -> dict[str, Bound]:
    """Every op that knows characters, with the arguments of each group of its cases."""
    found: dict[str, Bound] = {}
    for name, entry in sorted(WORDS.items()):
        groups = cases.load(name) if entry.kind == "op" and name not in WHOLE else []
        for group in groups:
            args = ", ".join(f"{key}: {value}" for key, value in group.get("args", {}).items())
            step = cases.bound(entry, group)
            if not any(other.entry is entry and other.table() == step.table() for other in found.values()):
                found[f"{name} {{{args}}}" if args else name] = step
    return found


def changed(step: Bound, form: str = "{}") -> dict[str, str | None]:
    """Texts made of one character each by ``form`` → what becomes of those that change (None = nothing is left)."""
    before = formed(form)
    after = before.to_frame().select(step(pl.col("value"))).to_series()
    return dict(pl.DataFrame({"one": before, "other": after}).filter(before.ne_missing(after)).iter_rows())


def unexplained(step: Bound, form: str, alone: dict[str, str | None]) -> dict[str, str | None]:
    """What changes beside these neighbours that the characters one by one would not do."""

    def explained(text: str) -> str | None:
        parts = [alone.get(c, c) for c in text]
        return None if None in parts else "".join(part or "" for part in parts)

    return {one: other for one, other in changed(step, form).items() if other != explained(one)}


def shown(text: str | None) -> str:
    if text is None:
        return "(no value)"
    codes = " ".join(f"{ord(character):04X}" for character in text)
    plain = text.isprintable() and not any(unicodedata.normalize("NFC", c) != c for c in text)
    return f"{codes} {text}" if plain and text else codes or "(nothing)"


def lines() -> Iterator[str]:
    """The list: by op, each character that changes; then what it does only beside certain neighbours."""
    yield f"{len(every_character())} characters of cp932; an op that is not here changes none of them"
    for name, step in steps().items():
        alone = changed(step)
        found = [f"  {shown(one)} → {shown(other)}" for one, other in alone.items()]
        for form in BESIDE:
            beside = unexplained(step, form, alone)
            found += [f"  {shown(one)} → {shown(other)}" for one, other in beside.items()]
        if found:
            yield from ["", name, *found]


def test_the_list_is_what_the_ops_do() -> None:
    assert list(lines()) == LIST.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("step", steps().values(), ids=steps())
def test_no_kanji_and_no_gaiji_ever_changes(step: Bound) -> None:
    """None but those that ``replace_letters`` is told to write otherwise."""
    kanji = {c for c in every_character() if unicodedata.name(c, "").startswith("CJK") or "\ue000" <= c <= "\uf8ff"}
    assert len(kanji) > 8000
    assert sum(unicodedata.normalize("NFC", c) != c for c in kanji) == 22
    for form in ("{}", *BESIDE):
        texts = [form.format(c) for c in sorted(kanji)]
        after = pl.DataFrame({"value": texts}).select(step(pl.col("value"))).to_series().to_list()
        other = [c for c, text in zip(sorted(kanji), after, strict=True) if c not in text]
        listed = sorted(step.table() or ()) if step.entry.name == "replace_letters" else []
        assert other == [letter for letter in listed if letter in kanji]


@pytest.mark.parametrize(
    "step", [step for step in steps().values() if step.table() is not None], ids=lambda step: str(step.entry.name)
)
def test_a_table_is_all_that_an_op_does_to_a_character(step: Bound) -> None:
    table = step.table() or {}
    known = set(every_character())
    assert changed(step) == {one: other for one, other in table.items() if one in known and one != other}


def test_ops_on_whole_values_leave_characters_alone() -> None:
    for name in WHOLE:
        step = cases.bound(WORDS[name], cases.load(name)[0])
        assert all(not other or other.endswith(one) for one, other in changed(step).items())


if __name__ == "__main__":
    LIST.write_text("\n".join([*lines(), ""]), encoding="utf-8", newline="\n")
