"""Events of a session become what the page shows."""

from __future__ import annotations

from advisor.schema import Event, Question, Shortlist, UseCase
from advisor.trial.schema import Plan, TrialProgress, TrialResult
from ui.view import View, apply, restored

QUESTION = Question(
    field="deployment", question="Where should it run?", why="Only open models can move.", choices=["A", "B"]
)
PLAN = Plan(candidates=["e/a", "e/b"], prompts=["Hello"])


def shown(*events: Event) -> View:
    view = View()
    for event in events:
        apply(view, event)
    return view


def texts(view: View) -> list[str]:
    return [m["content"] for m in view.messages]


def test_a_question_carries_its_answers_to_click() -> None:
    view = shown(Event(kind="question", data=QUESTION))
    assert view.messages[-1]["options"] == [{"value": "A", "label": "A"}, {"value": "B", "label": "B"}]
    assert "Only open models" in texts(view)[-1]


def test_tokens_grow_one_message_that_the_whole_one_replaces() -> None:
    view = shown(*(Event(kind="token", text=t) for t in ("Hel", "lo")))
    assert texts(view) == ["Hello"]
    apply(view, Event(kind="message", text="Hello, world."))
    assert texts(view) == ["Hello, world."]


def test_each_part_is_kept() -> None:
    case, found = UseCase(text="x"), Shortlist()
    progress = TrialProgress(trial_id="t", stage="judging", done=1, total=2)
    view = shown(
        Event(kind="status", text="Reading"), Event(kind="facts", data=case), Event(kind="candidates", data=found),
        Event(kind="trial_progress", data=progress), Event(kind="benchmarks", data=[]),
        Event(kind="trial_plan", data={"plan": PLAN.model_dump(mode="json"), "estimate": None}),
    )  # fmt: skip
    assert (view.status, view.use_case, view.shortlist, view.progress) == ("Reading", case, found, progress)
    assert view.plan == PLAN and view.estimate is None


def test_a_decision_brings_the_result() -> None:
    result = TrialResult(trial_id="t", standings=[], winner="e/a")
    view = shown(Event(kind="decision", data={"markdown": "#", "html": "", "json": {"result": result.model_dump()}}))
    assert view.result == result


def test_an_error_is_told_once_and_ends_the_progress() -> None:
    running = TrialProgress(trial_id="t", stage="judging", done=1, total=2)
    view = shown(Event(kind="trial_progress", data=running), Event(kind="error", text="No key: set it."))
    assert texts(view) == ["⚠️ No key: set it."] and view.progress is None
    apply(view, Event(kind="message", text="The trial could not run. No key: set it."))
    assert texts(view) == ["The trial could not run. No key: set it."]


def test_an_error_stays_before_a_message_on_something_else() -> None:
    view = shown(Event(kind="error", text="No key: set it."), Event(kind="message", text="Hello"))
    assert len(view.messages) == 2


def test_a_conversation_opens_again_with_its_open_question_once() -> None:
    pending = Event(kind="question", text=QUESTION.question, data=QUESTION)
    said = f"{QUESTION.question}\n\n*{QUESTION.why}*"
    view = restored({"transcript": [("user", "Hi"), ("assistant", said)], "plan": PLAN}, pending)
    assert [m["role"] for m in view.messages] == ["user", "assistant"]
    assert view.messages[-1]["options"] and view.plan == PLAN


def test_a_new_conversation_is_empty() -> None:
    view = restored({}, None)
    assert view.messages == [] and view.shortlist is None and view.status == ""
