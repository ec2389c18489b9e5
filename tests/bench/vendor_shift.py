"""How far makers' own figures stand from independent ones of the same models.

Every model with two figures of its maker and three independent ones is estimated from each alone, with a fit that
makes no difference between them but trust. Printed: the mean difference of the two estimates, its deviation, the
deviation that the doubt of both explains, and the same for a single figure of the maker (difference divided by the
gain of all its figures), in deviations of a board: `fitting.OWN_SHIFT` and `board_covariance.OWN_SPREAD`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.capability import board_covariance, fitting
from advisor.capability.observations import TRUST, observations
from advisor.evidence import Posterior
from knowledge.catalog import Catalog, load_catalog

OWN, INDEPENDENT = 2, 3  # figures of each that a model needs
VENDOR = TRUST["vendor"]


def own_rows(catalog: Catalog, posterior: Posterior) -> NDArray[np.bool_]:
    """Which figures of the fit are makers' own, (N,)."""
    f, trust = posterior.fitted, {}
    for o in observations(catalog):
        for source in (o.source_id, ""):
            trust[o.model_id, o.benchmark_id, source] = o.trust
    keys = zip(f.model_of.tolist(), f.board_of.tolist(), strict=True)
    return np.array([trust[f.models[a], f.boards[b], f.sources[b]] == VENDOR for a, b in keys])


def told(posterior: Posterior, model: int, rows: NDArray[np.int64], trust: float) -> tuple[float, float, float]:
    """What these figures of a model add to its general estimate, the variance that they leave, the sum of gains."""
    f, share, on = posterior.fitted, posterior.shares({}), posterior.fitted.board_of[rows]
    covariance = f.covariance + f.extra[model] * np.outer(f.loading, f.loading)
    pull = share @ covariance
    gains = np.linalg.solve(covariance[np.ix_(on, on)] + np.diag(f.noise[on] / trust), pull[on])
    return float(gains @ f.residual[rows]), float(share @ pull - gains @ pull[on]), float(gains.sum())


def differences(posterior: Posterior, own: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Own less independent estimate, the variance that both leave, the gain of the own figures; a row a model."""
    f, found = posterior.fitted, []
    for model in np.unique(f.model_of):
        rows = np.flatnonzero(f.model_of == model)
        theirs, others = rows[own[rows]], rows[~own[rows]]
        if len(theirs) >= OWN and len(others) >= INDEPENDENT:
            a, b = told(posterior, model, theirs, VENDOR), told(posterior, model, others, 1.0)
            found.append((a[0] - b[0], a[1] + b[1], a[2]))
    return np.array(found)


def main() -> None:
    fitting.OWN_SHIFT = board_covariance.OWN_SPREAD = 0.0
    catalog = load_catalog()
    posterior = Posterior(fitting.fit(catalog))
    difference, doubt, gain = differences(posterior, own_rows(catalog, posterior)).T
    shift, spread, explained = difference.mean(), difference.std(), np.sqrt(doubt.mean())
    print(f"{len(difference)} models: difference {shift:+.3f}, deviation {spread:.3f}, of which doubt {explained:.3f}")
    beyond = np.sqrt(max(spread**2 - explained**2, 0))
    print(f"a figure: shift {shift / gain.mean():+.2f}, spread {beyond / gain.mean():.2f}, gain {gain.mean():.2f}")


if __name__ == "__main__":
    main()
