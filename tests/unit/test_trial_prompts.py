"""Prompts are read from every form that users have them in, and a bad row is named."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from advisor.errors import BadInput, NotAvailable
from advisor.trial.prompt_text import chat, fill, filled
from advisor.trial.prompts_io import load_prompts, parse_prompts, read_prompts
from advisor.trial.schema import Message, Prompt

TURNS = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}, {"role": "user", "content": "?"}]


def file_of(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_pasted_lines_are_one_prompt_each() -> None:
    prompts = parse_prompts("What is a router?\n\n  Reset my PIN.  \n")
    assert [p.prompt for p in prompts] == ["What is a router?", "Reset my PIN."]
    assert len({p.id for p in prompts}) == 2


def test_pasted_prompts_that_span_lines_stand_between_dashes() -> None:
    prompts = parse_prompts("First line\nsecond line\n---\nAnother prompt")
    assert [p.prompt for p in prompts] == ["First line\nsecond line", "Another prompt"]


def test_pasted_json_lines_and_csv_are_seen() -> None:
    rows = '{"id": "a", "prompt": "One?"}\n{"id": "b", "prompt": "Two?", "reference": "2"}'
    assert [(p.id, p.reference) for p in parse_prompts(rows)] == [("a", None), ("b", "2")]
    assert [p.prompt for p in parse_prompts("id,prompt\nx,One?\ny,Two?")] == ["One?", "Two?"]
    assert [p.prompt for p in parse_prompts('["One?", "Two?"]')] == ["One?", "Two?"]


def test_a_line_that_only_looks_like_json_is_a_prompt() -> None:
    assert [p.prompt for p in parse_prompts("{name} wants a refund\nWrite a reply")] == [
        "{name} wants a refund",
        "Write a reply",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.csv", 'prompt,reference\n"A, with comma",x\nB,y\n'),
        ("p.csv", "question;answer\nA, with comma;x\nB;y\n"),
        ("p.tsv", "prompt\tlabel\nA, with comma\tx\nB\ty\n"),
        ("p.jsonl", '{"instruction": "A, with comma", "output": "x"}\n\n{"instruction": "B", "output": "y"}\n'),
        ("p.json", json.dumps([{"prompt": "A, with comma", "target": "x"}, {"prompt": "B", "target": "y"}])),
        ("p.json", json.dumps({"question": ["A, with comma", "B"], "answer": ["x", "y"]})),
        ("hf.json", json.dumps({"rows": [{"row_idx": i, "row": {"question": q, "answer": a}} for i, (q, a) in
                                         enumerate([("A, with comma", "x"), ("B", "y")])]})),
        ("p.yaml", "- {prompt: 'A, with comma', reference: x}\n- {prompt: B, reference: y}\n"),
        ("p.yml", "prompts:\n  - prompt: A, with comma\n    reference: x\n  - prompt: B\n    reference: y\n"),
    ],
)  # fmt: skip
def test_every_form_gives_the_same_prompts(tmp_path: Path, name: str, content: str) -> None:
    prompts = read_prompts(file_of(tmp_path, name, content))
    assert [(p.prompt, p.reference) for p in prompts] == [("A, with comma", "x"), ("B", "y")]


def test_a_promptfoo_config_is_filled_in(tmp_path: Path) -> None:
    config = """
prompts: ['Translate {{text}} into {{language}}']
defaultTest: {vars: {language: Spanish}}
tests:
  - vars: {text: dog}
    assert: [{type: equals, value: perro}]
  - vars: {text: cat, language: French}
"""
    prompts = read_prompts(file_of(tmp_path, "promptfooconfig.yaml", config))
    assert [p.prompt for p in prompts] == ["Translate dog into Spanish", "Translate cat into French"]
    assert [p.reference for p in prompts] == ["perro", None]


def test_conversations_keep_their_turns(tmp_path: Path) -> None:
    rows = [{"id": "a", "messages": TURNS}, {"id": "b", "conversations": [{"from": "human", "value": "Hello"}]}]
    first, second = read_prompts(file_of(tmp_path, "p.jsonl", "\n".join(map(json.dumps, rows))))
    assert chat(first) == TURNS
    assert chat(second) == [{"role": "user", "content": "Hello"}]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_recognised(tmp_path: Path, coding: str) -> None:
    file = file_of(tmp_path, "p.csv", "prompt\n¿Dónde está mi teléfono?\n".encode(coding))
    assert read_prompts(file)[0].prompt == "¿Dónde está mi teléfono?"


def test_latin_1_is_read_with_a_warning(tmp_path: Path) -> None:
    file_of(tmp_path, "p.csv", "prompt\n¿Dónde?\n".encode("latin-1"))
    loaded = load_prompts("p.csv", tmp_path)
    assert loaded.prompts[0].prompt == "¿Dónde?"
    assert "Latin-1" in loaded.warnings[0]


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("p.jsonl", '{"prompt": "A"}\n{"prompt": ', "Line 2"),
        ("p.jsonl", '{"prompt": "A"}\n{"prompt": "  "}', "row 2 of the prompts is empty"),
        ("p.jsonl", '{"prompt": "A"}\n7', "row 2 of the prompts is neither"),
        ("p.jsonl", '{"id": 1, "prompt": "A"}\n{"id": 1, "prompt": "B"}', "there twice"),
        ("p.jsonl", '{"prompt": "A", "weight": -1}', "weight"),
        ("p.jsonl", '{"messages": [{"role": "robot", "content": "A"}]}', "robot"),
        ("p.csv", "prompt,reference\nA,x,too many\n", "more cells"),
        ("p.json", "[", "not valid JSON"),
        ("p.yaml", "a: [", "not valid YAML"),
        ("p.yaml", "name: 3", "no list of prompts"),
        ("p.txt", "", "no prompts"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, name: str, content: str, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        read_prompts(file_of(tmp_path, name, content))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no prompt file"):
        read_prompts(tmp_path / "none.csv")


def test_other_columns_become_variables_and_outputs(tmp_path: Path) -> None:
    csv = "prompt,tone,output:mock/a\nReply in a {{tone}} tone,warm,Dear customer\n"
    (prompt,) = read_prompts(file_of(tmp_path, "p.csv", csv))
    assert filled(prompt).prompt == "Reply in a warm tone"
    assert prompt.outputs == {"mock/a": "Dear customer"}


def test_values_are_not_expanded_again() -> None:
    assert fill("{{a}} {{c}}", {"a": "{{b}}", "b": "secret"}) == "{{b}} {{c}}"


def test_the_own_system_prompt_goes_before_the_plans() -> None:
    own = Prompt(id="1", prompt="Hi", system="Own")
    assert chat(own, "Plan's")[0] == {"role": "system", "content": "Own"}
    assert chat(Prompt(id="2", prompt="Hi"), "Plan's")[0]["content"] == "Plan's"
    written = Prompt(id="3", messages=[Message(role="system", content="Turn"), Message(role="user", content="Hi")])
    assert [m["content"] for m in chat(written, "Plan's")] == ["Turn", "Hi"]


ROWS = [
    {
        "question": f"Question {n}?",
        "answer": [f"Answer {n}", "another"],
        "tone": "warm",
        "picture": {"bytes": b"\x89", "path": "a"},
    }
    for n in range(600)
]


def table_file(folder: Path, name: str) -> Path:
    """The rows as a dataset hub would ship them: Parquet, an Arrow file, or the stream that is kept on disk."""
    pa = pytest.importorskip("pyarrow", reason="PYARROW IS NOT INSTALLED: install llm-advisor[datasets]")
    from pyarrow import ipc, parquet

    table, path = pa.Table.from_pylist(ROWS), folder / name
    if path.suffix == ".parquet":
        parquet.write_table(table, path)
        return path
    form = ipc.new_file if path.suffix == ".feather" else ipc.new_stream
    with pa.OSFile(str(path), "wb") as sink, form(sink, table.schema) as writer:
        writer.write_table(table)
    return path


@pytest.mark.parametrize("name", ["train-00000-of-00001.parquet", "data.arrow", "data.feather"])
def test_a_split_of_a_dataset_is_read_in_its_own_form(tmp_path: Path, name: str) -> None:
    prompts = read_prompts(table_file(tmp_path, name))
    assert len(prompts) == 600
    assert (prompts[7].prompt, prompts[7].reference) == ("Question 7?", "Answer 7")
    assert prompts[7].vars == {"tone": "warm", "picture": {"path": "a"}}


@pytest.mark.parametrize("name", ["p.parquet", "p.arrow"])
def test_a_damaged_dataset_file_is_named(tmp_path: Path, name: str) -> None:
    pytest.importorskip("pyarrow", reason="PYARROW IS NOT INSTALLED: install llm-advisor[datasets]")
    with pytest.raises(BadInput, match="cannot be read"):
        read_prompts(file_of(tmp_path, name, b"no table at all"))


def test_without_pyarrow_the_way_to_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NotAvailable, match=r"llm-advisor\[datasets\]"):
        read_prompts(file_of(tmp_path, "p.parquet", b"PAR1"))
