"""The only door for user interfaces: one conversation, resumable, that yields events."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast
from weakref import WeakValueDictionary

from pydantic import BaseModel, ValidationError

from advisor import schema as nouns
from advisor.context import Context
from advisor.errors import AdvisorError, BadInput, Parked
from advisor.records import open_records
from advisor.schema import FIELDS, Event, Question
from advisor.services import Services
from advisor.trial import schema as trial_nouns
from advisor.trial.schema import Plan, TrialResult

PARKED = "The server stops. What was paid for is kept: press Go on with unfinished work when it is back."
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Conversation(BaseModel):
    """A line of the history."""

    id: str
    title: str
    updated: str


def _serializer() -> Any:
    """A serializer that knows our types by name: anything else in a checkpoint is refused."""
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

    known = [
        (module.__name__, name)
        for module in (nouns, trial_nouns)
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel
    ]
    return JsonPlusSerializer(allowed_msgpack_modules=known)


class Conversations:
    """All conversations of one data folder, or of one schema of a database. Thread-safe."""

    def __init__(self, services: Services):
        from advisor.graph import build

        self.services = services
        self.records = open_records(services.settings, _serializer())
        self._lock = threading.Lock()
        self.graph = build().compile(checkpointer=self.records.saver)
        self._open: WeakValueDictionary[str, Session] = WeakValueDictionary()

    def open(self, conversation_id: str | None = None) -> Session:
        """A new conversation, or an earlier one with all that was said and found in it.

        Raises:
            BadInput: the id has other characters than ids have.
        """
        key = conversation_id or uuid.uuid4().hex
        if not ID.fullmatch(key):
            raise BadInput("That is no id of a conversation: begin a new one.")
        with self._lock:
            return self._open.setdefault(key, Session(self, key))

    def history(self, limit: int = 50) -> list[Conversation]:
        """Earlier conversations, the newest first."""
        return [Conversation(id=r[0], title=r[1], updated=r[2]) for r in self.records.history(limit)]

    def close(self) -> None:
        """Close the files. Conversations opened from here are of no use afterwards."""
        self.records.close()


class Session:
    """One conversation. Calls on one session run one at a time; `cancel` may come from another thread."""

    def __init__(self, conversations: Conversations, conversation_id: str):
        self.id = conversation_id
        self._all = conversations
        self._graph = conversations.graph
        self._context = Context(services=conversations.services)
        self._busy = threading.Lock()

    @property
    def _config(self) -> Any:
        return {"configurable": {"thread_id": self.id}}

    def send(self, text: str) -> Iterator[Event]:
        """Say something; yields what happens until the advisor waits for the user again."""
        if not text.strip():
            raise BadInput("The message is empty: describe your use case or ask a question.")
        with self._accounted():
            self._all.records.touch(self.id, text.strip().splitlines()[0])
            yield from self._run({"inbox": text})

    def _accounted(self) -> AbstractContextManager[None]:
        """Counts what a message takes, where users have quotas."""
        steward = self._all.services.steward
        return steward.message(self.id) if steward else nullcontext()

    def edit(self, field: str, value: Any) -> Iterator[Event]:
        """Correct one fact by hand (None removes it) and see what it does to the advice."""
        if field not in FIELDS:
            raise BadInput(f"'{field}' is not a fact of a use case. Known facts: {', '.join(FIELDS)}.")
        if value not in (None, "", []):
            try:
                nouns.Requirements.model_validate({field: value})
            except ValidationError as error:
                raise BadInput(f"{field}: {error.errors()[0]['msg']}.") from error
        yield from self._run({"edits": {field: value}})

    def weigh(self, weights: dict[str, float]) -> Iterator[Event]:
        """Weigh benchmarks (board id to relevance, 0 to 1) as the user wants; empty goes back to the computed ones."""
        yield from self._run({"weighing": weights})

    def adopt(self, plan: Plan, result: TrialResult | None) -> None:
        """Take in a trial that was run elsewhere, to read it, label its pairs or go on with it."""
        from advisor.report.record import decision_record

        known: dict[str, Any] = {"plan": plan}
        if result is not None:
            known |= {"result": result, "decision": decision_record(None, None, plan, result)}
        self._graph.update_state(self._config, known, as_node="conclude")
        self._all.records.touch(self.id, f"Trial: {plan.name}")

    def start_trial(self, plan: Plan) -> Iterator[Event]:
        """Run a plan that the user approved."""
        self._all.records.touch(self.id, f"Trial: {plan.name}")
        yield from self._run({"submitted": plan})

    def go_on(self) -> Iterator[Event]:
        """Finish work that a stopped process left, such as a trial under way."""
        if self.unfinished:
            yield from self._run(None)

    def cancel(self) -> None:
        """Stop what is under way after the calls in flight; it can be resumed."""
        self._context.cancel.set()

    def park(self) -> None:
        """Stop the running trial after the calls in flight; `go_on` takes it up again in another process."""
        self._context.park()

    @property
    def in_trial(self) -> bool:
        """Whether a trial of the conversation runs in this process."""
        return self._context.in_trial

    @property
    def services(self) -> Services:
        """What the conversation works with."""
        return self._all.services

    @property
    def busy(self) -> bool:
        return self._busy.locked()

    @property
    def unfinished(self) -> bool:
        """Whether a killed process left steps of this conversation undone."""
        snapshot = self._graph.get_state(self._config)
        return bool(snapshot.next) and not snapshot.interrupts

    def state(self) -> dict[str, Any]:
        """All that is known in this conversation: keys as in `advisor.graph.State`."""
        return dict(self._graph.get_state(self._config).values)

    def pending(self) -> Event | None:
        """What the advisor waits for: a question or the approval of a trial."""
        interrupts = self._graph.get_state(self._config).interrupts
        return _waiting(interrupts[0].value) if interrupts else None

    def _run(self, update: dict[str, Any] | None) -> Iterator[Event]:
        if not self._busy.acquire(blocking=False):
            raise BadInput("The advisor is still at work on your last message: wait, or cancel it first.")
        if not self._context.parked:
            self._context.cancel.clear()
        try:
            with self._all.records.hold(self.id):
                yield from self._stream(self._input(update))
                waiting = self.pending()
                self._all.records.thin(self.id)
            if waiting:
                yield waiting
        except AdvisorError as error:
            yield Event(kind="error", text=str(error))
        except Parked:
            yield Event(kind="error", text=PARKED)
        finally:
            self._busy.release()

    def _input(self, update: dict[str, Any] | None) -> Any:
        """A reply where an interrupt waits, new input otherwise; None goes on with undone steps."""
        from langgraph.types import Command

        if update is not None and self._graph.get_state(self._config).interrupts:
            return Command(resume=update)
        return update

    def _stream(self, data: Any) -> Iterator[Event]:
        for event in self._graph.stream(data, self._config, context=self._context, stream_mode="custom"):
            yield cast(Event, event)


def _waiting(value: Any) -> Event:
    if "field" in value:
        question = Question.model_validate(value)
        return Event(kind="question", text=question.question, data=question)
    return Event(kind="trial_plan", data=value)
