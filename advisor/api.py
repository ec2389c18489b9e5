"""The product as a library: what the command line, the MCP server and the HTTP interface offer, as one class.

    from advisor.api import Advisor

    advisor = Advisor()
    found = advisor.recommend("Support desk in Spain, 50,000 tickets a month, data stays in the EU")
    print([c["name"] for c in found["candidates"]])

Every method returns plain data that `json.dumps` takes. Errors are `advisor.errors.AdvisorError`, one sentence that
says what to do. The first call that needs the store or the capability model builds them (seconds, once a data folder).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.services import Services
    from advisor.settings import Settings


class Advisor:
    """Advice for one data folder. Thread-safe; make one and keep it.

    `use_llm=False` asks no language model: every answer then comes from rules and the catalogue.
    """

    def __init__(self, settings: Settings | None = None, *, use_llm: bool = True, services: Services | None = None):
        from advisor.services import Services

        self.services = services or Services(settings, use_llm=use_llm)

    def recommend(self, text: str) -> dict[str, Any]:
        """Candidates for a use case in words: the document of `advisor recommend --json`."""
        from advisor.recommend import as_contract, recommend

        return as_contract(recommend(text, self.services))

    def benchmarks(self, text: str, k: int = 5) -> dict[str, Any]:
        """`{"ranked": [{"id", "name", "score", "why", "limits", "sources"}]}`, best first; `score` is 0 to 1."""
        from advisor.relevance.weighing import rank_benchmarks

        found = rank_benchmarks(text, store=self.services.store, catalog=self.services.catalog, k=k)
        return {"ranked": [b.model_dump(mode="json", exclude={"relevance"}) for b in found]}

    def ask(self, question: str) -> dict[str, Any]:
        """`{"answer": Markdown, "citations": [{"source", "url", "date", "title"}]}`."""
        from advisor.advice.compose import reply

        return reply(question, self.services).model_dump(mode="json")

    def rank(self, text: str, limit: int | None = None) -> dict[str, Any]:
        """`{"models": [{"model_id", "mean", "low", "high", "rank", "measured"}]}`, best first: log-odds against the
        reference, and how many boards have a figure of the model."""
        from advisor.recommend import rank

        return {"models": [m.model_dump(mode="json") for m in rank(text, self.services)[:limit]]}

    def explain(self, model: str, text: str = "a general assistant") -> dict[str, Any]:
        """The way from a model's published figures to its rank for a use case; `markdown` says it in words."""
        from advisor.recommend import explain

        return explain(model, text, self.services)

    def search_models(self, words: str, limit: int = 15) -> dict[str, Any]:
        """`{"models": [...]}`: models whose name or maker fits the words."""
        found = self.services.catalog.search_models(words, limit=limit)
        return {"models": [m.model_dump(mode="json") for m in found]}

    def model(self, name: str) -> dict[str, Any]:
        """Basics, offers, scores with source and date, and limits of one model."""
        from advisor.answers.model_card import card

        return card(name, self.services.catalog)

    def compare(self, names: list[str]) -> dict[str, Any]:
        """Two models or more, side by side."""
        from advisor.answers.model_card import compare
        from advisor.errors import BadInput

        if len(names) < 2:
            raise BadInput("Name at least two models to compare.")
        return compare(names, self.services.catalog)

    def run_trial(self, plan_file: str | Path) -> dict[str, Any]:
        """Run a plan, or go on with one that was stopped: the document of `advisor trial run --json`."""
        from advisor.trial.trial import run_file

        return run_file(plan_file, settings=self.services.settings).model_dump(mode="json")

    def trials(self) -> dict[str, Any]:
        """`{"trials": [{"trial_id", "name", "state", "started", "updated"}]}`, the newest first."""
        from advisor.trial.records import list_trials

        return {"trials": list_trials(self.services.settings.home)}

    def trial(self, trial_id: str) -> dict[str, Any]:
        """How a trial stands: `{"trial_id", "name", "state", "result", "verdicts"}`; `verdicts` is a count and
        `result` is None while it runs."""
        from advisor.errors import BadInput
        from advisor.trial.records import trial_record

        known = {t["trial_id"]: t for t in self.trials()["trials"]}
        if trial_id not in known:
            raise BadInput(f"There is no trial {trial_id!r}. Known: {', '.join(list(known)[:10]) or 'none'}.")
        record = trial_record(self.services.settings.home, trial_id)
        row = {k: known[trial_id].get(k) for k in ("trial_id", "name", "state", "started", "updated")}
        return row | {"result": record["result"], "verdicts": len(record["verdicts"])}

    def recheck(self, decision: dict[str, Any]) -> dict[str, Any]:
        """What changed since a decision record, and whether the decision still stands."""
        from advisor.report.recheck import recheck

        return recheck(decision, self.services).model_dump(mode="json")


def brief(found: dict[str, Any]) -> dict[str, Any]:
    """A recommendation without the long list of what was left out: how many models each kind of reason ruled out."""
    counted = Counter(e["field"] or "other" for e in found["excluded"])
    short = {k: v for k, v in found.items() if k not in ("excluded", "others")}
    return short | {"excluded_by": dict(counted.most_common()), "others": found["others"][:10]}
