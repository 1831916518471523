"""The rules of juki over several rows: a person's history, persons and households, who is alike."""

from collections import Counter, defaultdict
from typing import Any

from benchmarks.plain_rules import SELECTORS, Row
from benchmarks.plain_values import Day

NO_NUMBER = -1
TABLES = ("jumin", "kojin_bango", "shien_sochi", "shien_yokushi")
HISTORY, NUMBERS, MEASURES, OFFICES = range(4)
NATURALISED, NEW_CODE = {"04", "05", "24", "25"}, {"48", "49"}
Found = tuple[str, str | None, str | None]


def note_of(table: str, row: Row, *, latest: bool) -> tuple[Any, ...]:
    """What the rules over a person's rows need of one of them: whether it is the present one, and some items."""
    moved: Day | None = row.get("idonengappi")
    day = moved.iso if moved is not None and moved.whole else ""
    if table == "jumin":
        return (latest, day, row["juminshubetsu"], row["juminhyo_code"], row["idojiyu"], row["shimei"])
    return (latest, day, row["shimei"], row["moshidesha_atenabango"]) if table == "shien_sochi" else (latest, day)


class Persons:
    """Takes rows as they come, then persons one by one; counts what it finds."""

    def __init__(self, counts: Counter[Found]) -> None:
        self.counts = counts
        self.resident: dict[str, bool] = {}
        self.households: list[tuple[str, str, bool]] = []
        self.ids: dict[str, list[tuple[str, str]]] = {"JK-X01": [], "JK-X02": []}
        self.alike: dict[tuple[Any, ...], list[tuple[str, str]]] = defaultdict(list)
        self.protected: set[str] = set()
        self.applicants: list[str] = []

    def take(self, table: str, row: Row, unit: str, as_of: str) -> None:
        """What the rules across persons and households need of a present row."""
        if table == "jumin":
            gone: Day | None = row["shojo_idonengappi"]
            leaving = row["juminjotai"] == "2" and gone is not None and gone.iso > as_of
            self.resident.setdefault(unit, row["juminjotai"] == "1" or leaving)
            if row["setaibango"] is not None:
                self.households.append((row["setaibango"], unit, row["tsuzukigara_1"] == "02"))
            if row["juminhyo_code"] is not None:
                self.ids["JK-X01"].append((row["juminhyo_code"], unit))
            four = (row["seinengappi"], row["seibetsu"], row["jusho_choazakodo"], row["jusho_banchigohyoki"])
            if None not in four and row["shimei"] is not None:
                self.alike[four].append((SELECTORS.sub("", row["shimei"]), unit))
        elif table == "kojin_bango" and row["kojinbango"] is not None:
            self.ids["JK-X02"].append((row["kojinbango"], unit))

    def judge_unit(self, rows: list[tuple[Any, ...]]) -> None:
        """All rows of one person, in key order: table number, key and note at places 1, 2 and 4."""
        history = [row for row in rows if row[1] == HISTORY]
        measures = [row[4] for row in rows if row[1] == MEASURES]
        if measures:
            self.protected.add(rows[0][0])
            self.applicants += [note[3] for note in measures if note[3] is not None]
        else:
            self._count("JK-X08", OFFICES, "atenabango", sum(row[1] == OFFICES for row in rows))
        if not history:
            self._count("JK-X06", NUMBERS, "atenabango", sum(row[1] == NUMBERS for row in rows))
            self._count("JK-X07", MEASURES, "atenabango", len(measures))
            return
        named = {row[4][5] for row in history} - {None}
        other = sum(note[2] is not None and note[2] not in named for note in measures)
        self._count("JK-X10", MEASURES, "shimei", other if named else 0)
        present = [row[2][1] for row in history if row[4][0]]
        if not present:
            self._count("R-NO-PRESENT", HISTORY, "atenabango", 1)
        self._judge_history([row for row in history if row[2][1] != NO_NUMBER], max(present, default=None))

    def _judge_history(self, history: list[tuple[Any, ...]], present: int | None) -> None:
        """Whole, forward, with the present at its end; nobody becomes another."""
        before, moved, kind, code = 0, "", None, None
        naturalised = renewed = False
        for _, _, (_, number), _, (_, day, its_kind, its_code, reason, _), _, _ in history:
            if present is not None and number > present:
                self._count("JK-V12-1", HISTORY, "rirekibango", 1)
            naturalised |= reason in NATURALISED
            renewed |= reason in NEW_CODE
            if its_kind is not None:
                if kind not in (None, its_kind) and not naturalised:
                    self._count("JK-V25-1", HISTORY, "juminshubetsu", 1)
                kind, naturalised = its_kind, False
            if its_code is not None:
                if code not in (None, its_code) and not renewed:
                    self._count("JK-V25-2", HISTORY, "juminhyo_code", 1)
                code, renewed = its_code, False
            if number == before:
                continue
            if number > before + 1:
                self._count("JK-X03", HISTORY, "atenabango", 1)
            if day and day < moved:
                self._count("JK-X04", HISTORY, "atenabango", 1)
            before, moved = number, day or moved

    def judge_all(self, for_residents: list[tuple[Found, str | None]]) -> None:
        """Rules over persons and households, of residents only; and those of one row that are meant for residents."""
        resident = self.resident
        for key, unit in for_residents:
            if unit is not None and resident.get(unit):
                self.counts[key] += 1
        for rule, pairs in self.ids.items():
            holders = Counter(value for value, unit in pairs if resident.get(unit))
            table, item = (HISTORY, "juminhyo_code") if rule == "JK-X01" else (NUMBERS, "kojinbango")
            self._count(rule, table, item, sum(n for n in holders.values() if n > 1))
        heads: Counter[str] = Counter()
        for household, unit, is_head in self.households:
            if resident.get(unit):
                heads[household] += is_head
        self._count("JK-X05", HISTORY, "setaibango", sum(1 if n == 0 else n for n in heads.values() if n != 1))
        for group in self.alike.values():
            names = [name for name, unit in group if resident.get(unit)]
            self._count("JK-V23-1", HISTORY, "shimei", sum(_has_double(names, at) for at in range(len(names))))
        strangers = sum(applicant not in self.protected for applicant in self.applicants)
        self._count("JK-X09", MEASURES, "moshidesha_atenabango", strangers)

    def _count(self, rule: str, table: int, item: str, number: int) -> None:
        if number:
            self.counts[rule, TABLES[table], item] += number


def _has_double(names: list[str], at: int) -> bool:
    return any(_near(names[at], other) for place, other in enumerate(names) if place != at)


def _near(a: str, b: str) -> bool:
    """Equal, or one letter replaced, left out or put in."""
    short, long = sorted((a, b), key=len)
    if len(long) == len(short):
        return sum(x != y for x, y in zip(a, b, strict=True)) <= 1
    return len(long) == len(short) + 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
