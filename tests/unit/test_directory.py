"""The directory of leaderboards elsewhere."""

from __future__ import annotations

from pathlib import Path

from knowledge.directory import build_directory, find_leaderboards, load_directory


def test_niche_questions_lead_to_niche_boards() -> None:
    legal = find_leaderboards("contract review for a law firm")
    assert legal and all("legal" in board.tags for board in legal)
    polish = find_leaderboards("chatbot in Polish")
    assert polish and "pl" in polish[0].languages
    assert find_leaderboards("zzz qqq") == []


def test_entries_have_link_owner_and_date_and_no_prose() -> None:
    boards = load_directory()
    assert len(boards) > 250 and len({b.url for b in boards}) == len(boards)
    assert all(b.url.startswith("http") and b.owner and b.seen for b in boards)
    assert sum(b.space for b in boards) > 100
    assert max(len(b.name) for b in boards) < 80


def test_directory_is_rebuilt_the_same(tmp_path: Path) -> None:
    raw = tmp_path / "leaderboard_directory"
    raw.mkdir()
    head = "section,subsection,topic,name,url,description\n"
    link = "https://huggingface.co/spaces/org/law"
    row = f"Rankings,Model Ranking,Text,LawBoard,{link},tests <b>legal</b> work in German\n"
    (raw / "leaderboards.csv").write_text(head + row, encoding="utf-8")
    files = [tmp_path / "one.gz", tmp_path / "two.gz"]
    assert [build_directory(tmp_path, file) for file in files] == [1, 1]
    assert files[0].read_bytes() == files[1].read_bytes()
    (board,) = load_directory(files[0])
    assert (board.owner, board.space, board.languages) == ("org", True, ("de",)) and "legal" in board.tags
