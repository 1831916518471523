"""支援措置 as the checks of juki see them: protection that would be lost, and terms that are as they should be."""

from pathlib import Path

import pytest

from migrate.pipeline import Options, run
from tests.delivery import Delivery, found
from tests.towns import Towns, juki

NO_DATE = "0000000"


def told(towns: Towns, folder: Path, **fields: str) -> set[str]:
    """The rules of V24 that a running measure breaks with these fields in its record."""
    delivery = Delivery(towns.town(200, 2), folder)
    record = delivery.find("shien", kubun="1", flag="1")[0]
    for name, value in fields.items():
        delivery.put("shien", record, name, value)
    result = run(juki(), Options(delivery.save(), folder / "out"))
    return {rule for rule, _, _ in found(result, "shien", record) if rule.startswith("JK-V24")}


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({}, set()),
        ({"shuryo_ymd": NO_DATE}, {"JK-V24-5"}),
        ({"shuryo_ymd": NO_DATE, "flag": "0"}, {"JK-V24-5", "JK-V24-6"}),
        ({"shuryo_ymd": NO_DATE, "flag": ""}, {"JK-V24-5", "JK-V24-7"}),
        ({"flag": "0"}, {"JK-V24-2"}),
        ({"flag": ""}, {"JK-V24-3"}),
        ({"kubun": "1", "kaishi_ymd": "5080301"}, {"JK-V24-1"}),
        ({"kubun": "2", "kaishi_ymd": "5080301"}, set()),
    ],
)
def test_protection_that_would_be_lost(fields: dict[str, str], rules: set[str], towns: Towns, tmp_path: Path) -> None:
    """A provisional measure has a term of its own; one without an end runs."""
    assert told(towns, tmp_path, **fields) == rules
