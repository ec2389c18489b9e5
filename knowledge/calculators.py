"""Small formulas that the advisor computes instead of a language model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

TOKENS_PER_PARAMETER = 20.0
FLOPS_PER_PARAMETER_AND_TOKEN = 6.0
_LOSS_FLOOR, _A, _B, _ALPHA, _BETA = 1.69, 406.4, 410.7, 0.34, 0.28


def cross_entropy(probabilities: Sequence[float]) -> float:
    """Mean cross-entropy in nats of the probabilities that a model gave to the right labels: mean of -ln p.

    Infinite where a right label got probability 0. Raises ValueError for an empty list and for values
    outside 0 to 1. Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 3.13.
    """
    if not probabilities:
        raise ValueError("Give at least one probability.")
    if any(not 0 <= p <= 1 for p in probabilities):
        raise ValueError("A probability lies between 0 and 1.")
    return math.fsum(-math.log(p) if p else math.inf for p in probabilities) / len(probabilities)


def perplexity(loss_nats: float) -> float:
    """exp(cross-entropy in nats): among how many equally likely tokens the model is undecided.

    Source: Jurafsky, Martin, Speech and Language Processing, section 3.3.
    """
    if math.isnan(loss_nats) or loss_nats < 0:
        raise ValueError("A cross-entropy is 0 or more.")
    return math.exp(loss_nats) if loss_nats < 709 else math.inf


@dataclass(frozen=True)
class Chinchilla:
    """A training run held against the compute-optimal one.

    Parameters in billions, tokens in trillions, compute in floating-point operations. `ratio` is the
    tokens given as a multiple of the optimal ones, None where only one of the two was given.
    """

    params_b: float
    tokens_t: float
    tokens_per_parameter: float
    optimal_tokens_t: float
    optimal_params_b: float
    ratio: float | None
    flops: float
    predicted_loss_nats: float


def chinchilla(params_b: float | None = None, tokens_t: float | None = None) -> Chinchilla:
    """The Chinchilla rule: about 20 training tokens for each parameter are compute-optimal.

    Given the parameters it returns the optimal tokens, given the tokens the optimal parameters, given both
    how the run stands to the rule. Compute is 6 x parameters x tokens; the loss is the paper's fit
    L = 1.69 + 406.4 / N^0.34 + 410.7 / D^0.28 for its own data. Raises ValueError where neither is given or
    one is not positive. Source: Hoffmann et al. 2022, https://arxiv.org/abs/2203.15556, section 3.3 and table 3.
    """
    _require_sizes(params_b, tokens_t)
    params = params_b if params_b is not None else (tokens_t or 0) * 1000 / TOKENS_PER_PARAMETER
    tokens = tokens_t if tokens_t is not None else params * TOKENS_PER_PARAMETER / 1000
    optimal_tokens = params * TOKENS_PER_PARAMETER / 1000
    return Chinchilla(
        params_b=params,
        tokens_t=tokens,
        tokens_per_parameter=tokens * 1000 / params,
        optimal_tokens_t=optimal_tokens,
        optimal_params_b=tokens * 1000 / TOKENS_PER_PARAMETER,
        ratio=tokens / optimal_tokens if params_b is not None and tokens_t is not None else None,
        flops=FLOPS_PER_PARAMETER_AND_TOKEN * params * 1e9 * tokens * 1e12,
        predicted_loss_nats=_LOSS_FLOOR + _A / (params * 1e9) ** _ALPHA + _B / (tokens * 1e12) ** _BETA,
    )


def _require_sizes(*sizes: float | None) -> None:
    given = [size for size in sizes if size is not None]
    if not given:
        raise ValueError("Give the parameters, the training tokens, or both.")
    if any(not (size > 0 and math.isfinite(size)) for size in given):
        raise ValueError("Parameters and tokens must be positive numbers.")
