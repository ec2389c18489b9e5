"""Evidence by betting: a capital that grows when a claim is false, and rarely when it is true.

The claim is that a loss in -1..1 has a mean of at most 0, whatever was seen before. Every loss multiplies the capital
by 1 + stake x loss, with a stake in 0..1 that was fixed before. While the claim is true the capital is a
supermartingale, so it reaches 1 / alpha with probability at most alpha, however often one looks (Ville's inequality;
Waudby-Smith and Ramdas 2024).

Half of the capital goes in equal parts on fixed stakes, which finds clear cases early. The other half aims at the
end: its stake is the one that reaches the target with the smallest mean loss over the bets still to come, worked out
anew before each (Voracek and Orabona 2025), which finds close cases with about half of the bets.
"""

from __future__ import annotations

import math
from statistics import fmean

STAKES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
MOST = 0.97
FIXED_SHARE = 0.5
PRIOR_BETS = 4
PRIOR_SQUARE = 0.5


class Capital:
    """The capital against one claim, 1 at the start. `target` is the value at which the claim is given up."""

    def __init__(self, target: float) -> None:
        self._target = target
        self._fixed = [0.0] * len(STAKES)
        self._aimed = 0.0
        self._bets = PRIOR_BETS
        self._squares = PRIOR_BETS * PRIOR_SQUARE

    @property
    def value(self) -> float:
        """The evidence against the claim, an e-value."""
        return FIXED_SHARE * self._fixed_value() + (1 - FIXED_SHARE) * math.exp(self._aimed)

    def bet(self, loss: float, left: float) -> None:
        """Bet on a loss in -1..1. `left` says how many bets are still to come after this one, about; it must not
        depend on the loss."""
        self._aimed += math.log1p(self._stake(left) * loss)
        self._fixed = [c + math.log1p(s * loss) for c, s in zip(self._fixed, STAKES, strict=True)]
        self._bets += 1
        self._squares += loss * loss

    def _fixed_value(self) -> float:
        return fmean(math.exp(c) for c in self._fixed)

    def _stake(self, left: float) -> float:
        """sqrt(2 need / (bets x mean square)): with it the log of the capital grows by `need` at the smallest sum
        of losses. Nothing is staked when the target is reached."""
        open_target = (self._target - FIXED_SHARE * self._fixed_value()) / (1 - FIXED_SHARE)
        need = math.log(max(open_target, 1e-9)) - self._aimed
        if need <= 0:
            return 0.0
        return min(MOST, math.sqrt(2 * need / ((max(left, 0.0) + 1) * self._squares / self._bets)))
