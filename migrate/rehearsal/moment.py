"""When something happened: stated by a person, or taken from the clock because a person said so."""

import datetime
from dataclasses import dataclass
from typing import Any

from migrate.errors import Problem, UsageError

NOW = "now"


@dataclass(frozen=True, slots=True)
class Moment:
    """Date and time to the minute or finer, in ISO form; ``clock`` if it is that of the machine."""

    at: str
    clock: bool

    @classmethod
    def parse(cls, text: str) -> "Moment":
        """``YYYY-MM-DDTHH:MM`` as it is stated, or ``now``; UsageError otherwise."""
        if text == NOW:
            return cls(datetime.datetime.now().astimezone().isoformat(timespec="seconds"), clock=True)
        try:
            datetime.datetime.fromisoformat(text)
        except ValueError:
            text = ""
        if len(text) < len("2026-10-01T18:30"):
            raise UsageError(Problem("U-AT"))
        return cls(text, clock=False)

    def says(self) -> dict[str, Any]:
        """As it stands in a ledger."""
        return {"at": self.at, "at_clock": self.clock}
