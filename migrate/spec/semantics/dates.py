"""Dates of source fields: a form that the field can have, codes for its eras, special values that can occur."""

import re
from collections.abc import Iterable, Iterator

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.source import DateForm, SourceField
from migrate.spec.yamltext import Path_

WIDTH = {"GYYMMDD": 7, "GGYYMMDD": 8, "LYYMMDD": 7, "YYYYMMDD": 8}
NUMBERS = ("yyyymmdd", "GYYMMDD", "GGYYMMDD")
"""Forms of text that are digits only."""
CODE_DIGITS = {"GYYMMDD": 1, "GGYYMMDD": 2}


def date_problems(draft: Draft, path: str, where: Path_, field: SourceField, *, fixed: bool) -> Iterator[Problem]:
    """What is wrong with the ``date`` of a field."""
    date = field.date
    assert date is not None
    here = (*where, "date")
    if (date.form is not None) == bool(date.forms) or (not fixed and not date.forms):
        yield draft.problem(path, here, "D-SRC-FORM" if fixed else "D-SRC-FORMS", name=field.name)
        return
    numbers = [form for form in date.forms if form in NUMBERS]
    if len(numbers) > 1:
        yield draft.problem(path, (*here, "forms"), "D-SRC-FORM-NUMBERS", name=field.name, forms=", ".join(numbers))
    if date.form:
        yield from _fixed(draft, path, here, field, date.form)
    yield from _special_values(draft, path, here, field, date)
    yield from era_problems(draft, path, here, date.eras)
    yield from _codes(draft, path, here, field, date)


def era_problems(draft: Draft, path: str, where: Path_, eras: Iterable[str]) -> Iterator[Problem]:
    """Codes of eras that are not one or two digits."""
    for code in eras:
        if not re.fullmatch("[0-9]{1,2}", code):
            yield draft.problem(path, (*where, "eras", code), "D-SRC-ERA-KEY", value=code)


def _fixed(draft: Draft, path: str, here: Path_, field: SourceField, form: str) -> Iterator[Problem]:
    """A form of digits fills its field, printed or packed."""
    packed = field.type == "P" and field.width * 2 - 1 >= WIDTH[form] and form != "LYYMMDD"
    printed = field.width == WIDTH[form] and field.type in ("X", "9")
    if field.occurs or not (packed or printed):
        yield draft.problem(path, here, "D-SRC-DATE", name=field.name, form=form, expected=str(WIDTH[form]))


def _special_values(draft: Draft, path: str, here: Path_, field: SourceField, date: DateForm) -> Iterator[Problem]:
    width = WIDTH[date.form] if date.form else 0
    taken: set[str] = set()
    for part, values in date.special.items():
        for i, value in enumerate(values):
            if width and len(value) != width:
                facts = {"name": field.name, "value": value, "expected": str(width)}
                yield draft.problem(path, (*here, part, i), "D-SRC-DATE-VALUE", **facts)
            elif value in taken:
                yield draft.problem(path, (*here, part, i), "D-SRC-DATE-BOTH", name=field.name, value=value)
        taken.update(values)
    for part, values, pattern in (
        ("unknown_parts", date.unknown_parts, "[0-9]{2}"),
        ("unknown_years", date.unknown_years, "[0-9]{2}|[0-9]{4}"),
    ):
        for i, value in enumerate(values):
            if not re.fullmatch(pattern, value):
                digits = "2" if part == "unknown_parts" else "2/4"
                facts = {"name": field.name, "key": part, "value": value, "expected": digits}
                yield draft.problem(path, (*here, part, i), "D-SRC-UNKNOWN-PART", **facts)


def _codes(draft: Draft, path: str, here: Path_, field: SourceField, date: DateForm) -> Iterator[Problem]:
    """A form with an era code needs codes of as many digits."""
    if draft.source is None:
        return
    codes = date.eras or draft.source.eras
    for form in (date.form, *date.forms):
        digits = CODE_DIGITS.get(form or "")
        if digits and not any(len(code) == digits for code in codes):
            where: Path_ = (*here, "form" if date.form else "forms")
            yield draft.problem(path, where, "D-SRC-ERAS", name=field.name, digits=str(digits))
