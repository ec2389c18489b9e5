"""The texts on a Chroma server: found as in a folder, shared by machines, built again where the server lost them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.documents import Document
from knowledge.store import Store, StoreError

TEXTS = ("Follows formatting instructions such as three bullets", "Writes and mends Python code",
         "Translates between Spanish and German", "Answers questions of customers politely")  # fmt: skip


def documents() -> list[Document]:
    return [Document(id=f"d{n}", kind="benchmark", text=text, title=text, group=str(n)) for n, text in enumerate(TEXTS)]


def opened(home: Path, server: str) -> Store:
    return Store.open(home, load=documents, key="server test", server=server)


def test_a_server_finds_what_a_folder_finds(chroma: str, tmp_path: Path) -> None:
    there, here = opened(tmp_path / "a", chroma), opened(tmp_path / "b", "")
    for question in ("code", "three bullets", "a language pair"):
        assert [(h.id, round(h.score, 3)) for h in there.search(question, k=4)] == [
            (h.id, round(h.score, 3)) for h in here.search(question, k=4)
        ]
    another_machine = opened(tmp_path / "c", chroma)
    assert len(another_machine) == len(TEXTS)


def test_a_server_that_lost_its_texts_gets_them_again(chroma: str, tmp_path: Path) -> None:
    store = opened(tmp_path / "a", chroma)
    store._client.delete_collection(store._collection.name)
    assert [h.id for h in opened(tmp_path / "a", chroma).search("code", k=1)] == ["d1"]


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="chroma_url"):
        opened(tmp_path, "http://127.0.0.1:9")
