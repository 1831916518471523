"""公証事項 are mended in the old system: a rule that may change more than the form of a value leaves them alone."""

from migrate.plan import build
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth import SOURCES

FORM_ONLY = {
    "trim", "kana_to_fullwidth", "ascii_to_fullwidth", "digits_to_fullwidth", "single_fullwidth_space",
    "space_to_fullwidth", "to_halfwidth", "digits_only",
}  # fmt: skip
"""Steps that write the same value in another form."""


def test_only_the_form_of_kosho_items_is_changed() -> None:
    for system, source in SOURCES:
        plan = build(load_layout(Library(), system, source))
        for name, rules in plan.cleansing.items():
            kosho = {field.name for field in plan.tables[name].table.fields if field.kosho}
            steps = {step.entry.name for rule in rules if rule.field in kosho for step in rule.steps}
            assert steps <= FORM_ONLY, (system, name)


def test_the_rule_on_long_vowels_still_has_its_items() -> None:
    plan = build(load_layout(Library(), "juki", "host_fixed"))
    assert "shimei_furigana" in {rule.field for rule in plan.cleansing["jumin"] if rule.id == "C-K02"}
