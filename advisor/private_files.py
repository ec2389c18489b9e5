"""Files that only their owner may read, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_private(file: Path, text: str, *, replace: bool = True) -> None:
    """Write `text` with mode 0600 in one step, flushed to disk. With `replace=False` a file that is there stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            os.replace(draft, file)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
    finally:
        Path(draft).unlink(missing_ok=True)
