from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import offline
from tests.towns import Towns

settings.register_profile("ci", deadline=None, max_examples=50, print_blob=True)
settings.load_profile("ci")

offline.forbid()


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing is sent anywhere, whatever is tested; an attempt fails even where its error was caught."""
    yield
    assert offline.taken() == [], "something reached for the network"


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    """Towns and deliveries of this session."""
    return Towns(tmp_path_factory.mktemp("towns"))
