"""The agent on one page: state, nodes, edges.

    understand -> consider -> ask (interrupt) -> understand ...
                           -> retrieve -> shortlist
    understand -> answer (a question on benchmarks or models, at any time)
    understand -> draft_trial -> approve_trial (interrupt) -> trial -> conclude

Nodes that interrupt do nothing else: LangGraph runs an interrupted node again from the top.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypedDict

from langgraph.errors import GraphBubbleUp
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from advisor import tracing, wording
from advisor.context import Context
from advisor.errors import Stopped
from advisor.schema import Event, Fact, Question, RankedBenchmark, Shortlist, UseCase
from advisor.trial.schema import Plan, TrialEstimate, TrialProgress, TrialResult

MAX_QUESTIONS = 5


class State(TypedDict, total=False):
    """One conversation. `transcript` holds what was said, as (role, text)."""

    inbox: str
    submitted: Plan | None
    edits: dict[str, Any]
    weighing: dict[str, float] | None
    weights: dict[str, float]
    transcript: Annotated[list[tuple[str, str]], operator.add]
    use_case: UseCase
    asked: list[str]
    go: bool
    question: Question | None
    benchmarks: list[RankedBenchmark]
    shortlist: Shortlist | None
    plan: Plan | None
    estimate: TrialEstimate | None
    result: TrialResult | None
    decision: dict[str, Any] | None


Run = Runtime[Context]
AfterUnderstand = Literal["consider", "answer", "greet", "draft_trial", "trial", "retrieve"]


def say(runtime: Run, text: str) -> dict[str, Any]:
    """Send a whole message and return the state update that records it."""
    runtime.stream_writer(Event(kind="message", text=text))
    return {"transcript": [("assistant", text)]}


def _language(state: State) -> str:
    """The language that the user writes in, as far as it is known."""
    use_case = state.get("use_case")
    return use_case.language if use_case else "en"


def status(runtime: Run, text: str, done: int = 0, total: int = 0) -> None:
    """Tell what is being done right now, and how much of it where that is known.

    Raises:
        Stopped: the user wants no more of it.
    """
    if runtime.context.cancel.is_set() and not runtime.context.parked:
        raise Stopped("Stopped. Go on with it, or say something else.")
    runtime.stream_writer(Event(kind="status", text=text, data=(done, total) if total else None))


def _now(runtime: Run, text: str) -> str:
    """What goes on now; the first work on a data folder waits for its index and its fit."""
    return text if runtime.context.services.ready else "Preparing the data for the first time"


def understand(state: State, runtime: Run) -> Command[AfterUnderstand]:
    """What does the message want? Facts go into the use case with the words that they came from."""
    if state.get("submitted"):
        return Command(goto="trial", update={"plan": state["submitted"], "submitted": None})
    if state.get("edits"):
        return _apply_edits(state, runtime)
    if state.get("weighing") is not None and state.get("use_case"):
        return Command(goto="retrieve", update={"weights": state["weighing"], "weighing": None})
    from advisor.answers.comparison import compares
    from advisor.interview import intent
    from advisor.interview.trial_request import wants_trial

    text, open_question = state.get("inbox", ""), state.get("question") is not None
    heard = {"transcript": [("user", text)]}
    want = intent(text, has_question=open_question)
    if wants_trial(text):
        return Command(goto="draft_trial", update=_facts(state, runtime, text, want) | heard)
    if want == "question" or compares(text, runtime.context.services.catalog):
        return Command(goto="answer", update=heard)
    if want == "smalltalk" or (want == "decline" and not open_question):
        return Command(goto="greet", update=heard)
    if want == "approve" and state.get("shortlist") and not open_question:
        return Command(goto="draft_trial", update=heard)
    return Command(goto="consider", update=_facts(state, runtime, text, want) | heard)


def _facts(state: State, runtime: Run, text: str, want: str) -> dict[str, Any]:
    """State update with what the message states; `want` is its intent."""
    from advisor.interview import answered, apply, extract
    from advisor.relevance.weighing import read_ahead

    status(runtime, "Reading your message")
    if not state.get("use_case") and runtime.context.services.ready:
        read_ahead(text)
    known = state.get("use_case") or UseCase(text=text)
    question = state.get("question")
    found = extract(
        text,
        speaker=runtime.context.services.speaker,
        known=known.requirements(),
        asked=question.fields if question and want != "change" else None,
        spoken=known.language,
    )
    use_case, changes = apply(known, found)
    if changes and not question and use_case.text != text:
        use_case = use_case.model_copy(update={"text": f"{use_case.text}\n{text}".strip()})
    update = _understood(runtime, use_case, changes, want == "go" or state.get("go", False))
    return update | ({"asked": answered(state.get("asked", []), question, found)} if question else {})


def _apply_edits(state: State, runtime: Run) -> Command[AfterUnderstand]:
    known = state.get("use_case") or UseCase()
    facts, changes = dict(known.facts), []
    for field, value in (state.get("edits") or {}).items():
        facts.pop(field, None)
        if value not in (None, "", []):
            facts[field] = Fact(field=field, value=value, quote="edited by hand", origin="edited")
        changes.append(wording.change(field, value))
    use_case = UseCase.model_validate(known.model_dump() | {"facts": facts})
    use_case.requirements()
    update = _understood(runtime, use_case, changes, bool(state.get("shortlist")) or state.get("go", False))
    return Command(goto="consider", update=update | {"edits": {}})


def _understood(runtime: Run, use_case: UseCase, changes: list[str], go: bool) -> dict[str, Any]:
    from advisor.interview import assumptions

    use_case = use_case.model_copy(update={"assumptions": assumptions(use_case)})
    runtime.stream_writer(Event(kind="facts", data=use_case))
    if changes:
        status(runtime, "; ".join(changes))
    return {"use_case": use_case, "question": None, "go": go}


def greet(state: State, runtime: Run) -> dict[str, Any]:
    """Say what can be done here, or what can be done next."""
    words = wording.next_step if state.get("shortlist") else wording.welcome
    return say(runtime, words(_language(state)))


def consider(state: State, runtime: Run) -> Command[Literal["ask", "retrieve"]]:
    """Is there a question whose answer would change the advice? Otherwise go on to the candidates."""
    from advisor.recommend import questions_for

    asked = state.get("asked", [])
    if state.get("go") or len(asked) >= MAX_QUESTIONS:
        return Command(goto="retrieve")
    status(runtime, _now(runtime, "Looking for the question that would change the advice most"))
    best = questions_for(state["use_case"], runtime.context.services, asked=asked, limit=1)
    if not best:
        return Command(goto="retrieve")
    update = {"question": best[0], "asked": [*asked, best[0].key]}
    return Command(goto="ask", update=update | {"transcript": [("assistant", wording.question(best[0]))]})


def ask(state: State) -> Command[Literal["understand"]]:
    """Put one question and wait for the answer."""
    question = state.get("question")
    reply = interrupt(question.model_dump(mode="json") if question else {})
    return Command(goto="understand", update=_reply(reply))


def _reply(reply: Any) -> dict[str, Any]:
    """What came back through an interrupt: text, or a state update made by the page."""
    return dict(reply) if isinstance(reply, dict) else {"inbox": str(reply)}


def retrieve(state: State, runtime: Run) -> dict[str, Any]:
    """Benchmarks that measure what matters here."""
    from advisor.recommend import benchmarks_for

    status(runtime, _now(runtime, "Searching the benchmark notes"))
    found = benchmarks_for(state["use_case"], runtime.context.services)
    runtime.stream_writer(Event(kind="benchmarks", data=found))
    return {"benchmarks": found}


def shortlist(state: State, runtime: Run) -> dict[str, Any]:
    """Candidates that meet the constraints, with what a change did to them."""
    from advisor.recommend import shortlist_for, weights_for

    status(runtime, "Weighing the models of the catalogue")
    before, services = state.get("shortlist"), runtime.context.services
    weights = weights_for(state["use_case"], services) | state.get("weights", {})
    found = shortlist_for(state["use_case"], services, weights=weights)
    runtime.stream_writer(Event(kind="candidates", data=found))
    text = wording.shortlist(found, state["use_case"], before)
    return {"shortlist": found, "go": True} | say(runtime, text)


def answer(state: State, runtime: Run) -> Command[Literal["ask", "__end__"]]:
    """Answer from the notes and the catalogue, with citations; then back to the open question."""
    from advisor.answers.answer import answer as answer_question

    status(runtime, _now(runtime, "Looking it up"))
    services = runtime.context.services
    found = answer_question(state["inbox"], store=services.store, catalog=services.catalog, model=None)
    update = say(runtime, wording.answer(found, _language(state)))
    return Command(goto="ask" if state.get("question") else "__end__", update=update)


def draft_trial(state: State, runtime: Run) -> Command[Literal["approve_trial"]]:
    """Draft the plan of a trial, prompts included, and estimate what it takes. Nothing is sent yet."""
    from advisor.trial.draft import draft_plan

    status(runtime, "Drafting sample prompts for your approval")
    services = runtime.context.services

    def tell(done: int, total: int) -> None:
        status(runtime, "Drafting sample prompts for your approval", done, total)

    plan, notes = draft_plan(state["use_case"], state.get("shortlist"), services, tell=tell)
    estimate = runtime.context.estimate(plan)
    text = wording.trial_offer(plan, estimate, notes, _language(state))
    return Command(goto="approve_trial", update={"plan": plan, "estimate": estimate} | say(runtime, text))


def approve_trial(state: State) -> Command[Literal["trial", "understand"]]:
    """Wait for a yes, a changed plan, or another message."""
    plan, estimate = state.get("plan"), state.get("estimate")
    reply = interrupt(
        {
            "plan": plan.model_dump(mode="json") if plan else None,
            "estimate": estimate.model_dump(mode="json") if estimate else None,
        }
    )
    update = _reply(reply)
    if update.get("submitted"):
        return Command(goto="trial", update={"plan": Plan.model_validate(update["submitted"]), "submitted": None})
    from advisor.interview import intent

    text = update.get("inbox", "")
    if text and intent(text, has_question=False) in ("approve", "go"):
        return Command(goto="trial", update={"transcript": [("user", text)]})
    return Command(goto="understand", update=update)


def trial(state: State, runtime: Run) -> Command[Literal["conclude", "__end__"]]:
    """Run the approved plan. Every call is in the journal, so a killed run goes on where it was."""
    from advisor.errors import AdvisorError

    plan = state.get("plan")
    if plan is None:
        return Command(goto="__end__", update=say(runtime, wording.NO_PLAN))

    def show(progress: TrialProgress) -> None:
        runtime.stream_writer(Event(kind="trial_progress", data=progress))

    status(runtime, "Starting the trial")
    try:
        result = runtime.context.run_trial(plan, show)
    except AdvisorError as error:
        runtime.stream_writer(Event(kind="error", text=str(error)))
        return Command(goto="__end__", update=say(runtime, f"The trial could not run. {error}"))
    return Command(goto="conclude", update={"result": result})


def conclude(state: State, runtime: Run) -> dict[str, Any]:
    """Write the decision record."""
    from advisor.report.record import decision_record
    from advisor.trial.records import with_insight

    services, result = runtime.context.services, state.get("result")
    if result is not None:
        result = with_insight(result, services.settings)
    record = decision_record(
        state.get("use_case"), state.get("shortlist"), state.get("plan"), result, catalog=services.catalog
    )
    runtime.stream_writer(Event(kind="decision", data=record))
    return {"decision": record} | say(runtime, wording.conclusion(state.get("result"), _language(state)))


NODES: tuple[Callable[..., Any], ...] = (
    understand, greet, consider, ask, retrieve, shortlist, answer, draft_trial, approve_trial, trial, conclude,
)  # fmt: skip


@functools.cache
def _own_context() -> Context:
    """For a server that runs the graph by itself and brings no context."""
    return Context()


def _traced(node: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(node)
    def run(*args: Any, **named: Any) -> Any:
        runtime = named.get("runtime")
        if runtime is not None and runtime.context is None:
            named["runtime"] = runtime.override(context=_own_context())
        with tracing.span(f"node {node.__name__}", expected=GraphBubbleUp):
            return node(*args, **named)

    return run


def build() -> StateGraph[State, Context, State, State]:
    """The graph, not yet compiled: the caller brings the checkpointer."""
    builder = StateGraph(State, context_schema=Context)
    for node in NODES:
        builder.add_node(node.__name__, _traced(node))
    builder.add_edge(START, "understand")
    builder.add_edge("greet", END)
    builder.add_edge("retrieve", "shortlist")
    builder.add_edge("shortlist", END)
    builder.add_edge("conclude", END)
    return builder


def served() -> Any:
    """The graph for `langgraph dev`, which brings a checkpointer of its own and no context. Its input is
    `{"inbox": "what the user says"}`; what was said stands in `transcript`."""
    return build().compile()
