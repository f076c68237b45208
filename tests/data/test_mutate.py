import ast
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from qspark.data.mutate import mutate

PROGRAM = '''from qiskit import QuantumCircuit


def build(n: int, seed: int = 7) -> QuantumCircuit:
    """Text with 12 and True."""
    qc = QuantumCircuit(n, name="a01")
    for k in range(1, n):
        qc.cx(k - 1, k)
        if k % 2 == 0:
            qc.rz(0.5, k)
    qc.measure_all(inplace=True)
    transpiled = transpile(qc, seed_transpiler=11, optimization_level=1)
    label = "XYZ"
    return qc.inverse()
'''


def all_of(program):
    return mutate(program, Random(0), most=1000)


def test_every_operator_finds_its_place():
    kinds = {m.kind for m in all_of(PROGRAM)}
    assert kinds >= {
        "number", "arguments", "dropped", "operator", "comparison", "flag", "bound", "label",
        "gate", "dropped-call",
    }  # fmt: skip


def test_free_places_are_left_alone():
    for mutant in all_of(PROGRAM):
        assert "seed_transpiler=11" in mutant.program or mutant.line == 0
        assert "optimization_level=1" in mutant.program
        assert 'name="a01"' in mutant.program
        assert "seed: int = 7" in mutant.program or mutant.kind == "number"
        assert '"""Text with 12 and True."""' in mutant.program


def test_what_commutes_is_not_swapped():
    program = "def f(qc):\n    qc.cz(0, 1)\n    qc.cx(0, 1)\n    return qc\n"
    swapped = [m.program for m in all_of(program) if m.kind == "arguments"]
    assert swapped == [program.replace("cx(0, 1)", "cx(1, 0)")]


def test_mutants_parse_differ_and_change_one_place():
    mutants = all_of(PROGRAM)
    trees = {ast.dump(ast.parse(m.program)) for m in mutants}
    assert len(trees) == len(mutants)
    assert ast.dump(ast.parse(PROGRAM)) not in trees
    for mutant in mutants:
        changed = [
            pair
            for pair in zip(PROGRAM.splitlines(), mutant.program.splitlines(), strict=True)
            if pair[0] != pair[1]
        ]
        assert len(changed) == 1, mutant


def test_a_few_are_spread_over_the_operators():
    few = mutate(PROGRAM, Random(3), most=6)
    assert len({m.kind for m in few}) == 6


def test_the_same_random_numbers_give_the_same_mutants():
    assert mutate(PROGRAM, Random(5)) == mutate(PROGRAM, Random(5))
    assert mutate(PROGRAM, Random(5)) != mutate(PROGRAM, Random(6))


def test_a_while_loop_is_not_made_endless():
    program = "def f(n):\n    while n > 0:\n        n -= 1\n        step(n)\n    return n\n"
    assert not any(m.kind in ("dropped", "sign") for m in all_of(program))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8))
def test_any_constant_is_survived(number, real, text):
    program = f"def f(x):\n    return [x + {number}, {real!r}, {text!r}, x - {real!r}]\n"
    for mutant in all_of(program):
        ast.parse(mutant.program)
