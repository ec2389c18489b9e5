"""tau2- and tau3-bench: agents for customer support in retail, airline, telecom and banking; pass^1 in percent.

A submission by the maker of its model is vendor-reported, one with changed prompts or a custom agent is a
scaffold's, the rest are the benchmark's own runs. Voice submissions count on benchmarks of their own.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of
from knowledge.schema import Score, ScoreKind, Source
from knowledge.sources.figures import config
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import day

FILE = "tau_bench/submissions.json"
SITE = "https://raw.githubusercontent.com/sierra-research/tau2-bench/main/web/leaderboard/public/submissions"
MANIFEST = "tau_bench/manifest.json"
FILES = {MANIFEST: f"{SITE}/manifest.json"}
FOLDER_NAME = re.compile(r"[\w.+-]{1,120}")
MOST_SUBMISSIONS = 500
DOMAINS = {"retail": "tau2-bench-retail", "airline": "tau2-bench-airline", "telecom": "tau2-bench-telecom", "banking_knowledge": "tau3-bench-banking"}  # fmt: skip  # noqa: E501

SOURCE = Source(
    id="tau_bench",
    name="tau2/tau3-bench leaderboard",
    url="https://taubench.com",
    licence="MIT",
    redistributable=True,
    date=dt.date(2026, 8, 18),
    attribution="Sierra Research, tau2-bench",
    row_means="one submission: pass^1 in percent by domain, with reasoning effort and who submitted it",
    traps="custom agents and changed prompts are scaffolds; voice differs from text; vendors submit their own",
    refresh_url=FILES[MANIFEST],
)


def follow(folder: Path) -> Iterator[tuple[str, str]]:
    """The submissions that the manifest lists, text and voice; names that are no plain folder names are left out."""
    manifest = folder / "manifest.json"
    if manifest.is_file():
        for name in _listed(manifest)[:MOST_SUBMISSIONS]:
            yield f"tau_bench/{name}.submission.json", f"{SITE}/{name}/submission.json"


def prepare(raw: Path) -> None:
    """The submissions as the one file that `rows` reads, each with its folder."""
    entries = []
    for name in _listed(raw / MANIFEST)[:MOST_SUBMISSIONS]:
        entry = json.loads((raw / f"tau_bench/{name}.submission.json").read_text(encoding="utf-8"))
        entries.append(entry | {"_dir": name})
    (raw / FILE).write_text(json.dumps(entries), encoding="utf-8")


def _listed(manifest: Path) -> list[str]:
    lists = json.loads(manifest.read_text(encoding="utf-8"))
    names = [name for key, listed in lists.items() if key.endswith("submissions") for name in listed]
    return [name for name in names if FOLDER_NAME.fullmatch(name)]


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """pass^1 by domain of each submission that names one model."""
    for entry in sorted(load(raw / FILE), key=lambda e: (e["submission_date"], e["_dir"]), reverse=True):
        named = names.find(entry["model_name"], SOURCE.id)
        for domain, result in entry["results"].items() if named else ():
            benchmark = _benchmark(domain, entry)
            value = number((result or {}).get("pass_1"))
            if named and benchmark and value is not None:
                yield Score(
                    model_id=named.id, benchmark_id=benchmark, value=value, unit="percent", source_id=SOURCE.id,
                    date=day(entry["submission_date"]) or SOURCE.date, raw_name=entry["model_name"],
                    config=config(named.config, _effort(entry)), kind=_kind(entry),
                    locator=locate(FILE, ("results", domain, "pass_1"), {"_dir": entry["_dir"]}), url=SOURCE.url,
                )  # fmt: skip


def _benchmark(domain: str, entry: dict[str, Any]) -> str | None:
    if entry.get("modality") == "voice":
        return f"tau2-voice-{domain}" if domain != "banking_knowledge" else None
    return DOMAINS.get(domain)


def _effort(entry: dict[str, Any]) -> str:
    effort = entry.get("reasoning_effort")
    return f"effort={effort}" if effort else ""


def _kind(entry: dict[str, Any]) -> ScoreKind:
    checks = (entry.get("methodology") or {}).get("verification") or {}
    if entry.get("submission_type") == "custom" or checks.get("modified_prompts") is True:
        return "scaffold"
    makers = {maker_of(entry["model_organization"]), entry["model_organization"]}
    return "vendor" if maker_of(entry["submitting_organization"]) in makers - {None} else "independent"
