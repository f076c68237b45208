"""What the YAML files beside it name: the documents of a suite, and their judging.

lm-evaluation-harness loads this file by its path, so it is imported once per YAML file.
"""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import datasets

from qspark.errors import SuiteError
from qspark.evaluate.interop.judging import judge_of, question
from qspark.evaluate.scored import is_infra


def load(suite: str = "", workers: int = 2, **_: Any) -> dict[str, datasets.Dataset]:
    """The documents of the suite's file that `--metadata '{"suite": FILE}'` names."""
    if not suite:
        raise SuiteError('no suite: give --metadata \'{"suite": "FILE"}\' with its file of tasks')
    tasks = judge_of(suite, workers).suite.tasks
    rows = [
        {
            "suite": suite,
            "workers": workers,
            "task_id": task.task_id,
            "prompt": task.prompt,
            "question": question(task),
            "entry_point": task.entry_point,
            "difficulty": task.difficulty,
        }
        for task in tasks
    ]
    return {"test": datasets.Dataset.from_list(rows)}


def process_results(doc: Mapping[str, Any], results: Sequence[Any]) -> dict[str, float]:
    """The share of a document's answers that pass; NaN where none could be judged (infra)."""
    answers = results[0] if isinstance(results[0], list) else results
    judge = judge_of(doc["suite"], doc["workers"])
    rows = [judge.judge(doc["task_id"], answer) for answer in answers]
    passed = [row["passed"] for row in rows if not is_infra(row)]
    return {"pass_at_1": sum(passed) / len(passed) if passed else nan}


def mean_of_judged(shares: Sequence[float]) -> float:
    """The mean over the documents that were judged."""
    judged = [share for share in shares if share == share]
    return sum(judged) / len(judged) if judged else nan
