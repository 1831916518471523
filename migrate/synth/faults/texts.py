"""Faults of names and other texts."""

from functools import partial

from migrate.synth import foreign
from migrate.synth.faults.desk import Desk, fault
from migrate.synth.faults.town_desk import RegisterDesk, TownDesk
from migrate.synth.people import HEAD

GETA = "〓"
GAIJI = b"\xf0\x40"
LONG = "長五郎右衛門尉藤原朝臣"
BUILDING = "コーポみどり２０１"


def _instead(wrong: str, right: str) -> str:
    return wrong


@fault(juki="error", jutogai="error")
def cut_kanji(desk: Desk, count: int) -> None:
    """A name cut inside a character: a lead byte alone, then blanks."""
    width = desk.width("kanji")
    desk.rewrite(desk.pick(desk.member, count), "kanji", lambda name: (name.encode("cp932") + b"\x8d").ljust(width))


@fault(juki="alert", jutogai="alert")
def full_name(desk: Desk, count: int) -> None:
    """A name that fills its field to the last byte: it may have been cut."""
    letters = desk.width("kanji") // 2
    desk.rewrite(desk.pick(desk.member, count), "kanji", lambda name: (name + LONG * 4)[:letters])


@fault(juki="error", jutogai="error")
def gaiji_name(desk: Desk, count: int) -> None:
    """The first character is a gaiji that nobody mapped."""

    def strange(name: str) -> bytes:
        raw = GAIJI + name[1:].encode("cp932")
        return raw + b"\x81\x40" * ((desk.width("kanji") - len(raw)) // 2)

    desk.rewrite(desk.pick(desk.member, count), "kanji", strange)


@fault(juki="error", jutogai="error", package="error")
def geta_name(desk: Desk, count: int) -> None:
    """An earlier migration lost the first character."""
    desk.rewrite(desk.pick(desk.member, count), "kanji", lambda name: GETA + name[1:])


@fault(juki="alert", jutogai="alert", package="alert")
def no_space_name(desk: Desk, count: int) -> None:
    """No space between family and given name."""
    desk.rewrite(desk.pick(desk.member, count), "kanji", lambda name: name.replace("\u3000", ""))


@fault(juki="alert", jutogai="alert", package="alert")
def blank_name(desk: Desk, count: int) -> None:
    """A newborn without a name yet, neither in kanji nor in kana."""
    people = desk.pick(desk.unnamed, count)
    desk.rewrite(people, "kanji", lambda name: "")
    for person in people:
        desk.delivery.change(desk.spot(person), "kana", "")


@fault(juki="alert", jutogai="alert", package="alert")
def romaji_and_kanji(desk: Desk, count: int) -> None:
    """Romaji and kanji of a foreigner in one field."""
    names = foreign.load()
    people = desk.pick(desk.stranger, count)
    for person in people:
        index = int(desk.people["foreign_name"][person])
        kanji = names.kanji[index].replace("\u3000", "") or "王麗"
        text = f"{names.romaji[index].translate(foreign.WIDE)}（{kanji}）"
        desk.rewrite([person], "kanji", partial(_instead, text))


@fault(juki="error", jutogai="error", package="error")
def control_char_in_name(desk: Desk, count: int) -> None:
    """A control character at the end of the kana."""
    desk.rewrite(desk.pick(desk.member, count), "kana", lambda kana: kana + "\x01")


@fault(juki="error")
def address_text_differs(desk: TownDesk, count: int) -> None:
    """The name of the 町字 is not the one that the master has for the code."""
    places = desk.view.town.places
    names = places.machi[: places.own]
    following = dict(zip(names, names[1:] + names[:1], strict=True))
    desk.rewrite(desk.pick(desk.member, count), "machi", lambda machi: following[machi])


@fault(juki="alert", jutogai="alert", package="alert")
def banchi_katagaki(desk: Desk, count: int) -> None:
    """A building left behind the 番地, without a 方書コード."""
    desk.rewrite(desk.pick(desk.member & ~desk.built, count), "banchi", lambda banchi: banchi + BUILDING)


@fault(juki="alert", package="alert")
def null_kana(desk: RegisterDesk, count: int) -> None:
    """What a program writes for nothing, as a reading."""
    desk.rewrite(desk.pick(desk.member, count), "kana", lambda kana: "NULL")


@fault(juki="alert")
def dash_in_kana(desk: TownDesk, count: int) -> None:
    """A long vowel that begins a given name."""
    desk.rewrite(desk.pick(desk.member, count), "kana", lambda kana: kana.replace(" ", " ｰ"))


@fault(juki="alert", package="alert")
def name_with_brackets(desk: RegisterDesk, count: int) -> None:
    """A remark behind the name."""
    desk.rewrite(desk.pick(desk.member, count), "kanji", lambda name: name + "（旧）")


@fault(juki="alert", package="alert")
def head_name_differs(desk: RegisterDesk, count: int) -> None:
    """One character of the head's name is another than in the household file."""
    heads = desk.resident & ~desk.people["foreign"] & (desk.people["role"] == HEAD)
    desk.rewrite(desk.pick(heads, count), "kanji", lambda name: name[:-1] + "齋")
