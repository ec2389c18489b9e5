"""What an installation has and lacks, each with the step that mends it. Used by `advisor doctor`."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from pydantic import BaseModel

from advisor.endpoints.routes import LOCAL, Route, default_model, resolve, split
from advisor.endpoints.weights import local_models, weights_status
from advisor.errors import AdvisorError
from advisor.settings import Settings

DISTRIBUTION = "llm-advisor"
REACH_SECONDS = 5
OLD_DAYS = 60
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


class Check(BaseModel):
    """One thing looked at. `fix` says what to do where `ok` is false; optional things are always ok."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


def checks(settings: Settings, *, start_model: bool = False) -> list[Check]:
    """Look at everything; `start_model` also starts the embedded model where it is the chosen one.

    The network is used only to reach an endpoint that the settings choose.
    """
    found = [
        _python(),
        _packages(),
        _home(settings),
        _snapshot(),
        _chosen_models(settings),
        *_weights(settings),
        _llama(settings),
        *_endpoints(settings),
        _chromium(),
    ]
    return [*found, _started(settings)] if start_model and _speaks_locally(settings) else found


def _python() -> Check:
    ok = sys.version_info >= (3, 11)
    return Check(name="Python", ok=ok, detail=platform.python_version(), fix="install Python 3.11 or newer")


def _packages() -> Check:
    try:
        needed = [r for r in importlib.metadata.requires(DISTRIBUTION) or [] if "extra ==" not in r]
    except importlib.metadata.PackageNotFoundError:
        return Check(name="packages", ok=False, detail=f"{DISTRIBUTION} is not installed", fix="run `make setup`")
    names = [re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0] for requirement in needed]
    missing = [name for name in names if not _installed(name)]
    detail = f"missing: {', '.join(missing)}" if missing else f"all {len(names)} installed"
    return Check(name="packages", ok=not missing, detail=detail, fix="run `make setup`")


def _installed(name: str) -> bool:
    try:
        return bool(importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return False


def _home(settings: Settings) -> Check:
    fix = "set ADVISOR_HOME to a folder of yours"
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home):
            free = shutil.disk_usage(settings.home).free / 1e9
    except OSError as error:
        return Check(name="data folder", ok=False, detail=f"{settings.home}: {error.strerror}", fix=fix)
    return Check(name="data folder", ok=True, detail=f"{settings.home}, {free:.0f} GB free")


def _snapshot() -> Check:
    from knowledge.catalog import load_catalog

    try:
        date = load_catalog().snapshot_date
    except (OSError, ValueError, KeyError) as error:
        return Check(name="knowledge", ok=False, detail=f"no snapshot ({error})", fix="run `advisor knowledge build`")
    age = (dt.date.today() - date).days
    hint = "; `advisor knowledge refresh` fetches newer data" if age > OLD_DAYS else ""
    return Check(name="knowledge", ok=True, detail=f"snapshot of {date}, {age} days old{hint}")


def _chosen_models(settings: Settings) -> Check:
    try:
        advisor, judge = default_model("advisor", settings), default_model("judge", settings)
    except AdvisorError as error:
        return Check(name="models", ok=False, detail=f"use: {settings.use}", fix=str(error))
    return Check(name="models", ok=True, detail=f"use: {settings.use}; {advisor} advises, {judge} judges")


def _weights(settings: Settings) -> list[Check]:
    """One check for each embedded model; lacking one is a fault only where it is the chosen one."""
    chosen = _chosen(settings)
    found = []
    for name, status in weights_status(settings).items():
        ok = status in ("ready", "installed") or f"{LOCAL}/{name}" not in chosen
        licence = local_models(settings)[name].licence
        detail = f"{status.split(':')[0]} (licence {licence})"
        found.append(Check(name=f"weights {name}", ok=ok, detail=detail, fix="run `make setup`"))
    return found


def _llama(settings: Settings) -> Check:
    there = _installed("xllamacpp")
    detail = f"xllamacpp {importlib.metadata.version('xllamacpp')}" if there else "not installed"
    return Check(name="llama.cpp", ok=there or not _speaks_locally(settings), detail=detail, fix="run `make setup`")


def _endpoints(settings: Settings) -> list[Check]:
    return [_reached(model, settings) for model in sorted(_chosen(settings)) if split(model)[0] != LOCAL]


def _reached(model: str, settings: Settings) -> Check:
    name = f"endpoint {split(model)[0]}"
    try:
        route = resolve(model, settings)
        detail = _knock(route)
    except AdvisorError as error:
        return Check(name=name, ok=False, detail="not usable", fix=str(error))
    except urllib.error.HTTPError as error:
        if error.code not in (401, 403):  # any other answer shows that somebody is there
            return Check(name=name, ok=True, detail=f"{route.base_url} answers")
        return Check(name=name, ok=False, detail=f"refuses the key ({error.code})", fix="check the endpoint's key")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return Check(name=name, ok=False, detail=f"{route.base_url}: {reason}", fix="check base_url and network")
    return Check(name=name, ok=True, detail=detail)


def _knock(route: Route) -> str:
    key = route.api_key.get_secret_value()
    request = urllib.request.Request(f"{route.base_url}/models", headers={"Authorization": f"Bearer {key}"})
    handlers = [urllib.request.ProxyHandler({})] if route.on_this_machine else []
    with urllib.request.build_opener(*handlers).open(request, timeout=REACH_SECONDS):
        return f"{route.base_url} answers"


def _chosen(settings: Settings) -> set[str]:
    try:
        return {default_model("advisor", settings), default_model("judge", settings)}
    except AdvisorError:
        return set()


def _speaks_locally(settings: Settings) -> bool:
    return any(split(model)[0] == LOCAL for model in _chosen(settings))


def _chromium() -> Check:
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    there = next(filter(None, map(shutil.which, CHROMIUMS)), None) or next(map(str, own.glob("chromium*")), None)
    detail = there or "not found; only the browser tests need it, `make chromium` installs it"
    return Check(name="Chromium", ok=True, detail=detail)


def _started(settings: Settings) -> Check:
    from advisor.endpoints import local

    name = next(split(m)[1] for m in sorted(_chosen(settings)) if split(m)[0] == LOCAL)
    try:
        url = local.start(name, settings).base_url
    except AdvisorError as error:
        return Check(name="embedded model", ok=False, detail="does not start", fix=str(error))
    return Check(name="embedded model", ok=True, detail=f"{name} listens on {url}")
