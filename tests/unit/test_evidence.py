"""A catalogue whose truth is known: sixty models, a general ability, and a coding skill that only some boards see."""

import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from advisor.capability import fitting
from advisor.evidence import Posterior, Quality, load_posterior
from knowledge.schema import Benchmark, Model, Score, ScoreKind

DAY = dt.date(2026, 1, 1)
MODELS = 60
CODING = {"coding_assistant": 0.9}
WRITING = {"writing": 0.9}


def sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-values))


class World:
    """Sixty models on four coding and four writing boards; the last model is on none."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.general = rng.normal(size=MODELS)
        self.coding = rng.normal(size=MODELS)
        ids = [f"lab{i % 5}/m{i}" for i in range(MODELS)]
        boards = [Benchmark(id=f"{k}-{i}", name=k, unit="percent", floor=0.0, ceiling=100.0, tasks=tasks)
                  for k, tasks in (("code", CODING), ("prose", WRITING)) for i in range(4)]  # fmt: skip
        scores: dict[str, list[Score]] = {m: [] for m in ids}
        for board in boards:
            side = self.coding if board.id.startswith("code") else -self.coding
            shares = 100 * sigmoid(self.general + side + rng.normal(scale=0.2, size=MODELS))
            for m, value in list(zip(ids, shares.tolist(), strict=True))[:-1]:
                scores[m].append(
                    Score(model_id=m, benchmark_id=board.id, value=value, unit="percent", source_id=f"of-{board.id}",
                          date=DAY, raw_name=m)
                )  # fmt: skip
        models = {m: Model(id=m, name=m, maker=m[:4], source_id="s", date=DAY) for m in ids}
        self.ids = ids
        self.catalog: Any = SimpleNamespace(
            models=models,
            benchmarks={b.id: b for b in boards},
            scores_of=scores.__getitem__,
            manifest={"date": "x"},
        )


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def posterior(world: World) -> Posterior:
    return Posterior(fitting.fit(world.catalog), reference="lab0/m0")


def agreement(posterior: Posterior, weights: dict[str, float], world: World, truth: Any) -> float:
    mean, _ = posterior.estimate(weights)
    of = dict(zip(posterior.fitted.models, mean.tolist(), strict=True))
    return float(spearmanr([of[m] for m in world.ids[:-1]], truth[:-1])[0])


def test_recovers_the_truth_of_a_use_case(posterior: Posterior, world: World) -> None:
    skill = world.general + world.coding
    assert agreement(posterior, {"code-0": 1.0, "code-1": 1.0, "code-2": 1.0}, world, skill) > 0.9


def test_relevance_moves_the_ranking(posterior: Posterior, world: World) -> None:
    skill = world.general + world.coding
    code, prose = {"code-0": 1.0, "code-1": 1.0}, {"prose-0": 1.0, "prose-1": 1.0}
    assert agreement(posterior, code, world, skill) > agreement(posterior, prose, world, skill) + 0.3


def test_predicts_a_board_that_it_never_saw(world: World) -> None:
    without = Posterior(fitting.fit(world.catalog, exclude_roots={"code-3"}))
    assert "code-3" not in without.fitted.boards
    assert agreement(without, {"code-0": 1.0, "code-1": 1.0, "code-2": 1.0}, world, world.general + world.coding) > 0.85


def test_a_model_without_scores_is_wide(posterior: Posterior, world: World) -> None:
    by_id = {q.model_id: q for q in posterior.rank({"code-0": 1.0})}
    widths = [by_id[m].high - by_id[m].low for m in world.ids]
    assert widths[-1] > 1.2 * max(widths[:-1])
    assert by_id[world.ids[-1]].measured == 0


def test_ranks_are_places_with_intervals_around_them(posterior: Posterior) -> None:
    ranked = posterior.rank({"code-0": 1.0})
    assert [q.rank for q in ranked] == list(range(1, MODELS + 1))
    assert all(1 <= q.rank_low <= q.rank <= q.rank_high <= q.of == MODELS for q in ranked)
    assert all(q.low < q.mean < q.high and 0 < q.win_low < q.win_share < q.win_high < 1 for q in ranked)
    assert next(q for q in ranked if q.model_id == "lab0/m0").win_share == pytest.approx(0.5)


def test_models_of_another_kind_stay_below_and_their_boards_are_not_mixed_in(world: World) -> None:
    ids = [f"lab9/embed{i}" for i in range(8)]
    board = Benchmark(id="vectors", name="v", floor=0.0, ceiling=100.0, tasks={"embedding_search": 1.0})
    rest: dict[str, Any] = {"benchmark_id": "vectors", "unit": "percent", "source_id": "v", "date": DAY}
    rows = {
        m: [Score(model_id=m, value=60.0 + 3 * i, raw_name=m, **rest)]
        for i, m in enumerate(ids)
    }  # fmt: skip
    models = {m: Model(id=m, name=m, maker="lab9", source_id="s", date=DAY) for m in ids}
    old = world.catalog
    catalog: Any = SimpleNamespace(
        models=old.models | models, benchmarks=old.benchmarks | {"vectors": board}, manifest=old.manifest,
        scores_of=lambda m: rows[m] if m in rows else old.scores_of(m),
    )  # fmt: skip
    mixed = Posterior(fitting.fit(catalog), reference="lab0/m0")
    assert {q.model_id for q in mixed.rank({"vectors": 0.9, "code-0": 0.3})[:8]} == set(ids)
    assert {q.model_id for q in mixed.rank({"vectors": 0.3, "code-0": 0.9})[-8:]} == set(ids)
    # Where models that embed are needed, those that write are still in the order of their own boards.
    weights = {"vectors": 0.9, "code-0": 0.8, "code-1": 0.8}
    assert agreement(mixed, weights, world, world.general + world.coding) > 0.8
    assert mixed.shares(weights, mixed.fitted.models.index(world.ids[0]))[mixed.fitted.boards.index("code-0")] > 0.1
    assert mixed.shares(weights)[mixed.fitted.boards.index("code-0")] == 0


def extended(
    world: World,
    figures: dict[str, dict[str, float]],
    kind: ScoreKind = "independent",
    dates: dict[str, dt.date] | None = None,
) -> Posterior:
    """The world with more models: id -> board -> percentage, from the boards' own sources; `dates` of release."""
    old = world.catalog
    rows = {
        m: [Score(model_id=m, benchmark_id=b, value=v, unit="percent", source_id=f"of-{b}", date=DAY, raw_name=m,
                  kind=kind) for b, v in of.items()]
        for m, of in figures.items()
    }  # fmt: skip
    alone = {b for of in figures.values() for b in of} - old.benchmarks.keys()
    boards = {b: Benchmark(id=b, name=b, unit="percent", floor=0.0, ceiling=100.0, tasks=CODING) for b in alone}
    models = {m: Model(id=m, name=m, maker=m.split("/")[0], source_id="s", date=DAY) for m in figures}
    models |= old.models
    models |= {m: models[m].model_copy(update={"released": day}) for m, day in (dates or {}).items()}
    catalog: Any = SimpleNamespace(
        models=models, benchmarks=old.benchmarks | boards, manifest=old.manifest,
        scores_of=lambda m: rows.get(m, []) + (old.scores_of(m) if m in old.models else []),
    )  # fmt: skip
    return Posterior(fitting.fit(catalog), reference="lab0/m0")


def quality(posterior: Posterior, model: str) -> Quality:
    return next(q for q in posterior.rank({"code-0": 1.0}) if q.model_id == model)


HIGH = {f"code-{i}": 97.0 for i in range(4)}


def test_the_makers_own_figures_lift_a_model_less_and_leave_more_doubt(world: World) -> None:
    own = quality(extended(world, {"lab0/new": HIGH}, "vendor"), "lab0/new")
    independent = quality(extended(world, {"lab0/new": HIGH}), "lab0/new")
    assert own.mean < independent.mean
    assert own.high - own.low > independent.high - independent.low


def test_own_figures_of_a_maker_whom_nobody_else_measured_lift_a_model_even_less(world: World) -> None:
    known = quality(extended(world, {"lab0/new": HIGH}, "vendor"), "lab0/new")
    unknown = quality(extended(world, {"lab7/new": HIGH}, "vendor"), "lab7/new")
    assert unknown.mean < known.mean - 0.1


def test_a_model_without_a_figure_stays_below_its_siblings(world: World) -> None:
    names = ["lab8/nova-1", "lab8/nova-2", "lab8/nova-3"]
    posterior = extended(world, dict.fromkeys(names, HIGH) | {"lab8/nova-4": {}, "lab8/nova-latest": {}})
    odds = posterior.proven(posterior.odds({"code-0": 1.0})[0])
    at = posterior.fitted.models.index
    least = min(odds[at(name)] for name in names)
    for name in ("lab8/nova-4", "lab8/nova-latest"):
        assert odds[at(name)] < least
    assert odds[at(names[0])] == posterior.odds({"code-0": 1.0})[0][at(names[0])]


def test_weaker_siblings_draw_a_model_without_a_figure_a_part_of_the_way(world: World) -> None:
    low = {f"code-{i}": 5.0 for i in range(4)}
    posterior = extended(world, {"lab8/nova-1": low, "lab8/nova-2": low, "lab8/nova-3": {}})
    alone = Posterior(posterior.fitted._replace(held=np.zeros((0, 2), np.int64)), reference="lab0/m0")
    level, drawn = (quality(posterior, f"lab8/nova-{i}").mean for i in (1, 3))
    assert level < drawn < quality(alone, "lab8/nova-3").mean


def test_a_name_without_a_date_stands_where_its_dated_builds_stand(world: World) -> None:
    middling = {f"code-{i}": 70.0 for i in range(4)}
    builds = {"lab8/nova-2-20250301": HIGH, "lab8/nova-2-20250601": middling}
    posterior = extended(world, builds | {"lab8/nova-1": middling, "lab8/nova-2": {}, "lab8/nova-3": {}})
    level = sum(quality(posterior, name).mean for name in builds) / 2
    assert quality(posterior, "lab8/nova-2").mean == pytest.approx(level)
    assert quality(posterior, "lab8/nova-3").mean < level
    assert quality(posterior, "lab8/nova-2").high > quality(posterior, "lab8/nova-2-20250601").high


def test_siblings_of_other_years_do_not_hold_a_new_model_down(world: World) -> None:
    low = {f"code-{i}": 5.0 for i in range(4)}
    old, new = ["lab8/nova-1", "lab8/nova-2"], "lab8/nova-3"
    figures = {old[0]: low, old[1]: low, new: HIGH, "lab8/nova-4": {}}
    dates = {old[0]: dt.date(2022, 1, 1), old[1]: dt.date(2023, 1, 1), new: dt.date(2025, 6, 1)}
    dates["lab8/nova-4"] = dt.date(2025, 12, 1)
    posterior = extended(world, figures, dates=dates)
    fitted = posterior.fitted
    (held,) = {int(s) for m, s in fitted.held if fitted.models[m] == "lab8/nova-4"}
    assert fitted.models[held] == new
    assert quality(posterior, "lab8/nova-4").mean < quality(posterior, new).mean


def test_a_source_that_contradicts_all_others_hardly_lowers_a_model(world: World) -> None:
    figures = {f"code-{i}": 80.0 for i in range(4)} | {f"prose-{i}": 80.0 for i in range(3)}
    whole = quality(extended(world, {"lab0/new": figures}), "lab0/new").mean
    broken = quality(extended(world, {"lab0/new": figures | {"prose-3": 0.6}}), "lab0/new").mean
    slightly = quality(extended(world, {"lab0/new": figures | {"prose-3": 60.0}}), "lab0/new").mean
    assert whole - broken < 2 * (whole - slightly)


def test_weak_models_are_wider_than_strong_ones(posterior: Posterior, world: World) -> None:
    mean, sd = posterior.estimate({"code-0": 1.0})
    known = [posterior.fitted.models.index(m) for m in world.ids[:-1]]
    assert sd[known][np.argmin(mean[known])] > 1.1 * sd[known][np.argmax(mean[known])]


def test_a_board_that_rewards_the_date_lifts_new_models_there_alone(world: World) -> None:
    dates = {m: DAY - dt.timedelta(days=40 * int(c)) for m, c in zip(world.ids, np.argsort(np.argsort(-world.coding)),
                                                                     strict=True)}  # fmt: skip
    posterior = extended(world, {"lab0/new": {}}, dates=dates | {"lab0/new": DAY})
    trends = dict(zip(posterior.fitted.boards, posterior.fitted.trends[:, 0].tolist(), strict=True))
    assert min(trends[f"code-{i}"] for i in range(4)) > max(trends[f"prose-{i}"] for i in range(4))


def test_a_board_whose_models_no_other_board_knows_tells_little(world: World) -> None:
    alone: dict[str, dict[str, float]] = {f"lab8/x{i}": {"island": 10.0 + 16 * i} for i in range(6)}
    bridge = {m: {"island": 10.0 + 2 * i} for i, m in enumerate(world.ids[:40])}

    def lead(posterior: Posterior) -> float:
        return quality(posterior, "lab8/x5").mean - quality(posterior, "lab8/x0").mean

    assert lead(extended(world, alone)) < 0.5 * lead(extended(world, bridge | alone))


def test_an_excluded_source_leaves_no_trace(world: World) -> None:
    assert "code-0" not in load_posterior(world.catalog, exclude_sources={"of-code-0"}).fitted.boards


def test_a_damaged_file_is_fitted_again(world: World, tmp_path: Path) -> None:
    fresh = load_posterior(world.catalog, home=tmp_path)
    (file,) = (tmp_path / "posterior").glob("*.npz")
    kept = load_posterior(world.catalog, home=tmp_path)
    assert kept.rank({"code-0": 1.0}) == fresh.rank({"code-0": 1.0})
    for damage in (b"", b"no archive", file.read_bytes()[:2000]):
        file.write_bytes(damage)
        again = load_posterior(world.catalog, home=tmp_path)
        assert again.rank({"code-0": 1.0}) == fresh.rank({"code-0": 1.0})


def test_changed_code_of_the_fit_is_fitted_anew(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "capability"
    shutil.copytree(Path(fitting.__file__).parent, code, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fitting, "__file__", str(code / "fitting.py"))
    load_posterior(world.catalog, home=tmp_path)
    load_posterior(world.catalog, home=tmp_path)
    assert len(list((tmp_path / "posterior").glob("*.npz"))) == 1
    (code / "fit.py").write_text("CONSTANT = 2", encoding="utf-8")
    load_posterior(world.catalog, home=tmp_path)
    assert len(list((tmp_path / "posterior").glob("*.npz"))) == 2
