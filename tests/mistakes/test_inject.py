import ast
import random

from qspark.mistakes.inject import failing, inject

PROGRAM = """from qiskit import QuantumCircuit
from qiskit.circuit import Parameter


def f():
    t = Parameter("t")
    qc = QuantumCircuit(2)
    qc.rx(t, 0)
    qc.cx(0, 1)
    return qc.assign_parameters({t: 0.5})
"""
TEST = """
from qiskit.quantum_info import Operator
def check(candidate):
    from qiskit import QuantumCircuit
    want = QuantumCircuit(2)
    want.rx(0.5, 0)
    want.cx(0, 1)
    assert Operator(candidate()).equiv(Operator(want))
"""


def test_mutants_differ_and_follow_from_the_seed():
    mutants = list(inject(PROGRAM, random.Random(3)))
    trees = {ast.dump(ast.parse(m.program)) for m in mutants}
    assert len(trees) == len(mutants) > 5
    assert ast.dump(ast.parse(PROGRAM)) not in trees
    assert [m.mistake for m in inject(PROGRAM, random.Random(3))] == [m.mistake for m in mutants]
    assert len(list(inject(PROGRAM, random.Random(3), most=2))) == 2
    assert {"B01", "B12", "S15", "A42"} <= {m.mistake for m in mutants}


def test_only_those_that_fail_are_kept(pool):
    mutants = list(inject(PROGRAM, random.Random(3)))
    kept = failing(mutants, pool, TEST, "f")
    assert {"B01", "B12", "S15"} <= {m.mistake for m in kept}
    same = [m for m in mutants if m not in kept]
    assert len(kept) + len(same) == len(mutants)
