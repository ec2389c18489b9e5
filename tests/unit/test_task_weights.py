from types import SimpleNamespace
from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.relevance.task_weights import overridden, read_weights
from knowledge.schema import Benchmark

CATALOG: Any = SimpleNamespace(
    benchmarks={
        b.id: b
        for b in (
            Benchmark(id="code", name="Code"),
            Benchmark(id="code-java", name="Java", parent="code"),
            Benchmark(id="code-sql", name="SQL", parent="code"),
            Benchmark(id="prose", name="Prose"),
        )
    }
)


def test_a_weight_set_by_hand_replaces_the_computed_one_and_holds_for_categories() -> None:
    found = overridden({"code": 0.9, "code-java": 0.8, "prose": 0.1}, {"code": 0.0, "code-sql": 1.0}, CATALOG)
    assert found == {"code": 0.0, "code-java": 0.0, "code-sql": 1.0, "prose": 0.1}


@pytest.mark.parametrize("wanted", [{"nothing": 0.5}, {"code": 1.5}, {"code": -0.1}, {"code": float("nan")}])
def test_an_impossible_weight_is_refused(wanted: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        overridden({}, wanted, CATALOG)


def test_reads_weights_of_a_command_line() -> None:
    assert read_weights(["code=0.5", "prose=1"]) == {"code": 0.5, "prose": 1.0}


@pytest.mark.parametrize("text", ["code", "code=", "=0.5", "code=much"])
def test_a_weight_that_cannot_be_read_is_explained(text: str) -> None:
    with pytest.raises(BadInput, match="BENCHMARK=W"):
        read_weights([text])
