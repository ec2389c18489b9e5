"""Questions that a formula answers: cross-entropy, perplexity, the Chinchilla rule, Elo differences, memory."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from advisor.schema import Citation
from knowledge.calculators import TOKENS_PER_PARAMETER, chinchilla, cross_entropy, perplexity
from knowledge.lexical import fold

_ENTROPY = re.compile(r"cross.?entropy|kreuzentropie|entropia cruzada|entropie croisee|log.?loss|交差エントロピー")
_PERPLEXITY = re.compile(r"perple[xj]|perplessit|パープレキシティ")
_CHINCHILLA = re.compile(
    r"chinchilla|チンチラ|compute.optimal|tokens? per param|tokens?\b.*\b(train|entren|trainier|entrain|trein|addestr)|"
    r"\b(train|entren|trainier|entrain|trein|addestr)\w*\b.*tokens?"
)
_ELO = re.compile(r"\belo\b|rating points?|arena (points?|score|rating)|イロ")
_POINTS = re.compile(r"(?<![\w.,])(\d{1,4})(?![\w.,]*\d)(?!\s?%)")
_MEMORY = re.compile(
    r"vram|gpu|\bram\b|memory|memoria|speicher|arbeitsspeicher|memoire|メモリ|graphics card|grafikkarte"
)
_DECIMAL = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)(?![\w.,]*\d)(\s?%)?")
_OPTION = re.compile(r"(\w+)\W{0,4}(?:\bat\b|with|mit|con|avec|com|gets?|:|=)?\W{0,3}\d+(?:[.,]\d+)?\s?%")
_RIGHT = re.compile(
    r"(?:(?:right|correct|true)(?: answer| one| label)?(?: is| was|:)|"
    r"richtig(?:e antwort)? (?:ist|war)|correct[ao] (?:es|era|e)) \W?(\w+)"
)
_PARAMETERS = re.compile(r"(\d+(?:[.,]\d+)?)\s?(?:b\b|bn\b|billions?\b|milliarden|milliards|mil millones)")
_TOKENS = re.compile(r"(\d+(?:[.,]\d+)?)\s?(?:t\b|trillions?\b|billionen)\s*(?:of |de )?(?:training )?(?:tokens?)?")
_ENTROPY_SOURCE = Citation(
    source="Deep Learning, section 3.13", url="https://www.deeplearningbook.org/contents/prob.html", date="2016"
)
_PERPLEXITY_SOURCE = Citation(
    source="Speech and Language Processing, chapter 3", url="https://web.stanford.edu/~jurafsky/slp3/", date=""
)
_CHINCHILLA_SOURCE = Citation(
    source="Training Compute-Optimal Large Language Models", url="https://arxiv.org/abs/2203.15556", date="2022-03"
)
_ELO_SOURCE = Citation(source="Chatbot Arena paper", url="https://arxiv.org/abs/2403.04132", date="2024-03")
_MEMORY_SOURCE = Citation(
    source="llama.cpp, sizes by bits",
    url="https://github.com/ggml-org/llama.cpp/blob/master/tools/quantize/README.md",
)
ROUNDING = 0.02
BITS = {"16 bit": 16.0, "8 bit": 8.5, "4 bit": 4.85}
"""Bits a weight, scales of the groups included (F16, Q8_0 and Q4_K_M of llama.cpp)."""


class Computed(NamedTuple):
    """A computed answer and the source of its formula."""

    text: str
    citation: Citation


def computed_answers(text: str) -> list[Computed]:
    """What can be computed from the figures in a question; nothing where there is no figure to compute with."""
    folded = fold(text)
    found = []
    if _CHINCHILLA.search(folded):
        found.append(_chinchilla(folded))
    if _ENTROPY.search(folded):
        found.append(_entropy(folded))
    elif _PERPLEXITY.search(folded):
        found.append(_perplexity(folded))
    if _ELO.search(folded):
        found.append(_elo(folded))
    if _MEMORY.search(folded):
        found.append(_memory(folded))
    return [answer for answer in found if answer]


def _numbers(folded: str) -> list[float]:
    return [float(n.replace(",", ".")) / (100 if percent else 1) for n, percent in _DECIMAL.findall(folded)]


def _entropy(folded: str) -> Computed | None:
    chances = [n for n in _numbers(folded) if 0 < n <= 1]
    if not chances:
        return None
    if len(chances) > 1 and abs(sum(chances) - 1) < ROUNDING:
        return _entropy_of_options(folded, chances)
    loss = cross_entropy(chances)
    given = ", ".join(f"{p:g}" for p in chances)
    how = f"-ln({given})" if len(chances) == 1 else f"the mean of -ln p over {given}"
    return Computed(
        f"If the model gave the right label the probability {given}, the cross-entropy is {how} = **{loss:.4f} nats** "
        f"({loss / math.log(2):.4f} bits), a perplexity of {perplexity(loss):.4f}. A sure, right answer has 0; the "
        "loss grows without bound as the probability of the right label falls to 0.",
        _ENTROPY_SOURCE,
    )


def _entropy_of_options(folded: str, chances: list[float]) -> Computed:
    """One prediction over several options: only the probability of the right one counts."""
    options = dict(zip(_OPTION.findall(folded), chances, strict=False))
    said = _RIGHT.search(folded)
    right = options.get(said.group(1)) if said else None
    p = right if right is not None else max(chances)
    which = "of the right answer" if right is not None else "of the right answer (taken to be the likeliest)"
    others = ", ".join(f"{cross_entropy([q]):.3f} for {q:g}" for q in sorted(set(chances) - {p}, reverse=True))
    other = f" Had another been right: {others}." if others else ""
    return Computed(
        f"Only the probability {which} counts: -ln({p:g}) = **{cross_entropy([p]):.3f} nats** "
        f"({cross_entropy([p]) / math.log(2):.3f} bits).{other} A sure, right answer has 0.",
        _ENTROPY_SOURCE,
    )


def _perplexity(folded: str) -> Computed | None:
    losses = _numbers(folded)
    if not losses:
        return None
    return Computed(
        f"A cross-entropy of {losses[0]:g} nats is a perplexity of exp({losses[0]:g}) = "
        f"**{perplexity(losses[0]):.4f}**: the model is as undecided as among that many equally likely tokens. "
        "Compare perplexities only between models with the same tokenizer.",
        _PERPLEXITY_SOURCE,
    )


def _chinchilla(folded: str) -> Computed | None:
    params, tokens = _first(_PARAMETERS, folded), _first(_TOKENS, folded)
    if not params and not tokens:
        return None
    run = chinchilla(params, tokens)
    rule = f"The Chinchilla rule gives about {TOKENS_PER_PARAMETER:g} training tokens to each parameter: "
    if params and tokens:
        said = (
            f"{params:g} billion parameters on {tokens:g} trillion tokens are {run.tokens_per_parameter:.1f} tokens a "
            f"parameter, **{run.ratio:.2f} times** the optimum of {run.optimal_tokens_t:.3g} trillion."
        )
    elif params:
        said = f"{params:g} billion parameters ask for about **{run.optimal_tokens_t:.3g} trillion tokens**."
    else:
        said = f"{tokens:g} trillion tokens ask for about **{run.optimal_params_b:.3g} billion parameters**."
    return Computed(
        f"{rule}{said} Training costs about {run.flops:.2g} floating-point operations. Models that are used a lot are "
        "often trained on far more, because a smaller model is cheaper to run.",
        _CHINCHILLA_SOURCE,
    )


def _elo(folded: str) -> Computed | None:
    """Expected win rate 1 / (1 + 10^(-d / 400)) of a difference d; of two ratings, of their difference."""
    points = [float(n) for n in _POINTS.findall(folded)]
    if not points or len(points) > 2:
        return None
    gap = abs(points[0] - points[-1]) if len(points) == 2 else points[0]
    if gap > 800:
        return None
    rate = 1 / (1 + 10 ** (-gap / 400))
    return Computed(
        f"A lead of {gap:g} Elo points means that the higher-rated model is expected to win **{rate:.1%}** of direct "
        f"comparisons: 1 / (1 + 10^(-{gap:g}/400)). It still loses about {1 - rate:.0%}. The lead counts only where "
        "the intervals of the two ratings do not overlap, and only within one board and date.",
        _ELO_SOURCE,
    )


def _memory(folded: str) -> Computed | None:
    """Gigabytes of the weights: billions of parameters x bits / 8."""
    params = _first(_PARAMETERS, folded)
    if not params:
        return None
    sizes = ", ".join(f"**{params * bits / 8:.3g} GB** in {name}" for name, bits in BITS.items())
    return Computed(
        f"The weights of {params:g} billion parameters take about {sizes}. Add 10 to 20% for buffers, and the cache of "
        "the context, which grows with its length and with the number of users at once.",
        _MEMORY_SOURCE,
    )


def _first(pattern: re.Pattern[str], folded: str) -> float | None:
    hit = pattern.search(folded)
    return float(hit.group(1).replace(",", ".")) or None if hit else None
