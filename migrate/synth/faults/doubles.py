"""Faults of persons who stand in the register twice, or look like it."""

from migrate.synth.faults.desk import fault
from migrate.synth.faults.town_desk import TownDesk

SAME = ("birth", "sex", "jusho_cd", "machi", "banchi", "katagaki_cd", "yubin")


def _double(desk: TownDesk, count: int, name_ending: str) -> None:
    """Pairs of children of different households, alike but for the last character of the name; both are named."""
    people = desk.pick(desk.sexed, 2 * count)
    for person, other in zip(people[::2], people[1::2], strict=False):
        for name in SAME:
            (right,) = desk.delivery.raw("kojin", [person], name)
            desk.delivery.change(desk.spot(other), name, right)
        (name,) = desk.text("kojin", [person], "kanji")
        desk.delivery.change(desk.spot(other), "kanji", name[:-1] + name_ending if name_ending else name)
        desk.note(desk.spot(person))
        desk.note(desk.spot(other))


@fault(juki="alert")
def one_person_twice(desk: TownDesk, count: int) -> None:
    """One person under two 宛名番号, both of them present."""
    _double(desk, count, "")


@fault(juki="alert")
def one_letter_apart(desk: TownDesk, count: int) -> None:
    """Two persons whose names differ in one character, and nothing else does."""
    _double(desk, count, "齋")
