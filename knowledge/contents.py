"""What goes into the store: the notes and the snapshot, and the version of the two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain

from knowledge import documents
from knowledge.catalog import load_catalog
from knowledge.documents import Document
from knowledge.lexical import VOCABULARY
from knowledge.note_files import NOTES, load_asked, load_topics


def version() -> str:
    """Changes whenever a file of the snapshot, a topic note or the vocabulary does."""
    files = sorted([*load_catalog().folder.glob("*.gz"), *NOTES.glob("topics/*.md"), *VOCABULARY.glob("*.yaml")])
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def all_documents() -> Iterator[Document]:
    """Benchmarks, topics, models and boards."""
    catalog = load_catalog()
    noted = (bench for bench in catalog.benchmarks.values() if bench.measures)
    return chain(
        documents.benchmark_documents(noted, load_asked()),
        documents.topic_documents(load_topics()),
        documents.model_documents(catalog),
        documents.score_documents(catalog),
    )
