"""Conditional, bounded and resumable download of one file."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

MAX_BYTES = 60 << 20
CHUNK = 1 << 16
TIMEOUT_SECONDS = 30


class DownloadError(Exception):
    """A file could not be had; the message names it and the reason."""


def download(url: str, target: Path, etags: Path) -> bool:
    """Fetch `url` into `target`; False where the server says that it has not changed since the last time.

    A download that breaks off stays as `.part` and goes on from there next time, if the file is still the same
    by its ETag. Raises DownloadError for a file above 60 MB, an error status or a broken connection.
    """
    if not url.startswith(("https://", "http://")):
        raise DownloadError(f"{url} is not a web address")
    known = _read(etags)
    part = target.with_name(target.name + ".part")
    try:
        with urllib.request.urlopen(_request(url, known.get(url, {}), part), timeout=TIMEOUT_SECONDS) as reply:
            _receive(reply, part, url)
            tag = reply.headers.get("ETag")
    except urllib.error.HTTPError as error:
        if error.code == 304:
            return False
        part.unlink(missing_ok=True)
        raise DownloadError(f"{url} answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise DownloadError(f"{url} could not be fetched ({error})") from error
    part.replace(target)
    _remember(etags, known | {url: {"etag": tag}})
    return True


def _request(url: str, known: dict[str, Any], part: Path) -> urllib.request.Request:
    headers = {"User-Agent": "llm-advisor", "Accept-Encoding": "identity"}
    started = _read(part.with_name(part.name + ".json")).get("etag") if part.is_file() else None
    if started:
        headers |= {"Range": f"bytes={part.stat().st_size}-", "If-Range": started}
    elif known.get("etag"):
        headers["If-None-Match"] = known["etag"]
    return urllib.request.Request(url, headers=headers)


def _receive(reply: Any, part: Path, url: str) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    goes_on = reply.status == 206
    length = int(reply.headers.get("Content-Length") or 0)
    done = part.stat().st_size if goes_on else 0
    _refuse_large(done + length, url, part)
    note = part.with_name(part.name + ".json")
    note.write_text(json.dumps({"etag": reply.headers.get("ETag")}), encoding="utf-8")
    with part.open("ab" if goes_on else "wb") as file:
        received = 0
        while chunk := reply.read(CHUNK):
            received += len(chunk)
            _refuse_large(done + received, url, part)
            file.write(chunk)
    if length and received < length:
        raise OSError(f"{received} of {length} bytes came")
    note.unlink()


def _refuse_large(size: int, url: str, part: Path) -> None:
    if size > MAX_BYTES:
        part.unlink(missing_ok=True)
        raise DownloadError(f"{url} is larger than {MAX_BYTES >> 20} MB")


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _remember(path: Path, values: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(values, indent=1, sort_keys=True), encoding="utf-8")
    fresh.replace(path)
