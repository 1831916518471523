from pathlib import Path

import pytest

from migrate.pipeline import RunResult
from tests.delivery import Delivery
from tests.towns import Towns

RESIDENTS, SEED = 60, 2


@pytest.fixture
def delivery(towns: Towns, tmp_path: Path) -> Delivery:
    """A clean delivery to put faults into."""
    return Delivery(towns.town(RESIDENTS, SEED), tmp_path)


@pytest.fixture
def clean(towns: Towns) -> RunResult:
    """What it delivers as it is."""
    return towns.run(RESIDENTS, SEED)
