"""How long one recommendation takes in a warm process, without a language model: new texts, and a text seen before.

python tests/bench/recommend_speed.py
"""

from __future__ import annotations

import json
import time
from statistics import median

from personas import USECASES

from advisor.recommend import questions_for, recommend, shortlist_for, understand, weights_for
from advisor.services import Services
from advisor.warm import warm_up


def timed(run: object) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    run()  # type: ignore[operator]
    return (time.perf_counter() - start) * 1000


def main() -> None:
    services = Services(use_llm=False)
    warm_up(services)
    texts = [json.loads(line)["message"] for line in USECASES.read_text(encoding="utf-8").splitlines()]
    for text in texts[:6]:  # first use: fit, store, patterns of the languages
        recommend(text, services)
    new = [timed(lambda t=text: recommend(t, services)) for text in texts[6:]]
    again = [timed(lambda t=text: recommend(t, services)) for text in texts[6:]]
    known = [understand(text, services) for text in texts[6:]]
    lists = [timed(lambda u=use_case: shortlist_for(u, services)) for use_case in known]
    asks = [timed(lambda u=use_case: questions_for(u, services, asked=[])) for use_case in known]
    reads = [timed(lambda u=use_case: weights_for(u, services)) for use_case in known]
    for name, values in (
        ("recommend, new text", new),
        ("recommend, seen text", again),
        ("of it: shortlist", lists),
        ("of it: questions, seen", asks),
        ("of it: relevance, seen", reads),
    ):
        print(f"{name:24} median {median(values):6.0f} ms   slowest {max(values):6.0f} ms   ({len(values)} texts)")


if __name__ == "__main__":
    main()
