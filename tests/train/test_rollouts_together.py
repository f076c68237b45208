"""Two processes choose, replace and log together: none waits for a call that the other does not make."""

import json
import multiprocessing
import os
import socket
from statistics import stdev

import pytest
from accelerate import PartialState
from tests.train.rolling import NAMES, Script, rollouts, rows, scored, settings

from qspark.runs import read_jsonl
from qspark.train.curriculum import Curriculum

MIXED = [1.0, 0.0, 0.0, 0.0]


def one_process(rank, port, folder):
    os.environ |= {
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "ACCELERATE_USE_CPU": "true",
    }
    state = PartialState(cpu=True)
    assert state.num_processes == 2

    def judge(name, place, call):
        """The first process's first batch teaches nothing, nor does what it tries first instead."""
        if rank == 0 and call < 2:
            return scored(0.1)
        return scored(MIXED[place % 4], names=float(place % 3), runs=float(rank * (place % 4)))

    grpo = settings(sampling="curriculum", dynamic_budget=4, normalise="component")
    one = rollouts(grpo, Script(judge), folder / "c.jsonl", Curriculum(NAMES, 0, 0.02))
    made = []
    for step in (1, 2):
        taken = one.choose([rows()[0]] * 8, step)
        one.submit(taken, [f"{rank}"] * 8, [[1]] * 8)
        rounds = []
        while count := one.wanting():
            fresh = one.fresh(count)
            one.offer(fresh, [f"{rank}"] * len(fresh), [[1]] * len(fresh))
            rounds.append(sorted({row["task_id"] for row in fresh}))
        values = one.advantages().tolist()
        names = sorted({row["task_id"] for row in taken})
        made.append({"names": names, "rounds": rounds, "advantages": values})
    (folder / f"{rank}.json").write_text(json.dumps({"made": made, "rates": one.rates.counts}))
    state.destroy_process_group()


def test_two_processes(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    pair = [context.Process(target=one_process, args=(rank, port, tmp_path)) for rank in (0, 1)]
    for process in pair:
        process.start()
    for process in pair:
        process.join(200)
        assert process.exitcode == 0
    zero, one = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1))
    assert zero["rates"] == one["rates"]
    first, second = zero["made"][0], one["made"][0]
    assert not set(first["names"]) & set(second["names"])
    assert [len(names) for names in first["rounds"]] == [2, 2]  # the budget, also of the other one
    assert [len(names) for names in second["rounds"]] == [2, 2]
    tried = set(first["names"]) | set(second["names"])
    assert set(NAMES) - tried <= set(first["rounds"][0] + second["rounds"][0])
    both = first["advantages"] + second["advantages"]
    assert abs(sum(both)) < 1e-5  # normalised over both processes, whose spreads differ
    assert stdev(both) == pytest.approx(1, abs=0.01)
    assert stdev(first["advantages"]) < 0.9 < 1.1 < stdev(second["advantages"])
    logged = read_jsonl(tmp_path / "c.jsonl")
    assert [sum(row["step"] == step for row in logged) for step in (1, 2)] == [2 * (8 + 16), 2 * 8]
    assert sum(row["advantage"] is not None for row in logged) == 2 * 2 * 8
