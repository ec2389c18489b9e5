"""Model cards of the shipped catalogue: found by the names that people use, complete, readable."""

from __future__ import annotations

from collections import Counter

import pytest

from advisor.answers.model_card import card, compare, find, in_catalogue
from advisor.answers.model_card_text import best_rows, card_markdown, compare_markdown
from advisor.errors import BadInput
from knowledge.catalog import Catalog, load_catalog
from knowledge.home import SHIPPED
from knowledge.names import default_resolver


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(SHIPPED)


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("gpt-5.2", "openai"),
        ("claude-opus-4-6", "anthropic"),
        ("gemini-3-pro-preview", "google"),
        ("llama-3.3-70b", "meta"),
        ("qwen3-32b", "alibaba"),
        ("deepseek-v3.2", "deepseek"),
        ("grok-4", "xai"),
        ("phi-4", "microsoft"),
        ("gemma-3-27b-it", "google"),
        ("mistral-large-2411", "mistral"),
    ],
)
def test_well_known_names_give_a_card_with_dated_figures(name: str, maker: str, catalog: Catalog) -> None:
    found = card(name, catalog)
    assert found["model"]["maker"] == maker
    assert found["scores"] and all(s["source"] and s["date"] and s["url"] for s in found["scores"])
    text = card_markdown(found)
    assert found["model"]["id"] in text and "## Prices" in text
    assert len(text.splitlines()) < 300


def test_a_name_that_boards_list_by_dated_builds_shows_the_figures_of_one(catalog: Catalog) -> None:
    found = card("gpt-4o", catalog)
    assert found["model"]["id"] == "openai/gpt-4o"
    assert found["scores_of"] in found["builds"] and found["scores"]
    assert f"The figures are those of `{found['scores_of']}`" in card_markdown(found)
    assert compare(["gpt-4o", "gpt-5.2"], catalog)["scores"]


def test_the_name_on_a_candidates_card_finds_its_model(catalog: Catalog) -> None:
    names = Counter(m.name.lower() for m in catalog.models.values())
    shown = [m for m in catalog.models.values() if m.official and len(catalog.scores_of(m.id)) > 20]
    told = [m for m in shown if names[m.name.lower()] == 1][:60]
    assert sum(_found(m.name, catalog) == m.id for m in told) > 55


@pytest.mark.parametrize(
    ("name", "model_id"),
    [
        ("deepseek-v4-pro-0813 (high)", "deepseek/deepseek-v4-pro-20260813"),
        ("Qwen3.8 27B fp8", "alibaba/qwen3.8-27b"),
        ("GPT-6 Luna xhigh", "openai/gpt-6-luna"),
        ("gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06"),
        ("gemma-9999b", None),
        ("no such model at all", None),
    ],
)
def test_a_name_that_models_dev_does_not_list_is_known_by_its_key(
    name: str, model_id: str | None, catalog: Catalog
) -> None:
    assert in_catalogue(default_resolver().resolve(name), catalog) == model_id


def _found(name: str, catalog: Catalog) -> str:
    try:
        return find(name, catalog).id
    except BadInput:
        return ""


def test_an_unclear_name_lists_choices(catalog: Catalog) -> None:
    with pytest.raises(BadInput, match="mistral/mistral-large") as error:
        find("mistral-large", catalog)
    assert error.value.exit_code == 2


def test_an_unknown_name_says_what_to_do(catalog: Catalog) -> None:
    with pytest.raises(BadInput, match="advisor models search"):
        find("no-such-model-xyz", catalog)


def test_independent_figures_come_before_the_makers_own(catalog: Catalog) -> None:
    text = card_markdown(card("phi-4", catalog))
    assert 0 < text.index("## Independent figures") < text.index("## Figures of the maker itself")


def test_the_short_card_keeps_the_best_of_each_board_and_says_what_it_hides(catalog: Catalog) -> None:
    found = card("gpt-5.2", catalog)
    kept = best_rows(found["scores"])
    keys = [(r["benchmark_id"], r["source_id"]) for r in kept]
    assert len(keys) == len(set(keys)) and not any(r["derived"] for r in kept)
    assert f"{len(found['scores']) - len(kept)} more rows" in card_markdown(found)
    assert "more rows" not in card_markdown(found, everything=True)


def test_lower_is_better_where_it_is() -> None:
    row = {"benchmark_id": "wer", "source_id": "s", "derived": False, "higher_is_better": False}
    assert best_rows([row | {"value": 9.0}, row | {"value": 4.0}])[0]["value"] == 4.0


def test_chinchilla_only_where_size_and_tokens_are_known(catalog: Catalog) -> None:
    assert "training tokens a parameter" in card("phi-4", catalog)["chinchilla"]
    assert card("gpt-5.2", catalog)["chinchilla"] is None


def test_every_mark_is_explained(catalog: Catalog) -> None:
    text = card_markdown(card("phi-4", catalog))
    assert "leak?" in text and "- *leak?*:" in text


def test_a_comparison_names_known_differences_and_shared_figures(catalog: Catalog) -> None:
    found = compare(["phi-4", "gemma-3-27b-it"], catalog)
    assert any(d.startswith("Context window") for d in found["differences"])
    assert not any("unknown" in d for d in found["differences"])
    assert found["scores"] and all(len(row) == 2 for row in found["scores"].values())
    text = compare_markdown(found)
    assert text.startswith("# Phi 4 or Gemma 3 27B") and "**Figures that they share**" in text


def test_names_of_models_are_data_in_a_card(catalog: Catalog) -> None:
    found = card("phi-4", catalog)
    found["model"]["name"] = "<script>x</script> | [y](javascript:z)\n# h"
    head = card_markdown(found).splitlines()[0]
    assert "\\<script\\>" in head and "\\|" in head and "\\# h" in head


def test_prices_tell_batch_tiers_and_the_makers_offer_first(catalog: Catalog) -> None:
    text = card_markdown(card("gemini-2.5-pro", catalog))
    first = text.split("| Provider |")[1].splitlines()[2]
    assert first.startswith("| google |") and "0.625 / 5" in first
    assert "google, above 200,000 tokens: 2.5 in, 15 out" in text
    assert "| Maker | Google |" in text


def test_a_use_case_chooses_and_orders_what_is_compared(catalog: Catalog) -> None:
    names = ["gpt-5.5", "glm-5.2"]
    plain = compare(names, catalog)
    weighed = compare(names, catalog, {"arena-text-legal": 0.9, "arena-text-coding": 0.2, "livebench": 0.0})
    boards = [next(iter(row.values()))["benchmark_id"] for row in weighed["scores"].values()]
    assert boards == ["arena-text-legal", "arena-text-coding"] and len(plain["scores"]) > 10
    assert any(line.startswith("Price per million tokens") for line in plain["differences"])
    assert "the nearest first" in compare_markdown(weighed) and "**LiveBench**" in compare_markdown(plain)
