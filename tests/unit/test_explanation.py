"""An explanation accounts for the whole estimate, and for nothing else."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from advisor.capability import fitting
from advisor.evidence import Posterior
from advisor.explanation import Explanation, as_markdown, explain
from knowledge.schema import Benchmark, Model, Score, Source

DAY = dt.date(2026, 1, 1)
WEIGHTS = {"b0": 0.9, "b1": 0.4}


@pytest.fixture(scope="module")
def catalog() -> Any:
    rng = np.random.default_rng(1)
    ids = [f"lab{i % 3}/m{i}" for i in range(30)]
    boards = [Benchmark(id=f"b{i}", name=f"Board {i}", floor=0.0, ceiling=100.0) for i in range(6)]
    skill = rng.normal(size=30)
    scores = {
        m: [
            Score(model_id=m, benchmark_id=b.id, value=float(50 + 12 * skill[i] + rng.normal()), unit="percent",
                  source_id="s", date=DAY, raw_name=m)
            for b in boards
        ]
        for i, m in enumerate(ids[:-1])
    }  # fmt: skip
    source = Source(id="s", name="S", url="", licence="", redistributable=True, date=DAY)
    models = {m: Model(id=m, name=m, maker=m[:4], source_id="s", date=DAY) for m in ids}
    return SimpleNamespace(
        models=models, benchmarks={b.id: b for b in boards}, sources={"s": source},
        scores_of=lambda m: scores.get(m, []), manifest={},
    )  # fmt: skip


@pytest.fixture(scope="module")
def posterior(catalog: Any) -> Posterior:
    return Posterior(fitting.fit(catalog), reference="lab0/m0")


def explained(model: str, catalog: Any, posterior: Posterior) -> Explanation:
    return explain(catalog.models[model], WEIGHTS, posterior, catalog)


def test_prior_and_figures_add_up_to_the_estimate(catalog: Any, posterior: Posterior) -> None:
    found = explained("lab1/m4", catalog, posterior)
    total = found.prior + sum(c.contribution for c in found.figures) - found.reference
    assert total == pytest.approx(found.quality.mean)
    assert found.reference == pytest.approx(explained("lab2/m5", catalog, posterior).reference, abs=1e-4)
    assert {c.benchmark_id for c in found.figures} == {f"b{i}" for i in range(6)}
    assert 0 < found.learned < 1


def test_they_add_up_where_all_figures_are_a_surprise(catalog: Any, posterior: Posterior) -> None:
    f = posterior.fitted
    surprising = f.models[int(np.argmax(f.extra))]
    assert f.extra.max() > 0
    found = explained(surprising, catalog, posterior)
    assert found.prior + sum(c.contribution for c in found.figures) - found.reference == pytest.approx(
        found.quality.mean
    )
    number = f.models.index(surprising)
    before = f.expected(number) @ posterior.shares(WEIGHTS, number) * f.spread
    assert found.prior == pytest.approx(before, abs=1e-4)


def test_a_better_figure_than_expected_adds(catalog: Any, posterior: Posterior) -> None:
    for c in explained("lab1/m4", catalog, posterior).figures:
        assert c.contribution == pytest.approx(c.gain * (c.scaled - c.expected) * posterior.fitted.spread)


def test_a_model_without_figures_says_so(catalog: Any, posterior: Posterior) -> None:
    found = explained("lab2/m29", catalog, posterior)
    assert found.figures == [] and found.learned == 0
    assert "No board has a figure of this model" in as_markdown("M", "chat", found, "meaning", "side")


def test_a_name_without_a_date_says_which_builds_it_stands_for(catalog: Any, posterior: Posterior) -> None:
    number, builds = posterior.fitted.models.index("lab2/m29"), ["lab1/m4", "lab2/m5"]
    pairs = np.array([(number, posterior.fitted.models.index(m)) for m in builds])
    undated = np.arange(len(posterior.fitted.models)) == number
    standing = Posterior(posterior.fitted._replace(held=pairs, undated=undated), reference="lab0/m0")
    found = explained("lab2/m29", catalog, standing)
    means = [explained(m, catalog, standing).quality.mean for m in builds]
    assert found.builds == builds and found.quality.mean == pytest.approx(sum(means) / 2)
    assert "the mean of lab1/m4, lab2/m5" in as_markdown("M", "chat", found, "meaning", "side")
