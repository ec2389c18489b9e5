"""What a server does once before it serves many people for long."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from advisor.schema import UseCase

if TYPE_CHECKING:
    from advisor.services import Services

FIRST = "Answer questions of customers by mail, 10,000 a month"


def warm_up(services: Services) -> None:
    """Load all that a message needs, by working one out, and spare every later message. No language model is asked:
    nobody has said anything yet that a call might be paid for.

    What is loaded never goes away, so garbage collection need not walk through it again and again. Products of small
    matrices stay in their thread: BLAS's others spin for longer than they help, on the core of the next user.
    """
    from threadpoolctl import threadpool_limits

    from advisor.interview import apply, assumptions, extract
    from advisor.recommend import questions_for, shortlist_for

    use_case, _ = apply(UseCase(text=FIRST), extract(FIRST))
    use_case = use_case.model_copy(update={"assumptions": assumptions(use_case)})
    questions_for(use_case, services, asked=[])
    shortlist_for(use_case, services)
    threadpool_limits(1, user_api="blas")
    gc.collect()
    gc.freeze()
