"""One offline HTML file that shows a run: numbers with intervals, curves, failures, examples."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from qspark.report import svg, text
from qspark.report.examples import GAINED, LOST, Example, pick_examples, turned
from qspark.report.folder import STAGES, RunData, read_run
from qspark.report.page import render_page, write_page

GROUPS = {"seen": "Families seen in training", "unseen": "Families never seen in training"}
CARD_KEYS = ("tasks", "pairs", "rows", "families", "mistakes")

_GRPO = (
    ("pass_rate", "Pass rate", "share of sampled answers", True),
    ("reward", "Reward", "mean reward per answer", False),
    ("completion_length", "Answer length", "tokens", False),
    ("all_wrong_share", "Groups without a pass", "share of groups", True),
    ("loss", "Policy loss", "loss, no unit", False),
)
CURVES: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "sft": (("loss", "Loss", "nats per token", False),),
    "orpo": (
        ("loss", "Loss", "nats", False),
        ("nll", "Loss on chosen answers", "nats per token", False),
        ("odds_loss", "Odds-ratio loss", "nats", False),
        ("reward_accuracy", "Chosen above rejected", "share of pairs", True),
        ("margin", "Margin, chosen over rejected", "nats per token", False),
    ),
    "grpo": _GRPO,
    "orpo-grpo": _GRPO,
}


def write_report(run: Path, out: Path) -> None:
    """Write the report of the run folder `run` to the file `out`, replacing it in one step.

    A stage that did not run is left out with a sentence. RunError when `run` is not a run folder,
    when a file in it is broken, or when `out` cannot be written.
    """
    write_page(out, render(read_run(run)))


def render(data: RunData) -> str:
    """The page as one string. Everything that comes from the run is escaped by the template."""
    facts = {**_facts(data), **_training(data), **_scores(data), **_changes(data)}
    return render_page("template.html.j2", facts)


def _facts(data: RunData) -> dict[str, Any]:
    manifest, profile = data.manifest, data.profile or {}
    stages = [
        (name, stage["seconds"])
        for name, stage in manifest.get("stages", {}).items()
        if "seconds" in stage
    ]
    card = data.card or {}
    return {
        "name": str(manifest.get("name", "run")),
        "started": str(manifest.get("started", "")),
        "seed": manifest.get("seed"),
        "versions": manifest.get("versions", {}),
        "stages": stages,
        "total_seconds": sum(seconds for _, seconds in stages),
        "trained": [stage for stage in STAGES if stage in data.logs],
        "card": [(key, card[key]) for key in CARD_KEYS if key in card],
        "settings": list(flat(profile)),
    }


def flat(settings: Mapping[str, Any], prefix: str = "") -> Sequence[tuple[str, str]]:
    """Nested settings as (dotted key, value in words)."""
    rows: list[tuple[str, str]] = []
    for key, value in settings.items():
        if isinstance(value, Mapping):
            rows += flat(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", value if isinstance(value, str) else json.dumps(value)))
    return rows


def _training(data: RunData) -> dict[str, Any]:
    training = []
    for stage, rows in data.logs.items():
        charts, skipped = [], 0
        for key, title, unit, share in CURVES[stage]:
            points = svg.finite_points(rows, key)
            skipped += svg.non_finite(rows, key)
            if points:
                charts.append((title, svg.line_chart(points, title, unit, share)))
        training.append({"stage": stage, "charts": charts, "skipped": skipped})
    return {"training": training, "untrained": [s for s in STAGES if s not in data.logs]}


def _scores(data: RunData) -> dict[str, Any]:
    summary = data.summary
    if summary is None:
        return {"summary": None, "benchmark": False}
    models, base = summary["models"], summary["base"]
    trained = [name for name in models if name != base]
    families = models[base]["by_family"]
    best = max(trained, key=lambda name: models[name]["pass_at_1"]["value"], default=None)
    return {
        "summary": summary,
        "models": models,
        "base": base,
        "best": best,
        "colours": {name: f"m{min(i, 6)}" for i, name in enumerate([base, *trained])},
        "forest": _forest(summary),
        "gains": _gains(summary),
        "outcomes": _outcomes(models),
        "families": dict(sorted(families.items(), key=lambda item: item[1]["group"] == "unseen")),
        "benchmark": summary["suite"].startswith("qiskit-humaneval"),
    }


def _outcomes(models: Mapping[str, Any]) -> list[tuple[str, dict[str, int], bool]]:
    """Rows of the failure table: what became of an answer, how often per model, is more good."""

    def counts(category: str) -> dict[str, int]:
        return {name: entry["by_category"].get(category, 0) for name, entry in models.items()}

    categories = {category for entry in models.values() for category in entry["by_category"]}
    rows = [(category or "no category", counts(category), False) for category in categories]
    rows.sort(key=lambda row: (-sum(row[1].values()), row[0]))
    passed = {name: entry["pass_at_1"]["passed"] for name, entry in models.items()}
    infra = {name: entry["pass_at_1"]["infra"] for name, entry in models.items()}
    return [("passed", passed, True), *rows, ("not judged (infra)", infra, False)]


def _forest(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sections of the pass@1 plot: all tasks, then every slice; each has its rows and its axis."""
    models, base = summary["models"], summary["base"]
    sections = [("All tasks", {name: entry["pass_at_1"] for name, entry in models.items()})]
    for part in ("by_group", "by_difficulty"):
        for key in models[base][part]:
            rates = {name: entry[part][key]["pass_at_1"] for name, entry in models.items()}
            title = GROUPS[key] if part == "by_group" else f"{key.capitalize()} tasks"
            sections.append((title, rates))
    return [
        {
            "title": title,
            "total": rates[base]["total"],
            "rows": [
                (name, rate, _bar(rate, "value", (0.0, 1.0), rates[base]["value"], name))
                for name, rate in rates.items()
            ],
            "axis": svg.interval_axis((0.0, 1.0), "pass@1, % of tasks"),
        }
        for title, rates in sections
    ]


def _gains(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same for the paired differences from the base, on one axis that holds them all."""
    models = summary["models"]
    versus = {name: models[name]["versus_base"] for name in models if name != summary["base"]}
    if not versus:
        return []
    sections = [("All tasks", {name: item["pass_at_1"] for name, item in versus.items()})]
    for key in next(iter(versus.values()))["by_group"]:
        by_model = {name: item["by_group"][key]["pass_at_1"] for name, item in versus.items()}
        sections.append((GROUPS[key], by_model))
    every = [gain for _, gains in sections for gain in gains.values()]
    span = (
        min(-0.05, *(gain["low"] - 0.02 for gain in every)),
        max(0.05, *(gain["high"] + 0.02 for gain in every)),
    )
    return [
        {
            "title": title,
            "rows": [
                (name, gain, _bar(gain, "difference", span, 0.0, name))
                for name, gain in gains.items()
            ],
            "axis": svg.interval_axis(span, f"percentage points over {summary['base']}"),
        }
        for title, gains in sections
    ]


def _bar(
    rate: Mapping[str, Any], key: str, span: tuple[float, float], reference: float, name: str
) -> Markup:
    write = text.share_with_interval if key == "value" else text.difference_with_interval
    label = f"{text.plain(name)}: {write(rate)}"
    return svg.interval_bar(rate[key], rate["low"], rate["high"], span, reference, label)


def _changes(data: RunData) -> dict[str, Any]:
    """The examples and how many tasks turned, for every model that has rows beside the base's."""
    examples: list[Example] = []
    counts: dict[str, dict[str, int]] = {}
    if data.summary is not None:
        base = data.summary["base"]
        for model in data.summary["models"]:
            if model != base and base in data.results and model in data.results:
                examples += pick_examples(data.tasks, base, model, data.results)
                found = turned(data.results[base], data.results[model])
                counts[model] = {outcome: len(ids) for outcome, ids in found.items()}
    moved = sum(sum(by_outcome.values()) for by_outcome in counts.values())
    return {"examples": examples, "turned": counts, "moved": moved, "caps": (GAINED, LOST)}
