import pytest
import structlog
from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # a busy machine is not a failure
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _log_as_it_is_by_default() -> None:
    """A command that ran within an earlier test has set up the log for itself."""
    structlog.reset_defaults()
