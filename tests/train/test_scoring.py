import threading

import pytest
from tests.train.rolling import scored

from qspark.config import Rewards
from qspark.errors import SandboxError
from qspark.tasks.task import Task
from qspark.train.scoring import Scorer, row_of
from qspark.verify.judge import Limits

TASK = Task(
    task_id="a/1",
    suite="a",
    form="instruction",
    prompt="Add one.",
    entry_point="f",
    canonical_solution="def f(x):\n    return x + 1\n",
    test="def check(candidate):\n    assert candidate(1) == 2\n    assert candidate(2) == 3\n",
)
ANSWERS = ["def f(x):\n    return x + 1\n", "def f(x):\n    return 2\n", "", "def f(x:"]


class Slow:
    """A pool that judges when it is let."""

    def __init__(self):
        self.let = threading.Event()
        self.judged = []

    def judge(self, jobs):
        self.judged.append(jobs)
        assert self.let.wait(10)
        return [job if hasattr(job, "status") else scored(1.0).verdict for job in jobs]


def test_answers_are_judged_in_the_pool_and_keep_their_order(pool):
    scorer = Scorer(pool, {"a/1": TASK}, Limits(), Rewards())
    found = scorer.collect(scorer.submit(["a/1"] * 4, ANSWERS))
    scorer.close()
    rewards = [one.reward for one in found]
    assert rewards[0] == pytest.approx(1)
    assert 0.3 >= rewards[1] > rewards[3] > rewards[2] == 0
    assert [one.components["pass"] for one in found] == [1, 0, 0, 0]
    assert [one.verdict.stage for one in found] == ["done", "check", "extract", "parse"]
    assert scorer.waited > 0


def test_warming_starts_every_server_and_stops_nothing_when_it_fails():
    pool = Slow()
    pool.workers = 3
    pool.let.set()
    for one in (pool, None):
        scorer = Scorer(one, {"a/1": TASK}, Limits(), Rewards())
        scorer.warm()
        scorer._threads.shutdown()
    assert len({job.key for job in pool.judged[0]}) == 3


def test_submitting_does_not_wait():
    pool = Slow()
    scorer = Scorer(pool, {"a/1": TASK}, Limits(), Rewards())
    pending = scorer.submit(["a/1"], [ANSWERS[0]])
    assert scorer.waited == 0
    assert not pending[0][0].done()
    pool.let.set()
    assert scorer.collect(pending)[0].passed
    scorer.close()


def test_what_was_handed_in_early_is_judged_once_and_equal_answers_too():
    pool = Slow()
    pool.let.set()
    scorer = Scorer(pool, {"a/1": TASK}, Limits(), Rewards())
    for text in (ANSWERS[1], ANSWERS[1], ANSWERS[0]):
        scorer.early("a/1", text)
    pending = scorer.submit(["a/1"] * 4, [ANSWERS[0], ANSWERS[2], ANSWERS[1], ANSWERS[0]])
    stages = [one.verdict.stage for one in scorer.collect(pending)]
    assert stages == ["done", "extract", "done", "done"]
    assert sorted(map(len, pool.judged)) == [1, 1, 1]
    scorer.collect(scorer.submit(["a/1"], [ANSWERS[0]]))
    assert len(pool.judged) == 4  # the next batch does not go by what an older one was told
    scorer.close()


def test_infra_has_no_reward():
    class Broken:
        def judge(self, jobs):
            return [scored(None).verdict for _ in jobs]

    scorer = Scorer(Broken(), {"a/1": TASK}, Limits(), Rewards())
    (found,) = scorer.collect(scorer.submit(["a/1"], [ANSWERS[0]]))
    scorer.close()
    assert (found.reward, found.components) == (None, None)
    row = row_of(3, "a/1", "text", found, 0.0)
    assert (row["status"], row["reward"], row["components"]) == ("infra", None, None)


def test_a_sandbox_that_cannot_start_stops_the_training():
    class Closed:
        def judge(self, jobs):
            raise SandboxError("closed")

    scorer = Scorer(Closed(), {"a/1": TASK}, Limits(), Rewards())
    with pytest.raises(SandboxError):
        scorer.collect(scorer.submit(["a/1"], [ANSWERS[0]]))
    scorer.close()
