"""Files and texts of others neither fill the memory, nor break off a trial, nor reach files of the server."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from stub_server import Reply, StubServer

from advisor.errors import BadInput
from advisor.hostile_data import clean, sane
from advisor.settings import Settings
from advisor.trial.export import FORMS, export_trial
from advisor.trial.plan import load_plan, plan_of
from advisor.trial.prompts_io import load_prompts, parse_text
from advisor.trial.trial import run_plan
from knowledge.download import DownloadError
from knowledge.refresh import _unpack


def bomb(levels: int = 9) -> str:
    """Ten to the power of `levels` values in a few lines of YAML."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, levels):
        lines.append(f"{chr(97 + n)}: &{chr(97 + n)} [{', '.join(['*' + chr(96 + n)] * 10)}]")
    return "\n".join(lines) + "\n"


HOSTILE = {
    "bomb.yaml": bomb() + "prompts: [{prompt: hi, vars: {x: *i}}]\n",
    "cycle.yaml": "prompts: &a [{prompt: hi, vars: {x: *a}}]\n",
    "deep.json": "[" * 200_000,
    "deep.jsonl": '{"prompt": "x", "vars": {"y": ' + "[" * 100_000 + "]" * 100_000 + "}}",
    "deep.yaml": "prompts:\n- prompt: hi\n  vars: {x: " + "[" * 500 + "]" * 500 + "}\n",
    "wide.csv": 'prompt\n"' + "x" * 3_000_000 + '"\n',
    "empty.csv": "",
    "no_rows.json": "{}",
    "binary.json": "\0\1\2\3",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_prompt_file_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(HOSTILE[name])
    with pytest.raises(BadInput):
        load_prompts(str(file))


@pytest.mark.parametrize("name", ["bomb.yaml", "deep.json", "deep.jsonl"])
def test_pasted_text_is_bounded_as_well(name: str) -> None:
    with contextlib.suppress(BadInput):  # read as lines of text it may also be what it looks like: prompts
        assert all(len(p.prompt) <= len(HOSTILE[name]) for p in parse_text(HOSTILE[name]).prompts)


def test_a_plan_that_stands_for_billions_of_values_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(bomb() + "candidates: [a/b]\nprompts: [hi]\nparams: {m: {x: *i}}\n")
    with pytest.raises(BadInput, match="too many"):
        load_plan(file)


def test_tags_of_yaml_run_nothing(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(f"candidates: !!python/object/apply:os.system ['touch {tmp_path}/ran']\nprompts: [hi]\n")
    with pytest.raises(BadInput, match="YAML"):
        load_plan(file)
    assert not (tmp_path / "ran").exists()


def test_ordinary_data_is_left_as_it_is() -> None:
    data = {"a": [1, 2.5, None, True, "é😀"], "b": {"c": []}}
    assert sane(data, "it") == data


def test_halves_of_characters_are_joined_or_replaced() -> None:
    assert clean("\ud83d\ude00") == "😀"
    assert clean("a\ud800b") == "a\ufffdb"


@pytest.mark.parametrize("raw", [b"\xff\xfe" + "prompt\nhé\n".encode("utf-16-le"), "prompt\nhé\n".encode("latin-1"),
                                 b"\xef\xbb\xbfprompt\nh\xc3\xa9\n"])  # fmt: skip
def test_encodings_are_found_out(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "p.csv").write_bytes(raw)
    assert load_prompts(str(tmp_path / "p.csv")).prompts[0].prompt == "hé"


def hostile_reply(body: dict[str, Any]) -> Reply:
    if body["model"] == "m":
        return Reply(raw='{"choices": [{"message": {"content": "=cmd|\'/c calc\'!A0 \\ud800 \\u0000 text"}}]}')
    return Reply('{"reason": "=HYPERLINK(\\"http://evil\\") \\ud83d", "score": 5}')


@pytest.fixture
def hostile_trial(stub: StubServer, home: Path) -> str:
    """The id of a trial whose prompt, answers and verdicts hold formulas, NULs and broken characters."""
    stub.handler = hostile_reply
    prompts = load_prompts(["hi \ud800 \0 there"]).prompts
    data = {"candidates": ["s/m"], "endpoints": {"s": {"base_url": stub.base_url}}, "prompts": prompts,
            "judge": {"models": ["s/j"], "protocol": "rubric"}}  # fmt: skip
    return run_plan(plan_of(data), settings=Settings(home=home)).trial_id


@pytest.mark.parametrize("kind", FORMS)
def test_broken_characters_lose_no_paid_reply(hostile_trial: str, home: Path, kind: str) -> None:
    text = export_trial(home, hostile_trial, kind)
    assert text if isinstance(text, bytes) else text.encode()


def test_no_cell_of_an_export_starts_a_formula(hostile_trial: str, home: Path) -> None:
    rows = csv.reader(io.StringIO(str(export_trial(home, hostile_trial, "csv"))))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_an_endpoint_that_nests_without_end_breaks_one_call_only(stub: StubServer, home: Path) -> None:
    deep = '{"choices": ' + "[" * 100_000
    stub.handler = lambda body: Reply(raw=deep) if body["model"] == "m" else Reply("?")
    data = {"candidates": ["s/m", "s/n"], "endpoints": {"s": {"base_url": stub.base_url}}, "deciding": "exact",
            "metrics": ["exact"], "prompts": [{"id": "1", "prompt": "a", "reference": "?"}]}  # fmt: skip
    import advisor.trial.runner as runner

    quick = runner.Retry(tries=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "Retry", lambda: quick)
        result = run_plan(plan_of(data), settings=Settings(home=home))
    assert [u.item for u in result.unscored] == ["1 s/m"]


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", b"0" * (1 << 20))
    monkeypatch.setattr("knowledge.refresh.MAX_BYTES", 1 << 19)
    with pytest.raises(DownloadError, match="unpacks to more"):
        _unpack(archive)
    assert not (tmp_path / "a.csv").exists()


def test_an_archive_writes_beside_itself_only(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with zipfile.ZipFile(inside / "x.zip", "w") as packed:
        packed.writestr("../../out.csv", "a,b\n")
        packed.writestr("/etc/abs.csv", "a,b\n")
    _unpack(inside / "x.zip")
    assert {f.name for f in inside.iterdir()} == {"x.zip", "out.csv", "abs.csv"}
    assert not (tmp_path / "out.csv").exists()


def test_json_lines_with_many_rows_keep_their_bound_a_row(tmp_path: Path) -> None:
    rows = [json.dumps({"prompt": f"q{n}", "vars": {"x": list(range(50))}}) for n in range(3000)]
    (tmp_path / "p.jsonl").write_text("\n".join(rows))
    assert len(load_prompts(str(tmp_path / "p.jsonl")).prompts) == 3000
