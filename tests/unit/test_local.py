"""Weights: found, joined, proven. Servers: one a model, dead ones replaced, no orphans. No real model here."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.endpoints import local, weights
from advisor.endpoints.weights import LocalModel
from advisor.errors import BadInput, NotAvailable
from advisor.settings import Settings

PARTS = [bytes([65 + n]) * (10 + n) for n in range(12)]
WHOLE = b"".join(PARTS)
ROOT = Path(__file__).parents[2]

FAKE_LLAMA = """
import sys
from types import SimpleNamespace
class CommonParams(SimpleNamespace):
    def __init__(self):
        super().__init__(model=SimpleNamespace(), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace())
class Server:
    def __init__(self, params):
        print("noise on stdout", flush=True)
        if b"BROKEN" in open(params.model.path, "rb").read():
            sys.exit("failed to load model")
        self.listening_address = "http://127.0.0.1:1"
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages that hold a model in twelve parts."""
    folder = tmp_path / "site"
    for number, content in enumerate(PARTS, 1):
        data = folder / f"fake_part{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise RuntimeError('never import weights')")
        (data / f"part{number:02}.bin").write_bytes(content)
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    return folder


@pytest.fixture
def model(site: Path, monkeypatch: pytest.MonkeyPatch) -> LocalModel:
    names = tuple(f"fake_part{n}" for n in range(1, len(PARTS) + 1))
    fake = LocalModel("fake", "Fake", len(WHOLE), hashlib.sha256(WHOLE).hexdigest(), names)
    monkeypatch.setattr(weights, "PINNED", {"fake": fake})
    return fake


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


def test_pinned_models_are_those_of_the_publishers() -> None:
    assert list(weights.PINNED) == ["qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "smollm2-135m"]
    assert all(len(m.sha256 or "") == 64 and m.size and m.licence == "Apache-2.0" for m in weights.PINNED.values())


def test_parts_are_joined_in_numeric_order(model: LocalModel, settings: Settings) -> None:
    seen: list[tuple[int, int]] = []
    path = weights.prepare(model, settings, lambda done, size: seen.append((done, size)))
    assert path == settings.home / "weights" / "fake.gguf" and path.read_bytes() == WHOLE
    assert seen[-1] == (len(WHOLE), len(WHOLE))
    assert [p.name for p in path.parent.glob("*.partial")] == []


def test_a_proven_file_is_not_hashed_again(model: LocalModel, settings: Settings, monkeypatch) -> None:
    path = weights.prepare(model, settings)
    monkeypatch.setattr(weights, "_digest", lambda *_: pytest.fail("hashed again"))
    assert weights.prepare(model, settings) == path
    assert weights.weights_status(settings) == {"fake": "ready"}


def test_a_changed_file_of_the_same_size_is_rebuilt(model: LocalModel, settings: Settings) -> None:
    path = weights.prepare(model, settings)
    path.write_bytes(b"x" * len(WHOLE))
    assert weights.prepare(model, settings).read_bytes() == WHOLE


@pytest.mark.parametrize("left_over", ["fake.gguf", "fake.partial"])
def test_a_half_written_file_is_rebuilt(model: LocalModel, settings: Settings, left_over: str) -> None:
    folder = settings.home / "weights"
    folder.mkdir(parents=True)
    (folder / left_over).write_bytes(WHOLE[:30])
    assert weights.prepare(model, settings).read_bytes() == WHOLE
    assert not (folder / "fake.partial").exists()


def test_a_good_file_without_its_note_is_proven_and_kept(model: LocalModel, settings: Settings, site: Path) -> None:
    weights.prepare(model, settings)
    (settings.home / "weights" / "fake.proof.json").write_text("not JSON")
    (site / "fake_part3" / "data" / "part03.bin").unlink()
    assert weights.prepare(model, settings).read_bytes() == WHOLE


def test_a_wrong_digest_leaves_nothing_behind(model: LocalModel, settings: Settings) -> None:
    with pytest.raises(NotAvailable, match="pinned sha256.*make setup"):
        weights.prepare(replace(model, sha256="0" * 64), settings)
    assert not list((settings.home / "weights").glob("*.gguf"))
    assert not list((settings.home / "weights").glob("*.partial"))


def test_a_missing_package_is_named_with_the_remedy(model: LocalModel, settings: Settings) -> None:
    lacking = replace(model, packages=(*model.packages, "fake_part99"))
    with pytest.raises(NotAvailable, match=r"1 of 13 packages.*make setup"):
        weights.prepare(lacking, settings)


def test_a_package_with_a_part_cut_short_is_found(model: LocalModel, settings: Settings, site: Path) -> None:
    (site / "fake_part2" / "data" / "part02.bin").write_bytes(b"B")
    with pytest.raises(NotAvailable, match="hold 176 bytes instead of 186"):
        weights.prepare(model, settings)
    assert weights.available(settings) == []


def test_a_single_file_is_used_in_place_once_proven(model: LocalModel, settings: Settings, site: Path) -> None:
    single = replace(model, packages=("fake_part4",), size=len(PARTS[3]), sha256=hashlib.sha256(PARTS[3]).hexdigest())
    assert weights.prepare(single, settings) == site / "fake_part4" / "data" / "part04.bin"
    with pytest.raises(NotAvailable, match="damaged"):
        weights.prepare(replace(single, sha256="0" * 64), settings)


def test_a_full_disk_is_said_before_the_work(model: LocalModel, settings: Settings, monkeypatch) -> None:
    monkeypatch.setattr(weights.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(NotAvailable, match="free space"):
        weights.prepare(model, settings)


def test_threads_that_come_together_join_once(model: LocalModel, settings: Settings, monkeypatch) -> None:
    joined: list[int] = []
    make = weights._make
    monkeypatch.setattr(weights, "_make", lambda *args: (joined.append(1), make(*args))[1])
    threads = [threading.Thread(target=weights.prepare, args=(model, settings)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(joined) == 1


def test_own_weights_take_the_place_of_the_default(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "My Model-Q8.gguf"
    file.write_bytes(b"GGUF and more")
    settings = Settings(home=home, weights=str(file), weights_sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    assert weights.default_local(settings) == "my-model-q8"
    assert weights.prepare(weights.local_models(settings)["my-model-q8"], settings) == file
    file.write_bytes(b"GGUF and less")
    with pytest.raises(BadInput, match="another sha256"):
        weights.prepare(weights.local_models(settings)["my-model-q8"], settings)


@pytest.mark.parametrize("content, words", [(None, "no file at"), (b"MZ", "no GGUF file")])
def test_own_weights_that_cannot_be_used(tmp_path: Path, home: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "m.gguf"
    if content:
        file.write_bytes(content)
    settings = Settings(home=home, weights=str(file))
    with pytest.raises(BadInput, match=words):
        weights.prepare(weights.local_models(settings)["m"], settings)


def test_weights_from_a_url_need_a_digest_and_are_proven(home: Path, tmp_path: Path) -> None:
    import http.server

    (tmp_path / "w.gguf").write_bytes(WHOLE)
    handler = lambda *a: http.server.SimpleHTTPRequestHandler(*a, directory=str(tmp_path))  # noqa: E731
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/w.gguf"
        with pytest.raises(BadInput, match="ADVISOR_WEIGHTS_SHA256"):
            weights.local_models(Settings(home=home, weights=url))
        good = Settings(home=home, weights=url, weights_sha256=hashlib.sha256(WHOLE).hexdigest().upper())
        assert weights.prepare(weights.local_models(good)["w"], good).read_bytes() == WHOLE
        bad = Settings(home=home / "b", weights=url, weights_sha256="0" * 64)
        with pytest.raises(NotAvailable, match="sha256"):
            weights.prepare(weights.local_models(bad)["w"], bad)
        server.shutdown()


@pytest.fixture
def fake_llama(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "xllamacpp.py").write_text(FAKE_LLAMA)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    yield
    local.stop("fake")


def test_a_server_starts_once_and_again_after_its_death(model: LocalModel, settings: Settings, fake_llama) -> None:
    first = local.start("fake", settings)
    assert first.base_url == "http://127.0.0.1:1/v1" and "fake" in local.running()
    assert local.start("fake", settings) is first
    first.process.kill()
    first.process.wait()
    assert "fake" not in local.running()
    second = local.start("fake", settings)
    assert second.alive and second.api_key != first.api_key
    local.stop("fake")
    assert not second.alive and "fake" not in local.running()


def test_threads_that_come_together_get_one_server(model: LocalModel, settings: Settings, fake_llama) -> None:
    got: list[local.LocalServer] = []
    threads = [threading.Thread(target=lambda: got.append(local.start("fake", settings))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({server.process.pid for server in got}) == 1


def test_a_server_that_cannot_load_says_why(model: LocalModel, settings: Settings, fake_llama, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF BROKEN")
    own = settings.model_copy(update={"weights": str(broken)})
    with pytest.raises(NotAvailable, match="broken did not start .failed to load model.*broken.log"):
        local.start("broken", own)


def test_an_unknown_model_lists_the_known_ones(settings: Settings) -> None:
    with pytest.raises(BadInput, match="qwen2.5-coder-1.5b, qwen2.5-coder-0.5b, smollm2-135m"):
        local.start("gpt-9", settings)


PARENT = """
import json, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from advisor.endpoints import local, weights
from advisor.settings import Settings
model = weights.LocalModel("fake", "Fake", path=weights.Path(sys.argv[1]))
weights.PINNED = {"fake": model}
print(local.start("fake", Settings()).process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_server_outlives_its_parent(end: signal.Signals, fake_llama, tmp_path: Path) -> None:
    file = tmp_path / "f.gguf"
    file.write_bytes(b"GGUF")
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    os.kill(child, 0)
    parent.send_signal(end)
    parent.wait(10)
    parent.stdout.close()
    assert _gone(child, seconds=5)


def _gone(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().split(") ")[1][0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_the_note_names_file_size_time_and_digest(model: LocalModel, settings: Settings) -> None:
    path = weights.prepare(model, settings)
    note = json.loads((path.parent / "fake.proof.json").read_text())
    assert note == {
        "path": str(path), "size": 186, "mtime_ns": path.stat().st_mtime_ns, "sha256": model.sha256
    }  # fmt: skip
