"""What the page does: each handler turns a click into work of a conversation, and its view into components.

Gradio stays in web.py, layout.py, theme.py and server.py, which are imported only to serve. Events of a session
become a `View` (ui/view.py), a view becomes HTML (ui/render.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from advisor.accounts import folder_of
from advisor.errors import AdvisorError
from advisor.services import Services
from advisor.session import Session
from advisor.tenants import without_keys
from ui import render
from ui.files import record_of, report_files
from ui.forms import fact_value, form_values, plan_from_form, uploaded
from ui.health import Metrics
from ui.jobs import Job, Jobs, Work
from ui.rooms import Rooms
from ui.view import View, restored

Update = dict[Any, Any]
TAB_OF = {"candidates": "candidates", "plan": "trial", "progress": "trial"}
STOPPING = "Stopping after the calls in flight. What was paid for is kept; start again to go on."


class Page:
    """Handlers of the page. One object serves all visitors: what is theirs lives in their conversation."""

    def __init__(self, rooms: Rooms, *, files: Path, metrics: Metrics):
        self.rooms, self._files, self._metrics = rooms, files, metrics
        self.parts: dict[str, Any] = {}
        self._jobs = Jobs()
        self._open_on: dict[str, str] = {}
        self._sections: dict[str, tuple[Callable[[View], Any], Callable[[Session, View], Update]]] = {
            "facts": (lambda v: v.use_case, lambda s, v: {self.parts["facts"]: render.facts(v.use_case)}),
            "candidates": (lambda v: v.shortlist, self._candidates),
            "benchmarks": (lambda v: v.benchmarks, self._benchmarks),
            "plan": (lambda v: v.plan, self._form),
            "progress": (lambda v: v.progress, lambda s, v: {self.parts["live"]: render.progress(v.progress)}),
            "result": (lambda v: v.result, self._result),
            "decision": (lambda v: v.decision, self._report),
        }

    @property
    def services(self) -> Services:
        """What is the same for all visitors; `rooms` has what is theirs."""
        return self.rooms.services

    def _session(self, conversation: str | None, request: gr.Request) -> Session:
        """The visitor's conversation of that id, or a new one."""
        return self.rooms.of(request).open(conversation or None)

    def park(self, seconds: float) -> int:
        """Stop all work so that it can go on after a restart; how many conversations were at work."""
        return self._jobs.park(seconds)

    # -- what a visitor does

    def send(self, text: str, conversation: str | None, request: gr.Request) -> Iterator[Update]:
        """A message of the user. Behind work under way it waits for its turn."""
        text = (text or "").strip()
        if not text:
            yield {}
            return
        session, emptied = self._session(conversation, request), {self.parts["box"]: ""}
        job = self._job(session)
        if job and job.ask(text):
            yield emptied
            return
        view = self._view(session)
        view.say("user", text)
        yield from self._work(session, view, lambda: session.send(text), request, emptied)

    def choose(self, conversation: str | None, picked: gr.SelectData, request: gr.Request) -> Iterator[Update]:
        """A click on an offered answer."""
        yield from self.send(str(picked.value), conversation, request)

    def example(self, picked: gr.SelectData, request: gr.Request) -> Iterator[Update]:
        """A click on an example start."""
        chosen = picked.value if isinstance(picked.value, dict) else {"text": str(picked.value)}
        yield from self.send(str(chosen.get("text", "")), None, request)

    def edit(self, field: str, raw: str, conversation: str | None, request: gr.Request) -> Iterator[Update]:
        """Correct or remove one fact."""
        session, note = self._session(conversation, request), self.parts["fact_note"]
        try:
            value = fact_value(field, raw)
        except AdvisorError as error:
            yield {note: render.alert(str(error))}
            return
        first = {self.parts["value"]: "", note: ""}
        yield from self._work(session, self._view(session), lambda: session.edit(field, value), request, first)

    def draft(self, conversation: str | None, request: gr.Request) -> Iterator[Update]:
        """Draft a trial from the use case and put it into the form."""
        yield from self.send("start the trial", conversation, request)

    def upload(self, file: str) -> tuple[Any, str]:
        """Put the prompts of a file into the form."""
        try:
            return uploaded(file), render.note("These are the prompts of your file: edit them as you like.")
        except AdvisorError as error:
            return gr.update(), render.alert(str(error))

    def estimate(self, request: gr.Request, *form: Any) -> str:
        """What the trial of the form would take. Nothing is sent."""
        from advisor.trial.estimate import estimate

        try:
            return render.estimate(estimate(plan_from_form(*form), settings=self.rooms.of(request).services.settings))
        except AdvisorError as error:
            return render.alert(str(error))

    def start(self, conversation: str | None, request: gr.Request, *form: Any) -> Iterator[Update]:
        """Run the trial that the form describes."""
        session, note = self._session(conversation, request), self.parts["trial_note"]
        view = self._view(session)
        try:
            plan = plan_from_form(*form, use_case=view.use_case.text if view.use_case else "")
        except AdvisorError as error:
            yield {note: render.alert(str(error))}
            return
        view.progress, view.result, view.decision, view.plan = None, None, None, plan
        yield from self._work(session, view, lambda: session.start_trial(plan), request, {note: ""})

    def stop(self, conversation: str | None, request: gr.Request) -> str:
        """Stop the running trial after the calls in flight."""
        session = self._session(conversation, request)
        if self._job(session) is None:
            return render.note("No trial is running.")
        session.cancel()
        return render.note(STOPPING)

    def load(self, conversation: str | None, request: gr.Request) -> Iterator[Update]:
        """Open the page, or an earlier conversation, with work that is still under way."""
        session = self._session(conversation, request)
        self._open_on[str(request.session_hash)] = session.id
        yield (
            self._shown(session, self._view(session), {})
            | self._idle()
            | {self.parts["history"]: self.history(request)}
        )
        if self._job(session):
            yield from self._follow(session, request, {})

    def new(self, request: gr.Request) -> Iterator[Update]:
        """Begin a new conversation; work of the one before goes on."""
        yield from self.load(None, request)

    def resume(self, conversation: str | None, request: gr.Request) -> Iterator[Update]:
        """Go on with work that a stopped server left."""
        session = self._session(conversation, request)
        yield from self._work(session, self._view(session), session.go_on, request, {})

    # -- from a conversation to the page

    def _job(self, session: Session) -> Job | None:
        return self._jobs.of(session)

    def _view(self, session: Session) -> View:
        job = self._job(session)
        return job.view if job else restored(session.state(), session.pending())

    def _work(self, session: Session, view: View, work: Work, request: gr.Request, first: Update) -> Iterator[Update]:
        """Start work and show what it does. Where work is under way, this is refused in one sentence."""
        if self._job(session):
            yield {self.parts["status"]: render.note("Still at work: stop it, or wait for it to end.")}
            return
        view.status = "Working"
        self._jobs.start(session, view, work, done=self._metrics.work)
        self._open_on[str(request.session_hash)] = session.id
        yield from self._follow(session, request, first)

    def _follow(self, session: Session, request: gr.Request, first: Update) -> Iterator[Update]:
        """Show a job as it goes on, for as long as this visitor has its conversation open."""
        job, seen = self._job(session), dict[str, Any]()
        view = job.view if job else self._view(session)
        yield self._shown(session, view, seen) | first
        for view in job.follow() if job else ():
            if self._is_open(session, request):
                yield self._shown(session, view, seen) | {self.parts["status"]: render.status(view.status)}
        if self._is_open(session, request):
            last = restored(session.state(), session.pending()) if job else view
            last.messages = view.messages
            yield self._shown(session, last, seen) | self._idle() | {self.parts["history"]: self.history(request)}

    def _is_open(self, session: Session, request: gr.Request) -> bool:
        return self._open_on.get(str(request.session_hash)) == session.id

    def _idle(self) -> Update:
        return {self.parts["status"]: "", self.parts["trial_note"]: ""}

    def _shown(self, session: Session, view: View, seen: dict[str, Any]) -> Update:
        """Values of the components that changed since what `seen` remembers."""
        update: Update = {self.parts["chat"]: list(view.messages), self.parts["conversation"]: session.id}
        for name, (key, show) in self._sections.items():
            if name in seen and seen[name] is key(view):
                continue
            if name in seen and name in TAB_OF and key(view):
                update[self.parts["tabs"]] = gr.update(selected=TAB_OF[name])
            seen[name] = key(view)
            update |= show(session, view)
        return update

    def _candidates(self, session: Session, view: View) -> Update:
        figure = render.cost_quality(view.shortlist)
        plot = gr.update(value=figure, visible=figure is not None)
        return {self.parts["candidates"]: render.candidates(view.shortlist), self.parts["plot"]: plot}

    def _benchmarks(self, session: Session, view: View) -> Update:
        return {self.parts["benchmarks"]: render.benchmarks(view.benchmarks)}

    def _form(self, session: Session, view: View) -> Update:
        if view.plan is None:
            return {}
        values = form_values(view.plan)
        known = list(dict.fromkeys([*self.models(), *view.plan.candidates, *view.plan.judge.models]))
        lists = {name: gr.update(choices=known, value=values.pop(name)) for name in ("models", "judge")}
        return {self.parts[name]: value for name, value in {**values, **lists}.items()}

    def _result(self, session: Session, view: View) -> Update:
        record = record_of(view.result, session.services.settings)
        return {self.parts["result"]: render.result(view.result), self.parts["verdicts"]: render.verdicts(record)}

    def _report(self, session: Session, view: View) -> Update:
        update: Update = {self.parts["report"]: view.decision["markdown"] if view.decision else render.NO_REPORT}
        for kind, file in report_files(view.decision, self._folder(session) / session.id).items():
            update[self.parts[kind]] = gr.update(value=str(file) if file else None, interactive=file is not None)
        return update

    def _folder(self, session: Session) -> Path:
        """Where the files of the session's user lie, apart from those of others."""
        steward = session.services.steward
        return self._files / folder_of(steward.user) if steward else self._files

    def history(self, request: gr.Request) -> Any:
        """Earlier conversations, the newest first, to choose from."""
        past = [(f"{c.title} ({c.updated[:16].replace('T', ' ')})", c.id) for c in self.rooms.of(request).history()]
        return gr.update(choices=past, value=None)

    def models(self) -> list[str]:
        """Models that a trial can call from here without further set-up, the default judge first."""
        from advisor.endpoints import candidates, default_model

        settings = self.services.settings
        if settings.shared and not settings.shared_keys:
            settings = without_keys(settings)
        configured = [f"{name}/{e.model}" for name, e in settings.endpoints.items() if e.model]
        return list(dict.fromkeys([default_model("judge", settings), *configured, *candidates(settings)]))
