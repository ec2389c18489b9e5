"""The first stage: one capability a model."""

import numpy as np
import pytest

from advisor.capability.one_factor import Table, one_factor

MODELS, BOARDS = 80, 8


def world(trust: float = 1.0, noise: float = 0.3) -> tuple[Table, np.ndarray]:
    """Eighty models on eight boards of different slopes, half of the figures missing; and the true capabilities."""
    rng = np.random.default_rng(0)
    truth = rng.normal(size=MODELS)
    a, b = np.divmod(np.arange(MODELS * BOARDS), BOARDS)
    kept = rng.random(len(a)) < 0.5
    a, b = a[kept], b[kept]
    x = 3.0 * b + (1 + 0.2 * b) * (truth[a] + noise * rng.normal(size=len(a)))
    names = [str(i) for i in range(BOARDS)]
    return Table(names, names, np.arange(BOARDS), a, b, x, np.full(len(a), trust)), truth


def test_capabilities_and_slopes_are_found() -> None:
    table, truth = world()
    scale, able = one_factor(table, np.zeros((MODELS, 1)))
    assert np.corrcoef(able.t, truth)[0, 1] > 0.95
    assert (np.diff(scale.s) > 0).sum() >= 5
    assert 0.8 < able.prior_sd < 1.2


def test_useless_features_do_not_pass_for_knowledge() -> None:
    table, truth = world(noise=0.1)
    useless = np.random.default_rng(1).normal(size=(MODELS, 30))
    useful = np.column_stack([truth, useless[:, :1]])
    assert one_factor(table, useless)[1].prior_sd > 0.8
    assert one_factor(table, useful)[1].prior_sd < 0.4


def test_a_column_of_makers_figures_alone_is_not_discounted_twice() -> None:
    full, half = (one_factor(world(trust)[0], np.zeros((MODELS, 1)))[1] for trust in (1.0, 0.5))
    assert half.t == pytest.approx(full.t)
