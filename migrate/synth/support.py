"""支援措置: who is protected, on whose application, from when to when."""

import numpy as np

from migrate.synth.people import CHILD, HEAD, LONE1, LONE2, SINGLE
from migrate.synth.terms import NEVER, Array, Cols, Event, between

SLOTS = 5
OFFICES = ("101", "102", "110", "120", "210", "220")
"""事務 whose papers are kept from the offender."""
PERMANENT, PROVISIONAL, ENDED = 1, 2, 3


def year_later(days: Array) -> Array:
    """The day before the same day one year on: when a measure of one year ends."""
    stamps = days.astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    of_month = (stamps - months).astype(np.int64)
    return np.asarray((months + 12).astype("datetime64[D]").astype(np.int64) + of_month - 1)


def draw_support(rng: np.random.Generator, people: Cols, homes: Cols, residents: int, as_of: int) -> Cols:
    """One row per protected person, ordered by person.

    Columns: ``person``, ``applicant`` (person), ``joint`` (併せて支援を求める者), ``start``, ``end``, ``section``,
    ``on``, ``offices`` (how many 事務), ``receipt``, ``family`` (of the offender, as a fraction of the table).
    """
    home = people["home"]
    adult = people["woman"] & (people["role"] == HEAD) & (as_of - people["birth"] > 7300) & ~people["foreign"]
    here = (people["exit"] == NEVER) & (people["entry_event"] == Event.転入) & (people["host"] < 0)
    kind = homes["kind"][home]
    may = adult & here & ~people["special"] & np.isin(kind, (SINGLE, LONE1, LONE2)) & (homes["variant"][home] == 0)
    may_lead = np.flatnonzero(may)
    wanted = max(2 if residents >= 200 else 0, 20 if residents >= 1000 else 0, round(residents * 0.002))
    lone, single = (rng.permutation(may_lead[(kind[may_lead] == SINGLE) == which]) for which in (False, True))
    leaders = np.r_[single[:1], lone[: max(wanted // 4, 1)], single, lone]
    leaders = leaders[np.sort(np.unique(leaders, return_index=True)[1])]
    person: list[int] = []
    applicant: list[int] = []
    children = np.flatnonzero((people["role"] == CHILD) & (people["exit"] == NEVER))
    for leader in leaders.tolist():
        if len(person) >= wanted:
            break
        group = [leader, *children[home[children] == home[leader]].tolist()]
        person += group
        applicant += [leader] * len(group)
    return _terms(rng, np.array(person, dtype=np.int64), np.array(applicant, dtype=np.int64), as_of)


def _terms(rng: np.random.Generator, person: Array, applicant: Array, as_of: int) -> Cols:
    order = np.argsort(person)
    person, applicant = person[order], applicant[order]
    cases, case = np.unique(applicant, return_inverse=True)
    n = len(cases)
    start = as_of - between(rng, 30, 330, n)
    section = np.where(rng.random(n) < 0.12, PROVISIONAL, PERMANENT)
    section[5::9] = ENDED
    start = np.where(section == ENDED, start - 800, start)
    ends = {"start": start, "end": year_later(start), "section": section, "on": section != ENDED,
            "offices": rng.integers(1, SLOTS, n), "receipt": rng.permutation(n) + 1,
            "family": rng.random(n)}  # fmt: skip
    each = {name: values[case] for name, values in ends.items()}
    return {"person": person, "applicant": applicant, "joint": person != applicant, **each}
