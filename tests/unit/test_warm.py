"""What a long-lived process does once, so that every later message is quick."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import threadpoolctl

from advisor.recommend import questions_for
from advisor.schema import Question, UseCase
from advisor.services import Services
from advisor.users.tenants import Tenant
from advisor.warm import warm_up


@pytest.fixture
def before() -> Iterator[None]:
    """The process is as it was afterwards."""
    limits = threadpoolctl.threadpool_limits(limits=None)
    yield
    limits.restore_original_limits()
    gc.unfreeze()


def test_what_is_loaded_is_left_out_of_garbage_collection_and_blas_keeps_to_one_thread(
    before: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = []
    monkeypatch.setattr("advisor.recommend.recommend", lambda text, services: answered.append((text, services)))
    assert np.ones((2, 2)).sum()
    services = Services(use_llm=False)
    warm_up(services)
    assert [s for _, s in answered] == [services]
    assert gc.get_freeze_count() > 1000
    blas = [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    assert blas and set(blas) == {1}


def test_long_computations_of_several_users_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    services, at_work, seen = Services(use_llm=False), [0], []

    def slow(*args: object, **more: object) -> list[Question]:
        at_work[0] += 1
        seen.append(at_work[0])
        time.sleep(0.02)
        at_work[0] -= 1
        return []

    monkeypatch.setattr("advisor.interview.best_questions", slow)
    monkeypatch.setattr("advisor.recommend.weights_for", lambda use_case, services: {})
    with ThreadPoolExecutor(4) as users:
        for _ in range(4):
            users.submit(questions_for, UseCase(text="x"), services, asked=[])
    assert seen == [1, 1, 1, 1]
    assert Tenant("someone", services).computing is services.computing
