from dataclasses import replace
from random import Random

import numpy as np
import pytest
from tests.data import toy_families as toy

from qspark.data.candidate import of_family
from qspark.data.contamination import Benchmarks, renamed
from qspark.tasks.task import Task
from qspark.verify.judge import Limits

PROMPT = '''from qiskit import QuantumCircuit


def walk(n: int) -> QuantumCircuit:
    """Return a circuit of n qubits in which a Hadamard gate on every even qubit comes before a ladder of CX gates from each qubit to the next one."""
'''  # noqa: E501
SOLUTION = """    qc = QuantumCircuit(n)
    for q in range(0, n, 2):
        qc.h(q)
    for q in range(n - 1):
        qc.cx(q, q + 1)
    return qc
"""
TASK = Task(
    task_id="bench/1", suite="bench", form="completion", prompt=PROMPT, entry_point="walk",
    canonical_solution=SOLUTION,
    test="""def check(candidate):
    from qiskit.quantum_info import Operator
    for n in (2, 3, 4):
        got = candidate(n)
        assert [i.operation.name for i in got.data].count("cx") == n - 1
        assert got.num_qubits == n
""",
)  # fmt: skip
SHORT = Task(
    task_id="bench/2", suite="bench", form="completion", entry_point="plus",
    prompt='def plus(x):\n    """Add one to x."""\n', canonical_solution="    return x + 1\n",
    test="def check(candidate):\n    assert candidate(1) == 2\n",
)  # fmt: skip
LIMITS = Limits(cpu_seconds=5)


def candidate(**changes):
    made = of_family(toy.flipped_label, toy.flipped_label.draw(Random(1)), 0, 0)
    return made.model_copy(update={"instance": replace(made.instance, **changes)})


@pytest.fixture(scope="module")
def benchmarks():
    return Benchmarks([TASK, SHORT])


def gates(benchmarks, **changes):
    return {flag.gate for flag in benchmarks.flags(candidate(**changes))}


def asks(text):
    return (text, "A second way of asking for it.", "And a third way of asking.")


def test_what_is_our_own_is_not_flagged(benchmarks):
    assert gates(benchmarks) == set()
    assert benchmarks.likeness(candidate()).minhash < 0.5


def test_1_a_name_that_is_taken_is_changed_everywhere(benchmarks, pool):
    clash = candidate(entry_point="walk")
    assert benchmarks.taken("walk")
    fresh = renamed(clash, benchmarks)
    assert fresh.instance.entry_point == "walk_task"
    assert "def walk_task(" in fresh.instance.solution()
    assert renamed(candidate(), benchmarks) == candidate()


def test_2_a_docstring_or_a_solution_that_stands_in_it(benchmarks):
    docstring = PROMPT.split('"""')[1]
    assert "substring" in gates(benchmarks, asks=asks(f"Please. {docstring.upper()} Thank you."))
    whole = "x = 1\n" + "\n".join(line[4:] for line in SOLUTION.splitlines())
    assert "substring" in gates(benchmarks, body=whole, signature="(n: int)")


def test_3_runs_of_words(benchmarks):
    run = "a Hadamard gate on every even qubit comes before everything else"
    assert gates(benchmarks, asks=asks(f"In this task {run}.")) == {"ngram"}
    seven = "a Hadamard gate on every even qubit"
    assert gates(benchmarks, asks=asks(f"In this task {seven} is wanted.")) == set()
    assert "ngram" in gates(benchmarks, asks=asks("Add one to x!"))


def test_3_whole_prompts_are_looked_at_with_their_code(benchmarks):
    assert benchmarks.shared_run("x " + PROMPT) != ""
    assert benchmarks.shared_run("from qiskit import QuantumCircuit") == ""


def test_4_the_same_tree_under_other_names(benchmarks):
    body = """
circuit = QuantumCircuit(size)
for wire in range(0, size, 2):
    circuit.h(wire)
for wire in range(size - 1):
    circuit.cx(wire, wire + 1)
return circuit
"""
    assert "tree" in gates(benchmarks, body=body, signature="(size)")
    assert "tree" not in gates(
        benchmarks, body=body.replace("wire + 1", "wire + 2"), signature="(size)"
    )


def test_4_short_bodies_only_with_like_prompts(benchmarks):
    plain = {"body": "return y + 1", "signature": "(y)", "imports": ""}
    assert gates(benchmarks, **plain) == set()
    assert "tree" in gates(benchmarks, asks=asks("Add one to x, thanks."), **plain)


def test_5_sketches_of_code_that_was_edited(benchmarks):
    body = "\n".join(line[4:] for line in SOLUTION.splitlines()).replace("qc.h(q)", "qc.x(q)")
    assert gates(benchmarks, body=body, signature="(n: int)") == {"minhash"}


def test_6_meaning_by_words_and_by_given_vectors(benchmarks):
    words = PROMPT.split('"""')[1].split()
    shuffled = " ".join(Random(2).sample(words, len(words)))
    assert "meaning" in gates(benchmarks, asks=asks(shuffled))

    def embed(texts):
        return np.array(
            [[1.0, 0.0] if "second" in t or "ladder" in t else [0.0, 1.0] for t in texts]
        )

    assert {f.gate for f in Benchmarks([TASK], embed).flags(candidate(asks=asks("One.")))} == {
        "meaning"
    }


def test_7_a_semantic_twin_passes_their_test_and_theirs_ours(benchmarks, pool):
    body = """
found = QuantumCircuit(n)
found.h(list(range(0, n, 2)))
found.cx(list(range(n - 1)), list(range(1, n)))
return found
"""
    test = """
from qiskit.quantum_info import Operator
for n in (2, 5):
    assert candidate(n).count_ops()["cx"] == n - 1
"""
    twin = candidate(
        body=body, test=test, signature="(n)", asks=asks("Half of them in superposition.")
    )
    assert not benchmarks.flags(twin)
    strict = test + "assert candidate(3).num_clbits == 1\n"
    other = candidate(body=body, test=strict, signature="(n)")
    flags = benchmarks.twins([twin, other, candidate()], pool, LIMITS)
    assert [flag and (flag.gate, flag.nearest) for flag in flags] == [
        ("twin", "bench/1"),
        None,
        None,
    ]


def test_no_benchmark_flags_nothing():
    empty = Benchmarks([])
    assert empty.flags(candidate()) == []
    assert empty.likeness(candidate()).nearest == ""
