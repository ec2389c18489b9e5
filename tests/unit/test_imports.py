"""Packages depend one way, ui -> advisor -> knowledge, and what is heavy is loaded late."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"knowledge": {"advisor", "ui"}, "advisor": {"ui"}}
HEAVY = ("gradio", "chromadb", "pandas", "plotly", "sklearn", "scipy", "langchain_openai", "langgraph", "xllamacpp")


def imports(file: Path) -> Iterator[str]:
    """Top-level packages that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def loaded_by(code: str) -> set[str]:
    """Top-level modules in a fresh interpreter after `code`."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("package", FORBIDDEN)
def test_the_import_direction(package: str) -> None:
    wrong = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in (ROOT / package).rglob("*.py")
        for name in imports(file)
        if name in FORBIDDEN[package]
    }
    assert not wrong


def test_the_check_sees_imports_inside_functions(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("def f():\n    from ui.web import page\n    import advisor.report.record\n")
    assert set(imports(file)) == {"ui", "advisor"}


@pytest.mark.parametrize("code", ["import advisor", "import knowledge", "import ui", "import ui.cli"])
def test_roots_load_nothing_heavy(code: str) -> None:
    assert not loaded_by(code) & set(HEAVY)


def test_help_loads_no_command() -> None:
    code = "from click.testing import CliRunner\nfrom ui.cli import cli\nCliRunner().invoke(cli, ['--help'])"
    assert not loaded_by(code) & {*HEAVY, "rich"}


def test_models_commands_need_neither_gradio_nor_chroma() -> None:
    loaded = loaded_by(
        "import ui.commands.models, advisor.answers.model_card_text, advisor.report.record, advisor.wording"
    )
    assert not loaded & {"gradio", "chromadb", "langgraph"}


def test_importing_gradio_leaves_its_package_alone() -> None:
    code = """
        import ast, inspect
        known, parsed = inspect.getfile, []
        original = ast.parse
        ast.parse = lambda source, *a, **k: (parsed.append(1), original(source, *a, **k))[1]
        from ui.quick_gradio import import_gradio
        import_gradio()
        import gradio
        print(inspect.getfile is known, gradio.Textbox.__name__, len(parsed))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    intact, name, parsed = done.stdout.split()
    assert (intact, name) == ("True", "Textbox")
    assert int(parsed) < 40  # each component and its stub are parsed otherwise, 171 times in all
