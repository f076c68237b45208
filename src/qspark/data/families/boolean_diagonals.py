"""Diagonal circuits from truth tables, marked bit strings, predicates and lists of values."""

from random import Random

from qspark.data.families._boolean import TABLE
from qspark.data.families.base import Instance, angle, family
from qspark.data.families.wording import fill


@family(
    "boolean_oracles",
    "intermediate",
    oracle="unitary",
    skills=("truth-tables", "diagonals"),
    why="Entry x of a diagonal belongs to the basis state whose bits are the binary digits of x.",
    tolerance=1e-8,
)
def diagonals_from_tables(rng: Random) -> Instance:
    """Phase oracles from truth tables, marked strings or values: DiagonalGate and alternatives."""
    source = rng.choice(["table", "marked", "function", "weights", "pairs", "values"])
    way = rng.choice(["DiagonalGate", "mcp", "UnitaryGate"])
    phase = angle(rng)
    wide = rng.choice([0, 0, 1])
    factor, factor_told = rng.choice(
        [("-1", "-1"), ("1j", "i"), ("-1j", "-i"), (f"np.exp({phase}j)", f"exp({phase} i)")]
    )
    left = rng.random() < 0.4
    text = "text[::-1]" if left else "text"
    side = "leftmost" if left else "rightmost"
    lines, given, told = {
        "table": (
            [f'values = [{factor} if bit == "1" else 1 for bit in table]'], "table: str",
            "`table` is a truth table as a string of 2^n characters; character x (from the left, "
            f"counting from 0) is f(x), and a state x with f(x) = 1 gets the factor {factor_told}",
        ),
        "marked": (
            ["values = np.ones(2 ** len(marked[0]), dtype=complex)", (f"values[[int({text}, 2) for text "
                                                                     f"in marked]] = {factor}")], ("marked: "
                                                                                                   "list[str]"),
            (f"`marked` lists bit strings of equal length ({side} = qubit 0) whose basis states get the "
            f"factor {factor_told}"),
        ),
        "function": (
            [f"values = [{factor} if predicate(x) else 1 for x in range(2**num_qubits)]"],
            "num_qubits: int, predicate: Callable[[int], bool]",
            f"`predicate` decides for each integer x whether the basis state x gets the factor {factor_told}",
        ),
        "weights": (
            [(f"values = np.exp(1j * {phase} * np.array([bin(x).count('1') for x in "
             "range(2**num_qubits)]))").replace("'", '"')],
            "num_qubits: int", f"a basis state with k ones gets the phase exp({phase} i k)",
        ),
        "pairs": (
            ["values = np.ones(2**num_qubits, dtype=complex)", "for text, angle in phases.items():",
             f"    values[int({text}, 2)] = np.exp(1j * angle)"],
            "num_qubits: int, phases: dict[str, float]",
            (f"`phases` maps bit strings ({side} = qubit 0) to angles; these basis states get exp(i "
            "angle) and the others nothing"),
        ),
        "values": (
            [f"values = np.exp(-1j * {phase} * np.asarray(costs))"], "costs: list[float]",
            f"basis state x gets the phase exp(-{phase} i costs[x])",
        ),
    }[source]  # fmt: skip
    sized = f"num_qubits{' + 1' if wide else ''}"
    lines = list(lines)
    if "num_qubits" not in given:
        lines.append("num_qubits = len(values).bit_length() - 1")
    lines.append(f"circuit = QuantumCircuit({sized})")
    spots = "range(1, circuit.num_qubits)" if wide else "circuit.qubits"
    if way == "DiagonalGate":
        lines.append(f"circuit.append(DiagonalGate(list(values)), {spots})")
    elif way == "UnitaryGate":
        lines.append(f"circuit.append(UnitaryGate(np.diag(values)), {spots})")
    else:
        lines += [
            f"low, *high = {spots}",
            "for x in np.flatnonzero(np.angle(values)):",
            (
                "    gate = PhaseGate(np.angle(values[x])).control(num_qubits - 1,"
                " ctrl_state=int(x) >> 1)"
            ),
            "    if x % 2 == 0:",
            "        circuit.x(low)",
            "    circuit.append(gate, [*high, low])",
            "    if x % 2 == 0:",
            "        circuit.x(low)",
        ]
    lines.append("return circuit")
    body = "\n".join(lines)
    how = {
        "DiagonalGate": "with one diagonal gate", "UnitaryGate": ("with one unitary gate from the "
                                                                 "diagonal matrix"),
        "mcp": "with one multi-controlled phase gate per state that needs a phase",
    }[way]  # fmt: skip
    tail = (
        " Put it on qubits 1, 2, ... of a circuit with one more qubit, qubit 0 idle (bit k then"
        " sits on qubit k + 1)."
        if wide
        else ""
    )
    sharp = "All other states stay exactly as they are (no global phase)."
    asks = (
        f"Build a diagonal circuit: {told}. Do it {how}. {sharp}{tail}",
        f"Phase oracle from data. Here {told}. {sharp} Return a QuantumCircuit made {how}.{tail}",
        f"I need a circuit that only changes phases: {told}; {how}, please. {sharp}{tail}",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
$table
rng = np.random.default_rng(np.random.randint(2**31))
source, wide = "$source", $wide
for n in (2, 3, 3):
    bits = [int(b) for b in rng.integers(0, 2, 2**n)]
    bits[:4] = [0, 1, 0, 0]
    costs = [float(c) for c in rng.uniform(-1, 1, 2**n)]
    angles = {format(x, f"0{n}b"): costs[x] for x in (1, 2**n - 4, 2**n - 2)}
    signs = [$factor if b else 1 for b in bits]
    turn = (lambda text: text[::-1]) if $left else (lambda text: text)
    given, values = {
        "table": (("".join(map(str, bits)),), signs),
        "marked": (([turn(format(x, f"0{n}b")) for x in range(2**n) if bits[x]],), signs),
        "function": ((n, lambda x: bool(bits[x])), signs),
        "weights": ((n,), [np.exp(1j * $phase * bin(x).count("1")) for x in range(2**n)]),
        "pairs": ((n, {turn(k): a for k, a in angles.items()}), \
[np.exp(1j * angles.get(format(x, f"0{n}b"), 0)) for x in range(2**n)]),
        "values": ((costs,), [np.exp(-1j * $phase * c) for c in costs]),
    }[source]
    got = candidate(*given)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == n + wide
    check_phase(got, lambda x: values[x >> wide], rng, exact=True)
    names = got.count_ops()
    if "$way" == "mcp":
        assert not {"diagonal", "unitary"} & set(names)
    else:
        assert dict(names) == {"$gate": 1}, names
""",
        table=TABLE, source=source, wide=wide, phase=phase, way=way, factor=factor, left=left,
        gate={"DiagonalGate": "diagonal", "UnitaryGate": "unitary"}.get(way, ""),
    )  # fmt: skip
    imports = ["from collections.abc import Callable\n"] if source == "function" else []
    imports += ["import numpy as np"] if "np." in body else []
    imports += [
        "from qiskit import QuantumCircuit",
        f"from qiskit.circuit.library import {'PhaseGate' if way == 'mcp' else way}",
    ]
    return Instance(
        "diagonal_circuit", asks, "\n".join(imports), f"({given}) -> QuantumCircuit", body, test,
        {"source": source, "way": way, "phase": phase, "wide": wide},
    )  # fmt: skip
