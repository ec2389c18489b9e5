"""What a run of the graph is given from outside: services, a way to run trials, a way to cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

from advisor.errors import Parked
from advisor.services import Services
from advisor.trial.schema import Plan, TrialEstimate, TrialProgress, TrialResult


@dataclass
class Context:
    """Runtime context of one conversation. `cancel` stops a running trial; what was paid stays journalled.
    `parked` says that its server stops."""

    services: Services = field(default_factory=Services)
    cancel: threading.Event = field(default_factory=threading.Event)
    in_trial: bool = False
    parked: bool = False

    def estimate(self, plan: Plan) -> TrialEstimate:
        """Calls, tokens, money and time that `plan` will take."""
        from advisor.trial.estimate import estimate

        return estimate(plan, settings=self.services.settings)

    def run_trial(self, plan: Plan, on_progress: Callable[[TrialProgress], None]) -> TrialResult:
        """Run `plan`, or go on with it where the journal has a part of it.

        Raises:
            Parked: the server stops.
        """
        from advisor.trial.trial import run_plan

        steward, self.in_trial = self.services.steward, True
        try:
            with steward.trial(plan) if steward else nullcontext(plan) as capped:
                result = run_plan(capped, settings=self.services.settings, on_progress=on_progress, cancel=self.cancel)
        finally:
            self.in_trial = False
        if self.parked:
            raise Parked
        return result

    def park(self) -> None:
        """Stop the running trial after the calls in flight, to go on with it when the server is back."""
        self.parked = True
        self.cancel.set()
