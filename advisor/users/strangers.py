"""What a plan may not do on a server that many share: read the server's files, spend its keys, reach its network."""

from __future__ import annotations

from advisor.endpoints.netguard import check_address, place
from advisor.errors import BadInput
from advisor.settings import Settings
from advisor.trial.schema import Plan

MOST_CONCURRENT = 32


def check_plan(plan: Plan, settings: Settings) -> None:
    """Refuse what a user of a shared server may not ask for; nothing is refused elsewhere.

    Raises:
        BadInput: the plan names a file, a key or an address of the server, or brings code.
    """
    if not settings.shared:
        return
    if isinstance(plan.prompts, str) and "\n" not in plan.prompts.strip():
        raise BadInput("On a shared server the prompts stand in the plan itself, not in a file of the server.")
    if plan.allow_code or any(m == "python" or getattr(m, "kind", "") == "python" for m in plan.metrics):
        raise BadInput("On a shared server metrics in Python are off: use one of the built-in metrics.")
    if plan.limits.concurrency > MOST_CONCURRENT:
        raise BadInput(f"On a shared server at most {MOST_CONCURRENT} calls may be in flight: lower it.")
    for name, endpoint in plan.endpoints.items():
        if endpoint.api_key_env:
            raise BadInput(f"Endpoint {name}: the keys of a shared server cannot be sent to an address of your own.")
        if name in settings.endpoints or name in ("openai", "openrouter"):
            raise BadInput(f"Endpoint {name} is one of the server's: choose another name for yours.")
        check_address(endpoint.base_url)


def trusted_places(plan: Plan, settings: Settings, base_urls: list[str]) -> frozenset[tuple[str, int]] | None:
    """Places that calls of a plan may reach whatever their address; None where every place may be reached.

    `base_urls` are those of all routes of the plan; the ones that the plan itself names are not trusted.
    """
    if not settings.shared:
        return None
    own = {endpoint.base_url.rstrip("/") for endpoint in plan.endpoints.values()}
    return frozenset(place(url) for url in base_urls if url.rstrip("/") not in own)
