"""What calls cost, how usage adds up, and what is read out of replies."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from advisor.costing import call_cost
from advisor.endpoints.doctor import checks
from advisor.endpoints.models import Speaker, Usage, _object_in
from advisor.settings import Settings
from knowledge.schema import Offer

COUNTS = {"input_tokens": 1_000_000, "output_tokens": 100_000, "cache_read_tokens": 0}


def _listed(model: str) -> tuple[float, float, float]:
    """Input, output and cached-input price in genai-prices, US dollars per million tokens."""
    from genai_prices import Usage as Counts
    from genai_prices import calc_price

    calculation = calc_price(Counts(input_tokens=1, output_tokens=1), model, provider_id="openai")
    price = calculation.model_price
    return float(price.input_mtok), float(price.output_mtok), float(price.cache_read_mtok)


def test_embedded_models_cost_nothing() -> None:
    assert call_cost("qwen2.5-coder-1.5b", "local", COUNTS) == 0


def test_a_listed_model_costs_its_list_price() -> None:
    paid_in, paid_out, cached = _listed("gpt-5-mini")
    assert call_cost("gpt-5-mini", "openai", COUNTS) == pytest.approx(paid_in + 0.1 * paid_out)
    half = COUNTS | {"cache_read_tokens": 500_000}
    expected = 0.5 * paid_in + 0.5 * cached + 0.1 * paid_out
    assert call_cost("gpt-5-mini", "openai", half) == pytest.approx(expected)


def test_the_address_tells_the_provider() -> None:
    assert call_cost("gpt-5-mini", "work", COUNTS, base_url="https://api.openai.com/v1") is not None
    assert call_cost("gpt-5-mini", "work", COUNTS, base_url="https://llm.example/v1") is None


def test_an_unknown_price_is_none_not_zero() -> None:
    assert call_cost("some-model", "somewhere", COUNTS) is None


def test_the_catalogue_is_asked_next() -> None:
    offer = Offer(
        model_id="lab/m", provider="host", provider_model_id="m-v1", official=True,
        input_usd=2.0, output_usd=10.0, source_id="s", date=dt.date(2026, 10, 1),
    )  # fmt: skip
    catalog = SimpleNamespace(offers=[offer])
    assert call_cost("m-v1", "host", COUNTS, catalog) == pytest.approx(3.0)
    assert call_cost("m-v1", "other", COUNTS, catalog) is None


def test_usage_adds_up_until_a_price_is_unknown() -> None:
    usage = Usage()
    counts = {"input_tokens": 5, "output_tokens": 2, "cache_read_tokens": 1}
    usage.add(counts, 0.5)
    usage.add(counts, 0.25)
    assert (usage.calls, usage.input_tokens, usage.output_tokens, usage.cost_usd) == (2, 10, 4, 0.75)
    usage.add(counts, None)
    usage.add(counts, 0.25)
    assert usage.cost_usd is None


@pytest.mark.parametrize(
    "text, found",
    [
        ('{"a": 1}', '{"a": 1}'),
        ('Sure!\n```json\n{"a": {"b": 1}}\n```', '{"a": {"b": 1}}'),
        ("no object", "no object"),
        ('{"cut": ', '{"cut": '),
    ],
)
def test_the_object_in_a_reply(text: str, found: str) -> None:
    assert _object_in(text) == found


def test_our_own_bugs_are_not_dressed_up(home) -> None:
    class Odd(BaseModel):
        x: int

    speaker = Speaker("advisor", Settings(home=home))
    speaker.__dict__["_chat"] = SimpleNamespace(invoke=lambda *_, **__: {}["a bug"])
    speaker.__dict__["_route"] = SimpleNamespace(is_local=False, model="model", endpoint="stub")
    with pytest.raises(KeyError):
        speaker.text("", "hi")


def test_the_doctor_names_the_fix(home, monkeypatch) -> None:
    gone = {"gone": {"base_url": "http://127.0.0.1:9/v1", "model": "m"}}
    found = {c.name: c for c in checks(Settings(home=home, endpoints=gone))}
    assert not found["endpoint gone"].ok and found["endpoint gone"].fix
    assert found["models"].detail == "use: auto; gone/m advises, gone/m judges"
    assert found["Python"].ok and found["packages"].ok and found["data folder"].ok


def test_the_doctor_reaches_no_endpoint_that_was_not_chosen(home) -> None:
    found = checks(Settings(home=home, use="local", openai_api_key="k"))
    assert not any(c.name.startswith("endpoint") for c in found)


def test_the_doctor_finds_a_key_that_is_refused(home, stub_settings) -> None:
    found = {c.name: c for c in checks(stub_settings)}
    assert found["endpoint stub"].ok
