"""Words, figures and names that only look like a requirement: of the firm, its goods, its people, other machines."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.interview.extract import extract, seen_or_heard
from advisor.schema import Fact


def stated(message: str) -> dict[str, Any]:
    return extract(message).requirements().stated()


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("We bake bread in Ghent and want an assistant for mails. A loaf costs 4 euros.", "monthly_budget_usd"),
        ("A bot for our hotel's guests. A suite costs $900 a night.", "monthly_budget_usd"),
        ("We want to sort complaints. Last year the group made $12 million.", "monthly_budget_usd"),
        ("A lawyer of ours bills $400 an hour; the model should draft letters.", "monthly_budget_usd"),
        ("An assistant for our chess club. Its members come from Riga, my brother learns Japanese.", "languages"),
        ("Sort our tickets by urgency. The canteen serves Turkish coffee.", "languages"),
        ("Draft replies to mails. One of us speaks Tagalog at home.", "languages"),
        ("We want a poem for every guest, in a warm voice that people remember for long after.", "input_modalities"),
        ("Quiz questions about sports, history and film for a pub in a small town.", "input_modalities"),
        (
            "Sort tickets by topic. A customer once posted videos of us on YouTube, all public.",
            "input_modalities",
        ),
        ("It should pick the right function and chain the calls to the endpoints.", "input_modalities"),
        ("Answer questions about our rules. The physics department owns four H100, hands off.", "gpu_memory_gb"),
        ("Answer questions about our rules. The physics department owns four H100, hands off.", "deployment"),
        ("We run a small SaaS for florists and want to sort tickets.", "deployment"),
        ("A study on heat pumps in the EU and what worked there, for our think tank in Brussels.", "data_residency"),
        ("It must know more than American law and US history.", "data_residency"),
        ("Find the balance sheet in every annual report and name the auditor.", "priority"),
        ("Debug this weird async code with our trainees.", "batch_ok"),
        ("Swap one word so that the riddle gets another answer.", "input_tokens_per_request"),
        ("Twelve extremely strong pupils prepare for a contest in geometry.", "input_tokens_per_request"),
        ("Compare the open candidates on riddles, please, and tell us which one gets most of them.", "domain"),
    ],
)
def test_scenery_states_nothing(message: str, field: str) -> None:
    assert field not in stated(message)


@pytest.mark.parametrize(
    ("message", "field", "value"),
    [
        ("Letters about 35 euros of debt, for which we can spend 80 euros a month.", "monthly_budget_usd", 88.0),
        ("Read 400 receipts a month; I can pay two US cents per receipt.", "monthly_budget_usd", 8.0),
        ("Nine engineers work here. 220 drawings a month, six pages each.", "monthly_requests", 220.0),
        ("Wir haben drei Filialen und bekommen täglich rund 1.200 Mails.", "monthly_requests", 36_000.0),
        ("Una ventina di richieste a settimana.", "monthly_requests", 85.7143),
        ("Une vingtaine de lettres par semaine.", "monthly_requests", 85.7143),
        ("Keep it on our server: four cards of 24 GB, two of which are for this.", "gpu_memory_gb", 48.0),
        ("On our own server, a 24 GB card, of which the map eats 8, so 16 for the model.", "gpu_memory_gb", 16.0),
        ("A novel has 120,000 words, and we want a verdict.", "input_tokens_per_request", 159_600.0),
        ("We turn the patient's answers into a history of 150 words.", "output_tokens_per_request", 199.5),
        ("Sort mails, bought straight from the maker, no middlemen.", "official_provider_only", True),
        ("Sort mails. There are 9,000 sorted ones and we'd like to train on those.", "needs_fine_tuning", True),
        ("Describe the video clips that users upload, one line each.", "input_modalities", ["video"]),
        ("We answer customers in Faroese.", "languages", ["fo"]),
    ],
)
def test_what_is_required_is_found_beside_it(message: str, field: str, value: Any) -> None:
    found = stated(message).get(field)
    assert found == (pytest.approx(value, rel=1e-3) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    ("task", "quote", "kind"),
    [
        ("document_vision", "Read the title block of each blueprint", ["image"]),
        ("speech", "Everything that is said in court", ["audio"]),
        ("speech", "Have our letters read aloud on the train", None),
        ("summarization", "Boil the minutes down", None),
    ],
)
def test_a_clear_task_tells_what_goes_in(task: str, quote: str, kind: list[str] | None) -> None:
    found = {f.field: f for f in seen_or_heard([Fact(field="task", value=task, quote=quote)])}
    assert (found["input_modalities"].value if "input_modalities" in found else None) == kind


def test_a_guessed_task_tells_nothing_of_what_goes_in() -> None:
    from advisor.interview.rules_topic import GUESS

    guess = Fact(field="task", value="document_vision", quote="Read it", note=GUESS)
    assert seen_or_heard([guess]) == [guess]
