"""What a long-lived process does once, so that every later message is quick."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import numpy as np
import pytest
import threadpoolctl

from advisor.services import Services


@pytest.fixture
def before() -> Iterator[None]:
    """The process as it was."""
    limits = threadpoolctl.threadpool_limits(limits=None)
    yield
    limits.restore_original_limits()
    gc.unfreeze()


def test_what_is_loaded_is_left_out_of_garbage_collection_and_blas_keeps_to_one_thread(before: None) -> None:
    services = Services(use_llm=False)
    services.__dict__ |= {"_store": object(), "posterior": object()}
    assert np.ones((2, 2)).sum()
    services.settle()
    assert gc.get_freeze_count() > 1000
    blas = [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    assert blas and set(blas) == {1}
