"""Households and the persons in them: who lives here, who lived here, who headed the household before."""

import numpy as np

from migrate.synth.names import Names
from migrate.synth.terms import FOREIGN_START, NEVER, YEAR, Array, Cols, Event, between, day

HEAD, SPOUSE, CHILD, PARENT, INLAW, CHILD_SPOUSE, GRANDCHILD, SIBLING, KIN, LODGER, FORMER = range(11)
SINGLE, COUPLE, FAMILY1, FAMILY2, FAMILY3, LONE1, LONE2, THREE, EXTENDED = range(9)
"""Kinds of household; four more have no name here: with a parent in law, a sibling, kin, a lodger."""
COUPLES = (COUPLE, FAMILY1, FAMILY2, FAMILY3)
ROLES = np.array([
    (HEAD, -1, -1, -1, -1), (HEAD, SPOUSE, -1, -1, -1), (HEAD, SPOUSE, CHILD, -1, -1),
    (HEAD, SPOUSE, CHILD, CHILD, -1),
    (HEAD, SPOUSE, CHILD, CHILD, CHILD), (HEAD, CHILD, -1, -1, -1), (HEAD, CHILD, CHILD, -1, -1),
    (HEAD, SPOUSE, CHILD, PARENT, -1), (HEAD, SPOUSE, CHILD, CHILD_SPOUSE, GRANDCHILD),
    (HEAD, SPOUSE, CHILD, INLAW, -1), (HEAD, SIBLING, -1, -1, -1), (HEAD, KIN, -1, -1, -1), (HEAD, LODGER, -1, -1, -1),
])  # fmt: skip
SHARE = np.array([0.38, 0.2, 0.12, 0.12, 0.03, 0.05, 0.02, 0.03, 0.02, 0.01, 0.01, 0.005, 0.005])
AGES = np.array([
    (19, 96), (24, 90), (27, 60), (28, 60), (30, 58), (24, 62), (26, 58), (33, 60), (50, 80), (28, 58), (22, 80),
    (30, 85), (25, 85),
])  # fmt: skip
WOMAN_HEADS = np.array([0.52, 0.06, 0.04, 0.04, 0.04, 0.8, 0.8, 0.05, 0.05, 0.05, 0.4, 0.4, 0.4])
SPOUSE_DIED, PARENT_DIED = 1, 2
MAY_SPOUSE_DIE = np.isin(np.arange(13), (SINGLE, LONE1, LONE2))
MAY_PARENT_DIE = np.isin(np.arange(13), (FAMILY1, FAMILY2, FAMILY3, THREE))
OLDEST_ENTRY = day(1945, 4, 1)


def draw_households(rng: np.random.Generator, members: int, as_of: int, *, gone: bool) -> Cols:
    """Households with ``members`` members in all, present or gone.

    Columns: ``kind``, ``end`` (the day the household is looked at: the as-of date, or the day all left), ``gone``,
    ``foreign``, ``woman`` and ``birth`` of the head, ``variant`` (who headed before), ``start`` (the day it came),
    ``change`` (day of the change of heads, or NEVER).
    """
    count = members + 8
    kind = rng.choice(len(SHARE), size=count, p=SHARE / SHARE.sum())
    foreign = (rng.random(count) < 0.062) & (kind <= FAMILY1)
    if not gone:
        kind[:4], foreign[:4] = SINGLE, (True, False, False, True)
    size = (ROLES[kind] >= 0).sum(1)
    kept = int(np.searchsorted(np.cumsum(size), members, side="right"))
    short = members - int(size[:kept].sum())
    kind = np.r_[kind[:kept], np.full(short, SINGLE)]
    foreign = np.r_[foreign[:kept], np.zeros(short, dtype=bool)]
    n = len(kind)
    low, high = AGES[kind].T
    age = low + rng.random(n) * (high - low)
    young = (kind == SINGLE) & (rng.random(n) < 0.4)
    age = np.where(young, 19.2 + rng.random(n) * 14, age)
    age = np.where(foreign, 22 + rng.random(n) * 30, age)
    if not gone:
        age[:4] = (45, 90, 72, 45)[: min(4, n)]
    end = np.full(n, as_of)
    if gone:
        past = np.minimum(rng.exponential(9, n), 34) * YEAR
        end = as_of - 20 - past.astype(np.int64)
        end = np.where(foreign, np.maximum(end, between(rng, FOREIGN_START + 400, as_of - 20, n)), end)
    homes = {
        "kind": kind, "foreign": foreign, "end": end, "gone": np.full(n, gone),
        "woman": rng.random(n) < WOMAN_HEADS[kind],
        "birth": end - (age * YEAR).astype(np.int64),
    }  # fmt: skip
    _histories(rng, homes, force=not gone)
    return homes


def _histories(rng: np.random.Generator, homes: Cols, *, force: bool) -> None:
    """Adds ``variant``, ``start`` and ``change``."""
    kind, end, birth, n = homes["kind"], homes["end"], homes["birth"], len(homes["kind"])
    adult = birth + int(18 * YEAR)
    start = np.minimum(end - (rng.random(n) ** 2 * (end - adult)).astype(np.int64), end - 40)
    early = homes["foreign"] & (rng.random(n) < 0.45)
    if force:
        early[0], start[2], homes["woman"][2] = True, end[2] - 9000, True
    start = np.where(early, np.minimum(start, np.maximum(adult, FOREIGN_START - 1500)), start)
    u, home = rng.random(n), ~homes["foreign"] & ~homes["gone"]
    old = (end - birth > 45 * YEAR) | (kind != SINGLE)
    spouse = MAY_SPOUSE_DIE[kind] & home & old & (end - start > 400) & ((u < 0.3) | (np.arange(n) == 2) & force)
    parent = MAY_PARENT_DIE[kind] & home & (u < 0.4)
    arrived = np.maximum(birth - between(rng, 0, int(5 * YEAR), n), OLDEST_ENTRY)
    homes["start"] = start = np.where(parent, arrived, start)
    homes["variant"] = np.where(spouse, SPOUSE_DIED, np.where(parent, PARENT_DIED, 0))
    first = np.where(parent, np.maximum(birth + int(19 * YEAR), start), start) + 90
    homes["change"] = np.where(spouse | parent, between(rng, first, end - 60, n), NEVER)
    if force:
        homes["woman"][np.flatnonzero(homes["foreign"] & (kind != SINGLE))] = False


def draw_members(rng: np.random.Generator, homes: Cols) -> Cols:
    """One row for each member of each household: ``home``, ``role``, ``woman``, ``birth``, ``entry``, ``exit``."""
    slots = ROLES[homes["kind"]]
    home, place = np.nonzero(slots >= 0)
    role, n = slots[home, place], len(home)
    at = {name: values[home] for name, values in homes.items()}
    woman = _sexes(rng, role, home, at)
    birth = _births(rng, role, at, home)
    entry = np.where(birth >= at["start"], birth, at["start"])
    later = np.isin(role, (PARENT, INLAW, SIBLING, KIN, LODGER, SPOUSE, CHILD_SPOUSE)) & (rng.random(n) < 0.5)
    later |= (role == SPOUSE) & (at["variant"] == PARENT_DIED) | (role == CHILD_SPOUSE)
    later &= ~((role == PARENT) & (at["variant"] == PARENT_DIED))
    grown = birth + int(19 * YEAR)
    low = np.maximum(np.maximum(at["start"], grown), np.where(role == SPOUSE, at["birth"] + int(19 * YEAR), 0))
    moved = np.minimum(between(rng, low, at["end"] - 35, n), at["end"] - 35)
    entry = np.where(later, np.maximum(moved, entry), entry)
    return {
        "home": home, "role": role, "woman": woman, "birth": birth, "entry": entry,
        "exit": np.where(at["gone"], at["end"], NEVER),
    }  # fmt: skip


def _sexes(rng: np.random.Generator, role: Array, home: Array, at: Cols) -> Array:
    woman = np.where(role == HEAD, at["woman"], rng.random(len(role)) < 0.5)
    woman = np.where(role == SPOUSE, ~at["woman"], woman)
    woman = np.where((role == PARENT) & (at["variant"] == PARENT_DIED), True, woman)
    child_is_woman = np.zeros(int(home.max()) + 1, dtype=bool)
    child_is_woman[home[role == CHILD]] = woman[role == CHILD]
    return np.where(role == CHILD_SPOUSE, ~child_is_woman[home], woman)


def _births(rng: np.random.Generator, role: Array, at: Cols, home: Array) -> Array:
    n = len(role)
    head = (at["end"] - at["birth"]) / YEAR
    u, v = rng.random(n), rng.random(n)
    child = head - 20 - 18 * u
    child = np.where(child < 0.1, 0.1 + v * np.clip(head - 20, 0.2, 12), child)
    grown = np.clip(head - 24 - 4 * u, 22, 55)
    extended = at["kind"] == EXTENDED
    child = np.where(extended, grown, child)
    of_child = np.zeros(int(home.max()) + 1)
    of_child[home[role == CHILD]] = child[role == CHILD]
    older = np.minimum(head + 21 + 12 * u, 106)
    age = np.select(
        [role == SPOUSE, role == CHILD, (role == PARENT) | (role == INLAW), role == CHILD_SPOUSE, role == GRANDCHILD,
         role == SIBLING, (role == KIN) | (role == LODGER)],
        [np.maximum(head - 4 + 6 * u, 19.5), child, older, np.maximum(of_child[home] - 3 + 5 * u, 20.5),
         0.1 + u * np.clip(of_child[home] - 21, 0.2, 25), np.maximum(head - 6 + 12 * u, 19.5), 19.5 + 60 * u],
        head,
    )  # fmt: skip
    return np.where(role == HEAD, at["birth"], at["end"] - (age * YEAR).astype(np.int64) - 1)


def draw_former(rng: np.random.Generator, homes: Cols) -> Cols:
    """Former heads (dead, a few divorced) of the households that had one."""
    home = np.flatnonzero(homes["variant"])
    n, at = len(home), {name: values[np.flatnonzero(homes["variant"])] for name, values in homes.items()}
    parent = at["variant"] == PARENT_DIED
    same = at["birth"] - between(rng, 0, int(6 * YEAR), n)
    birth = np.where(parent, at["birth"] - between(rng, int(21 * YEAR), int(36 * YEAR), n), same)
    return {
        "home": home, "role": np.full(n, FORMER), "woman": ~parent & ~at["woman"], "birth": birth,
        "entry": at["start"], "exit": at["change"],
    }  # fmt: skip


def draw_left(rng: np.random.Generator, homes: Cols) -> Cols:
    """Children who grew up in a household that is still here, and moved out."""
    old = (homes["end"] - homes["birth"] > 43 * YEAR) & ~homes["gone"] & ~homes["foreign"]
    home = np.repeat(np.arange(len(old)), np.where(old, rng.integers(0, 3, len(old)), 0))
    n = len(home)
    birth = homes["birth"][home] + between(rng, int(22 * YEAR), int(34 * YEAR), n)
    exit_ = birth + between(rng, int(18 * YEAR), int(27 * YEAR), n)
    entry = np.maximum(birth, homes["start"][home])
    kept = (exit_ > entry + 60) & (exit_ < homes["end"][home] - 20) & (exit_ > day(1980))
    return {
        "home": home[kept], "role": np.full(int(kept.sum()), CHILD), "woman": rng.random(int(kept.sum())) < 0.5,
        "birth": birth[kept], "entry": entry[kept], "exit": exit_[kept],
    }  # fmt: skip


def settle_entries(rng: np.random.Generator, people: Cols, homes: Cols) -> None:
    """Adds ``foreign``, ``entry_event``, ``exit_event``, ``came_abroad`` (from) and ``went_abroad`` (to)."""
    n = len(people["home"])
    people["foreign"] = foreign = homes["foreign"][people["home"]]
    u = rng.random(n)
    old = ~foreign & (people["entry"] < day(1965)) & (u < 0.3)
    event = np.where(people["entry"] == people["birth"], int(Event.出生), int(Event.転入))
    event = np.where((event == Event.転入) & (old | ~foreign & (u > 0.997)), int(Event.職権記載), event)
    single = (homes["kind"][people["home"]] == SINGLE) & (people["role"] == HEAD)
    event = np.where((event == Event.転入) & single & (u > 0.99) & (u <= 0.997) & ~foreign, int(Event.帰化), event)
    was_here = foreign & (people["entry"] < FOREIGN_START)
    people["entry"] = np.where(was_here, FOREIGN_START, people["entry"])
    people["entry_event"] = np.where(was_here, int(Event.職権記載), event)
    people["came_abroad"] = (people["entry_event"] == Event.転入) & (rng.random(n) < np.where(foreign, 0.6, 0.02))
    v = rng.random(n)
    alone = np.where(v < 0.6, int(Event.死亡), np.where(v < 0.95, int(Event.転出), int(Event.職権消除)))
    alone = np.where((v > 0.985) & ~foreign, np.where(v > 0.993, int(Event.失踪), int(Event.国籍喪失)), alone)
    young = people["exit"] - people["birth"] < 60 * YEAR
    alone = np.where(young & (alone == Event.死亡), int(Event.転出), alone)
    former = np.where(v < 0.93, int(Event.死亡), int(Event.転出))
    exits = np.where(people["role"] == FORMER, former, np.where(single, alone, int(Event.転出)))
    people["exit_event"] = np.where(people["exit"] == NEVER, -1, exits)
    home_abroad = rng.random(len(homes["kind"])) < np.where(homes["foreign"], 0.5, 0.03)
    people["went_abroad"] = (people["exit_event"] == Event.転出) & home_abroad[people["home"]]


def name_people(rng: np.random.Generator, people: Cols, homes: Cols, names: Names) -> None:
    """Adds ``family``, ``given`` (indexes into the tables) and ``maiden`` (the family name before, or −1)."""
    n = len(people["home"])
    people["unregistered"] = (people["role"] == SPOUSE) & (rng.random(n) < 0.03)
    own = np.isin(people["role"], (KIN, LODGER, INLAW)) | people["unregistered"]
    of_home = names.family.draw(rng, len(homes["kind"]))
    drawn = names.family.draw(rng, n)
    people["family"] = np.where(own, drawn, of_home[people["home"]])
    people["given"] = names.draw_given(rng, people["woman"])
    changed = people["woman"] & (people["role"] == SPOUSE) & ~people["unregistered"] & (rng.random(n) < 0.15)
    people["maiden"] = np.where(changed & ~people["foreign"], names.family.draw(rng, n), -1)
