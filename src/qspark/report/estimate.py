"""`--dry-run`: the settings that a stage would train with, and what it would need."""

from typing import Any

from rich.console import Console
from rich.table import Table

from qspark.config import Profile
from qspark.train.estimate import GIB, Part, Span, Stage, memory, peak, seconds
from qspark.train.shape import Shape


def settings(profile: Profile, stage: Stage) -> dict[str, Any]:
    """What of a profile a stage reads, as dotted keys, every default written out."""
    wanted = {"name", "seed", "model", "device", "distribute", "verify", "data", "dataset", "log"}
    more = {"rewards"} if stage == "grpo" else set()
    resolved = profile.model_dump(mode="json", include=wanted | more | {stage})
    if profile.model.name != "scratch":
        del resolved["model"]["scratch"]
    return _flat(resolved)


def figures(profile: Profile, stage: Stage, shape: Shape) -> dict[str, Any]:
    """The estimate as one JSON object: bytes become GiB."""
    parts, spans = memory(profile, stage, shape), seconds(profile, stage, shape)
    most = peak(parts) / GIB
    return {
        "stage": stage,
        "settings": settings(profile, stage),
        "parameters": shape.parameters,
        "memory": [
            {"name": p.name, "gib": p.bytes / GIB, "phase": p.phase, "how": p.how} for p in parts
        ],
        "peak_gib": most,
        "device_gib": profile.device.memory_gib if profile.device else None,
        "fits": most <= profile.device.memory_gib if profile.device else None,
        "seconds": [{"name": s.name, "seconds": s.seconds, "how": s.how} for s in spans],
        "step_seconds": sum(s.seconds for s in spans) if spans else None,
    }


def print_estimate(profile: Profile, stage: Stage, shape: Shape, console: Console) -> None:
    """Print settings, memory and time."""
    for key, value in settings(profile, stage).items():
        console.print(f"{key} = {value}", markup=False, highlight=False, soft_wrap=True)
    parts, spans = memory(profile, stage, shape), seconds(profile, stage, shape)
    console.print(f"\n{stage} of {shape.parameters:,} parameters, memory of each GPU:")
    console.print(_memory(parts))
    device = profile.device
    if device is None:
        console.print(
            "No [device] in the profile: nothing is said of whether it fits, or of time.",
            markup=False,
        )
        return
    verdict = "fits" if peak(parts) / GIB <= device.memory_gib else "does NOT fit"
    console.print(f"{device.name} has {device.memory_gib:g} GiB: it {verdict}.")
    console.print(
        f"\nTime of a step at {device.utilisation:.0%} of {device.tflops:g} TFLOP/s and of "
        f"{device.bandwidth:g} GB/s:"
    )
    console.print(_time(spans, getattr(profile, stage).steps))


def _memory(parts: list[Part]) -> Table:
    table = Table("component", "GiB", "when", "", box=None)
    table.columns[1].justify = "right"
    for part in parts:
        table.add_row(part.name, f"{part.bytes / GIB:.2f}", part.phase, part.how)
    table.add_row(
        "peak", f"{peak(parts) / GIB:.2f}", "", "always + the larger of update and generate"
    )
    return table


def _time(spans: list[Span], steps: int) -> Table:
    table = Table("part", "seconds", "", box=None)
    table.columns[1].justify = "right"
    for span in spans:
        table.add_row(span.name, f"{span.seconds:.2f}", span.how)
    whole = sum(span.seconds for span in spans)
    table.add_row("step", f"{whole:.2f}", f"{steps} steps: {whole * steps / 3600:.1f} hours")
    return table


def _flat(content: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found = {}
    for key, value in content.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        elif value is not None:
            found[prefix + key] = value
    return found
