"""The nouns of the product. Pure data: no I/O, no heavy imports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Task = Literal[
    "chat_assistant", "customer_support", "classification", "extraction", "summarization", "rag_qa",
    "coding_assistant", "coding_agent", "agentic_tool_use", "translation", "writing", "data_analysis_sql",
    "math_reasoning", "document_vision", "embedding_search", "speech", "moderation",
]  # fmt: skip
Domain = Literal[
    "general", "legal", "medical", "finance", "software", "education", "retail", "telecom", "government",
    "media", "science", "manufacturing", "hr", "insurance", "travel", "gaming",
]  # fmt: skip
Modality = Literal["text", "image", "pdf", "audio", "video"]
Deployment = Literal["api", "self_hosted", "on_device", "any"]
Residency = Literal["eu", "us", "uk", "on_prem", "other", "none"]
Priority = Literal["quality", "cost", "speed", "balanced"]

TASKS: tuple[str, ...] = get_args(Task)
DOMAINS: tuple[str, ...] = get_args(Domain)


class Requirements(BaseModel):
    """What a use case asks of a model. None (or an empty list) means: not stated.

    Money is US dollars a month, times are seconds, windows and lengths are tokens, memory is gigabytes.
    Languages are ISO 639-1 codes, providers lower-case makers ("openai", "deepseek").
    """

    model_config = ConfigDict(extra="forbid")

    task: Task | None = None
    secondary_tasks: list[Task] = []
    domain: Domain | None = None
    languages: list[str] = []
    monthly_requests: float | None = Field(None, ge=0)
    input_tokens_per_request: float | None = Field(None, ge=0)
    output_tokens_per_request: float | None = Field(None, ge=0)
    monthly_budget_usd: float | None = Field(None, ge=0)
    max_latency_seconds: float | None = Field(None, ge=0)
    batch_ok: bool | None = None
    min_context_tokens: float | None = Field(None, ge=0)
    input_modalities: list[Modality] = []
    deployment: Deployment | None = None
    gpu_memory_gb: float | None = Field(None, ge=0)
    data_residency: Residency | None = None
    open_weights_required: bool | None = None
    commercial_license_required: bool | None = None
    official_provider_only: bool | None = None
    needs_tool_calling: bool | None = None
    needs_structured_output: bool | None = None
    needs_reasoning: bool | None = None
    needs_fine_tuning: bool | None = None
    excluded_providers: list[str] = []
    preferred_providers: list[str] = []
    outcome_metric: str | None = None
    priority: Priority | None = None
    only_preferred: bool = Field(False, exclude=True, description="nothing but the preferred providers will do")

    def stated(self) -> dict[str, Any]:
        """Only the fields that carry a value."""
        return {k: v for k, v in self.model_dump(mode="json").items() if v is not None and v != []}


FIELDS: tuple[str, ...] = tuple(name for name in Requirements.model_fields if name != "only_preferred")
FactOrigin = Literal["stated", "answered", "edited", "computed", "assumed"]


class Fact(BaseModel):
    """One requirement with the user's words that it came from (`quote`), or the reason for an assumption. `only` says
    of preferred providers that no others will do."""

    field: str
    value: Any
    quote: str = ""
    origin: FactOrigin = "stated"
    note: str = Field("", description="arithmetic or reading, e.g. '900 a week x 30/7'")
    only: bool = False


def values(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Facts as the fields of `Requirements`."""
    only = {"only_preferred": True} if "preferred_providers" in facts and facts["preferred_providers"].only else {}
    return {name: fact.value for name, fact in facts.items()} | only


class UseCase(BaseModel):
    """A business use case as understood so far. `facts` holds what the user said, `unknown` what they
    said they cannot answer; `assumptions` are defaults that the advice rests on and the user can correct."""

    text: str = ""
    facts: dict[str, Fact] = {}
    assumptions: dict[str, Fact] = {}
    unknown: list[str] = []
    language: str = "en"

    def requirements(self, *, with_assumptions: bool = False) -> Requirements:
        """The facts as typed requirements; assumptions fill the gaps if asked for."""
        merged = dict(self.assumptions) if with_assumptions else {}
        merged |= self.facts
        return Requirements.model_validate(values(merged))


class Question(BaseModel):
    """The next question of the interview. `also` names further fields that the same question asks for;
    `expected_change` is the expected share of the shortlist that its answer would replace, 0 to 1."""

    field: str
    also: list[str] = []
    question: str
    why: str = ""
    choices: list[str] = []
    expected_change: float = 0.0

    @property
    def fields(self) -> list[str]:
        """All fields that it asks for."""
        return [self.field, *self.also]

    @property
    def key(self) -> str:
        """One name for the question, by its fields."""
        return "+".join(self.fields)


class Evidence(BaseModel):
    """A published figure beside a candidate, as its source prints it."""

    benchmark: str
    benchmark_id: str = ""
    value: float
    unit: str
    source: str
    date: dt.date
    url: str
    raw_name: str = ""
    config: str = ""
    kind: str = "independent"
    low: float | None = None
    high: float | None = None
    limits: list[str] = []


class Estimate(BaseModel):
    """An estimate with its interval, and in words what it means."""

    mean: float
    low: float
    high: float
    meaning: str


class Cost(BaseModel):
    """Expected monthly cost in US dollars. None where no price is known. `basis` shows the arithmetic."""

    expected: float | None
    low: float | None = None
    high: float | None = None
    basis: str
    provider: str = ""
    source: str = ""
    date: dt.date | None = None
    url: str = ""


class RankedBenchmark(BaseModel):
    """A benchmark ranked for a text: `score` and `relevance` are 0 to 1."""

    id: str
    name: str
    score: float
    relevance: float = 0.0
    why: str = ""
    limits: list[str] = []
    sources: list[str] = []


class Candidate(BaseModel):
    """A model on the shortlist. `roles` say why it is there: best quality, best value, open weights, ..."""

    model_id: str
    name: str
    provider: str
    roles: list[str] = []
    quality: Estimate
    monthly_cost_usd: Cost
    basics: dict[str, Any] = {}
    evidence: list[Evidence] = []
    reasons: list[str] = []
    caveats: list[str] = []
    pareto: bool = False


class Exclusion(BaseModel):
    """A model that a hard constraint rules out, why, and the id of the nearest model that passes."""

    model_id: str
    reason: str
    field: str = ""
    nearest: str = ""


class Shortlist(BaseModel):
    """Candidates for a use case, and all that led to them."""

    candidates: list[Candidate] = []
    others: list[Candidate] = Field([], description="passed the constraints, not chosen; best first")
    excluded: list[Exclusion] = []
    excluded_by: dict[str, int] = Field({}, description="how many models each constraint rules out, most first")
    benchmarks: list[RankedBenchmark] = []
    relaxations: list[str] = Field([], description="where nothing passes: the smallest change that lets one pass")
    sensitivity: list[str] = []
    weights: dict[str, float] = Field({}, description="boards that decide the quality, the weightiest first")
    considered: int = 0
    snapshot_date: dt.date | None = None


class Citation(BaseModel):
    """Where an answer's statement comes from."""

    source: str
    url: str = ""
    date: str = ""
    title: str = ""


class Answer(BaseModel):
    """An answer to a question on benchmarks, models or evaluation."""

    answer: str
    citations: list[Citation] = []


EventKind = Literal[
    "status", "token", "message", "facts", "question", "benchmarks", "candidates",
    "trial_plan", "trial_progress", "decision", "error",
]  # fmt: skip


class Event(BaseModel):
    """One thing that a session tells its user interface.

    kind / what it carries: `status` text of what goes on now, data = (done, total) where known; `token` text, a
    piece of the message under way; `message` text, a whole assistant message in Markdown (replaces the tokens before
    it); `facts` data = UseCase; `question` data = Question; `benchmarks` data = list[RankedBenchmark]; `candidates`
    data = Shortlist; `trial_plan` data = {plan, estimate}; `trial_progress` data = TrialProgress;
    `decision` data = {"markdown", "json"}; `error` text, one sentence that says what to do.
    """

    kind: EventKind
    text: str = ""
    data: Any = None
