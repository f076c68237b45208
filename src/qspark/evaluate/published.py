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
    """One published pass@1 in per cent over `tasks` tasks, as printed.

    `samples` answers per task were averaged (1: one answer each). `aid` is what the model had beyond
    the prompt; empty for nothing.
    """

    model: str
    benchmark: Benchmark
    score: str
    tasks: int
    source: Source
    samples: int = 1
    aid: str = ""
    status: Literal["published, not run here"] = STATUS

    @property
    def value(self) -> float:
        """The score as a number, in per cent."""
        return float(self.score)


PAPER = Source(
    "QSpark paper, arXiv 2507.12642",
    "https://arxiv.org/abs/2507.12642",
    "2025-07-16",
    "Qwen2.5-Coder-32B; greedy, own script; a task file from before April 2025, of which the "
    "authors' environment could pass 134 of 151 reference solutions; its split by difficulty "
    "(GRPO 42 of 54 basic) does not add up to its scores, and "
    "its HumanEval figures are no whole shares of 164 tasks",
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

ASSISTANT = Source(
    "quantum-assistant, docs/evaluate.md",
    "https://github.com/samuellimabraz/quantum-assistant",
    "2025-12",
    "vLLM, greedy, at most 4,096 tokens; its run of Qwen2.5-Coder-14B-Qiskit gives IBM's figures",
)
SCIENCE = Source(
    "ScienceEval, README",
    "https://github.com/ScienceOne-AI/ScienceEval",
    "2025-08",
    "temperature 0.6, top-p 0.95; a changed copy of the task file; imports stripped from answers",
)
INSPIRE = Source(
    "quantuminspire, benchmark_results",
    "https://github.com/JDerekLomas/quantuminspire",
    "2026",
    "temperature 0, Qiskit 2.1; 16 of 151 tasks turn from run to run, and 8 to 12 fail by its harness",
)
ARENA = Source(
    "quantum-arena, confidence_intervals.json",
    "https://github.com/eseefried/quantum-arena",
    "2026-09",
    "temperature 0.8, mean of 5 answers; its figures on the normal tasks are left out "
    "here, because several (up to 98.7) are above what can be reached without an IBM account",
)
GRAYBENCH = Source(
    "GrayBench",
    "https://github.com/greene80501/GrayBench",
    "2026-09",
    "at most 4,096 tokens, which left 34 of 151 answers empty",
)

QHE: Benchmark = "Qiskit HumanEval"
HARD: Benchmark = "Qiskit HumanEval hard"
HUMANEVAL: Benchmark = "HumanEval"
BENCHMARKS: tuple[Benchmark, ...] = (QHE, HARD, HUMANEVAL)
_RETRIEVAL = "documents retrieved per task"

PUBLISHED: tuple[Published, ...] = (
    Published("QSpark ORPO 32B", QHE, "56.29", 151, PAPER),
    Published("QSpark ORPO 32B", HUMANEVAL, "65.90", 164, PAPER),
    Published("QSpark GRPO 32B", QHE, "49.00", 151, PAPER),
    Published("QSpark GRPO 32B", HUMANEVAL, "63.00", 164, PAPER),
    Published("granite-8b-code-qk", QHE, "46.53", 101, BASELINES),
    Published("deepseek-coder-33b-base", QHE, "39.60", 101, BASELINES),
    Published("starcoder2-15b", QHE, "37.62", 101, BASELINES),
    Published("granite-8b-code-base", QHE, "28.71", 101, BASELINES),
    Published("codellama-34b-python-hf", QHE, "26.73", 101, BASELINES),
    Published("codegemma-7b", QHE, "24.75", 101, BASELINES),
    Published("Qwen2.5-Coder-14B-Qiskit", QHE, "49.01", 151, IBM),
    Published("Qwen2.5-Coder-14B-Qiskit", HARD, "25.17", 151, IBM),
    Published("Qwen2.5-Coder-14B-Qiskit", HUMANEVAL, "91.46", 164, IBM),
    Published("mistral-small-3.2-24b-qiskit", QHE, "47.02", 151, IBM),
    Published("mistral-small-3.2-24b-qiskit", HARD, "32.45", 151, IBM),
    Published("mistral-small-3.2-24b-qiskit", HUMANEVAL, "77.49", 164, IBM),
    Published("granite-8b-qiskit", QHE, "44.37", 151, IBM),
    Published("granite-8b-qiskit", HARD, "17.88", 151, IBM),
    Published("granite-8b-qiskit", HUMANEVAL, "53.66", 164, IBM),
    Published("granite-8b-qiskit-rc-0.10", QHE, "38.41", 151, IBM),
    Published("granite-8b-qiskit-rc-0.10", HARD, "15.89", 151, IBM),
    Published("granite-8b-qiskit-rc-0.10", HUMANEVAL, "59.76", 164, IBM),
    Published("granite-3.3-8b-qiskit", QHE, "27.15", 151, IBM),
    Published("granite-3.3-8b-qiskit", HARD, "14.57", 151, IBM),
    Published("granite-3.3-8b-qiskit", HUMANEVAL, "62.80", 164, IBM),
    Published("granite-3.2-8b-qiskit", QHE, "24.50", 151, IBM),
    Published("granite-3.2-8b-qiskit", HARD, "9.93", 151, IBM),
    Published("granite-3.2-8b-qiskit", HUMANEVAL, "57.32", 164, IBM),
    Published("Qwen3-VL-8B fine-tuned, 2 epochs", QHE, "43.71", 151, ASSISTANT),
    Published("Qwen3-VL-8B fine-tuned, 2 epochs", HARD, "28.48", 151, ASSISTANT),
    Published("Qwen3-VL-8B fine-tuned, 1 epoch", QHE, "40.40", 151, ASSISTANT),
    Published("Qwen3-VL-8B fine-tuned, 1 epoch", HARD, "29.14", 151, ASSISTANT),
    Published("Qwen3-VL-8B-Instruct", QHE, "32.45", 151, ASSISTANT),
    Published("Qwen3-VL-8B-Instruct", HARD, "11.92", 151, ASSISTANT),
    Published("S1-671B-Base", QHE, "54.97", 151, SCIENCE),
    Published("Gemini 2.5 Pro", QHE, "52.98", 151, SCIENCE),
    Published("Claude Sonnet 4", QHE, "51.0", 151, SCIENCE),
    Published("S1-32B", QHE, "48.34", 151, SCIENCE),
    Published("o3-high", QHE, "47.02", 151, SCIENCE),
    Published("Qwen3-32B", QHE, "43.05", 151, SCIENCE),
    Published("Claude Opus 4.6, with retrieval", QHE, "70.9", 151, INSPIRE, aid=_RETRIEVAL),
    Published("Claude Opus 4.6", QHE, "63.6", 151, INSPIRE),
    Published("Gemini 3 Flash", QHE, "62.3", 151, INSPIRE),
    Published("GPT-6 Astra", HARD, "63.8", 151, ARENA, samples=5),
    Published("Gemini 3.1 Pro Preview", HARD, "58.1", 151, ARENA, samples=5),
    Published("Claude Fable 5.1", HARD, "56.0", 151, ARENA, samples=5),
    Published("Claude Opus 4.6", HARD, "44.1", 151, ARENA, samples=5),
    Published("Gemini 3.6 Flash", HARD, "40.8", 151, ARENA, samples=5),
    Published("mistral-small-3.2-24b-qiskit", HARD, "23.4", 151, ARENA, samples=5),
    Published("Qwen2.5-Coder-14B-Qiskit", HARD, "22.3", 151, ARENA, samples=5),
    Published("Kimi K2.5", HARD, "38.4", 151, GRAYBENCH),
)


def best_known(benchmark: Benchmark, aided: bool = False) -> Published:
    """The highest published score that is listed here; with `aided`, of models that had help too."""
    listed = [p for p in PUBLISHED if p.benchmark == benchmark and (aided or not p.aid)]
    return max(listed, key=lambda p: p.value)
