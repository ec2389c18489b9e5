"""The Chroma store of all texts: built once for a snapshot, reopened in an instant, searched by meaning and words."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from knowledge import embedding, vectors
from knowledge.documents import Document
from knowledge.lexical import Lexical, terms

Progress = Callable[[str, int, int], None]
Loader = Callable[[], Iterable[Document]]

LAYOUT = 2
"""Goes up when documents or their metadata change shape, so that older stores are built anew."""
COLLECTION = "knowledge"
MARKER = "complete.json"
TERMS = "terms.json"
BATCH = 256
LEXICAL_WEIGHT = 0.5
LOCK_SECONDS = 900.0

_LOG = logging.getLogger(__name__)


class StoreError(RuntimeError):
    """The store can be neither opened nor built; the message says what to do."""


@dataclass(frozen=True)
class Hit:
    """A text that was found. `score` grows with relevance and compares only within one search."""

    id: str
    kind: str
    title: str
    text: str
    score: float
    group: str = ""
    facet: str = ""
    source: str = ""
    url: str = ""
    date: str = ""


class Store:
    """Read access to an open store. Thread-safe."""

    def __init__(self, folder: Path, server: str = "") -> None:
        """Open the finished store in `folder`, whose collection may lie on a Chroma server.

        Raises:
            StoreError: it is damaged or not complete.
        """
        self.folder = folder
        self._lines: dict[tuple[str, ...], tuple[list[str], NDArray[np.float32]]] = {}
        self._client, self._collection = _open_collection(folder, server)
        try:
            rows = self._collection.get(include=["documents", "metadatas"])
            self._check(len(rows["ids"]))
            self._lexical = _lexical(folder, rows["ids"])
        except Exception as error:
            self.close()
            raise StoreError(f"The store in {folder} is damaged: {error}") from error
        self.ids: list[str] = rows["ids"]
        self._texts: list[str] = rows["documents"]
        self._metadata: list[dict[str, Any]] = rows["metadatas"]
        self._place = {doc_id: number for number, doc_id in enumerate(self.ids)}

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        progress: Progress | None = None,
        load: Loader | None = None,
        key: str = "",
        server: str = "",
    ) -> Store:
        """The store under `home/store`, built first where it is missing, damaged or of another snapshot.

        `load` gives the documents and `key` names their version; without them both come from the notes and
        the catalogue. `progress` is called with a label, what is done and the total. Several processes may
        open at once: one builds, the others wait. `server` is the address of a Chroma server that keeps the
        collection; words and the mark of completion stay in the folder.

        Raises:
            StoreError: the folder cannot be written, or the server does not answer.
        """
        if load is None:
            from knowledge.contents import all_documents, version

            load, key = all_documents, version()
        folder = home / "store" / _digest(key)
        with contextlib.suppress(StoreError):
            return cls(folder, server)
        try:
            with _exclusive(home / "store"):
                return cls._open_or_build(folder, load, progress, server)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The store in {folder} cannot be built ({error}); check the folder.") from error

    @classmethod
    def _open_or_build(cls, folder: Path, load: Loader, progress: Progress | None, server: str) -> Store:
        with contextlib.suppress(StoreError):
            return cls(folder, server)
        shutil.rmtree(folder, ignore_errors=True)
        _build(folder, list(load()), progress, server)
        _remove_others(folder)
        return cls(folder, server)

    def _check(self, count: int) -> None:
        marker = json.loads((self.folder / MARKER).read_text(encoding="utf-8"))
        if marker["documents"] != count:
            raise StoreError(f"{count} of {marker['documents']} documents")
        self._collection.query(query_embeddings=[[1.0] * embedding.DIMENSIONS], n_results=1, include=["distances"])

    def close(self) -> None:
        """Release the files."""
        self._client.close()

    def __len__(self) -> int:
        return len(self.ids)

    def metadata(self, doc_id: str) -> dict[str, Any]:
        """Kind, group, facet and the other fields of a document. Raises KeyError."""
        return self._metadata[self._place[doc_id]]

    def text(self, doc_id: str) -> str:
        """The text of a document. Raises KeyError."""
        return self._texts[self._place[doc_id]]

    def search(
        self, text: str, k: int = 8, kind: str | Sequence[str] | None = None, where: dict[str, Any] | None = None
    ) -> list[Hit]:
        """The best document of each of the `k` most relevant groups, best first.

        `where` is a Chroma filter on kind, task, domain, language, maker ({"task": {"$contains": "rag_qa"}}).
        Relevance is the z-score of cosine similarity plus half the z-score of BM25.
        """
        ids, dense = self.similarities(text, kind, where)
        if not ids:
            return []
        words = self.word_scores(text, ids)
        fused = standardised(dense) + LEXICAL_WEIGHT * standardised(words)
        return list(self._best_of_groups(ids, fused, k))

    def _best_of_groups(self, ids: list[str], scores: NDArray[np.float32], k: int) -> Iterator[Hit]:
        seen: set[tuple[str, str]] = set()
        for number in np.argsort(-scores, kind="stable"):
            hit = self._hit(ids[number], float(scores[number]))
            if (hit.kind, hit.group) in seen:
                continue
            seen.add((hit.kind, hit.group))
            yield hit
            if len(seen) == k:
                return

    def _hit(self, doc_id: str, score: float) -> Hit:
        place = self._place[doc_id]
        known = {key: value for key, value in self._metadata[place].items() if key in Hit.__annotations__}
        return Hit(id=doc_id, text=self._texts[place], score=score, **known)

    def similarities(
        self, text: str, kind: str | Sequence[str] | None = None, where: dict[str, Any] | None = None
    ) -> tuple[list[str], NDArray[np.float32]]:
        """Cosine similarity of every document that passes the filter: ids and values."""
        ids, lines = self.vectors(kind) if where is None else self._fetched(_filter(kind, where))
        return ids, lines @ embedding.embed_query(text)

    def vectors(self, kind: str | Sequence[str] | None = None) -> tuple[list[str], NDArray[np.float32]]:
        """Ids and unit vectors of the documents of these kinds, read once."""
        kinds = tuple([kind] if isinstance(kind, str) else kind or ())
        if kinds not in self._lines:
            self._lines[kinds] = self._fetched(_filter(kinds, None))
        return self._lines[kinds]

    def _fetched(self, where: dict[str, Any] | None) -> tuple[list[str], NDArray[np.float32]]:
        """Exact search over thousands of lines is one product of a matrix, and faster than asking the index
        for nearly all of them."""
        found = self._collection.get(where=where, include=["embeddings"])
        lines = np.asarray(found["embeddings"], dtype=np.float32).reshape(-1, embedding.DIMENSIONS)
        return found["ids"], lines / np.maximum(np.linalg.norm(lines, axis=1, keepdims=True), 1e-9)

    def word_scores(self, text: str, ids: Sequence[str]) -> NDArray[np.float32]:
        """BM25 of these documents, foreign domain words read as English ones."""
        scores = self._lexical.scores(text)
        return scores[[self._place[doc_id] for doc_id in ids]]


def standardised(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Z-scores; all zero where nothing varies."""
    deviation = float(values.std())
    return (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)


def _filter(kind: str | Sequence[str] | None, where: dict[str, Any] | None) -> dict[str, Any] | None:
    kinds = [kind] if isinstance(kind, str) else list(kind or ())
    parts = ([{"kind": {"$in": kinds}}] if kinds else []) + ([where] if where else [])
    return {"$and": parts} if len(parts) > 1 else next(iter(parts), None)


def _digest(key: str) -> str:
    return hashlib.sha256(f"{LAYOUT} {embedding.NAME} {key}".encode()).hexdigest()[:16]


def _client(folder: Path, server: str) -> Any:
    from chromadb import HttpClient, PersistentClient
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if not server:
        return PersistentClient(str(folder), settings=quiet)
    parts = urlsplit(server)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        return HttpClient(parts.hostname or "", port, ssl=parts.scheme == "https", settings=quiet)
    except Exception as error:  # the client raises ValueError and errors of its transport
        raise StoreError(f"The Chroma server {server} does not answer ({error}): check chroma_url") from error


def _name(folder: Path, server: str) -> str:
    """On a server the collection carries the version of the texts; in a folder the folder does."""
    return f"{COLLECTION}-{folder.name.lstrip('.')[:16]}" if server else COLLECTION


def _open_collection(folder: Path, server: str) -> tuple[Any, Any]:
    if not (folder / MARKER).is_file():
        raise StoreError(f"There is no finished store in {folder}")
    client = None
    try:
        client = _client(folder, server)
        found = client.get_collection(_name(folder, server), embedding_function=embedding.chroma_function())
        return client, found
    except Exception as error:
        if client is not None:
            client.close()
        raise StoreError(f"The store in {folder} cannot be opened: {error}") from error


def _lexical(folder: Path, ids: list[str]) -> Lexical:
    kept = json.loads((folder / TERMS).read_text(encoding="utf-8"))
    return Lexical([kept[doc_id] for doc_id in ids])


def _build(folder: Path, documents: list[Document], progress: Progress | None, server: str) -> None:
    """Write all documents beside `folder`, then give the finished folder its name in one step."""
    draft = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
    draft.mkdir(parents=True)
    try:
        _fill(draft, documents, progress, server)
        words = {document.id: terms(document.text) for document in documents}
        (draft / TERMS).write_text(json.dumps(words), encoding="utf-8")
        (draft / MARKER).write_text(json.dumps({"documents": len(documents)}), encoding="utf-8")
        os.replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(folder: Path, documents: list[Document], progress: Progress | None, server: str) -> None:
    client = _client(folder, server)
    try:
        collection = client.get_or_create_collection(
            _name(folder, server),
            embedding_function=embedding.chroma_function(),
            configuration={"hnsw": {"space": "cosine"}},
        )
        for start in range(0, len(documents), BATCH):
            _add(collection, documents[start : start + BATCH])
            if progress:
                progress("Indexing what the advisor knows", min(start + BATCH, len(documents)), len(documents))
    finally:
        client.close()


def _add(collection: Any, documents: list[Document]) -> None:
    texts = [document.text for document in documents]
    collection.upsert(
        ids=[document.id for document in documents],
        documents=texts,
        embeddings=vectors.passages(texts),
        metadatas=[document.metadata() for document in documents],
    )


@contextlib.contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """One process at a time; the operating system frees the lock of a process that dies."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(folder / "lock.sqlite", timeout=LOCK_SECONDS, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()


def _remove_others(folder: Path) -> None:
    """Stores of earlier snapshots and drafts of processes that died."""
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            _LOG.debug("removing the old store %s", other)
            shutil.rmtree(other, ignore_errors=True)
