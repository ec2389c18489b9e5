"""Refreshing a source from a local HTTP server: what upstream may do, and what must never happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import Upstream, serving

from knowledge import download as download_module
from knowledge import refresh as refresh_module
from knowledge.catalog import SHIPPED, Catalog, load_catalog
from knowledge.check import check
from knowledge.refresh import refresh, refreshed_snapshot

HEADER = (
    "Rank,Overall Acc,Model,Total Cost ($),Latency Mean (s),Non-Live AST Acc,Live Acc,Multi Turn Acc,"
    "Web Search Acc,Memory Acc,Relevance Detection,Irrelevance Detection,Format Sensitivity Max Delta"
)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving() as server:
        yield server


def shipped_table() -> dict[str, dict[str, float]]:
    rows: dict[str, dict[str, float]] = {}
    columns = {
        "bfcl": "Overall Acc",
        "bfcl-live": "Live Acc",
        "bfcl-multi-turn": "Multi Turn Acc",
        "bfcl-non-live": "Non-Live AST Acc",
        "bfcl-memory": "Memory Acc",
        "bfcl-web-search": "Web Search Acc",
    }
    for score in Catalog(SHIPPED).scores:
        if score.source_id == "bfcl" and score.benchmark_id in columns:
            rows.setdefault(score.raw_name, {})[columns[score.benchmark_id]] = score.value
    return rows


def table(extra: str = "", rows: dict[str, dict[str, float]] | None = None, header: str = HEADER) -> bytes:
    lines = [header]
    for rank, (name, values) in enumerate((rows or shipped_table()).items(), 1):
        cells = {"Rank": str(rank), "Model": name} | {k: f"{v}%" for k, v in values.items()}
        lines.append(",".join(cells.get(column, "N/A") for column in HEADER.split(",")))
    return ("\n".join(lines) + "\n" + extra).encode()


def bfcl_scores(folder: Path | None) -> list[tuple[str, str, float]]:
    catalog = load_catalog(folder or SHIPPED)
    return [(s.raw_name, s.benchmark_id, s.value) for s in catalog.scores if s.source_id == "bfcl"]


def test_good_file_becomes_the_snapshot_in_use(upstream: Upstream, tmp_path: Path) -> None:
    extra = "99,91.25%,Claude-Opus-5-5 (FC),1.0,2.0,90%,90%,90%,90%,90%,90%,90%,N/A\n"
    upstream.files["data_overall.csv"] = table(extra)
    outcome = refresh("bfcl", tmp_path, base_url=upstream.url)
    assert outcome.outcome == "updated", outcome.message
    folder = refreshed_snapshot(tmp_path)
    assert folder and ("Claude-Opus-5-5 (FC)", "bfcl", 91.25) in bfcl_scores(folder)
    report = check(Catalog(folder))
    assert report.ok, report.problems[:3]
    fresh = [s for s in Catalog(folder).scores if s.source_id == "bfcl"]
    assert {s.date for s in fresh} == {Catalog(folder).sources["bfcl"].date} == {dt.date.today()}
    others = [s for s in Catalog(folder).scores if s.source_id != "bfcl"]
    assert len(others) == len([s for s in Catalog(SHIPPED).scores if s.source_id != "bfcl"])


def test_unchanged_file_is_not_fetched_again(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["data_overall.csv"] = table()
    refresh("bfcl", tmp_path, base_url=upstream.url)
    assert refresh("bfcl", tmp_path, base_url=upstream.url).outcome == "unchanged"
    assert "If-None-Match" in upstream.requests[-1]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("truncated rows", lambda: table(rows=dict(list(shipped_table().items())[:5]))),
        ("renamed column", lambda: table(header=HEADER.replace("Overall Acc", "Score").replace("Live Acc", "Lv"))),
        ("no header", lambda: b"\x00\x01\x02 not a table"),
        ("not text", lambda: bytes(range(128, 256)) * 50),
        ("empty", lambda: b""),
        ("web page", lambda: b"<html><script>alert(1)</script>" * 50),
        ("out of range", lambda: table("99,9999%,Claude-Opus-5-5 (FC),1,1,1%,1%,1%,1%,1%,1%,1%,N/A\n")),
        ("formula", lambda: table('99,50%,"=HYPERLINK(0)",1,1,1%,1%,1%,1%,1%,1%,1%,N/A\n')),
        ("script", lambda: table('99,50%,"GPT-5 <script>alert(1)</script>",1,1,1%,1%,1%,1%,1%,1%,1%,N/A\n')),
        (
            "other scale",
            lambda: table(rows={n: {k: v / 100 for k, v in r.items()} for n, r in shipped_table().items()}),
        ),
    ],
)
def test_bad_file_is_quarantined_and_old_data_kept(upstream: Upstream, tmp_path: Path, name: str, body) -> None:
    upstream.files["data_overall.csv"] = body()
    before = bfcl_scores(refreshed_snapshot(tmp_path))
    outcome = refresh("bfcl", tmp_path, base_url=upstream.url)
    assert outcome.outcome == "quarantined", (name, outcome)
    assert outcome.report and outcome.report.is_file() and "unchanged" in outcome.message
    assert refreshed_snapshot(tmp_path) is None
    assert bfcl_scores(refreshed_snapshot(tmp_path)) == before


def test_reordered_rows_and_columns_change_nothing(upstream: Upstream, tmp_path: Path) -> None:
    lines = table().decode().splitlines()
    columns = [line.split(",") for line in lines]
    upstream.files["data_overall.csv"] = "\n".join(
        ",".join(reversed(c)) for c in [columns[0], *reversed(columns[1:])]
    ).encode()
    assert refresh("bfcl", tmp_path, base_url=upstream.url).outcome == "updated"
    shipped = {r for r in bfcl_scores(None) if r[1] in ("bfcl", "bfcl-live")}
    assert {r for r in bfcl_scores(refreshed_snapshot(tmp_path)) if r[1] in ("bfcl", "bfcl-live")} == shipped


def test_oversize_is_refused_before_it_is_stored(upstream: Upstream, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(download_module, "MAX_BYTES", 1000)
    upstream.files["data_overall.csv"] = b"x" * 5000
    outcome = refresh("bfcl", tmp_path, base_url=upstream.url)
    assert outcome.outcome == "unreachable" and "larger" in outcome.message
    assert not list(tmp_path.rglob("*.part"))


def test_broken_download_goes_on_where_it_stopped(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["data_overall.csv"] = table()
    upstream.cut_after = 2000
    assert refresh("bfcl", tmp_path, base_url=upstream.url).outcome == "unreachable"
    assert refreshed_snapshot(tmp_path) is None
    assert refresh("bfcl", tmp_path, base_url=upstream.url).outcome == "updated"
    assert upstream.requests[-1]["Range"] == "bytes=2000-"


def test_killed_between_download_and_use_is_taken_up_again(upstream: Upstream, tmp_path: Path, monkeypatch) -> None:
    upstream.files["data_overall.csv"] = table()
    with monkeypatch.context() as patch:
        patch.setattr(refresh_module, "_adopt", killed)
        with pytest.raises(KeyboardInterrupt):
            refresh("bfcl", tmp_path, base_url=upstream.url)
    assert refreshed_snapshot(tmp_path) is None
    assert refresh("bfcl", tmp_path, base_url=upstream.url).outcome == "updated"


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_missing_file_and_dead_server_keep_the_data(upstream: Upstream, tmp_path: Path) -> None:
    assert refresh("bfcl", tmp_path, base_url=upstream.url).outcome == "unreachable"
    assert refresh("bfcl", tmp_path, base_url="http://127.0.0.1:9").outcome == "unreachable"
    assert refreshed_snapshot(tmp_path) is None


def test_source_without_a_file_says_where_to_look(tmp_path: Path) -> None:
    outcome = refresh("llm_stats", tmp_path)
    assert outcome.outcome == "unsupported" and "https://llm-stats.com" in outcome.message


def test_several_sources_and_an_unknown_one(tmp_path: Path) -> None:
    found = refresh_module.refresh_all(tmp_path, ["llm_stats", "no_such_source"])
    assert [o.outcome for o in found] == ["unsupported", "unsupported"] and "lmarena" in found[1].message


def test_damaged_refreshed_snapshot_falls_back_to_the_shipped_one(upstream: Upstream, tmp_path: Path) -> None:
    upstream.files["data_overall.csv"] = table()
    refresh("bfcl", tmp_path, base_url=upstream.url)
    folder = refreshed_snapshot(tmp_path)
    assert folder
    (folder / "scores.jsonl.gz").write_bytes(b"half a file")
    assert refreshed_snapshot(tmp_path) is None


def test_private_source_is_read_only_into_the_users_own_snapshot(upstream: Upstream, tmp_path: Path) -> None:
    lines = ["name,length_controlled_winrate,win_rate,avg_length,link,samples,filter"]
    lines += [f"{name},50.5,40.1,1000,,,minimal" for name in ("gpt-4o-2024-05-13", "claude-3-5-sonnet-20240620")]
    upstream.files["weighted_alpaca_eval_gpt4_turbo_leaderboard.csv"] = "\n".join(lines).encode()
    outcome = refresh("alpaca_eval", tmp_path, base_url=upstream.url)
    assert outcome.outcome == "updated" and outcome.rows == 2, outcome.message
    folder = refreshed_snapshot(tmp_path)
    assert folder and [s for s in Catalog(folder).scores if s.source_id == "alpaca_eval"]
    assert not [s for s in Catalog(SHIPPED).scores if s.source_id == "alpaca_eval"]
