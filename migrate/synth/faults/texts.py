"""Faults of names and other texts."""

from functools import partial

from migrate.synth import foreign
from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Desk, fault
from migrate.synth.people import CHILD
from migrate.synth.terms import YEAR

GETA = "〓"
GAIJI = b"\xf0\x40"
LONG = "長五郎右衛門尉藤原朝臣"
BUILDING = "コーポみどり２０１"


def _long(name: str) -> str:
    """A name of exactly 40 characters."""
    return (name + LONG * 4)[:40]


def _instead(wrong: str, right: str) -> str:
    return wrong


@fault("error")
def cut_kanji(desk: Desk, count: int) -> None:
    """A name cut inside a character: a lead byte alone, then blanks."""
    desk.rewrite(desk.pick(desk.member, count), "kanji", lambda name: (name.encode("cp932") + b"\x8d").ljust(80))


@fault("alert")
def full_name(desk: Desk, count: int) -> None:
    """A name that fills its field to the last byte: it may have been cut."""
    desk.rewrite(desk.pick(desk.member, count), "kanji", _long)


@fault("error")
def gaiji_name(desk: Desk, count: int) -> None:
    """The first character is a gaiji that nobody mapped."""

    def strange(name: str) -> bytes:
        raw = GAIJI + name[1:].encode("cp932")
        return raw + b"\x81\x40" * ((80 - len(raw)) // 2)

    desk.rewrite(desk.pick(desk.member, count), "kanji", strange)


@fault("error")
def geta_name(desk: Desk, count: int) -> None:
    """An earlier migration lost the first character."""
    desk.rewrite(desk.pick(desk.member, count), "kanji", lambda name: GETA + name[1:])


@fault("alert")
def no_space_name(desk: Desk, count: int) -> None:
    """No space between family and given name."""
    desk.rewrite(desk.pick(desk.member, count), "kanji", lambda name: name.replace("\u3000", ""))


@fault("alert")
def blank_name(desk: Desk, count: int) -> None:
    """A newborn without a name yet, neither in kanji nor in kana."""
    small = desk.member & (desk.view.town.as_of - desk.people["birth"] < 3 * YEAR) & (desk.people["role"] == CHILD)
    people = desk.pick(small, count)
    desk.rewrite(people, "kanji", lambda name: "")
    for person in people:
        desk.delivery.change(Spot("kojin", person), "kana", "")


@fault("alert")
def romaji_and_kanji(desk: Desk, count: int) -> None:
    """Romaji and kanji of a foreigner in one field."""
    names = foreign.load()
    people = desk.pick(desk.stranger, count)
    for person in people:
        index = int(desk.people["foreign_name"][person])
        kanji = names.kanji[index].replace("\u3000", "") or "王麗"
        text = f"{names.romaji[index].translate(foreign.WIDE)}（{kanji}）"
        desk.rewrite([person], "kanji", partial(_instead, text))


@fault("error")
def control_char_in_name(desk: Desk, count: int) -> None:
    """A control character at the end of the kana."""
    desk.rewrite(desk.pick(desk.member, count), "kana", lambda kana: kana + "\x01")


@fault("error")
def address_text_differs(desk: Desk, count: int) -> None:
    """The name of the 町字 is not the one that the master has for the code."""
    places = desk.view.town.places
    names = places.machi[: places.own]
    following = dict(zip(names, names[1:] + names[:1], strict=True))
    desk.rewrite(desk.pick(desk.member, count), "machi", lambda machi: following[machi])


@fault("alert")
def banchi_katagaki(desk: Desk, count: int) -> None:
    """A building left behind the 番地, without a 方書コード."""
    desk.rewrite(desk.pick(desk.member & (desk.last_building == 0), count), "banchi", lambda banchi: banchi + BUILDING)
