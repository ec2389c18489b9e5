"""Keeps one user of a shared server within quota, and notes in the audit log what the user did."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.logs import Audit
from advisor.users.quota import Paid, Quota

if TYPE_CHECKING:
    from advisor.settings import Settings
    from advisor.trial.schema import Plan


class Steward:
    """Stands between a user and what costs something."""

    def __init__(
        self, user: str, quota: Quota, audit: Audit, settings: Settings, spoken: Callable[[], tuple[int, float]]
    ):
        """`settings` are the user's own; `spoken` gives calls and US dollars of the language model so far."""
        self.user = user
        self._quota, self._audit, self._settings = quota, audit, settings
        self._spoken_of, self._spoken = spoken, (0, 0.0)

    @contextlib.contextmanager
    def message(self, conversation: str) -> Iterator[None]:
        """Count a message, and what the language model asked for in its course.

        Raises:
            CapReached: too many a minute, or nothing is left for today.
        """
        self._quota.message(self.user)
        self._audit.note(self.user, "message", conversation=conversation)
        try:
            yield
        finally:
            self._count_speech()

    @contextlib.contextmanager
    def trial(self, plan: Plan) -> Iterator[Plan]:
        """The plan with caps that keep the quota.

        Raises:
            CapReached: nothing is left for today, or too many trials of the user run.
            BadInput: the plan asks for what strangers may not.
        """
        today, before, trial_id = self._paid(plan)
        with self._quota.trial(self.user, plan, today=today, before=before) as capped:
            self._audit.note(self.user, "trial started", trial=trial_id, calls=capped.limits.calls)
            ended = "trial failed"
            try:
                yield capped
                ended = "trial ended"
            except AdvisorError as error:
                ended = f"trial refused: {type(error).__name__}"
                raise
            finally:
                self._audit.note(self.user, ended, trial=trial_id)

    def _paid(self, plan: Plan) -> tuple[Paid, Paid, str]:
        """What the user has paid today, what this trial has paid before, and the trial's id."""
        from advisor.trial.journals import open_journal
        from advisor.trial.plan import prepare

        trial_id = prepare(plan, self._settings).trial_id
        midnight = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        with open_journal(self._settings) as journal:
            before, _, _ = journal.spent(trial_id)
            return journal.paid_since(midnight), (before.calls, before.money_usd), trial_id

    def _count_speech(self) -> None:
        now = self._spoken_of()
        self._quota.spend(self.user, now[0] - self._spoken[0], now[1] - self._spoken[1])
        self._spoken = now
