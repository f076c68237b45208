"""Shows each log record to whoever looks on."""

from collections.abc import Callable, Mapping
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

Show = Callable[[int, int, Mapping[str, float]], None]


class Screen(TrainerCallback):
    """Hands (step, steps, record) of the first process to `show`; the closing record is left out."""

    def __init__(self, show: Show):
        self._show = show

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Show one record."""
        if state.is_world_process_zero and logs and "train_runtime" not in logs:
            figures = {k: v for k, v in logs.items() if isinstance(v, int | float)}
            self._show(state.global_step, state.max_steps, figures)
