"""Means, intervals, tests and sample sizes for values of which each prompt is one cluster. Needs no numpy."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from statistics import NormalDist

FLIPS = 9_999
EXACT_PROMPTS = 12
NORMAL_PROMPTS = 200
POWER = 0.8
MAX_DESIGN_GAIN = 25.0


def weighted_mean(values: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Mean of (value, weight) and its standard error over clusters, with the n / (n - 1) correction; inf for n = 1."""
    total = sum(w for _, w in values)
    mean = sum(x * w for x, w in values) / total
    n = len(values)
    if n < 2:
        return mean, math.inf
    spread = sum((w * (x - mean)) ** 2 for x, w in values) * n / (n - 1)
    return mean, math.sqrt(spread) / total


def interval(mean: float, se: float, n: int, confidence: float) -> tuple[float, float]:
    """Interval of a mean of values in 0..1 from n clusters: Wilson's, with the design-effect-adjusted sample
    size mean (1 - mean) / se^2 and Student's t (Korn and Graubard 1998; Dean and Pagano 2015)."""
    if n < 2 or math.isinf(se):
        return 0.0, 1.0
    spread = mean * (1 - mean)
    size = min(spread / se**2, MAX_DESIGN_GAIN * n) if se > 0 and spread > 0 else float(n)
    t2 = t_quantile(0.5 + confidence / 2, n - 1) ** 2
    centre = (mean + t2 / (2 * size)) / (1 + t2 / size)
    half = math.sqrt(t2) / (1 + t2 / size) * math.sqrt(spread / size + t2 / (4 * size * size))
    # rounding must not put the mean outside its own interval
    return min(mean, max(0.0, centre - half)), max(mean, min(1.0, centre + half))


def t_quantile(p: float, df: int) -> float:
    """Quantile of Student's t. Exact for one and two degrees of freedom, else the expansion of Abramowitz
    and Stegun 26.7.5 (error below 1% at p = .975 and df = 3, vanishing with df)."""
    if df == 1:
        return math.tan(math.pi * (p - 0.5))
    if df == 2:
        return (2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p)))
    z = NormalDist().inv_cdf(p)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / df + g2 / df**2 + g3 / df**3 + g4 / df**4


def sign_flip(values: Sequence[tuple[float, float]], seed: int) -> float:
    """One-sided probability of a weighted sum this large if each prompt's difference were as likely to have
    the other sign: exact for few prompts, by seeded draws for more, by its normal limit for many. Where Hoeffding's
    bound on it is below what the draws can resolve, the bound is the answer."""
    terms = [x * w for x, w in values if x]
    observed = sum(terms) - 1e-12
    if observed <= 0:
        return 1.0
    bound = math.exp(-observed * observed / (2 * sum(t * t for t in terms)))
    if len(terms) > EXACT_PROMPTS and bound < 1 / FLIPS:
        return bound
    if len(terms) > NORMAL_PROMPTS:
        return 1 - NormalDist().cdf(observed / math.sqrt(sum(t * t for t in terms)))
    if len(terms) <= EXACT_PROMPTS:
        flips = itertools.product((1, -1), repeat=len(terms))
        return sum(sum(s * t for s, t in zip(f, terms, strict=True)) >= observed for f in flips) / 2 ** len(terms)
    draw, tables = random.Random(seed), [_signed_sums(terms[i : i + 8]) for i in range(0, len(terms), 8)]
    hits = sum(_flipped(tables, draw.randbytes(len(tables))) >= observed for _ in range(FLIPS))
    return (hits + 1) / (FLIPS + 1)


def prompts_to_settle(mean: float, sd: float, *, confidence: float, models: int = 2) -> int | None:
    """Prompts at which a true difference `mean` with deviation `sd` over prompts is found with 80% power;
    None where there is no difference to find."""
    if mean <= 0 or sd <= 0:
        return None
    return math.ceil(((_critical(confidence, models) + NormalDist().inv_cdf(POWER)) * sd / mean) ** 2)


def detectable(sd: float, n: int, *, confidence: float, models: int = 2) -> float:
    """The smallest true difference that n prompts find with 80% power."""
    return (_critical(confidence, models) + NormalDist().inv_cdf(POWER)) * sd / math.sqrt(max(n, 1))


def _critical(confidence: float, models: int) -> float:
    return NormalDist().inv_cdf(1 - (1 - confidence) / models)


def _signed_sums(terms: Sequence[float]) -> list[float]:
    """The sum of up to eight terms for each choice of their signs (one bit a term)."""
    return [sum(t if bits >> i & 1 else -t for i, t in enumerate(terms)) for bits in range(256)]


def _flipped(tables: Sequence[Sequence[float]], signs: bytes) -> float:
    return sum(table[byte] for table, byte in zip(tables, signs, strict=True))


def logistic(x: float) -> float:
    """The probability whose log-odds are x."""
    return 1 / (1 + math.exp(-x))


def log_odds(p: float) -> float:
    """log(p / (1 - p)), kept finite."""
    p = min(max(p, 1e-9), 1 - 1e-9)
    return math.log(p / (1 - p))
