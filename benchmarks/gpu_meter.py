"""What a training step of `gpu_step.py` takes: memory by component, and time by part.

On a GPU bytes are those of torch's allocator. On a CPU they are the process's resident memory, which
shows that everything runs and nothing else: libraries that are loaded meanwhile count too.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback


class Memory:
    """Bytes in use now, and the most since the last `restart` and since the beginning."""

    def __init__(self) -> None:
        self.on_gpu = torch.cuda.is_available()
        self._highest = 0

    def now(self) -> int:
        """Bytes that are in use."""
        return torch.cuda.memory_allocated() if self.on_gpu else _resident("VmRSS")

    def peak(self) -> int:
        """The most that were in use since the last `restart`."""
        return torch.cuda.max_memory_allocated() if self.on_gpu else _resident("VmHWM")

    def restart(self) -> None:
        """Begin a phase."""
        self._highest = max(self._highest, self.peak())
        if self.on_gpu:
            torch.cuda.reset_peak_memory_stats()
        else:
            Path("/proc/self/clear_refs").write_text("5")  # sets VmHWM back

    def highest(self) -> int:
        """The most that were ever in use."""
        return max(self._highest, self.peak())


def _resident(key: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(key)


def settle() -> float:
    """The time, when the GPU has done what it was given."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


class Meter(TrainerCallback):
    """Watches a trainer's steps through its callbacks, and its forward passes through the decoder.

    `sizes` are bytes, each the most over all micro batches:

    gradients, optimizer   what a backward pass and the first update leave behind
    activations            what the decoder's forward pass leaves for its backward pass
    head and loss          the most beyond that until the gradient comes back to the decoder: logits
    backward               the most beyond what there is then: one block again, and gradients
    generation             the most beyond the model while answers are written: keys and values

    `seconds` holds one {step, generation, scoring} per step; `waited` says how long the trainer has
    stood still for verdicts so far.
    """

    def __init__(self, memory: Memory, waited: Callable[[], float] = lambda: 0.0):
        self.sizes: dict[str, int] = {}
        self.seconds: list[dict[str, float]] = []
        self._memory, self._waited = memory, waited
        self._begun = self._started = self._forward = self._after = self._before = 0
        self._time = self._generating = self._waited_before = 0.0

    def watch(self, decoder: torch.nn.Module) -> None:
        """Measure around forward passes that gradients will come back through."""
        decoder.register_forward_pre_hook(self._enter)
        decoder.register_forward_hook(self._leave)

    def watch_generation(self, trainer: Any) -> None:
        """Measure around what of TRL's trainer writes the answers."""
        generate = trainer._generate

        def measured(prompts: Any) -> Any:
            start, before, waited = settle(), self._memory.now(), self._waited()
            self._memory.restart()
            made = generate(prompts)
            self._generating += settle() - start - (self._waited() - waited)
            self._keep("generation", self._memory.peak() - before)
            return made

        trainer._generate = measured

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Start the clock of the first step; the others start where the one before ends."""
        self._begun = self._memory.now()
        if not self._time:
            self._time, self._waited_before = settle(), self._waited()

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """All gradients are there."""
        self._keep("gradients", self._memory.now() - self._begun)
        self._keep("backward", self._memory.peak() - self._before)
        self._started = self._memory.now()

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The first update makes the optimizer's state."""
        self._keep("optimizer", self._memory.now() - self._started)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Stop the clock, and start it for the next step."""
        now, waited = settle(), self._waited()
        self.seconds.append(
            {
                "step": now - self._time,
                "generation": self._generating,
                "scoring": waited - self._waited_before,
            }
        )
        self._time, self._generating, self._waited_before = now, 0.0, waited

    def _enter(self, *_: Any) -> None:
        if torch.is_grad_enabled():
            self._forward = self._memory.now()
            self._memory.restart()

    def _leave(self, module: Any, inputs: Any, output: Any) -> None:
        hidden = output[0]
        if not hidden.requires_grad:
            return
        self._after = self._memory.now()
        self._keep("activations", self._after - self._forward)
        self._memory.restart()
        hidden.register_hook(self._returned)

    def _returned(self, _: Any) -> None:
        self._keep("head and loss", self._memory.peak() - self._after)
        self._memory.restart()
        self._before = self._memory.now()

    def _keep(self, name: str, size: int) -> None:
        self.sizes[name] = max(self.sizes.get(name, 0), size)
