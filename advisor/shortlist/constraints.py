"""Hard constraints: which models a use case rules out, and why. Pure code over the catalogue's arrays."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from advisor.schema import Requirements
from advisor.shortlist import hosting
from advisor.shortlist.columns import LEAST_FIGURES, REGIONS, Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

CHINESE = frozenset(
    {"alibaba", "deepseek", "moonshot", "moonshotai", "zhipu", "zhipuai", "zai", "minimax", "baidu", "bytedance"}
    | {"volcengine", "byteplus", "tencent", "01-ai", "stepfun", "xiaomi", "meituan", "baichuan", "internlm", "openbmb"}
    | {"inclusionai", "kuaishou", "iflytek", "baai", "antgroup", "codefuse", "kwaipilot"}
)
AMERICAN = frozenset(
    {"openai", "anthropic", "google", "meta", "microsoft", "amazon", "nvidia", "ibm", "xai", "apple", "perplexity"}
    | {"together", "allenai", "arcee", "nous", "databricks", "snowflake", "salesforce", "writer", "inception", "liquid"}
    | {"inflection", "reka", "prime-intellect", "deepcogito", "thinkingmachines", "reflection", "morph", "relace"}
    | {"eleutherai", "lmsys", "abacusai", "nomic", "mongodb", "h2o", "poolside", "assemblyai", "revai"}
)
COUNTRIES = {"chinese": CHINESE, "american": AMERICAN}
SAME = {"zhipu": {"zhipuai", "zai"}, "moonshot": {"moonshotai"}, "microsoft": {"azure"}, "amazon": {"amazon-bedrock"}}
SAME["google"] = {"google-vertex"}
KINDS = {"embedding_search": "embedding", "speech": "transcription"}
FLAGS = {
    "needs_tool_calling": ("tool_calling", "tool calling"),
    "needs_structured_output": ("structured_output", "structured output"),
    "needs_reasoning": ("reasoning", "reasoning mode"),
    "needs_fine_tuning": ("fine_tunable", "fine-tuning"),
}
OWN = ("deployment", "data_residency")  # what `Case.own` reads
PROVIDERS = ("excluded_providers", "preferred_providers", "only_preferred")  # what `Case.allowed` reads
OFFERS = (*PROVIDERS, "data_residency", "official_provider_only")  # what `Case.admitted` reads
LENGTHS = ("min_context_tokens", "input_tokens_per_request", "output_tokens_per_request")


def members(providers: Iterable[str]) -> set[str]:
    """Makers and clouds that a list of providers names; `chinese` and `american` stand for the labs there."""
    named = {p.lower() for p in providers}
    named |= {maker for country in named & COUNTRIES.keys() for maker in COUNTRIES[country]}
    return {other for name in named for other in (name, *SAME.get(name, ()))} - COUNTRIES.keys()


class Case:
    """The catalogue as one use case sees it: which offers it admits, which models can be run."""

    def __init__(self, columns: Columns, req: Requirements):
        self.columns, self.req = columns, req

    def key(self, fields: Iterable[str]) -> tuple[Hashable, ...]:
        """The values of some facts as a key."""
        return tuple(map(self._hashable.__getitem__, fields))

    @cached_property
    def _hashable(self) -> dict[str, Hashable]:
        return {field: tuple(value) if isinstance(value, list) else value for field, value in vars(self.req).items()}

    @cached_property
    def excluded(self) -> set[str]:
        """Providers that the user rules out."""
        return members(self.req.excluded_providers)

    @cached_property
    def listed(self) -> set[str]:
        """The only providers that will do; empty where all do."""
        return members(self.req.preferred_providers) if self.req.only_preferred else set()

    @cached_property
    def allowed(self) -> Mask:
        """Priced offers of providers that the user accepts, wherever they are."""
        c = self.columns
        found = c.priced & ~np.isin(c.provider, list(self.excluded)) if self.excluded else c.priced
        return found & (self.of_listed[c.model_of] | self.at_listed) if self.listed else found

    @cached_property
    def of_listed(self) -> Mask:
        """Models that one of the only providers that will do has made."""
        return np.isin(self.columns.maker, list(self.listed))

    @cached_property
    def at_listed(self) -> Mask:
        """Offers of clouds and hosts among the only providers that will do; a lab stands for what it makes itself."""
        labs = set(self.columns.maker) - {cloud for clouds in SAME.values() for cloud in clouds}
        return np.isin(self.columns.provider, list(self.listed - labs))

    @cached_property
    def admitted(self) -> Mask:
        """Offers that meet the residency and provider constraints. Where a model's maker, or a cloud that it names,
        serves it, resellers are left out: terms, precision and support are then those of the maker."""
        return _admitted(self.columns, self.key(OFFERS))

    @cached_property
    def right_kind(self) -> Mask:
        """Models of the kind that the task needs: chat, embedding or transcription."""
        return self.columns.of_kind(KINDS.get(self.req.task or "", "chat"))

    @cached_property
    def own(self) -> Mask:
        """Models that the user can run: open weights of a known size where that is an option, small ones anywhere."""
        if hosting.needs_own_machine(self.req):
            return self.columns.open
        large = ~np.isnan(self.columns.size) & (self.req.deployment == "any")
        return np.asarray(self.columns.open & (self.columns.runs_anywhere | large))


@lru_cache(maxsize=256)
def _admitted(columns: Columns, values: tuple[Any, ...]) -> Mask:
    """`Case.admitted` for the facts that it reads, by their values."""
    case = Case(columns, Requirements.model_construct(**dict(zip(OFFERS, values, strict=True))))
    found = case.allowed
    if case.req.data_residency in REGIONS:
        found = found & columns.within[case.req.data_residency]
    if not case.req.official_provider_only:
        has_official = columns.any_offer(found & columns.first_party)
        return found & (columns.first_party | ~has_official[columns.model_of])
    return found & columns.first_party


class Rule(NamedTuple):
    """One constraint: which models break it, and why one of them does. `hard` rules are no wish of the user.

    `broken` may look at the facts in `reads` alone: whoever shares them shares its result.
    """

    field: str
    broken: Callable[[Case], Mask]
    why: Callable[[Case, int], str]
    reads: tuple[str, ...] = ()
    hard: bool = False


def _none(case: Case) -> Mask:
    return np.zeros(len(case.columns.models), dtype=bool)


def _kind(case: Case) -> Mask:
    return ~case.right_kind


def _why_kind(case: Case, row: int) -> str:
    return f"is made for {case.columns.kind[row]}, the task needs {KINDS.get(case.req.task or '', 'chat')}"


def _gone(case: Case) -> Mask:
    """Retired, unless the user runs it: open weights stay when their hosts withdraw them."""
    gone = case.columns.gone
    return gone & ~case.columns.open if hosting.needs_own_machine(case.req) else gone


def _why_gone(case: Case, row: int) -> str:
    retired = case.columns.models[row].retired
    return f"retired or to be retired on {retired}" if retired else "retired or announced to be"


def _why_excluded(case: Case, row: int) -> str:
    return f"made by {case.columns.maker[row]}, which is excluded"


def _excluded_maker(case: Case) -> Mask:
    return np.isin(case.columns.maker, list(case.excluded)) if case.excluded else _none(case)


def _not_listed(case: Case) -> Mask:
    """Neither made nor sold by one of the only providers that will do."""
    if not case.listed:
        return _none(case)
    return ~case.of_listed & ~case.columns.any_offer(case.at_listed)


def _unsold(case: Case) -> Mask:
    """Nobody sells it at a known price, wherever, and it cannot be run either."""
    return ~case.columns.any_offer(case.allowed) & ~case.own


def _elsewhere(case: Case) -> Mask:
    """Sold, but not where the data must stay."""
    if case.req.data_residency not in REGIONS:
        return _none(case)
    inside = case.allowed & case.columns.within[case.req.data_residency]
    return ~case.columns.any_offer(inside) & ~case.own


def _resold(case: Case) -> Mask:
    """Sold where the user wants it, but not by its maker or a cloud that the maker names."""
    return ~case.columns.any_offer(case.admitted) & ~case.own if case.req.official_provider_only else _none(case)


def _modality(case: Case) -> Mask:
    found = _none(case)
    for kind in case.req.input_modalities:
        if kind != "text":
            found |= ~case.columns.reads[kind]
    return found


def _why_modality(case: Case, row: int) -> str:
    lacking = [m for m in case.req.input_modalities if m != "text" and not case.columns.reads[m][row]]
    return f"does not read {' or '.join(lacking)}"


def window_needed(req: Requirements) -> float:
    """Tokens that a request needs, as stated."""
    return max(req.min_context_tokens or 0, (req.input_tokens_per_request or 0) + (req.output_tokens_per_request or 0))


def _window(case: Case) -> Mask:
    need = window_needed(case.req)
    return case.columns.window < need if need else _none(case)  # an unknown window is not too small


def _why_window(case: Case, row: int) -> str:
    return f"context window of {case.columns.window[row]:,.0f} tokens, {window_needed(case.req):,.0f} needed"


def _closed(case: Case) -> Mask:
    return ~case.columns.open if case.req.open_weights_required else _none(case)


def _not_runnable(case: Case) -> Mask:
    return ~case.columns.open if hosting.needs_own_machine(case.req) else _none(case)


def _licence(case: Case) -> Mask:
    strict = case.req.commercial_license_required or hosting.needs_own_machine(case.req)
    return case.columns.licence == "non_commercial" if strict else _none(case)


def _memory(case: Case) -> Mask:
    limit = hosting.memory_limit(case.req)
    if limit is None:
        return _none(case)
    need = hosting.memory(case.columns.size, case.req)
    return ~(need <= limit) & case.columns.open


def _why_memory(case: Case, row: int) -> str:
    need, limit = hosting.memory(case.columns.size, case.req)[row], hosting.memory_limit(case.req)
    if np.isnan(need):
        return "its size is not known, so whether it fits the hardware is not either"
    return f"needs about {need:,.0f} GB of memory, {limit:g} GB there"


def _lacks(flag: str) -> Rule:
    attribute, words = FLAGS[flag]

    def broken(case: Case) -> Mask:
        return case.columns.lacks[attribute] if getattr(case.req, flag) else _none(case)

    return Rule(flag, broken, lambda case, row: f"no {words}", (flag,))


def _says(words: str) -> Callable[[Case, int], str]:
    return lambda case, row: words


def _why_elsewhere(case: Case, row: int) -> str:
    return f"no offer is known that keeps data in the {str(case.req.data_residency).upper()}"


RULES = (
    Rule("task", _kind, _why_kind, ("task",), hard=True),
    Rule("official", lambda case: ~case.columns.official, _says("a community fine-tune or merge"), hard=True),
    Rule("retired", _gone, _why_gone, OWN, hard=True),
    Rule(
        "rolling_alias",
        lambda case: case.columns.rolling,
        _says("a rolling alias: it names different models over time"),
        hard=True,
    ),
    Rule("excluded_providers", _excluded_maker, _why_excluded, ("excluded_providers",)),
    Rule("preferred_providers", _not_listed, _says("none of the only providers that will do offers it"), PROVIDERS),
    Rule(
        "availability",
        _unsold,
        _says("no offer with a price is known that meets the constraints"),
        (*PROVIDERS, *OWN),
        hard=True,
    ),
    Rule("data_residency", _elsewhere, _why_elsewhere, (*PROVIDERS, *OWN)),
    Rule("official_provider_only", _resold, _says("only resellers offer it"), (*OFFERS, "deployment")),
    Rule("input_modalities", _modality, _why_modality, ("input_modalities",)),
    Rule("min_context_tokens", _window, _why_window, LENGTHS),
    Rule("open_weights_required", _closed, _says("its weights are not open"), ("open_weights_required",)),
    Rule("deployment", _not_runnable, _says("its weights are not open, so it cannot run on your own hardware"), OWN),
    Rule(
        "commercial_license_required",
        _licence,
        _says("its licence forbids commercial use"),
        ("commercial_license_required", *OWN),
    ),
    Rule("gpu_memory_gb", _memory, _why_memory, ("gpu_memory_gb", "deployment", *LENGTHS)),
    *map(_lacks, FLAGS),
    Rule(
        "evidence",
        lambda case: case.columns.thin,
        _says(f"fewer than {LEAST_FIGURES} published figures to go by"),
        hard=True,
    ),
    Rule(
        "independent_evidence",
        lambda case: case.columns.unchecked,
        _says("only its maker's own figures are published"),
        hard=True,
    ),
)
BY_LENGTH = tuple(n for n, rule in enumerate(RULES) if set(rule.reads) & set(LENGTHS))
READ = tuple(sorted({field for n, rule in enumerate(RULES) if n not in BY_LENGTH for field in rule.reads}))


def broken(case: Case) -> Mask:
    """Which rule (rows, as in RULES) each model (columns) breaks."""
    return np.stack([_broken(case.columns, n, case.key(rule.reads)) for n, rule in enumerate(RULES)])


def ruled_out(case: Case) -> Mask:
    """The models that break a rule, whichever it is."""
    found = _ruled_out(case.columns, case.key(READ))
    for number in BY_LENGTH:
        found = found | _broken(case.columns, number, case.key(RULES[number].reads))
    return found


@lru_cache(maxsize=1024)
def _ruled_out(columns: Columns, values: tuple[Any, ...]) -> Mask:
    """The models that break a rule that reads no lengths, by the values of what the rules read: lengths differ from one
    use case to the next, the rest is often the same."""
    known = dict(zip(READ, values, strict=True))
    found = np.zeros(len(columns.models), dtype=bool)
    for number, rule in enumerate(RULES):
        if number not in BY_LENGTH:
            found |= _broken(columns, number, tuple(map(known.__getitem__, rule.reads)))
    found.flags.writeable = False
    return found


@lru_cache(maxsize=1024)
def _broken(columns: Columns, number: int, values: tuple[Any, ...]) -> Mask:
    """The models that break a rule, by its number and what it reads. Most of two use cases is the same, and the
    question engine tries dozens for one question. The rule sees nothing but what it reads."""
    rule = RULES[number]
    found = rule.broken(Case(columns, Requirements.model_construct(**dict(zip(rule.reads, values, strict=True)))))
    found.flags.writeable = False
    return found
