"""Faults put into a delivery: each changes one household, and is written down in the answer key."""

import numpy as np

from migrate.synth.delivery import Delivery
from migrate.synth.faults import (  # noqa: F401
    codes,
    days,
    doubles,
    estate,
    foreigners,
    history,
    numbers,
    outside,
    package,
    package_files,
    package_foreigners,
    protection,
    texts,
)
from migrate.synth.faults.desk import KINDS, Board, Key
from migrate.synth.faults.estate_desk import EstateDesk
from migrate.synth.faults.outside_desk import OutsideDesk
from migrate.synth.faults.package_desk import PackageDesk
from migrate.synth.faults.town_desk import TownDesk

__all__ = ["DESKS", "KINDS", "Key", "inject"]

DESKS: dict[tuple[str, str], tuple[type[Board], int, str]] = {
    ("juki", "host_fixed"): (TownDesk, 1000, "juki"),
    ("juki", "package_csv"): (PackageDesk, 1000, "package"),
    ("jutogai", "host_fixed"): (OutsideDesk, 300, "jutogai"),
    ("kotei", "host_fixed"): (EstateDesk, 100, "kotei"),
}
"""By system and source: where its faults are made, from how many persons on every kind occurs, and under which name the
kinds are listed."""
SCARCE = (
    "shien_of_stranger", "shien_expired", "shien_end_before_start", "shien_no_year", "shien_endless", "shien_flag_off",
    "shien_flag_lost", "shien_over_and_on", "shien_applicant_unknown", "shien_name_differs", "stay_without_end",
    "stay_without_period", "zairyu_expired", "status_missing", "card_missing", "card_form", "certificate_missing",
    "special_with_status", "landing_without_end", "status_of_others", "romaji_and_kanji", "kubun3045_missing",
    "gaikoku_missing", "before_the_law", "event_of_japanese", "jotai_vs_ido", "death_before_birth", "moved_after_death",
    "blank_name", "atena_missing", "atena_digit_wrong", "no_head", "out_of_era", "two_heads", "head_and_more",
    "setai_digit_wrong", "move_noncalendar", "closed_resident",
)  # fmt: skip
"""Kinds with few possible targets: they choose first."""


def inject(delivery: Delivery, which: tuple[str, str], persons: int, rate: float, seed: int) -> Key:
    """About ``rate`` × persons faults, spread evenly over the kinds; fewer where there is nobody left to hit.

    ``which`` is system and source. Returns the answer key: one line for each record that must be named.
    """
    if rate <= 0:
        return []
    maker, each_from, name = DESKS[which]
    kinds = KINDS[name]
    wanted = round(rate * persons)
    if persons >= each_from:
        wanted = max(wanted, len(kinds))
    root = np.random.default_rng([seed, 2])
    names = sorted(kinds)
    extra = set(root.permutation(len(names))[: wanted % len(names)].tolist())
    counts = {name: wanted // len(names) + (i in extra) for i, name in enumerate(names)}
    order = [*(name for name in SCARCE if name in kinds), *(name for name in names if name not in SCARCE)]
    streams = dict(zip(names, root.spawn(len(names)), strict=True))
    desk = maker(delivery, root)
    for share in (2**i for i in range(max(counts.values()).bit_length())):
        for name in order:
            count = min(counts[name], share)
            counts[name] -= count
            if count:
                desk.rng, desk.kind = streams[name], name
                desk.severity, function = kinds[name]
                function(desk, count)
    return desk.key()
