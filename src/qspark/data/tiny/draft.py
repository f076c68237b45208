"""Drafts: tasks drawn from families, split so that no held-out parameters are ever trained on.

Which part an instance belongs to follows from a hash of its family and parameters alone, so no seed can
move an instance from the held-out part into training. Whole families are held out too. The last phrasing
of every family is kept for held-out tasks, and the one before it for reinforcement learning, which is to
meet requests that supervised fine-tuning has not shown.
"""

import ast
import hashlib
import json
import random
from dataclasses import dataclass, replace
from typing import Literal, get_args

from qspark.config import Data
from qspark.data.tiny.families import ALL, PLAIN, UNSEEN, Family, Instance, Wrong
from qspark.errors import QSparkError
from qspark.tasks.task import Form, Task

Part = Literal["train", "rl", "watch", "heldout", "python"]

FORMS: tuple[Form, ...] = ("completion", "instruction")

# Names that say nothing about the task, so that a model must read the name that is asked for.
NAMES = [
    "solve",
    "task",
    "build",
    "make",
    "run",
    "answer",
    "circuit",
    "result",
    "prepare",
    "compute",
    "create",
    "solution",
    "func",
    "make_circuit",
    "get_result",
    "build_circuit",
    "run_task",
    "my_function",
    "target",
    "program",
]


# Weight of a right answer beside the shares of the wrong ones. Above 1 the right answer is the likeliest
# in most families, and greedy answers hide the habits that training is to remove.
_RIGHT = 0.6


@dataclass(frozen=True)
class Draft:
    """A task together with the wrong answers that its family knows."""

    task: Task
    wrong: tuple[tuple[Wrong, str], ...]

    def habit(self, seed: int) -> int | None:
        """The wrong answer (its index) that an untrained model would give, or None for a right one.

        Both forms of an instance get the same, so that it is executed once.
        """
        rng = random.Random(f"{seed}/{self.task.task_id.rpartition('/')[0]}")
        weights = [_RIGHT] + [wrong.share for wrong, _ in self.wrong]
        choice = rng.choices(range(len(weights)), weights)[0]
        return choice - 1 if choice else None


def part_of(family: Family, instance: Instance) -> Part:
    """The part of the dataset that an instance belongs to: 1/8 is held out, 2/8 are for RL.

    Of the latter a quarter is kept to watch training by. Of plain Python 3/8 are held out, 1/8 for RL.
    """
    if family.name in UNSEEN:
        return "heldout"
    key = json.dumps([family.name, instance.params], sort_keys=True)
    digest = hashlib.sha256(key.encode()).digest()
    bucket = digest[0] % 8
    if family in PLAIN:
        return "python" if bucket < 3 else "rl" if bucket == 3 else "train"
    if bucket in (1, 2):
        return "watch" if digest[1] < 64 else "rl"
    return "heldout" if bucket == 0 else "train"


def draft_all(settings: Data, seed: int) -> dict[Part, list[Draft]]:
    """Draw the drafts of all parts. Every instance gives one task in each form."""
    seen = [family for family in ALL if family.name not in UNSEEN]
    prompts: set[str] = set()
    drafts: dict[Part, list[Draft]] = {part: [] for part in get_args(Part)}
    for family in seen:
        for part, size in (("train", settings.tasks), ("rl", settings.prompts)):
            share = -(-size // (len(seen) * len(FORMS)))
            drafts[part] += _draw(family, part, share, seed, prompts)
    for family in ALL:
        count = settings.heldout_per_family * (2 if family.name in UNSEEN else 1)
        drafts["heldout"] += _draw(family, "heldout", count, seed, prompts)
    for family in seen if settings.watched else ():
        share = -(-settings.watched // (len(seen) * len(FORMS)))
        drafts["watch"] += _draw(family, "watch", share, seed, prompts)
    plain: list[Draft] = []
    plain_prompts: list[Draft] = []
    for family in PLAIN if settings.plain else ():
        each = len(PLAIN) * len(FORMS)
        plain += _draw(family, "train", -(-settings.plain // each), seed, prompts)
        if share := -(-settings.plain_prompts // each):
            plain_prompts += _draw(family, "rl", share, seed, prompts)
        drafts["python"] += _draw(family, "python", 2 * settings.heldout_per_family, seed, prompts)
    drafts["train"] = _mixed(drafts["train"], settings.tasks, seed) + plain
    order = random.Random(f"{seed}/order")
    for name, part in drafts.items():
        instances = [part[i : i + len(FORMS)] for i in range(0, len(part), len(FORMS))]
        order.shuffle(instances)
        drafts[name] = [draft for instance in instances for draft in instance]
    drafts["rl"] = _mixed(drafts["rl"][: settings.prompts] + plain_prompts, None, seed)
    drafts["watch"] = drafts["watch"][: settings.watched]
    return drafts


def _mixed(drafts: list[Draft], count: int | None, seed: int) -> list[Draft]:
    """`count` of the drafts or all, whole instances, drawn from all families alike."""
    instances = [drafts[i : i + len(FORMS)] for i in range(0, len(drafts), len(FORMS))]
    random.Random(f"{seed}/train").shuffle(instances)
    return [draft for instance in instances for draft in instance][:count]


def _draw(family: Family, part: Part, count: int, seed: int, prompts: set[str]) -> list[Draft]:
    """Up to `count` instances of a family in a part, no prompt twice, each in both forms."""
    rng = random.Random(f"{seed}/{family.name}/{part}")
    drafts: list[Draft] = []
    for _ in range(60 * count):
        if len(drafts) == len(FORMS) * count:
            break
        instance = family.draw(rng)
        if part_of(family, instance) != part:
            continue
        if rng.random() < 0.6:
            instance = replace(instance, entry_point=rng.choice(NAMES))
        asks = _phrasings(instance, part, len(drafts), rng)
        texts = [instance.prompt(form, ask) for form, ask in zip(FORMS, asks, strict=True)]
        if prompts.intersection(texts):
            continue
        prompts.update(texts)
        number = len(drafts) // len(FORMS)
        for form, ask in zip(FORMS, asks, strict=True):
            drafts.append(_draft(family, instance, form, ask, part, number))
    if not drafts and part != "watch":  # some have too few parameters to be watched too
        raise QSparkError(
            f"family {family.name} has no parameters for the {part} part: widen its range"
        )
    return drafts


def _phrasings(instance: Instance, part: Part, number: int, rng: random.Random) -> list[int]:
    """A phrasing for each form. Half of the held-out instances use the held-out phrasing."""
    last = len(instance.asks) - 1
    if part in ("heldout", "python"):
        return [last] * len(FORMS) if number % 4 == 0 else rng.sample(range(last), len(FORMS))
    if part in ("rl", "watch"):
        return rng.sample([last - 1, rng.randrange(last - 1)], len(FORMS))
    return rng.sample(range(last - 1), len(FORMS))


def _draft(
    family: Family, instance: Instance, form: Form, ask: int, part: Part, number: int
) -> Draft:
    wrong = tuple((wrong, instance.answer(form, wrong)) for wrong in instance.wrong)
    task = Task(
        task_id=f"{family.name}/{part}/{number}/{form}",
        suite=f"qspark-{part}",
        form=form,
        prompt=instance.prompt(form, ask),
        entry_point=instance.entry_point,
        canonical_solution=instance.answer(form),
        test=instance.check(),
        difficulty=family.difficulty,
        annotations={
            "family": family.name,
            "topic": family.topic,
            "group": "unseen" if family.name in UNSEEN else "seen",
            "params": instance.params,
            "phrasing": ask,
            "unseen_phrasing": ask == len(instance.asks) - 1,
            "api": imported_names(instance.imports),
            "mistakes": [wrong.mistake for wrong in instance.wrong],
            "source": "family",
            "licence": "Apache-2.0",
        },
    )
    return Draft(task, wrong)


def imported_names(source: str) -> list[str]:
    """The qualified names that import statements bring in."""
    names = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names
