"""Every rule of a plan has a number; findings carry the number until they are written."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.spec.table import Check, Effect, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding says about itself. ``field`` is the standard item; an empty ``table`` means a file as a whole."""

    id: str
    class_: str
    severity: Severity
    effect: Effect
    owner: str
    table: str
    field: str | None = None
    scope: str = "all"
    secret: bool = False


@dataclass(slots=True)
class RuleBook:
    """Rules by number, in the order they were first named."""

    rules: list[Rule] = field(default_factory=list)
    _numbers: dict[Rule, int] = field(default_factory=dict)

    def number(self, rule: Rule) -> int:
        """The number of a rule; the same rule keeps its number."""
        if rule not in self._numbers:
            self._numbers[rule] = len(self.rules)
            self.rules.append(rule)
        return self._numbers[rule]

    def declared(self, check: Check, table: str, owner: str, *, field: str | None, secret: bool) -> int:
        """The number of a declared check's rule about ``field``; ``secret`` if an item it reads is."""
        return self.number(
            Rule(
                check.id,
                check.class_,
                check.severity,
                check.effect,
                check.owner or owner,
                table,
                field,
                check.scope,
                secret,
            )
        )

    def __getitem__(self, number: int) -> Rule:
        return self.rules[number]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)
