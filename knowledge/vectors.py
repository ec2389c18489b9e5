"""Vectors of our own texts, shipped so that the first start need not compute them.

`python -m knowledge.vectors` writes the file anew. A text that is not in it (a refreshed snapshot, an edited
note) is computed when the store is built: the file saves time and never decides a result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import embedding

FILE = Path(__file__).parent / "vectors" / f"{embedding.NAME}.npz"
STEPS = 127


def passages(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors of documents, one row each, computed only where the file has none."""
    found = np.zeros((len(texts), embedding.DIMENSIONS), dtype=np.float32)
    missing = []
    for number, text in enumerate(texts):
        vector = _shipped().get(_key(text))
        if vector is None:
            missing.append(number)
        else:
            found[number] = vector / np.linalg.norm(vector)
    if missing:
        found[missing] = embedding.embed_passages([texts[number] for number in missing])
    return found


def write(texts: Sequence[str]) -> int:
    """Store the vectors of these texts, one byte a dimension. Returns how many."""
    unique = sorted(set(texts), key=_key)
    exact = passages(unique)
    scaled = np.round(exact / np.abs(exact).max(axis=1, keepdims=True) * STEPS).astype(np.int8)
    FILE.parent.mkdir(exist_ok=True)
    keys = np.frombuffer(b"".join(map(_key, unique)), dtype=np.uint8).reshape(len(unique), -1)
    np.savez_compressed(FILE, keys=keys, vectors=scaled)
    return len(unique)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:12]


@cache
def _shipped() -> dict[bytes, NDArray[np.float32]]:
    if not FILE.is_file():
        return {}
    with np.load(FILE) as stored:
        vectors = stored["vectors"].astype(np.float32)
        return {key.tobytes(): vector for key, vector in zip(stored["keys"], vectors, strict=True)}


def main() -> None:
    """Write the vectors of everything that the store would hold now."""
    from knowledge.contents import all_documents

    print(f"{write([document.text for document in all_documents()])} vectors in {FILE}")


if __name__ == "__main__":
    main()
