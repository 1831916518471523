"""What happened to each person, as history rows: one full snapshot after every event, numbered from 1."""

import numpy as np

from migrate.synth import people as roles
from migrate.synth.people import PARENT_DIED, SINGLE, SPOUSE_DIED
from migrate.synth.terms import NEVER, YEAR, Array, Cols, Event, Relation, between, day

PLAIN = np.zeros(11, dtype=np.int64)
"""By role: 続柄 to the present head, where it does not depend on sex."""
PLAIN[[roles.CHILD, roles.GRANDCHILD, roles.KIN, roles.LODGER]] = (
    Relation.子, Relation.子の子, Relation.縁故者, Relation.同居人,
)  # fmt: skip
UNDER_PARENT = np.full(11, -1)
"""By role: 続柄 while the head's parent was head; −1 = as later."""
UNDER_PARENT[[roles.HEAD, roles.CHILD, roles.PARENT]] = (Relation.子, Relation.子の子, Relation.妻)
MOVES_A_YEAR, MOST_MOVES = 0.056, 4
CORRECTIONS_A_YEAR, MOST_CORRECTIONS = 0.021, 3


def draw_moves(rng: np.random.Generator, homes: Cols) -> Cols:
    """Removals of whole households: ``home``, ``day``, ordered by both; and in ``homes`` the ``moves`` of each."""
    years = np.minimum(homes["end"] - homes["start"], int(45 * YEAR)) / YEAR
    count = np.minimum(rng.poisson(0.12 + years * MOVES_A_YEAR), MOST_MOVES)
    home = np.repeat(np.arange(len(years)), count)
    earliest = np.maximum(homes["start"][home], homes["end"][home] - int(45 * YEAR))
    when = between(rng, earliest + 1, homes["end"][home] - 12, len(home))
    order = np.lexsort((when, home))
    homes["moves"] = count
    return {"home": home[order], "day": when[order]}


def draw_splits(rng: np.random.Generator, people: Cols, homes: Cols) -> None:
    """A few singles left another household under the same roof: ``host`` (household or −1) and ``split`` day.

    Guest and host never moved, and the guest came after the host.
    """
    n = len(people["home"])
    people["host"], people["split"] = np.full(n, -1), np.full(n, NEVER)
    home = people["home"]
    plain = ~homes["foreign"] & ~homes["gone"] & (homes["variant"] == 0) & (homes["moves"] == 0)
    hosts = np.flatnonzero(plain & np.isin(homes["kind"], roles.COUPLES))
    single = plain[home] & (homes["kind"][home] == SINGLE) & (people["entry_event"] == Event.転入)
    single &= (people["exit"] == NEVER) & (people["entry"] < homes["end"][home] - 400)
    guests = np.flatnonzero(single & (rng.random(n) < 0.25))
    count = min(len(guests), len(hosts))
    guests, hosts = guests[:count], rng.permutation(hosts)[:count]
    fits = homes["start"][hosts] < people["entry"][guests]
    guests, hosts = guests[fits], hosts[fits]
    people["host"][guests] = hosts
    people["split"][guests] = between(rng, people["entry"][guests] + 60, homes["end"][hosts] - 60, len(guests))


def draw_events(rng: np.random.Generator, people: Cols, homes: Cols, moves: Cols, as_of: int) -> Cols:
    """Every event of every person: ``person``, ``day``, ``event``; ordered by person, day and event."""
    n = len(people["home"])
    who = np.arange(n)
    last = np.minimum(people["exit"], as_of)
    parts = [(who, people["entry"], people["entry_event"])]
    gone = np.flatnonzero(people["exit"] != NEVER)
    parts.append((gone, people["exit"][gone], people["exit_event"][gone]))
    members = _members(people, homes)
    parts.append(_for_all(members, moves["home"], moves["day"], Event.転居))
    changed = np.flatnonzero(homes["change"] != NEVER)
    parts.append(_for_all(members, changed, homes["change"][changed], Event.世帯主変更))
    split = np.flatnonzero(people["host"] >= 0)
    parts.append((split, people["split"][split], np.full(len(split), int(Event.世帯分離))))
    years = np.clip(last - people["entry"], 0, int(50 * YEAR)) / YEAR
    some = np.repeat(who, np.minimum(rng.poisson(years * CORRECTIONS_A_YEAR), MOST_CORRECTIONS))
    earliest = np.maximum(people["entry"][some], last[some] - int(50 * YEAR))
    u = rng.random(len(some))
    kind = np.where(u < 0.62, int(Event.軽微な修正), int(Event.職権修正))
    parts.append((some, between(rng, earliest + 1, last[some] - 2, len(some)), kind))
    wed = np.flatnonzero((people["maiden"] >= 0) & (last - people["entry"] > 200))
    parts.append((wed, between(rng, people["entry"][wed] + 90, last[wed] - 90, len(wed)), np.full(len(wed), 7)))
    parts.append(_old_names(rng, people, last))
    person, when, event = (np.concatenate(column) for column in zip(*parts, strict=True))
    inside = (when > people["entry"][person]) & (when < people["exit"][person]) & (when <= as_of)
    inside |= (event == people["entry_event"][person]) & (when == people["entry"][person])
    inside |= (event == people["exit_event"][person]) & (when == people["exit"][person])
    person, when, event = person[inside], when[inside], event[inside]
    order = np.lexsort((event, when, person))
    return {"person": person[order], "day": when[order], "event": event[order]}


def _old_names(rng: np.random.Generator, people: Cols, last: Array) -> tuple[Array, Array, Array]:
    start = day(2019, 11, 5)
    may = people["woman"] & ~people["foreign"] & (people["birth"] < day(2000)) & (last > start + 100)
    who = np.flatnonzero(may & (people["entry"] < start) & (rng.random(len(may)) < 0.01))
    return who, between(rng, start, last[who] - 2, len(who)), np.full(len(who), int(Event.旧氏記載))


def _members(people: Cols, homes: Cols) -> tuple[Array, Array, Array]:
    order = np.argsort(people["home"], kind="stable")
    size = np.bincount(people["home"], minlength=len(homes["kind"]))
    return order, np.cumsum(size) - size, size


def _for_all(members: tuple[Array, Array, Array], home: Array, when: Array, event: Event) -> tuple[Array, Array, Array]:
    """One event of a household → one for each of its members."""
    order, first, size = members
    count = size[home]
    total = int(count.sum())
    within = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    who = order[np.repeat(first[home], count) + within]
    return who, np.repeat(when, count), np.full(total, int(event))


def _so_far(flags: Array, first_row: Array) -> Array:
    """How many flagged rows each person has up to each row; ``first_row`` [rows] = index of the person's first row."""
    total = np.cumsum(flags)
    return np.asarray(total - total[first_row] + flags[first_row])


def snapshots(events: Cols, people: Cols, homes: Cols, moves: Cols) -> Cols:
    """The history rows, in the order of ``events``.

    Adds ``no``, ``last`` (the person's latest), ``home``, ``address`` (index into the households' addresses),
    ``relation``, ``family``, ``oldname`` (bool), ``fixed`` (day the address was settled).
    """
    person, event, when = events["person"], events["event"], events["day"]
    n = len(person)
    new = np.r_[True, person[1:] != person[:-1]]
    first_row = np.maximum.accumulate(np.where(new, np.arange(n), 0))
    rows = dict(events)
    rows["no"] = np.arange(n) - first_row + 1
    rows["last"] = np.r_[new[1:], True]
    home = people["home"][person]
    entry = people["entry"][person]
    had_split = people["host"][person] < 0
    had_split |= _so_far(event == Event.世帯分離, first_row) > 0
    rows["home"] = np.where(had_split, home, people["host"][person])
    moved = _moved_before(home, entry, moves) + _so_far(event == Event.転居, first_row)
    rows["address"] = homes["address"][rows["home"]] + moved
    changed = (entry >= homes["change"][home]) | (_so_far(event == Event.世帯主変更, first_row) > 0)
    rows["relation"] = relations(people, homes, person, changed, had_split)
    corrected = _so_far(event == Event.職権修正, first_row) > 0
    maiden = people["maiden"][person]
    has_wed = np.zeros(len(people["home"]), dtype=bool)
    has_wed[person[event == Event.職権修正]] = True
    rows["family"] = np.where((maiden >= 0) & ~corrected & has_wed[person], maiden, people["family"][person])
    rows["oldname"] = _so_far(event == Event.旧氏記載, first_row) > 0
    settles = new | (event == Event.転居)
    rows["fixed"] = when[np.maximum.accumulate(np.where(settles, np.arange(n), 0))]
    return rows


def _moved_before(home: Array, entry: Array, moves: Cols) -> Array:
    """How often each household had moved by the day its member came. [rows]"""
    span = 4 * NEVER
    place = moves["home"].astype(np.int64) * span + moves["day"] + NEVER
    first = np.searchsorted(place, home.astype(np.int64) * span)
    return np.searchsorted(place, home.astype(np.int64) * span + entry + NEVER, side="right") - first


def relations(people: Cols, homes: Cols, person: Array, changed: Array, own: Array) -> Array:
    """続柄 at each row: before or after the change of heads, in the own household or still in the host's."""
    role, woman = people["role"][person], people["woman"][person]
    home = people["home"][person]
    variant = np.where(changed, 0, homes["variant"][home])
    head_woman = homes["woman"][home]
    older = people["birth"][person] < homes["birth"][home]
    loose = people["unregistered"][person]
    by_sex = {
        roles.SPOUSE: np.where(loose, _pick(woman, "妻未届", "夫未届"), _pick(woman, "妻", "夫")),
        roles.PARENT: _pick(woman, "母", "父"),
        roles.INLAW: np.where(head_woman, _pick(woman, "夫の母", "夫の父"), _pick(woman, "妻の母", "妻の父")),
        roles.CHILD_SPOUSE: _pick(woman, "子の妻", "子の夫"),
        roles.SIBLING: np.where(older, _pick(woman, "姉", "兄"), _pick(woman, "妹", "弟")),
    }
    now = PLAIN[role]
    for which, values in by_sex.items():
        now = np.where(role == which, values, now)
    in_law = np.where(loose, int(Relation.同居人), _pick(woman, "子の妻", "子の夫"))
    wed = np.where((variant == SPOUSE_DIED) & (role == roles.HEAD), _pick(woman, "妻", "夫"), now)
    orphan = np.where(role == roles.SPOUSE, in_law, UNDER_PARENT[role])
    before = np.where((variant == PARENT_DIED) & (orphan >= 0), orphan, wed)
    host = people["host"][person]
    of_age = homes["birth"][host] + int(18 * YEAR) < people["birth"][person]
    return np.where(own, before, _pick(of_age, "子", "縁故者"))


def _pick(flags: Array, yes: str, no: str) -> Array:
    return np.where(flags, int(Relation[yes]), int(Relation[no]))
