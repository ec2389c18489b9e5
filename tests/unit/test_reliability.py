"""How far predictions of left-out boards are off, and what that does to intervals."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from advisor.capability import fitting, reliability
from advisor.capability.fit import Fit
from advisor.evidence import Posterior
from knowledge.schema import Benchmark, Model, Score

DAY = dt.date(2026, 1, 1)
MODELS = 60


def catalog_of(seed: int = 0) -> Any:
    """Sixty models on four boards of coding that go together and two of summaries that measure luck."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(size=MODELS)
    ids = [f"lab{i % 5}/m{i}" for i in range(MODELS)]
    tasks = {f"code-{i}": {"coding_assistant": 0.9} for i in range(4)}
    tasks |= {f"luck-{i}": {"summarization": 0.9} for i in range(2)}
    boards = [Benchmark(id=b, name=b, floor=0.0, ceiling=100.0, tasks=of) for b, of in tasks.items()]
    rows: dict[str, list[Score]] = {m: [] for m in ids}
    for board in boards:
        what = skill + rng.normal(scale=0.3, size=MODELS) if board.id < "d" else rng.normal(size=MODELS)
        for m, x in zip(ids, what.tolist(), strict=True):
            if rng.random() < 0.8:
                rows[m].append(Score(model_id=m, benchmark_id=board.id, value=100 / (1 + np.exp(-x)), unit="percent",
                                     source_id=f"of-{board.id}", date=DAY, raw_name=m))  # fmt: skip
    models = {m: Model(id=m, name=m, maker=m[:4], source_id="s", date=DAY) for m in ids}
    return SimpleNamespace(models=models, benchmarks={b.id: b for b in boards}, scores_of=rows.__getitem__, manifest={})


@pytest.fixture(scope="module")
def fitted() -> Fit:
    return fitting.fit(catalog_of())


def test_boards_that_nothing_predicts_are_known_by_their_errors(fitted: Fit) -> None:
    doubt = dict(zip(fitted.boards, fitted.doubt.tolist(), strict=True))
    assert max(doubt[f"code-{i}"] for i in range(4)) < 1
    assert min(doubt["luck-0"], doubt["luck-1"]) > 1.2


def test_a_use_case_of_such_boards_is_wider_but_not_otherwise_changed(fitted: Fit) -> None:
    told, untold = Posterior(fitted), Posterior(fitted._replace(doubt=np.ones(len(fitted.boards))))
    luck, code = {"luck-0": 1.0, "luck-1": 1.0}, {f"code-{i}": 1.0 for i in range(4)}
    assert (told.estimate(luck)[1] > 1.05 * untold.estimate(luck)[1]).all()
    assert told.estimate(code)[1] == pytest.approx(untold.estimate(code)[1], rel=0.05)
    assert told.estimate(luck)[0] == pytest.approx(untold.estimate(luck)[0])


def test_leaving_figures_out_is_what_it_says(fitted: Fit) -> None:
    """The shortcut by the inverse against a covariance that never had the rows."""
    roots = np.arange(len(fitted.boards))
    roots[1] = 0  # two boards of one family
    guess = reliability._guess(fitted, roots, np.eye(len(fitted.boards)))
    models = [(m, rows, a) for m, rows, a in reliability._models(fitted) if {0, 1, 2} <= set(fitted.board_of[rows])]
    for model, rows, inverse in models[:5]:
        predicted, variance = reliability._left_out(fitted, guess, roots, model, rows, inverse)
        boards = fitted.board_of[rows]
        whole = np.linalg.inv(inverse)
        for row, board in enumerate(boards.tolist()):
            kept = roots[boards] != roots[board]
            loading = fitted.extra[model] * guess.loading[board]
            k = guess.pull[board, boards[kept]] + loading * fitted.loading[boards[kept]]
            less = np.linalg.inv(whole[np.ix_(kept, kept)])
            expected = fitted.prior[model] * guess.loading[board] + guess.trends[board] @ fitted.known[model]
            assert predicted[row] == pytest.approx(expected + k @ less @ fitted.residual[rows][kept], abs=1e-3)
            left = guess.whole[board] + loading * guess.loading[board] - k @ less @ k
            assert variance[row] == pytest.approx(left, abs=1e-3)


def test_a_snapshot_without_scores_has_nothing_to_doubt(fitted: Fit) -> None:
    none = np.zeros(0, int)
    empty = fitted._replace(model_of=none, board_of=none, residual=np.zeros(0), alpha=np.zeros(0),
                            blocks=np.zeros(0, np.float32))  # fmt: skip
    roots = np.arange(len(fitted.boards))
    assert reliability.reliability(empty, roots, np.eye(len(roots))).tolist() == [1.0] * len(roots)
