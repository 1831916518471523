import pytest
from hypothesis import settings

from tests.towns import Towns

settings.register_profile("ci", deadline=None, max_examples=50, print_blob=True)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    """Towns and deliveries of this session."""
    return Towns(tmp_path_factory.mktemp("towns"))
