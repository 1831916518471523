"""One record of a source file → rows of a standard table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks import plain_sheet as sheets
from benchmarks.plain_register import RULES
from benchmarks.plain_rules import KEEP, NOT_9, QUARANTINE, WITHHOLD, Hit, Row, finisher
from benchmarks.plain_sheet import File, Sheet
from benchmarks.plain_values import Day, search_key

TROUBLES = {
    "bytes": ("R-BYTES", True),
    "gaiji": ("R-GAIJI", True),
    "half": ("R-HALF-IN-N", False),
    "full": ("R-FULL", False),
    "invalid": ("R-DATE-INVALID", True),
    "noncalendar": ("R-DATE-NONCALENDAR", True),
    "era": ("R-DATE-ERA", False),
    "unknown": ("R-DATE-UNKNOWN", True),
    "sentinel": ("R-DATE-SENTINEL", False),
}
"""What is wrong with a cell: the rule, and whether the value must not be used."""

NO_POSTAL = "000-0000"

Values = Sequence[Any]
Test = Callable[[Values], bool]


class Lookup:
    """A look-up file in memory: its values by key. A key that stands twice is not used."""

    def __init__(self, columns: Sequence[str], records: Iterable[Values]) -> None:
        self.place = {name: number for number, name in enumerate(columns)}
        self.records = list(records)
        self._by_key: dict[tuple[str, ...], dict[tuple[Any, ...], Values | None]] = {}

    def by_key(self, on: tuple[str, ...]) -> dict[tuple[Any, ...], Values | None]:
        """Records by the fields ``on``; None for a key that stands twice."""
        if on not in self._by_key:
            found: dict[tuple[Any, ...], Values | None] = {}
            for values in self.records:
                key = tuple(values[self.place[name]] for name in on)
                if None not in key:
                    found[key] = None if key in found else values
            self._by_key[on] = found
        return self._by_key[on]


class Join:
    """A look-up of a mapping: appends the look-up's values to those of the record."""

    def __init__(self, name: str, sheet: Sheet, lookup: Lookup, place: dict[str, int], as_of: str) -> None:
        self.name = name
        self.keys = tuple(place[field] for field in sheet["on"])
        self.records = lookup.by_key(tuple(sheet["on"].values()))
        self.applies = condition(sheet, place, as_of)
        self.nothing = (None,) * len(lookup.place)
        first = len(place)
        place.update({f"{name}.{field}": first + number for field, number in lookup.place.items()})

    def find(self, values: Values) -> tuple[Values, bool]:
        """What the look-up holds for the record, and whether it lacks a key that the record asks for."""
        key = tuple([values[at] for at in self.keys])
        if None in key or not self.applies(values):
            return self.nothing, False
        found = self.records.get(key)
        return (self.nothing, True) if found is None else (found, False)


def condition(sheet: Sheet, place: Mapping[str, int], as_of: str) -> Test:
    """``when``, ``unless``, ``filled``, ``empty`` and ``after_as_of`` of a sheet as a function of a record's values."""
    tests = [_one_of(place[name], listed, True) for name, listed in sheet.get("when", {}).items()]
    tests += [_one_of(place[name], listed, False) for name, listed in sheet.get("unless", {}).items()]
    tests += [_filled(place[name], True) for name in sheet.get("filled", ())]
    tests += [_filled(place[name], False) for name in sheet.get("empty", ())]
    if "after_as_of" in sheet:
        tests.append(_after(place[sheet["after_as_of"]], as_of))
    if len(tests) == 1:
        return tests[0]
    return lambda values: all(test(values) for test in tests)


def _one_of(at: int, listed: Iterable[str], wanted: bool) -> Test:
    known = frozenset(listed)
    return lambda values: ((values[at] or "") in known) is wanted


def _filled(at: int, wanted: bool) -> Test:
    return lambda values: (values[at] is not None) is wanted


def _after(at: int, as_of: str) -> Test:
    return lambda values: values[at] is not None and values[at].iso > as_of


class Conversion:
    """One file onto one table (``to_<table>.yaml``)."""

    def __init__(
        self, sheet: Sheet, file: File, columns: Sequence[str], table: Sheet, lookups: Mapping[str, Lookup], as_of: str
    ) -> None:
        self.table, self.as_of, self.latest = table, as_of, sheet.get("latest") == "yes"
        self.name, self.items = table["table"], table["items"]
        self.slots = _slots(sheet.get("rows"), file, columns)
        own = list(columns) if self.slots is None else self.slots[1]
        place = {name: number for number, name in enumerate(own)}
        self.columns = own
        self.excludes = [condition(e, place, as_of) for e in sheet.get("exclude", ())]
        self.skip = condition(sheet["skip_slot"], place, as_of) if "skip_slot" in sheet else None
        self.joins = [Join(n, s, lookups[s["file"]], place, as_of) for n, s in sheet.get("join", {}).items()]
        self._plan_fields(sheet["fields"], place)
        self._plan_required()
        self.misses = [("R-JOIN", self._first_of(f"{join.name}.", sheet), KEEP) for join in self.joins]
        self.extra = [_beside(extra, place) for extra in sheet.get("extra", {}).values()]
        self.meaning = {name: self._meaning(name, sheet) for name in own}
        pairs = (("machi", "jusho.machi"), ("yubin", "jusho.yubin"))
        self.same = [(place[own], place[other]) for own, other in pairs] if "checks" in sheet else None

    def _plan_fields(self, fields: Sheet, place: Mapping[str, int]) -> None:
        """What fills each item: text or code or date of one field, the first of several, or a constant."""
        self.texts, self.days, self.coded, self.firsts = [], [], [], []
        self.blank: Row = dict.fromkeys(self.items)
        for target, given in fields.items():
            item = self.items[target]
            if "value" in given:
                self.blank[target] = given["value"]
            elif "first" in given:
                is_day = item["type"] == "DATE"
                self.firsts.append((target, [place[n] for n in given["first"]], None if is_day else finisher(item)))
            elif "codes" in given:
                beside = place[given["with"][0]] if "with" in given else None
                effect = item.get("on_error", WITHHOLD) if given.get("on_miss", "error") == "error" else WITHHOLD
                miss = ("R-CODE", target, effect)
                self.coded.append((target, place[given["from"]], beside, _codes(given), miss))
            elif item["type"] == "DATE":
                self.days.append((target, place[given["from"]]))
            else:
                steps = [_step(word) for word in given.get("steps", ())]
                self.texts.append((target, place[given["from"]], steps, finisher(item)))

    def _plan_required(self) -> None:
        """Required items: always, or where another item holds one of some values."""
        self.always, self.sometimes = [], []
        for name, item in self.items.items():
            needed = item.get("required")
            if needed is None or needed == "optional":
                continue
            effect = QUARANTINE if item.get("on_error") == QUARANTINE and item["grade"] == "P" else KEEP
            hit = ("R-REQUIRED", name, effect)
            if needed == "always":
                self.always.append((name, hit))
            else:
                ((other, values),) = needed["when"].items()
                self.sometimes.append((name, other, frozenset(values), hit))

    def _first_of(self, prefix: str, sheet: Sheet) -> str | None:
        return next(
            (t for t, given in sheet["fields"].items() if any(o.startswith(prefix) for o in origins(given))), None
        )

    def _meaning(self, column: str, sheet: Sheet) -> dict[str, Hit]:
        """What a trouble of a source field means for the first item that reads it; empty if nothing reads it."""
        target = next((name for name, given in sheet["fields"].items() if column in origins(given)), None)
        if target is None and column not in _read_elsewhere(sheet):
            return {}
        item: Sheet = {} if target is None else self.items[target]
        hits: dict[str, Hit] = {}
        for trouble, (rule, is_error) in TROUBLES.items():
            if trouble == "full" and (item.get("kind") not in ("name", "kana", "address") or int(item["digits"]) <= 12):
                continue
            if trouble == "unknown" and "unknown" in item:
                continue
            tolerated = trouble == "noncalendar" and item.get("noncalendar") == "yes"
            unusable = is_error and target is not None and not tolerated
            hits[trouble] = (rule, target, item.get("on_error", WITHHOLD) if unusable else KEEP)
        return hits

    def rows(self, values: list[Any], troubles: Sequence[tuple[str, str]]) -> Iterator[tuple[Row, list[Hit], Values]]:
        """Rows of one record, with what is wrong with them and the 独自項目."""
        if self.slots is None:
            if not any(exclude(values) for exclude in self.excludes):
                hits = [self.meaning[n][t] for n, t in troubles if t in self.meaning[n]] if troubles else []
                yield self._row(values, hits)
            return
        common, _, slots = self.slots
        for number, places in enumerate(slots, start=1):
            some = [*(values[at] for at in common), *(values[at] for at in places), str(number)]
            if self.skip is None or not self.skip(some):
                here = [(n.split("#")[0], t) for n, t in troubles if "#" not in n or n.endswith(f"#{number}")]
                yield self._row(some, [self.meaning[n][t] for n, t in here if t in self.meaning[n]])

    def _row(self, values: list[Any], hits: list[Hit]) -> tuple[Row, list[Hit], Values]:
        values = values.copy()
        for number, join in enumerate(self.joins):
            found, missed = join.find(values)
            values += found
            if missed:
                hits.append(self.misses[number])
        if self.same is not None:
            (town, of_town), (postal, of_postal) = [(values[own], values[other]) for own, other in self.same]
            if None not in (town, of_town) and town != of_town:
                hits.append(("JK-K01", "jusho_choaza", KEEP))
            told = None not in (postal, of_postal) and postal != NO_POSTAL
            if told and NOT_9.sub("", postal) != NOT_9.sub("", of_postal):
                hits.append(("JK-A03", "jusho_yubinbango", KEEP))
        row = self.blank.copy()
        self._fill(row, values, hits)
        for name, hit in self.always:
            if row[name] is None:
                hits.append(hit)
        for name, other, listed, hit in self.sometimes:
            if row[name] is None and row[other] in listed:
                hits.append(hit)
        for rule in RULES[self.name]:
            rule(row, hits, self.latest, self.as_of)
        for _, name, effect in hits:
            if effect != KEEP and name is not None:
                row[name] = None
        return row, hits, [of(row, values) for of in self.extra]

    def _fill(self, row: Row, values: list[Any], hits: list[Hit]) -> None:
        for target, at, steps, finish in self.texts:
            value = values[at]
            if value is not None:
                for step in steps:
                    value = step(value)
                if value is not None:
                    row[target], found = finish(value)
                    if found:
                        hits += found
        for target, at in self.days:
            row[target] = values[at]
        for target, at, beside, table, miss in self.coded:
            value = values[at]
            if value is not None:
                code = table.get((value, (values[beside] or "") if beside is not None else ""))
                row[target] = code or None
                if not code:
                    hits.append(miss if code is None else ("R-CODE-CANDIDATE", target, WITHHOLD))
        for target, places, finish_first in self.firsts:
            filled = [values[at] for at in places if values[at] is not None]
            if filled:
                row[target] = filled[0]
                if finish_first is not None:
                    row[target], found = finish_first(filled[0])
                    hits += found
                if len(set(filled)) > 1:
                    hits.append(("R-CONFLICT", target, KEEP))


def origins(given: Sheet) -> list[str]:
    """The source fields that fill an item, those beside a code included."""
    return [*([given["from"]] if "from" in given else []), *given.get("first", ()), *given.get("with", ())]


def _read_elsewhere(sheet: Sheet) -> set[str]:
    """Source fields that decide or are delivered beside the standard."""
    names = {extra["from"] for extra in sheet.get("extra", {}).values() if "from" in extra}
    for part in (*sheet.get("exclude", ()), *sheet.get("join", {}).values(), sheet.get("skip_slot", {})):
        names.update(part.get("when", {}), part.get("unless", {}), part.get("filled", ()), part.get("empty", ()))
        names.update(part.get("on", {}), [part["after_as_of"]] if "after_as_of" in part else [])
    return names


def _slots(
    group: str | None, file: File, columns: Sequence[str]
) -> tuple[list[int], list[str], list[list[int]]] | None:
    """For a group that repeats: places of the common fields, names of a slot's values, places of each slot."""
    if group is None:
        return None
    common = [number for number, name in enumerate(columns) if "#" not in name]
    of_group = {name: number for number, name in enumerate(columns) if name.startswith(f"{group}.")}
    names = list(dict.fromkeys(name.split("#")[0] for name in of_group))
    times = len(of_group) // len(names)
    slots = [[of_group[f"{name}#{slot}"] for name in names] for slot in range(1, times + 1)]
    return common, [*(columns[at] for at in common), *names, f"{group}.no"], slots


def _beside(extra: Sheet, place: Mapping[str, int]) -> Callable[[Row, list[Any]], str | None]:
    """What is delivered beside the standard: a source field, or the search key of an item."""
    if "from" in extra:
        at = place[extra["from"]]
        return lambda row, values: values[at]
    assert extra["steps"] == ["search_key"]
    name = extra["item"]
    return lambda row, values: search_key(row[name]) if row[name] is not None else None


def _step(word: str | Sheet) -> Callable[[str], str | None]:
    if word == "strip_leading_zeros":
        return lambda text: text.lstrip("0") or "0"
    assert isinstance(word, dict)
    values = frozenset(word["null_if"]["values"])
    return lambda text: None if text in values else text


def _codes(given: Sheet) -> dict[tuple[str, str], str]:
    table = sheets.code_map(given["codes"])
    return table if "with" in given else {(code, ""): to for (code, _), to in table.items()}


def flatten(row: Row, days: Mapping[str, tuple[str, str] | None]) -> None:
    """Dates as they are delivered, each with its 不詳フラグ and 不詳表記 where the table has them."""
    for name, beside in days.items():
        day: Day | None = row[name]
        if day is not None:
            row[name] = day.iso
            if beside is not None:
                row[beside[0]] = "0" if day.whole else "1"
                row[beside[1]] = day.wording or None
