"""What the page does: each handler turns a click into work of a conversation, and its view into components.

Gradio stays in web.py, screen.py, layout.py, theme.py and server.py, which are imported only to serve. Events of a
session become a `View` (ui/view.py), a view becomes HTML (ui/panels), a screen puts it into components (ui/screen.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from advisor.errors import AdvisorError, BadInput
from advisor.services import Services
from advisor.session import Session
from advisor.shortlist.preferences import Preference
from ui.files import record_of
from ui.forms import fact_value, plan_from_form, uploaded
from ui.health import Metrics
from ui.jobs import Jobs, Work
from ui.panels import candidates, head, trial
from ui.panels.parts import alert, note
from ui.rooms import Rooms
from ui.screen import Screen, Update, merged
from ui.view import View, restored
from ui.words import LANGUAGES, preferred, speaking, t

ANSWERS = Callable[[Session, dict[str, Any], gr.Request], Iterator[Update]]
BOARD = "board:"
MOST_OF_ID = 64


@dataclass
class Visitor:
    """One open page: which conversation it shows, in which language."""

    conversation: str = ""
    language: str = "en"


class Page:
    """Handlers of the page. One object serves all visitors: what is theirs lives in their conversation."""

    def __init__(self, rooms: Rooms, *, files: Path, metrics: Metrics, opened: threading.Event | None = None):
        """`opened` is set when the first page has been shown."""
        self.rooms, self.files, self._metrics = rooms, files, metrics
        self._opened_once = opened or threading.Event()
        self.jobs = Jobs()
        self.screen = Screen(rooms.services, files)
        self.parts = self.screen.parts
        self._visitors: dict[str, Visitor] = {}
        self._acts: dict[str, ANSWERS] = {
            "edit": self._edit, "stop": self._stop, "resume": self._resume, "again": self._again,
            "weigh": self._weigh, "keep-weights": self._keep_weights, "reset-weights": self._reset_weights,
            "why": self._why, "label": self._label,
        }  # fmt: skip

    @property
    def services(self) -> Services:
        """What is the same for all visitors; `rooms` has what is theirs."""
        return self.rooms.services

    def _session(self, conversation: str | None, request: gr.Request) -> Session:
        """The visitor's conversation of that id, or a new one."""
        return self.rooms.of(request).open(conversation or None)

    def park(self, seconds: float) -> int:
        """Stop all work so that it can go on after a restart; how many conversations were at work."""
        return self.jobs.park(seconds)

    # -- what a visitor does

    def send(self, text: str, conversation: str | None, request: gr.Request) -> Iterator[Update]:
        """A message of the user. Behind work under way it waits for its turn."""
        text = (text or "").strip()
        if not text:
            yield {}
            return
        session, emptied = self._session(conversation, request), {self.parts["box"]: ""}
        job = self.jobs.of(session)
        if job and job.ask(text):
            yield emptied
            return
        view = self._view(session)
        view.say("user", text)
        yield from self._work(session, view, lambda: session.send(text), request, emptied)

    def choose(self, conversation: str | None, picked: gr.SelectData, request: gr.Request) -> Iterator[Update]:
        """A click on an offered answer."""
        yield from self.send(str(picked.value), conversation, request)

    def example(self, conversation: str | None, picked: gr.SelectData, request: gr.Request) -> Iterator[Update]:
        """A click on an example start."""
        chosen = picked.value if isinstance(picked.value, dict) else {"text": str(picked.value)}
        yield from self.send(str(chosen.get("text", "")), conversation, request)

    def act(self, conversation: str | None, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """A click in a panel: `act` names it, the rest is its data."""
        data = dict(event._data)
        answers = self._acts.get(str(data.get("act")))
        if answers is not None:
            with speaking(self._visitor(request).language):
                work = answers(self._session(conversation, request), data, request)
            yield from work

    def draft(self, conversation: str | None, request: gr.Request) -> Iterator[Update]:
        """Draft a trial from the use case and put it into the form."""
        yield from self.send("start the trial", conversation, request)

    def upload(self, file: str, request: gr.Request) -> tuple[Any, str]:
        """Put the prompts of a file into the form."""
        with speaking(self._visitor(request).language):
            try:
                return uploaded(file), note(t("These are the prompts of your file: edit them as you like."))
            except AdvisorError as error:
                return gr.update(), alert(t(str(error)))

    def estimate(self, request: gr.Request, *form: Any) -> str:
        """What the trial of the form would take. Nothing is sent."""
        from advisor.trial.estimate import estimate

        with speaking(self._visitor(request).language):
            try:
                return trial.estimate(
                    estimate(plan_from_form(*form), settings=self.rooms.of(request).services.settings)
                )
            except AdvisorError as error:
                return alert(t(str(error)))

    def start(self, conversation: str | None, request: gr.Request, *form: Any) -> Iterator[Update]:
        """Run the trial that the form describes."""
        session, said = self._session(conversation, request), self.parts["trial_note"]
        view = self._view(session)
        try:
            plan = plan_from_form(*form, use_case=view.use_case.text if view.use_case else "")
        except AdvisorError as error:
            with speaking(self._visitor(request).language):
                yield {said: alert(t(str(error)))}
            return
        view.progress, view.result, view.decision, view.plan = None, None, None, plan
        yield from self._work(session, view, lambda: session.start_trial(plan), request, {said: ""})

    def load(self, conversation: str | None, language: str | None, request: gr.Request) -> Iterator[Update]:
        """Open the page: what its address names, else what this browser had open, with work still under way."""
        session = self._asked(conversation, request)
        spoken = language if language in LANGUAGES else preferred(request.headers.get("accept-language", ""))
        self._visitors[str(request.session_hash)] = Visitor(session.id, spoken)
        yield self._opened(session, request)
        self._opened_once.set()
        if self.jobs.of(session):
            yield from self._follow(session, request, {})

    def speak(self, conversation: str | None, event: gr.EventData, request: gr.Request) -> Update:
        """Another language for the page."""
        chosen = str(event._data.get("value"))
        self._visitor(request).language = chosen if chosen in LANGUAGES else "en"
        return self._opened(self._session(conversation, request), request)

    def leave(self, request: gr.Request) -> None:
        """A page was closed; its work goes on."""
        self._visitors.pop(str(request.session_hash), None)

    # -- clicks in panels

    def _edit(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        """Correct or remove one fact."""
        field, said = str(data.get("field")), self.parts["fact_note"]
        try:
            value = fact_value(field, str(data.get("value") or ""))
        except AdvisorError as error:
            yield {said: alert(t(str(error)))}
            return
        yield from self._work(session, self._view(session), lambda: session.edit(field, value), request, {said: ""})

    def _stop(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        """Stop what is under way after the calls in flight."""
        job = self.jobs.of(session)
        if job:
            session.cancel()
            job.say_status("Stopping after the calls in flight. What was paid for is kept.")
        yield {}

    def _resume(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        """Go on with work that a stopped server left."""
        yield from self._work(session, self._view(session), session.go_on, request, {})

    def _again(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        """Go on with a trial that was stopped: what it has is in the journal."""
        view = self._view(session)
        plan = view.plan
        if plan is not None:
            view.result, view.decision = None, None
            yield from self._work(session, view, lambda: session.start_trial(plan), request, {})

    def _weigh(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        """What other weights would do, at once; the conversation keeps its own until it is told."""
        from advisor.recommend import shortlist_for, weights_for

        found, use_case = self._view(session).shortlist, session.state().get("use_case")
        values = {str(k): float(v) for k, v in data["values"].items()}
        boards = _boards(values)
        if found and use_case and any(abs(found.weights.get(b, 0) - w) > 0.026 for b, w in boards.items()):
            services = session.services
            found = shortlist_for(use_case, services, weights=weights_for(use_case, services) | boards)
        yield self.screen.ranked(found, Preference(*(values[name] for name in Preference._fields)))

    def _keep_weights(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        boards = _boards({str(k): float(v) for k, v in data["values"].items()})
        yield from self._work(session, self._view(session), lambda: session.weigh(boards), request, {})

    def _reset_weights(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        yield from self._work(session, self._view(session), lambda: session.weigh({}), request, {})

    def _why(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        """Why one model was ruled out."""
        asked = str(data.get("value") or "").strip()
        yield {self.parts["others"]: candidates.others(self._view(session).shortlist, asked)}

    def _label(self, session: Session, data: dict[str, Any], request: gr.Request) -> Iterator[Update]:
        """A verdict of the visitor on a pair without names."""
        from advisor.trial.labelling import Labelling

        record = record_of(self._view(session).result, session.services.settings)
        if record:
            Labelling(Path(session.services.settings.home), record).give(str(data.get("key")), str(data.get("choice")))
            yield {self.parts["labels"]: self.screen.labelling(session, record)}

    # -- from a conversation to the page

    def _asked(self, conversation: str | None, request: gr.Request) -> Session:
        """The conversation that the address names (`c` one, `t` a trial, `new` none yet), else the last one."""
        asked = dict(request.query_params)
        try:
            if trial_id := asked.get("t"):
                return self._of_trial(trial_id, request)
            if named := asked.get("c"):
                return self._session(named, request)
        except BadInput:  # an address that somebody mistyped
            return self._session(None, request)
        return self._session(None if "new" in asked else conversation, request)

    def _of_trial(self, trial_id: str, request: gr.Request) -> Session:
        """The conversation in which a trial from elsewhere is read."""
        from advisor.trial.records import trial_record
        from advisor.trial.schema import Plan, TrialResult

        session = self._session(f"trial-{trial_id}"[-MOST_OF_ID:], request)
        if not session.state():
            record = trial_record(session.services.settings.home, trial_id, session.services.settings)
            result = TrialResult.model_validate(record["result"]) if record["result"] else None
            session.adopt(Plan.model_validate(record["plan"]), result)
        return session

    def _visitor(self, request: gr.Request) -> Visitor:
        return self._visitors.setdefault(str(request.session_hash), Visitor())

    def _view(self, session: Session) -> View:
        job = self.jobs.of(session)
        return job.view if job else restored(session.state(), session.pending())

    def _opened(self, session: Session, request: gr.Request) -> Update:
        """Everything on the page, words included."""
        visitor = self._visitor(request)
        with speaking(visitor.language):
            shown = self.screen.shown(session, self._view(session), {})
            said = {self.parts["language"]: visitor.language}
            return merged(self.screen.words(), shown | self._idle(session, request) | said)

    def _work(self, session: Session, view: View, work: Work, request: gr.Request, first: Update) -> Iterator[Update]:
        """Start work and show what it does. Where work is under way, this is refused in one sentence."""
        if self.jobs.of(session):
            with speaking(self._visitor(request).language):
                yield {self.parts["status"]: note(t("Still at work: stop it, or wait for it to end."))}
            return
        view.status = "Working"
        self.jobs.start(session, view, work, done=self._metrics.work)
        self._visitor(request).conversation = session.id
        yield from self._follow(session, request, first)

    def _follow(self, session: Session, request: gr.Request, first: Update) -> Iterator[Update]:
        """Show a job as it goes on, for as long as this visitor has its conversation open."""
        job, seen, visitor = self.jobs.of(session), dict[str, Any](), self._visitor(request)
        view = job.view if job else self._view(session)
        with speaking(visitor.language):
            update = self.screen.shown(session, view, seen) | first | self._now(session, view)
        yield update
        for view in job.follow() if job else ():
            if visitor.conversation == session.id:
                with speaking(visitor.language):
                    update = self.screen.shown(session, view, seen) | self._now(session, view)
                yield update
        if visitor.conversation == session.id:
            last = restored(session.state(), session.pending()) if job else view
            last.messages = view.messages
            with speaking(visitor.language):
                update = self.screen.shown(session, last, seen) | self._idle(session, request)
            yield update

    def _now(self, session: Session, view: View) -> Update:
        now = head.status(view.status or "Working", self.jobs.turns, steps=view.steps, can_stop=True)
        return {self.parts["status"]: now}

    def _idle(self, session: Session, request: gr.Request) -> Update:
        """The quiet page: nothing under way, earlier work to choose from."""
        from advisor.endpoints.routes import default_model
        from advisor.trial.records import list_trials

        services = session.services
        top = head.header(
            default_model("advisor", services.settings),
            services.catalog.snapshot_date,
            self.rooms.of(request).history(),
            list_trials(services.settings.home, services.settings),
        )
        status = head.status("", self.jobs.turns, unfinished=session.unfinished)
        return {self.parts["status"]: status, self.parts["trial_note"]: "", self.parts["head"]: top}


def _boards(values: dict[str, float]) -> dict[str, float]:
    return {name.removeprefix(BOARD): value for name, value in values.items() if name.startswith(BOARD)}
