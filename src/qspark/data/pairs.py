"""Preference pairs: a passing answer and a verified failing one to the same prompt.

Classes of mistakes are kept in balance: of what failed for a task, the class of which there are
fewest pairs so far goes first, and within it the mistake of which there are fewest.
"""

from collections import Counter
from collections.abc import Sequence

from qspark.data.families.base import Instance
from qspark.data.gates import Failure
from qspark.data.kinds import completion_of
from qspark.data.rows import Row


class Balance:
    """Counts of pairs by class and by mistake, over a whole dataset."""

    def __init__(self) -> None:
        self.classes: Counter[str] = Counter()
        self.mistakes: Counter[str] = Counter()

    def take(self, failures: Sequence[Failure], most: int) -> list[Failure]:
        """At most `most` of the failures, the rarest mistakes first; one mistake twice only at need."""
        left, taken = list(failures), []
        while left and len(taken) < most:
            used = Counter(failure.mistake for failure in taken)
            best = min(
                left,
                key=lambda f: (
                    used[f.mistake], self.classes[f.mistake[0]], self.mistakes[f.mistake], f.program
                ),
            )  # fmt: skip
            left.remove(best)
            taken.append(best)
            self.classes[best.mistake[0]] += 1
            self.mistakes[best.mistake] += 1
        return taken


def pair_rows(
    row: Row, instance: Instance, failures: Sequence[Failure], balance: Balance, most: int
) -> list[Row]:
    """The pairs of a task; in completion form those whose rejected answer continues the prompt."""
    said: dict[str, Failure] = {}
    for failure in failures:
        text: str | None = failure.program
        if row["form"] == "completion":
            text = completion_of(instance, failure.program)
        if text and text != row["canonical_solution"]:
            said.setdefault(text, failure)
    texts = {failure.program: text for text, failure in said.items()}
    return [
        pair_row(row, texts[f.program], f, "catalogue" if f.mistake[:2] != "M-" else "mutation")
        for f in balance.take(list(said.values()), most)
    ]


def pair_row(row: Row, rejected: str, failure: Failure, source: str) -> Row:
    """One pair; `source` is catalogue, mutation or on-policy."""
    head, _, _ = failure.message.partition("\n")
    return {
        "task_id": row["task_id"], "form": row["form"], "prompt": row["prompt"],
        "chosen": row["canonical_solution"], "rejected": rejected, "mistake": failure.mistake,
        "mistake_class": failure.mistake[0], "source": source, "error": failure.error,
        "error_head": head[:300], "category": failure.category,
        "checks_passed": failure.checks_passed, "checks_total": failure.checks_total,
        "kind": row["kind"], "topic": row["topic"], "difficulty": row["difficulty"],
    }  # fmt: skip
