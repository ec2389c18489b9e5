"""From a plan file to all that a run needs: prompts, routes to the models, the trial's id."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from advisor.errors import BadInput
from advisor.hostile_data import parse_json, sane
from advisor.trial.client import Route
from advisor.trial.prompts_io import decode, load_prompts
from advisor.trial.schema import Plan, Prompt
from advisor.users.strangers import check_plan

if TYPE_CHECKING:
    from advisor.settings import Settings

MAX_PLAN_BYTES = 16 * 2**20
LOCAL_PREFIX = "local/"
NOT_PART_OF_THE_ID = {"limits", "endpoints", "prompts", "prices"}
PART_IF_SET = {"margin", "prior", "prior_prompts"}


@dataclass
class Setup:
    """A plan that is ready to run."""

    plan: Plan
    prompts: list[Prompt]
    trial_id: str
    routes: dict[str, Route]
    warnings: list[str] = field(default_factory=list)
    stop_local: list[Callable[[], None]] = field(default_factory=list)

    @property
    def by_id(self) -> dict[str, Prompt]:
        """The prompts by their id."""
        return {p.id: p for p in self.prompts}


def load_plan(file: Path | str) -> Plan:
    """Read a plan, YAML or JSON. Endpoints and prompts are not looked at yet.

    A plan that does not say whether the judge is examined runs without: the examination costs calls that
    the author of a plan file did not ask for.

    Raises:
        BadInput: the file is missing or not a plan; the field is named.
    """
    file = Path(file)
    if not file.is_file():
        raise BadInput(f"There is no plan {file}.")
    if file.stat().st_size > MAX_PLAN_BYTES:
        raise BadInput(f"{file} is larger than {MAX_PLAN_BYTES // 2**20} MB: put the prompts into a file of their own.")
    plan = plan_of(_parse(decode(file.read_bytes())[0], file))
    if isinstance(plan.prompts, str) and "\n" not in plan.prompts.strip():
        plan = plan.model_copy(update={"prompts": str(file.absolute().parent / plan.prompts)})
    return plan


def plan_of(data: Any) -> Plan:
    """A plan from plain data.

    Raises:
        BadInput: a field is missing, unknown or out of range.
    """
    if not isinstance(data, dict):
        raise BadInput("A plan is a mapping with at least 'candidates' and 'prompts'.")
    data = sane(data, "The plan")
    judge = data.get("judge")
    if isinstance(judge, str):
        judge = {"models": [judge]}
    if isinstance(judge, dict):
        judge = {"examine": False, **judge}
    try:
        return Plan.model_validate({**data, "judge": judge if judge is not None else {"examine": False}})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"The plan is not usable: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error


def _parse(text: str, file: Path) -> Any:
    if file.suffix.lower() == ".json":
        try:
            return parse_json(text)
        except ValueError as error:
            raise BadInput(f"{file} is not valid JSON: {error}.") from error
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise BadInput(f"{file} is not valid YAML: {' '.join(str(error).split())}.") from error


def prepare(plan: Plan, settings: Settings) -> Setup:
    """Load the prompts and settle who judges; nothing is sent and no local model is started.

    Raises:
        BadInput: prompts, candidates or the deciding metric don't fit together.
    """
    check_plan(plan, settings)
    loaded = load_prompts(plan.prompts)
    if len(set(plan.candidates)) < len(plan.candidates):
        raise BadInput("A candidate is named twice: name each model once.")
    if strangers := sorted(set(plan.prior) - set(plan.candidates)):
        raise BadInput(
            f"The prior speaks of {', '.join(strangers)}, which is no candidate: name only candidates there."
        )
    plan = _with_judge(plan, settings)
    warnings = list(loaded.warnings)
    if plan.samples > 1 and plan.temperature == 0:
        warnings.append("Several samples at temperature 0 are mostly copies: set a temperature.")
    return Setup(plan, loaded.prompts, trial_id(plan, loaded.prompts), {}, warnings)


def _with_judge(plan: Plan, settings: Settings) -> Plan:
    """Fill in the judge from the settings where a judge is needed and none is named."""
    names = {m if isinstance(m, str) else m.name or m.kind for m in plan.metrics}
    if plan.deciding != "judge" and plan.deciding not in names:
        raise BadInput(f"The deciding metric {plan.deciding!r} is not among the metrics: {', '.join(names) or 'none'}.")
    if plan.judge.models or plan.deciding != "judge":
        return plan
    from advisor.endpoints.routes import default_model

    chosen = default_model("judge", settings)
    return plan.model_copy(update={"judge": plan.judge.model_copy(update={"models": [chosen]})})


def trial_id(plan: Plan, prompts: list[Prompt]) -> str:
    """A name that the same plan on the same prompts always gets, so that a run can be found again. Caps,
    prices and addresses may change between run and resume."""
    unset = {name for name in PART_IF_SET if getattr(plan, name) == Plan.model_fields[name].default}
    what = plan.model_dump(mode="json", exclude=NOT_PART_OF_THE_ID | unset)
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode())
    for prompt in prompts:
        digest.update(prompt.model_dump_json().encode("utf-8", "surrogatepass"))
    slug = re.sub(r"[^a-z0-9]+", "-", plan.name.lower()).strip("-")[:40] or "trial"
    return f"{slug}-{digest.hexdigest()[:10]}"


def trial_named(name: str, settings: Settings) -> str:
    """The id of a trial that is named by its id or by the file of its plan.

    Raises:
        BadInput: the file is no usable plan.
    """
    return prepare(load_plan(name), settings).trial_id if Path(name).is_file() else name


def connect(setup: Setup, settings: Settings) -> None:
    """Find the way to every model that has to be asked; embedded models are started.

    Raises:
        BadInput: an endpoint or model is not known.
        NotAvailable: a key is missing or a local model cannot start.
    """
    from advisor.endpoints.routes import resolve

    plan = setup.plan
    asked = [m for m in plan.candidates if any(m not in p.outputs for p in setup.prompts)]
    for name in dict.fromkeys([*asked, *plan.judge.models]):
        if name.startswith(LOCAL_PREFIX):
            _stop_afterwards(name.removeprefix(LOCAL_PREFIX), setup)
        found = resolve(name, settings, plan.endpoints)
        setup.routes[name] = Route(
            name,
            found.endpoint,
            found.base_url,
            found.model,
            identity=local_identity(settings) if found.is_local else found.base_url,
            api_key=found.api_key.get_secret_value(),
            price=price_at(name, plan, settings),
            slots=_local_slots() if found.is_local else None,
        )


def price_at(name: str, plan: Plan, settings: Settings) -> tuple[float, float] | None:
    """US dollars per million tokens (in, out) of a model of the plan; None where no price is known."""
    if name in plan.prices:
        return plan.prices[name]
    if name.startswith(LOCAL_PREFIX):
        return 0.0, 0.0
    from advisor.endpoints.routes import OPENAI_URL, OPENROUTER_URL, split
    from advisor.trial.pricing import price_of

    endpoint, model = split(name)
    own = {"openai": settings.openai_base_url or OPENAI_URL, "openrouter": OPENROUTER_URL}
    known = {n: e.base_url for n, e in {**settings.endpoints, **plan.endpoints}.items()}
    url = known.get(endpoint) or own.get(endpoint)
    return price_of(url, model) if url else None


def local_identity(settings: Settings) -> str:
    """Embedded models by their weights: the port changes with every start."""
    return LOCAL_PREFIX + (settings.weights or "")


def _local_slots() -> int:
    from advisor.endpoints.local import SLOTS

    return SLOTS


def _stop_afterwards(model: str, setup: Setup) -> None:
    """Remember to stop an embedded model that runs only for this trial."""
    from advisor.endpoints import local

    if model not in local.running():
        setup.stop_local.append(lambda: local.stop(model))
