"""The store: built once, reopened, rebuilt when damaged, searched by meaning, words and filters."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from knowledge.calculators import chinchilla, cross_entropy, perplexity
from knowledge.documents import Document
from knowledge.lexical import fold, readings, terms
from knowledge.store import MARKER, Store

DOCUMENTS = [
    Document("a", "benchmark", "ifeval", "IFEval", "Follow formatting rules such as a word limit", tasks=("writing",)),
    Document("b", "benchmark", "ifeval", "IFEval", "Replies that keep a template"),
    Document("c", "benchmark", "open-asr", "Open ASR", "Speech recognition: transcription of recordings"),
    Document("d", "model", "lab/quokka-7b", "Quokka 7B", "Quokka 7B by lab, open weights", maker="lab"),
    Document("e", "topic", "perplexity", "Perplexity", "Perplexity is the exponential of the cross-entropy"),
]


def opened(home: Path, calls: list[int] | None = None, documents: list[Document] = DOCUMENTS) -> Store:
    def load() -> list[Document]:
        (calls if calls is not None else []).append(1)
        return documents

    return Store.open(home, load=load, key="one")


def test_finds_by_meaning_in_another_language(tmp_path: Path) -> None:
    hits = opened(tmp_path).search("transcrição de áudio de reuniões", k=1)
    assert [hit.group for hit in hits] == ["open-asr"]


def test_finds_a_rare_word(tmp_path: Path) -> None:
    assert opened(tmp_path).search("quokka", k=1)[0].group == "lab/quokka-7b"


def test_gives_each_group_once(tmp_path: Path) -> None:
    groups = [hit.group for hit in opened(tmp_path).search("keep a format", k=5)]
    assert len(groups) == len(set(groups)) == 4


def test_filters_by_kind_and_metadata(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert {hit.kind for hit in store.search("rules", kind=["model", "topic"])} == {"model", "topic"}
    assert [hit.group for hit in store.search("rules", where={"maker": "lab"})] == ["lab/quokka-7b"]
    assert [hit.id for hit in store.search("rules", where={"task": {"$contains": "writing"}})] == ["a"]
    assert store.search("rules", where={"maker": "nobody"}) == []


def test_builds_once_and_reports_progress(tmp_path: Path) -> None:
    calls: list[int] = []
    seen: list[tuple[int, int]] = []
    Store.open(
        tmp_path, load=lambda: DOCUMENTS, key="one", progress=lambda _, done, total: seen.append((done, total))
    ).close()
    assert len(opened(tmp_path, calls)) == len(DOCUMENTS)
    assert seen[-1] == (len(DOCUMENTS), len(DOCUMENTS))
    assert calls == []


def test_another_snapshot_is_another_store(tmp_path: Path) -> None:
    opened(tmp_path).close()
    other = Store.open(tmp_path, load=lambda: DOCUMENTS[:2], key="two")
    assert len(other) == 2
    assert [p.name for p in (tmp_path / "store").iterdir() if p.is_dir()] == [other.folder.name]


@pytest.mark.parametrize("damage", ["marker", "database", "empty database", "terms", "vectors"])
def test_a_damaged_store_is_built_anew(tmp_path: Path, damage: str) -> None:
    store = opened(tmp_path)
    folder = store.folder
    store.close()
    damaged = {
        "marker": [folder / MARKER],
        "database": [folder / "chroma.sqlite3"],
        "empty database": [folder / "chroma.sqlite3"],
        "terms": [folder / "terms.json"],
        "vectors": list(folder.glob("*/*.bin")),
    }
    for file in damaged[damage]:
        file.write_bytes(b"" if damage == "empty database" else b"not what it was")
    assert opened(tmp_path).search("quokka", k=1)[0].group == "lab/quokka-7b"


def test_a_store_of_another_embedding_is_built_anew(tmp_path: Path) -> None:
    import chromadb

    store = opened(tmp_path)
    folder = store.folder
    store.close()
    client = chromadb.PersistentClient(str(folder))
    client.delete_collection("knowledge")
    client.create_collection("knowledge", embedding_function=None).add(ids=["x"], embeddings=[[1.0, 2.0]])
    client.close()
    assert len(opened(tmp_path)) == len(DOCUMENTS)


def test_two_at_once_build_once(tmp_path: Path) -> None:
    calls: list[int] = []
    threads = [threading.Thread(target=lambda: opened(tmp_path, calls).search("quokka")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_foreign_words_are_read_as_english_ones() -> None:
    assert "invoice receipt form" in readings(fold("Rechnungen auslesen und prüfen, mit einem Modell"))
    assert "invoic" in terms("請求書を読み取る")
    assert not any("invoice" in reading for reading in readings(fold("is it going to be a factual question")))


def test_cross_entropy_and_perplexity() -> None:
    assert cross_entropy([0.8]) == pytest.approx(0.22314, abs=1e-5)
    assert perplexity(cross_entropy([0.25, 0.25])) == pytest.approx(4)
    assert cross_entropy([0.0]) == float("inf")
    for wrong in ([], [1.2], [-0.1], [float("nan")]):
        with pytest.raises(ValueError):
            cross_entropy(wrong)


def test_chinchilla_rule() -> None:
    assert chinchilla(params_b=70).optimal_tokens_t == pytest.approx(1.4)
    assert chinchilla(tokens_t=1.4).optimal_params_b == pytest.approx(70)
    assert chinchilla(params_b=8, tokens_t=15).ratio == pytest.approx(93.75)
    with pytest.raises(ValueError):
        chinchilla()
    with pytest.raises(ValueError):
        chinchilla(params_b=0)
