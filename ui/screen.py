"""From a conversation to the page: the values of the components that show it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from advisor.schema import Shortlist
from advisor.services import Services
from advisor.shortlist.preferences import Preference, ordered
from advisor.users.accounts import folder_of
from advisor.users.tenants import without_keys
from ui.choices import PROTOCOLS, examples
from ui.files import record_of, report_files
from ui.forms import form_values
from ui.panels import candidates, parts, plots, trial, usecase
from ui.words import t

if TYPE_CHECKING:
    from advisor.session import Session
    from ui.view import View

Update = dict[Any, Any]
TAB_OF = {"candidates": "candidates", "plan": "trial", "progress": "trial"}
SAID = ("label", "placeholder", "info")  # properties of a component that hold words


class Screen:
    """The components of the page by name, and what they show. One object serves all visitors."""

    def __init__(self, services: Services, files: Path):
        self.parts: dict[str, Any] = {}
        self._services = services
        self._files = files
        self._sections: dict[str, tuple[Callable[[View], Any], Callable[[Session, View], Update]]] = {
            "facts": (lambda v: v.use_case, lambda s, v: {self.parts["facts"]: usecase.facts(v.use_case)}),
            "candidates": (lambda v: v.shortlist, self._candidates),
            "benchmarks": (
                lambda v: v.benchmarks,
                lambda s, v: {self.parts["benchmarks"]: candidates.benchmarks(v.benchmarks)},
            ),
            "plan": (lambda v: v.plan, self._form),
            "progress": (lambda v: v.progress, lambda s, v: {self.parts["live"]: trial.progress(v.progress)}),
            "result": (lambda v: v.result, self._result),
            "report": (lambda v: v.decision or v.shortlist, self._report),
        }

    def shown(self, session: Session, view: View, seen: dict[str, Any]) -> Update:
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

    def ranked(self, found: Shortlist | None, wanted: Preference | None) -> Update:
        """The table and the figure; where somebody said what matters, best first by that."""
        everyone = [*found.candidates, *found.others] if found else []
        order = ordered(everyone, wanted) if wanted else everyone
        table = candidates.ranking(found, order)
        return {self.parts["ranking"]: table} | self._figure("plot", "Cost and quality", plots.cost_quality(found))

    def labelling(self, session: Session, record: dict[str, Any] | None) -> str:
        """The next pair of a trial to label."""
        from advisor.trial.labelling import Labelling

        if not record:
            return ""
        labels = Labelling(Path(session.services.settings.home), record)
        return trial.labelling(labels.next_pair(), labels.done, labels.total, labels.summary())

    def words(self) -> Update:
        """Labels, buttons and hints in the language being spoken."""
        update: Update = {}
        for part in self.parts.values():
            said = {name: getattr(part, name, None) for name in SAID}
            if isinstance(part, (gr.Button, gr.UploadButton)):
                said["value"] = part.value
            new: dict[str, Any] = {name: t(text) for name, text in said.items() if isinstance(text, str) and text}
            if new:
                update[part] = gr.update(**new)
        update[self.parts["chat"]] |= {"examples": examples()}
        update[self.parts["protocol"]] |= {"choices": [(t(label), name) for label, name in PROTOCOLS]}
        return update

    @cached_property
    def board_names(self) -> dict[str, str]:
        """Board id to the name that people know."""
        return {b.id: b.name for b in self._services.catalog.benchmarks.values()}

    def _candidates(self, session: Session, view: View) -> Update:
        found, wanted = view.shortlist, candidates.preset(view.use_case)
        dots = plots.dots(found, self.board_names, self._services.catalog)
        pictures = self._figure("dots", "On the benchmarks that count most", dots)
        return (
            self.ranked(found, None)
            | pictures
            | {
                self.parts["weighing"]: candidates.weighing(found, wanted, self.board_names),
                self.parts["cards"]: candidates.cards(found),
                self.parts["others"]: candidates.others(found),
            }
        )

    def _figure(self, name: str, title: str, figure: Any) -> Update:
        shown = gr.update(value=figure, visible=figure is not None)
        return {self.parts[name]: shown, self.parts[f"{name}_title"]: parts.title(t(title)) if figure else ""}

    def _form(self, session: Session, view: View) -> Update:
        if view.plan is None:
            return {}
        values = form_values(view.plan)
        known = list(dict.fromkeys([*self.models(), *view.plan.candidates, *view.plan.judge.models]))
        lists = {name: gr.update(choices=known, value=values.pop(name)) for name in ("models", "judge")}
        return {self.parts[name]: value for name, value in {**values, **lists}.items()}

    def _result(self, session: Session, view: View) -> Update:
        record = record_of(view.result, session.services.settings)
        return {
            self.parts["result"]: trial.result(view.result),
            self.parts["pairs"]: trial.pairs(record),
            self.parts["labels"]: self.labelling(session, record),
            self.parts["setup"]: gr.update(open=view.result is None),
        }

    def _report(self, session: Session, view: View) -> Update:
        files = report_files(view, self._folder(session) / session.id, session.services)
        markdown = files.pop("shown", None)
        none_yet = t("No decision yet. Find candidates or run a trial; the record then appears here.")
        update: Update = {self.parts["report"]: markdown or none_yet}
        for kind, file in files.items():
            update[self.parts[kind]] = gr.update(value=str(file) if file else None, interactive=file is not None)
        return update

    def _folder(self, session: Session) -> Path:
        """Where the files of the session's user lie, apart from those of others."""
        steward = session.services.steward
        return self._files / folder_of(steward.user) if steward else self._files

    def models(self) -> list[str]:
        """Models that a trial can call from here without further set-up, the default judge first."""
        from advisor.endpoints.routes import candidates as local_models
        from advisor.endpoints.routes import default_model

        settings = self._services.settings
        if settings.shared and not settings.shared_keys:
            settings = without_keys(settings)
        configured = [f"{name}/{e.model}" for name, e in settings.endpoints.items() if e.model]
        return list(dict.fromkeys([default_model("judge", settings), *configured, *local_models(settings)]))


def merged(words: Update, shown: Update) -> Update:
    """Both updates in one: what a component shows, and the words on it."""
    both = dict(words)
    for part, value in shown.items():
        new = value if isinstance(value, dict) and value.get("__type__") == "update" else {"value": value}
        both[part] = words[part] | new if part in words else value
    return both
