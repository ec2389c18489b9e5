"""Adapters on small raw files of the upstream shape: each source's traps."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.build import build, completed, twins, write
from knowledge.catalog import load_catalog
from knowledge.schema import Model, Score
from knowledge.sources import ADAPTERS, load
from knowledge.sources.locator import NotFound, find, locate, markdown_tables, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import new_id, size_of


@dataclass(frozen=True)
class Answer:
    canonical_id: str | None
    config: str = ""
    key: str = ""
    confidence: float = 1.0


class Exactly:
    """A resolver that knows what a test tells it."""

    def __init__(self, **known: str) -> None:
        self.known = {name.replace("__", " "): model for name, model in known.items()}

    def resolve(self, raw_name: str, source: str) -> Answer:
        return Answer(self.known.get(raw_name), key=raw_name.lower())


def put(raw: Path, file: str, text: str) -> Path:
    path = raw / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def scores(source: str, raw: Path, resolver: Exactly) -> list[Score]:
    return [row for row in load(source).rows(raw, Names(resolver)) if isinstance(row, Score)]


def test_every_adapter_is_described() -> None:
    for source_id in ADAPTERS:
        source = load(source_id).SOURCE
        assert source.id == source_id and source.licence and source.row_means and source.traps and source.url
        assert source.redistributable or "not" in source.licence


def test_locator_finds_cells_whatever_their_text(tmp_path: Path) -> None:
    put(tmp_path, "a/t.csv", 'name,score\n"odd; =@> name",12.50%\nb,7\n')
    put(tmp_path, "a/t.json", json.dumps({"boards": [{"id": "x", "rows": [["m", 1.50]]}]}))
    at = locate("a/t.csv", "score", {"name": "odd; =@> name"})
    assert find(tmp_path, at) == "12.50%" and number("12.50%") == 12.5
    assert find(tmp_path, locate("a/t.json", "1", "boards", {"id": "x"}, "rows", {"0": "m"})) == "1.5"
    with pytest.raises(NotFound):
        find(tmp_path, locate("a/t.csv", "score", {"name": "absent"}))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("**61.3**", 61.3),
        ("<ins>98.1</ins>", 98.1),
        ("n/a", None),
        ("-", None),
        ("1.8 %", 1.8),
        ("1e-6", 1e-6),
        (True, None),
    ],
)
def test_numbers_are_read_out_of_their_markup(text: str, value: float | None) -> None:
    assert number(text) == value


def test_names_of_one_unlisted_model_join() -> None:
    names = Names(Exactly())
    assert names.announce("GPT-9", "prices", "openai/gpt-9").id == "openai/gpt-9"
    assert names.find("gpt-9", "board") and names.find("gpt-8", "board") is None
    assert names.dropped["board", "unknown model"] == 1


def test_bfcl_mode_is_a_configuration(tmp_path: Path) -> None:
    put(tmp_path, "bfcl/data_overall.csv", _bfcl("M (FC)", "70.00%") + _bfcl("M (Prompt)", "60.50%").split("\n", 1)[1])
    found = {s.config: s.value for s in scores("bfcl", tmp_path, Exactly(M="x/m")) if s.benchmark_id == "bfcl"}
    assert found == {"mode=FC": 70.0, "mode=Prompt": 60.5}


def _bfcl(name: str, overall: str) -> str:
    columns = list(load("bfcl").COLUMNS)  # type: ignore[attr-defined]
    return f"Model,{','.join(columns)}\n{name},{overall}{',1.00%' * (len(columns) - 1)}\n"


def test_livebench_averages_follow_the_boards_rule(tmp_path: Path) -> None:
    livebench = load("livebench")
    put(tmp_path, livebench.TABLE, "model,a,b,c\nM,10,20,60\nN,10,,60\n")  # type: ignore[attr-defined]
    put(tmp_path, livebench.CATEGORIES, json.dumps({"Coding": ["a", "b"], "IF": ["c"]}))  # type: ignore[attr-defined]
    rows = scores("livebench", tmp_path, Exactly(M="x/m", N="x/n"))
    derived = {(s.model_id, s.benchmark_id): s.value for s in rows if s.derived}
    assert derived["x/m", "livebench-coding"] == 15.0 and derived["x/m", "livebench"] == 37.5
    assert ("x/n", "livebench") not in derived and ("x/n", "livebench-coding") not in derived


def test_a_pair_of_models_is_a_system(tmp_path: Path) -> None:
    run = (
        "- dirname: {d}\n  model: {m}\n  edit_format: diff\n  pass_rate_2: {p}\n  seconds_per_case: 3\n"
        "  percent_cases_well_formed: 99.0\n  total_cost: 0\n  test_cases: 225\n  date: {t}\n"
    )
    text = run.format(d="a", m="M", p="50.0", t="2025-01-01") + run.format(d="b", m="M + N", p="64.0", t="2025-01-02")
    put(tmp_path, "aider/polyglot_leaderboard.yml", text)
    rows = {
        s.config: s for s in scores("aider", tmp_path, Exactly(M="x/m", N="x/n")) if s.benchmark_id == "aider-polyglot"
    }
    assert rows["edit=diff"].kind == "independent" and rows["edit=diff,with=N"].kind == "scaffold"
    assert not [s for s in scores("aider", tmp_path, Exactly(M="x/m")) if s.unit == "usd"]


def test_only_a_submission_with_one_model_counts_on_swe_bench(tmp_path: Path) -> None:
    def entry(name: str, *models: str) -> dict[str, object]:
        tags = [f"Model: {m}" for m in models]
        return {"name": name, "folder": name, "resolved": 50.0, "date": "2025-01-01", "tags": tags}

    boards = [
        {"name": "bash-only", "results": [entry("one", "M")]},
        {"name": "Verified", "results": [entry("agent", "M"), entry("two", "M", "N"), entry("none")]},
    ]
    put(tmp_path, load("swe_bench").FILE, json.dumps({"leaderboards": boards}))  # type: ignore[attr-defined]
    rows = scores("swe_bench", tmp_path, Exactly(M="x/m", N="x/n"))
    assert {(s.benchmark_id, s.kind) for s in rows} == {
        ("swe-bench-bash-only", "independent"),
        ("swe-bench-verified", "scaffold"),
    }


def test_llm_perf_and_bigcode_read_the_upstream_columns(tmp_path: Path) -> None:
    columns = "report.prefill.latency.mean,report.decode.throughput.value,report.decode.memory.max_allocated"
    head = f"config.backend.model,config.backend.torch_dtype,{columns}\n"
    perf = head + "M,float16,0.05,31.5,15000\nM,bfloat16,,,\n"
    put(tmp_path, "llm_perf/perf-df-pytorch-cuda-unquantized-1xA100.csv", perf)
    found = {s.benchmark_id: s for s in scores("llm_perf", tmp_path, Exactly(M="x/m"))}
    assert found["llm-perf-decode"].value == 31.5 and "machine=1xA100" in found["llm-perf-decode"].config
    assert len(found) == 3
    put(tmp_path, "bigcode_models/code_eval_board.csv", "T,Models,humaneval-python,Average score\n,M,52.5,44.1\n")
    assert {s.benchmark_id: s.value for s in scores("bigcode_models", tmp_path, Exactly(M="x/m"))} == {
        "humaneval": 52.5,
        "multipl-e": 44.1,
    }


def test_both_versions_of_reward_bench_are_told_apart(tmp_path: Path) -> None:
    head = "board,model_id,metric,score,metric_description\n"
    lines = ["b,M,Score,0.84,Overall RewardBench Score", "b,M,Score,0.64,Overall RewardBench 2 Score (mean)"]
    put(tmp_path, "reward_bench/reward-bench.csv", head + "\n".join(lines) + "\n")
    found = {s.benchmark_id: s.value for s in scores("reward_bench", tmp_path, Exactly(M="x/m"))}
    assert found == {"reward-bench": 0.84, "reward-bench-2": 0.64}


def test_sizes_and_ids_come_from_names() -> None:
    assert size_of("Qwen3-235B-A22B") == (235.0, 22.0)
    assert size_of("Mixtral-8x7B") == (None, None) and size_of("gemma-3n-e4b") == (None, None)
    assert new_id("Z.ai", "GLM-9 Air") == "zhipuai/glm-9-air"


def test_rolling_alias_and_its_one_date_are_twins() -> None:
    ids = {
        "anthropic/claude-x",
        "anthropic/claude-x-20260101",
        "openai/gpt-x",
        "openai/gpt-x-2026-01-01",
        "openai/gpt-x-2026-02-01",
    }
    assert twins(ids) == {"anthropic/claude-x": "anthropic/claude-x-20260101"}
    assert twins({"mistral/large", "mistral/large-20260101"}) == {}


def test_a_board_without_a_name_for_a_model_says_its_repository(tmp_path: Path) -> None:
    hub = "https://huggingface.co/"
    entries = {
        "StarCoder9-15B": {"link": f"{hub}bigcode/starcoder9-15b", "pass@1": {"humaneval": 40.0}},
        "Phi-3.9-Mini": {"link": f"{hub}microsoft/Phi-3-mini", "pass@1": {"humaneval": 50.0}},
        "Tuned-7B": {"link": f"{hub}somebody/tuned-7b", "pass@1": {"humaneval": 60.0}},
        "Closed 1": {"link": "https://example.org", "pass@1": {"humaneval": 70.0}},
    }
    put(tmp_path, "evalplus/results.json", json.dumps(entries))
    rows = list(load("evalplus").rows(tmp_path, Names(Exactly())))
    assert [r.id for r in rows if isinstance(r, Model)] == ["bigcode/starcoder9-15b"]
    assert [(r.model_id, r.raw_name) for r in rows if isinstance(r, Score)] == [
        ("bigcode/starcoder9-15b", "StarCoder9-15B")
    ]


@pytest.mark.parametrize(
    ("version", "organisations", "model_id"),
    [
        ("starcoder9-15b", "Hugging Face,ServiceNow,BigCode", "bigcode/starcoder9-15b"),
        ("gemini-9", "Google DeepMind,Google", "google/gemini-9"),
        ("atlas-1", "Microsoft,NVIDIA", "microsoft/atlas-1"),
        ("llama-9-tuned", "", None),
    ],
)
def test_of_several_organisations_the_name_tells_the_maker(
    tmp_path: Path, version: str, organisations: str, model_id: str | None
) -> None:
    head = "Model version,ECI Score,Release date,Organization,Model name,Model accessibility,id\n"
    put(
        tmp_path,
        "epoch_benchmark_hub/epoch_capabilities_index.csv",
        f'{head}{version},100,2026-01-01,"{organisations}",,,r1\n',
    )
    found = [row.id for row in load("epoch").rows(tmp_path, Names(Exactly())) if isinstance(row, Model)]
    assert found == ([model_id] if model_id else [])


def test_a_known_model_is_dated_where_no_organisation_is_named(tmp_path: Path) -> None:
    head = "Model version,ECI Score,Release date,Organization,Model name,Model accessibility,id\n"
    put(tmp_path, "epoch_benchmark_hub/epoch_capabilities_index.csv", f"{head}atlas-1,100,2026-01-01,,,,r1\n")
    rows = load("epoch").rows(tmp_path, Names(Exactly(**{"atlas-1": "lab/atlas-1"})))
    assert [(r.id, r.released) for r in rows if isinstance(r, Model)] == [("lab/atlas-1", dt.date(2026, 1, 1))]


def test_a_score_below_zero_says_that_a_model_was_not_run(tmp_path: Path) -> None:
    head = "board,model_id,model_name,display_name,metric,score,metric_description\n"
    lines = [f"helm_classic,M,M,M,{metric},{score},\n" for metric, score in (("HellaSwag", -1.0), ("BoolQ", 0.7))]
    put(tmp_path, "helm/helm_classic.csv", head + "".join(lines))
    for board in ("capabilities", "lite", "mmlu", "instruct"):
        put(tmp_path, f"helm/helm_{board}.csv", head)
    names = Names(Exactly(M="x/m"))
    found = [row for row in load("helm").rows(tmp_path, names) if isinstance(row, Score)]
    assert [(s.benchmark_id, s.value) for s in found] == [("boolq", 0.7)]
    assert names.dropped["helm_name", "not run"] == 1


def test_no_figure_of_the_snapshot_stands_for_a_run_that_was_not_made() -> None:
    shares = [s for s in load_catalog().scores if s.unit in ("fraction", "percent")]
    assert [s for s in shares if s.value < 0] == []
    assert [s for s in shares if s.source_id == "llm_stats" and s.value == 0] == []


def test_a_model_may_be_announced_after_a_board_has_named_it(tmp_path: Path) -> None:
    name = "bigcode/starcoder9-15b"
    head = "name,length_controlled_winrate,win_rate,avg_length,link,samples,filter\n"
    put(tmp_path, "alpaca_eval/alpaca_eval_2_leaderboard.csv", f"{head}{name},50.0,40.0,1,,,minimal\n")
    entry = {"link": f"https://huggingface.co/{name}", "pass@1": {"humaneval": 40.0}}
    put(tmp_path, "evalplus/results.json", json.dumps({"StarCoder9-15B": entry}))
    for order in (["alpaca_eval", "evalplus"], ["evalplus", "alpaca_eval"]):
        tables = build(tmp_path, Exactly(), order, private=True)
        assert {(s.model_id, s.source_id) for s in tables.scores} == {(name, "alpaca_eval"), (name, "evalplus")}
        assert not any(tables.dropped.values())


@pytest.mark.parametrize(
    ("name", "is_open", "licence"),
    [
        ("granite-9-3b", None, "apache-2.0"),
        ("granite-9-3b", True, "apache-2.0"),
        ("granite-9-3b", False, None),
        ("granite-13b-chat-v2", None, "proprietary"),
        ("claude-9", None, "proprietary"),
        ("claude-9", True, None),
    ],
)
def test_the_licence_of_a_family_counts_unless_a_source_contradicts_it(
    tmp_path: Path, name: str, is_open: bool | None, licence: str | None
) -> None:
    listed = Model(id=f"lab/{name}", name=name, maker="lab", open_weights=is_open, source_id="s", date="2026-01-01")
    facts = listed.model_dump(exclude={"open_weights"} if is_open is None else None, exclude_unset=True)
    assert completed(facts).get("licence") == licence


def test_markdown_tables_by_heading() -> None:
    tables = markdown_tables("# A\n| x | y |\n|---|---|\n| 1 | 2 |\n\ntext\n## B\n| z |\n|:-:|\n| 3 |\n")
    assert tables == {"A": [{"x": "1", "y": "2"}], "B": [{"z": "3"}]}


def test_forbidden_figures_never_reach_a_public_snapshot(tmp_path: Path) -> None:
    head = "name,length_controlled_winrate,win_rate,avg_length,link,samples,filter\n"
    put(tmp_path, "alpaca_eval/alpaca_eval_2_leaderboard.csv", head + "M,50.0,40.0,1,,,minimal\n")
    for private, count in ((False, 0), (True, 1)):
        tables = build(tmp_path, Exactly(M="x/m"), ["alpaca_eval"], known=["x/m"], private=private)
        assert len(tables.scores) == count
        assert tables.sources[0].rows == count


def test_build_is_the_same_twice(tmp_path: Path) -> None:
    put(tmp_path, "raw/bfcl/data_overall.csv", _bfcl("M (FC)", "70.00%"))
    for name in ("one", "two"):
        write(build(tmp_path / "raw", Exactly(M="x/m"), ["bfcl"], known=["x/m"]), tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name
