"""Results that others published on these benchmarks. None of them was run by QSpark.

They are here to be shown beside a score, in a box of their own: suites, versions, prompts and
decoding differ between the sources, so no difference between two rows is a measured difference.
"""

from dataclasses import dataclass
from typing import Literal

Benchmark = Literal["Qiskit HumanEval", "Qiskit HumanEval hard", "HumanEval"]

STATUS = "published, not run here"


@dataclass(frozen=True)
class Source:
    """Where a number was printed. `date` is the ISO date (or month) of that publication."""

    name: str
    url: str
    date: str
    note: str


@dataclass(frozen=True)
class Published:
    """One published score: greedy pass@1 in per cent over `tasks` tasks."""

    model: str
    benchmark: Benchmark
    score: float
    tasks: int
    source: Source
    status: Literal["published, not run here"] = STATUS


PAPER = Source(
    "QSpark paper, arXiv 2507.12642",
    "https://arxiv.org/abs/2507.12642",
    "2025-07-16",
    "Qwen2.5-Coder-32B; greedy, own script; a task file from before April 2025, of which the "
    "authors' environment could pass 134 of 151 reference solutions; "
    "the HumanEval figures are no whole shares of its 164 tasks",
)
BASELINES = Source(
    "Qiskit HumanEval paper, arXiv 2406.14712",
    "https://arxiv.org/abs/2406.14712",
    "2024-06",
    "the first, 101-task version; the QSpark paper prints these beside its own 151-task scores",
)
IBM = Source(
    "IBM, Qiskit Code Assistant guide, model table",
    "https://github.com/Qiskit/documentation/blob/main/docs/guides/qiskit-code-assistant.mdx",
    "2026-01",
    "each model with its own system prompt",
)

QHE: Benchmark = "Qiskit HumanEval"
HARD: Benchmark = "Qiskit HumanEval hard"
HUMANEVAL: Benchmark = "HumanEval"

PUBLISHED: tuple[Published, ...] = (
    Published("QSpark ORPO 32B", QHE, 56.29, 151, PAPER),
    Published("QSpark ORPO 32B", HUMANEVAL, 65.90, 164, PAPER),
    Published("QSpark GRPO 32B", QHE, 49.00, 151, PAPER),
    Published("QSpark GRPO 32B", HUMANEVAL, 63.00, 164, PAPER),
    Published("granite-8b-code-qk", QHE, 46.53, 101, BASELINES),
    Published("deepseek-coder-33b-base", QHE, 39.60, 101, BASELINES),
    Published("starcoder2-15b", QHE, 37.62, 101, BASELINES),
    Published("granite-8b-code-base", QHE, 28.71, 101, BASELINES),
    Published("codellama-34b-python-hf", QHE, 26.73, 101, BASELINES),
    Published("codegemma-7b", QHE, 24.75, 101, BASELINES),
    Published("Qwen2.5-Coder-14B-Qiskit", QHE, 49.01, 151, IBM),
    Published("Qwen2.5-Coder-14B-Qiskit", HARD, 25.17, 151, IBM),
    Published("Qwen2.5-Coder-14B-Qiskit", HUMANEVAL, 91.46, 164, IBM),
    Published("mistral-small-3.2-24b-qiskit", QHE, 47.02, 151, IBM),
    Published("mistral-small-3.2-24b-qiskit", HARD, 32.45, 151, IBM),
    Published("mistral-small-3.2-24b-qiskit", HUMANEVAL, 77.49, 164, IBM),
    Published("granite-8b-qiskit", QHE, 44.37, 151, IBM),
    Published("granite-8b-qiskit", HARD, 17.88, 151, IBM),
    Published("granite-8b-qiskit", HUMANEVAL, 53.66, 164, IBM),
    Published("granite-8b-qiskit-rc-0.10", QHE, 38.41, 151, IBM),
    Published("granite-8b-qiskit-rc-0.10", HARD, 15.89, 151, IBM),
    Published("granite-8b-qiskit-rc-0.10", HUMANEVAL, 59.76, 164, IBM),
    Published("granite-3.3-8b-qiskit", QHE, 27.15, 151, IBM),
    Published("granite-3.3-8b-qiskit", HARD, 14.57, 151, IBM),
    Published("granite-3.3-8b-qiskit", HUMANEVAL, 62.80, 164, IBM),
    Published("granite-3.2-8b-qiskit", QHE, 24.50, 151, IBM),
    Published("granite-3.2-8b-qiskit", HARD, 9.93, 151, IBM),
    Published("granite-3.2-8b-qiskit", HUMANEVAL, 57.32, 164, IBM),
)
