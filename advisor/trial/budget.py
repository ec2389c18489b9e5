"""Caps on calls, tokens, money and minutes: room is reserved before a call is sent, and settled after it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from advisor.errors import CapReached
from advisor.trial.client import Call, Reply
from advisor.trial.schema import Limits


@dataclass
class Spent:
    """What calls took: tokens in and out, US dollars. `unpriced` counts calls whose price is not known."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    money_usd: float = 0.0
    unpriced: int = 0

    @property
    def tokens(self) -> int:
        """Tokens in and out together."""
        return self.input_tokens + self.output_tokens


class Budget:
    """What a trial may still spend. `spent` starts with what an earlier run of the same trial has paid."""

    def __init__(self, limits: Limits, spent: Spent | None = None, *, minutes_before: float = 0.0):
        self.limits = limits
        self.spent = spent or Spent()
        self._held = Spent()
        self._ends = None if limits.minutes is None else time.monotonic() + 60 * (limits.minutes - minutes_before)
        self._settled = asyncio.Event()

    async def reserve(self, call: Call) -> Spent:
        """Take room for the most that this call may cost; waits while calls in flight may give room back.

        Raises:
            CapReached: there is no room left.
        """
        need = _worst_case(call)
        while (reason := self._over(need)) is not None:
            if not self._held.calls or "minutes" in reason:
                raise CapReached(f"cap: {reason}")
            self._settled.clear()
            await self._settled.wait()
        _add(self._held, need, 1)
        return need

    def settle(self, call: Call, need: Spent, reply: Reply | None, *, billed: bool = True) -> None:
        """Give the room back and count what was used. A call that failed on the way may have been paid for:
        it counts as a call, and with its input, unless the endpoint refused it."""
        _add(self._held, need, -1)
        if reply is not None:
            _add(self.spent, _actual(call, reply), 1)
        elif billed:
            _add(self.spent, Spent(1, call.input_tokens(), 0, call.route.cost(call.input_tokens(), 0) or 0.0), 1)
        self._settled.set()

    def _over(self, need: Spent) -> str | None:
        limits, used, held = self.limits, self.spent, self._held
        if self._ends is not None and time.monotonic() >= self._ends:
            return f"{limits.minutes:g} minutes"
        if limits.calls is not None and used.calls + held.calls + 1 > limits.calls:
            return f"{limits.calls} calls"
        if limits.tokens is not None and used.tokens + held.tokens + need.tokens > limits.tokens:
            return f"{limits.tokens} tokens"
        money = used.money_usd + held.money_usd + need.money_usd
        if limits.money_usd is not None and money > limits.money_usd + 1e-12:
            return f"{limits.money_usd:g} US dollars"
        return None


def _worst_case(call: Call) -> Spent:
    tokens_in, tokens_out = call.input_tokens(), call.output_tokens()
    cost = call.route.cost(tokens_in, tokens_out)
    return Spent(1, tokens_in, tokens_out, cost or 0.0, int(cost is None))


def _actual(call: Call, reply: Reply) -> Spent:
    cost = call.route.cost(*reply.usage)
    return Spent(1, *reply.usage, cost or 0.0, int(cost is None))


def _add(total: Spent, part: Spent, sign: int) -> None:
    total.calls += sign * part.calls
    total.input_tokens += sign * part.input_tokens
    total.output_tokens += sign * part.output_tokens
    total.money_usd += sign * part.money_usd
    total.unpriced += sign * part.unpriced
