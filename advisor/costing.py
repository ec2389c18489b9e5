"""What a call cost in US dollars. Prices are those of genai-prices, a maintained list; none is invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from advisor.endpoints.routes import LOCAL

if TYPE_CHECKING:
    from knowledge.catalog import Catalog

PER_MILLION = 1e-6


def call_cost(
    model: str,
    endpoint: str,
    usage: Mapping[str, int],
    catalog: Catalog | None = None,
    base_url: str | None = None,
) -> float | None:
    """US dollars for one call. Embedded models cost 0; None where no price is known.

    Args:
        model: the endpoint's own name of the model.
        endpoint: `local`, `openai`, `openrouter`, or the name of a configured one.
        usage: counts `input_tokens` (cached ones included), `output_tokens` and `cache_read_tokens`.
        catalog: asked where genai-prices has no price; its offers are matched by provider and model.
        base_url: tells genai-prices the provider of an endpoint with a name of the user's own.
    """
    if endpoint == LOCAL:
        return 0.0
    listed = _listed(model, endpoint, usage, base_url)
    return listed if listed is not None or catalog is None else _offered(model, endpoint, usage, catalog)


def _listed(model: str, endpoint: str, usage: Mapping[str, int], base_url: str | None) -> float | None:
    from genai_prices import Usage, calc_price

    counts = Usage(
        input_tokens=usage.get("input_tokens", 0),
        output_tokens=usage.get("output_tokens", 0),
        cache_read_tokens=usage.get("cache_read_tokens", 0),
    )
    try:
        if base_url:
            return float(calc_price(counts, model, provider_api_url=base_url).total_price)
        return float(calc_price(counts, model, provider_id=endpoint).total_price)
    except LookupError:
        return None


def _offered(model: str, endpoint: str, usage: Mapping[str, int], catalog: Catalog) -> float | None:
    for offer in catalog.offers:
        ours = offer.provider == endpoint and model in (offer.provider_model_id, offer.model_id)
        if ours and offer.input_usd is not None and offer.output_usd is not None:
            paid_in = usage.get("input_tokens", 0) * offer.input_usd
            return (paid_in + usage.get("output_tokens", 0) * offer.output_usd) * PER_MILLION
    return None
