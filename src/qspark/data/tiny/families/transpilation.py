"""Transpilation: to a basis, to a line of qubits."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong

BASES = (
    ["rz", "sx", "cx"],
    ["rz", "sx", "x", "cz"],
    ["u", "cx"],
    ["u", "cz"],
    ["rz", "rx", "cx"],
    ["rx", "rz", "cz"],
    ["rz", "sx", "ecr"],
)

CHECK = """
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
for n in {sizes}:
    qc = QuantumCircuit(n)
    qc.h(0)
    qc.cp(0.7, 0, n - 1)
    qc.swap(0, n - 1)
    qc.t(n - 1)
    got = candidate(qc)
    assert isinstance(got, QuantumCircuit)
    assert set(got.count_ops()) <= set({basis})
    {extra}
    assert Operator.from_circuit(got).equiv(Operator(qc))
"""


def to_basis(rng: random.Random) -> Instance:
    """A circuit translated to a set of basis gates."""
    basis = rng.choice(BASES)
    level, seed = rng.randint(0, 3), rng.randint(1, 99)
    text = str(basis).replace("'", '"')
    names = ", ".join(basis)
    call = f"transpile(qc, basis_gates={text}, optimization_level={level}, seed_transpiler={seed})"
    return Instance(
        entry_point="to_basis",
        args="qc",
        asks=(
            f"Transpile qc to the gates {names} at level {level} with seed {seed}.",
            f"Return qc translated to the basis {names}, level {level}, seed {seed}.",
            f"Rewrite qc over {names} with optimization level {level} and seed {seed}.",
            f"Translate qc to {names}. Use level {level}, seed {seed}.",
            f"Express qc in the gate set {names} (level {level}, seed {seed}).",
        ),
        imports="from qiskit import transpile",
        body=f"return {call}",
        test=CHECK.format(sizes="(2, 3)", basis=text, extra="assert got.num_qubits == n"),
        wrong=(Wrong("S11", f"{call}\nreturn qc", 1.3),),
        params={"basis": basis, "level": level, "seed": seed},
    )


def to_line(rng: random.Random) -> Instance:
    """A circuit routed on a line of qubits by a preset pass manager."""
    size = rng.randint(3, 6)
    level, seed = rng.randint(0, 2), rng.randint(1, 99)
    body = """
line = CouplingMap.from_line({size})
pm = generate_preset_pass_manager({level}, coupling_map=line, basis_gates=["u", "cx"], seed_transpiler={seed})
{end}
"""
    fill = {"size": size, "level": level, "seed": seed}
    extra = f"""assert got.num_qubits == {size}
    for item in got.data:
        where = [got.find_bit(q).index for q in item.qubits]
        assert len(where) == 1 or abs(where[0] - where[1]) == 1"""
    test = CHECK.format(sizes=f"({size},)", basis='["u", "cx"]', extra=extra)
    return Instance(
        entry_point="to_line",
        args="qc",
        asks=(
            f"Route qc on a line of {size} qubits with gates u and cx, level {level}, seed {seed}.",
            f"Return qc compiled for a line of {size} qubits (u, cx), level {level}, seed {seed}.",
            f"Compile qc for {size} qubits in a line at level {level}, seed {seed}, basis u and cx.",
            f"Use a preset pass manager of level {level} and seed {seed} for qc on a line of {size} "
            "qubits, gates u, cx.",
            f"Fit qc to a line of {size} qubits (gates u and cx), level {level}, seed {seed}.",
        ),
        imports="from qiskit.transpiler import CouplingMap, generate_preset_pass_manager",
        body=body.format(**fill, end="return pm.run(qc)"),
        test=test,
        wrong=(Wrong("S11", body.format(**fill, end="pm.run(qc)\nreturn qc"), 1.3),),
        params=fill,
    )


FAMILIES = (
    Family("to_basis", "transpilation", "intermediate", to_basis),
    Family("to_line", "transpilation", "advanced", to_line),
)
