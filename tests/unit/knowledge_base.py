"""One store of the benchmark notes for all tests of a run that search it."""

from __future__ import annotations

import tempfile
from functools import cache
from itertools import chain
from pathlib import Path

from knowledge.catalog import load_catalog
from knowledge.documents import benchmark_documents, topic_documents
from knowledge.note_files import load_asked, load_topics
from knowledge.store import Store


@cache
def notes_store() -> Store:
    benches = [bench for bench in load_catalog().benchmarks.values() if bench.measures]
    documents = list(chain(benchmark_documents(benches, load_asked()), topic_documents(load_topics())))
    return Store.open(Path(tempfile.mkdtemp(prefix="notes-store-")), load=lambda: documents, key="tests")
