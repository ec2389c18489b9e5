"""Backup and restore of a data folder by one command each: conversations, trials, users, settings, own snapshot."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from advisor.errors import AdvisorError, BadInput

MARK = "advisor-backup.json"
FORM = 1
SKIPPED = ("store", "weights", "locks", "staged", "incoming")  # rebuilt, or downloaded again, when they are missing
SUFFIXES = ("-wal", "-shm", "-journal")


def backup(home: Path, target: Path) -> int:
    """Write everything that cannot be rebuilt into one .tar.gz file, whole or not at all; how many files.

    Databases are copied by SQLite itself, so a running server may go on writing. The file holds what users wrote,
    and password hashes: it is readable by its owner alone.

    Raises:
        BadInput: there is nothing to back up, or the target exists.
        AdvisorError: the target cannot be written.
    """
    if not home.is_dir():
        raise BadInput(f"There is no data folder {home}: nothing to back up.")
    if target.exists():
        raise BadInput(f"{target} exists already: name another file.")
    draft = target.with_name(f".{target.name}.part")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w:gz") as archive:
                count = _fill(archive, home)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    except OSError as error:
        raise AdvisorError(f"{target} cannot be written ({error.strerror or error}): free some space.") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _fill(archive: tarfile.TarFile, home: Path) -> int:
    _add_text(archive, MARK, json.dumps({"form": FORM, "at": time.time()}))
    count = 0
    with tempfile.TemporaryDirectory(prefix="advisor-backup-") as scratch:
        for file in _files(home):
            name = f"home/{file.relative_to(home).as_posix()}"
            if file.suffix == ".sqlite":
                copy = Path(scratch) / "copy.sqlite"
                _copy_database(file, copy)
                archive.add(copy, name)
                copy.unlink()
            else:
                archive.add(file, name)
            count += 1
    return count


def _files(home: Path) -> Iterator[Path]:
    for file in sorted(home.rglob("*")):
        parts = file.relative_to(home).parts
        skipped = parts[0] in SKIPPED or (parts[0] == "users" and len(parts) > 2 and parts[2] in SKIPPED)
        if file.is_file() and not file.is_symlink() and not skipped and not file.name.endswith(SUFFIXES):
            yield file


def _copy_database(file: Path, target: Path) -> None:
    source, copy = sqlite3.connect(file, timeout=30), sqlite3.connect(target)
    with contextlib.closing(source), contextlib.closing(copy):
        source.backup(copy)


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(text), int(time.time()), 0o600
    archive.addfile(info, io.BytesIO(text.encode()))


def restore(source: Path, home: Path) -> int:
    """Put a backup in the place of a data folder; how many files. Every database is checked first, and what was in
    the folder is kept beside it as `NAME.before-restore-TIME`.

    Raises:
        BadInput: the file is no whole backup.
        AdvisorError: the folder cannot be written.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{home.name}-restore-", dir=home.parent))
    try:
        count = _unpack(source, draft)
        _keep_what_is_rebuilt(home, draft / "home")
        if home.exists():
            os.replace(home, home.with_name(f"{home.name}.before-restore-{time.strftime('%Y%m%dT%H%M%S')}"))
        os.replace(draft / "home", home)
        return count
    except OSError as error:
        raise AdvisorError(f"{home} cannot be written ({error.strerror or error}); nothing was changed.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _unpack(source: Path, draft: Path) -> int:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(draft, filter="data")
        mark = json.loads((draft / MARK).read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise BadInput(f"{source} is no whole backup of this program ({error}): take another file.") from error
    if mark.get("form") != FORM:
        raise BadInput(f"{source} was written by another version of this program: restore it with that one.")
    files = [f for f in (draft / "home").rglob("*") if f.is_file()]
    for file in files:
        if file.suffix == ".sqlite" and (trouble := damage(file)):
            raise BadInput(f"{file.name} in {source} is damaged ({trouble}): take another backup.")
    return len(files)


def damage(file: Path) -> str:
    """What SQLite's own check finds wrong with a database; empty where it is sound."""
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=30)) as db:
            found = str(db.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def _keep_what_is_rebuilt(home: Path, fresh: Path) -> None:
    """Carry the store and the weights over: they are large, and no backup holds them."""
    for name in ("store", "weights"):
        if (home / name).is_dir():
            shutil.move(home / name, fresh / name)
