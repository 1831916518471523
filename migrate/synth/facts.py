"""What is true of the persons of a town, whatever a vendor writes it as: names, states, where from and where to."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from migrate.synth import foreign
from migrate.synth.numbers import serial_numbers
from migrate.synth.places import KEN, SHI
from migrate.synth.terms import NEVER, TAISHO_LAST, Array, Event, day
from migrate.synth.town import REWRITTEN, Town, overlap_births

CODES_FROM = day(2002, 8, 5)
"""The day 住民票コード came."""
OFFENDERS, OFFENDERS_FROM = 997, 95_000_001
"""How many there are who are kept away from persons under 支援措置, and the first serial of their numbers."""
HERE, AWAY, DEAD, STRUCK_OFF = range(4)
"""States of a person (住登, 転出, 死亡, 消除)."""
NATIONS = tuple(row[0] for row in foreign.NATIONS)
COUNTRIES = tuple(row[1] + ("" if row[1].endswith("国") else "国") for row in foreign.NATIONS)
STATUS = (*(row[0] for row in foreign.STATUS), "T60")
AMERICA = len(NATIONS) - 1


@dataclass
class Facts:
    """Masks, indexes and texts over persons and history rows; −1 is none.

    ``latest`` [persons] is each person's latest row, ``numbered`` who has a 個人番号, ``born`` [persons] birth keys.
    """

    town: Town

    def __post_init__(self) -> None:
        people, rows = self.town.people, self.town.rows
        self.latest = np.flatnonzero(rows["last"])
        self.numbered = np.flatnonzero(people["has_number"])
        self.born = np.where(overlap_births(people), TAISHO_LAST, people["born"])

    def full_name(self, family: Array, given: Array, *, kana: bool = False) -> pl.Series:
        """Family and given names by index, or their half-width readings."""
        names = self.town.names
        if kana:
            return names.family.kana.gather(family) + " " + names.given.kana.gather(given)
        return names.family.kanji.gather(family) + "\u3000" + names.given.kanji.gather(given)

    def name(self, person: Array, family: Array, *, kana: bool = False) -> pl.Series:
        """Names of persons, with the family name of the moment."""
        people = self.town.people
        made = self.full_name(family, people["given"][person], kana=kana)
        index = people["foreign_name"][person]
        strange = np.flatnonzero(index >= 0)
        names = foreign.load()
        texts = [names.kana[i] if kana else names.written(i) for i in index[strange].tolist()]
        return made.scatter(strange, texts) if len(strange) else made

    def alias(self, person: Array, *, kana: bool = False) -> pl.Series:
        """通称, null for those without one."""
        people = self.town.people
        made = self.full_name(people["family"][person], people["given"][person], kana=kana)
        return _only(people["alias"][person], made)

    def offender(self, support: Array, *, kana: bool = False) -> pl.Series:
        """Who is kept away from the persons under 支援措置 (rows of ``town.support``)."""
        family = self._offender(support)
        return self.full_name(family, family % self.town.names.women, kana=kana)

    def offender_number(self, support: Array) -> Array:
        """Their 宛名番号, of persons outside the register; −1 where the applicant could not say."""
        who = self._offender(support)
        return np.where(who % 4 == 0, -1, serial_numbers(OFFENDERS, OFFENDERS_FROM)[who])

    def offender_born(self, support: Array) -> Array:
        """Days on which they were born; NEVER where the applicant could not say."""
        who = self._offender(support)
        return np.where(who % 5 == 0, NEVER, day(1951, 1, 1) + who * 41 % 15_000)

    def offender_address(self, support: Array) -> pl.Series:
        """Where they live: at somebody's."""
        return self.free_text(self._offender(support) * 31 % len(self.latest))

    def _offender(self, support: Array) -> Array:
        return (self.town.support["family"][support] * OFFENDERS).astype(np.int64)

    def head(self, home: Array, *, kana: bool = False) -> pl.Series:
        """The names of the heads of households."""
        head = self.town.homes["head"][home]
        return self.name(head, self.town.rows["family"][self.latest[head]], kana=kana)

    def register_head(self, person: Array) -> pl.Series:
        """筆頭者, null for foreigners."""
        people, homes = self.town.people, self.town.homes
        home = people["home"][person]
        holder = self.full_name(people["family"][homes["head"][home]], homes["hittosha"][home])
        return _only(~people["foreign"][person], holder)

    def state(self, row: Array) -> Array:
        """HERE, AWAY, DEAD or STRUCK_OFF after each row."""
        event = self.town.rows["event"][row]
        return np.select(
            [event == Event.転出, event == Event.死亡, event >= Event.職権消除], [AWAY, DEAD, STRUCK_OFF], HERE
        )

    def abroad(self, row: Array) -> Array:
        """Of moves in and out: 1 from or to abroad, 0 within the country; −1 where the row is no such move."""
        people, person, event = self.town.people, self.town.rows["person"][row], self.town.rows["event"][row]
        moves = np.isin(event, (Event.転入, Event.転出))
        abroad = np.where(event == Event.転入, people["came_abroad"][person], people["went_abroad"][person])
        return np.where(moves, abroad.astype(np.int64), -1)

    def rewritten(self, row: Array) -> Array:
        """The day of 改製, or NEVER."""
        came = self.town.people["entry"][self.town.rows["person"][row]]
        return np.where((self.town.rows["day"][row] >= REWRITTEN) & (came < REWRITTEN), REWRITTEN, NEVER)

    def juminhyo(self, person: Array) -> Array:
        """住民票コード as a number."""
        people = self.town.people
        return np.where(people["exit"][person] >= CODES_FROM, people["juminhyo"][person], -1)

    def from_inland(self, person: Array) -> Array:
        """Who moved in from another place of the country."""
        people = self.town.people
        return np.asarray((people["entry_event"][person] == Event.転入) & ~people["came_abroad"][person])

    def from_nation(self, person: Array) -> Array:
        """The nation (index) people came from."""
        return self._nation(person, self.town.people["came_abroad"][person])

    def to_inland(self, row: Array) -> Array:
        """Rows by which somebody moves to another place of the country."""
        rows = self.town.rows
        return np.asarray((rows["event"][row] == Event.転出) & ~self.town.people["went_abroad"][rows["person"][row]])

    def to_nation(self, row: Array) -> Array:
        """The nation (index) people move to by a row."""
        gone = self.town.rows["event"][row] == Event.転出
        person = self.town.rows["person"][row]
        return self._nation(person, gone & self.town.people["went_abroad"][person])

    def _nation(self, person: Array, abroad: Array) -> Array:
        nation = self.town.people["nation"][person]
        return np.where(abroad, np.where(nation < 0, AMERICA, nation), -1)

    def closed(self, row: Array) -> Array:
        """Rows that close a record."""
        return np.asarray(self.town.rows["event"][row] >= Event.転出)

    def building(self, address: Array) -> Array:
        """The building (index) of an address."""
        places, addresses = self.town.places, self.town.addresses
        number = addresses["building"][address]
        return np.where(number > 0, (addresses["place"][address] + number) % len(places.buildings), -1)

    def free_text(self, person: Array) -> pl.Series:
        """Present addresses as one text."""
        address = self.town.rows["address"][self.latest[person]]
        places, at = self.town.places, self.town.addresses
        pairs = zip(at["place"][address].tolist(), at["banchi"][address].tolist(), strict=True)
        return pl.Series([KEN + SHI + places.machi[p] + places.banchi[b] for p, b in pairs], dtype=pl.String)

    def telephone(self, receipt: Array) -> pl.Series:
        """Where the applicant of a case can be called."""
        return pl.Series([f"090-0000-{number:04d}" for number in receipt.tolist()], dtype=pl.String)


def _only(mask: Array, texts: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(mask)).then(texts)).to_series()
