"""The nouns of a trial: plan, prompt, answer, verdict, standing, result. Pure data."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Protocol = Literal["rubric", "pairwise", "reference", "checklist"]
Design = Literal["full", "adaptive"]
Side = Literal["A", "B", "tie"]


class Endpoint(BaseModel):
    """An OpenAI-compatible endpoint. The key itself is never here: only the variable that holds it."""

    model_config = ConfigDict(extra="forbid")

    base_url: str
    api_key_env: str | None = None
    model: str | None = Field(None, description="speaks and judges by default where the settings use an endpoint")

    @field_validator("base_url")
    @classmethod
    def _without_password(cls, value: str) -> str:
        if "@" in value.partition("://")[2].partition("/")[0]:
            raise ValueError("holds a user name or password: put the key into a variable named by api_key_env")
        return value


class Message(BaseModel):
    """One turn of a multi-turn prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


class Prompt(BaseModel):
    """One item of the trial. Either `prompt` or `messages`; `outputs` holds answers that already exist."""

    id: str
    prompt: str = ""
    messages: list[Message] = []
    system: str | None = None
    reference: str | None = None
    weight: float = Field(1.0, gt=0)
    vars: dict[str, Any] = {}
    outputs: dict[str, str] = {}


class Criterion(BaseModel):
    """One line of a rubric, with words for its worst and best level."""

    name: str
    description: str = ""
    worst: str = ""
    best: str = ""
    weight: float = 1.0


class JudgeSpec(BaseModel):
    """Who judges and how."""

    model_config = ConfigDict(extra="forbid")

    models: list[str] = []
    protocol: Protocol = "pairwise"
    method: Literal["auto", "reason", "probability"] = "auto"
    rubric: list[Criterion] = []
    instructions: str = ""
    examine: bool = True


class Metric(BaseModel):
    """An outcome metric: `kind` names the function, `options` are its settings, `threshold` the pass mark."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    name: str = ""
    options: dict[str, Any] = {}
    threshold: float | None = None


class Limits(BaseModel):
    """Caps. None is no cap. `concurrency` counts calls in flight over all endpoints together."""

    model_config = ConfigDict(extra="forbid")

    concurrency: int = Field(8, ge=1)
    calls: int | None = Field(None, ge=0)
    tokens: int | None = Field(None, ge=0)
    money_usd: float | None = Field(None, ge=0)
    minutes: float | None = Field(None, ge=0)
    call_seconds: float = Field(120, gt=0)
    per_endpoint: int | None = Field(None, ge=1)
    per_model: int | None = Field(None, ge=1)


class Plan(BaseModel):
    """What `advisor trial run FILE` reads, YAML or JSON. A model is `endpoint/model`; `local/...` is embedded."""

    model_config = ConfigDict(extra="forbid")

    name: str = "trial"
    use_case: str = ""
    endpoints: dict[str, Endpoint] = {}
    candidates: list[str] = Field(min_length=1)
    judge: JudgeSpec = JudgeSpec()
    prompts: str | list[Prompt | str] = Field(description="a file beside the plan, or an inline list")
    metrics: list[Metric | str] = []
    deciding: str = "judge"
    design: Design = "full"
    confidence: float = Field(0.95, gt=0.5, lt=1)
    margin: float = Field(0.05, ge=0, lt=1, description="adaptive: how far behind the best a named winner may be")
    prior: dict[str, float] = Field({}, description="adaptive: model -> expected win rate, as from leaderboards")
    prior_prompts: float = Field(4, ge=0, description="adaptive: how many prompts the prior counts as")
    samples: int = Field(1, ge=1)
    max_tokens: int = Field(512, ge=1)
    temperature: float = 0.0
    limits: Limits = Limits()
    seed: int = 0
    system: str | None = Field(None, description="system prompt of every prompt that has none of its own")
    params: dict[str, dict[str, Any]] = Field({}, description="model -> request parameters of its own")
    prices: dict[str, tuple[float, float]] = Field({}, description="model -> US dollars per million tokens in, out")
    allow_code: bool = Field(False, description="lets `python` metrics run; the settings must allow it too")


class Verdict(BaseModel):
    """One judgement. Pairwise: `model_b` is set and `winner` speaks of model_a / model_b whatever the order
    shown. Otherwise `score` is 0 to 1. Unscored: neither is set and `reason` says why."""

    item: str
    judge: str
    model_a: str
    model_b: str | None = None
    order: Literal["ab", "ba", "single"] = "single"
    winner: Side | None = None
    p_a: float | None = None
    score: float | None = None
    reason: str = ""
    attack: bool = False


class Standing(BaseModel):
    """A candidate's place: `score` 0 to 1 (mean score, or win rate against the field) with its interval."""

    model: str
    score: float | None
    low: float | None
    high: float | None
    n: int
    unscored: int = 0
    metrics: dict[str, float | None] = {}
    dropped: str = Field("", description="why an adaptive design stopped asking for it")


class Unscored(BaseModel):
    """An item that has no score, and why."""

    item: str
    reason: str


class TrialEstimate(BaseModel):
    """What a plan will take, before it starts. Money is None where a price is not known."""

    calls_candidate: int
    calls_judge: int
    tokens: int
    money_usd: float | None
    seconds: float | None
    notes: list[str] = []


class TrialProgress(BaseModel):
    """A running trial, as it stands now."""

    trial_id: str
    stage: str
    done: int
    total: int
    cost_usd: float | None = None
    seconds: float = 0.0
    seconds_left: float | None = None
    standings: list[Standing] = []
    note: str = ""


class TrialResult(BaseModel):
    """What `advisor trial run --json` prints."""

    trial_id: str
    name: str = ""
    standings: list[Standing]
    winner: str | None = None
    tied: list[str] = []
    stop_reason: str = ""
    calls: dict[str, int] = {"candidate": 0, "judge": 0}
    requests: dict[str, int] = Field({}, description="of this run: answered, failed, and taken from the journal")
    tokens: dict[str, int] = {}
    cost_usd: float | None = None
    seconds: float = 0.0
    unscored: list[Unscored] = []
    examination: dict[str, Any] = {}
    statement: str = Field("", description="one paragraph a manager understands")
    settle: str = Field("", description="what it would take to settle an open comparison")
    win_matrix: dict[str, dict[str, float | None]] = {}
    judge_notes: list[str] = Field([], description="biases on this data and what human labels say, a sentence each")
    warnings: list[str] = []
