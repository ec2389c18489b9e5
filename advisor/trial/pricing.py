"""What a model costs at an endpoint, from the maintained price list of genai-prices."""

from __future__ import annotations

from urllib.parse import urlsplit

PROVIDERS = {
    "api.openai.com": "openai",
    "openrouter.ai": "openrouter",
    "api.anthropic.com": "anthropic",
    "api.mistral.ai": "mistral",
    "api.deepseek.com": "deepseek",
    "api.groq.com": "groq",
    "api.together.xyz": "together",
    "generativelanguage.googleapis.com": "google",
    "api.x.ai": "x-ai",
    "api.fireworks.ai": "fireworks",
}
PROBE_TOKENS = 1_000


def price_of(base_url: str, model: str) -> tuple[float, float] | None:
    """US dollars per million tokens (in, out) for short requests; None where the list does not know the model."""
    provider = PROVIDERS.get(urlsplit(base_url).hostname or "")
    if provider is None:
        return None
    from genai_prices import Usage, calc_price

    try:
        paid_in = calc_price(Usage(input_tokens=PROBE_TOKENS), model, provider_id=provider)
        paid_out = calc_price(Usage(output_tokens=PROBE_TOKENS), model, provider_id=provider)
    except LookupError:
        return None
    scale = 1e6 / PROBE_TOKENS
    return float(paid_in.total_price) * scale, float(paid_out.total_price) * scale
