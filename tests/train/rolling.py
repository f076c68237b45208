"""A tiny model, tasks and a scorer whose verdicts are written down beforehand."""

import copy
from concurrent.futures import Future
from functools import cache

from tests.paths import MICRO

from qspark.config import Grpo, Profile, Rewards, Scratch, load_profile
from qspark.train.curriculum import Uniform
from qspark.train.models import scratch_model, train_tokenizer
from qspark.train.rewards import highest
from qspark.train.rollouts import Rollouts
from qspark.train.scoring import Scored
from qspark.verify.verdict import Verdict

NAMES = [f"t{number}" for number in range(6)]
SMALL = Scratch(
    vocab_size=300, hidden_size=32, intermediate_size=64, layers=2, heads=2, key_value_heads=1
)


@cache
def tokenizer():
    return train_tokenizer(["qc = QuantumCircuit(3)\n"] * 3, 300)


@cache
def _model():
    return scratch_model(SMALL, tokenizer(), seed=1)


def model():
    return copy.deepcopy(_model())


def settings(**changes) -> Grpo:
    """Two groups of four answers of six tokens."""
    base = load_profile(str(MICRO)).grpo.model_dump()
    return Grpo(**base | {"max_completion_length": 6, "steps": 1} | changes)


def profile(**changes) -> Profile:
    return load_profile(str(MICRO)).model_copy(update={"grpo": settings(**changes)})


def rows(names=NAMES):
    return [{"prompt": f"task {name} qc", "task_id": name} for name in names]


def scored(reward: float | None, **components: float) -> Scored:
    """An answer with this reward, and these components: 1 is a pass, None is infra."""
    if reward is None:
        return Scored(Verdict(status="infra", stage="run"), None, None)
    status = "pass" if reward == 1 else "fail"
    stage = "done" if reward == 1 else "check"
    verdict = Verdict(status=status, stage=stage, category="" if reward == 1 else "wrong/value")
    return Scored(verdict, dict.fromkeys(highest("verified"), 0.0) | components, reward)


class Script:
    """A Scorer that gives what `judge(name, place, call)` says: place in the batch, number of the call."""

    def __init__(self, judge):
        self.judge, self.asked, self.written, self.waited = judge, [], [], 0.0

    def early(self, name, text):
        self.written.append((name, text))

    def submit(self, names, texts):
        self.asked.append(list(zip(names, texts, strict=True)))
        future = Future()
        call = len(self.asked) - 1
        future.set_result([self.judge(name, i, call) for i, name in enumerate(names)])
        return [(future, place) for place in range(len(names))]

    def collect(self, pending):
        return [future.result()[place] for future, place in pending]


def rollouts(grpo, script, path, chooser=None, rewards=None) -> Rollouts:
    prompts = {row["task_id"]: row for row in rows()}
    return Rollouts(grpo, prompts, script, rewards or Rewards(), chooser or Uniform(NAMES, 0), path)
