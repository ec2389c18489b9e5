"""Rows of Parquet and Arrow files, the forms in which dataset hubs ship. Needs the extra `datasets` (pyarrow)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.errors import BadInput, NotAvailable

SUFFIXES = (".parquet", ".arrow", ".feather")
BATCH = 256  # rows that are in memory as Python objects at a time


def table_rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Numbered rows of a Parquet file, an Arrow file or an Arrow stream, read in batches. Bytes, as of pictures and
    sound, are left out: a prompt is text.

    Raises:
        NotAvailable: pyarrow is not installed.
        BadInput: the file is not what its name says, or is damaged.
    """
    try:
        import pyarrow as pa
    except ImportError:
        raise NotAvailable(f"{file.suffix} files need pyarrow: `pip install llm-advisor[datasets]`") from None
    number = 0
    try:
        for batch in _batches(file):
            for row in batch.to_pylist():
                number += 1
                yield number, _plain(row)
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{file} cannot be read after row {number}: {_first_line(error)}.") from error


def _batches(file: Path) -> Iterator[Any]:
    if file.suffix.lower() == ".parquet":
        from pyarrow import parquet

        with parquet.ParquetFile(file) as table:
            yield from table.iter_batches(batch_size=BATCH)
        return
    yield from _arrow_batches(file)


def _arrow_batches(file: Path) -> Iterator[Any]:
    """Datasets are cached as streams, Feather files are in the file form; which one is seen by opening it."""
    import pyarrow as pa
    from pyarrow import ipc

    with pa.memory_map(str(file)) as source:
        try:
            opened = ipc.open_file(source)
            found = (opened.get_batch(i) for i in range(opened.num_record_batches))
        except pa.ArrowInvalid:
            source.seek(0)
            found = iter(ipc.open_stream(source))
        for batch in found:
            yield from (batch.slice(start, BATCH) for start in range(0, batch.num_rows, BATCH))


def _plain(value: Any) -> Any:
    """What JSON knows: dates as text, no bytes."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if not isinstance(v, bytes)}
    if isinstance(value, list):
        return [_plain(v) for v in value if not isinstance(v, bytes)]
    return value if value is None or isinstance(value, str | int | float | bool) else _shown(value)


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["damaged"])[0].rstrip(".")
