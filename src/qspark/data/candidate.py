"""A Candidate: a task that asks to be admitted, wherever it comes from.

Families, the teacher and the miner all hand over candidates; the gates (`gates.py`) decide. A file
of candidates is JSONL, one `Candidate` a line.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from qspark.data.families.base import Family, Instance, Oracle
from qspark.errors import QSparkError, RunError
from qspark.runs import read_jsonl
from qspark.tasks.task import Difficulty

Origin = Literal["family", "teacher", "mined"]


class Candidate(BaseModel):
    """An instance and what is said of it.

    `key` is unique in a dataset: FAMILY/NUMBER, teacher/HASH or mined/HASH. `origin_facts` says
    where it comes from: the seed; the teacher's model, date and seed object; or repository, file,
    commit. See `Family` for the other fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    instance: Instance
    topic: str
    difficulty: Difficulty
    oracle: Oracle
    skills: tuple[str, ...] = ()
    why: str = ""
    tolerance: float = 0.0
    false_alarm: float = 0.0
    origin: Origin = "family"
    licence: str = "Apache-2.0"
    origin_facts: dict[str, Any] = {}

    @property
    def group(self) -> str:
        """The family, or the origin: what a failing task is named after."""
        return self.key.rpartition("/")[0]


def of_family(family: Family, instance: Instance, number: int, seed: int) -> Candidate:
    """Instance number `number` of a family, drawn with the build's `seed`."""
    return Candidate(
        key=f"{family.name}/{number}",
        instance=instance,
        topic=family.topic,
        difficulty=instance.difficulty or family.difficulty,
        oracle=family.oracle,
        skills=family.skills,
        why=family.why,
        tolerance=family.tolerance,
        false_alarm=family.false_alarm,
        origin_facts={"family": family.name, "seed": seed, "params": instance.params},
    )


def read_candidates(path: Path) -> list[Candidate]:
    """The candidates of a JSONL file. Raises QSparkError that names the line."""
    if not path.is_file():
        raise QSparkError(
            f"no file {path}: make one with `qspark data teach` or `qspark data mine`"
        )
    try:
        rows = read_jsonl(path)
    except RunError as error:
        raise QSparkError(
            f"{path} is no file of candidates: give another to --add or --out"
        ) from error
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(Candidate.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise QSparkError(
                f"{path}, line {number}: {where} {first['msg']}; remove or correct that line"
            ) from error
    return found
