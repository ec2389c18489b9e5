"""The shipped catalogue: whole, quick, and what the advice needs is in it."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.catalog import SHIPPED, Catalog, blended, load_catalog
from knowledge.check import check
from knowledge.licences import licence_name
from knowledge.schema import Offer
from knowledge.source_table import markdown

ROOT = Path(__file__).parents[2]
UPSTREAM = os.environ.get("ADVISOR_UPSTREAM", "")
WELL_KNOWN = (
    "openai/gpt-5.5", "openai/gpt-6.1-sol", "anthropic/claude-opus-5-5", "google/gemini-2.5-pro", "xai/grok-4.7",
    "meta/llama-3.3-70b-instruct", "mistral/mistral-large-4", "deepseek/deepseek-v4-pro", "moonshotai/kimi-k3",
    "zhipuai/glm-5.2",
)  # fmt: skip


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(SHIPPED)


def test_snapshot_passes_its_own_check(catalog: Catalog) -> None:
    report = check(catalog)
    assert report.ok, report.problems[:5]
    assert sum(f.stat().st_size for f in SHIPPED.iterdir()) < 10_000_000


def test_figures_are_found_digit_for_digit_in_the_raw_files(catalog: Catalog) -> None:
    if not UPSTREAM:
        pytest.skip("RAW FILES MISSING: set ADVISOR_UPSTREAM")
    report = check(catalog, Path(UPSTREAM), sample=200, seed=7)
    assert report.figures == 200 and report.ok, report.problems[:5]


@pytest.mark.parametrize("model_id", WELL_KNOWN)
def test_well_known_models_have_what_a_user_compares_first(catalog: Catalog, model_id: str) -> None:
    model = catalog.models[model_id]
    assert model.context_window and model.context_window >= 100_000
    assert model.released and model.released > dt.date(2024, 1, 1)
    assert model.maker and model.official
    price = catalog.price(model_id)
    assert price and price.input_usd and price.output_usd and price.url
    assert len({s.source_id for s in catalog.scores_of(model_id) if s.url}) >= 1


def test_catalogue_loads_nothing_heavy() -> None:
    code = (
        "import sys; from knowledge.catalog import load_catalog; c = load_catalog();"
        "len(c.models), len(c.offers), len(c.scores);"
        "assert not {'pandas', 'chromadb', 'gradio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_versions_are_found_in_either_spelling(catalog: Catalog) -> None:
    assert catalog.search_models("claude opus 5.5")[0].id == catalog.search_models("claude-opus-5-5")[0].id
    assert catalog.search_models("no such model at all") == []


def test_an_alias_leads_to_its_model(catalog: Catalog) -> None:
    alias, target = next(iter(catalog.manifest["aliases"].items()))
    assert alias in catalog.models and catalog.models.get(alias) is catalog.models[target]
    assert catalog.scores_of(alias) == catalog.scores_of(target)
    assert catalog.models.get("no/such-model") is None


def test_price_comes_from_the_maker_and_the_trusted_list(catalog: Catalog) -> None:
    price = catalog.price("openai/gpt-6.1-sol")
    assert price and (price.provider, price.source_id) == ("openai", "genai_prices")
    assert catalog.price("openai/gpt-6.1-sol", "no such provider") is None
    eu = catalog.cheapest_offer("openai/gpt-6.1-sol", lambda offer: "eu" in offer.regions)
    assert eu and eu.input_usd and price.input_usd and eu.input_usd > price.input_usd
    span = catalog.price_range("openai/gpt-6.1-sol")
    assert span.input_low and span.input_high and span.input_low <= price.input_usd <= span.input_high


def test_disagreement_between_sources_is_visible(catalog: Catalog) -> None:
    found = [d for model_id in catalog.models for d in catalog.disagreements(model_id)]
    assert found and all(len(set(d.values.values())) > 1 for d in found)
    assert any(str(d).startswith("input price at") for d in found)
    assert all(max(d.values.values()) > 1.001 * min(d.values.values()) for d in found), "rounding is no disagreement"


@pytest.mark.parametrize(
    ("model_id", "licence_class", "billions"),
    [
        ("mistral/mistral-medium-2604", "restricted", 128),
        ("minimax/MiniMax-M2.7", "non_commercial", 230),
        ("google/gemma-4-31b-it", "permissive", 31),
        ("zhipuai/glm-5.2", "permissive", 753),
        ("moonshotai/kimi-k2.6", "restricted", 1000),
        ("xiaomi/mimo-v2.5-pro", "permissive", 1020),
    ],
)
def test_open_weights_have_their_licence_and_size(
    catalog: Catalog, model_id: str, licence_class: str, billions: float
) -> None:
    model = catalog.models[model_id]
    assert (model.open_weights, model.licence_class, model.parameters_b) == (True, licence_class, billions)


def test_a_release_date_is_not_before_the_date_in_the_name(catalog: Catalog) -> None:
    assert catalog.models["mistral/mistral-large-2512"].released == dt.date(2025, 12, 2)


def test_fractions_and_percent_become_comparable(catalog: Catalog) -> None:
    fraction = next(s for s in catalog.scores_on("gpqa-diamond") if s.unit == "fraction")
    assert catalog.comparable(fraction) == pytest.approx(fraction.value * 100)


def test_an_unknown_output_price_counts_as_the_input_price() -> None:
    offer = Offer(
        model_id="m", provider="p", provider_model_id="m", official=True, input_usd=2.0, source_id="s",
        date=dt.date(2026, 1, 1),
    )  # fmt: skip
    assert blended(offer, 0.25) == 2.0


def test_every_speech_and_search_use_case_has_models(catalog: Catalog) -> None:
    assert len({s.model_id for s in catalog.scores_on("mteb-eng-v2")}) > 50
    assert len({s.model_id for s in catalog.scores_on("open-asr-en")}) > 30


def test_size_of_a_mixture_is_not_what_its_name_seems_to_say(catalog: Catalog) -> None:
    maverick = [m for m in catalog.models.values() if "llama-4-maverick" in m.id and m.official]
    assert maverick and {m.parameters_b for m in maverick} == {400}
    assert {m.active_parameters_b for m in maverick} == {17}


def test_licence_classes_follow_the_licence(catalog: Catalog) -> None:
    assert catalog.models["openai/gpt-5.5"].licence_class == "proprietary"
    assert catalog.models["openai/gpt-oss-120b"].licence_class == "permissive"
    assert catalog.models["meta/llama-3.3-70b-instruct"].licence_class == "restricted"
    for name in ("cohere/command-a-03-2025", "lg/exaone-3.5-2.4b-instruct", "alibaba/qwen2.5-3b-instruct"):
        assert catalog.models[name].licence_class == "non_commercial"


def test_damage_is_reported_in_one_sentence(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "copy")
    (tmp_path / "copy" / "scores.jsonl.gz").write_bytes(b"half")
    report = check(Catalog(tmp_path / "copy"))
    assert not report.ok and "\n" not in report.problems[-1]


def test_a_wrong_figure_is_caught(tmp_path: Path) -> None:
    raw = tmp_path / "bfcl"
    raw.mkdir()
    (raw / "data_overall.csv").write_text("Model,Overall Acc\nM (FC),71.00%\n", encoding="utf-8")
    folder = tmp_path / "snapshot"
    shutil.copytree(SHIPPED, folder)
    catalog = Catalog(folder)
    score = next(s for s in catalog.scores if s.source_id == "bfcl" and s.benchmark_id == "bfcl")
    catalog.scores[:] = [
        score.model_copy(update={"value": 70.0, "locator": "bfcl/data_overall.csv#Model=M (FC)@Overall Acc"})
    ]
    catalog.offers.clear()
    report = check(catalog, tmp_path)
    assert report.figures == 0 and any("71.0" in problem for problem in report.problems)


def test_page_of_sources_is_up_to_date(catalog: Catalog) -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert page.strip() == markdown(catalog).strip(), "run: python -m knowledge.source_table > docs/sources.md"


def test_manifest_names_every_raw_file_and_what_was_dropped() -> None:
    manifest = json.loads((SHIPPED / "manifest.json").read_text(encoding="utf-8"))
    assert all(len(d) == 64 for s in manifest["sources"].values() for d in s["sha256"].values())
    assert manifest["sources"]["reward_bench"]["dropped"]["unknown model"] > 0


@pytest.mark.parametrize(
    ("spelled", "shown"),
    [("apache-2-0", "Apache 2.0"), ("apache-2.0", "Apache 2.0"), ("mit", "MIT"), ("llama3", "llama3"), (None, None)],
)
def test_a_licence_is_shown_in_one_spelling(spelled: str | None, shown: str | None) -> None:
    assert licence_name(spelled) == shown
