"""Training as it goes: a table that moves on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

Say = Callable[[str], None]
Report = Callable[[str, int, int], None]
Show = Callable[[int, int, Mapping[str, float]], None]

# What is shown of a log record, in this order: its key, its name for people, how it is written.
_SHOWN = (
    ("reward", "reward", "{:.3f}"),
    ("pass_rate", "pass rate", "{:.1%}"),
    ("all_wrong_share", "all-wrong groups", "{:.1%}"),
    ("completion_length", "length", "{:.0f}"),
    ("kl", "KL", "{:.4f}"),
    ("loss", "loss", "{:.4f}"),
    ("nll", "NLL of chosen", "{:.4f}"),
    ("reward_accuracy", "chosen likelier", "{:.1%}"),
    ("margin", "margin", "{:.3f}"),
    ("grad_norm", "gradient norm", "{:.3f}"),
    ("learning_rate", "learning rate", "{:.2e}"),
)
_HELD = "_pass_at_1"
_EVERY_SECONDS = 15.0
_PLAIN = 8  # figures on one plain line


def shown(record: Mapping[str, float]) -> dict[str, str]:
    """The figures of a log record that people look at: name to text."""
    held = {f"{key.removesuffix(_HELD)} pass@1": f"{value:.1%}" for key, value in record.items()
            if key.endswith(_HELD)}  # fmt: skip
    return held | {name: form.format(record[key]) for key, name, form in _SHOWN if key in record}


@contextmanager
def training_view(console: Console) -> Iterator[tuple[Say, Report, Show]]:
    """Three functions: say a line, report (what, done, total), show (step, steps, a log record)."""
    if console.is_terminal:
        view = _Screen()
        with Live(view, console=console, refresh_per_second=4, transient=True) as live:
            yield live.console.print, view.report, view.show
        return
    last, stage = float("-inf"), ""

    def report(what: str, done: int, total: int) -> None:
        nonlocal last, stage
        if what != "train" and (what != stage or time.monotonic() - last >= _EVERY_SECONDS):
            last, stage = time.monotonic(), what
            console.print(f"  {what}: {done} of {total}")

    def show(step: int, steps: int, record: Mapping[str, float]) -> None:
        nonlocal last, stage
        held = any(key.endswith(_HELD) for key in record)
        if step < steps and not held and time.monotonic() - last < _EVERY_SECONDS:
            return
        last, stage = time.monotonic(), "train"
        said = ", ".join(f"{name} {value}" for name, value in [*shown(record).items()][:_PLAIN])
        console.print(f"  step {step} of {steps}: {said}", soft_wrap=True, highlight=False)

    yield console.print, report, show


class _Screen:
    """A bar with the time left, and beneath it the first and the newest of each figure."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        )  # fmt: skip
        self._bar = self._bars.add_task("", visible=False)
        self._first: dict[str, str] = {}
        self._newest: dict[str, str] = {}

    def report(self, what: str, done: int, total: int) -> None:
        """Move the bar."""
        if self._bars.tasks[0].description != what or done == 0:
            self._bars.reset(self._bar, description=what, total=total, visible=True)
        self._bars.update(self._bar, completed=done)

    def show(self, step: int, steps: int, record: Mapping[str, float]) -> None:
        """Take in a log record."""
        self._newest |= shown(record)
        self._first = shown(record) | self._first

    def __rich__(self) -> Group:
        table = Table("", "at first", "now", box=None)
        for name, value in self._newest.items():
            table.add_row(name, self._first[name], value)
        return Group(self._bars, table) if self._newest else Group(self._bars)
