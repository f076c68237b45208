"""What becomes of a synthesised circuit in a task, and how its test takes it back.

`an_ending` draws what the task gives back of a circuit `made`: the circuit itself, with a number,
inverted, as a gate and so on. `UNWRAP` is the source of `unwrap`, by which a test regains the bare
circuit, and `NEIGHBOURS` of a check that every two-qubit gate acts on neighbours.
"""

from random import Random

from qspark.data.families.wording import fill

# Every two-qubit gate acts on neighbours.
NEIGHBOURS = """
def neighbours_only(circuit):
    while any(len(item.qubits) > 2 for item in circuit.data):
        circuit = circuit.decompose()
    for item in circuit.data:
        spots = [circuit.find_bit(q).index for q in item.qubits]
        assert len(spots) < 3 and max(spots) - min(spots) <= 1, spots
"""


# What is done with a synthesised circuit `made`: code, words, type. `$name` is a name drawn anew.
ENDINGS = {
    "plain": ("return made", "Return the circuit", "QuantumCircuit"),
    "size": (
        "return made, made.size()", "Return a tuple of the circuit and its size()",
        "tuple[QuantumCircuit, int]",
    ),
    "depth": (
        "return made, made.depth()", "Return a tuple of the circuit and its depth()",
        "tuple[QuantumCircuit, int]",
    ),
    "counts": (
        "return made, dict(made.count_ops())",
        "Return a tuple of the circuit and a plain dict of its operation counts",
        "tuple[QuantumCircuit, dict[str, int]]",
    ),
    "nonlocal": (
        "return made, made.num_nonlocal_gates()",
        "Return a tuple of the circuit and the number of its gates on more than one qubit",
        "tuple[QuantumCircuit, int]",
    ),
    "inverse": ("return made.inverse()", "Return the inverse of that circuit", "QuantumCircuit"),
    "named": (
        'made.name = "$name"\nreturn made', "Return the circuit under the name '$name'",
        "QuantumCircuit",
    ),
    "gate": ('return made.to_gate(label="$name")', "Return it as one gate with the label '$name'", "Gate"),
    "placed": (
        "wide = QuantumCircuit(made.num_qubits + 1)\nreturn wide.compose(made, range(1, wide.num_qubits))",
        "Return it on qubits 1, 2, ... of a circuit with one qubit more, whose qubit 0 stays untouched",
        "QuantumCircuit",
    ),
    "measured": (
        "made.measure_all()\nreturn made",
        "Return the circuit with a measure_all (register `meas`) at its end",
        "QuantumCircuit",
    ),
}  # fmt: skip


UNWRAP = """
def unwrap(got, ending, n, name):
    if ending in ("size", "depth", "counts", "nonlocal"):
        got, said = got
        true = {
            "size": got.size(), "depth": got.depth(), "counts": dict(got.count_ops()),
            "nonlocal": got.num_nonlocal_gates(),
        }[ending]
        assert said == true, (said, true)
    elif ending == "gate":
        assert isinstance(got, Gate) and got.label == name and got.num_qubits == n
        gate, got = got, QuantumCircuit(n)
        got.append(gate, range(n))
    elif ending == "placed":
        assert got.num_qubits == n + 1
        wide, got = got, QuantumCircuit(n, global_phase=got.global_phase)
        for item in wide.data:
            spots = [wide.find_bit(q).index for q in item.qubits]
            assert min(spots) > 0
            got.append(item.operation, [spot - 1 for spot in spots])
    elif ending == "measured":
        assert got.cregs[0].name == "meas" and got.count_ops()["measure"] == n
        got = got.remove_final_measurements(inplace=False)
    elif ending == "inverse":
        got = got.inverse()
    elif ending == "named":
        assert got.name == name
    assert isinstance(got, QuantumCircuit) and got.num_qubits == n
    return got
"""


def an_ending(rng: Random, *without: str) -> tuple[str, str, str, str, str]:
    """(key, code, words, return type, name) of what is done with a circuit `made`."""
    key = rng.choice([k for k in ENDINGS if k not in without])
    name = rng.choice(["made", "net", "block", "core", "part"])
    code, words, out = ENDINGS[key]
    return key, fill(code, name=name), fill(words, name=name), out, name
