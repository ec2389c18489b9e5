"""What a server does once before it serves many people for long."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.services import Services

FIRST = "Answer questions of customers by mail, 10,000 a month"


def warm_up(services: Services) -> None:
    """Load all that a message needs, by answering one, and spare every later message.

    What is loaded never goes away, so garbage collection need not walk through it again and again. Products of small
    matrices stay in their thread: BLAS's others spin for longer than they help, on the core of the next user.
    """
    from threadpoolctl import threadpool_limits

    from advisor.recommend import recommend

    recommend(FIRST, services)
    threadpool_limits(1, user_api="blas")
    gc.collect()
    gc.freeze()
