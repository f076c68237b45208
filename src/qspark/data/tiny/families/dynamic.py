"""Dynamic circuits: gates that depend on a measured bit."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong, pick
from qspark.data.tiny.families.states import CIRCUIT


def feed_forward(rng: random.Random) -> Instance:
    """A gate applied if a measured bit has a given value."""
    n = rng.randint(2, 7)
    m, t = pick(rng, n, 2)
    gate, value = rng.choice("xyz"), rng.randint(0, 1)
    body = """
qc = QuantumCircuit({n}, 1)
qc.h({m})
qc.measure({m}, 0)
with qc.if_test((qc.clbits[0], {value})):
    qc.{gate}({t})
return qc
"""
    fill = {"n": n, "m": m, "gate": gate, "t": t}
    legacy = (
        f"qc = QuantumCircuit({n}, 1)\nqc.h({m})\nqc.measure({m}, 0)\n"
        f"qc.{gate}({t}).c_if(0, {value})\nreturn qc"
    )
    test = f"""
from qiskit import QuantumCircuit
got = candidate()
assert isinstance(got, QuantumCircuit)
assert (got.num_qubits, got.num_clbits) == ({n}, 1)
names = [item.operation.name for item in got.data]
assert names == ["h", "measure", "if_else"]
assert [got.find_bit(q).index for q in got.data[0].qubits] == [{m}]
assert [got.find_bit(q).index for q in got.data[1].qubits] == [{m}]
branch = got.data[2]
condition = branch.operation.condition
assert condition[0] in (got.clbits[0], got.cregs[0]) and int(condition[1]) == {value}
inner = branch.operation.blocks[0]
assert [item.operation.name for item in inner.data] == ["{gate}"]
acts = inner.find_bit(inner.data[0].qubits[0]).index
assert got.find_bit(branch.qubits[acts]).index == {t}
"""
    return Instance(
        entry_point="feed_forward",
        asks=(
            f"On {n} qubits, apply H to qubit {m}, measure it, and if the bit is {value} apply "
            f"{gate} to qubit {t}.",
            f"Return a circuit of {n} qubits: H and measure on qubit {m}, if the result is "
            f"{value}, {gate} on qubit {t}.",
            f"With {n} qubits, measure qubit {m} after an H; when it reads {value}, do {gate} on qubit {t}.",
            f"Out of {n} qubits, use the outcome of qubit {m} after H: if {value}, {gate} on qubit {t}.",
            f"Make a {n} qubit circuit: H and measure qubit {m}, outcome {value} triggers "
            f"{gate} on qubit {t}.",
        ),
        imports=CIRCUIT,
        body=body.format(**fill, value=value),
        test=test,
        wrong=(
            Wrong("B14", legacy, 1.3),
            Wrong("S24", body.format(**fill, value=1 - value), 0.2),
        ),
        params={**fill, "value": value},
    )


FAMILIES = (Family("feed_forward", "dynamic", "intermediate", feed_forward),)
