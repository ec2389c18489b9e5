"""Each source in the format that its upstream serves, from a local web server into a user's own snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import Upstream, serving

from knowledge import directory
from knowledge import refresh as refresh_module
from knowledge.build import Tables, write
from knowledge.catalog import SHIPPED, Catalog
from knowledge.check import check
from knowledge.refresh import refresh, refreshed_snapshot
from knowledge.schema import Score
from knowledge.sources import lmarena, tau_bench


@pytest.fixture(scope="module")
def models_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped models without their figures: a snapshot that is quick to write anew."""
    shipped = Catalog(SHIPPED)
    tables = Tables(
        models=list(shipped.models.values()), benchmarks=list(shipped.benchmarks.values()),
        sources=list(shipped.sources.values()), aliases=shipped.manifest["aliases"],
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("models")
    write(tables, folder)
    return folder


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch, models_only: Path) -> Iterator[Upstream]:
    monkeypatch.setattr(refresh_module, "SHIPPED", models_only)
    monkeypatch.setattr(refresh_module, "LEAST_ROWS", 0.0)  # a few made-up rows stand for a whole board here
    with serving() as server:
        yield server


def brought(source_id: str, upstream: Upstream, home: Path) -> dict[str, Score]:
    """What a refresh brings, by raw name and benchmark. It never reaches the shipped snapshot, and passes the check."""
    outcome = refresh(source_id, home, base_url=upstream.url)
    assert outcome.outcome == "updated", outcome.message
    folder = refreshed_snapshot(home)
    assert folder is not None
    catalog = Catalog(folder)
    assert check(catalog).ok
    return {f"{s.raw_name} {s.benchmark_id}": s for s in catalog.scores if s.source_id == source_id}


README = """# A board

Text with [a link](https://example.org).

| Models | Claimed Length | Effective Length | Base Score<br>(×0.85: Thr.) | 1K | 32K |
|---|---|---|---|---|---|
| GPT-4o | 128K | 8K | 99.3 (84.4) | <ins>98.1</ins> | 69.7 |
| Llama 3.3 70B | 128K | 2K | 97.3 (82.7) | <ins>94.2</ins> | *42.7* |
"""


def test_nolima_readme(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["README.md"] = README.encode()
    found = brought("nolima", upstream, tmp_path)
    assert {k: s.value for k, s in found.items()} == {"GPT-4o nolima": 69.7, "Llama 3.3 70B nolima": 42.7}


def test_ruler_readme_with_links_in_its_cells(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["README.md"] = (
        b"|Models|Claimed Length|Effective Length|4K|128K|Avg.|\n|:--|:--|:--|:--|:--|:--|\n"
        b"|[Jamba-1.5-large](https://huggingface.co/ai21labs/AI21-Jamba-1.5-Large)* (94B/398B)|256k|>128k|"
        b"<ins>96.7</ins>|95.1|96.0|\n"
    )
    found = brought("long_context", upstream, tmp_path)
    assert {s.benchmark_id: s.value for s in found.values()} == {"ruler-4k": 96.7, "ruler-128k": 95.1, "ruler": 96.0}


def test_vectara_readme(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["README.md"] = (
        b"|Model|Hallucination Rate|Factual Consistency Rate|Answer Rate|Average Summary Length (Words)|\n"
        b"|---|---:|---:|---:|---:|\n|google/gemini-2.5-flash-lite|3.3 %|96.7 %|99.5 %|95.7|\n"
    )
    found = brought("vectara_hallucination", upstream, tmp_path)
    assert found["google/gemini-2.5-flash-lite vectara-hallucination"].value == 3.3


def test_arena_hard_console_tables(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["README.md"] = b"""## Leaderboard
##### Hard Prompt, Style Control, and Gemini-2.5 as Judge **(Official Configuration)**:
```console
                     Model  Scores (%)         CI (%)
0            o3-2025-04-16        85.9  (-0.8 / +0.9)
```
##### Hard Prompt, Style Control, and GPT-4.1 as Judge **(If prefer OpenAI API)**
```console
0            o3-2025-04-16        87.0  (-1.0 / +1.0)
```
"""
    (row,) = brought("arena_hard", upstream, tmp_path).values()
    assert (row.benchmark_id, row.value, row.low, row.high) == (
        "arena-hard-v2",
        85.9,
        pytest.approx(85.1),
        pytest.approx(86.8),
    )


def test_open_asr_tables(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["en_shortform.csv"] = (
        b"model,Avg. WER,RTFx,Model size (B),License\nopenai/whisper-large-v3,7.44,145.5,1.5,Open\n"
    )
    upstream.files["en_longform.csv"] = b"model_id,Average,RTFx\nopenai/whisper-large-v3,8.1,60\n"
    upstream.files["multilingual.csv"] = b"model,Avg,de_fleurs\nopenai/whisper-large-v3,5.0,4.1\n"
    found = brought("open_asr", upstream, tmp_path)
    assert found["openai/whisper-large-v3 open-asr-en"].value == 7.44
    assert found["openai/whisper-large-v3 fleurs-de"].value == 4.1


def test_bird_page(upstream: Upstream, tmp_path: Path) -> None:
    rows = "".join(
        f"<tr>{''.join(f'<td>{c}</td>' for c in cells)}</tr>"
        for cells in (
            ("", "Model", "Code", "Size", "Oracle Knowledge", "Dev (%)", "Test (%)"),
            (
                "<b>Nov 21, 2023</b>",
                "<p>GPT-4</p><small>Baseline</small>",
                "[link]",
                "UNK",
                "&#10004;",
                "46.35",
                "54.89",
            ),
            ("Dec 16, 2025", "AskData + GPT-4o<br>AT&amp;T", "", "UNK", "", "77.64", "81.95"),
        )
    )
    page = f"<html><body><table>{rows}</table><table><tr><td>other</td></tr></table></body></html>"
    upstream.files["index.html"] = page.encode()
    found = brought("bird_sql", upstream, tmp_path)
    assert found["GPT-4 Baseline bird-sql"].value == 54.89
    assert found["GPT-4 Baseline bird-sql"].kind == "independent"


def scale_page(*entries: dict[str, object]) -> bytes:
    flight = json.dumps("5:" + json.dumps({"board": {"entries": entries}}))
    return f"<html><script>self.__next_f.push([1,{flight}])</script></html>".encode()


def test_scale_pages_and_their_contamination_notes(upstream: Upstream, tmp_path: Path) -> None:
    o3 = {"model": "o3 (high) (April 2025)*", "rank": 1, "score": 20.32, "confidenceInterval_upper": 1.58}
    seen = {"model": "gpt-4o", "score": 99.0, "contaminationMessage": "seen the prompts"}
    upstream.files["humanitys_last_exam"] = scale_page(o3, seen)
    upstream.files["multichallenge"] = scale_page(
        {"model": "gpt-4o", "score": 51.5, "createdAt": "2025-07-09T18:04:14Z"}
    )
    found = brought("scale_seal", upstream, tmp_path)
    assert {s.benchmark_id: s.value for s in found.values()} == {"hle": 20.32, "multichallenge": 51.5}
    exam = next(s for s in found.values() if s.benchmark_id == "hle")
    assert exam.config == "effort=high" and exam.low == pytest.approx(18.74)


def test_vellum_sentences_count_as_the_vendors_figures(upstream: Upstream, tmp_path: Path) -> None:
    data = [{"name": "Claude Opus 4.7", "description": "Claude Opus 4.7 scored 94.2% on GPQA Diamond"}]
    data += [{"name": "x", "description": "Claude Opus 4.7 scored 9.9% on Our Own Exam"}]
    upstream.files["llm-leaderboard"] = (
        f'<html><script type="application/ld+json">{json.dumps(data)}</script></html>'.encode()
    )
    (row,) = brought("vellum", upstream, tmp_path).values()
    assert (row.benchmark_id, row.value, row.kind) == ("gpqa-diamond", 94.2, "vendor")


def test_swe_bench_file(upstream: Upstream, tmp_path: Path) -> None:
    entry = {"name": "mini + GPT-5", "folder": "a", "resolved": 65.0, "date": "2025-08-07", "tags": ["Model: gpt-5"]}
    boards = {"leaderboards": [{"name": "bash-only", "results": [entry]}]}
    upstream.files["leaderboards.json"] = json.dumps(boards).encode()
    assert brought("swe_bench", upstream, tmp_path)["mini + GPT-5 swe-bench-bash-only"].value == 65.0


def test_llm_perf_files_by_machine(upstream: Upstream, tmp_path: Path) -> None:
    head = (
        "config.backend.model,config.backend.torch_dtype,report.prefill.latency.mean,report.decode.throughput.value\n"
    )
    for machine in ("1xA100", "1xA10", "1xT4"):
        text = (
            f"{head}meta-llama/Llama-3.1-8B-Instruct,bfloat16,0.03,31.5\nmeta-llama/Llama-3.1-8B-Instruct,float16,,\n"
        )
        upstream.files[f"perf-df-pytorch-cuda-unquantized-{machine}.csv"] = text.encode()
    outcome = refresh("llm_perf", tmp_path, base_url=upstream.url)
    folder = refreshed_snapshot(tmp_path)
    assert outcome.rows == 6 and folder is not None, outcome.message
    configs = {s.config for s in Catalog(folder).scores if s.source_id == "llm_perf"}
    assert "machine=1xT4,torch_dtype=bfloat16" in configs


def test_bigcode_table(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["code_eval_board.csv"] = (
        b"Models,Size (B),humaneval-python,java,Average score\nQwen2.5-Coder-7B-Instruct,7,88.4,76.5,70.1\n"
    )
    found = brought("bigcode_models", upstream, tmp_path)
    assert {s.benchmark_id: s.value for s in found.values()} == {"humaneval": 88.4, "multipl-e": 70.1}


def test_ml_energy_keeps_the_fastest_run_of_a_machine(upstream: Upstream, tmp_path: Path) -> None:
    def run(batch: int, speed: float) -> dict[str, object]:
        return {
            "model_id": "openai/gpt-oss-20b", "gpu_model": "H100", "num_gpus": 1, "weight_precision": "mxfp4",
            "max_num_seqs": batch, "output_throughput_tokens_per_sec": speed, "energy_per_token_joules": 0.1,
        }  # fmt: skip

    upstream.files["lm-arena-chat.json"] = json.dumps({"configurations": [run(8, 900.5), run(64, 4000.25)]}).encode()
    found = brought("ml_energy", upstream, tmp_path)
    assert found["openai/gpt-oss-20b ml-energy-tokens-per-second"].value == 4000.25


def arena_page(subset: str, page: int, names: list[str], category: str = "overall") -> tuple[str, bytes]:
    rows = [
        {
            "model_name": name, "organization": "openai", "license": "Proprietary", "rating": 1300.5,
            "rating_lower": 1290.0, "rating_upper": 1311.0, "vote_count": 900, "rank": 1, "category": category,
            "leaderboard_publish_date": "2026-11-20",
        }
        for name in names
    ]  # fmt: skip
    url = lmarena.FILES[f"lmarena/{subset}_0.json"].replace("offset=0", f"offset={page * lmarena.PAGE_ROWS}")
    return url.rsplit("/", 1)[1], json.dumps({"rows": [{"row": r} for r in rows], "num_rows_total": 1}).encode()


def test_arena_dataset_is_read_page_by_page(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lmarena, "PAGE_ROWS", 2)
    for subset in lmarena.SUBSETS:
        upstream.files.update([arena_page(subset, 0, ["gpt-5.5-high"])])
    upstream.files.update([arena_page("text_style_control", 0, ["gpt-5.5-high", "gpt-5.4"])])
    upstream.files.update([arena_page("text_style_control", 1, ["gpt-5.2", "o3"], "coding")])
    upstream.files.update([arena_page("text_style_control", 2, ["gpt-4o"], "no_such_category")])
    found = brought("lmarena", upstream, tmp_path)
    boards = {s.benchmark_id for s in found.values()}
    assert boards == {
        "arena-text",
        "arena-text-coding",
        *(f"arena-{b}" for b in ("vision", "webdev", "search", "document")),
    }
    assert found["gpt-5.5-high arena-text"].config == "effort=high"
    assert str(found["o3 arena-text-coding"].date) == "2026-11-20"


def test_a_broken_page_of_the_arena_dataset_keeps_the_old_data(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files.update(arena_page(subset, 0, ["gpt-5.5"]) for subset in lmarena.SUBSETS)
    key = arena_page("webdev", 0, [])[0]
    upstream.files[key] = b'{"error": "busy"}'
    outcome = refresh("lmarena", tmp_path, base_url=upstream.url)
    assert outcome.outcome == "unreachable" and "list of files" in outcome.message
    assert refreshed_snapshot(tmp_path) is None


def test_tau_bench_submissions_of_the_manifest(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tau_bench, "SITE", upstream.url)
    monkeypatch.setattr(tau_bench, "FILES", {tau_bench.MANIFEST: f"{upstream.url}/manifest.json"})
    manifest = {"submissions": ["gpt-5-5_sierra", "../../etc/passwd"], "voice_submissions": []}
    upstream.files["manifest.json"] = json.dumps(manifest).encode()
    entry = {
        "model_name": "GPT-5.5", "model_organization": "OpenAI", "submitting_organization": "Sierra",
        "submission_date": "2026-05-05", "results": {"retail": {"pass_1": 81.5}},
    }  # fmt: skip
    upstream.files["gpt-5-5_sierra/submission.json"] = json.dumps(entry).encode()
    outcome = refresh("tau_bench", tmp_path)
    folder = refreshed_snapshot(tmp_path)
    assert outcome.outcome == "updated" and folder is not None, outcome.message
    (row,) = [s for s in Catalog(folder).scores if s.source_id == "tau_bench"]
    assert (row.benchmark_id, row.value, row.kind) == ("tau2-bench-retail", 81.5, "independent")


def spaces(count: int, **first: object) -> bytes:
    rows = [{"id": f"someone/board-{n}", "lastModified": "2026-11-01T10:00:00.000Z", "tags": []} for n in range(count)]
    rows[0] |= first
    return json.dumps(rows).encode()


LISTING = "spaces?filter=leaderboard&full=true&limit=1000"


def test_spaces_with_owner_and_last_activity(upstream: Upstream, tmp_path: Path) -> None:
    tags = ["leaderboard", "language:french", "domain:legal"]
    upstream.files[LISTING] = spaces(200, id="acme/contract_review_leaderboard", tags=tags)
    outcome = refresh("leaderboard_directory", tmp_path, base_url=upstream.url)
    assert outcome.outcome == "updated" and outcome.rows == 200
    file = directory.directory_in_use(tmp_path)
    (board,) = [b for b in directory.find_leaderboards("French legal contracts", file=file) if b.owner == "acme"]
    assert board.url == "https://huggingface.co/spaces/acme/contract_review_leaderboard"
    assert str(board.active) == "2026-11-01" and "fr" in board.languages and "legal" in board.tags
    assert len(directory.load_directory(file)) == 200 + len(directory.load_directory(directory.SHIPPED))


@pytest.mark.parametrize("body", [spaces(3), spaces(200, id="<script>/x"), b"[", b'{"error": "busy"}', b"[1, 2]"])
def test_a_bad_listing_of_spaces_is_quarantined(upstream: Upstream, tmp_path: Path, body: bytes) -> None:
    upstream.files[LISTING] = body
    outcome = refresh("leaderboard_directory", tmp_path, base_url=upstream.url)
    assert outcome.outcome == "quarantined" and outcome.report and outcome.report.is_file()
    assert directory.directory_in_use(tmp_path) == directory.SHIPPED


@pytest.mark.parametrize("source_id", ["nolima", "long_context", "vectara_hallucination", "arena_hard"])
def test_a_readme_without_its_table_is_quarantined(
    source_id: str, tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.files["README.md"] = b"# Moved\n\nThe table is elsewhere now.\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert refresh(source_id, tmp_path, base_url=upstream.url).outcome == "quarantined"
    assert refreshed_snapshot(tmp_path) is None


def test_every_source_that_ships_no_figures_refreshes_in_one_command() -> None:
    from knowledge.sources import load

    linked = [s.id for s in Catalog(SHIPPED).sources.values() if not s.redistributable]
    assert [s for s in linked if not getattr(load(s), "FILES", None)] == []
