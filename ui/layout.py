"""Where things stand on the page, and which click calls which handler of `ui.web.Page`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from ui.choices import PROTOCOLS, examples
from ui.panels import candidates, head, usecase
from ui.web import Page

PANEL_SCRIPT = (Path(__file__).parent / "assets" / "page.js").read_text(encoding="utf-8")
FORM = ("prompts", "models", "judge", "protocol", "calls", "money", "minutes", "tokens")
PANELS = ("status", "facts", "weighing", "ranking", "cards", "others", "live", "result", "labels")
# One conversation id a browser: it names a conversation on this server and opens nothing elsewhere.
STORAGE = "advisor-conversation"


def build(page: Page) -> gr.Blocks:
    """The page, not yet served."""
    p = page.parts
    with gr.Blocks(title="LLM advisor", fill_width=True, analytics_enabled=False) as blocks:
        p["conversation"] = gr.BrowserState(None, storage_key=STORAGE, secret=STORAGE)
        p["language"] = gr.BrowserState(None, storage_key="advisor-language", secret=STORAGE)
        p["head"] = _panel(_head(page), elem_id="top")
        with gr.Row(equal_height=False, elem_id="columns"):
            with gr.Column(scale=5, min_width=280, elem_id="talk"):
                _chat(page)
            with gr.Column(scale=7, min_width=280, elem_id="side"):
                p["tabs"] = gr.Tabs(selected="facts")
                with p["tabs"]:
                    _side(page)
        _wire(page, blocks)
    return blocks


def _panel(value: str = "", **options: Any) -> gr.HTML:
    """A part of the page whose clicks, forms and sliders reach `Page.act`."""
    return gr.HTML(value, padding=False, js_on_load=PANEL_SCRIPT, **options)


def _head(page: Page) -> str:
    from advisor.endpoints.routes import default_model

    services = page.services
    return head.header(default_model("advisor", services.settings), services.catalog.snapshot_date, [], [])


def _chat(page: Page) -> None:
    page.parts["chat"] = gr.Chatbot(
        label="Conversation", show_label=False, height=560, examples=examples(), buttons=["copy"], layout="bubble",
        feedback_options=None, elem_id="chat",
        placeholder="## Which model fits your business?\nDescribe the use case, or start with an example.",
    )  # fmt: skip
    page.parts["status"] = _panel(elem_id="status")
    with gr.Row(elem_id="say"):
        page.parts["box"] = gr.Textbox(
            label="Message", placeholder="What should the model do, how often, in which languages?",
            lines=2, max_lines=8, scale=6, min_width=160, container=False, submit_btn=False, elem_id="message",
        )  # fmt: skip
        page.parts["go"] = gr.Button("Send", variant="primary", scale=1, min_width=84, elem_id="send")


def _side(page: Page) -> None:
    p = page.parts
    with gr.Tab("Use case", id="facts") as p["tab_facts"]:
        p["fact_note"] = gr.HTML("", padding=False, elem_id="fact-note")
        p["facts"] = _panel(usecase.facts(None), elem_id="facts")
    with gr.Tab("Candidates", id="candidates") as p["tab_candidates"]:
        p["weighing"] = _panel(elem_id="weighing")
        p["ranking"] = _panel(candidates.ranking(None, []), elem_id="ranking")
        p["plot_title"] = gr.HTML("", padding=False)
        p["plot"] = gr.Plot(show_label=False, visible=False, elem_id="plot")
        p["dots_title"] = gr.HTML("", padding=False)
        p["dots"] = gr.Plot(show_label=False, visible=False, elem_id="dots")
        p["cards"] = _panel(elem_id="cards")
        p["others"] = _panel(elem_id="others")
    with gr.Tab("Benchmarks", id="benchmarks") as p["tab_benchmarks"]:
        p["benchmarks"] = gr.HTML(candidates.benchmarks([]), padding=False, elem_id="benchmarks")
    with gr.Tab("Trial", id="trial") as p["tab_trial"]:
        _trial(page)
    with gr.Tab("Report", id="report") as p["tab_report"]:
        with gr.Row(elem_id="downloads"):
            for kind, label in DOWNLOADS.items():
                p[kind] = gr.DownloadButton(label, interactive=False, size="sm", min_width=80, elem_id=f"get-{kind}")
        p["report"] = gr.Markdown("", elem_id="report")


DOWNLOADS = {
    "markdown": "Markdown",
    "html": "HTML",
    "pdf": "PDF",
    "json": "JSON",
    "csv": "CSV",
    "promptfoo": "promptfoo",
}


def _trial(page: Page) -> None:
    p = page.parts
    p["live"] = _panel(elem_id="live")
    p["result"] = _panel(elem_id="result")
    p["setup"] = gr.Accordion("Set up a trial", open=True, elem_id="setup")
    with p["setup"]:
        _trial_form(page)
    p["labels"] = _panel(elem_id="labels")
    p["pairs"] = gr.HTML("", elem_id="pairs", padding=False)


def _trial_form(page: Page) -> None:
    p, models = page.parts, page.screen.models()
    p["prompts"] = gr.Textbox(
        label="Prompts of your own task, one a line", lines=5, max_lines=14, elem_id="prompts",
        placeholder="Answer this customer: my invoice shows the same call twice.",
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
    with gr.Accordion("Limits", open=False) as p["limits"], gr.Row():
        p["calls"] = gr.Number(1000, label="At most calls", precision=0, minimum=1, min_width=100)
        p["money"] = gr.Number(5, label="At most USD", minimum=0, min_width=100)
        p["minutes"] = gr.Number(20, label="At most minutes", minimum=1, min_width=100)
        p["tokens"] = gr.Number(160, label="Tokens an answer", precision=0, minimum=1, min_width=100)
    p["trial_note"] = gr.HTML("", elem_id="trial-note", padding=False)
    with gr.Row():
        p["start"] = gr.Button("Start the trial", variant="primary", min_width=100, elem_id="start-trial")
        p["estimate"] = gr.Button("What will it take?", min_width=100, elem_id="estimate-trial")


def _wire(page: Page, blocks: gr.Blocks) -> None:
    p = page.parts
    here, form = p["conversation"], [p[name] for name in FORM]
    every = list(p.values())
    quiet: dict[str, Any] = {"outputs": every, "show_progress": "hidden", "api_visibility": "private"}
    small: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    queued: dict[str, Any] = quiet | {"trigger_mode": "multiple"}
    gr.on([p["go"].click, p["box"].submit], page.send, [p["box"], here], **queued)
    p["chat"].option_select(page.choose, [here], **queued)
    p["chat"].example_select(page.example, [here], **quiet)
    for name in PANELS:
        mode = "always_last" if name == "weighing" else "multiple"
        p[name].act(page.act, [here], **quiet, trigger_mode=mode)
    p["head"].act(page.speak, [here], **quiet)
    p["draft"].click(page.draft, [here], **quiet)
    p["file"].upload(page.upload, [p["file"]], [p["prompts"], p["trial_note"]], **small)
    p["estimate"].click(page.estimate, form, [p["trial_note"]], **small)
    p["start"].click(page.start, [here, *form], **quiet)
    here.change(None, [here], None, js="window.showAddress", api_visibility="private")
    p["language"].change(None, [p["language"]], None, js="window.showLanguage", api_visibility="private")
    blocks.load(page.load, [here, p["language"]], **quiet)
    blocks.unload(page.leave)
