"""Hard constraints: which models a use case rules out, and why. Pure code over the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from advisor import hosting
from advisor.schema import Exclusion, Requirements

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Model, Offer

CHINESE = frozenset(
    [
        "alibaba",
        "deepseek",
        "moonshot",
        "zhipu",
        "minimax",
        "baidu",
        "bytedance",
        "tencent",
        "01-ai",
        "stepfun",
        "xiaomi",
        "meituan",
        "baichuan",
        "internlm",
        "openbmb",
        "inclusionai",
        "kuaishou",
        "iflytek",
    ]
)
EMBEDS = re.compile(r"embed|rerank|retriever|-e5-|bge-")  # where a source lists no output modality
KINDS = {"embedding_search": "embedding", "speech": "transcription"}


class Case(NamedTuple):
    """One model as the constraints see it: its offers are only those that the use case admits."""

    model: Model
    offers: tuple[Offer, ...]
    req: Requirements


Check = Callable[[Case], str | None]


def members(providers: Iterable[str]) -> set[str]:
    """Makers that a list of providers names; `chinese` stands for the Chinese labs."""
    named = {p.lower() for p in providers}
    return (named - {"chinese"}) | (CHINESE if "chinese" in named else set())


def needs_own_machine(req: Requirements) -> bool:
    """Whether the model must run on the user's own hardware."""
    return req.deployment in ("self_hosted", "on_device") or req.data_residency == "on_prem"


def admitted(model: Model, req: Requirements, catalog: Catalog) -> tuple[Offer, ...]:
    """Offers of `model` that the residency and provider constraints admit."""
    excluded = members(req.excluded_providers)
    found = []
    for offer in catalog.offers_of(model.id):
        if offer.provider.lower() in excluded or (req.official_provider_only and not offer.official):
            continue
        if req.data_residency in ("eu", "us", "uk") and req.data_residency not in offer.regions:
            continue
        found.append(offer)
    return tuple(found)


def kind(case: Case) -> str | None:
    """The model makes what the task needs: text, embeddings or transcripts."""
    wanted = KINDS.get(case.req.task or "", "chat")
    actual = model_kind(case.model)
    return None if actual == wanted else f"is made for {actual}, the task needs {wanted}"


def model_kind(model: Model) -> str:
    """chat, embedding, transcription, or what else a model makes."""
    if "embedding" in model.output_modalities or EMBEDS.search(model.id.lower()):
        return "embedding"
    if "text" not in model.output_modalities:
        return " and ".join(model.output_modalities) or "something else"
    only_audio = set(model.input_modalities) == {"audio"}
    return "transcription" if only_audio else "chat"


def available(case: Case) -> str | None:
    """Somebody sells it at a known price, or its weights can be run where the user wants them."""
    if case.model.retired or case.model.deprecated:
        return f"retired{f' on {case.model.retired}' if case.model.retired else ' or announced to be'}"
    small = model_kind(case.model) in ("embedding", "transcription")  # these run anywhere
    if case.model.open_weights and (small or needs_own_machine(case.req)):
        return None
    if any(o.input_usd for o in case.offers):
        return None
    if case.req.data_residency in ("eu", "us", "uk"):
        return f"no offer is known that keeps data in the {case.req.data_residency.upper()}"
    return "no offer with a price is known that meets the constraints"


def rolling(case: Case) -> str | None:
    """A name that points to another model tomorrow cannot be decided on."""
    moves = "~" in case.model.id or case.model.id.endswith("-latest")
    return "a rolling alias: it names different models over time" if moves else None


def official(case: Case) -> str | None:
    """Base models of official makers are the default; a community fine-tune is not proposed."""
    return None if case.model.official else "a community fine-tune or merge, not a model of an official maker"


def excluded_maker(case: Case) -> str | None:
    maker = case.model.maker.lower()
    return f"made by {maker}, which is excluded" if maker in members(case.req.excluded_providers) else None


def modality(case: Case) -> str | None:
    have = set(case.model.input_modalities)
    if "image" in have:
        have.add("pdf")  # a page can be sent as a picture
    lacking = [m for m in case.req.input_modalities if m not in have and m != "text"]
    return f"does not read {' or '.join(lacking)}" if lacking else None


def context(case: Case) -> str | None:
    tokens = (case.req.input_tokens_per_request or 0) + (case.req.output_tokens_per_request or 0)
    need = max(case.req.min_context_tokens or 0, tokens)
    window = case.model.context_window
    if window is None or window >= need:
        return None
    return f"context window of {window:,} tokens, {need:,.0f} needed"


def weights(case: Case) -> str | None:
    if (case.req.open_weights_required or needs_own_machine(case.req)) and not case.model.open_weights:
        return "its weights are not open"
    return None


def licence(case: Case) -> str | None:
    if not case.req.commercial_license_required and not needs_own_machine(case.req):
        return None
    return "its licence forbids commercial use" if case.model.licence_class == "non_commercial" else None


def memory(case: Case) -> str | None:
    """Open weights that must run on the user's machine fit into its memory."""
    limit = hosting.memory_limit(case.req)
    if limit is None:
        return None
    need = hosting.memory_gb(case.model, case.req)
    if need is None:
        return "its size is not known, so whether it fits the hardware is not either"
    return None if need <= limit else f"needs about {need:.0f} GB of memory, {limit:g} GB there"


def feature(flag: str, attribute: str, words: str) -> Check:
    """A capability that the use case needs and the model is known to lack."""

    def check(case: Case) -> str | None:
        lacks = getattr(case.req, flag) and getattr(case.model, attribute) is False
        return f"no {words}" if lacks else None

    return check


CHECKS: dict[str, Check] = {
    "task": kind,
    "official": official,
    "excluded_providers": excluded_maker,
    "availability": available,
    "rolling_alias": rolling,
    "input_modalities": modality,
    "min_context_tokens": context,
    "open_weights_required": weights,
    "commercial_license_required": licence,
    "gpu_memory_gb": memory,
    "needs_tool_calling": feature("needs_tool_calling", "tool_calling", "tool calling"),
    "needs_structured_output": feature("needs_structured_output", "structured_output", "structured output"),
    "needs_reasoning": feature("needs_reasoning", "reasoning", "reasoning mode"),
    "needs_fine_tuning": feature("needs_fine_tuning", "fine_tunable", "fine-tuning"),
}


def first_violation(case: Case) -> Exclusion | None:
    """The first constraint that rules the model out; None if it passes."""
    for field, check in CHECKS.items():
        reason = check(case)
        if reason:
            return Exclusion(model_id=case.model.id, reason=reason, field=field)
    return None
