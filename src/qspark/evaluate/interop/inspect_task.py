"""An Inspect task: any suite, asked of any model that Inspect knows, judged by our judge.

    inspect eval qspark/suite -T suite=qiskit_humaneval.json --model openai/gpt-5

Needs `pip install inspect-ai`. An answer that could not be judged (infra) is unscored.
"""

# pyright: reportMissingImports=false

import anyio
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, grouped, scorer
from inspect_ai.scorer import stderr as standard_error
from inspect_ai.solver import TaskState, generate

from qspark.evaluate.interop.judging import judge_of, question
from qspark.evaluate.scored import is_infra


@task
def suite(suite: str, workers: int = 2) -> Task:
    """Every task of a suite's file, one message each. `workers` are judging processes."""
    judge = judge_of(suite, workers)
    samples = [
        Sample(
            id=each.task_id,
            input=question(each),
            target=each.entry_point,
            metadata={"difficulty": each.difficulty, "task_sha256": each.sha256},
        )
        for each in judge.suite.tasks
    ]
    return Task(
        dataset=MemoryDataset(samples, name=judge.suite.name),
        solver=generate(),
        scorer=executed(suite, workers),
        metadata={"suite": judge.suite.name, "suite_sha256": judge.suite.sha256},
    )


@scorer(metrics=[accuracy(), standard_error(), grouped(accuracy(), "difficulty", all=False)])
def executed(suite: str, workers: int = 2) -> Scorer:
    """Score an answer by executing it with its task's test in the sandbox."""
    judge = judge_of(suite, workers)

    async def score(state: TaskState, target: Target) -> Score:
        text = state.output.completion
        row = await anyio.to_thread.run_sync(judge.judge, str(state.sample_id), text)
        verdict = row["verdict"]
        said = verdict["message"] or verdict["category"] or verdict["status"]
        facts = {key: verdict[key] for key in ("stage", "category", "integrity", "isolation")}
        if is_infra(row):
            return Score.unscored(answer=row["program"], explanation=said, metadata=facts)
        return Score(
            value=CORRECT if row["passed"] else INCORRECT,
            answer=row["program"],
            explanation=said,
            metadata=facts,
        )

    return score
