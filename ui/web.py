"""The page: a chat and, one click away, what was understood, candidates, benchmarks, trial and report.

Gradio stays in this file, which is imported only to serve. Events of a session become a `View` (ui/view.py),
a view becomes HTML (ui/render.py).
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from advisor.errors import AdvisorError
from advisor.schema import FIELDS, Event
from advisor.services import Services
from advisor.session import Conversations, Session
from advisor.settings import Settings
from advisor.trial.schema import Plan
from ui import render
from ui.forms import FormError, fact_value, plan_from_form, prompts_text
from ui.view import View, apply, restored

ASSETS = Path(__file__).parent / "assets"
EXAMPLES = (
    (
        "Find a model",
        "We run a telecom support desk in Spain, 50,000 tickets a month, draft replies in Spanish, "
        "500 dollars a month, data must stay in the EU",
    ),
    ("Find a benchmark", "Which benchmark tells whether a model follows formatting instructions?"),
    ("Try models on my task", "Start a quick trial of local models on short customer support replies"),
)
Update = dict[Any, Any]


class Page:
    """Handlers of the page. One object serves all visitors: what is theirs lives in their conversation."""

    def __init__(self, conversations: Conversations):
        self.conversations = conversations
        self.parts: dict[str, Any] = {}
        self._files = Path(tempfile.mkdtemp(prefix="advisor-reports-"))

    # -- what events do to the page

    def send(self, text: str, conversation: str | None) -> Iterator[Update]:
        """A message of the user."""
        text = (text or "").strip()
        if not text:
            yield {}
            return
        session = self.conversations.open(conversation or None)
        view = self._view(session)
        view.say("user", text)
        yield from self._follow(session, view, lambda: session.send(text), {self.parts["box"]: ""})

    def choose(self, conversation: str | None, picked: gr.SelectData) -> Iterator[Update]:
        """A click on an offered answer."""
        yield from self.send(str(picked.value), conversation)

    def example(self, picked: gr.SelectData) -> Iterator[Update]:
        """A click on an example start."""
        chosen = picked.value if isinstance(picked.value, dict) else {"text": str(picked.value)}
        yield from self.send(str(chosen.get("text", "")), None)

    def edit(self, field: str, raw: str, conversation: str | None) -> Iterator[Update]:
        """Correct or remove one fact."""
        session = self.conversations.open(conversation or None)
        view = self._view(session)
        try:
            value = fact_value(field, raw)
        except FormError as error:
            yield self._shown(session, view, note=str(error))
            return
        yield from self._follow(session, view, lambda: session.edit(field, value), {self.parts["value"]: ""})

    def draft(self, conversation: str | None) -> Iterator[Update]:
        """Draft a trial from the use case and put it into the form."""
        yield from self.send("start the trial", conversation)

    def start(self, conversation: str | None, *form: Any) -> Iterator[Update]:
        """Run the trial that the form describes."""
        session = self.conversations.open(conversation or None)
        view = self._view(session)
        try:
            plan = plan_from_form(*form)
        except FormError as error:
            yield self._shown(session, view, note=str(error))
            return
        view.progress, view.result = None, None
        yield from self._follow(session, view, lambda: session.start_trial(plan), {})

    def stop(self, conversation: str | None) -> str:
        """Stop the running trial after the calls in flight."""
        if conversation:
            self.conversations.open(conversation).cancel()
        return "Stopping after the calls in flight. What was paid for is kept; start again to go on."

    def load(self, conversation: str | None) -> Update:
        """Open the page, or an earlier conversation."""
        session = self.conversations.open(conversation or None)
        update = self._shown(session, self._view(session))
        return update | {self.parts["history"]: self._history(session.id)}

    def resume(self, conversation: str | None) -> Iterator[Update]:
        """Go on with work that a stopped server left."""
        session = self.conversations.open(conversation or None)
        yield from self._follow(session, self._view(session), session.go_on, {})

    # -- from a session to the page

    def _view(self, session: Session) -> View:
        return restored(session.state(), session.pending())

    def _follow(
        self, session: Session, view: View, events: Callable[[], Iterator[Event]], first: Update
    ) -> Iterator[Update]:
        """Show each event as it comes. The chat stays usable: only this conversation waits."""
        yield self._shown(session, view, note="Working") | first
        try:
            for event in events():
                apply(view, event)
                yield self._shown(session, view, note=view.status, only=event.kind)
        except AdvisorError as error:
            apply(view, Event(kind="error", text=str(error)))
        final = self._view(session)
        final.progress, final.messages = view.progress if not final.result else None, view.messages
        yield self._shown(session, final) | {self.parts["history"]: self._history(session.id)}

    def _shown(self, session: Session, view: View, *, note: str = "", only: str | None = None) -> Update:
        """Values of the components; `only` limits them to what one kind of event can change."""
        p = self.parts
        update: Update = {p["chat"]: view.messages, p["status"]: note, p["conversation"]: session.id}
        if only in (None, "facts"):
            update[p["facts"]] = render.facts(view.use_case)
        if only in (None, "candidates"):
            update[p["candidates"]] = render.candidates(view.shortlist)
            update[p["plot"]] = self._plot(view)
        if only in (None, "benchmarks"):
            update[p["benchmarks"]] = render.benchmarks(view.benchmarks)
        if only in (None, "trial_progress"):
            update[p["live"]] = render.progress(view.progress)
        if only in (None, "trial_plan"):
            update |= self._form(view.plan)
        if only in (None, "decision"):
            update |= self._report(session, view)
        return update

    def _plot(self, view: View) -> Any:
        figure = render.cost_quality(view.shortlist)
        return gr.update(value=figure, visible=figure is not None)

    def _form(self, plan: Plan | None) -> Update:
        if plan is None:
            return {}
        p = self.parts
        known = list(dict.fromkeys([*self.models(), *plan.candidates, *plan.judge.models]))
        return {
            p["prompts"]: prompts_text(plan),
            p["models"]: gr.update(choices=known, value=plan.candidates),
            p["judge"]: gr.update(choices=known, value=next(iter(plan.judge.models), None)),
            p["protocol"]: plan.judge.protocol,
        }

    def _report(self, session: Session, view: View) -> Update:
        p, files = self.parts, self._write(session, view)
        text = view.decision["markdown"] if view.decision else "No decision yet: run a trial, or read the candidates."
        update: Update = {p["report"]: text, p["result"]: render.result(view.result)}
        update[p["verdicts"]] = render.verdicts(self._record(view))
        for kind, file in files.items():
            update[p[kind]] = gr.update(value=str(file) if file else None, interactive=file is not None)
        return update

    def _record(self, view: View) -> dict[str, Any] | None:
        if view.result is None:
            return None
        from advisor.trial.trial import trial_record

        try:
            return trial_record(self.conversations.services.settings.home, view.result.trial_id)
        except AdvisorError:
            return None

    def _write(self, session: Session, view: View) -> dict[str, Path | None]:
        """The report's files, in a folder of this server."""
        import json

        if not view.decision:
            return {"markdown": None, "html": None, "json": None}
        folder = self._files / session.id
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "markdown": ("decision.md", view.decision["markdown"]),
            "html": ("decision.html", view.decision["html"]),
            "json": ("decision.json", json.dumps(view.decision["json"], ensure_ascii=False, indent=2, default=str)),
        }
        for name, text in content.values():
            (folder / name).write_text(text, encoding="utf-8")
        return {kind: folder / name for kind, (name, _) in content.items()}

    def _history(self, current: str) -> Any:
        past = [(f"{c.title} ({c.updated[:16].replace('T', ' ')})", c.id) for c in self.conversations.history()]
        return gr.update(choices=past, value=current if any(i == current for _, i in past) else None)

    def models(self) -> list[str]:
        """Models that a trial can call from here without further set-up."""
        from advisor.local import LOCAL_MODELS

        return [f"local/{name}" for name in LOCAL_MODELS]


def build(conversations: Conversations) -> gr.Blocks:
    """The page, not yet served."""
    page = Page(conversations)
    with gr.Blocks(title="LLM advisor", fill_width=True, analytics_enabled=False) as blocks:
        page.parts["conversation"] = gr.BrowserState(None, storage_key="advisor-conversation")
        gr.HTML(_head(conversations.services), padding=False)
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=300):
                _chat(page)
            with gr.Column(scale=6, min_width=300), gr.Tabs():
                _side(page)
        _wire(page, blocks)
    return blocks


def _head(services: Services) -> str:
    from advisor.endpoints import default_model

    model = default_model("advisor", services.settings)
    where = "runs on this machine" if model.startswith("local/") else "is asked over its endpoint"
    note = f"Data of {services.catalog.snapshot_date}. {model} {where}."
    return f'<div id="head"><h1>LLM advisor</h1><span class="note">{render.text(note)}</span></div>'


def _chat(page: Page) -> None:
    starts: Any = [{"text": text, "display_text": f"{title}: {text}"} for title, text in EXAMPLES]
    page.parts["chat"] = gr.Chatbot(
        label="Conversation", height=560, examples=starts, buttons=["copy"], layout="bubble", feedback_options=None,
        placeholder="**Which model fits your business?**\n\nDescribe the use case, or start with an example.",
    )  # fmt: skip
    page.parts["status"] = gr.Markdown("", elem_id="status")
    with gr.Row():
        page.parts["box"] = gr.Textbox(
            label="Message", placeholder="What should the model do, how often, in which languages?",
            lines=2, max_lines=8, scale=6, container=False, elem_id="message",
        )  # fmt: skip
        page.parts["go"] = gr.Button("Send", variant="primary", scale=1, min_width=80, elem_id="send")
    with gr.Accordion("Earlier conversations", open=False):
        page.parts["history"] = gr.Dropdown([], label="Open again", interactive=True)
        with gr.Row():
            page.parts["new"] = gr.Button("New conversation", size="sm")
            page.parts["resume"] = gr.Button("Go on with unfinished work", size="sm")


def _side(page: Page) -> None:
    with gr.Tab("Use case", id="facts"):
        page.parts["facts"] = gr.HTML(render.facts(None))
        with gr.Accordion("Correct a fact", open=False), gr.Row():
            page.parts["field"] = gr.Dropdown(list(FIELDS), label="Fact", value="monthly_budget_usd", min_width=160)
            page.parts["value"] = gr.Textbox(label="Value (empty removes it)", min_width=160)
            page.parts["set"] = gr.Button("Apply", size="sm", min_width=80)
    with gr.Tab("Candidates", id="candidates"):
        page.parts["plot"] = gr.Plot(show_label=False, visible=False)
        page.parts["candidates"] = gr.HTML(render.candidates(None))
    with gr.Tab("Benchmarks", id="benchmarks"):
        page.parts["benchmarks"] = gr.HTML(render.benchmarks([]))
    with gr.Tab("Trial", id="trial"):
        _trial(page)
    with gr.Tab("Report", id="report"):
        with gr.Row():
            for kind, label in (("markdown", "Markdown"), ("html", "HTML"), ("json", "JSON")):
                page.parts[kind] = gr.DownloadButton(label, interactive=False, size="sm", elem_id=f"download-{kind}")
        page.parts["report"] = gr.Markdown("No decision yet: run a trial, or read the candidates.")


def _trial(page: Page) -> None:
    models = page.models()
    p = page.parts
    p["draft"] = gr.Button("Draft a trial from my use case", size="sm")
    p["prompts"] = gr.Textbox(
        label="Prompts of your own task: one a line, or JSON Lines", lines=6, max_lines=14, elem_id="prompts"
    )
    p["file"] = gr.File(
        label="or a file: CSV, JSONL, JSON, YAML", file_types=[".csv", ".jsonl", ".json", ".yaml", ".yml"]
    )
    p["models"] = gr.Dropdown(models, value=models[:2], multiselect=True, allow_custom_value=True, label="Candidates")
    with gr.Row():
        p["judge"] = gr.Dropdown(models, value=models[0], allow_custom_value=True, label="Judge", min_width=180)
        p["protocol"] = gr.Dropdown(
            ["pairwise", "rubric", "reference", "checklist"], value="pairwise", label="Protocol", min_width=140
        )
    with gr.Row():
        p["calls"] = gr.Number(200, label="At most calls", precision=0, minimum=1, min_width=110)
        p["money"] = gr.Number(5, label="At most USD", minimum=0, min_width=110)
        p["minutes"] = gr.Number(20, label="At most minutes", minimum=1, min_width=110)
        p["tokens"] = gr.Number(160, label="Tokens an answer", precision=0, minimum=1, min_width=110)
    with gr.Row():
        p["start"] = gr.Button("Start the trial", variant="primary", elem_id="start-trial")
        p["stop"] = gr.Button("Stop", variant="stop", elem_id="stop-trial")
    p["live"] = gr.HTML("", elem_id="live")
    p["result"] = gr.HTML("", elem_id="result")
    with gr.Accordion("Every pair, with verdicts and reasons", open=False):
        p["verdicts"] = gr.HTML("")


FORM = ("prompts", "file", "models", "judge", "protocol", "calls", "money", "minutes", "tokens")


def _wire(page: Page, blocks: gr.Blocks) -> None:
    p = page.parts
    every = [
        part for name, part in p.items() if name not in ("file", "new", "resume", "go", "set", "draft", "start", "stop")
    ]
    quiet: dict[str, Any] = {"outputs": every, "show_progress": "hidden", "api_visibility": "private"}
    gr.on([p["go"].click, p["box"].submit], page.send, [p["box"], p["conversation"]], **quiet)
    p["chat"].option_select(page.choose, [p["conversation"]], **quiet)
    p["chat"].example_select(page.example, None, **quiet)
    p["set"].click(page.edit, [p["field"], p["value"], p["conversation"]], **quiet)
    p["draft"].click(page.draft, [p["conversation"]], **quiet)
    p["start"].click(page.start, [p["conversation"], *(p[name] for name in FORM)], **quiet)
    p["stop"].click(page.stop, [p["conversation"]], [p["status"]], show_progress="hidden", api_visibility="private")
    p["history"].input(page.load, [p["history"]], **quiet)
    p["new"].click(lambda: page.load(None), None, **quiet)
    p["resume"].click(page.resume, [p["conversation"]], **quiet)
    blocks.load(page.load, [p["conversation"]], **quiet)


def serve(settings: Settings, *, host: str, port: int, block: bool = True) -> Any:
    """Serve the page. Returns the running server when `block` is false."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    services = Services(settings)
    threading.Thread(target=_warm, args=(services,), daemon=True).start()
    blocks = build(Conversations(services)).queue(default_concurrency_limit=20)
    return blocks.launch(
        server_name=host, server_port=port or None, css_paths=ASSETS / "style.css", theme=gr.themes.Soft(),
        footer_links=[], show_error=True, prevent_thread_lock=not block, quiet=not block,
    )  # fmt: skip


def _warm(services: Services) -> None:
    """Build the store and the posterior while the visitor reads the page."""
    assert services.store and services.posterior
