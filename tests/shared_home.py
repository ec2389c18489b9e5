"""A data folder whose store and posterior are built once for all tests of a run."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from advisor.services import Services
from advisor.settings import Settings


@cache
def built_home() -> Path:
    """The folder; the first caller waits some seconds."""
    home = Path(tempfile.mkdtemp(prefix="advisor-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    services = Services(Settings(home=home), use_llm=False)
    assert len(services.store) > 0
    assert services.posterior.fitted.models
    return home
