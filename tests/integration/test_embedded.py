"""The real embedded models: joined, served side by side, asked for text, JSON and token probabilities."""

from __future__ import annotations

import hashlib
import threading
from typing import Literal

import pytest
from pydantic import BaseModel

from advisor.endpoints import local
from advisor.endpoints.doctor import checks
from advisor.endpoints.errors import ContextFull
from advisor.endpoints.models import Speaker, chat_model
from advisor.endpoints.routes import candidates
from advisor.endpoints.weights import PINNED, prepare
from advisor.settings import Settings

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(600)]

SMALL, LARGE = "smollm2-135m", "qwen2.5-coder-1.5b"


class Facts(BaseModel):
    monthly_requests: float | None
    country: str
    task: Literal["customer_support", "coding", "translation"]


def test_every_model_is_here_and_has_its_digest(embedded: Settings) -> None:
    assert candidates(embedded) == [f"local/{name}" for name in PINNED]
    path = prepare(PINNED[SMALL], embedded)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == PINNED[SMALL].sha256


def test_the_large_model_fills_a_schema(embedded: Settings) -> None:
    speaker = Speaker("advisor", embedded)
    assert speaker.model == f"local/{LARGE}"
    facts = speaker.structured(
        Facts, "Extract the facts.", "A telecom support desk in Spain gets 50000 customer tickets a month."
    )
    assert facts.monthly_requests == 50000 and facts.country == "Spain" and facts.task == "customer_support"
    assert speaker.usage.input_tokens > 20 and speaker.usage.output_tokens > 10 and speaker.usage.cost_usd == 0


def test_models_run_side_by_side_and_count_usage(embedded: Settings) -> None:
    speakers = [Speaker("candidate", embedded, model=f"local/{name}") for name in (SMALL, LARGE)]
    answers: dict[str, str] = {}
    threads = [
        threading.Thread(target=lambda s=s: answers.update({s.model: s.text("", "Say hello.", 16)})) for s in speakers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers.values()) and len(answers) == 2
    assert {SMALL, LARGE} <= set(local.running())


def test_streaming_brings_pieces_and_usage(embedded: Settings) -> None:
    speaker = Speaker("advisor", embedded, model=f"local/{SMALL}")
    pieces = list(speaker.stream("", "Count to five.", 24))
    assert len(pieces) > 3 and speaker.usage.output_tokens >= len(pieces) - 1


def test_one_call_of_one_token_gives_the_probabilities_of_a_verdict(embedded: Settings) -> None:
    model = chat_model("judge", embedded, max_tokens=1, logprobs=True, top_logprobs=10)
    reply = model.invoke("Which letter comes first in the alphabet, A or B? Answer with the letter only.")
    first = reply.response_metadata["logprobs"]["content"][0]
    top = {t["token"].strip(): t["logprob"] for t in first["top_logprobs"]}
    assert top["A"] > top["B"], "the probabilities of both letters come back, the right one first"


def test_a_prompt_beyond_the_window_is_refused_in_words(embedded: Settings) -> None:
    speaker = Speaker("advisor", embedded, model=f"local/{SMALL}")
    with pytest.raises(ContextFull, match="choose a model with a larger window"):
        speaker.text("", "word " * 6000)


def test_a_server_that_was_killed_comes_back(embedded: Settings) -> None:
    speaker = Speaker("advisor", embedded, model=f"local/{SMALL}")
    assert speaker.text("", "Say hello.", 8)
    server = local.start(SMALL, embedded)
    server.process.kill()
    server.process.wait()
    assert speaker.text("", "Say hello.", 8)


def test_stopping_does_not_wait_for_work_under_way(embedded: Settings) -> None:
    speaker = Speaker("advisor", embedded, model=f"local/{SMALL}")
    stream = speaker.stream("", "Write a very long story.", 2000)
    next(stream)
    server = local.start(SMALL, embedded)
    local.stop(SMALL)
    assert not server.alive and SMALL not in local.running()


def test_the_doctor_starts_the_chosen_model(embedded: Settings) -> None:
    embedded.advisor_model = embedded.judge_model = f"local/{SMALL}"
    found = {c.name: c for c in checks(embedded, start_model=True)}
    assert found["embedded model"].ok and found[f"weights {SMALL}"].ok
