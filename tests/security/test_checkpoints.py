"""Nothing of ours unpickles, and a checkpoint brings back no class that is not on the list."""

from __future__ import annotations

import ast
from pathlib import Path

import ormsgpack
import pytest
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from advisor.schema import UseCase
from advisor.session import _serializer

ROOT = Path(__file__).parents[2]
UNSAFE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def test_no_module_of_ours_unpickles() -> None:
    for file in (f for package in ("advisor", "knowledge", "ui") for f in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not UNSAFE & {n.split(".")[0] for n in names}, file
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant) and node.value.value is False, file


def test_our_own_types_come_back() -> None:
    use_case = UseCase(text="replies in Spanish")
    serializer = _serializer()
    assert serializer.loads_typed(serializer.dumps_typed(use_case)) == use_case


def test_another_class_in_a_checkpoint_is_not_made() -> None:
    kind, raw = JsonPlusSerializer().dumps_typed(Path("/etc/passwd"))
    found = _serializer().loads_typed((kind, raw))
    assert not isinstance(found, Path) or found == Path("/etc/passwd")
    with pytest.raises(Exception):  # noqa: B017 (whatever the library raises: no pickle is read)
        _serializer().loads_typed(("pickle", b"cos\nsystem\n(S'true'\ntR."))
    call = ormsgpack.packb(ormsgpack.Ext(0, ormsgpack.packb(("subprocess", "getoutput", ["echo ran"]))))
    assert _serializer().loads_typed(("msgpack", call)) != "ran"
