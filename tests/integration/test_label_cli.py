"""`advisor trial label` from keys in a pipe, on a trial of outputs that exist already: no model is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from ui.commands.trial import trial

PLAN = {
    "candidates": ["x", "y"],
    "judge": {"models": []},
    "metrics": ["exact"],
    "deciding": "exact",
    "prompts": [
        {"id": f"q{n}", "prompt": f"Say {n}.", "reference": str(n), "outputs": {"x": str(n), "y": f"{n}!"}}
        for n in range(4)
    ],
}


@pytest.fixture
def plan(tmp_path: Path) -> str:
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump(PLAN))
    assert CliRunner().invoke(trial, ["run", str(file), "--json"]).exit_code == 0
    return str(file)


def label(plan: str, keys: str) -> Result:
    found = CliRunner().invoke(trial, ["label", plan, "--json"], input=keys)
    assert found.exit_code == 0, found.output
    return found


def test_keys_label_pairs_blind_and_a_second_run_goes_on(home: Path, plan: str) -> None:
    first = label(plan, "a?sq")
    counts = json.loads(first.stdout)
    assert (counts["labels"], counts["skipped"], counts["total"]) == (1, 1, 4)
    assert "No such key" in first.stderr
    second = json.loads(label(plan, "bt").stdout)
    assert (second["labels"], second["skipped"]) == (3, 1)


def test_undo_asks_again(home: Path, plan: str) -> None:
    assert json.loads(label(plan, "auq").stdout)["labels"] == 0


def test_nothing_shown_names_a_model(home: Path, plan: str) -> None:
    assert not {"x", "y"} & set(label(plan, "aaaa").stderr.split())


def test_an_unknown_trial_is_told(home: Path) -> None:
    found = CliRunner().invoke(trial, ["label", "nowhere"])
    assert found.exit_code != 0 and "nowhere" in str(found.exception)
