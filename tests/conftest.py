"""What every test may ask for: a throw-away project, whole or small."""

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The tests are imported without their folder on the path (importmode=importlib); they share factories.py.
sys.path.insert(0, str(Path(__file__).parent))

from factories import Folder, sample, tiny

pytest_plugins = ["printed"]  # the real brochures, and the option --rewrite-traces

# A slow or busy machine is no failure.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# A shell starts what it puts into the background deaf to Ctrl-C, and so would be every build that the tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _same_on_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A date in the surroundings would change what is built."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        monkeypatch.delenv("SOURCE_DATE_EPOCH")


@pytest.fixture
def project(tmp_path: Path) -> Folder:
    """A small project of its own, with everything right in it."""
    return tiny(tmp_path / "project")


@pytest.fixture
def copied(tmp_path: Path) -> Folder:
    """A copy of the repository's project, without its fonts."""
    return sample(tmp_path / "copied")
