"""Running open weights oneself: how much memory a model needs, and what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.schema import Requirements

if TYPE_CHECKING:
    from knowledge.schema import Model

# 4-bit k-quants take about 4.85 bits a weight (llama.cpp's table for Q4_K_M), 16-bit takes 16.
BITS_Q4 = 4.85
OVERHEAD = 1.1
# Keys and values at 16 bit with grouped heads: about 0.1 GB per billion^0.5 parameters and 8k tokens.
KV_GB_PER_8K = 0.25
ON_DEVICE_GB = 8.0


def memory_gb(model: Model, req: Requirements) -> float | None:
    """Gigabytes for 4-bit weights plus the cache of one request at the needed length; None if size is unknown.

    Weights: parameters x 4.85 bits / 8, plus 10% for buffers. Cache: scaled from the square root of the size,
    as layers and heads grow slower than parameters; an estimate, not a measurement.
    """
    size = model.parameters_b
    if size is None:
        return None
    tokens = max(req.min_context_tokens or 0, (req.input_tokens_per_request or 0), 4096)
    cache = KV_GB_PER_8K * (size**0.5) * tokens / 8192
    return size * BITS_Q4 / 8 * OVERHEAD + cache


def memory_limit(req: Requirements) -> float | None:
    """Memory that the weights must fit into: what the user has, or that of a device; None is no limit."""
    if req.gpu_memory_gb is not None and req.deployment != "api":
        return req.gpu_memory_gb
    return ON_DEVICE_GB if req.deployment == "on_device" else None
