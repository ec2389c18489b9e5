"""What a page shows of a conversation: events go in, the view comes out. Imports no gradio, so tests need none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from advisor import wording
from advisor.schema import Event, Question, RankedBenchmark, Shortlist, UseCase
from advisor.trial.schema import Plan, TrialEstimate, TrialProgress, TrialResult

Message = dict[str, Any]
WARNING = "⚠️ "


@dataclass
class View:
    """One conversation as shown. `status` is what goes on now, empty when the advisor waits, `steps` how
    much of it is done, of how much."""

    messages: list[Message] = field(default_factory=list)
    status: str = ""
    steps: tuple[int, int] | None = None
    use_case: UseCase | None = None
    benchmarks: list[RankedBenchmark] = field(default_factory=list)
    shortlist: Shortlist | None = None
    plan: Plan | None = None
    estimate: TrialEstimate | None = None
    progress: TrialProgress | None = None
    result: TrialResult | None = None
    decision: dict[str, Any] | None = None

    def say(self, role: str, text: str, options: list[str] | None = None) -> None:
        """Add a message; `options` are answers to click."""
        message: Message = {"role": role, "content": text}
        if options:
            message["options"] = [{"value": o, "label": o} for o in options]
        self.messages.append(message)


def restored(state: dict[str, Any], pending: Event | None) -> View:
    """The view of a conversation that was opened again."""
    view = View(
        use_case=state.get("use_case"),
        benchmarks=state.get("benchmarks") or [],
        shortlist=state.get("shortlist"),
        plan=state.get("plan"),
        estimate=state.get("estimate"),
        result=state.get("result"),
        decision=state.get("decision"),
    )
    waiting = wording.question(pending.data) if pending and pending.kind == "question" else None
    for role, text in state.get("transcript", []):
        if text != waiting:
            view.say(role, text)
    if pending:
        apply(view, pending)
    return view


def apply(view: View, event: Event) -> View:
    """Put one event into the view."""
    HANDLERS[event.kind](view, event)
    return view


def _status(view: View, event: Event) -> None:
    view.status, view.steps = event.text, event.data


def _token(view: View, event: Event) -> None:
    if not view.messages or view.messages[-1].get("id") != "streaming":
        view.messages.append({"role": "assistant", "content": "", "id": "streaming"})
    view.messages[-1]["content"] += event.text


def _message(view: View, event: Event) -> None:
    last = view.messages[-1] if view.messages else {}
    told_again = last.get("id") == "error" and last["content"].removeprefix(WARNING) in event.text
    if last.get("id") == "streaming" or told_again:
        view.messages.pop()
    view.say("assistant", event.text)


def _question(view: View, event: Event) -> None:
    asked: Question = event.data
    view.say("assistant", wording.question(asked), asked.choices)


def _trial_plan(view: View, event: Event) -> None:
    view.plan = Plan.model_validate(event.data["plan"]) if event.data.get("plan") else None
    view.estimate = TrialEstimate.model_validate(event.data["estimate"]) if event.data.get("estimate") else None


def _decision(view: View, event: Event) -> None:
    view.decision = event.data
    found = event.data["json"].get("result")
    view.result = TrialResult.model_validate(found) if found else None


def _error(view: View, event: Event) -> None:
    view.messages.append({"role": "assistant", "content": f"{WARNING}{event.text}", "id": "error"})
    view.progress = None


def _keep(name: str) -> Any:
    def handler(view: View, event: Event) -> None:
        setattr(view, name, event.data)

    return handler


HANDLERS: dict[str, Any] = {
    "status": _status,
    "token": _token,
    "message": _message,
    "question": _question,
    "trial_plan": _trial_plan,
    "decision": _decision,
    "error": _error,
    "facts": _keep("use_case"),
    "benchmarks": _keep("benchmarks"),
    "candidates": _keep("shortlist"),
    "trial_progress": _keep("progress"),
}
