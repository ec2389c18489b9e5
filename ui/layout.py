"""Where things stand on the page, and which click calls which handler of `ui.web.Page`."""

from __future__ import annotations

from typing import Any

import gradio as gr

from advisor.schema import FIELDS
from advisor.services import Services
from advisor.wording import LABELS
from ui import render
from ui.web import Page

EXAMPLES = (
    (
        "Find a model",
        "We run a telecom support desk in Spain, 50,000 tickets a month, draft replies in Spanish, "
        "500 dollars a month, data must stay in the EU",
    ),
    ("Find a benchmark", "Which benchmark tells whether a model follows formatting instructions?"),
    ("Try models on my task", "Start a quick trial of local models on short customer support replies"),
)
PROTOCOLS = [
    ("Which is better", "pairwise"),
    ("Points", "rubric"),
    ("Expected answer", "reference"),
    ("Checklist", "checklist"),
]
FORM = ("prompts", "models", "judge", "protocol", "calls", "money", "minutes", "tokens")
OUTPUTS_NOT = ("earlier", "file", "new", "resume", "go", "set", "draft", "estimate", "start", "stop", "field")
# One conversation id a browser: it names a conversation on this server and opens nothing elsewhere.
STORAGE = "advisor-conversation"


def build(page: Page) -> gr.Blocks:
    """The page, not yet served."""
    with gr.Blocks(title="LLM advisor", fill_width=True, analytics_enabled=False) as blocks:
        page.parts["conversation"] = gr.BrowserState(None, storage_key=STORAGE, secret=STORAGE)
        gr.HTML(_head(page.services), padding=False)
        with gr.Row(equal_height=False, elem_id="columns"):
            with gr.Column(scale=5, min_width=280, elem_id="talk"):
                _chat(page)
            with gr.Column(scale=6, min_width=280, elem_id="side"):
                page.parts["tabs"] = gr.Tabs(selected="facts")
                with page.parts["tabs"]:
                    _side(page)
        _wire(page, blocks)
    return blocks


def _head(services: Services) -> str:
    from advisor.endpoints import default_model

    model = default_model("advisor", services.settings)
    where = "runs on this machine" if model.startswith("local/") else "is asked over its endpoint"
    note = f"Data of {services.catalog.snapshot_date}. {model} {where}."
    return f'<header id="head"><h1>LLM advisor</h1><span class="note">{render.text(note)}</span></header>'


def _chat(page: Page) -> None:
    starts: Any = [{"text": text, "display_text": f"{title}\n{text}"} for title, text in EXAMPLES]
    page.parts["chat"] = gr.Chatbot(
        label="Conversation", show_label=False, height=560, examples=starts, buttons=["copy"], layout="bubble",
        feedback_options=None, elem_id="chat",
        placeholder="## Which model fits your business?\nDescribe the use case, or start with an example.",
    )  # fmt: skip
    page.parts["status"] = gr.HTML("", elem_id="status", padding=False)
    with gr.Row(elem_id="say"):
        page.parts["box"] = gr.Textbox(
            label="Message", placeholder="What should the model do, how often, in which languages?",
            lines=2, max_lines=8, scale=6, min_width=160, container=False, submit_btn=False, elem_id="message",
        )  # fmt: skip
        page.parts["go"] = gr.Button("Send", variant="primary", scale=1, min_width=84, elem_id="send")
    with gr.Row(elem_id="past"):
        page.parts["new"] = gr.Button("New conversation", size="sm", min_width=120, elem_id="new")
        page.parts["resume"] = gr.Button("Go on with unfinished work", size="sm", min_width=120, elem_id="resume")
    with gr.Accordion("Earlier conversations", open=False, elem_id="earlier") as page.parts["earlier"]:
        page.parts["history"] = gr.Dropdown([], show_label=False, label="Open again", interactive=True, min_width=120)


def _side(page: Page) -> None:
    p = page.parts
    with gr.Tab("Use case", id="facts"):
        p["facts"] = gr.HTML(render.facts(None), padding=False)
        with gr.Accordion("Correct a fact", open=False, elem_id="correct"):
            with gr.Row():
                names: Any = [(LABELS.get(f, f), f) for f in FIELDS]
                p["field"] = gr.Dropdown(names, label="Fact", value="monthly_budget_usd", min_width=140)
                p["value"] = gr.Textbox(label="Value (empty removes it)", min_width=140, elem_id="fact-value")
            p["set"] = gr.Button("Apply", size="sm", elem_id="apply-fact")
            p["fact_note"] = gr.HTML("", padding=False)
    with gr.Tab("Candidates", id="candidates"):
        p["plot"] = gr.Plot(show_label=False, visible=False, elem_id="plot")
        p["candidates"] = gr.HTML(render.candidates(None), padding=False, elem_id="candidates")
    with gr.Tab("Benchmarks", id="benchmarks"):
        p["benchmarks"] = gr.HTML(render.benchmarks([]), padding=False, elem_id="benchmarks")
    with gr.Tab("Trial", id="trial"):
        _trial(page)
    with gr.Tab("Report", id="report"):
        with gr.Row(elem_id="downloads"):
            for kind, label in (("markdown", "Markdown"), ("html", "HTML"), ("json", "JSON")):
                p[kind] = gr.DownloadButton(label, interactive=False, size="sm", min_width=80, elem_id=f"get-{kind}")
        p["report"] = gr.Markdown(render.NO_REPORT, elem_id="report")


def _trial(page: Page) -> None:
    p, models = page.parts, page.models()
    p["live"] = gr.HTML("", elem_id="live", padding=False)
    p["result"] = gr.HTML("", elem_id="result", padding=False)
    p["verdicts"] = gr.HTML("", elem_id="verdicts", padding=False)
    p["prompts"] = gr.Textbox(
        label="Prompts of your own task, one a line", lines=5, max_lines=14, elem_id="prompts",
        placeholder="Answer this customer: my invoice shows the same call twice.\nAnswer this customer: ...",
    )  # fmt: skip
    kinds = [".csv", ".tsv", ".jsonl", ".json", ".yaml", ".yml", ".txt"]
    with gr.Row():
        p["draft"] = gr.Button("Draft prompts from my use case", size="sm", min_width=130, elem_id="draft")
        p["file"] = gr.UploadButton("Upload a file", file_types=kinds, size="sm", min_width=130, elem_id="upload")
    tried = [m for m in models if m != models[0]][:2] or models[:1]
    p["models"] = gr.Dropdown(
        models, value=tried, multiselect=True, allow_custom_value=True, label="Candidates", elem_id="models",
        info="endpoint/model; local models run on this machine", min_width=140,
    )  # fmt: skip
    with gr.Row():
        p["judge"] = gr.Dropdown(
            models, value=models[0], allow_custom_value=True, label="Judge", min_width=140, elem_id="judge"
        )
        p["protocol"] = gr.Dropdown(PROTOCOLS, value="pairwise", label="How it judges", min_width=140)
    with gr.Accordion("Limits", open=False), gr.Row():
        p["calls"] = gr.Number(200, label="At most calls", precision=0, minimum=1, min_width=100)
        p["money"] = gr.Number(5, label="At most USD", minimum=0, min_width=100)
        p["minutes"] = gr.Number(20, label="At most minutes", minimum=1, min_width=100)
        p["tokens"] = gr.Number(160, label="Tokens an answer", precision=0, minimum=1, min_width=100)
    p["trial_note"] = gr.HTML("", elem_id="trial-note", padding=False)
    with gr.Row():
        p["start"] = gr.Button("Start the trial", variant="primary", min_width=100, elem_id="start-trial")
        p["estimate"] = gr.Button("What will it take?", min_width=100, elem_id="estimate-trial")
        p["stop"] = gr.Button("Stop", variant="stop", min_width=100, elem_id="stop-trial")


def _wire(page: Page, blocks: gr.Blocks) -> None:
    p = page.parts
    here, form = p["conversation"], [p[name] for name in FORM]
    every = [part for name, part in p.items() if name not in OUTPUTS_NOT]
    quiet: dict[str, Any] = {"outputs": every, "show_progress": "hidden", "api_visibility": "private"}
    small: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    queued: dict[str, Any] = quiet | {"trigger_mode": "multiple"}
    gr.on([p["go"].click, p["box"].submit], page.send, [p["box"], here], **queued)
    p["chat"].option_select(page.choose, [here], **queued)
    p["chat"].example_select(page.example, None, **quiet)
    p["set"].click(page.edit, [p["field"], p["value"], here], **quiet)
    p["draft"].click(page.draft, [here], **quiet)
    p["file"].upload(page.upload, [p["file"]], [p["prompts"], p["trial_note"]], **small)
    p["estimate"].click(page.estimate, form, [p["trial_note"]], **small)
    p["start"].click(page.start, [here, *form], **quiet)
    p["stop"].click(page.stop, [here], [p["trial_note"]], **small)
    p["earlier"].expand(page.history, None, [p["history"]], **small)  # a closed accordion drops what it is sent
    p["history"].input(page.load, [p["history"]], **queued)
    p["new"].click(page.new, None, **queued)
    p["resume"].click(page.resume, [here], **quiet)
    blocks.load(page.load, [here], **quiet)
