"""What a long-lived process does once, so that every later message is quick."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import numpy as np
import pytest
import threadpoolctl

from advisor.recommend import questions_for, shortlist_for
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
    worked: list[str] = []
    monkeypatch.setattr("advisor.recommend.questions_for", lambda use_case, services, asked: worked.append("questions"))
    monkeypatch.setattr("advisor.recommend.shortlist_for", lambda use_case, services: worked.append("shortlist"))
    assert np.ones((2, 2)).sum()
    warm_up(Services(use_llm=False))
    assert worked == ["questions", "shortlist"]
    assert gc.get_freeze_count() > 1000
    blas = [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    assert blas and set(blas) == {1}


def test_no_language_model_is_asked_before_anybody_said_anything(before: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.recommend.questions_for", lambda use_case, services, asked: [])
    monkeypatch.setattr("advisor.recommend.shortlist_for", lambda use_case, services: None)
    services = Services()
    warm_up(services)
    assert "_speaker" not in services.__dict__


def test_long_computations_of_several_users_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    services, alone = Services(use_llm=False), []

    def noted(*args: object, **more: object) -> list[Question]:
        alone.append(services.computing.locked())
        return []

    monkeypatch.setattr("advisor.interview.best_questions", noted)
    monkeypatch.setattr("advisor.shortlist.build.build_shortlist", noted)
    monkeypatch.setattr("advisor.recommend.weights_for", lambda use_case, services: {})
    monkeypatch.setattr("advisor.recommend.benchmarks_for", lambda use_case, services: [])
    services.__dict__["posterior"] = None
    tenant = Tenant("someone", services)
    for one in (services, tenant):
        questions_for(UseCase(text="x"), one, asked=[])
        shortlist_for(UseCase(text="x"), one)
    assert alone == [True, True, True, True] and not services.computing.locked()
