"""Progress: a live bar with an estimate of the time left on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Say = Callable[[str], None]
Report = Callable[[str, int, int], None]

_EVERY_SECONDS = 15.0


@contextmanager
def reporter(console: Console) -> Iterator[tuple[Say, Report]]:
    """Two functions: one prints a line, one reports (what, done, total) of long work."""
    if console.is_terminal:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        ) as bars:
            current = bars.add_task("", visible=False)

            def live(what: str, done: int, total: int) -> None:
                if bars.tasks[0].description != what or done == 0:
                    bars.reset(current, description=what, total=total, visible=True)
                bars.update(current, completed=done, visible=done < total)

            yield bars.console.print, live
        return
    last, said = time.monotonic(), ("", -1)

    def plain(what: str, done: int, total: int) -> None:
        nonlocal last, said
        due = done == total or time.monotonic() - last >= _EVERY_SECONDS
        if what != said[0] or (due and done != said[1]):
            last, said = time.monotonic(), (what, done)
            console.print(f"  {what}: {done} of {total}")

    yield console.print, plain
